import itertools

import numpy as np
import pytest

from assemblysim.inference.calibration.ranks import (
    check_ranks,
    counts_below,
    rank_band,
    rank_points,
)

DRAWS = 99


def share_inside(count, level, repetitions, seed=1):
    """How often the distribution function of uniform ranks lies inside its band everywhere."""
    rng = np.random.default_rng(seed)
    band = rank_band(count, DRAWS, level)
    below = [
        counts_below(ranks, DRAWS) / count
        for ranks in rng.integers(0, DRAWS + 1, (repetitions, count))
    ]
    return ((below >= band.lower) & (below <= band.upper)).all(axis=1).mean()


@pytest.mark.parametrize(("count", "level"), [(28, 0.95), (200, 0.95), (60, 0.8)])
def test_a_band_holds_uniform_ranks_as_often_as_it_says(count, level):
    repetitions = 6000
    error = np.sqrt(level * (1 - level) / repetitions)
    found = share_inside(count, level, repetitions)

    # Ranks are discrete, so a band may hold a little more than it says.
    assert level - 4 * error < found < level + 0.015 + 4 * error
    # The check has power: the band of another level is seen.
    assert abs(share_inside(count, 0.9, repetitions) - level) > 4 * error


def test_a_p_value_is_the_share_of_all_samples_that_are_as_extreme():
    """Brute force: every sample of three ranks among two draws."""
    every = list(itertools.product(range(3), repeat=3))
    p_values = np.array([check_ranks(np.array(sample), 2).p_value for sample in every])

    # Each sample is equally probable, so the p-value is the share of p-values no larger.
    expected = np.array([(p_values <= p + 1e-12).mean() for p in p_values])
    np.testing.assert_allclose(p_values, expected, atol=1e-12)


def test_a_p_value_below_five_per_cent_is_a_line_outside_its_band():
    rng = np.random.default_rng(3)
    band = rank_band(40, DRAWS)
    for width in (1.0, 0.8, 0.6):
        for _ in range(60):
            ranks = (width * rng.uniform(0, DRAWS + 1, 40)).astype(int)
            below = counts_below(ranks, DRAWS) / 40
            inside = ((below >= band.lower) & (below <= band.upper)).all()
            assert inside == (check_ranks(ranks, DRAWS).p_value > 0.05)


def gaussian_ranks(count, *, width=1.0, shift=0.0, seed=5):
    """Ranks under a conjugate normal problem whose posterior may be stated wrongly."""
    rng = np.random.default_rng(seed)
    truth = rng.standard_normal(count)
    data = truth + rng.standard_normal((4, count))
    mean, sd = data.sum(axis=0) / 5, np.sqrt(1 / 5)
    draws = mean + shift * sd + width * sd * rng.standard_normal((DRAWS, count))
    return (draws < truth).sum(axis=0)


def test_a_correct_posterior_has_uniform_ranks():
    p_values = [check_ranks(gaussian_ranks(200, seed=s), DRAWS).p_value for s in range(40)]

    # 40 p-values, 2 below 0.05 expected: 8 or more would come once in 2000.
    assert sum(p < 0.05 for p in p_values) < 8
    assert min(p_values) > 1e-4


@pytest.mark.parametrize("wrong", [{"width": 0.7}, {"shift": 0.4}, {"width": 1.5}])
def test_a_wrong_posterior_is_detected(wrong):
    assert check_ranks(gaussian_ranks(200, **wrong), DRAWS).p_value < 0.01


def test_the_largest_gap_is_positive_where_truths_lie_low():
    check = check_ranks(np.zeros(10, dtype=int), DRAWS)

    assert check.largest_gap == pytest.approx(0.99)
    assert check.p_value < 1e-10
    np.testing.assert_allclose(rank_points(3), [0.25, 0.5, 0.75])
    np.testing.assert_array_equal(counts_below(np.array([0, 2, 3]), 3), [1, 1, 2])
