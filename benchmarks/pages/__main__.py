"""Pages whose programs need the extra ``peers``, followed: ``python -m benchmarks.pages``.

What a program prints has to hold every line of the block of text behind it.
"""

from __future__ import annotations

import contextlib
import io
import re
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

DOCS = Path(__file__).parents[2] / "assemblysim" / "docs"
PAGES = ("how-to/nautilus_and_blackjax.md",)
_BLOCK = re.compile(r"^```(python|text)\n(.*?)^```", re.DOTALL | re.MULTILINE)


def missing_lines(text: str) -> list[str]:
    """Run the programs of a page one after another; return lines that were not printed.

    Args:
        text: of the page.
    """
    names: dict[str, object] = {"__name__": "__main__"}
    shown, missing = "", []
    for language, content in _BLOCK.findall(text):
        if language == "python":
            told = io.StringIO()
            with contextlib.redirect_stdout(told):
                exec(compile(content, "<a page>", "exec"), names)
            shown = told.getvalue()
        else:
            missing += [line for line in content.splitlines() if line not in shown.splitlines()]
    return missing


def main(pages: Sequence[str] = PAGES) -> int:
    """Print a line for each page; 1 where one prints something else than it says."""
    wrong = 0
    for page in pages:
        text = (DOCS / page).read_text("utf-8")
        with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
            missing = missing_lines(text)
        wrong += bool(missing)
        words = f"does not print {missing}" if missing else "prints what it says"
        sys.stdout.write(f"{page} {words}\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
