import numpy as np
import pytest
from scipy.stats import multivariate_normal, multivariate_t

from assemblysim.inference.sampling.proposal import FREEDOM, Components, Mixture, fitted_mixture

PARTS = Components(
    np.array([[-2.0, 0.5], [2.0, -1.0]]),
    np.array([[[0.3, 0.1], [0.1, 0.2]], [[0.1, 0.0], [0.0, 0.6]]]),
)
FIRST = Components(PARTS.means[:1], PARTS.covariances[:1])


@pytest.mark.parametrize("prior_fraction", [0.0, 0.05, 1.0])
def test_the_density_of_a_mixture_is_that_of_its_parts(prior_fraction):
    fractions = np.array([0.25, 0.75])
    at = np.random.default_rng(0).normal(0, 2, (50, 2))
    found = Mixture(PARTS, fractions, prior_fraction).log_density(at)
    each = zip(PARTS.means, PARTS.covariances, strict=True)
    parts = [multivariate_t(mean, covariance, df=FREEDOM).pdf(at) for mean, covariance in each]
    expected = (1 - prior_fraction) * (fractions @ parts) + prior_fraction * multivariate_normal(
        np.zeros(2)
    ).pdf(at)

    np.testing.assert_allclose(np.exp(found), expected, rtol=1e-10)
    np.testing.assert_allclose(
        Mixture(FIRST, np.ones(1), 0.0).log_density(at),
        multivariate_t(FIRST.means[0], FIRST.covariances[0], 5).logpdf(at),
    )


def test_draws_of_a_mixture_follow_its_density():
    mixture = Mixture(PARTS, np.array([0.25, 0.75]))
    other = Mixture(PARTS, np.array([0.35, 0.65]))
    draws = mixture.draw(20_000, np.random.default_rng(1))

    def z(wrong):
        # importance weights of a proposal's own draws average 1
        weights = np.exp(wrong.log_density(draws) - mixture.log_density(draws))
        right = draws[:, 0] > 0
        fraction = np.average(right, weights=weights)
        return (fraction - right.mean()) / np.sqrt(0.25 / len(draws))

    assert abs(z(mixture)) < 4
    assert abs(z(other)) > 10
    expected = 0.95 * 0.75 + 0.05 * 0.5
    assert abs((draws[:, 0] > 0).mean() - expected) < 4 * np.sqrt(0.25 / len(draws)) + 0.005


def test_a_fitted_mixture_covers_a_posterior_of_two_parts_and_a_single_fit_does_not():
    truth = Mixture(PARTS, np.array([0.25, 0.75]), 0.0)
    rng = np.random.default_rng(2)
    draws = truth.draw(2000, rng)

    def efficiency(proposal):
        at = proposal.draw(5000, rng)
        weights = np.exp(truth.log_density(at) - proposal.log_density(at))
        assert abs(weights.mean() - 1) < 5 * weights.std() / np.sqrt(5000)  # both normalised
        return weights.sum() ** 2 / (weights**2).sum() / 5000

    assert efficiency(fitted_mixture(draws, rng)) > 0.6
    assert efficiency(fitted_mixture(draws, rng, most=1)) < 0.4


def test_few_draws_or_many_coordinates_make_one_component():
    rng = np.random.default_rng(3)

    assert len(fitted_mixture(rng.standard_normal((30, 5)), rng).components.means) == 1
    assert (
        len(fitted_mixture(np.repeat(rng.standard_normal((6, 2)), 50, axis=0), rng).fractions) >= 1
    )
