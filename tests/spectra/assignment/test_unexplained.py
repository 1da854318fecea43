"""What a fit leaves: decoys in noise at the stated rate, and peaks that no ion explains."""

import numpy as np

from assemblysim.isotopes.envelopes import envelope
from assemblysim.spectra.assignment.assigning import fitted
from assemblysim.spectra.assignment.candidates import CandidateIon
from assemblysim.spectra.assignment.cells import PeakShape
from assemblysim.spectra.assignment.unexplained import (
    decoys_of,
    decoys_seen,
    largest_unexplained,
    unexplained_sum,
)
from benchmarks.spectra.generating import Instrument, profile

ATOMS = {"Pd": 2, "C": 60, "H": 44, "N": 8}
IONS = tuple(
    CandidateIon("A", {**ATOMS, "H": 44 + 2 * n, "O": n}, 2, (f"[A{n}]2+",)) for n in range(3)
)
INSTRUMENT = Instrument(20000, 0.0, (530.0, 575.0), background=2.0)
SHAPE = PeakShape(0.0, 20000)
STRANGE = envelope({"C": 40, "H": 41}, 1)  # about m/z 521 to 523; moved below


def fit_of(counts, seed, strange=None):
    rng = np.random.default_rng(seed)
    envelopes = [one.envelope for one in IONS] + ([strange] if strange else [])
    numbers = [*counts, 800.0] if strange else counts
    scan = profile(envelopes, numbers, INSTRUMENT, rng)
    decoys = decoys_of(IONS, (2,))
    return fitted(scan, IONS, SHAPE, beside=decoys), decoys, scan


def test_decoys_lie_between_the_peaks_of_every_charge_looked_for():
    (one, *_) = decoys_of(IONS, (1, 2))
    apart = (one.mz[:, None] - IONS[0].envelope.mz) * 2
    off = np.abs(apart / 1.0034 - np.rint(apart / 1.0034))

    assert off.min() > 0.18


def test_noise_alone_is_hardly_ever_taken_for_an_ion():
    tried = hits = 0
    for seed in range(25):
        found, decoys, _ = fit_of([0, 0, 0], seed)
        one, other = decoys_seen(found, decoys)
        tried, hits = tried + one, hits + other

    assert tried == 25 * 6
    assert hits <= 4  # 0.75 expected; more than 4 in one of a thousand


def test_an_ion_where_a_decoy_is_looked_for_is_seen():
    found, decoys, _ = fit_of([500, 0, 0], 1, decoys_of(IONS, (2,))[2])

    assert decoys_seen(found, decoys)[1] >= 1


def test_a_strange_peak_beside_all_ions_is_told():
    moved = type(STRANGE)(STRANGE.mz + 47.3, STRANGE.fractions)
    found, _, scan = fit_of([500, 300, 0], 3, moved)
    told = largest_unexplained(found, scan)

    assert abs(told[0].mz - moved.mz[0]) < 0.03
    assert told[0].intensity > told[-1].intensity


def test_intensity_above_all_ions_is_unexplained():
    clean, _, _ = fit_of([500, 300, 0], 5)
    spike = type(STRANGE)(IONS[0].envelope.mz[6:7] + 0.06, np.ones(1))
    spoiled, _, scan = fit_of([500, 300, 0], 5, spike)

    assert unexplained_sum(clean) < 0.02 * clean.cells.intensities.sum()
    assert unexplained_sum(spoiled) > 0.5 * 800 * INSTRUMENT.unit
    assert abs(largest_unexplained(spoiled, scan)[0].mz - spike.mz[0]) < 0.03
