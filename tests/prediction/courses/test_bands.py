"""Courses are quantiles of draws, and come back from disk as they were."""

import numpy as np
import pytest
from sample_networks import CHAIN

from assemblysim.kinetics.engines.integration import integrate_batch
from assemblysim.prediction.courses.bands import bands, course_times, species_bands
from assemblysim.result.courses import PREDICTIVE_QUANTILES, QUANTILES, Courses

RATES = np.array([[k, 0.1] for k in np.linspace(0.5, 1.5, 41)])
INITIAL = np.tile([2.0, 0.0, 0.0], (41, 1))


def some_courses(rate_constants=RATES, initial=INITIAL):
    drawn = integrate_batch(CHAIN, rate_constants, initial, course_times(48.0, 60))
    expected = 100 * drawn.concentrations[drawn.completed][..., 1:2]
    readings = np.concatenate((expected * 0.9, expected * 1.1))
    return Courses(
        experiment="80 °C",
        times=drawn.times,
        species=drawn.species,
        concentrations=species_bands(drawn),
        signals=("B",),
        expected=bands(expected, QUANTILES),
        predictive=bands(readings, PREDICTIVE_QUANTILES),
        data_times=np.array([1.0, 1.0, 6.0]),
        data=np.array([[50.0], [np.nan], [0.0]]),
        display_unit="% of spectrum",
    )


def test_the_bands_are_quantiles_over_the_draws():
    courses = some_courses()

    a = 2 * np.exp(-RATES[:, 0] * courses.times[:, None])
    for q, fraction in enumerate((0.025, 0.25, 0.5, 0.75, 0.975)):
        expected = np.quantile(a, fraction, axis=1)
        np.testing.assert_allclose(courses.concentrations[q, :, 0], expected, rtol=1e-3, atol=1e-5)
    np.testing.assert_allclose(courses.expected, 100 * courses.concentrations[..., 1:2])


def test_the_band_of_readings_is_wider_than_that_of_signals():
    courses = some_courses()

    assert (courses.predictive[0, 1:] < courses.expected[0, 1:]).all()
    assert (courses.predictive[1, 1:] > courses.expected[4, 1:]).all()


def test_draws_that_fail_are_left_out():
    rate_constants = np.concatenate((RATES, [[np.nan, 1.0]]))
    initial = np.concatenate((INITIAL, INITIAL[:1]))

    np.testing.assert_array_equal(
        some_courses(rate_constants, initial).concentrations, some_courses().concentrations
    )


def test_times_serve_a_linear_and_a_logarithmic_axis():
    times = course_times(48.0, 200)

    assert times[0] == 0
    assert times[-1] == 48
    assert (np.diff(times) > 0).all()
    assert len(times) == pytest.approx(200, abs=2)
    assert np.diff(times).max() < 48 / 98
    assert (times[(times > 0) & (times < 1 / 12)]).size > 5


def test_arrays_that_do_not_fit_each_other_are_refused():
    one = some_courses()
    fields = {name: getattr(one, name) for name in Courses.__dataclass_fields__}

    with pytest.raises(ValueError, match=r"data has shape \(2, 1\) instead of \(3, 1\)"):
        Courses(**{**fields, "data": np.zeros((2, 1))})
