"""The diagram of fluxes and the figure of fluxes over time, against a closed form."""

from dataclasses import replace

import pytest
from forecast_example import K1, K2, START, parallel_study
from matplotlib.patches import PathPatch, Polygon
from stored_networks import network

from assemblysim.report.figures.appearance import FAINT, HUES, step_looks
from assemblysim.report.schemes.flux_alternatives import describe_flux_diagram, describe_fluxes
from assemblysim.report.schemes.flux_diagram import flows, flux_diagram
from assemblysim.report.schemes.flux_figure import flux_figure
from assemblysim.result.numbers import Interval

LOOKS = step_looks(parallel_study())


def parallel(**constants):
    """The mechanism, and its flux."""
    mechanism = parallel_study(**constants).mechanisms["parallel"]
    return mechanism, mechanism.forecast.flux


def turned(mechanism):
    return flows(mechanism, mechanism.forecast.extents)


def with_extents(mechanism, **changed):
    """The mechanism with other extents of some steps."""
    known = mechanism.forecast.extents
    extents = known | {name: replace(known[name], extent=one) for name, one in changed.items()}
    return replace(mechanism, forecast=replace(mechanism.forecast, extents=extents))


def said(mechanism):
    return describe_flux_diagram("m", mechanism, mechanism.forecast.extents)


def lines_of(mechanism):
    """Widths, colours and dashes of the lines of a diagram, and the tips of its arrows."""
    (axes,) = flux_diagram(mechanism, mechanism.forecast.extents, LOOKS).axes
    lines = [p for p in axes.patches if isinstance(p, PathPatch) and p.get_zorder() == 2]
    tips = [p.get_xy()[2] for p in axes.patches if isinstance(p, Polygon)]
    return lines, tips, {t.get_text(): t.get_position() for t in axes.texts}


def test_widths_are_in_proportion_to_the_turnovers_of_a_parallel_decay():
    widths = {name: flow.width for name, flow in turned(parallel()[0]).items()}
    lines, _, _ = lines_of(parallel()[0])
    drawn = sorted({round(line.get_linewidth(), 9) for line in lines})

    # the share of each way is its constant over the sum of both
    assert widths["left"] / (widths["left"] + widths["right"]) == pytest.approx(K1 / (K1 + K2))
    assert len(lines) == 4  # from A to each label, and on to B and C
    assert drawn[0] / drawn[1] == pytest.approx(K2 / K1, rel=1e-6)


def test_each_step_is_named_with_the_part_of_a_block_that_it_moves_or_else_its_turnover():
    mechanism = parallel()[0]
    bare = {n: replace(one, shares={}) for n, one in mechanism.forecast.extents.items()}
    without = replace(mechanism, forecast=replace(mechanism.forecast, extents=bare))

    assert {"left", "75 % of M", "right", "25 % of M"} <= set(lines_of(mechanism)[2])
    assert {"left", "7.5 mM", "right", "2.5 mM"} <= set(lines_of(without)[2])


def test_behind_an_arrow_a_pale_one_is_as_wide_as_the_upper_end_of_its_interval():
    mechanism = parallel()[0]
    extents = mechanism.forecast.extents
    wide = replace(extents["right"], shares={"M": Interval(0.25, 0.1, 0.5)})
    extents = {**extents, "right": wide}
    mechanism = replace(mechanism, forecast=replace(mechanism.forecast, extents=extents))
    (axes,) = flux_diagram(mechanism, extents, LOOKS).axes
    lines = [p for p in axes.patches if isinstance(p, PathPatch)]
    pale = [p for p in lines if p.get_alpha() is not None]
    full = [p for p in lines if p.get_alpha() is None]
    of_right = [p for p in full if p.get_edgecolor()[:3] == pale[0].get_edgecolor()[:3]]

    assert len(pale) == 2
    assert pale[0].get_linewidth() == pytest.approx(2 * of_right[0].get_linewidth())


def test_what_makes_little_of_all_is_still_drawn_in_its_colour():
    """A route of one part in fifty may make all of what it makes."""
    lines, _, _ = lines_of(parallel(k2=0.02 * K1)[0])

    assert all(isinstance(line.get_linestyle(), str) for line in lines)
    assert len({line.get_edgecolor() for line in lines}) == 2


def test_arrows_point_at_what_is_made():
    _, tips, texts = lines_of(parallel()[0])

    # y runs downwards: tips end just above the boxes of B and C
    assert len(tips) == 2
    assert all(abs(y - texts["B"][1]) < 0.5 for _, y in tips)


def test_a_step_that_runs_back_on_the_whole_is_drawn_in_that_direction():
    mechanism, _ = parallel(k2=-K2)
    _, tips, texts = lines_of(mechanism)
    at_a = [y for _, y in tips if abs(y - texts["A"][1]) < 0.5]

    assert turned(mechanism)["right"].backwards
    assert "25 % of M back" in texts
    assert len(at_a) == 1
    assert "right 2.5 mM backwards" in said(mechanism)


def test_what_is_too_little_to_be_seen_is_a_dotted_line_without_a_colour():
    lines, _, _ = lines_of(parallel(k2=1e-4)[0])
    dotted = [line for line in lines if not isinstance(line.get_linestyle(), str)]

    assert len(dotted) == 2
    assert {line.get_edgecolor() for line in dotted} != {line.get_edgecolor() for line in lines}
    assert not turned(parallel(k2=1e-4)[0])["right"].visible


def test_a_step_of_unknown_turnover_is_said_to_be_unknown():
    mechanism, _ = parallel()
    mechanism = with_extents(mechanism, left=Interval(None, None, None))
    _, _, texts = lines_of(mechanism)

    assert "turnover not known" in texts
    assert turned(mechanism)["left"].turnover is None
    assert "left is not known" in said(mechanism)


def test_each_step_has_a_panel_in_its_own_colour():
    figure = flux_figure(parallel()[1], LOOKS, log_time=True)
    titles = [axes.texts[0].get_text() for axes in figure.axes]
    colours = [axes.lines[-1].get_color() for axes in figure.axes]

    assert titles == ["left", "right"]
    assert colours == [HUES[0], HUES[1]]
    assert FAINT not in colours
    assert {axes.get_xscale() for axes in figure.axes} == {"log"}


def test_a_flux_that_runs_back_stays_in_its_panel():
    figure = flux_figure(parallel(k2=-K2)[1], LOOKS, log_time=False)
    low, high = figure.axes[1].get_ylim()

    assert figure.axes[0].get_ylim()[0] == 0
    assert low < -K2 * START
    assert high < K2 * START


def test_steps_of_one_mechanism_look_different_and_each_the_same_in_all():
    mechanisms = {
        name: network({}, *((f"s{i}", ["A"], ["B"], {}) for i in places))
        for name, places in (("long", (0, 1, 2, 6, 7, 8)), ("other", (0, 1, 3, 4, 5)))
    }
    looks = step_looks(replace(parallel_study(), mechanisms=mechanisms))

    for one in mechanisms.values():
        hues = [looks[r.name].colour for r in one.reactions]
        assert len(set(hues)) == len(hues)


def test_a_band_far_above_the_median_does_not_flatten_it():
    _, flux = parallel()
    flux = replace(flux, upper=100 * flux.upper)
    figure = flux_figure(flux, LOOKS, log_time=False)

    assert figure.axes[0].get_ylim()[1] < 4 * K1 * START


def test_the_alternative_says_when_each_flux_is_largest():
    text = describe_fluxes("parallel", parallel(k2=-K2)[1], log_time=False)

    assert "left is largest, 3.0 mM/h, at 0 h and ends at 0.0010" in text
    assert "right is largest, 1.0 mM/h, backwards, at 0 h" in text


def test_turnovers_and_fluxes_carry_the_unit_of_the_study():
    mechanism, _ = parallel()
    extents = {n: replace(one, unit="%") for n, one in mechanism.forecast.extents.items()}
    mechanism = replace(mechanism, forecast=replace(mechanism.forecast, extents=extents))
    flux = replace(mechanism.forecast.flux, unit="%/h")

    assert "right 2.5 %" in said(mechanism)
    assert flux_figure(flux, LOOKS, log_time=False).axes[0].get_ylabel() == "net flux (%/h)"
    assert "left is largest, 3.0 %/h" in describe_fluxes("m", flux, log_time=False)


def test_a_route_of_large_species_is_as_wide_as_the_blocks_that_it_moves():
    """Half as many turnovers of what holds two blocks each move as many blocks."""
    mechanism, _ = parallel()
    left, right = (mechanism.forecast.extents[n] for n in ("left", "right"))
    shares = {"left": {"M": Interval(0.5, 0.4, 0.6)}, "right": {"M": Interval(0.5, 0.3, 0.7)}}
    extents = {"left": replace(left, shares=shares["left"]),
               "right": replace(right, shares=shares["right"])}  # fmt: skip
    mechanism = replace(mechanism, forecast=replace(mechanism.forecast, extents=extents))
    found = turned(mechanism)
    _, _, texts = lines_of(mechanism)

    assert found["left"].turnover == pytest.approx(3 * found["right"].turnover)
    assert found["left"].width == pytest.approx(found["right"].width)
    assert {"50 % (40 to 60 %) of M", "50 % (30 to 70 %) of M"} <= set(texts)
    assert "50 % (30 to 70 %) of M" in said(mechanism)
