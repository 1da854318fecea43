import numpy as np
import pytest

from assemblysim.inference.identifiability import classify


@pytest.mark.parametrize(
    ("mean", "sd", "expected"),
    [
        (0.3, 0.1, "determined"),
        (0.0, 1.0, "not determined"),  # the prior itself
        (0.0, 0.55, "not determined"),  # both ends left, but hardly narrower than the prior
    ],
)
def test_a_posterior_is_classed_by_what_it_adds_to_the_prior(mean, sd, expected):
    draws = np.random.default_rng(1).normal(mean, sd, 20_000)

    assert classify(draws) == expected


@pytest.mark.parametrize("side", [-1, 1])
def test_a_posterior_that_reaches_one_end_of_the_prior_is_bounded_on_one_side(side):
    prior = np.random.default_rng(2).standard_normal(40_000)

    assert classify(side * prior[prior > 0.0]) == "bounded on one side"
