from dataclasses import replace

import numpy as np
import pytest
from spectra import likelihood, measurement, simulated, table

from assemblysim.measurement.data import SignalLimit
from assemblysim.measurement.likelihoods.intensities import intensity_likelihood
from assemblysim.measurement.simulation.display import display_signals
from assemblysim.measurement.simulation.simulation import (
    simulate_intensities,
    simulate_like,
    typical_covariance,
)
from assemblysim.measurement.tails.registry import TAILS

S = np.array([2.0, 1.5, 0.3, 6.0])
PROPORTIONAL = {"noise": 0.15, "sampling_error": 0.25}


def many(count, course=S):
    return np.broadcast_to(course, (count, 4))


def test_replicates_scatter_by_the_noise_and_samples_by_the_sampling_error():
    signals = many(4000)

    drawn = simulated(signals, 3, PROPORTIONAL, measurement("absolute"), np.random.default_rng(1))

    logs = np.log(drawn.values / S).reshape(4000, 3, 4)
    within = logs.var(axis=1, ddof=1).mean()
    between = logs.mean(axis=1).var(ddof=1)
    # 32000 and 16000 degrees of freedom.
    assert abs(within / 0.15**2 - 1) < 4 * np.sqrt(2 / 32000)
    assert abs(between / (0.25**2 + 0.15**2 / 3) - 1) < 4 * np.sqrt(2 / 16000)
    # The check has power: an error of 5 % in the noise is seen.
    assert abs(within / 0.1575**2 - 1) > 4 * np.sqrt(2 / 32000)


def test_scale_factors_are_log_uniform_over_a_decade():
    signals = many(4000)

    drawn = simulated(signals, 1, {"noise": 1e-9}, measurement(), np.random.default_rng(2))

    scale_factors = np.log10(drawn.values[:, 0] / S[0])
    np.testing.assert_allclose(drawn.values / drawn.values[:, :1], signals / S[0], rtol=1e-6)
    assert scale_factors.min() > 0
    assert scale_factors.max() < 1
    assert abs(scale_factors.mean() - 0.5) < 4 / np.sqrt(12 * 4000)


def test_what_stays_below_the_limit_is_zero():
    signals = many(2000)
    limit = 0.03

    drawn = simulated(
        signals, 1, {"noise": 0.15}, measurement(limit=limit), np.random.default_rng(3)
    )

    fraction = drawn.values / drawn.values.sum(axis=1, keepdims=True)
    assert (fraction[fraction > 0] > limit * (1 - limit)).all()
    lost = (drawn.values == 0).mean(axis=0)
    np.testing.assert_array_equal(lost[[0, 1, 3]], 0.0)
    assert 0.2 < lost[2] < 0.8


def mean_likelihood_ratio(drawn, told, sds, other, course=S, change=0.1):
    """Mean of L(other) / L(truth), which is 1 when the data come from the truth's model."""
    made = intensity_likelihood(drawn, told)
    signals = np.broadcast_to(course, (2, len(made.times), 4)).copy()
    signals[1] *= np.exp(change * np.array([0.5, -1.0, 1.0, 0.3]))
    points = made.pointwise(signals, np.array([sds, other]))
    ratio = np.exp(points[1] - points[0])
    return ratio.mean(), ratio.std() / np.sqrt(len(ratio))


@pytest.mark.parametrize("replicates", [1, 2])
def test_a_simulated_table_follows_the_likelihood_zeros_included(replicates):
    """Truth and model agree: the mean likelihood ratio is 1 in its own standard error."""
    course = np.array([2.0, 0.27, 0.3, 6.0])
    signals = many(6000, course)
    told = measurement(limit=0.03)
    sds, other = ([0.15, 0.2], [0.16, 0.21]) if replicates > 1 else ([0.15], [0.16])
    noise = dict(zip(("noise", "sampling_error"), sds, strict=False))

    drawn = simulated(signals, replicates, noise, told, np.random.default_rng(4))

    mean, error = mean_likelihood_ratio(drawn, told, sds, other, course)
    assert abs(mean - 1) < 4 * error
    # The check has power: a likelihood that is told half the limit, or 20 % less noise, fails.
    mean, error = mean_likelihood_ratio(drawn, measurement(limit=0.015), sds, other, course)
    assert abs(mean - 1) > 4 * error
    less = [0.8 * sds[0], *sds[1:]]
    mean, error = mean_likelihood_ratio(drawn, told, less, [0.85 * sds[0], *sds[1:]], course)
    assert abs(mean - 1) > 4 * error


@pytest.mark.parametrize("replicates", [1, 2])
def test_tables_with_heavy_tails_follow_their_likelihood(replicates):
    signals = many(2000, np.array([2.0, 0.27, 0.3, 6.0]))
    told = replace(measurement(limit=0.02), tails=TAILS["student-t"])
    sds, other = ([0.15, 0.2], [0.17, 0.23]) if replicates > 1 else ([0.15], [0.17])
    noise = dict(zip(("noise", "sampling_error"), sds, strict=False))

    drawn = simulated(signals, replicates, noise, told, np.random.default_rng(4))

    mean, error = mean_likelihood_ratio(drawn, told, sds, other, signals[0])
    assert abs(mean - 1) < 4 * error
    # The check has power: errors that were normal have another mean.
    plain = replace(told, tails=TAILS["normal"])
    drawn = simulated(signals, replicates, noise, plain, np.random.default_rng(4))
    mean, error = mean_likelihood_ratio(drawn, told, sds, other, signals[0])
    assert abs(mean - 1) > 4 * error


@pytest.mark.parametrize("noise", ["constant", "two-component"])
def test_absolute_tables_follow_the_likelihood(noise):
    signals = many(4000)
    told = measurement("absolute", noise, limit=0.1)
    sds, other = ([0.2], [0.21]) if noise == "constant" else ([0.1, 0.1], [0.11, 0.1])
    values = dict(zip(("noise", "noise_additive"), sds, strict=False))

    drawn = simulated(signals, 1, values, told, np.random.default_rng(5))

    mean, error = mean_likelihood_ratio(drawn, told, sds, other, change=0.02)
    assert abs(mean - 1) < 4 * error


@pytest.mark.parametrize("noise", ["constant", "two-component"])
def test_additive_noise_counts_in_units_of_the_expected_total(noise):
    signals = many(4000)
    told = measurement("per spectrum", noise, limit=1e-6)
    sds = {"noise": 0.01} if noise == "constant" else {"noise": 0.05, "noise_additive": 0.01}

    drawn = simulated(signals, 1, sds, told, np.random.default_rng(6))

    # A ratio of two signals does not know the scale factor.
    ratio = drawn.values[:, 3] / drawn.values[:, 0]
    relative = sds.get("noise_additive", 0.01) * S.sum() / S[[0, 3]]
    own = 0.0 if noise == "constant" else 0.05
    expected = np.sqrt((relative**2 + own**2).sum())
    assert ratio.std() / 3 == pytest.approx(expected, rel=0.1)


def test_errors_that_are_added_may_make_an_intensity_negative():
    signals = many(400)
    told = measurement("absolute", "constant")
    drawn = simulated(signals, 1, {"noise": 3.0}, told, np.random.default_rng(7))
    away = (drawn.values - signals) / 3.0

    assert (drawn.values < 0).any()
    assert not drawn.below.any()
    assert abs(away.mean()) < 4 / np.sqrt(away.size)
    assert abs(away.var() - 1) < 4 * np.sqrt(2 / away.size)


def test_a_limit_of_one_signal_cuts_that_signal_alone():
    signals = many(400)
    told = replace(
        measurement("absolute", "constant"),
        signal_limits=(SignalLimit("Dy3L", 0.8, relative=False),),
    )
    drawn = simulated(signals, 1, {"noise": 1.0}, told, np.random.default_rng(7))
    column = list(drawn.signals).index("Dy3L")

    np.testing.assert_array_equal(drawn.below[:, column], drawn.values[:, column] == 0)
    assert drawn.below[:, column].any()
    assert not np.delete(drawn.below, column, 1).any()
    seen = drawn.values[:, column][~drawn.below[:, column]]
    assert seen.min() >= 0.8


def test_the_same_seed_gives_the_same_table():
    signals = many(5)
    first, second = (
        simulated(signals, 2, PROPORTIONAL, measurement(limit=0.05), np.random.default_rng(8))
        for _ in range(2)
    )

    np.testing.assert_array_equal(first.values, second.values)
    np.testing.assert_array_equal(first.times, np.repeat(np.arange(1.0, 6), 2))


@pytest.mark.parametrize("scale", ["absolute", "per species", "per spectrum"])
def test_predictive_readings_scatter_about_the_displayed_signals(scale):
    values = S * np.ones((6, 1))
    made = likelihood(values, np.repeat([1.0, 2.0, 3.0], 2), scale=scale)
    sampled = np.broadcast_to(S, (4000, 3, 4))
    fine = np.broadcast_to(S, (4000, 5, 4))
    noise = np.broadcast_to([0.03, 0.04], (4000, 2))

    drawn = simulate_intensities(made, fine, sampled, noise, np.random.default_rng(9))

    shown = display_signals(made, fine, sampled)
    logs = np.log(drawn / shown)
    fraction = S / S.sum() if scale == "per spectrum" else np.zeros(4)
    # Dividing by the total takes a signal's own share out of its scatter.
    expected = 0.05**2 * ((1 - fraction) ** 2 + (fraction**2).sum() - fraction**2)
    np.testing.assert_allclose(logs.var(axis=(0, 1)), expected, rtol=4 * np.sqrt(2 / 4000) + 0.01)
    if scale == "per spectrum":
        np.testing.assert_allclose(drawn.sum(axis=2), 100.0)


def test_quantiles_of_predictive_readings_are_smooth_in_time():
    made = likelihood(S * np.ones((3, 1)))
    slow = S * np.exp(-np.linspace(0, 1, 50))[:, None] * np.ones((300, 1, 1))
    noise = np.broadcast_to([0.3, 0.2], (300, 2))

    drawn = simulate_intensities(made, slow, slow[:, :3], noise, np.random.default_rng(9))
    logs = np.log(np.quantile(drawn, 0.975, axis=0)[:, 0])

    assert np.ptp(np.diff(logs, 2)) < 1e-9


@pytest.mark.parametrize("scale", ["per species", "per spectrum"])
@pytest.mark.parametrize("noise", ["constant", "two-component"])
def test_predictive_readings_of_additive_noise_are_not_negative(scale, noise):
    made = likelihood(S * np.ones((3, 1)), scale=scale, noise=noise)
    signals = np.broadcast_to(S, (500, 3, 4))
    sds = np.full((500, len(made.noise_names)), 0.05)

    drawn = simulate_intensities(made, signals, signals, sds, np.random.default_rng(10))

    assert drawn.shape == (500, 3, 4)
    assert (drawn >= 0).all()
    assert np.isfinite(drawn).all()


def test_known_covariances_are_drawn_too_and_go_with_the_table():
    signals = many(1)
    relative = 0.02 * np.array([[1, -0.9, 0, 0], [-0.9, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1.0]])
    real = table(np.ones((1, 4)))
    made = intensity_likelihood(replace(real, covariances=relative[None]), measurement())
    rng = np.random.default_rng(3)

    drawn = [simulate_like(made, signals, np.array([0.05]), "none", rng) for _ in range(4000)]

    logs = np.array([np.log(one.values[0] / signals[0]) for one in drawn])
    logs -= logs.mean(axis=1, keepdims=True)
    centred = np.eye(4) - 0.25
    expected = centred @ (relative + 0.05**2 * np.eye(4)) @ centred
    np.testing.assert_allclose(np.cov(logs.T), expected, atol=0.0015)
    values = drawn[0].values[0]
    np.testing.assert_allclose(drawn[0].covariances[0], relative * np.outer(values, values))


def test_predictive_bands_are_wider_by_what_was_measured_with_errors():
    known = 0.09 * np.eye(4)
    values = S * np.ones((6, 1))
    real = table(values, np.repeat([1.0, 2.0, 3.0], 2))
    covariances = known * values[:, :, None] * values[:, None, :]
    told = measurement("per spectrum", share_replicates=False)
    sampled = np.broadcast_to(S, (4000, 3, 4))
    spreads = []
    for one in (real, replace(real, covariances=covariances)):
        made = intensity_likelihood(one, told)
        drawn = simulate_intensities(
            made, sampled, sampled, np.full((4000, 1), 0.03), np.random.default_rng(9)
        )
        spreads.append(np.log(drawn).std(axis=(0, 1)))

    assert (spreads[1] > 3 * spreads[0]).all()


def test_what_is_typical_of_a_new_spectrum_is_that_of_a_middling_one():
    sizes = np.array([0.5, 0.1, 0.2])
    known = sizes[:, None, None] * np.ones((3, 4, 4))
    real = replace(table(np.ones((3, 4))), covariances=known)
    plain = intensity_likelihood(table(np.ones((3, 4))), measurement())

    made = intensity_likelihood(real, measurement())

    np.testing.assert_allclose(typical_covariance(made.measured), 0.2)
    assert typical_covariance(plain.measured) is None
