"""The known evidences, proved: by the engine's own target on grids, and by curvature."""

import numpy as np
import pytest
from evidence_cases import (
    MAKERS,
    decay_of_unknown_scale,
    exchanged_constants,
    linear_gaussian,
    nested_pair,
    one_rate_constant,
)

from assemblysim.inference.model.likelihood import DIFFERENCE
from assemblysim.inference.sampling.search import find_optima, spread_starts


def on_a_line(target, reach=9.0, points=6001):
    """Log of the integral over one coordinate by the trapezoid rule."""
    u = np.linspace(-reach, reach, points)
    return np.logaddexp.reduce(target(u[:, None])) + np.log(u[1] - u[0])


def on_a_grid(target, first, second):
    grid = np.stack(np.meshgrid(first, second, indexing="ij"), axis=-1).reshape(-1, 2)
    area = (first[1] - first[0]) * (second[1] - second[0])
    return np.logaddexp.reduce(target(grid)) + np.log(area)


def test_a_linear_gaussian_evidence_follows_from_height_and_curvature():
    """The target is a quadratic: its value, gradient and curvature at 0 say everything."""
    case = linear_gaussian()
    count, step = case.dimension, 0.5
    axes = step * np.eye(count)
    centre = case.target(np.zeros((1, count)))[0]
    up, down = case.target(axes), case.target(-axes)
    gradient = (up - down) / (2 * step)
    pairs = case.target((axes[:, None] + axes[None]).reshape(-1, count)).reshape(count, count)
    curvature = -(pairs - up[:, None] - up[None] + centre) / step**2

    height = centre + 0.5 * gradient @ np.linalg.solve(curvature, gradient)
    found = height + 0.5 * count * np.log(2 * np.pi) - 0.5 * np.linalg.slogdet(curvature)[1]

    assert count == 5
    assert found == pytest.approx(case.log_evidence, abs=1e-4)


@pytest.mark.parametrize("make", [decay_of_unknown_scale, one_rate_constant])
def test_evidences_of_one_unknown_are_integrals_over_a_line(make):
    case = make()

    assert on_a_line(case.target) == pytest.approx(case.log_evidence, abs=1e-5)


def test_the_cut_of_a_prior_counts():
    """The posterior reaches 0, so that a Gaussian integral without the cut would be wrong."""
    case = decay_of_unknown_scale()
    near_zero = case.target(np.linspace(-9, -1.5, 2001)[:, None])
    fraction = np.logaddexp.reduce(near_zero) + np.log(7.5 / 2000) - case.log_evidence

    assert np.exp(fraction) > 0.05


def test_two_modes_are_integrated_each_on_its_side():
    case = exchanged_constants()
    u = np.linspace(-3, 3, 401)
    grid = np.stack(np.meshgrid(u, u, indexing="ij"), axis=-1).reshape(-1, 2)
    density = case.target(grid) + 2 * np.log(u[1] - u[0])
    # k1 = 2 exp(u1 ln 3) is the larger one where u1 + ln 2 / ln 3 > u2
    first = grid[:, 0] + np.log(2) / np.log(3) > grid[:, 1]

    assert np.logaddexp.reduce(density) == pytest.approx(case.log_evidence, abs=1e-4)
    fraction = np.exp(np.logaddexp.reduce(density[first]) - case.log_evidence)
    assert fraction == pytest.approx(case.first_faster, abs=1e-4)
    assert 0.6 < case.first_faster < 0.9


def test_the_two_modes_are_two_optima_with_a_gulf_between():
    case = exchanged_constants()
    starts = np.random.default_rng(1).standard_normal((64, 2))
    best, other = find_optima(case.target, spread_starts(starts, case.target(starts), 8))[:2]
    between = case.target(np.linspace(best.position, other.position, 101)).min()

    assert abs(best.log_density - other.log_density) < 3
    assert between < other.log_density - 20


def test_a_nested_pair_obeys_savage_and_dickey():
    pair = nested_pair()
    wide = on_a_grid(pair.wide.target, np.linspace(-4, 4, 501), np.linspace(-7, 7, 701))
    narrow = on_a_line(pair.narrow.target)

    assert wide == pytest.approx(pair.wide.log_evidence, abs=1e-4)
    assert narrow == pytest.approx(pair.narrow.log_evidence, abs=1e-5)
    assert narrow - wide == pytest.approx(pair.log_ratio, abs=1e-4)
    assert abs(pair.log_ratio) > 0.3


@pytest.mark.parametrize("name", MAKERS)
def test_the_gradients_of_every_case_are_those_of_its_target(name):
    """Search and samplers may use them."""
    case = MAKERS[name]()
    assert case.name == name
    position = np.full(case.dimension, 0.1)
    axes = DIFFERENCE * np.eye(case.dimension)
    expected = (case.target(position + axes) - case.target(position - axes)) / (2 * DIFFERENCE)

    _, (gradient,) = case.target.values_and_gradients(position[None])

    np.testing.assert_allclose(gradient, expected, rtol=1e-3, atol=1e-3 * np.abs(expected).max())
