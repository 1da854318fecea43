"""Envelopes that pictures show, and mean numbers of small parts with their errors."""

import numpy as np
import pytest

from assemblysim.mechanism.ions.candidate_rules import IonPart, IonRules
from assemblysim.mechanism.ions.chemical_formula import FormulaReader
from assemblysim.spectra.assignment.assigning import fitted
from assemblysim.spectra.assignment.candidates import WantedCore, enumerated
from assemblysim.spectra.assignment.cells import PeakShape
from assemblysim.spectra.assignment.panels import envelope_panels, part_counts
from benchmarks.spectra.generating import Instrument, profile

READER = FormulaReader({"Pd": "Pd", "L": "C30H22N4"})
RULES = IonRules(
    READER,
    {"Pd": 2, "L": 0},
    (
        IonPart("NO3", "anion", -1, (("N", 1), ("O", 3)), 3),
        IonPart("BF4", "anion", -1, (("B", 1), ("F", 4)), 3),
    ),
    (2,),
    0,
    {},
)
CORES = [WantedCore("Pd2L4", (("Pd", 2), ("L", 4))), WantedCore("Pd2L3", (("Pd", 2), ("L", 3)))]
IONS = enumerated(CORES, RULES, (500.0, 1200.0))
COUNTS = {"[(Pd)2(L)4(BF4)2]2+": 2000.0, "[(Pd)2(L)4(NO3)(BF4)]2+": 4000.0,
          "[(Pd)2(L)4(NO3)2]2+": 2000.0}  # fmt: skip


def one(seed, counts=COUNTS):
    rng = np.random.default_rng(seed)
    numbers = [counts.get(ion.text, 0.0) for ion in IONS]
    instrument = Instrument(20000, 0.0, (500.0, 1200.0), background=0.2)
    scan = profile([ion.envelope for ion in IONS], numbers, instrument, rng)
    return fitted(scan, IONS, PeakShape(0.0, 20000))


def test_the_ions_of_the_test_are_those_that_are_counted():
    assert set(COUNTS) <= {ion.text for ion in IONS}


def test_mean_numbers_of_anions_are_those_that_were_put_in_within_their_errors():
    found = [part_counts(one(seed), ["Pd2L4", "Pd2L3"]) for seed in range(30)]

    scores = {"NO3": [], "BF4": []}
    for counts in found:
        assert [(held.core, held.part) for held in counts] == [("Pd2L4", "NO3"), ("Pd2L4", "BF4")]
        for held in counts:
            scores[held.part].append((held.mean - 1.0) / held.error)
    for values in scores.values():
        assert abs(np.mean(values)) < 4 / np.sqrt(30)
        assert 0.6 < np.std(values) < 1.4
    assert max(held.error for held in found[0]) < 0.03


def test_a_core_that_is_not_seen_has_no_mean_number():
    assert part_counts(one(1, {"[(Pd)2(L)4(NO3)2]2+": 2000.0}), ["Pd2L3"]) == ()


def test_panels_hold_what_was_measured_about_the_strongest_ion_of_each_core():
    found = one(2)
    first, second = envelope_panels(found, ["Pd2L4", "none", "Pd2L3"])

    assert (first.core, first.ion) == ("Pd2L4", "[(Pd)2(L)4(NO3)(BF4)]2+")
    assert second.core == "Pd2L3"
    assert max(first.measured) == pytest.approx(found.cells.intensities.max(), rel=1e-5)
    near = np.abs(np.array(first.fitted) - first.measured) < 0.3 * max(first.measured)
    assert near.all()
    assert max(second.own) < 0.05 * max(first.own)
    assert len(first.mz) == len(first.own)
