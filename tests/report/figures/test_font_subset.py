"""The small fonts: the same pictures as with the full ones, and letters that PDFs hold as text."""

import io
import os
import re
import subprocess
import sys
import zlib
from pathlib import Path

import matplotlib
import numpy as np
import pytest
from checkout import ROOT
from fontTools.ttLib import TTFont
from lettered_figures import TEXTS, lettered
from matplotlib.font_manager import findfont
from matplotlib.image import imread
from small_fonts import FULL, write_small_fonts

from assemblysim.report.figures.appearance import FULL_FONT, SMALL_FONT
from assemblysim.report.figures.drawing import (
    inline_svg,
    pdf_bytes,
    png_bytes,
    share_outlines,
    svg_text,
)
from assemblysim.report.figures.font_subset import FONTS

# Kerning, a ligature, an accent placed by the font, raised and lowered signs; Cyrillic is not in
# the small fonts.


def pixels(figure):
    return imread(io.BytesIO(png_bytes(figure, 300)))


def fonts(pdf):
    """The names of the fonts in a PDF, without the marks of subsets."""
    return {name.decode() for name in re.findall(rb"/FontName /[A-Z]{6}\+(\S+)", pdf)}


def streams(pdf):
    found = re.findall(rb"/FlateDecode >>\s*stream\r?\n(.*?)\r?\nendstream", pdf, re.S)
    return [zlib.decompress(stream) for stream in found]


def outlines(svg):
    return set(re.findall(r'<path id="(DejaVu[^"]*)" d="([^"]*)"', svg))


@pytest.mark.parametrize("text", TEXTS)
def test_a_text_looks_the_same_with_the_small_and_the_full_font(text):
    np.testing.assert_array_equal(pixels(lettered(text)), pixels(lettered(text, family=FULL_FONT)))


def test_a_pdf_embeds_small_truetype_fonts_in_which_each_letter_has_its_meaning():
    pdf = pdf_bytes(lettered("both σ² h⁻¹"))
    written = b"".join(streams(pdf))

    small = SMALL_FONT.replace(" ", "")
    assert fonts(pdf) == {small, f"{small}-Bold", f"{small}-Oblique", f"{small}-BoldOblique"}
    assert pdf.count(b"/FontFile2") == pdf.count(b"/ToUnicode") == pdf.count(b"/CIDFontType2") == 4
    assert b"/Type3" not in pdf
    for letter in "both σ²h⁻¹":
        code = f"{ord(letter):04x}".encode()
        assert written.count(b"<%b> <%b> [<%b>]" % (code, code, code)) == 4


def test_the_words_of_a_pdf_can_be_found():
    drawn = streams(pdf_bytes(lettered("template")))[0]

    words = b"".join(re.findall(rb"\((..)\)", drawn)).decode("utf-16-be")
    assert words == 4 * "template"


def test_a_letter_that_the_small_fonts_lack_is_drawn_with_the_full_one():
    figure = lettered("Жуков")

    assert {name.split("-")[0] for name, _ in outlines(svg_text(figure))} == {"DejaVuSans"}
    assert "DejaVuSans" in fonts(pdf_bytes(figure))
    assert b"<0416> <0416> [<0416>]" in b"".join(streams(pdf_bytes(figure)))


def test_letters_of_the_small_and_the_full_font_share_a_page_and_no_name():
    every = "".join(map(chr, range(0x21, 0x7F))).replace("$", "")
    drawn = [svg_text(lettered(every, family=family)) for family in (SMALL_FONT, FULL_FONT)]
    few, full = (dict(outlines(svg)) for svg in drawn)
    page = share_outlines("<!--outlines-->" + "".join(inline_svg(svg, "letters") for svg in drawn))

    assert min(len(few), len(full)) > 300
    assert not few.keys() & full.keys()
    assert outlines(page) == {*few.items(), *full.items()}


def test_the_users_own_fonts_are_found_as_before():
    pixels(lettered("both"))
    own = Path(matplotlib.get_data_path()) / "fonts" / "ttf" / "DejaVuSans.ttf"

    assert Path(findfont(FULL_FONT)) == Path(findfont(r"sans\-serif")) == own


def test_the_stored_fonts_are_those_that_are_made_now(tmp_path):
    write_small_fonts(tmp_path)
    made, stored = (sorted(folder.glob("*.ttf")) for folder in (tmp_path, FONTS))

    assert [path.name for path in made] == [path.name for path in stored]
    assert (FONTS / "LICENSE_DEJAVU").read_bytes() == (FULL / "LICENSE_DEJAVU").read_bytes()
    for one, other in zip(made, stored, strict=True):
        assert outline_points(one) == outline_points(other)


def outline_points(path):
    """The outline of every character of a font, as versions of fontTools write it alike."""
    with TTFont(path) as font:
        glyphs = font["glyf"]
        return {
            code: [part.tolist() if hasattr(part, "tolist") else list(part) for part in drawn]
            for code, name in font.getBestCmap().items()
            if (drawn := glyphs[name].getCoordinates(glyphs))
        }


DRAWN = """
import hashlib
from concurrent.futures import ThreadPoolExecutor
from fontTools.ttLib import TTFont
from lettered_figures import TEXTS, lettered
from assemblysim.report.figures.drawing import pdf_bytes, png_bytes, svg_text
from assemblysim.report.figures.font_subset import add_small_fonts
if {threads}:
    with ThreadPoolExecutor({threads}) as pool:
        list(pool.map(lambda _: add_small_fonts(), range({threads})))
figure = lettered(*TEXTS)
for content in (svg_text(figure).encode(), pdf_bytes(figure), png_bytes(figure)):
    print(hashlib.sha256(content).hexdigest())
"""


def printed(code, folder, **environment):
    """What another process prints, whose temporary folder is the given one."""
    paths = [str(ROOT / "tests" / "reports"), str(ROOT), os.environ.get("PYTHONPATH", "")]
    variables = {"TMPDIR": str(folder), "PYTHONPATH": os.pathsep.join(paths), **environment}
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | variables,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.split()


def test_processes_and_threads_write_the_same_bytes(tmp_path):
    alone = printed(DRAWN.format(threads=0), tmp_path, PYTHONHASHSEED="1")
    together = printed(DRAWN.format(threads=4), tmp_path, PYTHONHASHSEED="2")

    assert len(alone) == 3
    assert alone == together
