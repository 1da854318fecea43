"""Rate laws as text: the value of what is read, and that nothing is executed or hangs."""

import math

import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

from assemblysim.errors import InputError
from assemblysim.mechanism.network.expression import parse_expression

SYMBOLS = {name: sympy.Symbol(name) for name in ("k", "Km", "A", "B", "I", "E", "lambda")}
A, B, K, KM = (SYMBOLS[name] for name in ("A", "B", "k", "Km"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("k*A*B", K * A * B),
        ("k*A/(Km + A)", K * A / (KM + A)),
        ("A - B - k", A - B - K),
        ("A/B/k", A / B / K),
        ("A^2 + A**2", 2 * A**2),
        ("2.5e-1*A", A / 4),
        (".5*A + 1.*B", A / 2 + B),
        ("exp(-A)*log(B)*sqrt(k)", sympy.exp(-A) * sympy.log(B) * sympy.sqrt(K)),
        ("A^0.5", sympy.sqrt(A)),
        ("k*-A", -K * A),
        ("--A", A),
        ("A^-1", 1 / A),
        ("  k * A ", K * A),
    ],
)
def test_an_expression_means_what_algebra_says(text, expected):
    assert parse_expression(text, SYMBOLS) == expected


def test_a_power_binds_before_the_sign_in_front_of_it():
    assert parse_expression("-A^2", SYMBOLS) == -(A**2)


def test_a_tower_of_powers_binds_to_the_right():
    assert parse_expression("A^2^3", SYMBOLS) == A**8


def test_letters_that_mean_something_to_sympy_are_only_names():
    expression = parse_expression("k*I*E*lambda", SYMBOLS)

    assert {s.name for s in expression.free_symbols} == {"k", "I", "E", "lambda"}


numbers = st.integers(1, 20).map(str)
leaves = st.one_of(numbers, st.sampled_from(["A", "B", "k"]))
formulas = st.recursive(
    leaves,
    lambda inner: st.tuples(inner, st.sampled_from("+-*"), inner).map(
        lambda parts: f"({parts[0]} {parts[1]} {parts[2]})"
    ),
    max_leaves=12,
)


@given(formulas)
def test_any_expression_has_the_value_that_plain_arithmetic_gives(text):
    values = {"A": 0.7, "B": 1.3, "k": 2.1}
    # The oracle is Python's own arithmetic, on text made by this test.
    expected = eval(text, {"__builtins__": {}}, values)  # noqa: S307

    expression = parse_expression(text, SYMBOLS)

    assert math.isclose(
        float(expression.subs({SYMBOLS[name]: value for name, value in values.items()})),
        expected,
        rel_tol=1e-9,
        abs_tol=1e-9 * 20.0**12,
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("k A", "rate law 'k A': unexpected 'A' at character 3; write * before A"),
        ("2A", "rate law '2A': unexpected 'A' at character 2; write * before A"),
        ("A)", "rate law 'A)': unexpected ')' at character 2; a bracket was not opened"),
        (
            "(A",
            "rate law '(A': unexpected end at character 3; "
            "a bracket is not closed, or * is missing",
        ),
        (
            "k*",
            "rate law 'k*': unexpected end at character 3; "
            "a number, a name or a bracket belongs here",
        ),
        (
            "sin(A)",
            "rate law 'sin(A)': unknown function 'sin' at character 1; known: exp, log, sqrt",
        ),
        ("exp*A", "rate law 'exp*A': exp without its bracket at character 4; write exp(...)"),
        ("kk*A", "rate law 'kk*A': unknown name 'kk'; did you mean 'k'?"),
        ("1/0", "rate law '1/0': division by zero at character 4; mend the divisor"),
        ("A/(B-B)", "rate law 'A/(B-B)': division by zero at character 8; mend the divisor"),
        ("0^-1", "rate law '0^-1': division by zero at character 5; mend the power"),
        (
            "(-8)^0.5",
            "rate law '(-8)^0.5': a broken power of a negative number at character 9; "
            "mend the power",
        ),
        ("log(0)", "rate law 'log(0)': log(0) is not a number at character 7; mend the argument"),
        (
            "sqrt(-1)",
            "rate law 'sqrt(-1)': sqrt(-1) is not a number at character 9; mend the argument",
        ),
        (
            "A.B",
            "rate law 'A.B': cannot read '.' at character 2; "
            "use numbers, names, + - * / ^, brackets, exp, log, sqrt",
        ),
        (
            "A[0]",
            "rate law 'A[0]': cannot read '[' at character 2; "
            "use numbers, names, + - * / ^, brackets, exp, log, sqrt",
        ),
    ],
)
def test_a_faulty_expression_is_refused_with_its_place(text, message):
    with pytest.raises(InputError) as fault:
        parse_expression(text, SYMBOLS)

    assert str(fault.value) == message


@pytest.mark.parametrize(
    "text",
    [
        "__import__('os').system('echo')",
        "A.__class__",
        "lambda: A",
        "(" * 100 + "A" + ")" * 100,
        "A^" * 400 + "A",
        "k*" * 600 + "A",
        "1e999999999",
        "1e-999999999*A",
        "9" * 900,
        "2^9999999",
        "((10^20)^20)^20",
        "(" * 8 + "2*A" + ")^20" * 8,
        "(" * 8 + "A" + ")^20" * 8,
        "1e200*" * 100 + "A",
        "A" + "/1e200" * 50,
        "exp(1e9)",
        "exp(400)*" * 50 + "A",
        "log(exp(400)*exp(400)*exp(400))^20^20",
        "A^(2^20)",
        "A^21",
        "",
    ],
)
def test_a_hostile_expression_is_refused_in_one_short_line(text):
    with pytest.raises(InputError) as fault:
        parse_expression(text, SYMBOLS)

    assert "\n" not in str(fault.value)
    assert len(str(fault.value)) < 250


def test_twenty_fractions_within_each_other_are_read_at_once():
    text = "2/(A+" * 20 + "1" + ")" * 20

    assert parse_expression(text, SYMBOLS).subs(A, 1) == 1
