"""Moments at which rates jump: choices by a straight line of time, and no others."""

import pytest

from assemblysim.exchange.sbml.course.jumps import jumps
from assemblysim.mechanism.network.network import Network, Reaction, Species
from assemblysim.mechanism.network.rate_law import (
    Choice,
    Name,
    Numeral,
    Power,
    Product,
    RateLaw,
    Sum,
)

T, A, K = Name("t"), Name("A"), Name("k")


def of(*tests):
    tree = K
    for test in tests:
        tree = Choice(test, Product(((1, tree), (1, A))), Numeral("0"))
    law = RateLaw(tree, "law")
    return Network((Species("A", ()),), (Reaction("r", ("A",), (), "k", law=law),))


def less(one, other):
    return Sum(((1, other), (-1, one)))


TWO, FIVE = Numeral("2"), Numeral("5")


@pytest.mark.parametrize(
    ("tests", "expected"),
    [
        ([], ()),
        ([less(T, FIVE)], (5.0,)),
        ([less(T, FIVE), less(TWO, T), less(T, FIVE)], (2.0, 5.0)),
        ([less(Product(((1, TWO), (1, T))), FIVE)], (2.5,)),
        ([less(A, FIVE)], ()),
        ([less(T, A)], ()),
        ([less(Power(T, TWO), FIVE)], ()),
        ([less(TWO, FIVE)], ()),
    ],
)
def test_rates_jump_where_a_straight_line_of_time_is_0(tests, expected):
    assert jumps(of(*tests)) == pytest.approx(expected)


def test_a_choice_within_a_test_is_found():
    inner = Choice(less(T, TWO), Numeral("1"), Numeral("0"))

    assert jumps(of(Sum(((1, inner), (-1, Numeral("0.5")))))) == (2.0,)
