"""One sigma a signal: every likelihood against quadrature, and against that of one sigma."""

import numpy as np
import pytest
from scipy.special import log_ndtr
from scipy.stats import multivariate_normal, norm
from small_study import chain_table, small_study
from spectra import likelihood, log_integral, measurement, normal_log_density, simulated, total

from assemblysim.errors import InputError
from assemblysim.measurement.data import Measurement, Signal
from assemblysim.measurement.likelihoods.intensities import intensity_likelihood
from assemblysim.measurement.likelihoods.normal import log_mean_unlike
from assemblysim.measurement.noise.registry import NOISES
from assemblysim.measurement.noise_model import NoiseParameters
from assemblysim.measurement.scales import SCALES
from assemblysim.measurement.simulation.simulation import simulate_intensities
from assemblysim.report.content.unknowns import parameter_label
from assemblysim.study.definition.priors_and_fixed import noise_unit
from assemblysim.study.problem.problems import noise_default

RNG = np.random.default_rng(20261124)
Y = np.array([3.0, 1.2, 0.4, 7.0])
S = np.array([2.0, 1.5, 0.3, 6.0])
SIGMAS = np.array([0.05, 0.4, 0.15, 0.8])


def log_weighted_scale_factor_integral(logs, log_limits, log_expected, sigma):
    """Brute force over the log scale factor; nan in `log_limits` where there is a reading."""
    below = np.isfinite(log_limits)
    margin = (log_limits - log_expected)[below][:, None]
    residuals = (logs - log_expected)[~below][:, None]
    seen, unseen = sigma[~below, None], sigma[below, None]

    def integrand(g):
        above = normal_log_density(residuals - g, seen).sum(axis=0)
        return above + log_ndtr((margin - g) / unseen).sum(axis=0)

    ends = np.concatenate((residuals, margin))
    reach = 12 * sigma.max()
    return log_integral(integrand, ends.min() - reach, ends.max() + reach)


@pytest.mark.parametrize("sigma", [SIGMAS, SIGMAS[::-1], 5 * SIGMAS])
def test_an_unknown_scale_factor_is_the_weighted_mean_of_the_residuals(sigma):
    value = total([Y], [S], sigma, per_signal=True)

    brute = log_weighted_scale_factor_integral(np.log(Y), np.full(4, np.nan), np.log(S), sigma)
    assert value == pytest.approx(brute, abs=1e-8)


# Log ratios of prediction to limit, in each signal's own sigma.
@pytest.mark.parametrize(
    "above",
    [(0.3,), (30.0,), (-1.0, 0.5), (-3.0, 30.0), (2.0, -1.0, 0.0), (25.0, 30.0, 35.0),
     (-40.0, -8.0, 1.0)],
)  # fmt: skip
@pytest.mark.parametrize("sigma", [SIGMAS, SIGMAS[::-1], np.array([0.9, 0.03, 0.2, 0.05])])
def test_zeros_match_brute_force_over_the_scale_factor(above, sigma):
    zeros = len(above)
    spectrum = np.where(np.arange(4) < 4 - zeros, Y, 0.0)
    log_limit = np.log(0.005 * spectrum.sum())
    log_expected = np.log(S)
    log_expected[4 - zeros :] = log_limit + sigma[4 - zeros :] * np.array(above)
    log_limits = np.where(spectrum == 0, log_limit, np.nan)

    value = total([spectrum], [np.exp(log_expected)], sigma, limit=0.005, per_signal=True)

    logs = np.log(np.where(spectrum > 0, spectrum, 1.0))
    brute = log_weighted_scale_factor_integral(logs, log_limits, log_expected, sigma)
    assert value == pytest.approx(brute, abs=1e-8, rel=1e-11)


@pytest.mark.parametrize("steepest", [0.3, 1.0, 1.5, 1.6, 5.0, 40.0])
def test_the_mean_of_a_product_is_right_for_slopes_of_any_size(steepest):
    limits = RNG.normal(0, 3, size=(30, 4)) - RNG.choice([0, 20], size=(30, 1))
    slopes = steepest * RNG.uniform(0.02, 1, size=(30, 4))
    slopes[:, 0] = steepest

    values = log_mean_unlike(limits, slopes)

    for value, limit, slope in zip(values, limits, slopes, strict=True):
        brute = log_integral(
            lambda u, a=limit[:, None], b=slope[:, None]: (
                log_ndtr(a - b * u).sum(axis=0) + normal_log_density(u, 1.0)
            ),
            -80.0,
            20.0,
        )
        assert value == pytest.approx(brute, abs=1e-8, rel=1e-10)


def brute_scale_factor(y, s, additive, relative, limit):
    """Integrate over the scale factor itself, with a sigma for each reading."""
    whole, seen = y.sum(), y > 0
    direction = (s / np.sqrt((s**2).sum()))[:, None]
    y, additive, relative = (y / whole)[:, None], additive[:, None], relative[:, None]

    def integrand(log_scale_factor):
        mean = direction * np.exp(log_scale_factor)
        sd = np.hypot(additive, relative * mean)
        above = normal_log_density(y[seen] - mean[seen], sd[seen]).sum(axis=0)
        below = log_ndtr((limit - mean[~seen]) / sd[~seen]).sum(axis=0)
        return log_scale_factor + above + below

    largest = 1e4 if (relative == 0).all() else 100.0
    return log_integral(integrand, np.log(additive.min()) - 45, np.log(largest))


@pytest.mark.parametrize("scale", [0.02, 0.3, 3.0])
def test_constant_noise_integrates_the_scale_factor(scale):
    sigma = scale * SIGMAS

    value = total([Y], [S], sigma, noise="constant", per_signal=True)

    brute = brute_scale_factor(Y, S, sigma, np.zeros(4), 0.0)
    assert value == pytest.approx(brute, abs=1e-8, rel=1e-10)


@pytest.mark.parametrize("zeros", [0, 1, 2])
@pytest.mark.parametrize("noise", ["constant", "two-component"])
def test_scale_factors_by_quadrature_match_brute_force(zeros, noise):
    y = np.where(np.arange(4) < zeros, 0.0, Y)
    additive, relative = 0.1 * SIGMAS, 0.5 * SIGMAS[::-1]
    sds = additive if noise == "constant" else np.concatenate((relative, additive))

    value = total([y], [S], sds, noise=noise, limit=0.05, per_signal=True)

    known = np.zeros(4) if noise == "constant" else relative
    brute = brute_scale_factor(y, S, additive, known, 0.05)
    assert value == pytest.approx(brute, abs=1e-6, rel=1e-9)


@pytest.mark.parametrize("noise", ["constant", "proportional", "two-component"])
def test_absolute_readings_scatter_each_by_its_own(noise):
    relative, additive = SIGMAS, 0.3 * SIGMAS[::-1]
    sds = np.concatenate((relative, additive)) if noise == "two-component" else relative

    value = total([Y], [S], sds, scale="absolute", noise=noise, per_signal=True)

    oracle = {
        "constant": norm.logpdf(Y, S, relative),
        "proportional": norm.logpdf(np.log(Y), np.log(S), relative),
        "two-component": norm.logpdf(Y, S, np.hypot(additive, relative * S)),
    }[noise]
    assert value == pytest.approx(oracle.sum(), abs=1e-10)


def test_absolute_replicates_share_one_sampling_error_beside_their_own_sigmas():
    values = np.array([Y, 1.1 * Y])

    value = total(values, [S], [*SIGMAS, 0.3], [1.0, 1.0], scale="absolute", per_signal=True)

    oracle = sum(
        multivariate_normal(cov=sigma**2 * np.eye(2) + 0.3**2).logpdf(np.log(column / s))
        for sigma, column, s in zip(SIGMAS, values.T, S, strict=True)
    )
    assert value == pytest.approx(oracle, abs=1e-9)


@pytest.mark.parametrize("scale", ["absolute", "per species", "per spectrum"])
@pytest.mark.parametrize("noise", ["constant", "proportional", "two-component"])
@pytest.mark.parametrize("limit", [None, 0.05])
def test_equal_sigmas_are_one_sigma(scale, noise, limit):
    values = Y * np.exp(0.3 * RNG.standard_normal((5, 4)))
    if limit:
        values[0, 2] = values[1, 2] = values[1, 1] = 0.0
    signals = S * np.exp(0.3 * RNG.standard_normal((3, 5, 4)))
    settings = {"scale": scale, "noise": noise, "limit": limit}
    together = likelihood(values, **settings)
    apart = likelihood(values, per_signal=True, **settings)
    sds = np.array([[0.2, 0.05], [0.1, 0.3], [0.6, 0.01]])[:, : len(together.noise_names)]

    one = together.pointwise(signals, sds)
    each = apart.pointwise(signals, np.repeat(sds, 4, axis=1))

    # Two quadratures that are each good to 1e-8 where several signals stay below the limit.
    several = limit and scale == "per spectrum" and noise == "proportional"
    np.testing.assert_allclose(each, one, rtol=0, atol=1e-8 if several else 1e-12)
    assert apart.observations == together.observations
    np.testing.assert_allclose(
        apart.standardised_residuals(signals, np.repeat(sds, 4, axis=1)),
        together.standardised_residuals(signals, sds),
        rtol=1e-9,
    )


@pytest.mark.parametrize("noise", ["proportional", "constant"])
def test_a_column_is_judged_by_its_own_sigma_per_species(noise):
    values, signals = Y * np.exp(RNG.normal(size=(5, 4))), S * np.exp(RNG.normal(size=(5, 4)))
    made = likelihood(values, scale="per species", noise=noise, per_signal=True)

    columns = made.pointwise(signals[None], SIGMAS[None])[0]

    for i, (column, sigma) in enumerate(zip(columns, SIGMAS, strict=True)):
        alone = likelihood(values, scale="per species", noise=noise)
        assert column == pytest.approx(
            alone.pointwise(signals[None], np.array([[sigma]]))[0, i], abs=1e-10
        )


def test_weighted_residuals_have_unit_variance():
    rows = 6000
    values = S * np.exp(SIGMAS * RNG.standard_normal((rows, 4)))
    made = likelihood(values, per_signal=True)

    z = made.standardised_residuals(np.broadcast_to(S, (1, rows, 4)), SIGMAS[None])[0]
    wrong = made.standardised_residuals(np.broadcast_to(S, (1, rows, 4)), 1.1 * SIGMAS[None])[0]

    error = np.sqrt(2 / rows)
    assert (np.abs((z**2).mean(axis=0) - 1) < 4 * error).all()
    assert (np.abs((wrong**2).mean(axis=0) - 1) > 4 * error).all()


@pytest.mark.parametrize("noise", ["proportional", "constant"])
def test_a_simulated_table_scatters_each_signal_by_its_own(noise):
    told = measurement("absolute", noise, per_signal=True)
    sds = {f"noise_{s.name}": 0.1 * x for s, x in zip(told.signals, SIGMAS, strict=True)}
    signals = np.broadcast_to(S, (6000, 4))

    drawn = simulated(signals, 1, sds, told, np.random.default_rng(1)).values

    errors = np.log(drawn / S) if noise == "proportional" else drawn - S
    ratio = errors.std(axis=0) / (0.1 * SIGMAS)
    assert (np.abs(ratio - 1) < 4 / np.sqrt(12000)).all()
    assert np.abs(1.05 * ratio - 1).max() > 4 / np.sqrt(12000)


def test_predictive_readings_scatter_each_by_its_own():
    made = likelihood(S * np.ones((3, 1)), scale="absolute", per_signal=True)
    signals = np.broadcast_to(S, (4000, 3, 4))

    drawn = simulate_intensities(
        made, signals, signals, np.tile(SIGMAS, (4000, 1)), np.random.default_rng(2)
    )

    ratio = np.log(drawn / S).std(axis=(0, 1)) / SIGMAS
    assert (np.abs(ratio - 1) < 4 / np.sqrt(24000)).all()


def test_a_sigma_carries_the_name_of_its_signal():
    layout = NoiseParameters(NOISES["two-component"], ("hare", "lynx"), shared=True)

    assert layout.names == (
        "noise_hare", "noise_lynx", "noise_additive_hare", "noise_additive_lynx", "sampling_error",
    )  # fmt: skip
    assert layout.signal_of("noise_additive_lynx") == "lynx"
    assert layout.signal_of("sampling_error") is None
    assert parameter_label("noise_hare") == "noise of hare"
    assert parameter_label("noise_additive_hare") == "additive noise of hare"
    assert parameter_label("noise_additive") == "additive noise"
    told = absolute("two-component", (Signal("A", ()),))
    assert noise_unit(told, "noise_additive_A", "mM") == "mM"
    assert noise_unit(told, "noise_A", "mM") == ""


def test_a_default_additive_sigma_is_tied_to_its_own_signal(tmp_path):
    study = small_study(tmp_path, table=chain_table())
    told = absolute("constant", study.measurement.signals)
    object.__setattr__(study, "measurement", told)
    tables = [study.experiments[0].table]
    largest = tables[0].values.max(axis=0)

    for name, most in zip("ABC", largest, strict=True):
        found = noise_default(study.measurement, tables, f"noise_{name}")
        assert found.upper == pytest.approx(most)


def test_a_shared_sampling_error_within_spectra_is_refused():
    with pytest.raises(InputError, match="write share_replicates = false"):
        likelihood([Y, Y], [1.0, 1.0], scale="per spectrum", per_signal=True)

    assert likelihood([Y, Y], [1.0, 1.0], per_signal=True, share_replicates=False).observations


@pytest.mark.parametrize("zeros", [0, 2])
def test_columns_with_a_shared_sampling_error_are_judged_each_by_its_own_sigma(zeros):
    values = np.array([Y, 1.2 * Y, 2 * Y, 1.7 * Y])
    values[:zeros, 2] = 0.0
    told = {"times": [1.0, 1.0, 2.0, 2.0], "scale": "per species", "limit": 0.9}
    signals = np.array([[S, 1.5 * S]])

    each = likelihood(values, per_signal=True, **told).pointwise(
        signals, np.array([[*SIGMAS, 0.3]])
    )[0]

    alone = likelihood(values, **told)
    for i, sigma in enumerate(SIGMAS):
        one = alone.pointwise(signals, np.array([[sigma, 0.3]]))[0, i]
        assert each[i] == pytest.approx(one, abs=1e-6)
    assert np.abs(each - alone.pointwise(signals, np.array([[0.3, 0.3]]))[0]).min() > 0.01


def test_two_parameters_of_one_name_are_refused():
    signals = (Signal("X", ()), Signal("additive_X", ()))
    told = absolute("two-component", signals)

    with pytest.raises(InputError, match="'X' and 'additive_X' would share the parameter"):
        told.noise_parameters(shared=False)


def test_one_sigma_for_all_is_still_the_default():
    assert intensity_likelihood(chain_table(), measurement_of_chain()).noise_names == ("noise",)


def absolute(noise, signals):
    return Measurement(SCALES["absolute"], NOISES[noise], signals, noise_per_signal=True)


def measurement_of_chain():
    return Measurement(
        SCALES["absolute"],
        NOISES["proportional"],
        tuple(Signal(n, ((n, 1.0),)) for n in ("A", "B", "C")),
    )
