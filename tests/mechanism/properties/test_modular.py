"""What is left over of sparse rows is small, and is eliminated as exact arithmetic does."""

import numpy as np
import pytest
import sympy

from assemblysim.errors import InputError
from assemblysim.mechanism.properties import modular
from assemblysim.mechanism.properties.modular import PRIMES, planned, residues
from assemblysim.mechanism.properties.null_space import null_space


def random_pairs(species, steps, seed=5):
    rng, rows = np.random.default_rng(seed), []
    for _ in range(steps):
        row = dict[int, int]()
        for i, n in zip(rng.integers(0, species, 4).tolist(), (-1, -1, 1, 1), strict=True):
            row[i] = row.get(i, 0) + n
        rows.append({i: n for i, n in row.items() if n})
    return [row for row in rows if row]


def test_all_primes_are_so_small_that_sums_of_products_are_exact():
    assert all(sympy.isprime(prime) for prime in PRIMES)
    assert modular._EXACT * max(PRIMES) ** 2 + max(PRIMES) < 2**53


def test_of_steps_between_random_pairs_few_species_are_left():
    plan = planned(random_pairs(2000, 24_000), 2000)

    assert len(plan.left) < 100  # thousands in any order
    assert len(plan.giving) + len(plan.left) == 2000


def test_each_row_of_a_plan_gives_a_column_that_those_before_it_lack():
    rows = random_pairs(60, 50)
    plan = planned(rows, 60)
    known = set(plan.left)

    for row, column in plan.giving:
        assert column not in known
        known.add(column)
        assert set(row) <= known
    assert known == set(range(60))
    assert all(set(row) <= known for row in plan.over)
    assert len(plan.giving) + len(plan.over) == len(rows)


@pytest.mark.parametrize(("species", "steps"), [(150, 100), (150, 150), (400, 500)])
def test_many_rows_at_once_are_reduced_as_one_by_one(species, steps, monkeypatch):
    rows = random_pairs(species, steps)
    found = null_space(rows, species)
    for name in ("_ABREAST", "_FEW", "_TOGETHER", "_EXACT"):
        monkeypatch.setattr(modular, name, 7)

    assert null_space(rows, species) == found
    matrix = np.zeros((len(rows), species), dtype=int)
    for number, row in enumerate(rows):
        matrix[number, list(row)] = list(row.values())
    assert len(found) == species - np.linalg.matrix_rank(matrix)
    assert not any((matrix @ [vector.get(i, 0) for i in range(species)]).any() for vector in found)


def test_a_prime_that_divides_a_leading_number_is_no_use():
    rows = [{0: PRIMES[0]}]

    assert residues(planned(rows, 1), 1, PRIMES[0]) is None
    assert residues(planned(rows, 1), 1, PRIMES[1]).shape == (0, 1)


def test_what_would_take_minutes_is_refused_with_its_numbers(monkeypatch):
    monkeypatch.setattr(modular, "MOST_LEFT", 3)
    with pytest.raises(InputError, match=r"\d+ equations between \d+ are left, at most 3 and"):
        planned(random_pairs(100, 100), 100)


def test_more_vectors_than_memory_holds_are_refused_with_their_number():
    with pytest.raises(InputError, match=r"^4000 or more sums of 6000 terms, at most 12000000 num"):
        planned([{3 * i: 1, 3 * i + 1: 1, 3 * i + 2: -1} for i in range(2000)], 6000)
