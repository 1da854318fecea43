"""Windows of isolation against root finding on the closed form of A -> B -> C."""

import numpy as np
import pytest
from closed_forms import chain_middle
from sample_networks import CHAIN, HNP_DY6, HNP_DY6_CONSTANTS, HNP_DY6_INITIAL
from scipy.optimize import brentq

from assemblysim.errors import InputError
from assemblysim.files.codec import to_plain
from assemblysim.kinetics.reactor.protocol import Feed, Protocol
from assemblysim.kinetics.reactor.reactor import Reactor
from assemblysim.kinetics.reactor.temperature import RateConstants
from assemblysim.mechanism.network.network import Network, Reaction
from assemblysim.prediction.windows import (
    QUANTITIES,
    Level,
    average_windows,
    scarcest_block,
    windows_in,
)

A0 = np.array([[2.0, 0.0, 0.0]])
RATES = np.array([[0.5, 0.3], [0.4, 0.2], [0.05, 2.0]])  # in the third B stays below 3 %


def of_chain(rate_constants, window=48.0, fraction=0.3):
    rate_constants = np.atleast_2d(rate_constants)
    return windows_in(
        Reactor.isothermal(CHAIN, rate_constants, np.tile(A0, (len(rate_constants), 1))),
        window,
        Level("M", fraction),
    )


def exact_window(k1, k2, fraction=0.3):
    top = np.log(k2 / k1) / (k2 - k1)

    def b(t):
        return chain_middle(t, k1, k2, 1.0, np.exp) - fraction

    return brentq(b, 0, top, xtol=1e-14), brentq(b, top, 1e3, xtol=1e-14), top, b(top) + fraction


@pytest.mark.parametrize(("k1", "k2"), [(0.5, 0.3), (30.0, 0.2), (1e3, 40.0)])
def test_a_window_matches_its_closed_form(k1, k2):
    found = of_chain([k1, k2]).values[0, 0]

    np.testing.assert_allclose(found, exact_window(k1, k2), rtol=1e-6)


def test_a_window_that_is_still_open_at_the_end_is_beyond():
    start, end, top, _ = exact_window(0.5, 0.3)
    found = of_chain([0.5, 0.3], window=(top + end) / 2)
    early = of_chain([0.5, 0.3], window=(start + top) / 2).values[0, 0]
    summary = to_plain(average_windows([found], [1.0]))["B"]

    assert found.values[0, 0, 0] == pytest.approx(start, rel=1e-6)
    assert np.isinf(found.values[0, 0, 1])
    assert summary["end"]["probability_beyond"] == 1
    assert summary["end"]["median"] is None
    assert np.isinf(early[[1, 2]]).all()  # neither end nor peak are extrapolated


def test_what_never_holds_that_much_has_no_window():
    found = of_chain(RATES)
    summary = to_plain(average_windows([found], [1.0]))["B"]

    assert np.isnan(found.values[2, 0, :2]).all()
    assert summary["start"]["probability"] == pytest.approx(2 / 3)
    assert summary["peak_share"]["lower"] < 0.03


def test_the_probability_at_a_time_is_the_share_of_draws_in_their_windows():
    found = of_chain(RATES)
    bounds = np.array([exact_window(*k)[:2] for k in RATES[:2]])

    for time in (0.5, 1.5, 2.5, 4.0, 6.0, 9.0):
        at = int(np.abs(found.times - time).argmin())
        inside = (bounds[:, 0] < time) & (time < bounds[:, 1])
        assert found.probabilities[at, 0] == pytest.approx(inside.sum() / 3)


def test_the_best_moment_is_where_most_draws_are_above_and_the_share_is_highest():
    # the first has nearly everything as B early; the others, two of three, hold less, and later
    rate_constants = np.array([[50.0, 0.8], [0.1, 0.09], [0.1, 0.085]])
    best = to_plain(average_windows([of_chain(rate_constants)], [1.0]))["B"]["best"]
    grid = np.linspace(0.01, 48, 100_000)
    fractions = np.stack([chain_middle(grid, *k, 1.0, np.exp) for k in rate_constants])
    likely = (fractions > 0.3).mean(axis=0)
    expected = np.where(likely == likely.max(), fractions.mean(axis=0), 0)

    assert best["probability"] == pytest.approx(2 / 3)
    assert best["time"] == pytest.approx(grid[expected.argmax()], rel=0.03)  # of a grid of 4 %
    assert best["expected_share"] == pytest.approx(expected.max(), rel=1e-3)
    assert grid[fractions.mean(axis=0).argmax()] < 1 < best["time"]


def test_averages_count_a_mechanism_without_the_species_as_never():
    with_it = of_chain(RATES[:2])
    detour = Network(
        CHAIN.species,
        (Reaction("first", ("A",), ("B",), "k1"), Reaction("short", ("A",), ("C",), "k2")),
    )
    without = windows_in(
        Reactor.isothermal(detour, RATES[:2], np.tile(A0, (2, 1))), 48.0, Level("M", 0.3)
    )
    found = to_plain(average_windows([with_it, without], [0.75, 0.25]))["B"]
    alone = to_plain(average_windows([with_it], [1.0]))["B"]

    assert without.species == ()
    assert found["start"]["probability"] == pytest.approx(0.75)
    assert found["start"]["median"] == alone["start"]["median"]
    assert found["best"]["time"] == alone["best"]["time"]
    assert found["best"]["probability"] == pytest.approx(0.75 * alone["best"]["probability"])


def test_a_share_counts_how_often_a_species_holds_the_component():
    level = Level("L", 0.1)
    found = windows_in(
        Reactor.isothermal(HNP_DY6, HNP_DY6_CONSTANTS[None], HNP_DY6_INITIAL[None]), 48.0, level
    )
    peak = QUANTITIES.index("peak_share")

    assert found.species == ("Dy2L", "Dy3L", "Dy5L2")
    # all of the ligand is in these, in L or in Dy6L2: never more than 1
    assert (found.values[0, :, peak] < 1).all()
    assert found.expected.sum(axis=1).max() < 1
    twice = windows_in(
        Reactor.isothermal(HNP_DY6, HNP_DY6_CONSTANTS[None], HNP_DY6_INITIAL[None]),
        48.0,
        Level("Dy", 0.1),
    )
    # Dy5L2: 2 of 23.8 mM L, 5 of 190 mM Dy
    assert found.values[0, 2, peak] / twice.values[0, 2, peak] == pytest.approx(
        (2 / 23.8) / (5 / 190)
    )
    assert scarcest_block(HNP_DY6, HNP_DY6_INITIAL[None]) == "L"


def test_a_draw_that_cannot_be_integrated_counts_for_nothing():
    found = of_chain([[0.5, 0.3], [np.nan, 1.0]])

    assert found.failed == 1
    assert np.isnan(found.values[1]).all()
    assert found.probabilities.max() == 1
    assert to_plain(average_windows([found], [1.0]))["B"]["start"]["probability"] == 1


@pytest.mark.parametrize(
    ("level", "line"),
    [
        (
            Level("N", 0.1),
            "windows: no building block 'N'; known: M; write one that the species are made of",
        ),
        (Level("M", 1.5), "windows: a fraction of 1.5 is not between 0 and 1; write 0.2"),
    ],
)
def test_a_level_that_means_nothing_is_refused(level, line):
    with pytest.raises(InputError) as fault:
        windows_in(Reactor.isothermal(CHAIN, RATES[:1], A0), 48.0, level)
    assert str(fault.value) == line


def test_a_feed_of_solvent_leaves_the_fractions_and_one_of_the_block_counts_as_it_comes():
    def window(volume, feed):
        protocol = Protocol(None, volume, feeds=(feed,))
        start = np.where(volume > 0, [[4.0, 0.0, 0.0]], 0.0)
        constants = RateConstants.isothermal(np.array([[1.0, 0.2]]))
        reactor = Reactor(CHAIN, constants, start, protocol)
        found = windows_in(reactor, 48.0, Level("M", 0.3))
        assert found.failed == 0
        return found.values[0, 0]

    alone = of_chain([[1.0, 0.2]]).values[0, 0]
    np.testing.assert_allclose(window(1.0, Feed(1.0, 3.0, 5.0)), alone, rtol=1e-4)
    # All of it within a second and a half, into none.
    fed = window(0.0, Feed(0.0, 4e-4, 2500.0, (("A", 4.0),)))
    np.testing.assert_allclose(fed, alone, rtol=1e-3)
