import numpy as np
from scipy.stats import norm

from assemblysim.inference.model.target import Counted, log_standard_normal


def test_the_prior_in_these_coordinates_is_a_standard_normal():
    position = np.random.default_rng(1).normal(size=(5, 3))

    np.testing.assert_allclose(
        log_standard_normal(position), norm.logpdf(position).sum(axis=1), rtol=1e-13
    )


def test_calls_are_counted_and_those_below_the_floor_as_failed():
    target = Counted(lambda position: position[:, 0], floor=-10.0)
    position = np.array([[0.0], [-11.0], [-10.0]])

    np.testing.assert_array_equal(target(position), position[:, 0])
    target(position[:1])
    assert (target.calls, target.failed) == (4, 1)
