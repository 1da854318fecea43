"""Write the page that is made from docstrings: ``python -m assemblysim.docs.build``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

from assemblysim.docs.reference import reference_page
from assemblysim.files.writing.whole import write_whole

FOLDER: Final = Path(__file__).parent
REFERENCE: Final = "reference.md"


def build(folder: Path = FOLDER) -> Path:
    """Write the page of keys and options.

    Args:
        folder: where it goes.

    Returns:
        The page written.

    Raises:
        InputError: a docstring leaves something out.
    """
    write_whole(folder / REFERENCE, reference_page().encode())
    return folder / REFERENCE


if __name__ == "__main__":
    sys.stdout.write(f"wrote {build()}\n")
