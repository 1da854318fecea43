from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import norm, t
from spectra import intensity_likelihood, log_integral, measurement, table

from assemblysim.measurement.tails.registry import TAILS

TIMES = np.array([1.0, 1.0, 3.0])
EXPECTED = np.array([[1.3, 0.4], [0.7, 2.0]])
VALUES = np.array([[1.1, 0.7], [2.4, 0.0], [0.9, 1.4]])
LIMIT = 0.3


def heavy(values=VALUES, **settings):
    told = replace(measurement(count=2, limit=LIMIT, **settings), tails=TAILS["student-t"])
    return intensity_likelihood(table(values, TIMES), told)


def points_of(made, sizes):
    return made.pointwise(EXPECTED[None], np.array([sizes]))[0]


def test_on_a_known_scale_every_reading_has_its_own_tail():
    made = heavy(scale="absolute", noise="constant", share_replicates=False)
    expected = EXPECTED[[0, 0, 1]]
    exact = t.logpdf((VALUES - expected) / 0.3, 4) - np.log(0.3)
    limit = made.measured.limits[1, 1]
    exact[1, 1] = t.logcdf((limit - expected[1, 1]) / 0.3, 4)

    np.testing.assert_allclose(points_of(made, [0.3]), exact.ravel(), atol=1e-12)


def test_a_shared_error_stays_normal_and_is_integrated_out():
    made = heavy(scale="absolute", noise="proportional")
    found = dict(zip(made.observations, points_of(made, [0.2, 0.5]), strict=True))
    off = np.log(VALUES[:2, 0] / EXPECTED[0, 0])
    limit = np.log(made.measured.limits[1, 1] / EXPECTED[0, 1])

    def first(u):
        seen = t.logpdf((off[:, None] - u) / 0.2, 4) - np.log(0.2)
        return seen.sum(axis=0) + norm.logpdf(u, 0, 0.5)

    def second(u):
        seen = t.logpdf((np.log(VALUES[0, 1] / EXPECTED[0, 1]) - u) / 0.2, 4) - np.log(0.2)
        return seen + t.logcdf((limit - u) / 0.2, 4) + norm.logpdf(u, 0, 0.5)

    values = list(found.values())
    assert values[0] == pytest.approx(log_integral(first, -6, 6), abs=1e-9)
    assert values[1] == pytest.approx(log_integral(second, -6, 6), abs=1e-9)


@pytest.mark.parametrize("scale", ["per spectrum", "per species"])
def test_a_scale_factor_is_integrated_out(scale):
    made = heavy(scale=scale, noise="proportional", share_replicates=False)
    seen = VALUES > 0
    logs = np.log(np.where(seen, VALUES, made.measured.limits) / EXPECTED[[0, 0, 1]])
    if scale == "per species":
        logs, seen = logs.T, seen.T

    def group(k):
        def integrand(g):
            z = (logs[k][:, None] - g) / 0.2
            each = np.where(seen[k][:, None], t.logpdf(z, 4) - np.log(0.2), t.logcdf(z, 4))
            return each.sum(axis=0)

        return log_integral(integrand, -30, 30)

    exact = [group(k) for k in range(len(logs))]

    np.testing.assert_allclose(points_of(made, [0.2]), exact, atol=1e-8)


@pytest.mark.parametrize(("noise", "sizes"), [("constant", [0.1]), ("two-component", [0.2, 0.05])])
def test_a_scale_factor_of_additive_noise_is_integrated_out_above_zero(noise, sizes):
    made = heavy(scale="per spectrum", noise=noise)
    relative, additive = (0.0, sizes[0]) if noise == "constant" else sizes
    exact = []
    for row, expected in zip(VALUES, EXPECTED[[0, 0, 1]], strict=True):
        direction = expected / np.sqrt((expected**2).sum())

        def integrand(x, row=row, direction=direction):
            size = np.exp(x) * direction[:, None]
            sd = np.hypot(additive, relative * size)
            number = np.where(row > 0, row, LIMIT * row.sum())[:, None] / row.sum()
            z = (number - size) / sd
            each = np.where(row[:, None] > 0, t.logpdf(z, 4) - np.log(sd), t.logcdf(z, 4))
            return each.sum(axis=0) + x

        exact.append(log_integral(integrand, -15, np.log(100.0)))

    # With constant noise the factor has no largest value, which matters to one in a million.
    np.testing.assert_allclose(points_of(made, sizes), exact, atol=1e-6)


@pytest.mark.parametrize("scale", ["per spectrum", "per species"])
def test_gradients_are_those_of_differences(scale):
    made = heavy(scale=scale, noise="proportional", share_replicates=False)
    sizes = np.array([[0.25]])
    found = made.gradients(EXPECTED[None], sizes)

    def total(signals, noise):
        return made.pointwise(signals[None], noise).sum()

    up, down = (total(EXPECTED, sizes * np.exp(step)) for step in (1e-5, -1e-5))
    assert found.by_size[0, 0] == pytest.approx((up - down) / 2e-5, abs=1e-6)
    for place in range(4):
        step = 1e-5 * np.eye(4)[place].reshape(2, 2)
        up, down = (total(EXPECTED * np.exp(sign * step), sizes) for sign in (1, -1))
        assert found.by_signal[0, place] == pytest.approx((up - down) / 2e-5, abs=1e-6)


def test_one_reading_far_out_costs_what_it_costs_and_leaves_the_others_alone():
    far = VALUES.copy()
    far[0, 0] = 1e4
    settings = {"scale": "absolute", "noise": "proportional", "share_replicates": False}

    heavy_drop = points_of(heavy(**settings), [0.2]) - points_of(heavy(far, **settings), [0.2])

    assert 5 * np.log(9) < heavy_drop[0] < 5 * np.log(60)
    assert np.abs(heavy_drop[1:3]).max() == 0
