"""The fraction of each route over time."""

import numpy as np

from assemblysim.report.figures.appearance import Look
from assemblysim.report.figures.over_time.routes import (
    describe_routes,
    route_figure,
    route_panels,
)
from assemblysim.result.courses import AssemblyCourses

TIMES = np.concatenate([[0.0], np.geomspace(0.01, 48, 60)])
LOOKS = {"dimerise": Look("#0072b2", "-"), "close": Look("#d55e00", "-")}


def assembly(product="Dy6L2"):
    """Two routes whose fractions go from 0.8 to 0.5, and are not known at the start."""
    one = 0.5 + 0.3 * np.exp(-TIMES / 5)
    spread = np.array([-0.1, -0.04, 0.0, 0.04, 0.1])[:, None]
    fractions = np.stack([one + spread, 1 - one + spread], axis=-1)
    fractions[:, :10] = np.nan
    routes = ((product, "dimerise"), (product, "close"))
    return AssemblyCourses("80C", TIMES, routes, fractions, (), np.zeros((5, len(TIMES), 0)))


def test_each_product_has_a_panel_with_a_band_for_each_route():
    every = (*route_panels(assembly(), "under A"), *route_panels(assembly("P"), "under B"))
    figure = route_figure(every, LOOKS, log_time=False)
    axes = figure.axes[0]
    band = axes.collections[0].get_paths()[0].vertices

    assert [one.texts[0].get_text() for one in figure.axes] == ["Dy₆L₂ under A", "P under B"]
    names = {t.get_text(): t.xy for t in axes.texts[1:]}
    assert list(names) == ["dimerise", "close"]
    assert names["dimerise"][1] > names["close"][1] + 10  # where the lines are far apart
    assert {line.get_color() for line in axes.lines} == {"#0072b2", "#d55e00"}
    # the 95 % band, not that of 50 %: 60 to 80 % of the product at 48 h less what is gone
    at_end = band[np.isclose(band[:, 0], 48.0), 1]
    np.testing.assert_allclose([at_end.min(), at_end.max()], [40, 60], atol=0.1)


def test_what_is_not_known_yet_is_not_drawn_and_logarithmic_time_begins_behind_it():
    every = route_panels(assembly(), "")
    linear, logarithmic = (route_figure(every, LOOKS, log_time=one) for one in (False, True))

    assert linear.axes[0].lines[0].get_xdata()[0] >= TIMES[10]
    assert logarithmic.axes[0].get_xlim()[0] == TIMES[10]


def test_a_product_of_which_nothing_is_known_has_no_panel():
    found = assembly()
    found.fractions[:] = np.nan

    assert route_panels(found, "") == ()


def test_the_alternative_says_how_the_fractions_begin_and_end():
    text = describe_routes(route_panels(assembly(), "under A"))

    assert "dimerise made 80 % of Dy₆L₂ under A by" in text
    assert "50 % (40 to 60 %) by 48 h" in text
