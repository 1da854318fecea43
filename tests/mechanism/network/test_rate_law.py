"""The tree of a rate law: what is written is read again, and what is renamed means the same."""

import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

from assemblysim.errors import InputError
from assemblysim.mechanism.network.algebra import algebra
from assemblysim.mechanism.network.expression import read_expression, read_rate_law
from assemblysim.mechanism.network.rate_law import (
    Call,
    Name,
    Negative,
    Numeral,
    Power,
    Product,
    Sum,
    tree_names,
    write_tree,
)

K, A, F = sympy.symbols("k A f")


def pairs(inner):
    return st.lists(st.tuples(st.sampled_from([1, -1]), inner), min_size=1, max_size=3).map(
        lambda found: ((1, Name("A")), *found)
    )


trees = st.recursive(
    st.one_of(st.integers(1, 9).map(lambda n: Numeral(str(n))), st.sampled_from("AB").map(Name)),
    lambda inner: st.one_of(
        inner.map(Negative),
        pairs(inner).map(Sum),
        pairs(inner).map(Product),
        inner.map(lambda one: Power(one, Numeral("2"))),
        inner.map(lambda one: Call("sqrt", Power(one, Numeral("2")))),
    ),
    max_leaves=8,
)


@settings(deadline=None)  # the first use of algebra is slow
@given(trees)
def test_what_is_written_is_read_to_the_same_tree(tree):
    text = write_tree(tree)
    try:
        read = read_expression(text)
    except InputError:  # a number out of range, or a division by what is zero
        return

    assert read == tree


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("k*A/(Km+A)", "k*A/(Km + A)"),
        ("2.50 *k* A**2", "2.50*k*A^2"),
        ("-A - -(B)", "(-A) - (-B)"),
        ("(k*A)*B", "(k*A)*B"),
        ("exp( -B )", "exp(-B)"),
    ],
)
def test_an_expression_is_written_on_one_line(text, written):
    assert write_tree(read_expression(text)) == written


def test_a_law_keeps_the_text_that_somebody_wrote():
    assert read_rate_law("k *A/ (A+1)").text == "k *A/ (A+1)"


def test_names_come_in_order_of_first_use():
    assert tree_names(read_expression("k*A/(Km + A)*exp(B)")) == ("k", "A", "Km", "B")


def test_a_constant_is_multiplied_by_its_factor_wherever_it_stands():
    law = read_rate_law("k^2*A/(k + A)").with_factors({"k": "f"})

    assert algebra(law.tree) == (K * F) ** 2 * A / (K * F + A)
    assert law.text == "(k*f)^2*A/(k*f + A)"


@pytest.mark.parametrize(
    ("in_front", "text"), [(True, "f*(2*k*A)"), (False, "2*k*A*f")], ids=["front", "behind"]
)
def test_a_law_is_multiplied_by_a_name(in_front, text):
    law = read_rate_law("2*k*A").times("f", in_front=in_front)

    assert law.text == text
    assert algebra(law.tree) == 2 * K * A * F
