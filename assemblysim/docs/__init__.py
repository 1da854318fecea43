"""The pages for people: tutorial, how-to, explanation and reference, as Markdown."""
