"""Log-likelihoods are held against stored ones from their definition; a benchmark makes them."""

import json

import numpy as np
import pytest
from checkout import ROOT

from benchmarks.likelihoods.bounds import smoothness
from benchmarks.likelihoods.values import (
    COMBINATIONS,
    case,
    difference,
    exact,
    packed,
    stored_values,
    table_of,
    unpacked,
)

STORED = json.loads((ROOT / "benchmarks/results/likelihoods.json").read_text())


@pytest.mark.parametrize("which", range(len(COMBINATIONS)), ids=map(str, COMBINATIONS))
def test_likelihoods_are_those_of_their_definition(which):
    values = stored_values(STORED, which)[:5]
    off = 0

    for vector, value in enumerate(values):
        assert difference(which, vector, value) < 1e-8
        made, signals, noise = case(which, vector)
        changed = made.pointwise(signals, noise * (1 + 1e-5)).sum()
        off += abs(changed - value) > 1e-8 * max(1, abs(value))

    # The comparison has power: sizes that are off by a hundred-thousandth are seen.
    assert off >= len(values) - 1 == 4


@pytest.mark.parametrize("which", [5, 74, 100, 140])
def test_the_stored_values_are_what_their_generator_makes(which):
    assert exact(which, 1) == pytest.approx(stored_values(STORED, which)[1], rel=1e-13)


def test_all_that_was_stored_differs_by_less_than_a_hundred_millionth():
    """With two zeros in a column or block it is twice that: a millionth is what is asked there."""
    for one in COMBINATIONS:
        assert STORED[str(one)]["largest_difference"] < (2e-8 if one.zeros == 2 else 1e-8)
    assert all(np.isfinite(stored_values(STORED, k)).all() for k in range(len(COMBINATIONS)))


def test_numbers_are_stored_with_all_their_digits():
    numbers = np.array([np.pi, -1e300, 5e-324])

    assert np.array_equal(unpacked(packed(numbers)), numbers)


@pytest.mark.parametrize("which", range(0, len(COMBINATIONS), 7))
def test_likelihoods_are_finite_smooth_and_below_their_bound(which):
    made = table_of(COMBINATIONS[which], 0, np.random.default_rng(which))

    found = smoothness(made, 5, np.random.default_rng(1))

    assert found.startswith("0 not finite, 0 above the bound, 0 jumps")


class Worse:
    """A likelihood that jumps by a millionth and exceeds what any readings could have."""

    def __init__(self, made):
        self.made = made

    def __getattr__(self, name):
        return getattr(self.made, name)

    def pointwise(self, signals, noise):
        points = self.made.pointwise(signals, noise)
        step = (noise[:, :1] * 1e12) % 2 > 1
        return np.where(points > -1e3, points + 0.1 * step + 1e4, points)


def test_jumps_and_values_above_the_bound_are_seen():
    made = table_of(COMBINATIONS[0], 0, np.random.default_rng(0))

    found = smoothness(Worse(made), 200, np.random.default_rng(1))

    _, above, jumps, _ = found.split(", ")
    assert int(above.split()[0]) > 20
    assert int(jumps.split()[0]) > 20
