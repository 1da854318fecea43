"""The forms in which a report is written: page, Markdown, LaTeX, sheets, terminal."""
