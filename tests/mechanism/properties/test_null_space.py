"""Null spaces in arithmetic modulo a prime are those of exact arithmetic."""

from fractions import Fraction

import numpy as np
import pytest
import sympy

from assemblysim.mechanism.properties import null_space as module
from assemblysim.mechanism.properties.null_space import Echelon, null_space


def sparse(matrix):
    return [{i: int(n) for i, n in enumerate(row) if n} for row in matrix]


@pytest.mark.parametrize("seed", range(8))
def test_the_vectors_span_the_null_space_that_sympy_finds(seed):
    rng = np.random.default_rng(seed)
    rows, columns = int(rng.integers(1, 9)), int(rng.integers(2, 10))
    matrix = rng.integers(-3, 4, (rows, columns)) * (rng.random((rows, columns)) < 0.5)
    found = null_space(sparse(matrix), columns)
    expected = sympy.Matrix(matrix.tolist()).nullspace()

    assert len(found) == len(expected)
    for vector in found:
        assert not (matrix @ np.array(vector)).any()
        assert next(n for n in vector if n) > 0
        assert np.gcd.reduce(vector) == 1
    if found:
        assert sympy.Matrix(found).rank() == len(found)


def test_without_rows_everything_is_free():
    assert null_space([], 3) == [[1, 0, 0], [0, 1, 0], [0, 0, 1]]
    assert null_space([{}, {}], 1) == [[1]]


@pytest.mark.parametrize(
    "rows",
    [
        [{0: 2**61 - 1, 1: 1}],  # 0 modulo the prime
        [{0: 2**33, 1: -(2**32 + 1)}],  # a fraction too large to be told from its residue
    ],
)
def test_where_the_prime_misleads_exact_fractions_decide(rows, monkeypatch):
    asked = []
    exact = module._exact
    monkeypatch.setattr(module, "_exact", lambda *given: asked.append(1) or exact(*given))
    (vector,) = null_space(rows, 2)

    assert asked
    assert sum(n * vector[i] for i, n in rows[0].items()) == 0


def test_steps_between_random_pairs_stay_short_while_they_are_reduced(monkeypatch):
    rng, lengths = np.random.default_rng(5), []
    rows = []
    for _ in range(2400):
        row = np.zeros(200, dtype=int)
        np.add.at(row, rng.integers(0, 200, 4), (-1, -1, 1, 1))
        rows.append(row)
    subtract = module._subtract_modular

    def counted(row, times, other):
        lengths.append(len(other))
        subtract(row, times, other)

    monkeypatch.setattr(module, "_subtract_modular", counted)

    assert null_space(sparse(rows), 200) == [[1] * 200]
    assert sum(lengths) < 30 * len(rows)  # 133 of each in the order as written


def test_the_vectors_do_not_depend_on_the_order_of_the_rows():
    rng = np.random.default_rng(3)
    rows = sparse(rng.integers(-2, 3, (6, 9)) * (rng.random((6, 9)) < 0.5))

    assert null_space(rows, 9) == null_space(rows[::-1], 9)
    ends = [max(i for i, n in enumerate(x) if n) for x in null_space(rows, 9)]
    assert ends == sorted(set(ends))


def test_a_residue_is_the_fraction_that_it_was_made_from():
    prime = module._PRIME
    for fraction in (Fraction(0), Fraction(-3, 7), Fraction(10**8 + 7, 10**9 + 9)):
        residue = fraction.numerator * pow(fraction.denominator, -1, prime) % prime
        assert module._fraction(residue) == fraction


def test_a_row_that_follows_from_others_is_not_added():
    echelon = Echelon()

    assert echelon.add({0: 2, 2: 4})
    assert echelon.add({1: 3})
    assert not echelon.add({0: 1, 1: 5, 2: 2})
    assert echelon.rows == {0: {0: 1, 2: 2}, 1: {1: 1}}
