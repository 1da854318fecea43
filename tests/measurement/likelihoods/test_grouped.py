import numpy as np
import pytest
from spectra import likelihood, log_scale_factor_integral, measurement, simulated, table, total

from assemblysim.measurement.data import IntensityTable, Measurement, Signal
from assemblysim.measurement.likelihoods.intensities import intensity_likelihood
from assemblysim.measurement.noise.registry import NOISES
from assemblysim.measurement.scales import SCALES

RNG = np.random.default_rng(20230916)
SPECTRUM = np.array([3.0, 1.2, 0.4, 7.0])
EXPECTED = np.array([2.0, 1.5, 0.3, 6.0])


@pytest.mark.parametrize("sigma", [0.05, 0.15, 0.6])
def test_the_scale_factor_integral_matches_brute_force_without_zeros(sigma):
    brute = log_scale_factor_integral(np.log(SPECTRUM), np.full(4, np.nan), np.log(EXPECTED), sigma)

    assert total([SPECTRUM], [EXPECTED], [sigma]) == pytest.approx(brute, abs=1e-8)


# Log ratios of prediction to limit, in sigma, for the signals that were not detected: from far
# below through the limit to far out in the tail.
@pytest.mark.parametrize(
    "above",
    [(-9.0,), (0.3,), (30.0,), (-1.0, 0.5), (-3.0, 30.0), (30.0, 33.0), (2.0, -1.0, 0.0),
     (25.0, 30.0, 35.0), (0.1, 0.2, 0.3), (-40.0, -8.0, 1.0)],
)  # fmt: skip
@pytest.mark.parametrize("sigma", [0.05, 0.15, 0.8])
def test_the_scale_factor_integral_matches_brute_force_below_the_limit(above, sigma):
    zeros = len(above)
    spectrum = np.where(np.arange(4) < 4 - zeros, SPECTRUM, 0.0)
    log_limit = np.log(0.005 * spectrum.sum())
    log_expected = np.log(EXPECTED)
    log_expected[4 - zeros :] = log_limit + sigma * np.array(above)
    log_limits = np.where(spectrum == 0, log_limit, np.nan)

    value = total([spectrum], [np.exp(log_expected)], [sigma], limit=0.005)

    logs = np.log(np.where(spectrum > 0, spectrum, 1.0))
    brute = log_scale_factor_integral(logs, log_limits, log_expected, sigma)
    assert value == pytest.approx(brute, abs=1e-8, rel=1e-11)


def test_many_signals_below_the_limit_match_brute_force():
    names = tuple(f"M{k}L" for k in range(10))
    signals = tuple(Signal(name, ((name, 1.0),)) for name in names)
    values = np.array([[5.0, 2.0] + [0.0] * 8])
    expected = np.array([4.0, 3.0, *(0.035 * np.exp(np.linspace(-0.5, 0.8, 8)))])
    made = intensity_likelihood(
        IntensityTable(names, np.array([1.0]), values),
        Measurement(SCALES["per spectrum"], NOISES["proportional"], signals, 0.005),
    )

    value = made.pointwise(expected[None, None], np.array([[0.3]])).sum()

    limits = np.where(values[0] == 0, np.log(0.035), np.nan)
    logs = np.log(np.where(values[0] > 0, values[0], 1.0))
    assert value == pytest.approx(
        log_scale_factor_integral(logs, limits, np.log(expected), 0.3), abs=1e-8
    )


@pytest.mark.parametrize("noise", ["proportional", "constant", "two-component"])
@pytest.mark.parametrize("replicates", [1, 2])
def test_multiplying_any_spectrum_by_any_number_changes_nothing(noise, replicates):
    times = np.repeat([1.0, 2.0, 3.0], replicates)
    values = EXPECTED * np.exp(0.2 * RNG.standard_normal((len(times), 4)))
    values[0, 2] = values[-1, 0] = values[-1, 2] = 0.0
    signals = EXPECTED * np.exp(0.2 * RNG.standard_normal((5, 3, 4)))
    made = likelihood(values, times, noise=noise, limit=0.01)
    noise_values = np.full((5, len(made.noise_names)), 0.2)
    factors = 10 ** RNG.uniform(-6, 6, size=(len(times), 1))

    before = made.pointwise(signals, noise_values)
    after = likelihood(factors * values, times, noise=noise, limit=0.01)

    np.testing.assert_allclose(after.pointwise(signals, noise_values), before, atol=1e-10, rtol=0)
    # The check has power: multiplying one signal by 1.01 is seen.
    spoilt = likelihood(factors * values * [1.01, 1, 1, 1], times, noise=noise, limit=0.01)
    assert np.abs(spoilt.pointwise(signals, noise_values) - before).max() > 1e-4


@pytest.mark.parametrize("noise", ["proportional", "constant", "two-component"])
def test_multiplying_any_column_by_any_number_changes_nothing_per_species(noise):
    values = EXPECTED * np.exp(0.2 * RNG.standard_normal((5, 4)))
    values[0, 2] = values[1, 2] = 0.0
    signals = EXPECTED * np.exp(0.2 * RNG.standard_normal((3, 5, 4)))
    settings = {"noise": noise, "scale": "per species", "limit": 0.1}
    made = likelihood(values, **settings)
    noise_values = np.full((3, len(made.noise_names)), 0.2)

    after = likelihood(values * [1e5, 3.0, 1e-7, 40.0], **settings)

    np.testing.assert_allclose(
        after.pointwise(signals, noise_values),
        made.pointwise(signals, noise_values),
        atol=1e-10,
        rtol=0,
    )


def test_a_scale_factor_of_a_column_is_a_scale_factor_of_a_spectrum_transposed():
    values = EXPECTED * np.exp(0.2 * RNG.standard_normal((4, 4)))
    signals = EXPECTED * np.exp(0.2 * RNG.standard_normal((4, 4)))

    by_column = likelihood(values, scale="per species").pointwise(signals[None], np.array([[0.2]]))
    by_row = likelihood(values.T).pointwise(signals.T[None], np.array([[0.2]]))

    np.testing.assert_allclose(by_column, by_row, rtol=1e-13)


def test_a_spectrum_with_one_measured_signal_says_nothing():
    nan = np.nan
    made = likelihood([[1.0, nan, nan, nan], [0.0, 0.0, 0.0, 0.0], [1.0, 2.0, nan, nan]], limit=0.1)

    assert made.observations == ("spectrum at 3 h",)
    only = likelihood([[1.0, nan, nan, nan]])
    assert only.pointwise(np.ones((2, 1, 4)), np.ones((2, 1))).shape == (2, 0)


def test_one_reading_with_one_zero_says_something():
    values = [[1.0, 0.0, np.nan, np.nan]]

    likely = total(values, [[1.0, 1e-4, 1.0, 1.0]], [0.2], limit=0.01)
    unlikely = total(values, [[1.0, 1.0, 1.0, 1.0]], [0.2], limit=0.01)

    assert likely == pytest.approx(0.0, abs=1e-8)
    assert unlikely < -50


def test_scale_factor_residuals_have_unit_variance():
    times = np.linspace(0.1, 48, 4000)
    signals = np.broadcast_to(EXPECTED, (4000, 4))
    drawn = simulated(signals, 1, {"noise": 0.3}, measurement(), RNG, times)
    made = likelihood(drawn.values, times)

    z = made.standardised_residuals(signals[None], np.array([[0.3]]))
    wrong = made.standardised_residuals(signals[None], np.array([[0.32]]))

    # 4000 spectra of 3 degrees of freedom, scaled to 4 unit variances.
    error = np.sqrt(2 / (3 * 4000))
    assert abs((z**2).mean() - 1) < 4 * error
    assert abs((wrong**2).mean() - 1) > 4 * error


def test_residuals_are_missing_where_there_is_no_number():
    values = [[1.0, 0.0, np.nan, 2.0], [1.0, np.nan, np.nan, np.nan]]

    z = likelihood(values, limit=0.1).standardised_residuals(np.ones((1, 2, 4)), np.ones((1, 1)))

    np.testing.assert_array_equal(
        np.isnan(z[0]), [[False, True, True, False], [True, True, True, True]]
    )


def test_the_table_helper_keeps_the_order_of_signals():
    assert table([[1.0, 2.0]]).signals == ("Dy2L", "Dy3L")
