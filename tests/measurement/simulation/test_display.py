import numpy as np
import pytest
from spectra import likelihood, measurement

from assemblysim.measurement.simulation.display import (
    display_intensities,
    display_signals,
    display_unit,
)

VALUES = np.array([[1.0, 3.0, 0.0], [2.0, 2.0, 4.0]])
SIGNALS = np.array([[[2.0, 6.0, 0.1], [1.0, 1.0, 2.0]]])


def test_per_spectrum_readings_are_shares_of_their_total():
    made = likelihood(VALUES, limit=0.01)

    np.testing.assert_allclose(display_intensities(made), [[25, 75, 0], [25, 25, 50]])


def test_per_species_readings_are_shares_of_their_largest():
    made = likelihood(VALUES, limit=0.01, scale="per species")

    np.testing.assert_allclose(display_intensities(made), [[50, 100, 0], [100, 200 / 3, 100]])


def test_absolute_readings_stay_as_they_are():
    made = likelihood(VALUES, limit=0.01, scale="absolute")

    np.testing.assert_array_equal(display_intensities(made), VALUES)
    np.testing.assert_array_equal(display_signals(made, SIGNALS, SIGNALS), SIGNALS)


def test_per_spectrum_signals_are_shares_of_their_total():
    shown = display_signals(likelihood(VALUES, limit=0.01), SIGNALS, SIGNALS)

    np.testing.assert_allclose(shown.sum(axis=2), 100.0)
    np.testing.assert_allclose(shown[0, 1], [25, 25, 50])


@pytest.mark.parametrize("noise", ["proportional", "constant", "two-component"])
def test_per_species_signals_lie_upon_the_readings(noise):
    """A finer grid may have its maximum elsewhere: the readings fix the scale, not the maximum."""
    sampled = np.array([[[2.0, 6.0, 0.1], [4.0, 4.0, 2.0]]])
    fine = np.concatenate((sampled, 10 * sampled), axis=1)
    values = np.vstack((sampled[0] * [7.0, 1e-3, 1.0], [[np.nan, 1.0, 1.0]]))
    values[0, 1] = np.nan
    sampled = np.concatenate((sampled, [[[9.0, 1000.0, 1.0]]]), axis=1)
    made = likelihood(values, scale="per species", noise=noise)

    shown = display_signals(made, fine, sampled)

    readings = display_intensities(made)[:2]
    seen = np.isfinite(readings)
    np.testing.assert_allclose(shown[0, :2][seen], readings[seen], rtol=1e-12)


def test_a_column_without_readings_is_shown_as_a_share_of_its_own_largest():
    values = np.array([[1.0, 0.0], [2.0, 0.0]])
    made = likelihood(values, limit=0.01, scale="per species")

    shown = display_signals(made, SIGNALS[:, :, :2], SIGNALS[:, :, :2])

    assert shown[0, :, 1].max() == pytest.approx(100)


def test_units_are_said_in_words():
    assert display_unit(measurement(), "mM") == "% of the spectrum's total"
    assert display_unit(measurement("per species"), "mM") == "% of its largest intensity"
    assert display_unit(measurement("absolute"), "mM") == "mM"
    assert display_unit(measurement("per species"), "mM", read=False) == "% of its own maximum"
