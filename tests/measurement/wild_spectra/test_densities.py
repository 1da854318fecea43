import numpy as np
import pytest
from scipy.integrate import dblquad, quad
from scipy.stats import norm
from spectra import measurement, table

from assemblysim.measurement.arranging import arrange
from assemblysim.measurement.wild_spectra.densities import log_wild_densities, may_be_wild


def density(values, scale="per spectrum", noise="proportional", limit=None):
    told = measurement(scale, noise, limit, count=len(values[0]))
    measured = arrange(table(values), told)
    return np.exp(log_wild_densities(measured, told.scale, logarithmic=told.noise.logarithmic))


def test_compositions_are_uniform_in_the_measure_of_log_ratios():
    """The density of ln(y1/y3), ln(y2/y3) integrates to one; that of fractions is constant."""

    def at(u, v):
        return density([[np.exp(u), np.exp(v), 1.0]])[0]

    total = dblquad(at, -14, 14, -14, 14, epsabs=2e-3, epsrel=2e-3)[0]
    f = np.array([[0.2, 0.3, 0.5], [0.7, 0.2, 0.1]])

    assert total == pytest.approx(1, abs=5e-3)
    np.testing.assert_allclose(density(f) / f.prod(axis=1), 2.0)
    np.testing.assert_allclose(density(100 * f), density(f))


def test_fractions_of_a_total_are_normal_about_equal_parts():
    total = quad(lambda f: density([[f, 1 - f]], noise="constant")[0], -5, 6)[0]

    assert total == pytest.approx(1, abs=1e-8)
    assert density([[0.5, 0.5]], noise="constant")[0] == pytest.approx(
        np.sqrt(2) * norm.pdf(0, scale=0.5)
    )


def test_what_has_a_limit_stays_below_it_half_of_the_time():
    one = density([[0.0, 0.0, 3.0, 1.0]], limit=0.01)
    other = density([[3.0, 1.0]])

    assert one[0] == pytest.approx(other[0] / 16)
    blank = density([[np.nan, 0.0, 3.0, 1.0]], limit=0.01)
    assert blank[0] == pytest.approx(other[0] / 8)


def test_amounts_are_as_wide_as_their_signal():
    values = [[1.0, 10.0], [2.0, -5.0]]
    narrow, wide = norm(1.0, 2.0), norm(5.0, 10.0)

    np.testing.assert_allclose(
        density(values, "absolute", "constant"),
        [narrow.pdf(1) * wide.pdf(10), narrow.pdf(2) * wide.pdf(-5)],
    )


def test_logarithms_are_a_factor_of_ten_wide():
    values = np.array([[1.0, 10.0], [4.0, 1000.0]])
    about = norm(np.log([2.0, 100.0]), np.log(10))

    np.testing.assert_allclose(
        density(values, "absolute", "proportional"), about.pdf(np.log(values)).prod(axis=1)
    )


def test_a_row_without_two_numbers_cannot_be_wrong_where_its_scale_is_unknown():
    values = [[1.0, np.nan], [np.nan, np.nan], [1.0, 0.0]]
    for scale, expected in (("per spectrum", [0, 0, 1]), ("absolute", [1, 0, 1])):
        told = measurement(scale, limit=0.01, count=2)
        found = may_be_wild(arrange(table(values), told), told.scale)
        np.testing.assert_array_equal(found, np.array(expected, dtype=bool))
