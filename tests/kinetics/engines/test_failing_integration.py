"""The integration of what is degenerate, fails, or never ends: said, never raised in a batch."""

import time
import warnings

import numpy as np
import pytest
from integrations import EVERY, TIGHT, TIMES, concentrations, trajectories_of
from sample_networks import (
    AWKWARD,
    CHAIN,
    DECAY,
    HNP_DY6,
    HNP_DY6_CONSTANTS,
    HNP_DY6_INITIAL,
    open_species,
)

from assemblysim.errors import IntegrationError
from assemblysim.kinetics.engines.integration import (
    Tolerance,
    integrate_batch,
    integrate_sensitivities,
)
from assemblysim.kinetics.symbolic.compilation import compile_network
from assemblysim.kinetics.task import Ending
from assemblysim.mechanism.network.expression import read_rate_law
from assemblysim.mechanism.network.network import Network, Reaction


@EVERY
class TestDegenerateInput:
    def test_time_zero_alone_returns_the_initial_concentrations(self, integration):
        batch = trajectories_of(
            integration(CHAIN, np.ones((1, 2)), np.array([[2.0, 1.0, 0.0]]), np.array([0.0]))
        )

        assert batch.completed.all()
        np.testing.assert_array_equal(batch.concentrations, [[[2.0, 1.0, 0.0]]])

    def test_one_time_is_integrated_to(self, integration):
        batch = trajectories_of(
            integration(DECAY, np.ones((1, 1)), np.array([[2.0, 0.0]]), np.array([3.0]))
        )

        assert batch.concentrations[0, 0, 0] == pytest.approx(2 * np.exp(-3.0), rel=1e-4)

    def test_nothing_comes_of_nothing(self, integration):
        batch = trajectories_of(integration(HNP_DY6, np.ones((1, 5)), np.zeros((1, 6)), TIMES))

        assert batch.completed.all()
        assert not batch.concentrations.any()

    def test_constants_of_zero_keep_everything_as_it_is(self, integration):
        batch = trajectories_of(
            integration(HNP_DY6, np.zeros((1, 5)), HNP_DY6_INITIAL[None], TIMES)
        )

        expected = np.tile(HNP_DY6_INITIAL, (12, 1))
        np.testing.assert_allclose(batch.concentrations[0], expected, rtol=0, atol=1e-13)

    def test_a_source_feeds_an_empty_vessel(self, integration):
        network = Network(
            open_species("A"),
            (Reaction("feed", (), ("A",), "k"), Reaction("lose", ("A",), (), "q")),
        )
        batch = trajectories_of(
            integration(network, np.array([[2.0, 0.1]]), np.zeros((1, 1)), TIMES)
        )

        expected = 20 * (1 - np.exp(-0.1 * TIMES))
        np.testing.assert_allclose(batch.concentrations[0, :, 0], expected, rtol=1e-4)

    def test_an_empty_batch_is_empty(self, integration):
        batch = trajectories_of(integration(CHAIN, np.ones((0, 2)), np.ones((0, 3)), TIMES))

        assert batch.concentrations.shape == (0, 12, 3)

    def test_a_law_with_a_root_runs_dry_without_harm(self, integration):
        network = Network(
            open_species("A", "B"),
            (Reaction("x", ("A",), ("B",), "k", law=read_rate_law("k*sqrt(A)")),),
        )
        batch = trajectories_of(
            integration(network, np.array([[1.0]]), np.array([[1.0, 0.0]]), TIMES)
        )

        expected = np.maximum(1 - TIMES / 2, 0) ** 2
        np.testing.assert_allclose(batch.concentrations[0, :, 0], expected, atol=1e-4)

    def test_arrays_that_do_not_fit_are_refused(self, integration):
        with pytest.raises(ValueError, match=r"rate constants have shape \(1, 3\)"):
            integration(CHAIN, np.ones((1, 3)), np.ones((1, 3)), TIMES)
        with pytest.raises(ValueError, match="times must increase"):
            integration(CHAIN, np.ones((1, 2)), np.ones((1, 3)), np.array([1.0, 1.0]))


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
            integration(HNP_DY6, HNP_DY6_CONSTANTS[None], HNP_DY6_INITIAL[None], TIMES, tolerance)
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
        concentrations(HNP_DY6, HNP_DY6_CONSTANTS, HNP_DY6_INITIAL, max_steps=5)
    with pytest.raises(IntegrationError, match=r"^integration stopped at 1 h of 48 h: a rate is"):
        concentrations(BLOW_UP, [1.0], [1.0])


def test_a_network_with_awkward_names_is_integrated_and_differentiated():
    rate_constants, initial = np.full((1, 6), 0.1), np.full((1, 5), 2.0)
    batch = integrate_sensitivities(AWKWARD, rate_constants, initial, TIMES, TIGHT)
    shifted = rate_constants * (1 + 1e-4 * np.array([1, -1]))[:, None]
    ends = integrate_batch(AWKWARD, shifted, np.tile(initial, (2, 1)), TIMES, TIGHT)

    expected = (ends.concentrations[0] - ends.concentrations[1]) / 2e-4
    found = (batch.by_constant[0] * rate_constants[0]).sum(axis=-1)
    np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-6)
    right = compile_network(AWKWARD).rhs(batch.trajectories.concentrations[0], rate_constants)
    assert np.isfinite(right).all()


@EVERY
@pytest.mark.parametrize("times", [[0.0], [0.0, 1.0], [1.0]])
def test_a_start_below_zero_fails_where_it_shows(integration, times):
    initial = np.array([[1.0, -0.5, 0.0], [1.0, 0.5, 0.0]])
    batch = trajectories_of(integration(CHAIN, np.full((2, 2), 1e-6), initial, np.array(times)))

    np.testing.assert_array_equal(batch.status, [Ending.NEGATIVE, Ending.COMPLETED])
    assert batch.reached[0] == 0


@EVERY
def test_a_network_without_species_or_reactions_stays_as_it_is(integration):
    still = Network(open_species("A"), ())
    batch = trajectories_of(integration(still, np.zeros((3, 0)), np.ones((3, 1)), TIMES))

    np.testing.assert_array_equal(batch.concentrations, 1.0)
