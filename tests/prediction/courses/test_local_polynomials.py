import numpy as np
import pytest

from assemblysim.prediction.courses.local_polynomials import LocalPolynomials, bisected


def test_a_polynomial_of_the_sixth_degree_is_met_with_its_derivatives():
    exact = np.polynomial.Polynomial([1.0, -2.0, 0.5, 0.3, -0.1, 0.02, 0.001])
    grid = np.arange(11.0)
    found = LocalPolynomials.around(exact(grid)[None], np.array([5]))
    place = np.array([5.3])

    assert found(place) == pytest.approx(exact(place), rel=1e-9)
    assert found.derivative(place) == pytest.approx(exact.deriv()(place), rel=1e-8)
    assert found.curvature(place) == pytest.approx(exact.deriv(2)(place), rel=1e-7)


def test_courses_have_polynomials_of_their_own():
    courses = np.stack([np.arange(9.0), np.arange(9.0) ** 2])
    found = LocalPolynomials.around(courses, np.array([3, 5]))

    np.testing.assert_allclose(found(np.array([3.5, 4.5])), [3.5, 20.25], rtol=1e-12)


def test_a_change_of_sign_is_found_to_rounding_whichever_way_it_goes():
    roots = np.array([0.3, 1.7])
    signs = np.array([1.0, -1.0])
    found = bisected(lambda x: signs * (x**3 - roots**3), np.zeros(2), np.full(2, 2.0))

    np.testing.assert_allclose(found, roots, rtol=1e-14)
