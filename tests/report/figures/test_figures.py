import re
from dataclasses import replace

import matplotlib
import numpy as np
import pytest
from matplotlib.image import imread
from report_example import SAID, SIGNALS, courses, mechanism_of, result_of, summary
from stored_networks import network

from assemblysim.report.content.stored import course_of
from assemblysim.report.figures.alternatives import describe_course, describe_probabilities
from assemblysim.report.figures.appearance import HUES, species_looks
from assemblysim.report.figures.drawing import (
    inline_svg,
    panels,
    pdf_bytes,
    png_bytes,
    share_outlines,
    styled,
    svg_text,
)
from assemblysim.report.figures.figures import (
    course_figure,
    pathway_figure,
    probability_figure,
)
from assemblysim.result.numbers import Interval

SUMMARY = summary()
LOOKS = species_looks(result_of(SUMMARY))
BOTH = course_of(courses("both"), result_of(SUMMARY))


def probabilities(**fractions):
    return probability_figure(
        fractions, {name: (0.9 * p, 1.1 * p) for name, p in fractions.items()}
    )


def texts(figure):
    return [t.get_text() for axes in figure.axes for t in axes.texts]


def test_the_same_figure_is_the_same_bytes_without_date_or_program():
    first, second = (svg_text(probabilities(both=0.7, template=0.3)) for _ in range(2))

    assert first == second
    assert "<dc:date>" not in first
    assert "Matplotlib v" not in first


def test_figures_ignore_and_keep_the_users_own_settings():
    with matplotlib.rc_context({"font.size": 30, "axes.grid": True, "xtick.top": True}):
        drawn = svg_text(probabilities(both=0.7, template=0.3))
        assert matplotlib.rcParams["font.size"] == 30

    assert drawn == svg_text(probabilities(both=0.7, template=0.3))


def test_a_dollar_in_a_study_begins_no_formula():
    @styled
    def drawn(title):
        return panels((title,), "time (h)")[0]

    def letters(title):
        return len(re.findall(r'xlink:href="#DejaVu', svg_text(drawn(title))))

    assert letters("$x^{$ and $y$") == letters("ax^{a and aya") > letters("$x") > letters("x")


def test_the_most_probable_mechanism_is_on_top():
    axes = probabilities(template=0.3, both=0.7).axes[0]
    labels = [label.get_text() for label in axes.get_yticklabels()]

    assert labels == ["both", "template"]
    assert axes.get_ylim()[0] > axes.get_ylim()[1]


def test_every_signal_and_unobserved_species_has_its_panel():
    figure = course_figure(BOTH, LOOKS, log_time=False)

    assert texts(figure) == [
        "Dy₂L",
        "Dy₃L",
        "Dy₅L₂",
        "Dy₆L₂",
        "Dy, not observed",
        "L, not observed",
    ]
    assert [axes.get_xscale() for axes in figure.axes] == ["linear"] * 6


def test_zeros_are_open_triangles_at_the_detection_limit():
    axes = course_figure(BOTH, LOOKS, log_time=True).axes[2]
    marks = [line for line in axes.lines if line.get_marker() == "v"]
    zeros = int((courses("both").data[:, 2] == 0).sum())

    assert zeros > 0
    assert [len(line.get_xdata()) for line in marks] == [zeros]
    np.testing.assert_array_equal(marks[0].get_ydata(), 0.5)


def test_each_signal_has_its_own_limit_where_one_is_stated():
    content = summary()
    content["measurement"]["signal_limits"] = {
        SIGNALS[0]: {"number": 0.02, "relative": True},
        SIGNALS[1]: {"number": 0.3, "relative": False},
    }
    course = course_of(courses("both"), result_of(content))

    # A limit in units of signals has no place among readings of unknown scale.
    assert [one.limit for one in course.curves[:3]] == [2.0, None, 0.5]
    content["measurement"]["scale"] = "absolute"
    assert course_of(courses("both"), result_of(content)).curves[1].limit == 0.3
    assert [one.limit for one in BOTH.curves[:3]] == [0.5] * 3


def test_readings_that_were_not_made_are_not_drawn():
    data = courses("both").data[:, 1]
    points = [
        x for x in course_figure(BOTH, LOOKS, log_time=False).axes[1].lines if x.get_marker() == "o"
    ]

    assert np.isnan(data).any()
    assert np.isfinite(BOTH.curves[1].measurements).all()
    assert len(points[0].get_xdata()) == int((data > 0).sum())


def test_thinned_curves_stay_within_a_hundredth_of_the_panel():
    axes = course_figure(BOTH, LOOKS, log_time=False).axes[1]
    line = axes.lines[0]
    times, band = BOTH.times[1:], BOTH.curves[1].band[:, 1:]  # at 0 there is nothing to show
    drawn = np.interp(times, line.get_xdata(), line.get_ydata())

    assert len(line.get_xdata()) < len(BOTH.times)
    assert np.max(np.abs(drawn - band[2])) < 0.01 * band.max()


def test_words_only_courses_mark_the_statements_and_their_times():
    told = mechanism_of("both", words=True).statements
    said = [claim for one in told for claim in one.claims]
    course = course_of(courses("both", words=True), result_of(summary(words=True)))

    figure = course_figure(course, LOOKS, log_time=True, sampled=SAID, statements=said)

    marks = [line.get_marker() for line in figure.axes[2].lines if len(line.get_xdata()) == 1]
    dotted = [
        line for line in figure.axes[2].lines if line.get_linestyle() == ":" or line.is_dashed()
    ]
    assert marks == ["o", "o"]
    assert len(dotted) >= len(SAID)


def test_a_course_without_a_finished_draw_is_drawn_as_not_known():
    unknown = replace(BOTH.curves[0], band=np.full_like(BOTH.curves[0].band, np.nan))
    course = replace(BOTH, curves=(unknown,))

    assert "not known" in texts(course_figure(course, LOOKS, log_time=True))
    assert "is not known" in describe_course("both", course, log_time=True)


def test_a_species_keeps_its_colour_whichever_mechanism_comes_first():
    looks = species_looks(result_of(SUMMARY))
    drawn = {m: course_of(courses(m), result_of(SUMMARY)) for m in ("template", "both")}
    line = {
        m: course_figure(one, looks, log_time=False).axes[3].lines[0] for m, one in drawn.items()
    }

    assert line["template"].get_color() == line["both"].get_color() == looks["Dy6L2"].colour


def test_building_blocks_leave_the_colours_to_what_is_assembled():
    coloured = [LOOKS[name].colour for name in ("Dy2L", "Dy3L", "Dy5L2", "Dy6L2")]

    assert len(set(coloured)) == 4
    assert set(coloured) <= set(HUES)
    assert LOOKS["Dy"].colour not in HUES


def test_more_species_than_colours_differ_by_their_dashes():
    many = network({f"X{i}": [["M", i + 2]] for i in range(30)})
    result = result_of({**SUMMARY, "measurement": {**SUMMARY["measurement"], "signals": []}})
    looks = species_looks(replace(result, mechanisms={"m": many}))

    assert len({(look.colour, str(look.dash)) for look in looks.values()}) == 30


def test_of_many_species_those_that_the_data_show_differ_in_colour():
    many = network({f"X{i}": [["M", i + 2]] for i in range(30)})
    signals = ["X0", "X9", "X18", "X27"]
    result = result_of({**SUMMARY, "measurement": {**SUMMARY["measurement"], "signals": signals}})
    looks = species_looks(replace(result, mechanisms={"m": many}))

    assert len({looks[name].colour for name in signals}) == len(signals)


def test_pathway_shares_are_drawn_in_percent():
    fraction = Interval(0.48, 0.38, 0.58)
    axes = pathway_figure([("both", "Dy6L2", "close", fraction)]).axes[0]

    np.testing.assert_allclose(axes.lines[0].get_xdata(), [38, 58])


def test_text_alternatives_say_what_is_shown():
    text = describe_probabilities({"a": 0.3, "b": 0.7}, {"b": (0.6, 0.8)})

    assert text.endswith("b 0.70 (0.60 to 0.80), a 0.30.")
    assert "Dy₃L is largest" in describe_course("both", BOTH, log_time=False)


def test_an_inline_figure_names_its_parts_for_itself_alone():
    drawn = svg_text(course_figure(BOTH, LOOKS, log_time=False))
    pictures = [inline_svg(drawn, text) for text in ("one", "two")]
    names = [set(re.findall(r' id="((?!DejaVu)[^"]+)"', picture)) for picture in pictures]

    assert names[0]
    assert not names[0] & names[1]
    for picture in pictures:
        used = set(re.findall(r'(?:href="#|url\(#)([^")]+)', picture))
        assert used == set(re.findall(r' id="([^"]+)"', picture))


def test_an_inline_figure_follows_the_colours_of_the_page():
    picture = inline_svg(svg_text(probabilities(both=0.7, template=0.3)), "bars")

    assert "var(--ink)" in picture
    assert "#ffffff" not in picture
    assert "#1b1f24" not in picture


@pytest.mark.parametrize(("hue", "name"), [(6, "violet"), (7, "wine"), (8, "olive")])
def test_dark_hues_are_lighter_on_a_dark_page(hue, name):
    axes = pathway_figure([("both", "Dy6L2", "close", Interval(0.48, 0.38, 0.58))])
    axes.axes[0].lines[0].set_color(HUES[hue])

    assert f"stroke: var(--{name}, {HUES[hue]})" in inline_svg(svg_text(axes), "lines")


def test_letters_are_kept_once_for_a_whole_page():
    picture = inline_svg(svg_text(probabilities(both=0.7, template=0.3)), "bars")
    page = share_outlines(f"<!--outlines-->{picture}{picture}")

    letters = re.findall(r'<path id="(DejaVu[^"]+)"', page)
    assert len(letters) == len(set(letters))
    assert set(re.findall(r'href="#(DejaVu[^"]+)"', page)) == set(letters)


@pytest.mark.parametrize("text", ['say "less" <than>', "a & b"])
def test_a_text_alternative_is_escaped(text):
    picture = inline_svg(svg_text(probabilities(both=1.0)), text)

    assert text not in picture
    assert 'role="img"' in picture


def test_a_course_over_years_is_drawn_over_years():
    years = replace(BOTH, times=BOTH.times / BOTH.times[-1] * 20 * 365.25 * 24)
    axes = course_figure(years, LOOKS, log_time=False).axes[-1]

    shown = [label.get_text() for label in axes.get_xticklabels()]
    assert axes.get_xlabel() == "time (years)"
    assert [float(text) * 365.25 * 24 for text in shown] == pytest.approx(axes.get_xticks())
    assert shown[-1] == "20"
    assert course_figure(BOTH, LOOKS, log_time=False).axes[-1].get_xlabel() == "time (h)"


def test_what_ends_unseen_is_no_number_in_the_alternative():
    band = np.ones((5, len(BOTH.times)))
    band[:, -1] = 4.43e-31
    curve = replace(BOTH.curves[0], band=band)
    text = describe_course("A", replace(BOTH, curves=(curve,)), log_time=False)

    assert "and ends at next to nothing" in text
    assert "e-" not in text


def test_a_course_over_weeks_is_drawn_over_days():
    weeks = replace(BOTH, times=BOTH.times / BOTH.times[-1] * 607)
    axes = course_figure(weeks, LOOKS, log_time=False).axes[-1]

    assert axes.get_xlabel() == "time (days)"
    assert [label.get_text() for label in axes.get_xticklabels()] == ["0", "7", "14", "21"]
    assert axes.get_xticks()[1] == 7 * 24
    assert course_figure(weeks, LOOKS, log_time=True).axes[-1].get_xlabel() == "time (h)"


def test_a_pdf_is_the_same_bytes_and_holds_no_font_that_journals_refuse():
    first, second = (pdf_bytes(probabilities(both=0.7, template=0.3)) for _ in range(2))

    assert first == second
    assert first.startswith(b"%PDF")
    assert b"/Type3" not in first
    assert b"/CIDFontType2" in first


@pytest.mark.usefixtures("sharp_pictures")
def test_a_stored_picture_has_600_dots_an_inch(tmp_path):
    (tmp_path / "p.png").write_bytes(png_bytes(probabilities(both=0.7, template=0.3)))
    picture = imread(tmp_path / "p.png")

    assert picture.shape[1] == pytest.approx(8.5 / 2.54 * 600, abs=1)


def test_the_scale_ends_where_the_lines_of_statements_begin():
    told = mechanism_of("both", words=True).statements
    said = [claim for one in told for claim in one.claims]
    course = course_of(courses("both", words=True), result_of(summary(words=True)))
    figure = course_figure(course, LOOKS, log_time=True, statements=said)

    assert max(figure.axes[3].get_yticks()) == 100
    assert figure.axes[3].get_ylim()[1] > 110
