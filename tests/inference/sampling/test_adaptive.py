import numpy as np
import pytest
from gaussians import correlated

from assemblysim.inference.sampling.adaptive import first_pool, mixture_of

TARGET = correlated(4)


def pool_of(mixtures, *, draws=1000, seed=0):
    """A pool that was refitted until it has so many mixtures, from draws that are too narrow."""
    rng = np.random.default_rng(seed)
    near = TARGET.mean + 0.5 * (TARGET.draw(400, rng) - TARGET.mean)
    pool = first_pool(mixture_of(near, 200, rng), draws, TARGET, rng)
    while len(pool.mixtures) < mixtures:
        pool = pool.extended(pool.refitted(draws // 2, rng), draws, TARGET, rng)
    return pool


def test_weights_find_the_evidence_and_moments_of_a_gaussian():
    pool = pool_of(4)
    error = 1 / np.sqrt(pool.effective_size)
    mean = pool.weights @ pool.positions
    sd = np.sqrt(np.diag(TARGET.covariance))

    assert abs(pool.log_evidence - TARGET.log_evidence) < 4 * error
    assert (np.abs(mean - TARGET.mean) < 4 * sd * error).all()
    assert pool.weights.sum() == pytest.approx(1)


def test_every_mixture_counts_alike_in_every_weight():
    pool = pool_of(3, draws=200)
    density = np.mean([np.exp(m.log_density(pool.positions)) for m in pool.mixtures], axis=0)
    raw = np.exp(TARGET(pool.positions)) / density

    np.testing.assert_allclose(pool.weights, raw / raw.sum(), rtol=1e-9)
    assert pool.log_evidence == pytest.approx(np.log(raw.mean()))


def test_refits_make_draws_worth_more():
    assert pool_of(4).effective_size / 4000 > 1.2 * pool_of(1).effective_size / 1000


def test_a_mixture_has_no_more_components_than_its_draws_are_worth():
    draws = TARGET.draw(400, np.random.default_rng(1))

    assert len(mixture_of(draws, 10, np.random.default_rng(2)).components) == 1
    assert len(mixture_of(draws, 90, np.random.default_rng(2)).components) > 1
