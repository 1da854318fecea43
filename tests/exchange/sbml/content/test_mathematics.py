"""MathML's functions against Python's own, as numbers and as what the engines differentiate."""

import math

import libsbml
import numpy as np
import pytest
import sympy

from assemblysim.errors import InputError
from assemblysim.exchange.sbml.content.mathematics import AVOGADRO, read_math
from assemblysim.exchange.sbml.course.numbers import value_of
from assemblysim.kinetics.symbolic.compilation import GUARDS
from assemblysim.mechanism.network.algebra import algebra

X, Y = 1.7, -0.6
VALUES = {"x": X, "y": Y, "z": 0.0}
SMOOTH = [
    ("x + y*2 - 3/x", X + Y * 2 - 3 / X),
    ("-x^3 + x^y", -(X**3) + X**Y),
    (
        "exp(y) + ln(x) + log10(x) + log(3, x)",
        math.exp(Y) + math.log(X) + math.log10(X) + math.log(X, 3),
    ),
    ("sqrt(x) + root(3, x)", math.sqrt(X) + X ** (1 / 3)),
    ("sin(x) + cos(x) + tan(y)", math.sin(X) + math.cos(X) + math.tan(Y)),
    ("sec(x) + csc(x) + cot(x)", 1 / math.cos(X) + 1 / math.sin(X) + 1 / math.tan(X)),
    ("sinh(x) + cosh(x) + tanh(y)", math.sinh(X) + math.cosh(X) + math.tanh(Y)),
    ("sech(x) + csch(x) + coth(x)", 1 / math.cosh(X) + 1 / math.sinh(X) + 1 / math.tanh(X)),
    ("arcsin(y) + arccos(y) + arctan(x)", math.asin(Y) + math.acos(Y) + math.atan(X)),
    ("arcsec(x) + arccsc(x) + arccot(x)", math.acos(1 / X) + math.asin(1 / X) + math.atan(1 / X)),
    ("arcsinh(y) + arccosh(x) + arctanh(y)", math.asinh(Y) + math.acosh(X) + math.atanh(Y)),
    (
        "arcsech(1/x) + arccsch(x) + arccoth(x)",
        math.acosh(X) + math.asinh(1 / X) + math.atanh(1 / X),
    ),
    ("abs(y) + abs(x)", abs(Y) + X),
    ("floor(x) + ceil(x) + floor(y) + ceil(y)", 1 + 2 - 1 + 0),
    ("max(y, x, z) + min(x, y, z)", X + Y),
    ("quotient(x, y) + rem(x, y)", -2 + (X - 1.2)),
    ("piecewise(1, x < y, 2, x > 1, 3)", 2),
    ("piecewise(1, x < y, 2, y > 1, 3)", 3),
    ("piecewise(x/z, z != 0, 5)", 5),
    ("piecewise(1, x > y && y < z && z <= 0, 0)", 1),
    ("piecewise(1, x < y || z == 0, 0)", 1),
    ("piecewise(1, !(x < y), 0) + piecewise(1, xor(true, x > y, false), 0)", 1),
    ("piecewise(1, xor(x > y, x > z, x > 1), 0) + piecewise(1, x >= x, 0)", 2),
    ("piecewise(1, implies(x < y, false), 0) + piecewise(1, implies(x > y, y > x), 0)", 1),
    ("pi + exponentiale + avogadro/1e23", math.pi + math.e + AVOGADRO / 1e23),
]
NUMBERS = [
    ("factorial(5)", 120),
    ("1/z", math.inf),
    ("-1/z", -math.inf),
    ("INF - INF", math.nan),
    ("ln(y)", math.nan),
    ("piecewise(1, x < y)", math.nan),
    ("exp(1000)", math.inf),
    ("(1/3)*3e-300", 1e-300),
    ("1e-400 + 2", 2),
]


def read(formula, functions=()):
    node = libsbml.parseL3Formula(formula)
    assert node is not None, libsbml.getLastParseL3Error()
    return read_math(
        libsbml.readMathMLFromString(libsbml.writeMathMLToString(node)), libsbml, dict(functions)
    )


@pytest.mark.parametrize(("formula", "expected"), [*SMOOTH, *NUMBERS])
def test_mathematics_is_worth_what_it_says(formula, expected):
    found = value_of(read(formula), VALUES.__getitem__)
    assert found == pytest.approx(expected, rel=1e-14, nan_ok=True)


def test_what_the_engine_computes_is_the_same():
    """The reference engine's way: algebra, then code; branches not taken may be infinite."""
    symbols = [sympy.Symbol(name) for name in VALUES]
    trees = [algebra(read(formula)) for formula, _ in SMOOTH]
    code = sympy.lambdify(symbols, trees, modules=[GUARDS, "numpy"], cse=True)
    with np.errstate(all="ignore"):
        found = code(*(np.float64(value) for value in VALUES.values()))
    np.testing.assert_allclose(
        np.array(found, dtype=float), [expected for _, expected in SMOOTH], rtol=1e-13
    )


def test_a_step_has_no_slope():
    x = sympy.Symbol("x")
    assert algebra(read("floor(3*x)")).diff(x) == 0
    chosen = algebra(read("piecewise(x^2, x > 1, 5*x)")).diff(x)
    assert [chosen.subs(x, value) for value in (3, 0)] == [6, 5]


def test_functions_take_their_arguments_at_once():
    body = read("u + 10*v")
    functions = {"f": (("u", "v"), body)}
    assert value_of(read("f(v, u)", functions), {"u": 1.0, "v": 2.0}.__getitem__) == 12
    with pytest.raises(InputError, match="function 'f' takes 2 arguments, 1 given"):
        read("f(x)", functions)
    with pytest.raises(InputError, match="function 'g' is not defined"):
        read("g(x)", functions)
