import numpy as np
import pytest
from scipy.special import log_ndtr
from spectra import likelihood, log_integral

from assemblysim.inference.model.prior import together
from assemblysim.inference.model.priors import LogNormal, LogUniform, PositiveNormal, Uniform

RNG = np.random.default_rng(20261125)
SIGMAS = 10 ** RNG.uniform(-1.5, 0, size=(200, 1))


def readings(zeros):
    """Three replicates at four times; up to `zeros` signals of each are below the limit."""
    values = np.exp(RNG.normal(size=(12, 4)))
    for row in values:
        row[: RNG.integers(0, zeros + 1)] = 0.0
        RNG.shuffle(row)
    values[0, 0] = np.nan
    return np.repeat([1.0, 2.0, 3.0, 4.0], 3), values


def expected():
    """Signals from far above the readings to far below the limits, and two that are absent."""
    signals = np.exp(2 * RNG.normal(size=(200, 4, 4)))
    signals[:20] *= 10 ** RNG.uniform(-6, 6, size=(20, 4, 4))
    signals[20:22, 1, 2] = 0.0
    return signals


@pytest.mark.parametrize("zeros", [0, 1, 2, 3])
@pytest.mark.parametrize("scale", ["per spectrum", "per species"])
def test_compiled_scale_factors_are_those_of_numpy(zeros, scale):
    times, values = readings(zeros)
    model = likelihood(values, times, scale=scale, limit=0.05, share_replicates=False).model
    signals = expected()

    found = model.pointwise(signals, SIGMAS)

    exact = model.pointwise_in_numpy(signals, SIGMAS)
    np.testing.assert_allclose(found, exact, rtol=1e-10, atol=1e-10)
    # The comparison has power: a noise that is off by a millionth is seen.
    off = model.pointwise_in_numpy(signals, SIGMAS * (1 + 1e-6))
    assert (np.abs(off - exact) > 1e-10 * (1 + np.abs(exact))).mean() > 0.9


@pytest.mark.parametrize("numbers", [1, 2, 3, 6])
@pytest.mark.parametrize("limits", [1, 2, 3])
@pytest.mark.parametrize(("low", "high"), [(-5, 9), (-12, 3), (-60, 5), (-5 - 1e-9, -5 + 1e-9)])
def test_the_chance_of_staying_below_is_a_sum_over_the_scale_factor(numbers, limits, low, high):
    rng = np.random.default_rng(numbers + 10 * limits)
    margin = rng.uniform(low, high, size=(40, limits))
    margin[:10] = margin[:10, :1]  # equal limits
    # All numbers as expected, so that the scale factor is normal about 0 with variance 1 / numbers.
    values = np.concatenate([np.ones(numbers), np.zeros(limits)])[:, None]
    model = likelihood(values, scale="per species", limit=1.0, share_replicates=False).model
    signals = np.exp(np.concatenate([np.zeros((40, numbers)), -margin], axis=1))[:, :, None]

    found = model.pointwise(signals, np.ones((40, 1)))[:, 0]

    alone = -0.5 * (numbers - 1) * np.log(2 * np.pi) - 0.5 * np.log(numbers)
    for row, value in zip(margin, found - alone, strict=True):
        exact = log_integral(
            lambda u, row=row: (
                -0.5 * (u**2 + np.log(2 * np.pi))
                + log_ndtr(row[:, None] - u / np.sqrt(numbers)).sum(axis=0)
            ),
            -120.0,
            12.0,
        )
        assert value == pytest.approx(exact, rel=1e-10, abs=1e-8)


def test_compiled_scale_factors_do_not_depend_on_the_layout_of_the_signals():
    times, values = readings(2)
    model = likelihood(values, times, limit=0.05, share_replicates=False).model
    signals = expected()

    strided = np.asfortranarray(signals)[::2]

    np.testing.assert_array_equal(
        model.pointwise(strided, SIGMAS[::2]), model.pointwise(signals, SIGMAS)[::2]
    )


def test_priors_of_all_kinds_together_are_those_one_by_one():
    priors = [
        LogUniform(1e-4, 1e4),
        PositiveNormal(1.0, 0.3),
        Uniform(0.0, 3.0),
        LogNormal(2.0, 1e40),
        LogNormal(1e-3, 2.0),
        PositiveNormal(-1.0, 2.0),
    ]
    position = np.concatenate((RNG.normal(size=(50, 6)), np.full((1, 6), 60.0), -np.ones((1, 6))))
    before = position.copy()

    values = together(priors)(position)

    alone = [prior.from_normal(position[:, i]) for i, prior in enumerate(priors)]
    np.testing.assert_array_equal(values, np.stack(alone, axis=-1))
    np.testing.assert_array_equal(position, before)
