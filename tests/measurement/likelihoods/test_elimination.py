"""The compiled network against the one in numpy, and against the definition with 60 digits."""

import mpmath as mp
import numpy as np
import pytest
from scipy.special import log_ndtr
from spectra import likelihood, log_integral

from assemblysim.measurement.likelihoods import network
from assemblysim.measurement.likelihoods.elimination import BlockCells, BlockNetwork

RNG = np.random.default_rng(20261125)
BATCH = 6


def readings(zeros):
    """Three replicates at three times; up to `zeros` signals of each are below the limit."""
    values = np.exp(RNG.normal(size=(9, 4)))
    for row in values:
        row[: RNG.integers(0, zeros + 1)] = 0.0
        RNG.shuffle(row)
    values[0, 0] = np.nan
    return values


def corners(noises):
    """Signals from far above the intensities to far below, and sizes of any ratio."""
    signals = np.exp(2 * RNG.normal(size=(BATCH, 3, 4)))
    signals[:2] *= 10 ** RNG.uniform(-6, 6, size=(2, 3, 4))
    signals[2, 1, 2] = 0.0
    return signals, 10 ** RNG.uniform(-2, 1, size=(BATCH, noises))


@pytest.mark.parametrize("per_signal", [False, True])
@pytest.mark.parametrize("shared", [False, True])
@pytest.mark.parametrize("zeros", [0, 1, 2])
@pytest.mark.parametrize("scale", ["per spectrum", "per species"])
def test_the_compiled_network_is_that_of_numpy(zeros, scale, shared, per_signal):
    told = {"scale": scale, "share_replicates": shared, "per_signal": per_signal}
    if per_signal and shared and scale == "per spectrum":
        return  # refused
    model = likelihood(readings(zeros), np.repeat([1.0, 2.0, 3.0], 3), limit=0.05, **told).model
    signals, noise = corners(len(model.noise_names))

    found = model.pointwise(signals, noise)

    exact = model.pointwise_in_numpy(signals, noise)
    closed = zeros == 0 or not shared
    np.testing.assert_allclose(found, exact, rtol=1e-10 if closed else 1e-6, atol=1e-8)
    # The comparison has power: a noise that is off by a millionth is seen.
    off = model.pointwise_in_numpy(signals, noise * (1 + 1e-6))
    assert (np.abs(off - exact) > 1e-8 * (1 + np.abs(exact))).mean() > 0.5


def test_without_the_kernel_numpy_serves(monkeypatch):
    model = likelihood(readings(1), np.repeat([1.0, 2.0, 3.0], 3), limit=0.05).model
    signals, noise = corners(2)
    with_it = model.pointwise(signals, noise)

    monkeypatch.setattr(network, "_kernel", None)

    np.testing.assert_allclose(model.pointwise(signals, noise), with_it, rtol=1e-6, atol=1e-8)


def block(ratio):
    """Two spectra with four signals, one reading missing and two below their limits."""
    gain, error = np.array([0, 1, 0, 1, 0, 0, 1]), np.array([0, 0, 1, 1, 2, 3, 3])
    censored = np.array([False, False, False, False, False, True, True])
    off = RNG.normal(size=(1, 7)) * 3
    sigma = np.full((1, 7), 0.2) * np.array([1, 1, 3, 3, 0.5, 2, 2])
    return BlockCells(gain, error, censored, off, sigma, np.array([0.2 * ratio]))


def laws_in_digits(cells):
    """Mean and covariance of what the censored cells are, given the readings: 60 digits."""
    n = len(cells.gain)
    read = [i for i in range(n) if not cells.censored[i]]
    below = [i for i in range(n) if cells.censored[i]]
    v = mp.matrix(n, n)
    for i in range(n):
        for j in range(n):
            v[i, j] = mp.mpf(cells.tau[0]) ** 2 * int(cells.error[i] == cells.error[j])
        v[i, i] += mp.mpf(cells.sigma[0, i]) ** 2
    design = mp.matrix([[int(g == k) for k in range(2)] for g in cells.gain])

    def part(m, rows, columns):
        return mp.matrix([[m[i, j] for j in columns] for i in rows])

    inverse = part(v, read, read) ** -1
    seen, unseen = part(design, read, range(2)), part(design, below, range(2))
    information = (seen.T * inverse * seen) ** -1
    y = mp.matrix([mp.mpf(cells.off[0, i]) for i in read])
    best = information * seen.T * inverse * y
    cross = part(v, below, read) * inverse
    mean = unseen * best + cross * (y - seen * best)
    rest = unseen - cross * seen
    spread = part(v, below, below) - cross * part(v, read, below) + rest * information * rest.T
    return mean, spread, [mp.mpf(cells.off[0, i]) for i in below]


@pytest.mark.parametrize("ratio", [1e-6, 0.3, 1.0, 1e3, 1e9])
def test_laws_of_censored_cells_are_those_of_generalised_least_squares(ratio):
    cells = block(ratio)

    found = BlockNetwork(cells).margins()

    with mp.workdps(60):
        mean, spread, limits = laws_in_digits(cells)
        sd = [mp.sqrt(spread[i, i]) for i in range(2)]
        apart = mp.sqrt(spread[0, 0] + spread[1, 1] - 2 * spread[0, 1])
        margins = [float((limits[i] - mean[i]) / sd[i]) for i in range(2)]
        contrast = float(apart)
    slopes, shared = found.slopes[0], found.shared[0]
    ours = np.sqrt(1 + (slopes**2).sum(axis=1) + shared**2)
    np.testing.assert_allclose(found.limits[0] / ours, margins, rtol=1e-11, atol=1e-13)
    # The two share an error: of their difference, own errors and gains are left.
    own = cells.sigma[0, cells.censored]
    difference = np.sqrt((own**2).sum() + ((own[0] * (slopes[0] - slopes[1])) ** 2).sum())
    assert difference == pytest.approx(contrast, rel=1e-11)


@pytest.mark.parametrize("numbers", [1, 3])
@pytest.mark.parametrize("limits", [1, 2, 3])
@pytest.mark.parametrize(("low", "high"), [(-5, 9), (-60, 5)])
def test_the_chance_of_staying_below_is_a_sum_over_the_scale_factor(numbers, limits, low, high):
    rng = np.random.default_rng(numbers + 10 * limits)
    margin = rng.uniform(low, high, size=(10, limits))
    margin[:3] = margin[:3, :1]  # equal limits
    # All numbers as expected, so that the scale factor is normal about 0 with variance 1 / numbers.
    values = np.concatenate([np.ones(numbers), np.zeros(limits)])[:, None]
    model = likelihood(values, scale="per species", limit=1.0, share_replicates=False).model
    signals = np.exp(np.concatenate([np.zeros((10, numbers)), -margin], axis=1))[:, :, None]

    found = model.pointwise(signals, np.ones((10, 1)))[:, 0]

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
        assert value == pytest.approx(exact, rel=1e-9, abs=1e-8)


def test_the_compiled_network_does_not_depend_on_the_layout_of_the_signals():
    model = likelihood(readings(2), np.repeat([1.0, 2.0, 3.0], 3), limit=0.05).model
    signals, noise = corners(2)

    strided = np.asfortranarray(signals)[::2]

    np.testing.assert_array_equal(
        model.pointwise(strided, noise[::2]), model.pointwise(signals, noise)[::2]
    )


@pytest.mark.parametrize("ratio", [0.3, 3.0, 100.0])
def test_two_signals_absent_from_all_replicates_are_the_product_rules_chance(ratio):
    values = np.exp(0.2 * RNG.normal(size=(2, 4)))
    values[:, 2:] = 0.0
    model = likelihood(values, np.ones(2), limit=0.05).model
    # Limits that are close, 0.8 and 3.7 standard deviations away, and some below.
    away = 0.2 * np.hypot(1, ratio) * np.array([[0.0, 0.0], [-0.8, -3.7], [1.5, -0.3]])
    signals = np.ones((3, 1, 4))
    signals[:, 0, 2:] = 0.1 * np.exp(1.2 * away)
    noise = np.tile([0.2, 0.2 * ratio], (3, 1))

    found = model.pointwise(signals, noise)

    np.testing.assert_allclose(found, model.pointwise_in_numpy(signals, noise), rtol=0, atol=1e-6)
