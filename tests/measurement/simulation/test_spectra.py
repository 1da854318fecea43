import numpy as np

from assemblysim.measurement.simulation.spectra import (
    COUNTS_PER_MM,
    LOG_FACTOR_SPREAD,
    spectrum_counts,
)

EXPECTED = np.tile([4.0, 3.0, 1e-4], (4000, 1))


def test_counts_scatter_by_the_noise_about_an_unknown_total():
    counts = spectrum_counts(EXPECTED, 0.1, 0.0, np.random.default_rng(1))
    ratio = np.log(counts[:, 0] / counts[:, 1]) - np.log(4 / 3)
    total = np.log(counts[:, 0] / (4 * COUNTS_PER_MM))

    # four standard errors of a standard deviation and of a mean
    assert abs(ratio.std() / (0.1 * np.sqrt(2)) - 1) < 4 / np.sqrt(8000)
    assert abs(ratio.mean()) < 4 * 0.1 * np.sqrt(2 / 4000)
    assert abs(total.std() / np.hypot(LOG_FACTOR_SPREAD, 0.1) - 1) < 4 / np.sqrt(8000)


def test_a_peak_below_its_fraction_of_the_total_is_zero_and_no_other():
    counts = spectrum_counts(EXPECTED, 0.1, 0.01, np.random.default_rng(2))
    whole = spectrum_counts(EXPECTED, 0.1, 0.0, np.random.default_rng(2))

    assert (counts[:, 2] == 0).all()
    np.testing.assert_array_equal(counts[:, :2], whole[:, :2])
