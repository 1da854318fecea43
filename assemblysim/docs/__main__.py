"""Lists the pages and where they are: ``python -m assemblysim.docs``."""

from __future__ import annotations

import sys

from assemblysim.docs.build import FOLDER


def listing() -> str:
    """Return one line for each page: its title, and the file to open."""
    pages = [
        FOLDER / "README.md",
        *sorted(p for p in FOLDER.rglob("*.md") if p.name != "README.md"),
    ]
    titles = [
        next(
            line for line in page.read_text(encoding="utf-8").splitlines() if line.startswith("# ")
        )
        for page in pages
    ]
    return "".join(f"{t[2:]}: {page}\n" for t, page in zip(titles, pages, strict=True))


if __name__ == "__main__":
    sys.stdout.write(listing())
