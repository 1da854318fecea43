"""One spectrum: overlapping ions told apart, absent ones with a limit, sums with covariance."""

from dataclasses import replace

import numpy as np
import pytest

from assemblysim.spectra.assignment.assigning import (
    assigned_ions,
    core_sums,
    fitted,
)
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


def test_an_absent_ion_has_a_limit_and_a_present_one_its_envelope():
    first, second, absent = assigned_ions(found(2))

    assert first.upper is None
    assert second.upper is None
    assert absent.upper == pytest.approx(1.645 * absent.error, rel=1.5)
    assert absent.upper < 0.05 * first.amount
    assert first.cosine > 0.99
    assert first.seen == first.expected > 5
    assert absent.seen <= 1
    assert second.writings == ("[A(OH)(H)]2+",)
    assert 0.5 < first.chi_square < 1.6


def test_an_envelope_that_is_another_compound_s_has_a_poor_fit_and_wide_errors():
    wrong = CandidateIon("A", {**ATOMS, "Pd": 1, "Ag": 1}, 2, ("[wrong]2+",))
    (right, *_) = assigned_ions(found(2))
    (one,) = assigned_ions(found(2, ions=(wrong,)))

    assert one.chi_square > 5
    assert one.error > 1.5 * right.error


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


def test_ions_of_two_cores_that_nothing_tells_apart_are_named_and_both_are_unsure():
    other = replace(IONS[0], core="B", written=("[B']2+",))
    ions = assigned_ions(found(5, ions=(IONS[0], other)))
    sums, _ = core_sums(found(5, ions=(IONS[0], other)), ("A", "B"))

    assert ions[0].not_told_apart == ("[B']2+",)
    assert not any(core.seen for core in sums)
    assert all(core.upper > 0.99 for core in sums)
