"""One drawing, played again in every form, is what three drawings would have been."""

import io
import re

import numpy as np
import pytest
from matplotlib.figure import Figure
from PIL import Image

from assemblysim.report.figures.drawing import (
    ShownFigure,
    pdf_bytes,
    png_bytes,
    styled,
    svg_text,
)
from assemblysim.report.writers.recording import recorded, rendered

# Of 255 levels, at 100 dots an inch: letters stand where they were measured in points.
SHIFTED = 4.0


@styled
def figure_of_all_kinds(layout: str | None = None) -> Figure:
    figure = ShownFigure(figsize=(3.0, 2.0), layout=layout)
    axes = figure.add_subplot()
    times = np.linspace(0, 3, 50)
    axes.fill_between(times, np.exp(-times), 1.2, color="#0072b2", alpha=0.3)
    axes.plot(times, np.exp(-times), "--o", color="#d55e00", ms=3, mec="white")
    axes.plot([0.5, 9.0], [0.4, 0.4], color="black")  # cut off by the panel's edge
    axes.set_xlim(0, 3)
    axes.set_ylabel("fraction\nthat is left")
    axes.text(1.5, 0.8, "turned", rotation=30)
    axes.pcolormesh([2.0, 2.5, 3.0], [0.9, 1.0, 1.1], [[0.1, 0.9], [0.4, 0.2]])
    return figure


def dots(png: bytes) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(png)).convert("RGB"), dtype=float)


def difference(first: bytes, second: bytes) -> float:
    coarse = [dots(one).reshape(200, 6, 300, 6, 3).mean(axis=(1, 3)) for one in (first, second)]
    return float(np.sqrt(((coarse[0] - coarse[1]) ** 2).mean()))


def letters(svg: str) -> list[str]:
    return re.findall(r"<!-- (.*?) -->", svg)


@pytest.mark.parametrize("layout", [None, "constrained"])
def test_a_recorded_figure_is_the_figure(layout):
    forms, figure = rendered(figure_of_all_kinds(layout)), figure_of_all_kinds(layout)
    assert dots(forms["png"]).shape == dots(png_bytes(figure)).shape == (1200, 1800, 3)
    moved = figure_of_all_kinds(layout)
    moved.axes[0].lines[0].set_linewidth(6.0)
    if layout is None:
        assert difference(forms["png"], png_bytes(figure)) < SHIFTED
        assert difference(forms["png"], png_bytes(moved)) > 2 * SHIFTED
        assert len(forms["pdf"]) == pytest.approx(len(pdf_bytes(figure)), rel=0.01)
    svg = svg_text(figure)
    assert letters(forms["svg"].decode()) == letters(svg) != []
    assert len(re.findall("<use|<path", forms["svg"].decode())) == len(
        re.findall("<use|<path", svg)
    )


def test_what_is_cut_off_stays_cut_off():
    png = dots(rendered(figure_of_all_kinds())["png"])
    # The black line ends with its panel, which ends at nine tenths of the width.
    height, width, _ = png.shape
    assert (png[: height // 2, int(0.92 * width) :] == 255).all()


def test_artists_are_drawn_once():
    figure, times = figure_of_all_kinds(), []
    line = figure.axes[0].lines[0]
    draw = line.draw
    line.draw = lambda renderer: (times.append(1), draw(renderer))
    rendered(figure)
    assert len(times) == 1


def test_a_figure_with_an_image_is_drawn_for_each_form():
    figure = figure_of_all_kinds()
    figure.axes[0].imshow(np.eye(4), extent=(0, 1, 0, 1))
    assert recorded(figure) is None
    assert difference(rendered(figure)["png"], png_bytes(figure)) == 0


def test_png_says_its_size_and_keeps_what_is_transparent():
    figure = figure_of_all_kinds()
    image = Image.open(io.BytesIO(png_bytes(figure, 150)))
    assert (image.size, image.mode) == ((450, 300), "RGB")
    assert image.info["dpi"] == pytest.approx((150, 150), rel=1e-3)
    figure.patch.set_alpha(0.5)
    half = Image.open(io.BytesIO(png_bytes(figure, 150)))
    assert (half.mode, half.getpixel((1, 1))[3]) == ("RGBA", 128)
    assert (figure.dpi, type(figure.canvas).__name__) == (100, "FigureCanvasBase")


@pytest.mark.parametrize("height_cm", [5.08, 1.27, 12.7, 7.31])
def test_a_size_a_rounding_error_below_whole_dots_is_written(height_cm):
    figure = Figure(figsize=(8.5 / 2.54, height_cm / 2.54))
    figure.add_subplot().plot([0, 1])
    width, height = Image.open(io.BytesIO(png_bytes(figure))).size
    assert abs(height - 600 * height_cm / 2.54) < 1
    assert abs(width - 600 * 8.5 / 2.54) < 1
