"""Least squares on cells: unbiased, with errors that are as large as the scatter."""

import numpy as np
import pytest
from scipy.sparse import csr_array

from assemblysim.spectra.assignment.cells import MzCells
from assemblysim.spectra.assignment.fitting import fit_cells

PLACES = np.arange(400.0)
SHAPES = np.stack(
    [np.exp(-0.5 * ((PLACES - middle) / 6) ** 2) for middle in (150, 158, 250)], axis=1
)
SHAPES /= SHAPES.sum(axis=0)
TRUE = np.array([4000.0, 1500.0, 0.0])
UNIT = 2.5


def measured(rng, extra=()):
    mean = SHAPES @ TRUE + 3.0
    for place, counts in extra:
        mean[place] += counts
    return MzCells(500 + 0.1 * PLACES, 500.1 + 0.1 * PLACES, UNIT * rng.poisson(mean))


def fits(number, extra=()):
    rng = np.random.default_rng(23)
    return [fit_cells(measured(rng, extra), csr_array(SHAPES)) for _ in range(number)]


def test_estimates_scatter_about_the_truth_by_their_errors():
    found = fits(30)
    scores = np.array(
        [(one.free - UNIT * TRUE) / np.sqrt(np.diag(one.covariance)) for one in found]
    )

    assert np.abs(scores.mean(axis=0)).max() * np.sqrt(30) < 4
    # 30 spectra: the standard deviation is known to 13 %; errors are a little wide on purpose.
    assert np.all(scores.std(axis=0) < 1.4)
    assert np.all(scores.std(axis=0) > 0.6)
    wrong = np.array([one.free[0] - UNIT * TRUE[0] * 1.1 for one in found]).mean()
    error = np.sqrt(found[0].covariance[0, 0] / 30)
    assert abs(wrong) > 4 * error  # the check has power: 10 % are seen


def test_no_amount_is_below_0_and_the_free_one_may_be():
    found = fits(8)

    assert min(one.amounts.min() for one in found) >= 0
    assert min(one.free[2] for one in found) < 0


def test_what_stands_out_above_all_ions_does_not_count():
    spoiled = [(200, 400.0), (251, 300.0)]
    clean, found = fits(5), fits(5, spoiled)

    for one, other in zip(clean, found, strict=True):
        assert not other.counted[200]
        error = np.sqrt(one.covariance[2, 2])
        assert abs(other.free[2] - one.free[2]) < 3 * error
        assert one.counted.mean() > 0.99


def test_a_peak_that_is_not_in_a_list_is_below_its_threshold_not_0():
    shape = np.array([[0.6], [0.3], [0.08], [0.02]])
    ends = np.arange(4.0) + 500
    listed = MzCells(ends, ends + 0.5, np.array([600.0, 300.0, 80.0, 0.0]))
    found = fit_cells(listed, csr_array(shape), threshold=50.0)
    as_zero = fit_cells(listed, csr_array(shape))

    assert found.amounts[0] == pytest.approx(1000, rel=1e-6)
    assert as_zero.amounts[0] != pytest.approx(1000, rel=1e-3)


def test_an_ion_of_which_nothing_is_in_a_list_has_a_limit_of_about_the_threshold():
    shape = np.array([[0.6], [0.3], [0.1]])
    ends = np.arange(3.0) + 500
    found = fit_cells(MzCells(ends, ends + 0.5, np.zeros(3)), csr_array(shape), threshold=50.0)
    limit = found.free[0] + 2.576 * np.sqrt(found.covariance[0, 0])

    assert limit > 50 / 0.6 * 0.9


def test_envelopes_added_one_at_a_time_are_those_of_a_fit_with_them():
    cells = measured(np.random.default_rng(4))
    two = fit_cells(cells, csr_array(SHAPES[:, :2]), outliers=False)
    three = fit_cells(cells, csr_array(SHAPES), outliers=False)
    (amount,), (error,) = two.added(cells, csr_array(SHAPES[:, 2:]))

    assert amount == pytest.approx(three.free[2], abs=0.2 * error)
    assert error == pytest.approx(np.sqrt(three.covariance[2, 2]), rel=0.1)
