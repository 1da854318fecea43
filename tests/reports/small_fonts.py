"""Makes the small fonts of assemblysim/report/fonts from matplotlib's DejaVu Sans.

``python tests/reports/small_fonts.py`` writes them anew, and DejaVu's licence beside them.
"""

import shutil
from itertools import chain
from pathlib import Path

import matplotlib
from fontTools import subset

from assemblysim.report.figures.appearance import FULL_FONT, SMALL_FONT
from assemblysim.report.figures.font_subset import FONTS

FULL = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
_FULL_FILE, _SMALL_FILE = FULL_FONT.replace(" ", ""), SMALL_FONT.replace(" ", "")
FACES = ("", "-Bold", "-Oblique", "-BoldOblique")

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


def write_small_fonts(folder):
    """Write a small copy of each face into a folder."""
    for face in FACES:
        write_small_font(FULL / f"{_FULL_FILE}{face}.ttf", folder / f"{_SMALL_FILE}{face}.ttf")


def write_small_font(full, small):
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


def _rename(font):
    """Put the small family's name for the full one's; the outline of a letter is known by it."""
    for record in font["name"].names:
        if record.nameID in (_FAMILY, _FULL_NAME):
            record.string = record.toUnicode().replace(FULL_FONT, SMALL_FONT)
        elif record.nameID == _POSTSCRIPT_NAME:
            record.string = record.toUnicode().replace(_FULL_FILE, _SMALL_FILE)


if __name__ == "__main__":
    write_small_fonts(FONTS)
    shutil.copy(FULL / "LICENSE_DEJAVU", FONTS)
