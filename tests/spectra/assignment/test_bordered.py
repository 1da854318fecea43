"""Blocks with a border are the whole matrix, and bound solutions are scipy's."""

import numpy as np
import pytest
from scipy.optimize import nnls
from scipy.sparse import csr_array

from assemblysim.spectra.assignment.bordered import Bordered, blocks_of, least_non_negative


def design(rng, blocks=(5, 1, 8), border=3):
    """Columns of blocks that share no row, and some that reach over all of them."""
    rows = 6 * sum(blocks)
    columns, first, at = [], 0, 0
    for size in blocks:
        for _ in range(size):
            column = np.zeros(rows)
            column[first : first + 6 * size] = rng.random(6 * size)
            columns.append(column)
        first += 6 * size
        at += size
    order = rng.permutation(at)
    wide = rng.random((rows, border))
    return np.column_stack([np.array(columns).T[:, order], wide])


@pytest.mark.parametrize("border", [0, 1, 3])
def test_solutions_and_inverse_are_those_of_the_whole_matrix(border):
    rng = np.random.default_rng(1)
    x = design(rng, border=border)
    matrix = x.T @ x
    labels = blocks_of(csr_array(matrix), 14)
    found = Bordered(csr_array(matrix), 14, labels)
    right = rng.normal(size=(14 + border, 2))

    assert len(set(labels.tolist())) == 3
    np.testing.assert_allclose(found.solve(right), np.linalg.solve(matrix, right), atol=1e-9)
    np.testing.assert_allclose(found.solve(right[:, 0]), found.solve(right)[:, 0])
    np.testing.assert_allclose(found.inverse(), np.linalg.inv(matrix), atol=1e-9)


@pytest.mark.parametrize("seed", range(20))
def test_the_least_solution_without_negative_values_is_that_of_scipy(seed):
    rng = np.random.default_rng(seed)
    x = design(rng)
    y = x @ np.where(rng.random(17) < 0.5, rng.exponential(size=17), 0.0) + rng.normal(size=len(x))
    matrix = csr_array(x.T @ x)
    start = rng.random(17) < 0.5

    found = least_non_negative(matrix, x.T @ y, blocks_of(matrix, 14), start)

    np.testing.assert_allclose(found, nnls(x, y)[0], atol=1e-8)


def test_where_nothing_pulls_up_all_are_zero():
    matrix = csr_array(np.eye(4))

    found = least_non_negative(matrix, -np.ones(4), np.arange(4), np.ones(4))

    np.testing.assert_array_equal(found, 0.0)
