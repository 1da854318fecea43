"""Sampling times as an integrator takes them."""

import numpy as np

from assemblysim.inference.model.experiment import Clock, ExperimentProblem, times_in_order

EXPERIMENT = ExperimentProblem("A", None, None, (), None, None, None, 9.0, clock=Clock(latest=10.0))


def test_times_are_sorted_and_what_is_found_there_goes_back_to_its_place():
    times = np.array([[3.0, 1.0, 2.0], [1.0, 2.0, 2.0]])
    ordered = times_in_order(EXPERIMENT, times)

    assert ordered.times.tolist() == [[1, 2, 3, 10], [1, 2, 2, 10]]
    np.testing.assert_array_equal(ordered.put_back(ordered.times[:, :, None])[..., 0], times)
    twice = ordered.times.repeat(2, axis=0)[:, :, None]
    np.testing.assert_array_equal(ordered.put_back(twice)[..., 0], times.repeat(2, axis=0))


def test_times_that_are_the_same_for_all_stay_as_they_are():
    columns = np.ones((2, 3, 4))
    ordered = times_in_order(EXPERIMENT, np.array([1.0, 2.0, 3.0]))

    assert ordered.times.tolist() == [1, 2, 3]
    assert ordered.put_back(columns) is columns
