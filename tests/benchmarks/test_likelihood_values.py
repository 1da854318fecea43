"""Log-likelihoods are held against stored ones of 50 digits; a benchmark makes them."""

import json

import mpmath as mp
import numpy as np
import pytest
from checkout import ROOT

from benchmarks.likelihoods.values import COMBINATIONS, DIGITS, case, log_likelihood_in_digits

STORED = json.loads((ROOT / "benchmarks/results/likelihoods.json").read_text())


@pytest.mark.parametrize("which", range(len(COMBINATIONS)), ids=map(str, COMBINATIONS))
def test_likelihoods_are_those_of_fifty_digits(which):
    values = STORED["values"][which][:6]
    off = 0

    for vector, value in enumerate(values):
        made, signals, noise = case(which, vector)
        found = made.pointwise(signals, noise).sum()
        assert found == pytest.approx(value, rel=1e-8, abs=1e-8)
        off += abs(made.pointwise(signals, noise * (1 + 1e-5)).sum() - value) > 1e-8 * max(
            1, abs(value)
        )

    # The comparison has power: sizes that are off by a hundred-thousandth are seen.
    assert off >= len(values) - 1


@pytest.mark.parametrize("which", [2, 8, 20])
def test_the_stored_values_are_what_their_generator_makes(which):
    with mp.workdps(DIGITS):
        value = float(log_likelihood_in_digits(*case(which, 1)))

    assert value == pytest.approx(STORED["values"][which][1], rel=1e-14)


def test_at_large_the_differences_stay_below_a_hundred_millionth():
    assert len(STORED["largest_difference"]) == len(COMBINATIONS)
    assert max(STORED["largest_difference"].values()) < 1e-8
    assert all(np.isfinite(values).all() for values in STORED["values"])
