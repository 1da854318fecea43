"""Degrees of rate control against closed forms, finite differences and the summation theorem."""

import numpy as np
import pytest
from sample_networks import BINDING, CHAIN, HNP_DY6, HNP_DY6_CONSTANTS, HNP_DY6_INITIAL, species

from assemblysim.files.codec import to_plain
from assemblysim.kinetics.reactor.reactor import Reactor
from assemblysim.kinetics.reactor.temperature import RateConstants
from assemblysim.mechanism.network.expression import read_rate_law
from assemblysim.mechanism.network.network import Network, Reaction
from assemblysim.prediction.lifetimes import UNITS, lifetimes_in
from assemblysim.prediction.rate_control import products, rate_control_in, summarise_control
from assemblysim.prediction.step_scaling import scaled_steps

WINDOW = 48.0
A0 = np.array([[2.0, 0.0, 0.0]])

# E <-> ES, ES -> E + P: a closed cycle whose rate is steady once E and ES are.
CYCLE = Network(
    species(E="E", ES="E", P=""),
    (
        Reaction("bind", ("E",), ("ES",), "on"),
        Reaction("bind_reverse", ("ES",), ("E",), "off", reverse_of="bind"),
        Reaction("turn", ("ES",), ("E", "P"), "kcat"),
    ),
)


def control(network, rate_constants, initial, window=WINDOW):
    found = rate_control_in(
        Reactor.isothermal(network, np.atleast_2d(rate_constants), np.atleast_2d(initial)), window
    )
    return {quantity: found.values[0, k] for k, quantity in enumerate(found.quantities)}


@pytest.mark.parametrize("k1", [0.2, 1.0, 30.0, 1e3])
@pytest.mark.parametrize("k2", [0.15, 1.7, 50.0])
def test_control_of_a_chain_matches_its_closed_form(k1, k2):
    found = control(CHAIN, [k1, k2], A0)
    gap = k2 - k1
    top = np.log(k2 / k1) / gap
    # t = ln(k2/k1)/(k2 - k1), ln c = ln a0 + k2/(k2 - k1) ln(k1/k2)
    time = np.array([-1 + k1 * top, 1 - k2 * top]) / (gap * top)
    height = np.array([k1 * k2 * (-top) / gap + k2 / gap, k1 * k2 * top / gap - k2 / gap])

    np.testing.assert_allclose(found["time_of_maximum", "B"], time, atol=1e-5)
    np.testing.assert_allclose(found["maximum", "B"], height, atol=1e-6)


def test_control_of_the_yield_of_a_chain_matches_its_closed_form():
    k1, k2, t = 0.02, 0.05, WINDOW
    found = control(CHAIN, [k1, k2], A0)["yield", "C"]

    def product(a, b):
        return 1 - (b * np.exp(-a * t) - a * np.exp(-b * t)) / (b - a)

    # d/dk1 and d/dk2 of the formula, by complex steps, which have no rounding
    c, tiny = product(k1, k2), 1e-30
    by_k1 = np.imag(product(k1 + 1j * tiny, k2)) / tiny
    by_k2 = np.imag(product(k1, k2 + 1j * tiny)) / tiny
    np.testing.assert_allclose(found, [k1 * by_k1 / c, k2 * by_k2 / c], rtol=1e-7)


@pytest.mark.parametrize("rate_constants", [[3.0, 0.5, 2.0], [0.1, 10.0, 5.0], [7.0, 0.01, 0.3]])
def test_control_of_a_steady_rate_sums_to_one(rate_constants):
    on, off, kcat = rate_constants
    found = control(CYCLE, rate_constants, [[1.0, 0.0, 0.0]], window=1e3)["rate", "P"]
    fraction = kcat / (on + off + kcat)

    # rate = kcat on / (on + off + kcat); both directions of 'bind' are scaled together
    np.testing.assert_allclose(found, [fraction, 1 - fraction], atol=1e-4)
    assert found.sum() == pytest.approx(1, abs=1e-4)


def test_over_all_steps_control_sums_to_what_faster_time_does():
    found = control(HNP_DY6, HNP_DY6_CONSTANTS, HNP_DY6_INITIAL)

    for (kind, name), values in found.items():
        if kind == "maximum":
            assert values.sum() == pytest.approx(0, abs=1e-4), name
        if kind == "time_of_maximum":
            assert values.sum() == pytest.approx(-1, abs=1e-4), name


def test_control_matches_finite_differences_of_independent_lifetimes():
    found = control(HNP_DY6, HNP_DY6_CONSTANTS, HNP_DY6_INITIAL)
    step = 1e-3
    factors = np.exp(step * np.concatenate([np.eye(5), -np.eye(5)]))
    lives = lifetimes_in(
        Reactor.isothermal(HNP_DY6, HNP_DY6_CONSTANTS * factors, np.tile(HNP_DY6_INITIAL, (10, 1))),
        WINDOW,
        0.1,
    )
    logs = np.log(lives.values)
    derivatives = (logs[:5] - logs[5:]) / (2 * step)

    for x, name in enumerate(lives.species):
        for kind in ("maximum", "time_of_maximum"):
            expected = derivatives[:, x, list(UNITS).index(kind)]
            np.testing.assert_allclose(found[kind, name], expected, atol=2e-5)


def test_a_step_with_a_shared_constant_is_scaled_alone():
    shared = Network(
        CHAIN.species,
        (Reaction("first", ("A",), ("B",), "k"), Reaction("second", ("B",), ("C",), "k", factor=3)),
    )

    alone = control(CHAIN, [0.4, 1.2], A0, window=6.0)
    together = control(shared, [0.4], A0, window=6.0)

    for quantity, values in alone.items():
        np.testing.assert_allclose(together[quantity], values, rtol=1e-6)


def test_a_rate_law_with_two_constants_is_scaled_as_a_whole():
    saturating = Network(
        CHAIN.species,
        (
            Reaction(
                "first",
                ("A",),
                ("B",),
                "v",
                law=read_rate_law("v*A/(K + A)"),
                further_rate_constants=("K",),
            ),
            Reaction("second", ("B",), ("C",), "k2"),
        ),
    )
    found = control(saturating, [1.0, 0.5, 1.2], A0)

    assert sum(found["time_of_maximum", "B"]) == pytest.approx(-1, abs=1e-4)
    assert sum(found["maximum", "B"]) == pytest.approx(0, abs=1e-4)


def test_a_reversible_step_is_one_and_its_equilibrium_yield_is_not_governed():
    found = control(BINDING, [3.0, 0.5], [[1.0, 2.0, 0.0]], window=1e3)

    assert products(BINDING) == ("C",)
    np.testing.assert_allclose(found["yield", "C"], [0.0], atol=1e-8)


def test_what_does_not_happen_is_not_governed_by_anything():
    late = rate_control_in(
        Reactor.isothermal(CHAIN, np.array([[0.02, 0.01], [np.nan, 1.0]]), np.tile(A0, (2, 1))),
        WINDOW,
    )
    kinds = [kind for kind, _ in late.quantities]
    summary = to_plain(summarise_control(late))

    assert np.isnan(late.values[0, kinds.index("maximum")]).all()
    assert np.isfinite(late.values[0, kinds.index("yield")]).all()
    assert np.isnan(late.values[1]).all()
    assert summary["maximum"]["B"]["first"]["median"] is None
    assert summary["yield"]["C"]["first"]["median"] > 0


def test_control_says_how_often_there_is_what_it_is_of():
    """B of A -> B -> C peaks within 2 h where k1 = k2 = 1 per hour, and not where both are 0.1."""
    rate_constants = np.array([[1.0, 1.001], [0.1, 0.1001], [1.2, 1.0], [0.9, 1.0]])
    start = np.tile([2.0, 0.0, 0.0], (4, 1))
    reactor = Reactor.isothermal(CHAIN, rate_constants, start)
    found = to_plain(summarise_control(rate_control_in(reactor, 2.0)))

    assert {one["probability"] for one in found["maximum"]["B"].values()} == {0.75}
    assert {one["probability"] for one in found["yield"]["C"].values()} == {1.0}


def test_scaling_leaves_the_mechanism_as_it_is():
    steps = scaled_steps(HNP_DY6)
    rate_constants = steps.rate_constants(RateConstants.isothermal(HNP_DY6_CONSTANTS[None]))

    assert steps.steps == tuple(r.name for r in HNP_DY6.reactions)
    assert steps.network.rate_constant_names[:2] == ("own0", "k_chelate")
    np.testing.assert_array_equal(
        rate_constants.at_reference[0], [1.0, 0.1, 3e-3, 1.5e-3, 12e-3, 1.5e-3]
    )
