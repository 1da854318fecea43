"""The oracles of the kinetics solve their equations: symbolically, or to 35 digits at a point."""

import mpmath
import pytest
import sympy
from closed_forms import (
    chain_middle,
    chain_middle_equal,
    chain_middle_integral,
    decay,
    dimerisation,
    faster_by_time,
    feed_and_dimerise,
    pulse,
    reversible_binding,
    setting_in,
)

t, k, k1, k2, kon, koff, a0, b0 = sympy.symbols("t k k1 k2 kon koff a0 b0", positive=True)
THIRD = sympy.Rational(1, 3)


def test_decay_solves_its_equation():
    a = decay(t, k, a0)

    assert a.subs(t, 0) == a0
    assert sympy.simplify(a.diff(t) + k * a) == 0


def test_the_middle_of_a_chain_solves_its_equation():
    b = chain_middle(t, k1, k2, a0)

    assert b.subs(t, 0) == 0
    assert sympy.simplify(b.diff(t) - (k1 * decay(t, k1, a0) - k2 * b)) == 0


def test_the_middle_of_a_chain_with_equal_constants_solves_its_equation():
    b = chain_middle_equal(t, k, a0)

    assert b.subs(t, 0) == 0
    assert sympy.simplify(b.diff(t) - (k * decay(t, k, a0) - k * b)) == 0


def test_the_integral_of_the_middle_of_a_chain_is_its_integral():
    total = chain_middle_integral(t, k1, k2, a0)

    assert total.subs(t, 0) == 0
    assert sympy.simplify(total.diff(t) - chain_middle(t, k1, k2, a0)) == 0


def test_dimerisation_solves_its_equation():
    a = dimerisation(t, k, a0)

    assert a.subs(t, 0) == a0
    assert sympy.simplify(a.diff(t) + 2 * k * a**2) == 0


def test_reversible_binding_solves_its_equation():
    c = reversible_binding(t, kon, koff, a0, b0)
    point = {t: THIRD, kon: 2, koff: 3, a0: 5, b0: 7}
    residual = c.diff(t) - (kon * (a0 - c) * (b0 - c) - koff * c)

    assert sympy.simplify(c.subs(t, 0)) == 0
    assert abs(residual.subs(point).evalf(40)) < 1e-35


def riccati_residual(point, loss):
    """db/dt - (k1 [A] - loss k2 b^2) at a point, to 50 digits."""
    b = feed_and_dimerise(t, k1, k2, a0)
    residual = b.diff(t) - (k1 * decay(t, k1, a0) - loss * k2 * b**2)
    with mpmath.workdps(50):
        digits = [mpmath.mpf(x.p) / x.q for x in map(sympy.Rational, point)]
        return abs(sympy.lambdify((k1, k2, a0, t), residual, "mpmath")(*digits))


@pytest.mark.parametrize("point", [(2, 3, 5, THIRD), (1, 100, 1, 2), (7, THIRD, 2, THIRD)])
def test_feeding_a_dimerisation_solves_its_equation(point):
    assert feed_and_dimerise(0, k1, k2, a0) == 0
    assert feed_and_dimerise(*(float(x) for x in (point[3], *point[:3]))) > 1e-3
    assert riccati_residual(point, loss=2) < 1e-35
    assert riccati_residual(point, loss=1) > 0.01  # a missing factor of two is seen


def test_rates_that_change_with_time_solve_their_equations():
    tau = sympy.symbols("tau", positive=True)
    a = setting_in(t, k, tau, a0)
    assert a.subs(t, 0) == a0
    assert sympy.simplify(a.diff(t) + k * (1 - sympy.exp(-t / tau)) * a) == 0

    a = faster_by_time(t, k, a0)
    assert a.subs(t, 0) == a0
    assert sympy.simplify(a.diff(t) + 2 * k * t * a**2) == 0

    a = pulse(t, k, k1, k2, a0)
    assert sympy.simplify(a.subs(t, 0)) == a0
    assert sympy.simplify(a.diff(t) + k * sympy.exp(-(((t - k1) / k2) ** 2)) * a) == 0
