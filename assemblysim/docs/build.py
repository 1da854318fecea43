"""Write the pages that are made from docstrings: ``python -m assemblysim.docs.build``."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from assemblysim.docs.api import api_page
from assemblysim.docs.reference import reference_page
from assemblysim.files.writing import write_whole

FOLDER: Final = Path(__file__).parent
PAGES: Final[Mapping[str, Callable[[], str]]] = {
    "reference.md": reference_page,
    "api.md": api_page,
}


def build(folder: Path = FOLDER) -> tuple[Path, ...]:
    """Write every page that is made from docstrings.

    Args:
        folder: where the pages go.

    Returns:
        The pages written.

    Raises:
        InputError: a docstring leaves something out.
    """
    written = []
    for name, page in PAGES.items():
        write_whole(folder / name, page().encode())
        written.append(folder / name)
    return tuple(written)


if __name__ == "__main__":
    sys.stdout.write("".join(f"wrote {path}\n" for path in build()))
