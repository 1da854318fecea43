import numpy as np
import pytest
from gaussians import correlated

from assemblysim.inference.sampling.adaptive import first_draws, mixture_of

TARGET = correlated(4)


def draws_of(mixtures, *, draws=1000, seed=0):
    """Draws refitted until they have so many mixtures, from some that are too narrow."""
    rng = np.random.default_rng(seed)
    near = TARGET.mean + 0.5 * (TARGET.draw(400, rng) - TARGET.mean)
    weighted = first_draws(mixture_of(near, 200, rng), draws, TARGET, rng)
    while len(weighted.mixtures) < mixtures:
        weighted = weighted.extended(weighted.refitted(draws // 2, rng), draws, TARGET, rng)
    return weighted


def test_weights_find_the_evidence_and_moments_of_a_gaussian():
    weighted = draws_of(4)
    error = 1 / np.sqrt(weighted.effective_size)
    mean = weighted.weights @ weighted.positions
    sd = np.sqrt(np.diag(TARGET.covariance))

    assert abs(weighted.log_evidence - TARGET.log_evidence) < 4 * error
    assert (np.abs(mean - TARGET.mean) < 4 * sd * error).all()
    assert weighted.weights.sum() == pytest.approx(1)


def test_every_mixture_counts_alike_in_every_weight():
    weighted = draws_of(3, draws=200)
    density = np.mean(
        [np.exp(m.log_density(weighted.positions)) for m in weighted.mixtures], axis=0
    )
    raw = np.exp(TARGET(weighted.positions)) / density

    np.testing.assert_allclose(weighted.weights, raw / raw.sum(), rtol=1e-9)
    assert weighted.log_evidence == pytest.approx(np.log(raw.mean()))


def test_refits_make_draws_worth_more():
    assert draws_of(4).effective_size / 4000 > 1.2 * draws_of(1).effective_size / 1000


def test_a_mixture_has_no_more_components_than_its_draws_are_worth():
    draws = TARGET.draw(400, np.random.default_rng(1))

    assert len(mixture_of(draws, 10, np.random.default_rng(2)).components.means) == 1
    assert len(mixture_of(draws, 90, np.random.default_rng(2)).components.means) > 1
