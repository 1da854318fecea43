import numpy as np

from assemblysim.measurement.data import Signal
from assemblysim.measurement.signals import expected_signals

SPECIES = ("Dy2L", "Dy3L", "Dy5L2")
C = np.array([[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]], [[7.0, 8.0, 9.0], [1.0, 1.0, 1.0]]])


def test_a_signal_is_response_times_concentration_plus_background():
    signals = (Signal("Dy3L", (("Dy3L", 1.0),)), Signal("Dy2L", (("Dy2L", 1.0),)))

    s = expected_signals(
        SPECIES, signals, C, np.array([[1.0, 2.0], [3.0, 1.0]]), np.array([0.5, 0.0])
    )

    np.testing.assert_allclose(s, [[[2.5, 2.5], [5.5, 8.5]], [[24.0, 7.0], [3.0, 1.0]]], rtol=1e-15)


def test_a_signal_may_be_a_sum_with_coefficients():
    signals = (Signal("Dy3", (("Dy3L", 1.0), ("Dy5L2", 2.0))),)

    s = expected_signals(SPECIES, signals, C, np.ones((2, 1)), np.zeros(2))

    np.testing.assert_allclose(s[:, :, 0], [[8.0, 17.0], [26.0, 3.0]], rtol=1e-15)


def test_a_species_that_the_network_does_not_have_leaves_the_background():
    signals = (Signal("Dy4", (("Dy4L4", 1.0),)),)

    s = expected_signals(SPECIES, signals, C, np.ones((2, 1)), np.array([0.1, 0.2]))

    np.testing.assert_array_equal(s[:, :, 0], [[0.1, 0.1], [0.2, 0.2]])


def test_a_coefficient_may_differ_from_vector_to_vector():
    signals = (Signal("x", ((SPECIES[0], 2.0),), ((SPECIES[1], "f"), ("not there", "g"))),)
    f = np.array([0.5, 3.0])
    s = expected_signals(
        SPECIES, signals, C, np.array([[1.0], [4.0]]), np.array([0.1, 0.0]), {"f": f, "g": f}
    )

    expected = (2 * C[:, :, 0] + f[:, None] * C[:, :, 1]) * np.array([[1.0], [4.0]])
    np.testing.assert_allclose(s[:, :, 0], expected + np.array([[0.1], [0.0]]), rtol=1e-14)
