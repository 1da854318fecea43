import numpy as np
import pytest
from gaussians import correlated
from scipy.special import log_ndtr, logsumexp

from assemblysim.inference.model.target import log_standard_normal
from assemblysim.inference.sampling.importance import (
    LEAST_ERROR,
    ImportanceTask,
    importance_sample,
    tail_shape,
)
from assemblysim.inference.sampling.proposal import Components, Mixture
from assemblysim.inference.sampling.references import with_rails
from assemblysim.inference.sampling.search import Optimum
from assemblysim.inference.sampling.settings import ImportanceSettings
from assemblysim.result.evidence import WEIGHED

FEW = ImportanceSettings(
    first_draws=800, draws=400, walkers=100, steps=8, batches=8, most_batches=20, effective_size=400
)
GAUSS = correlated(4)


def about(mean, covariance, prior_fraction=0.05):
    parts = Components(np.asarray(mean)[None], np.asarray(covariance)[None])
    return Mixture(parts, np.ones(1), prior_fraction)


def weighed(target, reference, seed, settings=FEW):
    return importance_sample(
        ImportanceTask(target, reference, settings), np.random.default_rng(seed)
    )


def test_evidence_and_stated_error_are_those_of_a_bent_target_with_two_modes():
    """A banana and a Gaussian, each of known mass, from a reference about one end of the banana."""

    def target(position):
        x, y = position[:, 0], position[:, 1]
        bent = log_normal(x, 0.0, 0.8) + log_normal(y, 0.8 * x**2 - 1.0, 0.15)
        other = log_normal(x, 0.5, 0.2) + log_normal(y, 2.5, 0.3)
        rest = log_standard_normal(position[:, 2:])
        return np.logaddexp(bent + np.log(3.0), other + np.log(1.0)) + rest

    reference = about([-0.5, 0.0, 0.0, 0.0], np.diag([1.0, 2.0, 1.0, 1.0]))
    found = [weighed(target, reference, seed) for seed in range(30)]
    gaps = np.array([one.log_evidence.value - np.log(4.0) for one in found])
    errors = np.array([one.log_evidence.error for one in found])

    assert all(one.trusted and one.log_evidence.method == WEIGHED for one in found)
    # 30 gaps: the mean's standard error is sd / 5.5, that of the root mean square 13 %
    assert abs(gaps.mean()) < 4 * gaps.std(ddof=1) / np.sqrt(30)
    assert np.sqrt(np.mean((gaps / errors) ** 2)) < 1.5
    assert (errors >= LEAST_ERROR).all()
    assert errors.max() < 0.08
    share = np.mean([(one.positions[:, 1] > 1.7).mean() for one in found])
    assert share == pytest.approx(0.25 + 0.75 * 0.07, abs=0.06)  # both modes hold their part


def log_normal(x, mean, sd):
    return -0.5 * ((x - mean) / sd) ** 2 - np.log(sd) - 0.5 * np.log(2 * np.pi)


def test_draws_have_the_moments_of_the_target():
    found = weighed(GAUSS, about(GAUSS.mean + 0.3, 2 * GAUSS.covariance), 1)
    sd = np.sqrt(np.diag(GAUSS.covariance))

    assert abs(found.log_evidence.value - GAUSS.log_evidence) < 4 * found.log_evidence.error
    assert (np.abs(found.positions.mean(axis=0) - GAUSS.mean) < 5 * sd / np.sqrt(300)).all()
    np.testing.assert_allclose(found.log_density, GAUSS(found.positions), rtol=1e-12)


def test_shares_come_from_batches_of_their_own():
    found = weighed(GAUSS, about(GAUSS.mean, 2 * GAUSS.covariance), 2)
    rng = np.random.default_rng(0)
    shares = [set(map(tuple, found.share(number, 4, rng).tolist())) for number in range(4)]

    assert all(shares)
    assert not any(one & other for i, one in enumerate(shares) for other in shares[:i])


def test_another_prior_is_weighed_by_the_same_draws():
    """A prior shifted by s in one coordinate changes a Gaussian's evidence in closed form."""
    found = weighed(GAUSS, about(GAUSS.mean, 2 * GAUSS.covariance), 3)
    mean, sd = GAUSS.mean[0], np.sqrt(GAUSS.covariance[0, 0])

    def ratio(position, s=0.4):
        return s * position[:, 0] - 0.5 * s**2

    other = found.evidence_under(ratio)
    exact = GAUSS.log_evidence + 0.4 * mean + 0.5 * (0.4 * sd) ** 2 - 0.08
    assert abs(other.value - exact) < 4 * other.error
    assert found.evidence_under(lambda at: np.where(at[:, 0] > mean + 9 * sd, 0.0, -np.inf)) is None


def plateau(position):
    """A likelihood that rises to a plateau for the first coordinate, narrow in the others."""
    rest = log_normal(position[:, 1:], 0.2, 0.1).sum(axis=1)
    return log_standard_normal(position[:, :1]) + log_ndtr(20 * (position[:, 0] - 0.2)) + rest


def test_rails_find_the_plateau_that_a_mixture_about_an_optimum_starves():
    narrow = np.diag([0.02**2, 0.1**2, 0.1**2])
    optimum = Optimum(np.array([0.3, 0.2, 0.2]), 0.0, 1, narrow)
    without = about(optimum.position, narrow, prior_fraction=1e-9)
    with_them = with_rails(without, (optimum,), (0,), 0.3)
    exact = float(
        log_ndtr(-0.2 / np.sqrt(1 + 1 / 400))  # the mean of a normal's cdf over a normal
    )

    found = weighed(plateau, with_them, 4)
    assert abs(found.log_evidence.value - exact) < 4 * found.log_evidence.error
    means = with_them.components.means
    assert sorted(set(means[1:, 0].tolist())) == [-1.5, 1.5]
    np.testing.assert_array_equal(means[1:, 1:], np.full((2, 2), 0.2))
    assert with_rails(without, (), (0,), 0.3) is without


def test_weights_without_a_variance_are_not_trusted():
    """Tails heavier in thirty coordinates than any that mixtures have."""

    def cauchy(position):
        return -np.log1p((position / 0.3) ** 2).sum(axis=1) - 30 * np.log(0.3 * np.pi)

    found = weighed(cauchy, about(np.zeros(30), 0.3 * np.eye(30)), 5)
    assert not found.trusted
    settings = ImportanceSettings(**{**FEW.__dict__, "worst_shape": -10.0})
    fine = about(GAUSS.mean, 2 * GAUSS.covariance)
    assert weighed(GAUSS, fine, 2).trusted
    assert not weighed(GAUSS, fine, 2, settings).trusted


@pytest.mark.parametrize("shape", [0.3, 0.7, 1.0])
def test_the_shape_of_a_pareto_tail_is_found(shape):
    rng = np.random.default_rng(6)
    found = [tail_shape(shape * rng.exponential(size=4000)) for _ in range(8)]

    assert np.mean(found) == pytest.approx(shape, abs=0.12)
    assert tail_shape(np.zeros(4000)) == -1.0  # of a uniform density, above -10
    assert tail_shape(np.log(rng.uniform(size=4000))) < 0.2


def test_more_batches_are_drawn_until_it_is_enough():
    hard = about(GAUSS.mean + 1.5, 4 * GAUSS.covariance)
    easy = weighed(GAUSS, about(GAUSS.mean, GAUSS.covariance), 7)
    demanding = ImportanceSettings(**{**FEW.__dict__, "effective_size": 1e6, "rounds": 1})
    ended = weighed(GAUSS, hard, 7, demanding)

    assert len(easy.batches) == FEW.batches
    assert len(ended.batches) == FEW.most_batches
    logs = np.concatenate([one.log_weights for one in ended.batches])
    plain = logsumexp(logs) - np.log(len(logs))
    assert ended.log_evidence.value == pytest.approx(plain)
    assert ended.effective_size == pytest.approx(np.exp(2 * logsumexp(logs) - logsumexp(2 * logs)))
