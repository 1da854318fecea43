import numpy as np

from assemblysim.measurement.data import Signal
from assemblysim.measurement.signals import expected_signals, pulled_signals

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


def test_derivatives_are_carried_back_to_all_that_signals_are_made_of():
    rng = np.random.default_rng(5)
    species = ("A", "B", "C")
    signals = (
        Signal("sum", (("A", 1.0), ("B", 2.0)), weighted=(("C", "f"), ("X", "g"))),
        Signal("ratio", (("A", 1.0),), weighted=(("B", "f"),), divisor=(("B", 1.0), ("C", 0.5))),
        Signal("standard", (("C", 1.0),), standard=0.3),
    )
    concentrations = rng.uniform(0.5, 2, (2, 4, 3))
    concentrations[0, 0, 1:] = 0.0  # nothing below the line
    responses, background = rng.uniform(0.5, 2, (2, 3)), rng.uniform(0.1, 1, 2)
    coefficients = {"f": rng.uniform(0.1, 1, 2), "g": np.ones(2)}
    by_signal = rng.standard_normal((2, 4, 3))

    def number(concentrations, responses, background, f):
        seen = expected_signals(
            species, signals, concentrations, responses, background, {"f": f, "g": np.ones(2)}
        )
        return (seen * by_signal).sum(axis=(1, 2))

    pull = pulled_signals(species, signals, concentrations, responses, coefficients, by_signal)
    here = [concentrations, responses, background, coefficients["f"]]
    found = [pull.by_concentration, pull.by_response, pull.by_background, pull.by_coefficient["f"]]
    for place, derivative in enumerate(found):
        way = rng.standard_normal(here[place].shape)
        if place == 0:
            way[concentrations == 0] = 0.0
        sides = [[*here[:place], here[place] + h * way, *here[place + 1 :]] for h in (1e-6, -1e-6)]
        slope = (number(*sides[0]) - number(*sides[1])) / 2e-6
        np.testing.assert_allclose((way * derivative).reshape(2, -1).sum(axis=1), slope, rtol=1e-7)
    np.testing.assert_array_equal(pull.by_coefficient["g"], 0.0)
