"""The shipped table of isotopes: complete, and in agreement with two other packages."""

import pytest
from molmass import ELECTRON, ELEMENTS
from pyteomics.mass import nist_mass

from assemblysim.errors import InputError
from assemblysim.isotopes.envelopes import ELECTRON_MASS
from assemblysim.isotopes.table import is_isotope, isotope_table, isotopes_of, table_rows


def test_fractions_of_every_element_in_nature_add_up_to_one():
    sums = {e: sum(one.fraction for one in every) for e, every in isotope_table().items()}

    assert {e for e, total in sums.items() if total == 0} >= {"Tc", "Pm", "Ra", "Am"}
    assert {e: s for e, s in sums.items() if s and abs(s - 1) > 1e-9} == {}
    assert sum(1 for s in sums.values() if s) == 84


def test_masses_are_those_of_molmass_and_pyteomics():
    for element, every in isotope_table().items():
        for one in every:
            theirs = ELEMENTS[element].isotopes[one.number].mass
            assert one.mass == pytest.approx(theirs, rel=1e-7)
            if one.fraction:
                assert one.mass == pytest.approx(nist_mass[element][one.number][0], rel=1e-6)
    assert pytest.approx(ELECTRON.mass, rel=1e-9) == ELECTRON_MASS


def test_abundances_agree_with_pyteomics_but_where_they_were_revised():
    differing = {
        element
        for element, every in isotope_table().items()
        for one in every
        if abs(one.fraction - nist_mass[element][one.number][1]) > 2e-3
    }

    assert differing <= {"Zn", "Ge", "Mo", "Yb", "Pt", "Se", "Cd", "Kr"}


def test_an_isotope_stands_for_itself():
    assert isotopes_of("13C")[0].fraction == 1
    assert isotopes_of("D") == isotopes_of("2H")
    assert [one.number for one in isotopes_of("Pd")] == [102, 104, 105, 106, 108, 110]
    assert is_isotope(164, "Dy")
    assert not is_isotope(165, "Dy")


@pytest.mark.parametrize(
    ("symbol", "fault"),
    [
        ("14C", "no mass of 14C is known; the table has [12C], [13C]"),
        ("T", "no mass of 3H is known; the table has [1H], [2H]"),
        ("Tc", "Tc has no isotopic composition in nature; write an isotope, as [98Tc]"),
        ("Og", "Og has no isotopic composition in nature"),
    ],
)
def test_what_has_no_mass_is_refused(symbol, fault):
    with pytest.raises(InputError) as refused:
        isotopes_of(symbol)

    assert str(refused.value) == fault


def test_tables_are_read_without_comments_and_header():
    rows = table_rows("coordination.csv")

    assert ["Dy", "3", "9"] in rows
    assert all(len(row) == 3 for row in rows)
