from dataclasses import replace

import numpy as np
import pytest
from identifiability_studies import TIMES, draws_of, problem_of
from scipy.optimize import brentq, minimize_scalar
from scipy.special import ndtr, ndtri

from assemblysim.inference.identifiability.profiles import (
    Likelihood,
    likelihood_of,
    profile_likelihood,
)
from assemblysim.inference.model.parameters import normal_from_values
from assemblysim.inference.model.priors import LogUniform
from assemblysim.measurement.data import IntensityTable

# Half the 95 % point of chi-square with one degree of freedom, from the normal's quantile.
DROP = 0.5 * float(ndtri(0.975)) ** 2


def of_each(slope):
    """Values and gradients of several positions, from a function of one."""

    def slopes(positions):
        values, gradients = zip(*map(slope, positions), strict=True)
        return np.array(values), np.array(gradients)

    return slopes


def gaussian(mean, precision, flat):
    """A normal log-likelihood, from its mean and the inverse of its covariance."""

    def log_likelihoods(x):
        return -0.5 * np.einsum("bi,ij,bj->b", x - mean, precision, x - mean)

    return Likelihood(
        log_likelihoods,
        lambda x: (log_likelihoods(x), (mean - x) @ precision),
        np.array(flat),
    )


@pytest.fixture
def correlated():
    """Five coordinates of which two almost make up for each other."""
    root = np.random.default_rng(1).standard_normal((5, 5)) + 6 * np.eye(5)
    root[0] = 30 * (np.eye(5)[0] + np.eye(5)[1])
    return np.array([0.3, -0.2, 0.1, 0.5, -0.4]), root.T @ root


def test_profiles_of_a_linear_gaussian_problem_are_its_marginal_intervals(correlated):
    mean, precision = correlated
    covariance = np.linalg.inv(precision)
    draws = np.random.default_rng(2).multivariate_normal(mean, covariance, 2000)

    found = profile_likelihood(gaussian(mean, precision, [True] * 5), mean + 0.3, draws)

    half = np.sqrt(2 * DROP * np.diag(covariance))
    np.testing.assert_allclose(found.position, mean, atol=2e-3)
    np.testing.assert_allclose(found.lower, mean - half, atol=0.02 * half.max())
    np.testing.assert_allclose(found.upper, mean + half, atol=0.02 * half.max())
    assert np.all(half > 2 * np.sqrt(2 * DROP / np.diag(precision))[0])  # others do make up


def test_what_is_known_of_the_others_counts_and_the_own_prior_does_not(correlated):
    mean, precision = correlated
    flat = np.array([False, False, True, True, True])
    draws = np.random.default_rng(2).multivariate_normal(mean, np.linalg.inv(precision), 2000)

    found = profile_likelihood(gaussian(mean, precision, flat), mean, draws)

    for i in range(5):
        others = np.diag((~flat & (np.arange(5) != i)).astype(float))
        covariance = np.linalg.inv(precision + others)
        centre = (covariance @ precision @ mean)[i]
        half = np.sqrt(2 * DROP * covariance[i, i])
        assert found.lower[i] == pytest.approx(centre - half, abs=0.02 * half)
        assert found.upper[i] == pytest.approx(centre + half, abs=0.02 * half)


def test_a_profile_that_never_drops_by_1_92_is_open_on_that_side():
    def log_likelihoods(x):
        return -np.logaddexp(0, -8 * (x[:, 0] - 0.5)) - 0.5 * (x[:, 1] / 0.1) ** 2

    def slope(x):
        step = 1e-6 * np.eye(2)
        return float(log_likelihoods(x[None])[0]), (
            log_likelihoods(x + step) - log_likelihoods(x - step)
        ) / 2e-6

    draws = np.random.default_rng(2).normal([1.2, 0.0], [0.4, 0.1], (2000, 2))
    found = profile_likelihood(
        Likelihood(log_likelihoods, of_each(slope), np.array([True, True])),
        np.array([1.0, 0.0]),
        draws,
    )

    exact = 0.5 - np.log(np.expm1(DROP)) / 8  # where log(1 + exp(-8 (x - 0.5))) = 1.92
    assert found.lower[0] == pytest.approx(exact, abs=0.01)
    assert found.upper[0] == np.inf
    assert found.lower[1] == pytest.approx(-np.sqrt(2 * DROP) * 0.1, rel=0.02)


@pytest.mark.parametrize(("flat", "end"), [(True, -np.inf), (False, -1.8)])
def test_an_end_in_the_outer_5_per_cent_of_a_flat_prior_counts_as_open(flat, end):
    width = 1.8 / np.sqrt(2 * DROP)  # the drop is 1.92 at -1.8, and 5 % of the prior is below -1.64
    draws = np.random.default_rng(3).normal(0, width, (500, 1))
    likelihood = gaussian(np.zeros(1), np.array([[width**-2]]), [flat])

    found = profile_likelihood(likelihood, np.zeros(1), draws)

    np.testing.assert_allclose([found.lower[0], found.upper[0]], [end, -end], atol=0.02)


@pytest.mark.parametrize("start", [-1.0, 1.0])
@pytest.mark.parametrize(("deficit", "spanned"), [(0.3, True), (4.0, False)])
def test_an_interval_spans_every_optimum_within_1_92_of_the_best(start, deficit, spanned):
    def parts(x):
        return -50 * (x[:, 0] - 1) ** 2, -50 * (x[:, 0] + 1) ** 2 - deficit

    def log_likelihoods(x):
        return np.logaddexp(*parts(x))

    def slope(x):
        a, b = parts(x[None])
        right = float(np.exp(a - np.logaddexp(a, b))[0])
        return float(log_likelihoods(x[None])[0]), -100 * (x - np.array([2 * right - 1]))

    rng = np.random.default_rng(5)
    draws = rng.choice([1.0, -1.0], (3000, 1)) + 0.1 * rng.standard_normal((3000, 1))
    found = profile_likelihood(
        Likelihood(log_likelihoods, of_each(slope), np.array([True])), np.array([start]), draws
    )

    half = np.sqrt(DROP / 50)
    low = -1 - np.sqrt((DROP - deficit) / 50) if spanned else 1 - half
    assert found.position[0] == pytest.approx(1, abs=1e-3)
    np.testing.assert_allclose([found.lower[0], found.upper[0]], [low, 1 + half], atol=3e-3)


def test_a_profile_that_rises_above_its_maximum_begins_again_from_there():
    # a small bump at 0 on the flank of the true maximum at 1, where all starts and draws are
    def height(x):
        return -2 * (x - 1) ** 2 + 0.5 * np.exp(-((x / 0.05) ** 2))

    def slope(x):
        step = np.array([1e-6])
        return float(height(x)[0]), (height(x + step) - height(x - step)) / 2e-6

    draws = np.random.default_rng(7).normal(0, 0.005, (500, 1))
    found = profile_likelihood(
        Likelihood(lambda x: height(x[:, 0]), of_each(slope), np.array([False])), np.zeros(1), draws
    )

    # its own prior is left out, so the ends are those of the curve itself
    top = height(1.0)
    ends = [brentq(lambda x: height(x) - top + DROP, *pair) for pair in ((-0.2, 0.0), (1.5, 3.0))]
    np.testing.assert_allclose([found.lower[0], found.upper[0]], ends, atol=0.02)


def decay(folder, priors):
    rng = np.random.default_rng(6)
    values = np.maximum(10 * np.exp(-0.6 * TIMES) + 0.4 * rng.standard_normal(len(TIMES)), 0.1)
    table = IntensityTable(("A",), TIMES, values[:, None])
    problem = problem_of(
        folder, "decay", table, noise="constant", fixed={"noise": 0.4, "background": 0.0},
        priors=priors, initial=priors.get("initial_A", 10.0),
    )  # fmt: skip
    return problem, values


def by_bisection(misspecification, best, low, high):
    """Ends of the 95 % interval of a function of one number that is lowest at `best`."""
    height = misspecification(best) + DROP
    return [
        brentq(lambda k: misspecification(k) - height, *sorted((best, edge)), xtol=1e-10)
        for edge in (low, high)
    ]


def test_the_profile_of_a_first_order_decay_is_its_likelihood(tmp_path):
    problem, values = decay(tmp_path, {})

    def misspecification(k):
        return 0.5 * float((((values - 10 * np.exp(-k * TIMES)) / 0.4) ** 2).sum())

    best = minimize_scalar(
        misspecification, bounds=(0.1, 2), method="bounded", options={"xatol": 1e-9}
    ).x
    start = normal_from_values(problem.parameters, np.array([best]))
    found = profile_likelihood(likelihood_of(problem), start, draws_of(problem, [best])[0, :, 0])
    ends = [problem.parameters[0].prior.from_normal(end[0]) for end in (found.lower, found.upper)]

    np.testing.assert_allclose(ends, by_bisection(misspecification, best, 0.1, 3), rtol=2e-3)


def test_the_profile_of_a_decay_with_an_unknown_start_has_that_start_optimised(tmp_path):
    start = LogUniform(0.1, 1000.0)
    problem, values = decay(tmp_path, {"initial_A": start})

    def misspecification(k):
        shape = np.exp(-k * TIMES)
        best = float(values @ shape / (shape @ shape))
        return 0.5 * float((((values - best * shape) / 0.4) ** 2).sum())

    best = minimize_scalar(
        misspecification, bounds=(0.1, 2), method="bounded", options={"xatol": 1e-9}
    ).x
    guess = [best, 10.0]
    position = normal_from_values(problem.parameters, np.array(guess))
    draws = draws_of(problem, guess).reshape(-1, 2)
    found = profile_likelihood(likelihood_of(problem), position, draws)
    ends = [problem.parameters[0].prior.from_normal(end[0]) for end in (found.lower, found.upper)]
    exact = by_bisection(misspecification, best, 0.1, 3)

    def fixed_start(k):
        return 0.5 * float((((values - 10 * np.exp(-k * TIMES)) / 0.4) ** 2).sum())

    assert problem.parameter_names == ("k_first", "initial_A")
    np.testing.assert_allclose(ends, exact, rtol=2e-3)
    narrower = by_bisection(fixed_start, best, 0.1, 3)
    assert np.diff(narrower)[0] < 0.8 * np.diff(exact)[0]  # a known start is another interval


def growing(decades, slope, level):
    """A likelihood that rises by `slope` a decade up to a level, and a second flat coordinate."""

    def log_likelihoods(x):
        return slope * np.minimum(decades * ndtr(x[:, 0]), level) - 0.5 * (x[:, 1] - x[:, 0]) ** 2

    def gradients(x):
        free = decades * ndtr(x[:, 0]) < level
        density = np.exp(-0.5 * x[:, 0] ** 2) / np.sqrt(2 * np.pi)
        pull = x[:, 1] - x[:, 0]
        return log_likelihoods(x), np.stack([slope * decades * density * free + pull, -pull], 1)

    return Likelihood(log_likelihoods, gradients, np.array([True, True]), np.array([6.0, np.nan]))


def test_a_profile_that_rises_at_the_edge_of_a_default_prior_says_by_how_much():
    draws = np.random.default_rng(1).normal([1.5, 1.5], 0.3, size=(500, 2))

    found = profile_likelihood(growing(6.0, 2.0, np.inf), np.array([2.0, 2.0]), draws)

    assert np.isinf(found.upper[0])
    assert found.rises[0, 1] == pytest.approx(2 * 6 * (ndtr(3.0) - 5 / 6), abs=0.01)
    assert found.rises[0, 0] == 0  # where it has long fallen
    np.testing.assert_array_equal(found.rises[1], 0)  # no default prior of a rate constant


def test_a_profile_that_is_flat_at_the_edge_does_not_rise():
    draws = np.random.default_rng(1).normal([1.5, 1.5], 0.3, size=(500, 2))

    found = profile_likelihood(growing(6.0, 4.0, 4.5), np.array([2.0, 2.0]), draws)

    assert np.isinf(found.upper[0])
    assert found.rises[0, 1] == pytest.approx(0.0, abs=1e-3)


def test_rises_are_looked_at_for_default_priors_of_rate_constants_alone(tmp_path):
    table = IntensityTable(("A",), TIMES, np.ones((len(TIMES), 1)))
    problem = problem_of(tmp_path, "chain", table)
    stated = likelihood_of(problem).decades
    first, *rest = problem.parameters
    default = replace(first, kind="rate", prior=LogUniform(1e-3, 1e3), stated=False)

    decades = likelihood_of(replace(problem, parameters=(default, *rest))).decades

    assert np.isnan(stated).all()
    assert decades[0] == pytest.approx(6.0)
    assert np.isnan(decades[1:]).all()
