import numpy as np
import pytest
from gaussians import Gaussian, Mixture, correlated
from pymbar import bar

from assemblysim.errors import RunError
from assemblysim.inference.evidence.bridge import bridge_error, bridge_sampling, solve_bridge
from assemblysim.inference.sampling.ensembles import (
    advance,
    kept_draws,
    sampling_moves,
    start_ensemble,
)
from assemblysim.inference.sampling.proposal import Components
from assemblysim.inference.sampling.proposal import Mixture as Proposal


def draws_of(target, rng, ensembles=4, steps=200, walkers=16):
    draws = target.draw(ensembles * steps * walkers, rng)
    return draws.reshape(ensembles, steps, walkers, -1)


def estimate(target, seed, **kwargs):
    rng = np.random.default_rng(seed)
    draws = draws_of(target, rng)
    flat = target(draws.reshape(-1, draws.shape[-1])).reshape(draws.shape[:-1])
    return bridge_sampling(target, draws, flat, rng, **kwargs)


@pytest.mark.parametrize("count", [1, 4, 10])
def test_bridge_sampling_finds_a_known_evidence(count):
    target = correlated(count)
    found = estimate(target, 11)

    assert abs(found.value - target.log_evidence) < 4 * found.error
    assert found.error < 0.05
    assert abs(found.value - (target.log_evidence + 0.3)) > 4 * found.error


@pytest.mark.parametrize("asked", [1.0, 0.03], ids=["few proposals", "more where they are asked"])
def test_the_error_of_bridge_sampling_is_its_scatter_over_repetitions(asked):
    target = correlated(4)
    few = {"proposals": 500, "thinned": 500}
    found = [estimate(target, seed, **few, error=asked) for seed in range(40)]
    scatter = np.std([f.value for f in found], ddof=1)
    stated = np.mean([f.error for f in found])

    # the standard deviation of 40 values has a relative standard error of 11 %
    assert 0.6 < stated / scatter < 1.7


def test_bridge_sampling_from_emcee_draws_finds_a_mixture_of_two_shapes():
    wide = Gaussian(np.zeros(3), np.eye(3), -2.0)
    narrow = Gaussian(np.array([1.0, 1.0, 0.0]), 0.05 * np.eye(3), -2.5)
    target = Mixture((wide, narrow))
    states = []
    proposal = Proposal(Components(np.full((1, 3), 0.4), np.eye(3)[None]), np.ones(1))
    moves = sampling_moves(proposal, ())
    for child in np.random.SeedSequence(5).spawn(4):
        rng = np.random.default_rng(child)
        start = np.concatenate([wide.draw(20, rng), narrow.draw(12, rng)])
        states.append(advance(target, start_ensemble(target, start, rng), 1000, moves))
    draws = kept_draws(tuple(states))
    density = np.stack([s.log_density[-draws.shape[1] :] for s in states])
    found = bridge_sampling(target, draws, density, np.random.default_rng(6))

    assert abs(found.value - target.log_evidence) < 4 * found.error
    assert found.error < 0.1


@pytest.mark.parametrize(("asked", "drawn"), [(1.0, 500), (1e-9, 2000)])
def test_proposals_are_drawn_until_the_error_is_as_asked(asked, drawn):
    target, calls = correlated(4), []

    def counted(positions):
        calls.append(len(positions))
        return target(positions)

    rng = np.random.default_rng(3)
    draws = draws_of(target, rng)
    density = target(draws.reshape(-1, 4)).reshape(draws.shape[:-1])
    found = bridge_sampling(counted, draws, density, rng, proposals=500, error=asked)
    few = estimate(target, 3, proposals=500, error=1.0)

    assert sum(calls) == drawn
    assert found.error <= few.error
    assert (found == few) == (drawn == 500)


@pytest.mark.parametrize("offset", [0.0, 0.6])
def test_the_optimal_bridge_is_bennetts_acceptance_ratio_of_pymbar(offset):
    """Its forward work is -log(target / proposal) at proposals; the free energy is -log evidence.

    The errors are alike within the 5 % to which an effective sample size is known here.
    """
    target, rng = correlated(3), np.random.default_rng(8)
    proposal = Gaussian(target.mean + offset, 1.5 * target.covariance, 0.0)
    drawn, proposed = target.draw(6000, rng), proposal.draw(4000, rng)
    ratios = [target(x) - proposal(x) for x in (drawn, proposed)]
    oracle = bar(-ratios[1], ratios[0], relative_tolerance=1e-13)

    value = solve_bridge(*ratios)
    assert value == pytest.approx(-oracle["Delta_f"], abs=1e-9)
    error = bridge_error(ratios[0].reshape(1, 300, 20), ratios[1], value)
    assert error == pytest.approx(oracle["dDelta_f"], rel=0.05)
    assert abs(value - target.log_evidence) < 4 * error


def test_a_density_that_is_no_number_is_refused():
    with pytest.raises(RunError, match="a log-density is not finite"):
        solve_bridge(np.zeros(10), np.full(10, np.nan))
