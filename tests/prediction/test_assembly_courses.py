"""Routes and mean compositions over time, against closed forms and the end of the window."""

import numpy as np
import pytest
from sample_networks import HNP_DY6, HNP_DY6_CONSTANTS, HNP_DY6_INITIAL, open_species

from assemblysim.kinetics.reactor.reactor import Reactor
from assemblysim.mechanism.network.network import Network, Reaction, Species
from assemblysim.prediction.assembly_courses import (
    LEAST_MADE,
    assembly_courses_in,
    counted_blocks,
    mean_composition,
)
from assemblysim.prediction.pathways import pathway_fractions_in

TIMES = np.linspace(0.0, 3.0, 31)
# A becomes P at once and, with the same constant, B, which becomes P as slowly.
LATE = Network(
    open_species("A", "B", "P"),
    (
        Reaction("straight", ("A",), ("P",), "k"),
        Reaction("detour", ("A",), ("B",), "k"),
        Reaction("arrive", ("B",), ("P",), "k2"),
    ),
)


def followed(network, constants, initial, times=TIMES, draws=1):
    values = np.tile(constants, (draws, 1))
    return assembly_courses_in(
        Reactor.isothermal(network, values, np.tile(initial, (draws, 1))), times
    )


def test_a_route_over_time_is_its_closed_form():
    found = followed(LATE, [1.0, 0.5], [1.0, 0.0, 0.0])
    t = TIMES[3:]
    straight = (1 - np.exp(-2 * t)) / 2
    b = (np.exp(-0.5 * t) - np.exp(-2 * t)) / 1.5
    arrived = straight - b  # what went into B and is not there any more

    assert found.routes == (("P", "straight"), ("P", "arrive"))
    np.testing.assert_allclose(
        found.fractions[0, 3:, 0], straight / (straight + arrived), rtol=1e-6
    )
    np.testing.assert_allclose(found.fractions[0, 3:].sum(axis=-1), 1.0)


def test_the_fractions_end_as_those_of_the_whole_window():
    reactor = Reactor.isothermal(
        HNP_DY6, np.array([HNP_DY6_CONSTANTS]), np.array([HNP_DY6_INITIAL])
    )
    found = assembly_courses_in(reactor, np.linspace(0, 48, 13))
    whole = pathway_fractions_in(reactor, 48.0)

    assert found.pathways.routes == whole.routes
    np.testing.assert_allclose(found.pathways.values, whole.values, rtol=1e-6)
    np.testing.assert_allclose(found.fractions[:, -1], whole.values, rtol=1e-6)


def test_a_fraction_of_next_to_nothing_is_not_known():
    found = followed(LATE, [1.0, 0.5], [1.0, 0.0, 0.0], np.array([0.0, 1e-3, 0.5, 3.0]))
    little = (1 - np.exp(-2e-3)) / 2

    assert little < LEAST_MADE * 0.7
    np.testing.assert_array_equal(np.isnan(found.fractions[0, :, 0]), [True, True, False, False])


DIMERS = Network(
    (
        Species("M", (("M", 1),)), Species("L", (("L", 1),)),
        Species("ML", (("M", 1), ("L", 1))), Species("M2L3", (("M", 2), ("L", 3))),
    ),
    (Reaction("join", ("ML", "ML", "L"), ("M2L3",), "k"),),
)  # fmt: skip


def test_the_mean_composition_counts_particles_not_building_blocks():
    amounts = np.array([[[5.0, 7.0, 3.0, 1.0], [5.0, 7.0, 0.0, 0.0]]])
    found = mean_composition(DIMERS, amounts, counted_blocks(DIMERS))

    assert counted_blocks(DIMERS) == ("M", "L")
    # three ML and one M2L3: 5 M and 6 L in four particles; of free blocks alone there is none
    np.testing.assert_allclose(found[0, 0], [5 / 4, 6 / 4])
    assert np.isnan(found[0, 1]).all()


def test_without_two_building_blocks_nothing_is_counted():
    found = followed(LATE, [1.0, 0.5], [1.0, 0.0, 0.0])

    assert found.blocks == ()
    assert found.composition.shape == (1, len(TIMES), 0)


def test_what_is_stored_are_quantiles_over_the_draws_that_could_be_followed():
    one = followed(LATE, [1.0, 0.5], [1.0, 0.0, 0.0], draws=3)
    one.fractions[0] = np.nan  # a draw that failed
    one.fractions[1] *= 0.5
    stored = one.result("run")

    assert stored.experiment == "run"
    assert stored.fractions.shape == (5, len(TIMES), 2)
    assert stored.fractions[2, -1, 0] == pytest.approx(one.fractions[1:, -1, 0].mean())
    assert np.isnan(stored.fractions[:, 0]).all()
