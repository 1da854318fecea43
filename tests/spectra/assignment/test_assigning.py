"""One spectrum: overlapping ions told apart, absent ones with a limit, sums with covariance."""

from dataclasses import replace

import numpy as np
import pytest

from assemblysim.isotopes.envelopes import Envelope
from assemblysim.spectra.assignment.assigning import core_sums, fitted
from assemblysim.spectra.assignment.candidates import CandidateIon
from assemblysim.spectra.assignment.cells import PeakShape
from benchmarks.spectra.generating import Instrument, profile

ATOMS = {"Pd": 2, "C": 60, "H": 44, "N": 8}
IONS = (
    CandidateIon("A", ATOMS, 2, ("[A]2+",)),
    CandidateIon("A", {**ATOMS, "H": 46, "O": 1}, 2, ("[A(H2O)]2+", "[A(OH)(H)]2+")),
    CandidateIon("B", {**ATOMS, "H": 48, "O": 2}, 2, ("[B]2+",)),
)  # one water is nine units of m/z, half of an envelope
COUNTS = np.array([4000.0, 2500.0, 0.0])
UNIT = 3.7
SHAPE = PeakShape(6.0, 20000)
INSTRUMENT = Instrument(20000, 6.0, (530.0, 575.0), background=0.5, unit=UNIT)


def found(seed, counts=COUNTS, ions=IONS, instrument=INSTRUMENT):
    rng = np.random.default_rng(seed)
    scan = profile([one.envelope for one in IONS], counts, instrument, rng)
    return fitted(scan, ions, replace(SHAPE, resolution=instrument.resolution))


@pytest.mark.parametrize("resolution", [20000, 5000])
def test_overlapping_ions_are_told_apart_without_a_bias(resolution):
    instrument = replace(INSTRUMENT, resolution=resolution)
    scores, units = [], []
    for seed in range(12):
        fit = found(seed, instrument=instrument).fit
        units.append(fit.noise.per_intensity)
        scores.append((fit.free - UNIT * COUNTS) / np.sqrt(np.diag(fit.covariance)))
    scores = np.array(scores)

    assert np.abs(scores.mean(axis=0)).max() * np.sqrt(12) < 4
    assert 0.6 < scores.std() < 1.35
    assert np.mean(units) == pytest.approx(UNIT, rel=0.1)
    # Means of 12 are known to 0.3 errors: 10 % amiss would be seen.
    assert 0.1 * UNIT * COUNTS[1] / np.sqrt(fit.covariance[1, 1]) * np.sqrt(12) > 4


def test_sums_of_cores_are_those_of_their_ions():
    one = found(4)
    sums, covariance = core_sums(one, ("A", "B", "C"))

    assert [core.core for core in sums] == ["A", "B"]
    assert sums[0].amount == pytest.approx(one.fit.free[:2].sum())
    assert covariance[0, 0] == pytest.approx(one.fit.covariance[:2, :2].sum())
    assert covariance[0, 1] == pytest.approx(one.fit.covariance[:2, 2].sum())
    assert sums[0].seen
    assert not sums[1].seen
    assert sums[1].lower == 0
    assert 0 < sums[1].upper < 0.05
    assert sums[0].lower < sums[0].fraction <= 1


def test_ions_of_one_core_that_nothing_tells_apart_are_one():
    twin = replace(IONS[0], written=("[twin]2+",))
    one = found(5, ions=(*IONS, twin))

    assert [ion.text for ion in one.candidates] == ["[A]2+", "[A(H2O)]2+", "[B]2+"]


def test_both_of_two_cores_whose_ions_nothing_tells_apart_are_unsure():
    other = replace(IONS[0], core="B", written=("[B']2+",))
    sums, _ = core_sums(found(5, ions=(IONS[0], other)), ("A", "B"))

    assert not any(core.seen for core in sums)
    assert all(core.upper > 0.99 for core in sums)


def sum_beside(strange, seed):
    """Core A where B and 150 counts of something else are in the spectrum."""
    rng = np.random.default_rng(seed)
    scan = profile([IONS[2].envelope, strange], [5000.0, 150.0], INSTRUMENT, rng)
    return core_sums(fitted(scan, IONS, SHAPE), ("A", "B"))[0][0]


def test_some_peaks_at_an_ion_s_places_are_not_that_ion_where_others_are_missing():
    own = IONS[0].envelope
    middle = int(own.fractions.argmax())
    foreign = Envelope(own.mz[middle : middle + 5], np.full(5, 0.2))

    assert all(sum_beside(own, seed).seen for seed in range(6))
    for seed in range(6):
        assert not sum_beside(foreign, seed).seen
        # It may be the ion after all: all of the 150 counts lie below the upper limit.
        assert sum_beside(foreign, seed).upper > 150 / 5150


def test_what_the_detector_cut_off_is_told_by_the_other_isotope_peaks():
    rng = np.random.default_rng(3)
    scan = profile([one.envelope for one in IONS], [90000.0, 900.0, 0.0], INSTRUMENT, rng)
    cut = 0.5 * scan.intensities.max()
    flat = replace(scan, intensities=np.minimum(scan.intensities, cut))
    told = fitted(replace(flat, saturated=scan.mz[scan.intensities >= cut]), IONS, SHAPE)
    untold = fitted(flat, IONS, SHAPE)

    error = float(np.sqrt(told.fit.covariance[0, 0]))
    assert told.fit.free[0] == pytest.approx(UNIT * 90000, abs=4 * error)
    assert error < 0.02 * UNIT * 90000
    assert untold.fit.free[0] < 0.9 * UNIT * 90000
