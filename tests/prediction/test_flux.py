"""Net fluxes and extents against closed forms and conservation."""

import numpy as np
import pytest
from closed_forms import chain_middle, decay, reversible_binding
from sample_networks import (
    BINDING,
    CHAIN,
    HNP_DY6,
    HNP_DY6_CONSTANTS,
    HNP_DY6_INITIAL,
    open_species,
)

from assemblysim.kinetics.reactor.protocol import Event, Protocol
from assemblysim.kinetics.reactor.reactor import Reactor
from assemblysim.kinetics.reactor.temperature import RateConstants
from assemblysim.mechanism.network.network import Network, Reaction
from assemblysim.mechanism.properties.balance import stoichiometry
from assemblysim.prediction.flux import net_fluxes_in, summarise_extents

OPEN = Network(
    open_species("A"),
    (Reaction("feed", (), ("A",), "k_in"), Reaction("leave", ("A",), (), "k_out")),
)
A0 = np.array([2.0, 0.0, 0.0])


def test_fluxes_of_a_chain_match_their_closed_form():
    k1, k2 = 0.7, 0.2
    found = net_fluxes_in(Reactor.isothermal(CHAIN, np.array([[k1, k2]]), A0[None]), 10.0)
    t = found.times

    np.testing.assert_allclose(found.flux[2, :, 0], k1 * decay(t, k1, 2.0, np.exp), rtol=1e-6)
    middle = chain_middle(t, k1, k2, 2.0, np.exp)
    np.testing.assert_allclose(found.flux[2, :, 1], k2 * middle, rtol=1e-6, atol=1e-9)
    made = 2.0 - decay(10.0, k1, 2.0, np.exp) - middle[-1]
    np.testing.assert_allclose(found.extents[0], [2.0 * -np.expm1(-7.0), made], rtol=1e-6)
    np.testing.assert_allclose(found.fractions[0, :, 0], found.extents[0] / 2.0, rtol=1e-12)


def test_what_crystallises_passes_through_the_step_that_takes_it_out():
    """A -> B -> nothing: all of A goes through both steps in the end."""
    reactions = (Reaction("make", ("A",), ("B",), "k1"), Reaction("crystallise", ("B",), (), "k2"))
    network = Network(CHAIN.species[:2], reactions)
    found = net_fluxes_in(Reactor.isothermal(network, np.array([[3.0, 1.0]]), A0[None, :2]), 60.0)

    np.testing.assert_allclose(found.extents[0], [2.0, 2.0], rtol=1e-6)
    np.testing.assert_allclose(found.fractions[0, :, 0], [1.0, 1.0], rtol=1e-6)


def test_shares_count_what_is_added_and_what_is_withdrawn_before_it_reacts():
    start, rate_constants = A0[None], RateConstants.isothermal(np.array([[3.0, 1.0]]))
    added = Protocol(volume=10.0, events=(Event(1.0, 2.0, (("A", 40.0),)),))
    withdrawn = Protocol(volume=10.0, events=(Event(1.0, -2.0),))

    # 20 umol, then 80 more: all of it goes both ways
    found = net_fluxes_in(Reactor(CHAIN, rate_constants, start, added), 60.0)
    np.testing.assert_allclose(found.extents[0], [10.0, 10.0], rtol=1e-6)
    np.testing.assert_allclose(found.fractions[0, :, 0], [1.0, 1.0], rtol=1e-6)
    # what comes after the window is not there yet
    found = net_fluxes_in(Reactor(CHAIN, rate_constants, start, added), 0.5)
    assert found.fractions[0, 0, 0] == pytest.approx(-np.expm1(-1.5), rel=1e-6)
    # a fifth of the A and of the B that is there after 1 h never reacts
    found = net_fluxes_in(Reactor(CHAIN, rate_constants, start, withdrawn), 60.0)
    left = np.array([np.exp(-3.0), np.exp(-3.0) + chain_middle(1.0, 3.0, 1.0, 2.0, np.exp) / 2])
    np.testing.assert_allclose(found.fractions[0, :, 0], 1 - 0.2 * left, rtol=1e-6)


def test_a_reversible_step_counts_forward_less_reverse():
    found = net_fluxes_in(
        Reactor.isothermal(BINDING, np.array([[3.0, 0.5]]), np.array([[1.0, 2.0, 0.0]])), 100.0
    )
    bound = reversible_binding(100.0, 3.0, 0.5, 1.0, 2.0, np.exp, np.sqrt)

    assert found.steps == ("bind",)
    assert found.extents[0, 0] == pytest.approx(bound, rel=1e-6)
    assert found.flux[2, -1, 0] == pytest.approx(0, abs=1e-6)  # at equilibrium


def test_extents_say_where_everything_went():
    found = net_fluxes_in(
        Reactor.isothermal(HNP_DY6, HNP_DY6_CONSTANTS[None], HNP_DY6_INITIAL[None]), 48.0
    )
    end = HNP_DY6_INITIAL + found.extents[0] @ stoichiometry(HNP_DY6).T
    fractions = dict(zip(found.steps, found.fractions[0, :, found.blocks.index("L")], strict=True))

    assert end.min() > -1e-6
    # two ligands a turnover of 'dimerise' and of 'close': their sum is all that the cluster holds
    assert fractions["dimerise"] + fractions["close"] == pytest.approx(2 * end[5] / 23.8, rel=1e-6)
    assert fractions["chelate"] == pytest.approx(1 - end[1] / 23.8, rel=1e-6)


def test_bands_are_quantiles_over_the_draws_and_failures_are_left_out():
    rate_constants = np.array([[k, 0.2] for k in (0.5, 0.6, 0.7, 0.8, 0.9)] + [[np.nan, 1.0]])
    found = net_fluxes_in(Reactor.isothermal(CHAIN, rate_constants, np.tile(A0, (6, 1))), 10.0)
    summary = summarise_extents(found)["first"]

    np.testing.assert_allclose(
        found.flux[:, 0, 0], 2 * np.quantile(rate_constants[:5, 0], [0.025, 0.25, 0.5, 0.75, 0.975])
    )
    assert np.isnan(found.extents[5]).all()
    assert summary.extent.median == pytest.approx(2 * -np.expm1(-7.0), rel=1e-6)
    assert summary.shares["M"].median == pytest.approx(-np.expm1(-7.0), rel=1e-6)


def test_species_without_a_composition_have_fluxes_and_no_shares():
    found = net_fluxes_in(Reactor.isothermal(OPEN, np.array([[2.0, 0.5]]), np.zeros((1, 1))), 3.0)
    left = 2.0 / 0.5 * -np.expm1(-0.5 * 3.0)

    assert found.blocks == ()
    assert found.fractions.shape == (1, 2, 0)
    np.testing.assert_allclose(found.extents[0], [6.0, 6.0 - left], rtol=1e-6)
