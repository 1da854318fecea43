"""Folding and multiplying out change no value."""

import libsbml
import numpy as np
import pytest

from assemblysim.exchange.sbml.content.mathematics import read_math
from assemblysim.exchange.sbml.course.numbers import folded, polynomial, value_of
from assemblysim.mechanism.network.rate_law import write_tree


def read(formula):
    return read_math(libsbml.parseL3Formula(formula), libsbml, {})


def random_formula(rng, depth):
    """Some sum, product, fraction or power over x, y and numbers."""
    if depth == 0:
        return str(rng.choice(["x", "y", f"{rng.uniform(0.5, 3):.3g}", "2"]))
    one, other = random_formula(rng, depth - 1), random_formula(rng, depth - 1)
    kind = rng.integers(6)
    if kind == 5:
        return f"-({one})^{rng.integers(0, 3)}"
    return f"({one}){'+-*/*'[kind]}({other})"


def test_random_expressions_keep_their_value():
    rng = np.random.default_rng(7)
    multiplied = 0
    for _ in range(120):
        tree = read(random_formula(rng, 3))
        point = {"x": rng.uniform(0.5, 2), "y": rng.uniform(0.5, 2)}
        expected = value_of(tree, point.__getitem__)
        if not np.isfinite(expected):
            continue
        assert value_of(folded(tree), point.__getitem__) == pytest.approx(
            expected, rel=1e-9, abs=1e-9
        )
        terms = polynomial(folded(tree))
        if terms is not None:
            multiplied += 1
            found = sum(
                n * np.prod([point[s] ** p for s, p in powers]) for powers, n in terms.items()
            )
            assert found == pytest.approx(expected, rel=1e-8, abs=1e-8)
    assert multiplied > 40


@pytest.mark.parametrize(
    ("formula", "terms"),
    [
        ("2*(x - 3*y)*x", {(("x", 2),): 2.0, (("x", 1), ("y", 1)): -6.0}),
        ("4/2*x^3/8", {(("x", 3),): 0.25}),
        ("x - x", {}),
        ("3/x", {(("x", -1),): 3.0}),
        ("1/(1 + x)", None),
        ("exp(x)", None),
        ("x^y", None),
        ("x^0.5", None),
    ],
)
def test_a_sum_of_products_is_seen(formula, terms):
    assert polynomial(folded(read(formula))) == terms


@pytest.mark.parametrize(
    ("formula", "text"),
    [
        ("x*(2*3) + 0*5", "x*6"),
        ("1*x", "x"),
        ("piecewise(x, 2 > 1, 1/0)", "x"),
        ("piecewise(x, 2 < 1, 7)", "7"),
        ("sqrt(16)*x", "4*x"),
    ],
)
def test_what_holds_no_names_becomes_a_number(formula, text):
    assert write_tree(folded(read(formula))) == text
