"""Small copies of the DejaVu Sans fonts, so that a figure's letters are cheap to embed in a PDF.

A PDF holds of each font what its figure uses. To take that from the six thousand characters of
the full fonts costs more than all drawing; from the few hundred of these, a tenth of it.
"""

from __future__ import annotations

import functools
import shutil
import tempfile
import threading
from itertools import chain
from multiprocessing.util import Finalize
from pathlib import Path

import matplotlib
from fontTools import subset
from fontTools.ttLib import TTFont
from matplotlib.font_manager import fontManager

from assemblysim.errors import RunError
from assemblysim.report.figures.appearance import FULL_FONT, SMALL_FONT

_FULL_FILE, _SMALL_FILE = FULL_FONT.replace(" ", ""), SMALL_FONT.replace(" ", "")
_FACES = ("", "-Bold", "-Oblique", "-BoldOblique")

# What names and labels of figures are made of. Any other character is drawn with the full font.
_LATIN_AND_GREEK = (range(0x20, 0x7F), range(0xA0, 0xAD), range(0xAE, 0x180), range(0x384, 0x3CF))
_PUNCTUATION = (range(0x2010, 0x2027), range(0x2030, 0x203B))
# The raised letters are there for the raised digits: hinting aligns these with those.
_RAISED_AND_LOWERED = (range(0x2B0, 0x2B9), range(0x1D2C, 0x1DC0), range(0x2070, 0x209D))
_UNITS_AND_ARROWS = (range(0x2103, 0x2104), range(0x212B, 0x212C), range(0x2190, 0x21D5))
_MATHEMATICS = (range(0x2202, 0x222C), range(0x2243, 0x226C), range(0x22C5, 0x22C6))
CHARACTERS = frozenset(
    chain(
        *_LATIN_AND_GREEK,
        *_PUNCTUATION,
        *_RAISED_AND_LOWERED,
        *_UNITS_AND_ARROWS,
        *_MATHEMATICS,
    )
)

# The places of copyright, family, face, full name and PostScript name in a font's name table.
_COPYRIGHT, _FAMILY, _FACE, _FULL_NAME, _POSTSCRIPT_NAME = 0, 1, 2, 4, 6


# A PDF lists its fonts by their paths, so that all of them have to be in one folder.
_ONE_THREAD = threading.Lock()


def add_small_fonts() -> None:
    """Make the small fonts known to matplotlib, once in a process.

    Raises:
        RunError: there is no temporary folder that can be written to.
    """
    with _ONE_THREAD:
        _add_once()


@functools.cache
def _add_once() -> None:
    full = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
    try:
        folder = _folder_of_this_process()
        for face in _FACES:
            small = folder / f"{_SMALL_FILE}{face}.ttf"
            write_small_font(full / f"{_FULL_FILE}{face}.ttf", small)
            fontManager.addfont(small)
    except OSError as error:
        raise RunError(
            f"fonts for figures cannot be written: {error.strerror}; "
            "set TMPDIR to a folder that can be written to"
        ) from error


def _folder_of_this_process() -> Path:
    """Make a folder that goes with the process; matplotlib opens fonts by their paths."""
    folder = Path(tempfile.mkdtemp(prefix="assemblysim-fonts-"))
    # Unlike atexit it works in the processes of pools too; a forked process leaves the folder
    # to its parent, and below 0 the parent first waits for those.
    Finalize(None, shutil.rmtree, args=(folder, True), exitpriority=-1)
    return folder


def write_small_font(full: Path, small: Path) -> None:
    """Write a copy of a font with fewer characters, under names of its own.

    Args:
        full: one of the DejaVu Sans fonts.
        small: the file to write; the same bytes for the same font and version of fontTools.
    """
    options = subset.Options()
    # Kerning is in both tables alike, and a large GPOS is what makes taking from a font slow.
    options.legacy_kern = True
    options.drop_tables += ["FFTM", "GDEF", "GPOS", "MATH"]
    options.layout_features = ["ccmp", "liga", "locl"]
    options.name_IDs = [_COPYRIGHT, _FAMILY, _FACE, _FULL_NAME, _POSTSCRIPT_NAME]
    with subset.load_font(str(full), options) as font:
        taker = subset.Subsetter(options)
        taker.populate(unicodes=CHARACTERS)
        taker.subset(font)
        _rename(font)
        font.save(str(small))


def _rename(font: TTFont) -> None:
    """Put the small family's name for the full one's; the outline of a letter is known by it."""
    for record in font["name"].names:
        if record.nameID in (_FAMILY, _FULL_NAME):
            record.string = record.toUnicode().replace(FULL_FONT, SMALL_FONT)
        elif record.nameID == _POSTSCRIPT_NAME:
            record.string = record.toUnicode().replace(_FULL_FILE, _SMALL_FILE)
