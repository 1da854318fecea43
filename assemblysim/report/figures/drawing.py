"""From a figure to what is stored or shown: SVG for the page, and SVG, PDF and PNG as files."""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from html import escape
from pathlib import Path

import matplotlib
from matplotlib.figure import Figure

from assemblysim.report.figures.appearance import FAINT, INK, LINE, PAPER, STYLE
from assemblysim.report.figures.font_subset import add_small_fonts

# What journals ask of line art; a picture on a screen needs less.
PNG_DPI, SCREEN_DPI = 600, 300
# Half the time of the best compression, for a tenth more bytes.
_FAST = {"compress_level": 3}
FORMATS = ("svg", "pdf", "png")

_PAGE_COLOURS = {
    INK: "var(--ink)",
    FAINT: "var(--faint)",
    LINE: "var(--line)",
    PAPER: "var(--paper)",
}
_LONG_DECIMAL = re.compile(r"(-?\d+\.\d\d)\d+")
_LETTER = "DejaVuSans"
_LONGER_DECIMAL = re.compile(r"(-?\d+\.\d)\d+")
_LONG_PATH = 600
_PATH_DATA = re.compile(r' d="([^"]*)"')
_PLACE = re.compile(r'(?<= [xy]=")(-?\d+\.\d\d)\d+(?=")')


def styled(draw: Callable[[], Figure]) -> Figure:
    """Make a figure in the house style, whatever the user's own settings are."""
    with _house_style():
        return draw()


@contextmanager
def _house_style() -> Iterator[None]:
    """Set the user's own settings aside; ticks are made only when a figure is written."""
    add_small_fonts()
    with matplotlib.rc_context():
        matplotlib.rcdefaults()
        matplotlib.rcParams.update(matplotlib.RcParams(STYLE))
        yield


def svg_text(figure: Figure) -> str:
    """Return a figure as SVG: the same bytes for the same figure, without date or program."""
    stream = io.StringIO()
    with _house_style():
        figure.savefig(
            stream,
            format="svg",
            metadata={"Date": None, "Creator": None, "Format": None, "Type": None},
        )
    return _PLACE.sub(r"\1", _PATH_DATA.sub(_shorter_path, stream.getvalue()))


def png_bytes(figure: Figure, dpi: int = PNG_DPI) -> bytes:
    """Return a figure as PNG at so many dots per inch."""
    stream = io.BytesIO()
    with _house_style():
        figure.savefig(stream, format="png", dpi=dpi, metadata={"Software": None}, pil_kwargs=_FAST)
    return stream.getvalue()


def pdf_bytes(figure: Figure) -> bytes:
    """Return a figure as PDF with its letters as text: the same bytes for the same figure."""
    stream = io.BytesIO()
    with _house_style():
        figure.savefig(
            stream,
            format="pdf",
            metadata={"CreationDate": None, "Creator": None, "Producer": None},
        )
    return stream.getvalue()


def inline_svg(svg: str, alternative: str) -> str:
    """Make a stored SVG fit to stand inside a page.

    Its identifiers become unique to it, since a page shares one name space; its neutral
    colours become the page's; its size is left to the page.

    Args:
        svg: from svg_text.
        alternative: what the figure shows, for readers who cannot see it.

    Returns:
        One ``<svg role="img">`` element with its title.
    """
    body = svg[svg.index("<svg") :]
    body = re.sub(r"<metadata>.*?</metadata>|<style[^>]*>.*?</style>", "", body, flags=re.S)
    body = re.sub(r"<!--.*?-->", "", body, flags=re.S)
    own = "f" + hashlib.sha256((svg + alternative).encode()).hexdigest()[:8]
    used = set(re.findall(r'(?:href="#|url\(#)([^")]+)', body))
    body = re.sub(r' id="([^"]*)"', lambda m: m.group() if m.group(1) in used else "", body)
    # Letters keep their names: they are the same outlines in every figure, see share_outlines.
    body = re.sub(rf'(?<= id=")(?!{_LETTER})', f"{own}-", body)
    body = re.sub(rf'(?:(?<=href="#)|(?<=url\(#))(?!{_LETTER})', f"{own}-", body)
    for colour, variable in _PAGE_COLOURS.items():
        body = body.replace(colour, variable)
    # A colour in an attribute of its own cannot be a variable; in a style it can.
    body = re.sub(r' (fill|stroke)="(var\([^"]*\))"', r' style="\1: \2"', body)
    viewed = re.search(r'viewBox="[^"]*"', body)
    view_box = viewed.group() if viewed else ""
    width = re.search(r'width="([\d.]+)pt"', body)
    points = width.group(1) if width else "240"
    opening = (
        f'<svg {view_box} role="img" aria-label="{escape(alternative, quote=True)}" '
        f'style="--width: {points}" xmlns="http://www.w3.org/2000/svg" '
        f'xmlns:xlink="http://www.w3.org/1999/xlink"><title>{escape(alternative)}</title>'
    )
    body = re.sub(r"<svg[^>]*>", lambda _: opening, body, count=1)
    return re.sub(r">\s+<", "><", body).strip()


def share_outlines(page: str) -> str:
    """Keep one copy of each letter's outline for all figures of a page.

    Args:
        page: HTML with figures from inline_svg, and the mark ``<!--outlines-->`` before them.

    Returns:
        The page with all outlines at the mark; about half as large.
    """
    pattern = rf'<path id="({_LETTER}[^"]*)"[^>]*/>'
    letters = {match.group(1): match.group() for match in re.finditer(pattern, page)}
    once = (
        '<svg width="0" height="0" aria-hidden="true" style="position: absolute"><defs>'
        f"{''.join(letters.values())}</defs></svg>"
    )
    bare = re.sub(pattern, "", page).replace("<defs></defs>", "")
    return bare.replace("<!--outlines-->", once, 1)


def store(figure: Figure, folder: Path, name: str) -> str:
    """Write a figure as ``name.svg``, ``.pdf`` and ``.png`` into a folder; return the SVG."""
    svg = svg_text(figure)
    (folder / f"{name}.svg").write_text(svg, encoding="utf-8")
    (folder / f"{name}.pdf").write_bytes(pdf_bytes(figure))
    (folder / f"{name}.png").write_bytes(png_bytes(figure, PNG_DPI))
    return svg


def _shorter_path(match: re.Match[str]) -> str:
    """Keep two decimals of a path in points, one of a long line, and the letter L once.

    A tenth of a point is 0.04 mm, finer than any print; markers are small and keep two.
    """
    data = " ".join(match.group(1).split())
    if any(curve in data for curve in "CQ"):
        data = _LONG_DECIMAL.sub(r"\1", data)
        return f' d="{data}"'
    data = (_LONGER_DECIMAL if len(data) > _LONG_PATH else _LONG_DECIMAL).sub(r"\1", data)
    first, *rest = data.split(" L ")
    # Further pairs of numbers after L, and after M, are lines without being told so.
    return f' d="{first} L {" ".join(rest)}"' if rest else f' d="{first}"'
