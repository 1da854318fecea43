"""What is reported of an ion: limits of absent ones, cosine, peaks seen, what else it may be."""

from dataclasses import replace

import numpy as np
import pytest

from assemblysim.isotopes.envelopes import Envelope
from assemblysim.spectra.assignment.assigning import fitted
from assemblysim.spectra.assignment.candidates import CandidateIon
from assemblysim.spectra.assignment.cells import PeakShape
from assemblysim.spectra.assignment.ion_reports import assigned_ions
from benchmarks.spectra.generating import Instrument, profile

ATOMS = {"Pd": 2, "C": 60, "H": 44, "N": 8}
IONS = (
    CandidateIon("A", ATOMS, 2, ("[A]2+",)),
    CandidateIon("A", {**ATOMS, "H": 46, "O": 1}, 2, ("[A(H2O)]2+", "[A(OH)(H)]2+")),
    CandidateIon("B", {**ATOMS, "H": 48, "O": 2}, 2, ("[B]2+",)),
)
SHAPE = PeakShape(6.0, 20000)
INSTRUMENT = Instrument(20000, 6.0, (530.0, 575.0), background=0.5)


def found(seed, ions=IONS):
    rng = np.random.default_rng(seed)
    scan = profile([one.envelope for one in IONS], [4000.0, 2500.0, 0.0], INSTRUMENT, rng)
    return fitted(scan, ions, SHAPE)


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


def test_ions_that_nothing_tells_apart_are_named():
    other = replace(IONS[0], core="B", written=("[B']2+",))
    ions = assigned_ions(found(5, ions=(IONS[0], other)))

    assert ions[0].not_told_apart == ("[B']2+",)
    assert ions[0].instead == "[B']2+"
    assert ions[0].worse < 6


def test_ions_that_are_needed_and_what_they_might_be_instead_are_reported():
    first, second, absent = assigned_ions(found(2))

    assert (first.needed, second.needed, absent.needed) == (True, True, False)
    assert (first.instead, first.worse) == ("", None)  # no other one's peaks lie there
    assert first.saturated == 0


def test_an_ion_whose_peaks_are_missing_is_not_what_the_spectrum_needs():
    own = IONS[0].envelope
    middle = int(own.fractions.argmax())
    half = Envelope(own.mz[middle : middle + 5], np.full(5, 0.2))
    needed = []
    for strange in (own, half):
        scan = profile([strange], [300.0], INSTRUMENT, np.random.default_rng(1))
        needed.append(assigned_ions(fitted(scan, IONS, SHAPE))[0].needed)

    assert needed == [True, False]


def test_isotope_peaks_that_the_detector_cut_off_are_counted():
    scan = profile([IONS[0].envelope], [9000.0], INSTRUMENT, np.random.default_rng(3))
    cut = 0.8 * scan.intensities.max()
    flat = replace(
        scan,
        intensities=np.minimum(scan.intensities, cut),
        saturated=scan.mz[scan.intensities >= cut],
    )
    (one, *_) = assigned_ions(fitted(flat, IONS, SHAPE))

    assert 0 < one.saturated < 4
    assert one.expected + one.saturated == assigned_ions(found(2))[0].expected
    assert one.chi_square < 2


def test_an_envelope_that_is_another_compound_s_has_a_poor_fit_and_wide_errors():
    wrong = CandidateIon("A", {**ATOMS, "Pd": 1, "Ag": 1}, 2, ("[wrong]2+",))
    (right, *_) = assigned_ions(found(2))
    (one,) = assigned_ions(found(2, ions=(wrong,)))

    assert one.chi_square > 5
    assert one.error > 1.5 * right.error
