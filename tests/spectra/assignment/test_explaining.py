"""What else would explain an ion: the next best candidate, and ions that are not needed."""

from dataclasses import replace

import numpy as np
import pytest

from assemblysim.spectra.assignment.assigning import fitted
from assemblysim.spectra.assignment.candidates import CandidateIon
from assemblysim.spectra.assignment.cells import PeakShape
from assemblysim.spectra.assignment.explaining import needed_ions, next_best
from benchmarks.spectra.generating import Instrument, profile

ATOMS = {"Pd": 2, "C": 60, "H": 44, "N": 8}
RIGHT = CandidateIon("A", ATOMS, 2, ("[A]2+",))
BESIDE = CandidateIon("B", {**ATOMS, "H": 46}, 2, ("[A+2H]2+",))  # one unit of m/z higher
FAR = CandidateIon("B", {**ATOMS, "H": 60, "O": 3}, 2, ("[B]2+",))
TWIN = CandidateIon("C", ATOMS, 2, ("[twin]2+",))


def found(ions, counts=(3000.0,), seed=1):
    instrument = Instrument(20000, 0.0, (530.0, 575.0), background=0.5)
    made = [RIGHT.envelope, BESIDE.envelope][: len(counts)]
    scan = profile(made, list(counts), instrument, np.random.default_rng(seed))
    return fitted(scan, ions, PeakShape(0.0, 20000))


def chi_square(one, place, other):
    """By brute force: one ion in another's place, all others as they are."""
    fit, cells = one.fit, one.cells
    columns = one.parts.toarray()
    left = cells.intensities - fit.expected + columns[:, place] * fit.amounts[place]
    weights = fit.counted / fit.noise.variance(fit.expected)
    column = columns[:, other]
    amount = max(weights * column @ left, 0.0) / (weights * column @ column)
    return float(weights @ (left - amount * column) ** 2)


def test_the_next_best_ion_is_named_with_how_much_worse_it_fits():
    one = found((RIGHT, BESIDE, FAR))
    (first, *_) = next_best(one)

    assert first.place == 1
    assert first.worse == pytest.approx(chi_square(one, 0, 1) - chi_square(one, 0, 0), rel=1e-6)
    assert first.worse > 100


def test_an_ion_that_explains_as_much_is_no_worse():
    (first, *_) = next_best(found((RIGHT, TWIN)))

    assert first.place == 1
    assert first.worse == pytest.approx(0, abs=5)


def test_where_no_other_ion_lies_nothing_else_explains_it():
    assert next_best(found((RIGHT,))) == (None,)


def test_an_ion_is_needed_and_what_noise_gives_is_not():
    assert needed_ions(found((RIGHT, BESIDE, FAR))).tolist() == [True, False, False]


def test_two_ions_that_overlap_are_both_needed_where_both_are_there():
    assert needed_ions(found((RIGHT, BESIDE, FAR), (3000.0, 1500.0))).tolist() == [
        True,
        True,
        False,
    ]


def test_of_two_ions_that_explain_the_same_one_is_needed():
    wrong = replace(TWIN, core="C")

    assert needed_ions(found((RIGHT, wrong, FAR))).sum() == 1
