"""Null spaces in arithmetic modulo primes are those of exact arithmetic."""

import math
from fractions import Fraction

import numpy as np
import pytest
import sympy

from assemblysim.mechanism.properties import null_space as module
from assemblysim.mechanism.properties.null_space import Echelon, null_space


def sparse(matrix):
    return [{i: int(n) for i, n in enumerate(row) if n} for row in matrix]


def dense(vectors, columns):
    return [[vector.get(i, 0) for i in range(columns)] for vector in vectors]


@pytest.mark.parametrize("seed", range(8))
def test_the_vectors_span_the_null_space_that_sympy_finds(seed):
    rng = np.random.default_rng(seed)
    rows, columns = int(rng.integers(1, 9)), int(rng.integers(2, 10))
    matrix = rng.integers(-3, 4, (rows, columns)) * (rng.random((rows, columns)) < 0.5)
    found = dense(null_space(sparse(matrix), columns), columns)
    expected = sympy.Matrix(matrix.tolist()).nullspace()

    assert len(found) == len(expected)
    for vector in found:
        assert not (matrix @ np.array(vector)).any()
        assert next(n for n in vector if n) > 0
        assert np.gcd.reduce(vector) == 1
    if found:
        assert sympy.Matrix(found).rank() == len(found)


def test_without_rows_everything_is_free():
    assert null_space([], 3) == [{0: 1}, {1: 1}, {2: 1}]
    assert null_space([{}, {}], 1) == [{0: 1}]


def test_numbers_too_large_for_one_prime_are_told_from_several(monkeypatch):
    taken = []
    residues = module.residues
    monkeypatch.setattr(
        module, "residues", lambda *given: taken.append(given[2]) or residues(*given)
    )
    monkeypatch.setattr(module, "_exact", lambda *_: pytest.fail("it is told from residues"))
    rows = [{0: 2**33, 1: -(2**32 + 1)}, {1: 3, 2: -7}]

    assert null_space(rows, 3) == [{0: 7 * (2**32 + 1), 1: 7 * 2**33, 2: 3 * 2**33}]
    assert 3 <= len(taken) < len(module.PRIMES)


def test_a_prime_that_misleads_is_left():
    first = module.PRIMES[0]

    assert null_space([{0: 1, 1: 1}, {0: 1, 1: 1 + first}], 2) == []  # the same modulo the prime
    assert null_space([{0: first, 1: 1}], 2) == [{0: 1, 1: -first}]


def test_where_all_primes_mislead_exact_fractions_decide(monkeypatch):
    asked = []
    exact, product = module._exact, math.prod(module.PRIMES)
    monkeypatch.setattr(module, "_exact", lambda *given: asked.append(1) or exact(*given))

    assert null_space([{0: product, 1: 1}], 2) == [{0: 1, 1: -product}]
    assert asked


def test_the_vectors_do_not_depend_on_the_order_of_the_rows():
    rng = np.random.default_rng(3)
    rows = sparse(rng.integers(-2, 3, (6, 9)) * (rng.random((6, 9)) < 0.5))

    assert null_space(rows, 9) == null_space(rows[::-1], 9)
    ends = [max(x) for x in null_space(rows, 9)]
    assert ends == sorted(set(ends))


def test_a_residue_is_the_fraction_that_it_was_made_from():
    prime = (1 << 61) - 1
    for fraction in (Fraction(0), Fraction(-3, 7), Fraction(10**8 + 7, 10**9 + 9)):
        residue = fraction.numerator * pow(fraction.denominator, -1, prime) % prime
        assert module._fraction(residue, prime) == fraction


def test_a_row_that_follows_from_others_is_not_added():
    echelon = Echelon()

    assert echelon.add({0: 2, 2: 4})
    assert echelon.add({1: 3})
    assert not echelon.add({0: 1, 1: 5, 2: 2})
    assert echelon.rows == {0: {0: 1, 2: 2}, 1: {1: 1}}
