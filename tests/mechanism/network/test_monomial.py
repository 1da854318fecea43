"""Products seen without computer algebra are what computer algebra makes of the text."""

import numpy as np
import pytest
import sympy

from assemblysim.errors import InputError
from assemblysim.mechanism.network.expression import parse_expression
from assemblysim.mechanism.network.monomial import monomial_of, product_of
from assemblysim.mechanism.network.network import Reaction

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
    ],
)
def test_a_product_is_its_number_and_its_names(law, number, names):
    found = product_of(law)

    assert found is not None
    assert float(found[0]) == number
    assert sorted(found[1]) == sorted(names)


@pytest.mark.parametrize(
    "law",
    ["k*A + B", "k*A/B", "k A", "k**A", "k*A^2.5", "k*A^-1", "k*-A", "exp(k)", "k*exp", "2k*A",
     "k*", "*k", "", "0*k*A", "k*A^9*A^9*A^9", "k\u00a0*A", "\u00a0k*A", "k* *A", "k*A^21",
     "(k*A)"],
)  # fmt: skip
def test_anything_else_is_left_to_the_grammar(law):
    assert product_of(law) is None


def test_a_law_that_is_too_long_is_left_to_the_grammar():
    assert product_of("k*A" + "*1" * 550) is None


@pytest.mark.parametrize("seed", range(8))
def test_no_text_is_read_otherwise_than_by_the_grammar(seed):
    random = np.random.default_rng(seed)
    seen = 0
    for _ in range(250):
        segments = random.choice(PIECES, random.integers(1, 6))
        law = "".join(x for segment in segments for x in (segment, random.choice(SIGNS)))[
            :-1
        ].strip("*")
        found = product_of(law)
        if found is None:
            continue
        seen += 1
        expected = sympy.Rational(found[0].numerator, found[0].denominator)
        for name in found[1]:
            expected *= SYMBOLS[name]
        assert parse_expression(law, SYMBOLS) == expected
    assert seen > 20


@pytest.mark.parametrize("law", ["k*A*Q", "m*A", "k*k*A", "A*B"])
def test_a_law_without_its_one_constant_is_no_monomial(law):
    reaction = Reaction("r", ("A",), (), "k", law=law)

    monomial = monomial_of(reaction)

    assert monomial is None or monomial.species == ("A", "Q")


def test_two_constants_are_no_monomial():
    law = Reaction("r", ("A",), (), "k", law="k*m*A", further_rate_constants=("m",))

    assert monomial_of(law) is None


def test_mass_action_is_a_monomial():
    found = monomial_of(Reaction("r", ("A", "A", "B"), (), "k", factor=6))

    assert (found.factor, found.constant, found.species) == (6.0, "k", ("A", "A", "B"))


def test_the_grammar_still_refuses_what_is_out_of_range():
    with pytest.raises(InputError, match="too large"):
        parse_expression("k*A^9*A^9*A^9", SYMBOLS)
