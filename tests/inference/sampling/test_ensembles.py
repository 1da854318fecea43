import numpy as np
import pytest
from arviz_stats.base import array_stats
from gaussians import Gaussian, Mixture, correlated
from scipy.signal import lfilter

from assemblysim.inference.sampling.diagnosis import (
    diagnose,
    effective_sizes,
    first_failed,
    independent_draws,
    r_hat,
)
from assemblysim.inference.sampling.ensembles import (
    advance,
    kept_draws,
    sampling_moves,
    start_ensemble,
)
from assemblysim.inference.sampling.proposal import Components, fitted_mixture
from assemblysim.inference.sampling.proposal import Mixture as Proposal
from assemblysim.inference.sampling.references import reference_about
from assemblysim.inference.sampling.search import Optimum
from assemblysim.inference.sampling.settings import ConvergenceCriteria


def ensembles(target, count, walkers, steps, seed=1, starts=None):
    states = []
    for i, child in enumerate(np.random.SeedSequence(seed).spawn(count)):
        rng = np.random.default_rng(child)
        start = target.draw(walkers, rng) if starts is None else starts[i]
        states.append(advance(target, start_ensemble(target, start, rng), steps, wide_of(start)))
    return tuple(states)


def wide_of(start):
    """A proposal that misses the target's place and shape, so that nothing rests on it."""
    return moves_about(np.full(start.shape[1], 0.3))


def moves_about(mean):
    components = Components(mean[None], np.eye(len(mean))[None])
    return sampling_moves(Proposal(components, np.ones(1)), ())


def worst_z(draws, mean, covariance):
    """Largest deviation of the sample means, in standard errors from the effective sizes."""
    flat = draws.reshape(-1, draws.shape[-1])
    bulk, _ = effective_sizes(draws)
    return np.max(np.abs(flat.mean(axis=0) - mean) / np.sqrt(np.diag(covariance) / bulk))


def test_draws_have_the_mean_of_a_known_gaussian():
    target = correlated(5)
    draws = kept_draws(ensembles(target, 4, 32, 1200))

    assert worst_z(draws, target.mean, target.covariance) < 4
    assert worst_z(draws, target.mean + 0.2 * 0.5, target.covariance) > 4


def test_draws_have_the_spread_of_a_known_gaussian():
    target = correlated(3)
    draws = kept_draws(ensembles(target, 4, 32, 1200))
    size = np.min(effective_sizes(draws)[0])
    ratio = draws.reshape(-1, 3).var(axis=0) / np.diag(target.covariance)

    # the variance of n independent normal draws has relative standard error sqrt(2/n)
    assert np.all(np.abs(ratio - 1) < 5 * np.sqrt(2 / size))
    assert np.all(np.abs(ratio / 1.2 - 1) > 5 * np.sqrt(2 / size)) or size < 1800


def test_steps_done_in_two_calls_equal_steps_done_in_one():
    target = correlated(4)
    wide = moves_about(np.zeros(4))
    start = start_ensemble(
        target, target.draw(16, np.random.default_rng(3)), np.random.default_rng(4)
    )
    at_once = advance(target, start, 30, wide)
    in_parts = advance(target, advance(target, start, 11, wide), 19, wide)

    np.testing.assert_array_equal(at_once.chain, in_parts.chain)
    np.testing.assert_array_equal(at_once.random_keys, in_parts.random_keys)


def test_two_ensembles_do_not_share_a_stream():
    target = correlated(3)
    start = target.draw(12, np.random.default_rng(0))
    first, second = ensembles(target, 2, 12, 5, starts=[start, start])

    assert not np.any(np.all(first.chain == second.chain, axis=-1)[1:].all())
    assert np.abs(first.chain - second.chain).max() > 1e-6


def test_gates_pass_on_a_well_sampled_gaussian_and_say_each_figure():
    target = correlated(3)
    checks = diagnose(
        kept_draws(ensembles(target, 4, 32, 800)), ConvergenceCriteria(), failed_fraction=0.0
    )

    assert [c.name for c in checks if not c.passed] == []


def test_looking_at_one_parameter_after_the_other_finds_what_looking_at_all_finds():
    rng = np.random.default_rng(4)
    draws = rng.standard_normal((4, 200, 16, 3))
    slow = draws.copy()
    slow[..., 1] = np.cumsum(draws[..., 1], axis=1)
    apart = draws.copy()
    apart[0, :, :, 2] += 1.0

    assert first_failed(draws, ConvergenceCriteria(), 0.0) is None
    assert first_failed(draws, ConvergenceCriteria(effective_size=1e6), 0.0).name.startswith("bulk")
    assert first_failed(draws, ConvergenceCriteria(), 0.2).name == "fraction of failed integrations"
    for spoilt in (slow, apart):
        found = first_failed(spoilt, ConvergenceCriteria(), 0.0)
        whole = {check.name: check for check in diagnose(spoilt, ConvergenceCriteria(), 0.0)}
        assert not found.passed
        assert whole[found.name].value == pytest.approx(found.value)
        assert not whole[found.name].passed


def test_r_hat_sees_ensembles_that_sit_in_different_modes():
    left = Gaussian(np.array([-20.0, 0.0]), 0.01 * np.eye(2), 0.0)
    right = Gaussian(np.array([20.0, 0.0]), 0.01 * np.eye(2), 0.0)
    target = Mixture((left, right))
    rng = np.random.default_rng(5)
    starts = [left.draw(16, rng), right.draw(16, rng)]
    draws = kept_draws(ensembles(target, 2, 16, 200, starts=starts))
    checks = {c.name: c for c in diagnose(draws, ConvergenceCriteria(), failed_fraction=0.0)}

    assert r_hat(independent_draws(draws).chains)[0] > 1.5
    assert not checks["R-hat across ensembles"].passed


def wandering(correlation, shape, rng):
    """Walkers of known autocorrelation along their steps, shape (E, N, W, P), each with sd 1."""
    noise = rng.standard_normal(shape) * np.sqrt(1 - correlation**2)
    noise[:, 0] /= np.sqrt(1 - correlation**2)
    return lfilter([1.0], [1.0, -correlation], noise, axis=1)


def size_over_truth(chains, correlation):
    """The effective size that ArviZ finds in chains (E, K, P), over the true one, with its error.

    Args:
        chains: draws ordered by step.
        correlation: of one step to the next in them.
    """
    truth = chains.shape[0] * chains.shape[1] * (1 - correlation) / (1 + correlation)
    found = [array_stats.ess(c, method="mean") for c in np.moveaxis(chains, 2, 0)]
    ratio = np.array(found) / truth
    return ratio.mean(), ratio.std(ddof=1) / np.sqrt(len(ratio))


def test_an_effective_size_from_thinned_draws_does_not_flatter():
    draws = wandering(0.9, (4, 1500, 16, 12), np.random.default_rng(7))
    thinned = independent_draws(draws)
    every = int(np.diff(thinned.places)[0])
    whole = draws.reshape(4, -1, 12)

    ratio, error = size_over_truth(thinned.chains, 0.9**every)
    assert ratio < 1.05 + 2 * error
    assert error < 0.02
    # nothing thinned: walkers that stand in between hide what a walker remembers
    assert size_over_truth(whole, 0.9)[0] > 5


def test_one_stuck_walker_lowers_the_effective_size():
    target = correlated(2)
    draws = kept_draws(ensembles(target, 2, 16, 400))
    stuck = draws.copy()
    stuck[0, :, 3] = target.mean + 3 * np.sqrt(np.diag(target.covariance))

    assert effective_sizes(stuck)[0].min() < 0.5 * effective_sizes(draws)[0].min()


@pytest.mark.parametrize(("fraction", "passed"), [(0.0, True), (0.2, False)])
def test_too_many_failed_integrations_close_the_gate(fraction, passed):
    draws = np.random.default_rng(0).standard_normal((4, 100, 16, 2))
    checks = {c.name: c for c in diagnose(draws, ConvergenceCriteria(), failed_fraction=fraction)}

    assert checks["fraction of failed integrations"].passed is passed


def test_a_walker_leaves_a_mode_that_no_particle_is_in_by_the_optimum_of_the_search():
    rng = np.random.default_rng(8)
    main = Gaussian(np.zeros(3), 0.01 * np.eye(3), 0.0)
    minor = Gaussian(np.full(3, 3.0), 0.01 * np.eye(3), -7.0)  # 0.1 % of the whole
    starts = main.draw(32, rng)
    starts[5] = minor.mean
    draws = main.draw(2000, rng)
    optima = [Optimum(g.mean, g(g.mean[None])[0], 1, g.covariance) for g in (main, minor)]

    def steps_in_the_minor_mode(proposal):
        start = start_ensemble(Mixture((main, minor)), starts, np.random.default_rng(1))
        moves = sampling_moves(proposal, ())
        moved = advance(Mixture((main, minor)), start, 200, moves)
        return int((moved.chain[:, 5, 0] > 1.5).sum())

    assert steps_in_the_minor_mode(fitted_mixture(draws, rng)) == 200  # it is stuck
    assert steps_in_the_minor_mode(reference_about(draws, optima, rng, widening=1.0)) < 50
