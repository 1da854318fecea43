"""Lists of ions: the columns that are found, the digits that count, and faults by line."""

import pytest
from checkout import ROOT
from openpyxl import Workbook
from published_ions import IONS

from assemblysim.errors import InputError
from assemblysim.mechanism.ions.chemical_formula import FormulaReader
from assemblysim.spectra.ion_list import read_ion_list

READER = FormulaReader({"Dy": "Dy", "L": "C29H19N5O4", "Pd": "Pd"})


def listed(tmp_path, text, name="list.csv"):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return read_ion_list(path, READER)


def test_columns_are_found_by_what_papers_call_them(tmp_path):
    found = listed(
        tmp_path,
        "Core;Assignment;z;m/z (calc.);m/z (found);notes\n"
        "Dy2L;[Dy2(L)(OH)3];1+;925,10;925,13;weak\n"
        ";[Pd2(L)2]2+;;1180.2;;\n".replace("1180.2", "1180,2"),
    )
    first, second = found.ions

    assert (first.species, first.written, first.ion.charge) == ("Dy2L", "[Dy2(L)(OH)3]", 1)
    assert (first.calculated, first.found) == ("925.10", 925.13)
    assert (second.species, second.ion.charge, second.calculated) == ("", 2, "1180.2")
    assert (second.written, second.found) == ("[Pd2(L)2]", None)
    assert found.notices == (f"{tmp_path / 'list.csv'}: left alone: notes",)


def test_a_spreadsheet_counts_to_the_most_decimals_of_its_column(tmp_path):
    book = Workbook()
    book.active.append(["ion", "charge", "calculated"])
    book.active.append(["[Dy2(L)(OH)3]", 1, 891.4])
    book.active.append(["[Dy2(L)(OH)2(OMe)]", 1, 877.49])
    book.save(tmp_path / "list.xlsx")

    found = read_ion_list(tmp_path / "list.xlsx", READER)

    assert [one.calculated for one in found.ions] == ["891.40", "877.49"]


@pytest.mark.parametrize(
    ("charge", "value"), [("2", 2), ("2+", 2), ("+2", 2), ("−1", -1), ("-", 0)]
)
def test_charges_in_a_column(tmp_path, charge, value):
    assert listed(tmp_path, f"ion,charge\n[Dy2(L)],{charge}\n").ions[0].ion.charge == value


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (
            "name,calculated\nA,1\n",
            "line 1: no column of ions among name and calculated; call it 'ion', the others "
            "'charge', 'calculated', 'found' and 'species'",
        ),
        (
            "ion,formula\nA,B\n",
            "line 1: 'ion' and 'formula' are both of the kind 'ion'; rename one",
        ),
        (
            "ion,charge\n[Dy2(L)]+,2\n",
            "line 2: '[Dy2(L)]+' has the charge +1, but its column says +2; mend one of them",
        ),
        ("ion,charge\n[Dy2(L)],1.5\n", "line 2: the charge '1.5' is not a whole number of at most "
         "60 in size"),
        (
            "ion,calculated\n[Dy2(L)],900.1\n",
            "line 2: '[Dy2(L)]' has no charge, so no m/z; write the charge behind it, as [...]2+, "
            "or in a column 'charge'",
        ),
        ("ion,calc\n[Dy2(L)]+,-3\n", "line 2: m/z -3 is not between 0 and 1000000; mend it"),
        (
            "ion,calc\n[Dy2(L)]+,many\n",
            "line 2: 'many' is not a number; write the m/z, or nothing",
        ),
        ("ion\ne-\n", "line 2: 'e-' holds no atoms; write the formula of an ion"),
        ("ion,calc\n,5\n", "line 2: the ion is blank; write its formula"),
    ],
)  # fmt: skip
def test_a_fault_is_one_line(tmp_path, text, fault):
    with pytest.raises(InputError) as refused:
        listed(tmp_path, text)

    assert str(refused.value) == f"{tmp_path / 'list.csv'}: {fault}"


def test_every_faulty_line_is_told(tmp_path):
    with pytest.raises(InputError) as refused:
        listed(tmp_path, "ion,charge\n[Dy2(Q)],1\n[Dy2(L)],1\n[Dy2(],1\n")

    assert [line.split(": ")[1] for line in refused.value.lines] == ["line 2", "line 4"]


def test_the_published_ions_are_transcribed_as_they_were_printed():
    found = [
        (one.species, one.written.replace("(L)", f"(L{number})"), one.ion.charge, one.calculated,
         one.found)
        for number, name in ((1, "dy6"), (2, "hnp_dy6"))
        for one in read_ion_list(ROOT / "fits" / name / "ions.csv", READER).ions
        if one.ion.charge
    ]  # fmt: skip

    assert [one[:3] for one in found] == [ion[1:4] for ion in IONS]
    # Where no number was calculated, the list of the tests has the measured one.
    assert [float(one[3]) if one[3] else one[4] for one in found] == [ion[4] for ion in IONS]
    assert [one[3] for one in found].count("") == 2
