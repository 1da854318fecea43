from dataclasses import replace

import mpmath as mp
import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import norm

from assemblysim.measurement.likelihoods.lines import (
    Lines,
    line_gradients,
    line_points,
    line_points_in_numpy,
)
from assemblysim.measurement.likelihoods.normal import log_sum_exp

CASES = [
    {},
    {"censored": 2},
    {"away": 100.0, "sizes": 1.0},
    {"width": 0.5},
    {"width": 1e12, "censored": 1},
    {"width": 1e-9, "censored": 2, "away": 30.0},
    {"low": 0.0, "slopes": 4.0},
    {"low": 0.0, "slopes": 9.0, "relative": 0.3, "high": 100.0},
    {"low": 0.0, "slopes": 3.0, "relative": 3.0, "high": 100.0, "censored": 2},
]


def line(rng, cells=4, censored=0, sizes=0.4, **told):
    """One group of readings of any size."""
    low, slopes, shape = told.get("low", -np.inf), told.get("slopes", 0.0), (1, cells)
    number = told.get("away", 1.0) * rng.normal(size=shape)
    return Lines(
        np.array([0, cells]),
        (np.arange(cells) < censored).astype(np.uint8),
        np.abs(number) if low == 0 else number,
        10 ** rng.uniform(-slopes, 0, shape) if slopes else np.ones(shape),
        0.2 * 10 ** (sizes * rng.normal(size=shape)),
        np.full(shape, told.get("relative", 0.0)),
        np.array([[told.get("width", 0.0)]]),
        low,
        told.get("high", np.inf),
    )


def in_digits(one):
    """The same integral of two readings, by mpmath."""
    number, slope, size = (
        [mp.mpf(x) for x in each[0]] for each in (one.number, one.slope, one.additive)
    )

    def integrand(x):
        z = [(y - s * x) / a for y, s, a in zip(number, slope, size, strict=True)]
        below = z[0] / mp.sqrt(4 + z[0] ** 2)
        return (1 + below) ** 2 * (2 - below) / 4 * 3 / 8 * (1 + z[1] ** 2 / 4) ** -2.5 / size[1]

    centres = [y / s for y, s in zip(number, slope, strict=True)]
    cuts = {c + k * a for c in centres for a in size for k in (-30, -5, -1, 0, 1, 5, 30)}
    return mp.log(mp.quad(integrand, [-mp.inf, *sorted(cuts), mp.inf]))


def test_the_integral_is_that_of_thirty_digits():
    one = line(np.random.default_rng(4), cells=2, censored=1)

    with mp.workdps(30):
        exact = float(in_digits(one))

    assert line_points(one)[0, 0] == pytest.approx(exact, abs=1e-11)
    assert line_points_in_numpy(one)[0, 0] == pytest.approx(exact, abs=1e-11)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_kernel_does_what_its_reference_does(case):
    rng = np.random.default_rng(1)
    for _ in range(3):
        one = line(rng, **case)
        assert line_points(one)[0, 0] == pytest.approx(line_points_in_numpy(one)[0, 0], abs=1e-9)


def test_what_one_of_two_readings_may_be_adds_up_to_one():
    size, limit = 0.3, -0.4

    def density(x, censored=0):
        number = np.array([[x, 0.2]])
        flat = np.zeros((1, 2))
        told = (number, flat + 1, np.array([[size, 0.5]]), flat, np.zeros((1, 1)))
        one = Lines(np.array([0, 2]), np.array([censored, 0]), *told)
        return np.exp(line_points(one)[0, 0])

    above = quad(density, limit, np.inf, epsabs=1e-11, limit=200)[0]

    assert above + density(limit, censored=1) == pytest.approx(1, abs=1e-9)
    assert 0.1 < above < 0.95


def test_with_many_degrees_of_freedom_errors_are_normal():
    one = line(np.random.default_rng(2), cells=3)
    x = np.linspace(-6, 6, 100001)
    seen = norm.logpdf(one.number[0, :, None], x, one.additive[0, :, None]).sum(axis=0)
    exact = np.log(np.trapezoid(np.exp(seen), x))

    found = line_points_in_numpy(one, degrees=1e6)[0, 0]

    assert found == pytest.approx(exact, abs=1e-5)
    assert abs(line_points(one)[0, 0] - exact) > 0.01


def test_two_normal_readings_far_apart_have_their_closed_form():
    """The top lies far from both, and is far narrower than the way to it."""
    number, size = np.array([[0.0, 1e5]]), np.array([[1.0, 3.0]])
    flat = np.zeros((1, 2))
    one = Lines(np.array([0, 2]), np.zeros(2), number, flat + 1, size, flat, np.zeros((1, 1)),
                heavy=False)  # fmt: skip

    spread = np.hypot(*size[0])
    assert line_points(one)[0, 0] == pytest.approx(norm.logpdf(1e5 / spread) - np.log(spread))


@pytest.mark.parametrize("censored", [0, 2])
def test_gradients_are_those_of_differences(censored):
    one = line(np.random.default_rng(5), censored=censored)
    found = line_gradients(one)

    for j in range(4):
        step = 1e-5 * np.eye(4)[j]
        up, down = (
            line_points(replace(one, number=one.number + sign * step))[0, 0] for sign in (1, -1)
        )
        assert found.by_number[0, j] == pytest.approx((up - down) / 2e-5, abs=1e-6)
        up, down = (
            line_points(replace(one, additive=one.additive * np.exp(sign * step)))[0, 0]
            for sign in (1, -1)
        )
        assert found.by_size[0, j] == pytest.approx((up - down) / 2e-5, abs=1e-6)


def test_anything_is_finite_and_never_above_its_bound():
    rng = np.random.default_rng(6)
    cells, batch = 4, 400
    shape = (batch, cells)
    numbers = rng.normal(size=shape) * 10 ** rng.uniform(-12, 12, shape)
    sizes = 10 ** rng.uniform(-9, 9, shape)
    width = 10 ** rng.uniform(-15, 15, (batch, 1)) * (rng.random((batch, 1)) < 0.5)
    told = (np.array([0, cells]), np.array([1, 0, 0, 0]), numbers)

    points = line_points(Lines(*told, np.ones(shape), sizes, np.zeros(shape), width))

    # Of those read, at most one stands in for x: the others have at most their highest density.
    highest = np.log(3 / 8 / sizes[:, 1:])
    assert np.isfinite(points).all()
    assert (points[:, 0] <= highest.sum(axis=1) - np.where(width[:, 0] > 0, 0, highest.min(axis=1))
            + 1e-9).all()  # fmt: skip


def test_a_top_at_the_end_of_the_range_is_resolved_whatever_rounding_leaves_of_the_last_panel():
    """Two readings far above the line pull it to its end, where the integrand rises steeply."""
    rng, end = np.random.default_rng(7), float(np.exp(np.log(100.0)))
    edges = end * (1 - np.concatenate([2.0 ** -np.arange(0.0, 46), [0.0]]))
    nodes, weights = np.polynomial.legendre.leggauss(20)
    half, middle = np.diff(edges) / 2, (edges[1:] + edges[:-1]) / 2
    x = (middle[:, None] + half[:, None] * nodes).ravel()
    by = np.log((half[:, None] * weights).ravel())
    tried = 0
    for _ in range(200):
        slope = 0.7 * 10 ** -rng.uniform([3, 3, 0], [5, 5, 1])
        number = rng.uniform(0.1, 0.9, 3)
        additive, relative = 10 ** rng.uniform(-4, -3), 10 ** rng.uniform(-2, -1)
        sizes = np.full((1, 3), additive), np.full((1, 3), relative)
        told = Lines(
            np.array([0, 3]), np.array([0, 0, 1], np.uint8), number[None], slope[None], *sizes,
            np.zeros((1, 1)), 0.0, end, heavy=False,
        )  # fmt: skip

        found = line_points(told)[0, 0]

        sd = np.hypot(additive, relative * slope * x[:, None])
        z = (number - slope * x[:, None]) / sd
        terms = norm.logpdf(z[:, :2]).sum(axis=1) - np.log(sd[:, :2]).sum(axis=1)
        terms += norm.logcdf(z[:, 2])
        if x[np.argmax(terms)] < 0.999 * end:
            continue
        tried += 1
        expected = log_sum_exp(terms + by)
        assert found == pytest.approx(expected, rel=1e-8, abs=1e-7)
    assert tried > 50
