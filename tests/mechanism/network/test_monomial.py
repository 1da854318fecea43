"""Products seen without computer algebra are what computer algebra makes of the text."""

import numpy as np
import pytest
import sympy

from assemblysim.errors import InputError
from assemblysim.mechanism.network.algebra import algebra
from assemblysim.mechanism.network.expression import (
    parse_expression,
    read_expression,
    read_rate_law,
)
from assemblysim.mechanism.network.monomial import monomial_of
from assemblysim.mechanism.network.network import Reaction
from assemblysim.mechanism.network.rate_law import product_of

SYMBOLS = {name: sympy.Symbol(name) for name in ("k", "A", "B", "E")}
PIECES = ["k", "A", "B", "E", "2", "3.5", "1e3", "0", "A^2", "B**3", "A^9", "A^12", "1e60", "1e-60"]
SIGNS = ["*", "*", " * ", "/", "**", "^", "+", " ", "\u00a0*"]


@pytest.mark.parametrize(
    ("law", "number", "names"),
    [
        ("k*A*B", 1, "kAB"),
        (" 2*k * A^2/4\t", 0.5, "kAA"),
        ("A**3*k*1e2", 100, "kAAA"),
        (".5*k", 0.5, "k"),
        ("(k*A)", 1, "kA"),
    ],
)
def test_a_product_is_its_number_and_its_names(law, number, names):
    found = product_of(read_expression(law))

    assert found is not None
    assert float(found[0]) == number
    assert sorted(found[1]) == sorted(names)


@pytest.mark.parametrize(
    "law",
    ["k*A + B", "k*A/B", "k**A", "k*A^2.5", "k*A^-1", "k*-A", "exp(k)", "0*k*A", "k*(A*B)"],
)
def test_anything_else_is_no_product(law):
    assert product_of(read_expression(law)) is None


@pytest.mark.parametrize("seed", range(8))
def test_no_product_is_other_than_what_algebra_says(seed):
    random = np.random.default_rng(seed)
    seen = 0
    for _ in range(250):
        segments = random.choice(PIECES, random.integers(1, 6))
        law = "".join(x for segment in segments for x in (segment, random.choice(SIGNS)))[
            :-1
        ].strip("*")
        try:
            tree = read_expression(law)
        except InputError:
            continue
        found = product_of(tree)
        if found is None:
            continue
        seen += 1
        expected = sympy.Rational(found[0].numerator, found[0].denominator)
        for name in found[1]:
            expected *= SYMBOLS[name]
        assert algebra(tree) == expected
    assert seen > 20


@pytest.mark.parametrize("law", ["k*A*Q", "m*A", "k*k*A", "A*B"])
def test_a_law_without_its_one_constant_is_no_monomial(law):
    reaction = Reaction("r", ("A",), (), "k", law=read_rate_law(law))

    monomial = monomial_of(reaction)

    assert monomial is None or monomial.species == ("A", "Q")


def test_two_constants_are_no_monomial():
    law = Reaction("r", ("A",), (), "k", law=read_rate_law("k*m*A"), further_rate_constants=("m",))

    assert monomial_of(law) is None


def test_mass_action_is_a_monomial():
    found = monomial_of(Reaction("r", ("A", "A", "B"), (), "k", factor=6))

    assert (found.factor, found.constant, found.species) == (6.0, "k", ("A", "A", "B"))


def test_the_grammar_still_refuses_what_is_out_of_range():
    with pytest.raises(InputError, match="too large"):
        parse_expression("k*A^9*A^9*A^9", SYMBOLS)
