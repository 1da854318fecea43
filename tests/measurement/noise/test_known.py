from dataclasses import replace

import numpy as np
import pytest
from scipy.special import log_ndtr
from scipy.stats import norm
from spectra import NAMES, likelihood, log_integral, measurement, normal_log_density

from assemblysim.errors import InputError
from assemblysim.measurement.data import IntensityTable
from assemblysim.measurement.likelihoods.intensities import intensity_likelihood
from assemblysim.measurement.simulation.simulation import simulate_intensities, simulate_like
from assemblysim.prediction.checks.below_limit import residuals_with_limits

Y = np.array([[3.0, 1.2, 0.4, 7.0], [2.0, 1.0, 0.9, 8.0]])
S = np.array([[2.8, 1.5, 0.3, 6.0], [2.2, 0.8, 1.1, 7.0]])
SD = np.array([[0.3, 0.1, 0.2, 0.4], [0.1, 0.3, 0.05, 0.9]])


@pytest.mark.parametrize("factor", [0.3, 1.0, 4.0])
def test_on_a_known_scale_every_intensity_has_its_own_normal_density(factor):
    found = likelihood(Y, sds=SD, scale="absolute", noise="known")

    points = found.pointwise(S[None], np.array([[factor]]))

    assert points.sum() == pytest.approx(norm(S, factor * SD).logpdf(Y).sum(), rel=1e-12)


def test_what_stayed_below_a_limit_has_the_median_of_its_signal():
    values = np.vstack([Y, Y])
    values[3, 0] = 0.0
    sds = np.vstack([SD, 2 * SD])
    sds[3, 0] = np.nan
    found = likelihood(values, sds=sds, scale="absolute", noise="known", limit=0.1)

    points = found.pointwise(np.vstack([S, S])[None], np.array([[1.0]]))[0].reshape(4, 4)

    sd = np.median([0.3, 0.1, 0.6])
    assert points[3, 0] == pytest.approx(log_ndtr((0.1 * 3.0 - S[1, 0]) / sd), rel=1e-12)


@pytest.mark.parametrize("scale", ["per spectrum", "per species"])
@pytest.mark.parametrize("change", [1.0, 40.0])
def test_an_unknown_scale_is_integrated_out_with_known_sds(scale, change):
    """Against quadrature over the factor, whatever unit the intensities are in."""
    found = likelihood(change * Y, sds=change * SD, scale=scale, noise="known")
    points = found.pointwise(S[None], np.array([[1.3]]))

    groups = zip(*((one if scale == "per spectrum" else one.T) for one in (Y, S, SD)), strict=True)
    expected = 0.0
    for y, s, sd in groups:
        whole, direction = y.sum(), s / np.sqrt((s**2).sum())

        def integrand(log, y=y / whole, s=direction, sd=1.3 * sd / whole):
            apart = y[:, None] - s[:, None] * np.exp(log)
            return log + normal_log_density(apart, sd[:, None]).sum(axis=0)

        expected += log_integral(integrand, -20.0, 10.0)
    assert points.sum() == pytest.approx(expected, abs=1e-8)


@pytest.mark.parametrize("scale", ["absolute", "per spectrum", "per species"])
def test_what_is_drawn_scatters_as_the_likelihood_says(scale):
    """Residuals of tables drawn anew have a mean square of one, with limits among them."""
    values = Y.copy()
    values[0, 2] = 0.0
    found = likelihood(values, sds=0.2 * SD, scale=scale, noise="known", limit=0.05)
    rng, squares = np.random.default_rng(3), []
    for _ in range(300):
        table = simulate_like(found, S, np.array([1.5]), "none", rng)
        again = intensity_likelihood(table, found.measurement)
        z = residuals_with_limits(again, S[None], np.array([[1.5]]), rng)
        squares.append(np.nanmean(z**2))

    error = np.std(squares) / np.sqrt(len(squares))
    assert abs(np.mean(squares) - 1) < 4 * error + 0.01
    assert error < 0.06


def test_replicates_with_known_sds_are_independent():
    found = likelihood(Y, [1.0, 1.0], sds=SD, scale="absolute", noise="known")

    assert found.noise_names == ("noise_factor",)
    points = found.pointwise(S[None, :1], np.array([[1.0]]))
    assert points.sum() == pytest.approx(norm(S[:1], SD).logpdf(Y).sum(), rel=1e-12)


@pytest.mark.parametrize("scale", ["absolute", "per spectrum"])
def test_new_intensities_have_the_median_error_of_their_signal(scale):
    sds = np.tile(0.01 * np.arange(1.0, 5.0), (2, 1))
    found = likelihood(Y, sds=sds, scale=scale, noise="known")
    signals = np.tile(S[:1], (4000, 1, 1))

    drawn = simulate_intensities(
        found, signals, np.tile(S, (4000, 1, 1)), np.ones((4000, 1)), np.random.default_rng(1)
    )[:, 0]

    if scale == "absolute":
        np.testing.assert_allclose(drawn.std(axis=0), sds[0], rtol=0.06)
    else:  # in % of the total, of which the sum has an error, too
        part = np.median(sds / Y.sum(axis=1, keepdims=True), axis=0)
        fractions = S[0] / S[0].sum()
        jacobian = np.eye(4) - fractions[:, None]
        spread = np.sqrt((jacobian**2 * part**2).sum(axis=1))
        np.testing.assert_allclose(drawn.std(axis=0) / 100, spread, rtol=0.06)


@pytest.mark.parametrize("missing", [np.nan, 0.0, -1.0])
def test_an_intensity_without_its_sd_is_refused(missing):
    sds = SD.copy()
    sds[1, 2] = missing
    table = IntensityTable(NAMES, np.array([1.0, 2.0]), Y, sds=sds)
    told = measurement("absolute", "known")

    with pytest.raises(InputError, match="'Dy5L2' has no standard deviation above 0 at 2 h"):
        intensity_likelihood(table, told)
    with pytest.raises(InputError, match="'Dy2L' has no standard deviation"):
        intensity_likelihood(replace(table, sds=None), told)
