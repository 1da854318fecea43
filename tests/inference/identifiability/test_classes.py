import numpy as np
import pytest

from assemblysim.inference.identifiability.classes import classify


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

    assert classify(draws, np.exp(draws)) == expected


def test_what_is_known_to_no_better_than_a_factor_of_ten_is_not_determined():
    draws = np.random.default_rng(1).normal(0.3, 0.1, 20_000)

    # 95 % of the draws span 0.39, so 10^(2 x 0.39) is a factor of 6 and 10^(4 x 0.39) of 36
    assert classify(draws, 10 ** (2 * draws)) == "determined"
    assert classify(draws, 10 ** (4 * draws)) == "not determined"


@pytest.mark.parametrize("side", [-1, 1])
def test_a_posterior_that_reaches_one_end_of_the_prior_is_bounded_on_one_side(side):
    prior = np.random.default_rng(2).standard_normal(40_000)

    half = side * prior[prior > 0.0]

    assert classify(half, np.exp(half)) == "bounded on one side"
