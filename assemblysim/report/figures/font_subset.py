"""The small copies of the DejaVu Sans fonts that come with the package, made known to matplotlib.

A PDF holds of each font what its figure uses. To take that from the six thousand characters of
the full fonts costs more than all drawing; from the few hundred of these, a tenth of it.
"""

from __future__ import annotations

import functools
import threading
from pathlib import Path

from matplotlib.font_manager import fontManager

FONTS = Path(__file__).parents[1] / "fonts"
_ONE_THREAD = threading.Lock()


def add_small_fonts() -> None:
    """Make the small fonts known to matplotlib, once in a process."""
    with _ONE_THREAD:
        _add_once()


@functools.cache
def _add_once() -> None:
    for font in sorted(FONTS.glob("*.ttf")):
        fontManager.addfont(font)
