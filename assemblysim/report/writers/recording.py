"""Figures drawn once: what is drawn is written down, and played again for every form of file."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import cast

from matplotlib.backend_bases import GraphicsContextBase, RendererBase
from matplotlib.figure import Figure
from matplotlib.path import Path
from matplotlib.transforms import Affine2D, Bbox, Transform, TransformedPath

from assemblysim.report.figures.drawing import house_style, pdf_bytes, png_bytes, svg_text

# Dots per inch of what is written down: a dot is a point, as in SVG and PDF.
_POINTS_AN_INCH = 72
# Plays one thing that was drawn on a renderer whose dots are so many times as fine.
_Played = Callable[[RendererBase, float], None]


def rendered(figure: Figure) -> dict[str, bytes]:
    """Return a figure as ``svg``, ``pdf`` and ``png``, the content of each file.

    Args:
        figure: any; one with images is drawn three times, as their dots depend on the form.
    """
    drawn = recorded(figure) or figure
    return {"svg": svg_text(drawn).encode(), "pdf": pdf_bytes(drawn), "png": png_bytes(drawn)}


def recorded(figure: Figure) -> Figure | None:
    """Draw a figure once; return one that plays this again, None where it has images."""
    figure.set_dpi(_POINTS_AN_INCH)
    recorder = _Recorder(figure)
    with house_style():
        figure.draw(recorder)
    return None if recorder.images else _PlayedFigure(figure, recorder.played)


class _PlayedFigure(Figure):
    """A figure that draws what another one drew before, at any number of dots per inch."""

    def __init__(self, figure: Figure, played: Sequence[_Played]) -> None:
        super().__init__(figsize=tuple(figure.get_size_inches()))
        self._played = tuple(played)

    def draw(self, renderer: RendererBase) -> None:
        finer = self.dpi / _POINTS_AN_INCH
        for one in self._played:
            one(renderer, finer)


class _Recorder(RendererBase):
    """Writes down what artists draw.

    Attributes:
        played: each thing, in order.
        images: whether there were any, which are not written down.
    """

    def __init__(self, figure: Figure) -> None:
        super().__init__()
        self.played: list[_Played] = []
        self.images = False
        self._size = tuple(_POINTS_AN_INCH * inches for inches in figure.get_size_inches())

    def get_canvas_width_height(self) -> tuple[float, float]:
        return self._size

    def open_group(self, s: str, gid: str | None = None) -> None:
        self.played.append(lambda renderer, _: renderer.open_group(s, gid))

    def close_group(self, s: str) -> None:
        self.played.append(lambda renderer, _: renderer.close_group(s))

    def draw_path(self, gc: GraphicsContextBase, *what: object, **more: object) -> None:
        self._write_down("draw_path", gc, *what, **more)

    def draw_markers(self, gc: GraphicsContextBase, *what: object, **more: object) -> None:
        self._write_down("draw_markers", gc, *what, **more)

    def draw_path_collection(self, gc: GraphicsContextBase, *what: object, **more: object) -> None:
        self._write_down("draw_path_collection", gc, *what, **more)

    def draw_quad_mesh(self, gc: GraphicsContextBase, *what: object, **more: object) -> None:
        self._write_down("draw_quad_mesh", gc, *what, **more)

    def draw_text(
        self, gc: GraphicsContextBase, x: float, y: float, *text: object, **more: object
    ) -> None:
        looks, height = _kept(gc), self._size[1]

        def play(renderer: RendererBase, finer: float) -> None:
            down = y if renderer.flipy() else height - y
            own = _of(renderer, looks, finer)
            getattr(renderer, "draw_text")(own, finer * x, finer * down, *text, **more)  # noqa: B009

        self.played.append(play)

    def draw_image(self, *_: object, **__: object) -> None:
        self.images = True

    def _write_down(
        self, method: str, gc: GraphicsContextBase, *what: object, **more: object
    ) -> None:
        """Write down what is placed by transforms, which are kept as they are now."""
        looks = _kept(gc)
        placed = [one.frozen() if isinstance(one, Transform) else one for one in what]

        def play(renderer: RendererBase, finer: float) -> None:
            own = _of(renderer, looks, finer)
            where = (_finer(one, finer) if isinstance(one, Transform) else one for one in placed)
            getattr(renderer, method)(own, *where, **more)

        self.played.append(play)


def _kept(gc: GraphicsContextBase) -> GraphicsContextBase:
    """Return a copy of a line's looks, since artists take them back."""
    kept = GraphicsContextBase()
    kept.copy_properties(gc)
    return kept


def _of(renderer: RendererBase, looks: GraphicsContextBase, finer: float) -> GraphicsContextBase:
    """Return these looks as a renderer takes them, clipped at the same place."""
    own = renderer.new_gc()
    own.copy_properties(looks)
    box = looks.get_clip_rectangle()
    if box is not None:
        own.set_clip_rectangle(Bbox(finer * box.get_points()))
    path, placed = looks.get_clip_path()
    if path is not None and placed is not None:
        own.set_clip_path(TransformedPath(cast(Path, path), _finer(placed, finer)))
    return own


def _finer(placed: Transform, finer: float) -> Transform:
    return placed + Affine2D().scale(finer)
