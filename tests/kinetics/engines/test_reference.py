"""The reference engine alone: when it gives up, and how far it says that it came."""

import numpy as np
import pytest
from sample_networks import CHAIN, HNP_DY6, HNP_DY6_CONSTANTS, HNP_DY6_INITIAL, open_species
from scipy.linalg import expm

from assemblysim.kinetics.engines.integration import (
    Tolerance,
    integrate_batch,
    integrate_extents,
    integrate_sensitivities,
)
from assemblysim.kinetics.task import Ending
from assemblysim.mechanism.network.expression import read_rate_law
from assemblysim.mechanism.network.network import Network, Reaction

TIMES = np.array([0.0, 0.5, 2.0])
TIGHT = Tolerance(1e-10, 1e-13, 100_000)


def with_law(law):
    return Network(
        open_species("A", "B"), (Reaction("x", ("A",), ("B",), "k", law=read_rate_law(law)),)
    )


def ended(network, rate_constants, initial, tolerance=TIGHT):
    batch = integrate_batch(
        network,
        np.array([rate_constants]),
        np.array([initial]),
        TIMES,
        tolerance,
        engine="reference",
    )
    return Ending(batch.status[0]), batch.reached[0]


def test_first_order_steps_and_their_derivatives_are_matrix_exponentials():
    k1, k2 = 1.3, 0.4
    rates = np.array([[-k1, 0, 0], [k1, -k2, 0], [0, k2, 0]])
    by_k1 = np.array([[-1.0, 0, 0], [1, 0, 0], [0, 0, 0]])
    start = np.array([2.0, 0.5, 0.0])
    found = integrate_sensitivities(
        CHAIN, np.array([[k1, k2]]), start[None], TIMES, TIGHT, engine="reference"
    )

    for time, by_constant, by_initial in zip(
        TIMES, found.by_constant[0], found.by_initial[0], strict=True
    ):
        # d exp(t A) / dk stands beside exp(t A) in the exponential of a block matrix.
        blocks = expm(time * np.block([[rates, by_k1], [np.zeros((3, 3)), rates]]))
        np.testing.assert_allclose(by_initial, blocks[:3, :3], atol=1e-8)
        np.testing.assert_allclose(by_constant[:, 0], blocks[:3, 3:] @ start, atol=1e-8)


def test_extents_are_what_the_concentrations_were_changed_by():
    found = integrate_extents(
        HNP_DY6, HNP_DY6_CONSTANTS[None], HNP_DY6_INITIAL[None], TIMES, TIGHT, engine="reference"
    )
    made = found.trajectories.concentrations[0, :, 5]

    np.testing.assert_allclose(made, found.extents[0][:, [2, 4]].sum(axis=1), rtol=1e-9)
    assert made[-1] > 0


def test_it_stops_when_its_steps_are_spent():
    ending, reached = ended(
        HNP_DY6, HNP_DY6_CONSTANTS, HNP_DY6_INITIAL, Tolerance(1e-10, 1e-13, max_steps=5)
    )

    assert ending == Ending.SPENT
    assert 0 <= reached < TIMES[-1]


@pytest.mark.parametrize("rate", [np.nan, np.inf, 1e308])
def test_it_stops_where_a_rate_is_not_finite(rate):
    assert ended(CHAIN, [rate, 1.0], [10.0, 0.0, 0.0]) == (Ending.NOT_FINITE, 0.0)


def test_it_stops_where_a_law_divides_by_zero():
    assert ended(with_law("k/B"), [1.0], [1.0, 0.0]) == (Ending.NOT_FINITE, 0.0)


def test_what_fails_beyond_the_last_time_has_not_reached_it():
    # LSODA looks beyond the last time: there some of these budgets end.
    ends = [ended(CHAIN, [1.0, 0.4], [2.0, 0.0, 0.0], Tolerance(1e-5, 1e-8, n)) for n in range(60)]

    assert {ending for ending, _ in ends} == {Ending.SPENT, Ending.COMPLETED}
    assert all((reached < TIMES[-1]) == (ending == Ending.SPENT) for ending, reached in ends)


def test_a_law_that_drives_a_concentration_below_zero_is_a_failure_there():
    ending, reached = ended(with_law("k"), [1.0], [1.0, 0.0])

    assert ending == Ending.NEGATIVE
    assert reached == 0.5


def test_no_vectors_at_all_are_no_courses():
    found = integrate_sensitivities(
        CHAIN, np.zeros((0, 2)), np.zeros((0, 3)), TIMES, engine="reference"
    )

    assert found.by_constant.shape == (0, 3, 3, 2)
