"""Figures of four studies, made anew from their accepted claims.

Draws and courses are too large to be kept. They are made anew from the accepted medians and 95 %
intervals, as if the unknowns were log-normal and independent, which is enough to draw with: the
chemistry, the measurements and the conditions are the studies' own.
"""

import functools
import io
from dataclasses import replace

import numpy as np
import pytest
from checkout import ROOT
from chromium import Chromium, find_browser
from claimed_study import claimed_result, claims_of, unknowns_of
from first_screens import missing, wanted_on_first_screen
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.image import imread
from matplotlib.lines import Line2D
from matplotlib.text import Text
from page_faults import first_screen_text
from quick_pictures import BLANK

from assemblysim.report.content.draws import ParameterDraws
from assemblysim.report.content.stored import StoredStudy, course_of, names_in_play
from assemblysim.report.document.collected import file_stem
from assemblysim.report.document.nodes import TimeFigures, opened
from assemblysim.report.figures.drawing import pdf_bytes, png_bytes, svg_text
from assemblysim.report.order import document_of
from assemblysim.report.writers.page import render_page
from assemblysim.study.definition.reading import read_study
from assemblysim.study.problem.problems import build_problem
from assemblysim.study.results.posterior_checks import posterior_checks
from assemblysim.study.results.predictions import predict_study

FITS = ROOT / "fits"
NAMES = ("dy6", "hnp_dy6", "alpha_pinene", "hnp_dy6_synthetic")
DRAWS, CHECKED = 40, 150  # of few draws none may make a table without a value below 0
MOST = 3  # mechanisms of a study: its ten draw the same kinds of figures
SMALLEST = 4.5  # pt, of an index; all other type is larger
WORDS_ONLY = {"dy6", "hnp_dy6"}


@functools.cache
def drawn_study(name):
    """The report of a study, no figure of it drawn, and its mechanisms."""
    study = read_study(FITS / name)
    claims = claims_of(name)
    claimed = drawn_of(study, claims)
    claims["comparison"] = about(claims["comparison"], claimed)
    problems = [build_problem(study, mechanism) for mechanism in claimed]
    result = claimed_result(study, problems, claims)
    courses, draws, mechanisms, assembly = {}, {}, {}, {}
    for problem in problems:
        mechanism = problem.mechanism
        one = result.mechanisms[mechanism]
        found = accepted_draws(one, np.random.default_rng(1))
        if mechanism in names_in_play(result):
            draws[mechanism] = found
        values = unknowns_of(problem, found, DRAWS)
        rng = np.random.default_rng(2)
        _, drawn, assembly[mechanism] = predict_study(problem, values, study, rng)
        courses[mechanism] = tuple(course_of(each, result) for each in drawn)
        many = unknowns_of(problem, found, CHECKED)
        checks = posterior_checks(problem, many, rng)
        mechanisms[mechanism] = replace(one, predictive_checks=checks)
    result = replace(result, mechanisms=mechanisms)
    stored = StoredStudy(FITS / name, result, courses, draws=draws, assembly=assembly)
    return document_of(stored), tuple(mechanisms)


def drawn_of(study, claims):
    """The mechanisms to draw: the most probable, that of most species, and that of most words."""
    every = [mechanism for mechanism in study.mechanisms if mechanism in claims["mechanisms"]]
    likely = claims["comparison"]["probabilities"]
    measures = (
        lambda name: likely[name],
        lambda name: len(study.system.network(name).species),
        lambda name: len(study.hypothesis(name).title_in(study.system)),
    )
    best = [max(every, key=measure) for measure in measures]
    return list(dict.fromkeys([*best, *every]))[:MOST]


def about(comparison, names):
    """What is claimed of a comparison, as far as it is about some mechanisms."""
    verdict = comparison["verdict"]
    return {
        **comparison,
        "probabilities": {n: comparison["probabilities"][n] for n in names},
        "log_bayes_factors": {
            n: one for n, one in comparison["log_bayes_factors"].items() if n in names
        },
        "left_open": [n for n in comparison["left_open"] if n in names],
        "verdict": {
            **verdict, **{key: [n for n in verdict[key] if n in names]
                          for key in ("mechanisms", "against")},
        },
    }  # fmt: skip


def time_figures(name):
    return [part for part in drawn_study(name)[0].parts if isinstance(part, TimeFigures)]


@functools.cache
def drawn(name):
    """The figures of a study, by stem."""
    return {one.stem: one.draw() for one in drawn_study(name)[0].pictures}


def accepted_draws(mechanism, rng):
    rows = mechanism.parameters
    z = rng.standard_normal((2000, len(rows)))
    middle = np.log([one.median for one in rows.values()])
    width = np.array([np.log(one.upper / one.lower) / 3.92 for one in rows.values()])
    units = tuple(one.unit for one in rows.values())
    return ParameterDraws(tuple(rows), units, np.exp(middle + width * z))


def unfit(figure):
    """What leaves the figure, and type that is smaller than journals take."""
    for line in figure.findobj(Line2D):
        if not len(line.get_xdata()):
            line.set_visible(False)  # it would count as a marker in the corner
    canvas = FigureCanvasAgg(figure)
    figure.draw_without_rendering()  # lays it out
    drawn, (width, height) = figure.get_tightbbox(canvas.get_renderer()), figure.get_size_inches()
    room = 0.01  # inches: half of a thin line
    faults = []
    if min(drawn.x0, drawn.y0, width - drawn.x1, height - drawn.y1) < -room:
        faults.append(f"drawn from {drawn.min} to {drawn.max} inches of {width:.2f} x {height:.2f}")
    sizes = {t.get_text(): t.get_fontsize() for t in figure.findobj(Text) if t.get_text().strip()}
    return [*faults, *(text for text, size in sizes.items() if size < SMALLEST)]


@pytest.mark.parametrize("name", NAMES)
def test_every_mechanism_has_its_figures(name):
    written, mechanisms = drawn_study(name)
    stems = {picture.stem for picture in written.pictures}

    assert "probabilities" in stems
    for mechanism in mechanisms:
        own = file_stem(mechanism)
        assert {f"scheme_{own}", f"courses_{own}_0", f"courses_{own}_0_log"} <= stems
        (told,) = (p.alternative for p in written.pictures if p.stem == f"courses_{own}_0")
        assert ("standardised residuals" in told) == (name not in WORDS_ONLY)
    assert any(stem.startswith("corner") for stem in stems) == (name not in WORDS_ONLY)


@pytest.mark.parametrize("name", NAMES)
def test_every_figure_is_drawn_with_all_its_words_inside_and_large_enough(name):
    for picture in drawn_study(name)[0].pictures:
        figure = drawn(name)[picture.stem]

        assert unfit(figure) == [], picture.stem
        # one column or two of a journal; the first screen's scheme stands beside two others
        widths = (6.0,) if picture.stem == "leading" else (8.5, 17.0)
        assert round(figure.get_figwidth() * 2.54, 3) in widths, picture.stem
        assert len(picture.alternative) > 60
        assert len(svg_text(figure)) < 400_000, picture.stem


@pytest.mark.parametrize("name", NAMES)
def test_time_is_drawn_linear_and_logarithmic(name):
    for pair in time_figures(name):
        linear, logarithmic = (drawn(name)[p.stem] for p in (pair.linear, pair.logarithmic))
        assert linear.axes[0].get_xscale() == "linear"
        assert logarithmic.axes[0].get_xscale() == "log"


@pytest.mark.parametrize("name", NAMES)
def test_print_has_600_dots_an_inch_and_small_files(name):
    figure = drawn(name)[next(iter(time_figures(name))).linear.stem]
    picture = png_bytes(figure)

    assert imread(io.BytesIO(picture)).shape[1] == pytest.approx(8.5 / 2.54 * 600, abs=1)
    assert len(picture) < 1_000_000
    assert len(pdf_bytes(figure)) < 200_000


def first_screen_of(name):
    """The report of a study, all its mechanisms compared, and the page of its first screen."""
    study, claims = read_study(FITS / name), claims_of(name)
    claimed = [one for one in study.mechanisms if one in claims["mechanisms"]]
    problems = {mechanism: build_problem(study, mechanism) for mechanism in claimed}
    result = claimed_result(study, list(problems.values()), claims)
    best = max(claimed, key=claims["comparison"]["probabilities"].__getitem__)
    found = accepted_draws(result.mechanisms[best], np.random.default_rng(1))
    values = unknowns_of(problems[best], found, DRAWS)
    _, courses, _ = predict_study(problems[best], values, study, np.random.default_rng(2))
    shown = {best: tuple(course_of(each, result) for each in courses)}
    document = document_of(StoredStudy(FITS / name, result, shown))
    answer = {p.picture.stem for p in opened(document.sections[0].parts) if hasattr(p, "picture")}
    drawn = {p.stem: svg_text(p.draw()) if p.stem in answer else BLANK for p in document.pictures}
    return document, render_page(document, drawn)


if find_browser():  # a skip would count as a failure

    @pytest.fixture(scope="module")
    def browser():
        with Chromium(find_browser()) as running:
            yield running

    @pytest.mark.parametrize("name", ["hnp_dy6", "hnp_dy6_synthetic", "alpha_pinene"])
    def test_the_first_screen_holds_the_whole_answer(browser, tmp_path, name):
        document, text = first_screen_of(name)
        page = tmp_path / "report.html"
        page.write_text(text, encoding="utf-8")
        wanted = wanted_on_first_screen(document)

        assert {"question", "answer", "doubt 1", "next experiment"} <= set(wanted)
        pictures = {"picture leading", "picture overview", "picture probabilities"}
        assert pictures <= set(wanted)
        assert missing(document, first_screen_text(browser, page.as_uri())) == []


def test_a_text_out_of_the_figure_or_too_small_is_found():
    figure = drawn_study("alpha_pinene")[0].pictures[0].draw()
    assert unfit(figure) == []

    figure.text(0.9, 0.5, "much too long to fit into here", size=9)
    figure.text(0.5, 0.5, "tiny", size=3)
    assert [fault[:5] for fault in unfit(figure)] == ["drawn", "tiny"]
