"""A few figures, compared with accepted pictures of them.

Tolerance: 4 of 255 levels, the root mean square over all pixels at 100 dots an inch. An accepted
picture is made anew by ``python tests/test_baseline.py`` and looked at before it is kept.
"""

from pathlib import Path

import numpy as np
import pytest
from matplotlib.testing.compare import compare_images
from report_example import courses, draws, result_of, summary

from assemblysim.report.content.stored import course_of
from assemblysim.report.figures.appearance import species_looks
from assemblysim.report.figures.corner import corner_figure
from assemblysim.report.figures.drawing import png_bytes
from assemblysim.report.figures.figures import course_figure, pathway_figure, probability_figure
from assemblysim.report.figures.residuals import stored_residuals
from assemblysim.report.schemes.scheme import scheme_figure

BASELINE = Path(__file__).parent / "baseline"
TOLERANCE = 4.0
DPI = 100
RESULT = result_of(summary())
LOOKS = species_looks(RESULT)
COMPARED = RESULT.comparison
BOTH = course_of(courses("both"), RESULT)


def fractions(**changes):
    probabilities = {**COMPARED.probabilities, **changes}
    return probability_figure(probabilities, COMPARED.intervals, COMPARED.left_open)


def pathways():
    found = RESULT.mechanisms["both"].pathways["Dy6L2"]
    return pathway_figure([("both", "Dy6L2", step, fraction) for step, fraction in found.items()])


FIGURES = {
    "probabilities": fractions,
    "pathways": pathways,
    "scheme": lambda: scheme_figure(RESULT.mechanisms["both"], LOOKS, ["Dy3L"]),
    "courses_linear": lambda: course_figure(BOTH, LOOKS, log_time=False),
    "courses_log": lambda: course_figure(BOTH, LOOKS, log_time=True),
    "residuals": lambda: course_figure(
        BOTH, LOOKS, log_time=True, found=stored_residuals(RESULT, "template")["80C"]
    ),
    "corner": lambda: corner_figure(draws("both"), ("k_grow", "k_couple", "k_close")),
}


def difference(name, figure, folder):
    """The root mean square difference to the accepted picture, in levels of 255; 0 if none."""
    path = folder / f"{name}.png"
    path.write_bytes(png_bytes(figure, DPI))
    found = compare_images(str(BASELINE / f"{name}.png"), str(path), 0.0, in_decorator=True)
    return 0.0 if found is None else float(found["rms"])


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_looks_as_it_was_accepted(name, tmp_path):
    assert difference(name, FIGURES[name](), tmp_path) <= TOLERANCE


def test_a_changed_value_is_seen(tmp_path):
    assert difference("probabilities", fractions(both=0.5), tmp_path) > TOLERANCE


def test_one_shifted_curve_is_seen(tmp_path):
    figure = FIGURES["courses_log"]()
    for line in figure.axes[0].lines:
        line.set_ydata(0.6 * np.asarray(line.get_ydata()))

    assert difference("courses_log", figure, tmp_path) > TOLERANCE


if __name__ == "__main__":
    BASELINE.mkdir(exist_ok=True)
    for each, draw in FIGURES.items():
        (BASELINE / f"{each}.png").write_bytes(png_bytes(draw(), DPI))
