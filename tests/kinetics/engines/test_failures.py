"""What cannot be integrated fails quietly, alone, and says how far it came."""

import time
import warnings

import numpy as np
import pytest
from every_integration import EVERY, TIMES, trajectories_of
from sample_networks import (
    CHAIN,
    DECAY,
    HNP_DY6,
    HNP_DY6_INITIAL,
    HNP_DY6_RATES,
    open_species,
)

from assemblysim.errors import IntegrationError
from assemblysim.kinetics.engines.integration import (
    Tolerance,
    integrate,
    integrate_batch,
)
from assemblysim.kinetics.task import Ending
from assemblysim.mechanism.network.expression import read_rate_law
from assemblysim.mechanism.network.network import Network, Reaction


def concentrations(network, rate_constants, initial, times=TIMES, **options):
    return integrate(
        network, np.array(rate_constants), np.array(initial), times, **options
    ).concentrations


# A + A -> 3 A has no course beyond t = 1 for k = 1 and [A] = 1 mM.
BLOW_UP = Network(open_species("A"), (Reaction("x", ("A", "A"), ("A", "A", "A"), "k"),))
NOT_VANISHING = Network(
    open_species("A", "B"), (Reaction("x", ("A",), ("B",), "k", law=read_rate_law("k")),)
)


@EVERY
class TestFailure:
    def test_a_diverging_rate_is_stopped_and_leaves_its_neighbours_alone(self, integration):
        rate_constants = np.array([[1e-3], [1.0], [1e9], [1e-3]])
        began = time.process_time()
        batch = trajectories_of(
            integration(BLOW_UP, rate_constants, np.ones((4, 1)), np.array([0.5, 48.0]))
        )

        assert time.process_time() - began < 5
        np.testing.assert_array_equal(batch.completed, [True, False, False, True])
        assert (batch.reached[1:3] <= 1.001).all()
        expected = 1 / (1 - 1e-3 * 48)
        np.testing.assert_allclose(batch.concentrations[[0, 3], 1, 0], expected, rtol=1e-4)

    @pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
    def test_numbers_that_are_not_finite_fail_without_raising(self, integration, bad):
        rate_constants = np.array([[1.0, bad], [1.0, 1.0]])
        initial = np.array([[1.0, 1.0, 0.0], [bad, 1.0, 0.0]])
        batch = trajectories_of(integration(CHAIN, rate_constants, initial, TIMES))

        assert not batch.completed.any()
        assert (batch.status == Ending.NOT_FINITE).all()
        assert (batch.reached < 48).all()

    @pytest.mark.parametrize("bad", [1e200, 1e305])
    def test_numbers_beyond_reason_fail_or_are_right(self, integration, bad):
        rate_constants = np.array([[1.0, bad], [1.0, 1.0], [bad, bad]])
        initial = np.array([[1.0, 1.0, 0.0], [bad, 1.0, 0.0], [bad, bad, bad]])
        batch = trajectories_of(integration(CHAIN, rate_constants, initial, TIMES))

        expected = initial[:, 0, None] * np.exp(-rate_constants[:, 0, None] * TIMES)
        right = np.isclose(batch.concentrations[:, :, 0], expected, rtol=1e-3, atol=1e-9 * bad)
        np.testing.assert_array_equal(batch.completed, right.all(axis=1))

    def test_the_budget_is_kept(self, integration):
        tolerance = Tolerance(max_steps=5)
        batch = trajectories_of(
            integration(HNP_DY6, HNP_DY6_RATES[None], HNP_DY6_INITIAL[None], TIMES, tolerance)
        )

        assert not batch.completed.any()
        assert 0 < batch.reached[0] < 1

    def test_a_rate_that_does_not_vanish_with_its_reactant_fails_where_it_runs_out(
        self, integration
    ):
        batch = trajectories_of(
            integration(NOT_VANISHING, np.array([[0.1]]), np.array([[1.0, 0.0]]), TIMES)
        )

        np.testing.assert_array_equal(batch.reached, [9.0])

    def test_it_stays_silent_and_leaves_the_filters_of_warnings_alone(self, integration, capfd):
        before = list(warnings.filters)
        integration(BLOW_UP, np.array([[1.0]]), np.ones((1, 1)), TIMES)
        integration(DECAY, np.ones((1, 1)), np.array([[1.0, 0.0]]), TIMES, Tolerance(0.0, 0.0))

        assert warnings.filters == before
        assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("seed", range(12))
def test_no_network_and_no_numbers_hang_or_raise(seed):
    random = np.random.default_rng(seed)
    names = tuple("ABCDE")
    reactions = tuple(
        Reaction(
            f"r{i}",
            tuple(random.choice(names, random.integers(0, 3)).tolist()),
            tuple(random.choice(names, random.integers(0, 4)).tolist()),
            f"k{i}",
        )
        for i in range(random.integers(1, 7))
    )
    rate_constants = 10 ** random.uniform(-12, 12, (4, len(reactions)))
    present = random.random((4, 5)) < 0.6
    initial = np.where(present, 10 ** random.uniform(-6, 6, (4, 5)), 0.0)

    began = time.process_time()
    batch = integrate_batch(
        Network(open_species(*names), reactions), rate_constants, initial, TIMES
    )

    assert time.process_time() - began < 10
    assert np.isfinite(batch.concentrations[batch.completed]).all()
    assert (batch.concentrations[batch.completed] >= 0).all()


def test_the_error_says_how_far_it_came_and_why():
    with pytest.raises(
        IntegrationError, match=r"^integration stopped at \S+ h of 48 h: 5 steps spent$"
    ):
        concentrations(HNP_DY6, HNP_DY6_RATES, HNP_DY6_INITIAL, max_steps=5)
    with pytest.raises(IntegrationError, match=r"^integration stopped at 1 h of 48 h: a rate is"):
        concentrations(BLOW_UP, [1.0], [1.0])


@EVERY
@pytest.mark.parametrize("times", [[0.0], [0.0, 1.0], [1.0]])
def test_a_start_below_zero_fails_where_it_shows(integration, times):
    initial = np.array([[1.0, -0.5, 0.0], [1.0, 0.5, 0.0]])
    batch = trajectories_of(integration(CHAIN, np.full((2, 2), 1e-6), initial, np.array(times)))

    np.testing.assert_array_equal(batch.status, [Ending.NEGATIVE, Ending.COMPLETED])
    assert batch.reached[0] == 0
