"""Which peak a printed number is, against peaks that were convolved straight from the table."""

import pytest
from direct_envelopes import made_up_ions, peaks

from assemblysim.spectra.printed_numbers import (
    IonPeaks,
    calculated_peak,
    found_verdict,
    half_of_last_digit,
    ppm,
    remark_on,
)
from assemblysim.spectra.tolerance import read_tolerance

DY2 = IonPeaks({"Dy": 2, "C": 31, "H": 24, "N": 5, "O": 8}, 1)
BENZENE = IonPeaks({"C": 6, "H": 6}, 1)


@pytest.mark.parametrize(("printed", "half"), [("877.49", 0.005), ("1266", 0.5), ("2.0", 0.05)])
def test_half_of_the_last_digit(printed, half):
    assert half_of_last_digit(printed) == pytest.approx(half)


def test_every_peak_of_made_up_ions_is_a_peak_and_no_number_between_them():
    for atoms, charge in made_up_ions(40, seed=5):
        ion = IonPeaks(atoms, charge)
        direct = peaks(atoms, charge, least=0.011)
        highest = max(direct, key=lambda pair: pair[1])[0]
        for mz, _ in direct:
            which = calculated_peak(f"{mz:.4f}", ion)
            assert which != "none"
            assert ("highest" in which) == (mz == highest)
            assert calculated_peak(f"{mz + 0.3 / abs(charge):.4f}", ion) == "none"


def test_the_boundary_is_half_the_last_digit():
    mz = DY2.whole.highest
    for decimals in (1, 2, 3):
        digit = 10.0**-decimals
        nearest = f"{mz:.{decimals}f}"
        assert "highest" in calculated_peak(nearest, DY2)
        assert calculated_peak(f"{float(nearest) + digit:.{decimals}f}", DY2) == "none"


def test_most_abundant_isotopes_are_the_highest_peak_of_organic_ions_only():
    assert calculated_peak(f"{BENZENE.most_abundant_mz:.4f}", BENZENE) == (
        "most abundant isotopes and highest"
    )
    assert calculated_peak(f"{DY2.most_abundant_mz:.4f}", DY2) == "most abundant isotopes"
    assert calculated_peak(f"{DY2.whole.highest:.4f}", DY2) == "highest"
    assert calculated_peak("", DY2) == "not printed"
    assert calculated_peak("926", DY2) == "too few digits"


def test_numbers_of_another_kind_are_named():
    average = sum(DY2.whole.mz * DY2.whole.fractions)
    assert remark_on(f"{average:.3f}", DY2) == "the average mass, at which no ion has a peak"
    double = IonPeaks(DY2.atoms, 2).whole.highest
    assert remark_on(f"{double:.4f}", DY2) == "a peak of the same formula with the charge 2+"
    bare = DY2.whole.highest + 5.4858e-4
    assert calculated_peak(f"{bare:.4f}", DY2) == "none"
    assert remark_on(f"{bare:.4f}", DY2) == "a peak if the mass of the electrons is left out"
    assert remark_on("500.1234", DY2) == ""


def test_a_measured_number_is_judged_by_a_stated_tolerance_only():
    mz = DY2.whole.highest * (1 + 15e-6)
    assert found_verdict(mz, DY2, None) == "no tolerance stated"
    assert found_verdict(mz, DY2, read_tolerance("16 ppm")) == "within"
    assert found_verdict(mz, DY2, read_tolerance("14 ppm")) == "outside"
    assert found_verdict(None, DY2, read_tolerance("14 ppm")) == "not printed"
    assert ppm(mz, DY2.whole.highest) == pytest.approx(15)
