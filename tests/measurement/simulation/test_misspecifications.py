import numpy as np
import pytest
from spectra import SIGNALS, likelihood, measurement

from assemblysim.measurement.data import IntensityTable
from assemblysim.measurement.likelihoods.intensities import intensity_likelihood
from assemblysim.measurement.simulation.misspecifications import (
    MISSPECIFICATION_WORDS,
    MISSPECIFICATIONS,
    unit_errors,
)
from assemblysim.measurement.simulation.simulation import simulate_like

S = np.array([2.0, 1.5, 0.3, 6.0])


def spectra(count, replicates, limit=None):
    """The likelihood of a table with so many replicates, whose numbers do not matter."""
    times = np.repeat(np.arange(1.0, count + 1), replicates)
    made = IntensityTable(tuple(s.name for s in SIGNALS), times, S * np.ones((len(times), 1)))
    return intensity_likelihood(made, measurement(limit=limit, share_replicates=False))


def errors(misspecification, count=3000, replicates=3, seed=1):
    drawn = unit_errors(
        spectra(count, replicates).measured, misspecification, np.random.default_rng(seed)
    )
    return drawn.own.reshape(count, replicates, 4)


def within_and_between(own):
    """Variance between replicates, and covariance of two replicates of one sampling time."""
    return own.var(axis=1, ddof=1).mean(), (own[:, 0] * own[:, 1]).mean()


# Variances of 24,000 and products of 12,000 errors: standard errors 0.009 and 0.009.
@pytest.mark.parametrize(
    ("misspecification", "within", "shared"),
    [("none", 1, 0), ("shared", 1, 1), ("understated", 4, 0)],
)
def test_each_misfit_has_the_size_that_its_words_say(misspecification, within, shared):
    found = within_and_between(errors(misspecification))

    assert abs(found[0] - within) < 4 * 0.009 * within
    assert abs(found[1] - shared) < 4 * 0.009 * (within + 2 * shared)


def test_heavy_tails_keep_the_standard_deviation_and_go_far_out():
    far = np.abs(errors("heavy-tails", count=30000)) > 3
    normal = np.abs(errors("none", count=30000)) > 3
    # Student's t with 3 degrees of freedom at unit variance: 2 P(T > 3 sqrt 3) = 0.01385.
    assert abs(far.mean() - 0.013847) < 4 * np.sqrt(0.0138 / far.size)
    assert abs(normal.mean() - 0.0026998) < 4 * np.sqrt(0.0027 / normal.size)
    # The variance of so heavy tails converges slowly: the middle is compared instead.
    middle = np.quantile(np.abs(errors("heavy-tails", count=30000)), 0.5)
    assert middle == pytest.approx(0.7649 / np.sqrt(3), abs=0.01)


def test_the_same_state_gives_the_same_normal_errors_whatever_the_misfit():
    plain = errors("none")

    np.testing.assert_array_equal(errors("understated"), 2 * plain)
    assert (np.sign(errors("heavy-tails")) == np.sign(plain)).all()
    assert set(MISSPECIFICATION_WORDS) == {"none", *MISSPECIFICATIONS}


def mean_ratio(drawn, told, signals, noise):
    """Mean of L(other) / L(truth) over the spectra; 1 where the data are from the truth."""
    made = intensity_likelihood(drawn, told)
    both = np.broadcast_to(signals, (2, *signals.shape)).copy()
    both[1] *= np.exp([0.05, -0.1, 0.1, 0.03])
    points = made.pointwise(both, np.array([[noise], [noise + 0.01]]))
    ratio = np.exp(points[1] - points[0])
    return ratio.mean(), ratio.std() / np.sqrt(len(ratio))


def test_a_table_like_a_real_one_follows_its_likelihood_gaps_and_zeros_included():
    course = np.array([2.0, 0.27, 0.3, 6.0])
    times = np.repeat(np.arange(1.0, 2001), 2)
    values = course * np.ones((len(times), 1))
    values[::3, 1] = np.nan
    told = measurement(limit=0.03, share_replicates=False)
    real = intensity_likelihood(IntensityTable(tuple(s.name for s in SIGNALS), times, values), told)
    signals = course * np.ones((2000, 1))

    drawn = simulate_like(real, signals, np.array([0.15]), "none", np.random.default_rng(4))

    np.testing.assert_array_equal(drawn.times, times)
    np.testing.assert_array_equal(np.isnan(drawn.values), np.isnan(values))
    assert (drawn.values == 0).any()
    mean, error = mean_ratio(drawn, told, signals, 0.15)
    assert abs(mean - 1) < 4 * error
    # The check has power: a likelihood that is told 20 % less noise fails.
    mean, error = mean_ratio(drawn, told, signals, 0.12)
    assert abs(mean - 1) > 4 * error


def test_what_no_study_could_have_is_no_table():
    rng = np.random.default_rng(2)
    made = likelihood(S * np.ones((5, 1)), scale="absolute", noise="constant")
    signals = S * np.ones((5, 1))

    assert simulate_like(made, signals, np.array([1e-3]), "none", rng) is not None
    alone = likelihood([[1.0], [2.0]], scale="per spectrum")
    assert simulate_like(alone, np.ones((2, 1)), np.array([0.1]), "none", rng) is None
