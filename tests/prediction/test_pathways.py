"""Which reaction makes the product: shares of integrated net fluxes."""

import numpy as np
import pytest
from sample_networks import CHAIN, HNP_DY6, HNP_DY6_CONSTANTS, HNP_DY6_INITIAL, open_species

from assemblysim.kinetics.reactor.reactor import Reactor
from assemblysim.mechanism.network.network import Network, Reaction
from assemblysim.prediction.pathways import (
    PathwayFractions,
    average_pathways,
    pathway_fractions_in,
)
from assemblysim.result.predictions import RouteFraction

# A becomes P directly with k1 (reversibly, k1r) and through B with k2, k3.
TWO_WAYS = Network(
    open_species("A", "B", "P"),
    (
        Reaction("straight", ("A",), ("P",), "k1"),
        Reaction("straight_reverse", ("P",), ("A",), "k1r", reverse_of="straight"),
        Reaction("detour", ("A",), ("B",), "k2"),
        Reaction("arrive", ("B",), ("P",), "k3"),
    ),
)


def fractions(network, rate_constants, initial, window=48.0):
    found = pathway_fractions_in(
        Reactor.isothermal(network, np.array([rate_constants]), np.array([initial])), window
    )
    return dict(zip(found.routes, found.values[0], strict=True))


def test_the_way_through_dy5l2_makes_the_published_share_of_hnp_dy6():
    found = fractions(HNP_DY6, HNP_DY6_CONSTANTS, HNP_DY6_INITIAL)

    assert found[("Dy6L2", "close")] == pytest.approx(0.4807, abs=5e-5)
    assert set(found) == {("Dy6L2", "dimerise"), ("Dy6L2", "close")}


def test_one_way_steps_in_parallel_share_by_their_constants():
    found = fractions(TWO_WAYS, [3.0, 0.0, 1.0, 1e3], [1.0, 0.0, 0.0])

    assert found[("P", "straight")] == pytest.approx(0.75, abs=1e-6)
    assert found[("P", "arrive")] == pytest.approx(0.25, abs=1e-6)


def test_a_fast_exchange_counts_by_what_it_makes_net():
    # All of A that leaves by the exchange comes back: in the end P holds what it must, and the
    # exchange, fast as it is, made next to nothing of what came through B.
    slow = fractions(TWO_WAYS, [1.0, 1e3, 1e-2, 10.0], [1.0, 0.0, 0.0])
    fast = fractions(TWO_WAYS, [1e3, 1e6, 1e-2, 10.0], [1.0, 0.0, 0.0])

    assert fast[("P", "straight")] == pytest.approx(slow[("P", "straight")], abs=1e-3)
    assert fast[("P", "straight")] < 0.01


def test_a_step_that_runs_backwards_on_the_whole_made_nothing():
    found = fractions(TWO_WAYS, [1.0, 1.0, 5.0, 5.0], [0.0, 1.0, 0.0])

    assert found[("P", "straight")] == 0
    assert found[("P", "arrive")] == 1


def test_shares_count_molecules_not_events():
    network = Network(
        open_species("A", "P"),
        (
            Reaction("single", ("A",), ("P",), "k1"),
            Reaction("double", ("A",), ("P", "P"), "k2"),
        ),
    )
    found = fractions(network, [1.0, 1.0], [1.0, 0.0])

    assert found[("P", "double")] == pytest.approx(2 / 3, abs=1e-8)


def test_the_final_product_is_listed_also_with_a_single_way():
    assert fractions(CHAIN, [1.0, 2.0], [1.0, 0.0, 0.0]) == {("C", "second"): 1.0}


def test_a_way_back_to_a_reactant_is_not_a_way_to_make_it():
    network = Network(
        open_species("L", "X", "Y", "P"),
        (
            Reaction("first", ("L",), ("X",), "k1"),
            Reaction("grow", ("X",), ("Y",), "k2"),
            Reaction("grow_reverse", ("Y",), ("X",), "k3", reverse_of="grow"),
            Reaction("end", ("Y",), ("P",), "k4"),
        ),
    )

    assert set(fractions(network, [1.0] * 4, [1.0, 0.0, 0.0, 0.0])) == {("P", "end")}


def test_a_product_whose_only_loss_is_back_to_its_reactants_is_final():
    network = Network(
        open_species("A", "P"),
        (
            Reaction("go", ("A",), ("P",), "k1"),
            Reaction("go_reverse", ("P",), ("A",), "k2", reverse_of="go"),
        ),
    )

    assert fractions(network, [1.0, 1.0], [1.0, 0.0])[("P", "go")] == 1


def test_where_nothing_was_made_there_is_no_share():
    found = pathway_fractions_in(
        Reactor.isothermal(TWO_WAYS, np.zeros((1, 4)), np.array([[1.0, 0.0, 0.0]])), 48.0
    )

    assert np.isnan(found.values).all()
    assert average_pathways([found], [1.0])["P"]["arrive"] == RouteFraction(None, None, None, None)


def test_a_draw_that_fails_leaves_the_others_alone():
    rate_constants = np.stack([HNP_DY6_CONSTANTS, HNP_DY6_CONSTANTS * np.inf, HNP_DY6_CONSTANTS])
    found = pathway_fractions_in(
        Reactor.isothermal(HNP_DY6, rate_constants, np.tile(HNP_DY6_INITIAL, (3, 1))), 48.0
    )

    assert np.isnan(found.values[1]).all()
    assert average_pathways([found], [1.0])["Dy6L2"]["close"].median == pytest.approx(
        0.4807, abs=5e-5
    )


def test_a_mechanism_without_the_way_counts_with_a_share_of_zero():
    both = PathwayFractions((("P", "a"), ("P", "b")), np.full((10, 2), 0.5))
    one = PathwayFractions((("P", "a"),), np.full((90, 1), 1.0))

    averaged = average_pathways([both, one], [0.3, 0.7])["P"]
    assert averaged["a"] == RouteFraction(1.0, 0.5, 1.0, 1.0)
    assert averaged["b"] == RouteFraction(0.0, 0.0, 0.5, 0.5)


def test_the_limit_of_a_route_is_one_sided():
    # of 0, 0.01, ..., 0.99, each as probable, 95 are below 0.95 and the 95th is 0.94
    shares = np.arange(100) / 100
    found = PathwayFractions((("P", "a"), ("P", "b")), np.stack([shares, 1 - shares], axis=1))
    alone = average_pathways([found], [1.0])["P"]
    never = PathwayFractions((("P", "b"),), np.ones((100, 1)))
    averaged = average_pathways([found, never], [0.5, 0.5])["P"]

    assert (alone["a"].limit, alone["a"].upper) == (0.94, 0.97)
    assert alone["b"].limit == pytest.approx(0.95)
    # half of all draws make none by it: what leaves 5 % above leaves 10 % of the first's
    assert averaged["a"].limit == 0.89
