import numpy as np
import pytest
from scipy.special import log_ndtr
from scipy.stats import lognorm, multivariate_normal, norm
from spectra import likelihood, log_integral, normal_log_density, total

RNG = np.random.default_rng(3)
TIMES = np.array([1.0, 1.0, 1.0, 2.0])
AT = np.array([0, 0, 0, 1])
EXPECTED = np.exp(RNG.normal(size=(2, 3)))
VALUES = EXPECTED[AT] * np.exp(0.2 * RNG.normal(size=(4, 3)))


def points(values, sds, **settings):
    made = likelihood(values, TIMES, scale="absolute", **settings)
    return made, made.pointwise(EXPECTED[None], np.array([sds]))[0]


def test_constant_noise_is_normal():
    _, value = points(VALUES, [0.3], noise="constant", share_replicates=False)

    np.testing.assert_allclose(
        value, norm.logpdf(VALUES, EXPECTED[AT], 0.3).ravel(), rtol=1e-12, atol=1e-12
    )


def test_proportional_noise_is_log_normal_by_the_density_of_log_y():
    _, value = points(VALUES, [0.3], share_replicates=False)

    # The density of y times y is that of log y.
    oracle = lognorm.logpdf(VALUES, 0.3, scale=EXPECTED[AT]) + np.log(VALUES)
    np.testing.assert_allclose(value, oracle.ravel(), rtol=1e-12, atol=1e-12)


def test_two_component_noise_adds_variances():
    _, value = points(VALUES, [0.3, 0.1], noise="two-component", share_replicates=False)

    sd = np.hypot(0.1, 0.3 * EXPECTED[AT])
    np.testing.assert_allclose(
        value, norm.logpdf(VALUES, EXPECTED[AT], sd).ravel(), rtol=1e-12, atol=1e-12
    )


@pytest.mark.parametrize("noise", ["constant", "proportional", "two-component"])
def test_a_zero_is_the_chance_to_stay_below_the_limit(noise):
    values = VALUES.copy()
    values[3, 1] = 0.0
    limit = 0.5 * values[:, 1].max()
    sigma = [0.3, 0.1] if noise == "two-component" else [0.3]

    made, value = points(values, sigma, noise=noise, limit=0.5, share_replicates=False)

    s = EXPECTED[1, 1]
    score = {
        "constant": (limit - s) / 0.3,
        "proportional": np.log(limit / s) / 0.3,
        "two-component": (limit - s) / np.hypot(0.1, 0.3 * s),
    }[noise]
    place = made.observations.index("Dy3L at 2 h")
    assert value[place] == pytest.approx(norm.logcdf(score), rel=1e-12)


def test_a_missing_reading_is_no_piece():
    values = VALUES.copy()
    values[3, 1] = np.nan

    made, value = points(values, [0.3], share_replicates=False)

    assert len(value) == 11
    assert "Dy3L at 2 h" not in made.observations
    assert made.observations[0] == "Dy2L at 1 h, replicate 1"


def shared_sd(noise):
    """Sd of a reading and of a sampling, shape (2, 3)."""
    flat = np.ones((2, 3))
    return {
        "constant": (0.3 * flat, 0.4 * flat),
        "proportional": (0.3 * flat, 0.4 * flat),
        "two-component": (np.hypot(0.1, 0.3 * EXPECTED), 0.4 * EXPECTED),
    }[noise]


@pytest.mark.parametrize("noise", ["constant", "proportional", "two-component"])
def test_replicates_share_a_sampling_error(noise):
    sigma = [0.3, 0.1, 0.4] if noise == "two-component" else [0.3, 0.4]

    made, value = points(VALUES, sigma, noise=noise)

    reading, sampling = shared_sd(noise)
    change = np.log if noise == "proportional" else np.asarray
    r = change(VALUES) - change(EXPECTED)[AT]
    assert made.noise_names[-1] == "sampling_error"
    for unit, log_density in zip(made.observations, value, strict=True):
        signal, when = unit.split(" at ")
        i, t = ("Dy2L", "Dy3L", "Dy5L2").index(signal), int(when[0]) - 1
        size = (t == AT).sum()
        v = reading[t, i] ** 2 * np.eye(size) + sampling[t, i] ** 2
        oracle = multivariate_normal(cov=v).logpdf(r[t == AT, i])
        assert log_density == pytest.approx(oracle, abs=1e-9)


@pytest.mark.parametrize("noise", ["constant", "proportional", "two-component"])
@pytest.mark.parametrize("zeros", [1, 2, 3])
def test_zeros_among_replicates_match_brute_force(noise, zeros):
    values = VALUES.copy()
    values[:zeros, 1] = 0.0
    sigma = [0.3, 0.1, 0.4] if noise == "two-component" else [0.3, 0.4]
    made, value = points(values, sigma, noise=noise, limit=0.8)

    reading, sampling = (sd[0, 1] for sd in shared_sd(noise))
    change = np.log if noise == "proportional" else np.asarray
    limit = change(0.8 * values[:, 1].max()) - change(EXPECTED[0, 1])
    seen = change(values[zeros:3, 1]) - change(EXPECTED[0, 1])

    def integrand(delta):
        above = normal_log_density(seen[:, None] - delta, reading).sum(axis=0)
        below = zeros * log_ndtr((limit - delta) / reading)
        return above + below + normal_log_density(delta, sampling)

    brute = log_integral(integrand, -12 * sampling, 12 * sampling)
    assert value[made.observations.index("Dy3L at 1 h")] == pytest.approx(brute, abs=1e-6)


def test_a_column_of_zeros_takes_the_limit_from_the_largest_reading_of_the_table():
    values = VALUES.copy()
    values[:, 1] = 0.0

    made = likelihood(values, TIMES, scale="absolute", limit=0.01)

    np.testing.assert_allclose(made.measured.limits[:, 1], 0.01 * values.max(), rtol=1e-15)


def test_least_squares_is_the_maximum_of_constant_noise():
    """The log-likelihood is -SS / (2 sigma^2) and a constant: what alpha-pinene is fitted by."""
    sigma, other = 0.7, EXPECTED * 1.1
    settings = {"scale": "absolute", "noise": "constant", "share_replicates": False}

    difference = total(VALUES, EXPECTED, [sigma], TIMES, **settings) - total(
        VALUES, other, [sigma], TIMES, **settings
    )

    squares = ((VALUES - EXPECTED[AT]) ** 2).sum() - ((VALUES - other[AT]) ** 2).sum()
    assert difference == pytest.approx(-squares / (2 * sigma**2), rel=1e-12)


def test_absolute_residuals_are_in_units_of_their_sd():
    made = likelihood(VALUES, TIMES, scale="absolute", noise="two-component")

    z = made.standardised_residuals(EXPECTED[None], np.array([[0.3, 0.1, 0.4]]))[0]

    sd = np.sqrt(0.1**2 + (0.3**2 + 0.4**2) * EXPECTED[AT] ** 2)
    np.testing.assert_allclose(z, (VALUES - EXPECTED[AT]) / sd, rtol=1e-12)
