"""Exact masses and isotope envelopes against molmass, pyteomics and a direct convolution."""

import itertools
import math

import numpy as np
import pytest
from direct_envelopes import TABLE, by_mass_number, made_up_ions
from molmass import ELECTRON, Formula
from pyteomics import mass as pyteomics_mass

from assemblysim.errors import InputError
from assemblysim.isotopes.envelopes import average_mz, envelope, most_abundant_isotopes_mz

IONS = list(made_up_ions(200))
DY6 = {"Dy": 6, "C": 66, "H": 50, "N": 10, "O": 21}


def formula_of(atoms, charge):
    inner = "".join(f"{element}{n}" for element, n in atoms.items())
    return f"[{inner}]{abs(charge)}{'+' if charge > 0 else '-'}"


def test_exact_masses_of_200_ions_are_those_of_molmass_and_pyteomics():
    ours = np.array([most_abundant_isotopes_mz(*ion) for ion in IONS])
    molmass, pyteomics = [], []
    for atoms, charge in IONS:
        neutral = pyteomics_mass.calculate_mass(composition=pyteomics_mass.Composition(atoms))
        pyteomics.append((neutral - charge * ELECTRON.mass) / abs(charge))
        other = Formula(formula_of(atoms, charge))  # which takes the electrons off itself
        molmass.append(other.isotope.mass / abs(charge))
        # Its mean masses are standard atomic weights, which are rounded and newer for some.
        assert average_mz(atoms, charge) == pytest.approx(other.mz, rel=1e-4)

    np.testing.assert_allclose(ours, molmass, rtol=1e-9)
    np.testing.assert_allclose(ours, pyteomics, rtol=1e-6)
    # The check has power: without the electron a sixth of the ions would differ by more.
    bare = np.array([m + z * ELECTRON.mass / abs(z) for m, (_, z) in zip(ours, IONS, strict=True)])
    assert np.mean(np.abs(bare / ours - 1) > 1e-6) > 1 / 6


def test_envelopes_of_200_ions_are_the_direct_convolution_of_the_table():
    for atoms, charge in IONS:
        found = envelope(atoms, charge)
        fractions, masses = by_mass_number(atoms)
        seen = fractions > 1e-6
        mz = (masses[seen] - charge * ELECTRON.mass) / abs(charge)
        ours = found.fractions > 1e-6

        assert found.fractions.sum() == pytest.approx(1, abs=1e-7)
        np.testing.assert_allclose(found.mz[ours], mz, rtol=1e-9)
        np.testing.assert_allclose(found.fractions[ours], fractions[seen], rtol=1e-4, atol=1e-9)


def test_narrow_peaks_are_all_isotopologues_one_by_one():
    choices = [TABLE["Dy"]] * 2 + [TABLE["Cl"]] * 3 + [TABLE["C"]] * 2
    every = {}
    for picked in itertools.product(*choices):
        mass = round(sum(one[1] for one in picked), 6)
        every[mass] = every.get(mass, 0.0) + math.prod(one[2] for one in picked)
    masses = np.array(sorted(every))
    groups = np.split(masses, np.flatnonzero(np.diff(masses) > 1e-3) + 1)
    expected = [sum(every[m] for m in group) for group in groups]
    centres = [sum(m * every[m] for m in g) / sum(every[m] for m in g) for g in groups]

    found = envelope({"Dy": 2, "Cl": 3, "C": 2}, 0, width=1e-3)

    assert len(groups) > 1.5 * len(envelope({"Dy": 2, "Cl": 3, "C": 2}, 0).mz)
    np.testing.assert_allclose(found.mz, centres, atol=2e-6)
    np.testing.assert_allclose(found.fractions, expected, rtol=1e-6, atol=1e-12)


def test_a_very_large_ion_keeps_its_total_and_its_mean():
    atoms = {"C": 10_000, "H": 16_000, "N": 2_700, "O": 3_000, "S": 100}
    found = envelope(atoms, 50)

    assert found.fractions.sum() == pytest.approx(1, abs=1e-6)
    assert found.mz @ found.fractions == pytest.approx(average_mz(atoms, 50), rel=1e-7)
    assert np.all(np.abs(np.diff(found.mz[found.heights > 1e-3]) * 50 - 1.0027) < 2e-3)


def test_very_broad_envelopes_keep_total_mean_and_spread():
    """Sixty tin and xenon atoms each: ten and nine isotopes, seen one mass number apart."""
    atoms = {"Sn": 60, "Xe": 60}
    found = envelope(atoms, 1)
    spread = sum(
        n * (np.average([m**2 for _, m, _ in TABLE[e]], weights=[f for _, _, f in TABLE[e]])
             - np.average([m for _, m, _ in TABLE[e]], weights=[f for _, _, f in TABLE[e]]) ** 2)
        for e, n in atoms.items()
    )  # fmt: skip
    mean = found.mz @ found.fractions

    assert found.fractions.sum() == pytest.approx(1, abs=1e-6)
    assert mean == pytest.approx(average_mz(atoms, 1), rel=1e-6)
    assert found.fractions @ (found.mz - mean) ** 2 == pytest.approx(spread, rel=1e-3)
    assert np.all(np.abs(np.diff(found.mz[found.heights > 1e-3]) - 1) < 0.01)


def test_most_abundant_isotopes_are_not_the_highest_peak_of_six_dysprosium():
    found = envelope(DY6, 1)

    assert most_abundant_isotopes_mz(DY6, 1) - found.highest == pytest.approx(8.005, abs=0.01)
    assert found.heights[np.argmin(np.abs(found.mz - most_abundant_isotopes_mz(DY6, 1)))] < 0.1


def test_isotopes_written_out_have_their_mass_and_no_others():
    light, heavy = envelope({"C": 6, "H": 6}, 0), envelope({"13C": 6, "D": 6}, 0)

    assert len(light.mz) > len(heavy.mz) == 1
    assert heavy.mz[0] == pytest.approx(6 * (TABLE["C"][1][1] + TABLE["H"][1][1]), rel=1e-12)


def test_a_profile_has_the_area_and_the_width_of_its_resolution():
    one = envelope({"13C": 50}, 1)
    mz = np.linspace(one.mz[0] - 0.5, one.mz[0] + 0.5, 20_001)
    shown = one.profile(mz, 5_000)
    above = mz[shown >= shown.max() / 2]

    assert np.trapezoid(shown, mz) == pytest.approx(1, rel=1e-6)
    assert one.mz[0] / (above[-1] - above[0]) == pytest.approx(5_000, rel=2e-3)


@pytest.mark.parametrize(
    ("make", "fault"),
    [
        (lambda: envelope({}, 1), "an ion without atoms has no envelope; write its formula"),
        (lambda: envelope({"C": 1}, 1, width=0), "the width 0 u is not above 0; write one as 0.05"),
        (
            lambda: envelope({"C": 1}, 1).profile(np.ones(1), 0),
            "the resolution 0 is not above 0; write one as 20000",
        ),
    ],
)
def test_what_has_no_envelope_is_refused(make, fault):
    with pytest.raises(InputError) as refused:
        make()

    assert str(refused.value) == fault
