import math

import pytest

from assemblysim.errors import InputError
from assemblysim.mechanism.network.expression import read_expression
from assemblysim.mechanism.network.tree_values import tower_height, tree_value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2*A + B/4", 6.75),
        ("-(A - 1)^2/A", -4 / 3),
        ("exp(A)*log(B) + sqrt(9)", math.exp(3) * math.log(3) + 3),
        ("exp(exp(A*A))", math.inf),
    ],
)
def test_an_expression_has_the_value_of_plain_arithmetic(text, value):
    assert tree_value(read_expression(text), 3.0) == pytest.approx(value, rel=1e-12)


def test_an_expression_without_a_value_has_none():
    assert math.isnan(tree_value(read_expression("1/(A - B)"), 3.0))
    assert math.isnan(tree_value(read_expression("log(A - 2*B)"), 3.0))


def test_only_exponents_with_names_make_a_tower():
    assert tower_height(read_expression("A^2^3 + exp(A^n)*B^0.5")) == 1
    assert tower_height(read_expression("A^(B/A)^(n + 1)")) == 2


@pytest.mark.parametrize(
    "text",
    ["k*A**A**A**A**A**A", "A*" + "(A/B)^" * 12 + "(A/B)", "k*A^(A^9)", "A^(2^n)", "A^exp(A)"],
)
def test_a_power_that_algebra_would_not_end_with_is_refused_at_once(text):
    with pytest.raises(InputError, match="; write the power without it"):
        read_expression(text)


def test_laws_of_hill_and_others_with_an_unknown_exponent_are_read():
    for text in ("v*A^n/(K^n + A^n)", "k*A*(A/K)^(n/m)", "k*A^(n^2)", "k*A^(1 + n*m)"):
        read_expression(text)
