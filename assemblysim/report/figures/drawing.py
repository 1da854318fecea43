"""From a figure to what is stored or shown: SVG for the page, and SVG, PDF and PNG as files."""

from __future__ import annotations

import hashlib
import io
import math
import re
import struct
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import wraps
from html import escape
from itertools import product
from typing import ParamSpec

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from assemblysim.report.figures.appearance import (
    CM,
    FAINT,
    HUES,
    INK,
    LINE,
    ONE_COLUMN_CM,
    PAPER,
    STYLE,
)
from assemblysim.report.figures.font_subset import add_small_fonts

PANEL_COLUMNS = 2
# What journals ask of line art.
PNG_DPI = 600
_NOTEBOOK_DPI = 150
# Half the time of the usual compression, for a fifth more bytes.
_FAST = 3

_PAGE_COLOURS = {
    INK: "var(--ink)",
    FAINT: "var(--faint)",
    LINE: "var(--line)",
    PAPER: "var(--paper)",
    # Dark hues, which a dark page shows lighter; a page that knows nothing of them as they are.
    HUES[6]: f"var(--violet, {HUES[6]})",
    HUES[7]: f"var(--wine, {HUES[7]})",
    HUES[8]: f"var(--olive, {HUES[8]})",
}
_LONG_DECIMAL = re.compile(r"(-?\d+\.\d\d)\d+")
_LETTER = "DejaVuSans"
_LONGER_DECIMAL = re.compile(r"(-?\d+\.\d)\d+")
_LONG_PATH = 600
_PATH_DATA = re.compile(r' d="([^"]*)"')
P = ParamSpec("P")
_PLACE = re.compile(r'(?<= [xy]=")(-?\d+\.\d\d)\d+(?=")')


class ShownFigure(Figure):
    """A figure that shows itself in notebooks, whether or not pyplot was ever imported."""

    def _repr_png_(self) -> bytes:
        return png_bytes(self, _NOTEBOOK_DPI)


def styled(draw: Callable[P, Figure]) -> Callable[P, Figure]:
    """Let a function draw in the house style, whatever the user's own settings are.

    Texts are drawn as they are: a dollar sign in a study's title begins no formula.
    """

    @wraps(draw)
    def drawn(*args: P.args, **options: P.kwargs) -> Figure:
        with house_style(), matplotlib.rc_context({"text.parse_math": False}):
            return draw(*args, **options)

    return drawn


@contextmanager
def house_style() -> Iterator[None]:
    """Set the user's own settings aside; ticks are made only when a figure is written."""
    add_small_fonts()
    with matplotlib.rc_context():
        matplotlib.rcdefaults()
        matplotlib.rcParams.update(matplotlib.RcParams(STYLE))
        yield


def panels(
    titles: Sequence[str],
    time_label: str,
    *,
    row_cm: float = 2.7,
    margins_cm: tuple[float, float] = (0.85, 1.35),
    gaps: tuple[float, float] = (0.3, 0.38),
) -> tuple[Figure, list[Axes]]:
    """Return a figure of one column's width with a panel for each title, two abreast.

    Args:
        titles: of the panels.
        time_label: below the lowest panels; the ticks of the others bear no labels.
        row_cm: height of a row.
        margins_cm: what the height has beyond the rows, and room for labels at the left.
        gaps: between columns and rows, as fractions of a panel.
    """
    count = math.ceil(len(titles) / PANEL_COLUMNS)
    height = margins_cm[0] + row_cm * count
    figure = ShownFigure(figsize=(ONE_COLUMN_CM * CM, height * CM))
    grid = figure.add_gridspec(
        count, PANEL_COLUMNS, left=margins_cm[1] / ONE_COLUMN_CM, right=1 - 0.2 / ONE_COLUMN_CM,
        bottom=0.85 / height, top=1 - 0.5 / height, wspace=gaps[0], hspace=gaps[1],
    )  # fmt: skip
    found = []
    for i, title in enumerate(titles):
        axes = figure.add_subplot(grid[divmod(i, PANEL_COLUMNS)])
        # Not set_title: searching a free place for six titles takes half of the drawing time.
        axes.text(0, 1.05, title, transform=axes.transAxes, size=7.5)
        if i + PANEL_COLUMNS < len(titles):
            axes.tick_params(labelbottom=False)
        else:
            axes.set_xlabel(time_label)
        found.append(axes)
    return figure, found


def svg_text(figure: Figure) -> str:
    """Return a figure as SVG: the same bytes for the same figure, without date or program."""
    stream = io.StringIO()
    with house_style():
        figure.savefig(
            stream,
            format="svg",
            metadata={"Date": None, "Creator": None, "Format": None, "Type": None},
        )
    return _PLACE.sub(r"\1", _PATH_DATA.sub(_shorter_path, stream.getvalue()))


def png_bytes(figure: Figure, dpi: int = PNG_DPI) -> bytes:
    """Return a figure as PNG at so many dots per inch, in eight bits a colour.

    Line art is mostly paper: rows as they are take half of the time, and less room, than rows that
    are filtered first, as image libraries do it for photographs.
    """
    stream = io.BytesIO()
    with house_style():
        figure.savefig(stream, format="rgba", dpi=dpi)
    content = np.frombuffer(stream.getvalue(), np.uint8)
    sizes = [inches * dpi for inches in figure.get_size_inches().tolist()]
    width, height = _whole(sizes, content.size // 4)
    dots = content.reshape(height, width, 4)
    if (dots[..., 3] == 255).all():
        dots = dots[..., :3]
    colours = dots.shape[2]
    rows = np.zeros((height, 1 + width * colours), np.uint8)  # a leading 0: not filtered
    rows[:, 1:] = dots.reshape(height, -1)
    kind = {3: 2, 4: 6}[colours]
    each_metre = round(dpi / 0.0254)
    parts = (
        (b"IHDR", struct.pack(">2I5B", width, height, 8, kind, 0, 0, 0)),
        (b"pHYs", struct.pack(">2IB", each_metre, each_metre, 1)),
        (b"IDAT", zlib.compress(rows.tobytes(), _FAST)),
        (b"IEND", b""),
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(_png_part(*part) for part in parts)


def _whole(sizes: Sequence[float], dots: int) -> tuple[int, int]:
    """Return width and height in whole dots, of which there are so many in all.

    Which way a size a rounding error below a whole number goes is for matplotlib to say.
    """
    widths, heights = ({int(size), round(size)} for size in sizes)
    return next((w, h) for w, h in product(widths, heights) if w * h == dots)


def _png_part(name: bytes, content: bytes) -> bytes:
    check = zlib.crc32(name + content)
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", check)


def pdf_bytes(figure: Figure) -> bytes:
    """Return a figure as PDF with its letters as text: the same bytes for the same figure."""
    stream = io.BytesIO()
    with house_style():
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
