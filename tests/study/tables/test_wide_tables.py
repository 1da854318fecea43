import numpy as np
import openpyxl
import pytest

from assemblysim.errors import InputError
from assemblysim.measurement.data import Measurement, Signal
from assemblysim.measurement.noise.registry import NOISES
from assemblysim.measurement.scales import SCALES
from assemblysim.study.definition.tables import read_intensities
from assemblysim.study.tables.wide_tables import holds_measurement, is_not_detected

SIGNALS = (Signal("A", (("A", 1.0),)), Signal("B", (("B", 1.0),)))
SPECTRA = Measurement(SCALES["per spectrum"], NOISES["proportional"], SIGNALS, 0.005)
ABSOLUTE = Measurement(SCALES["absolute"], NOISES["constant"], SIGNALS)


def sheet(tmp_path, header, *rows):
    """The path of a workbook; what is written as "12%" becomes a number shown in per cent."""
    book = openpyxl.Workbook()
    book.active.append(header)
    for number, row in enumerate(rows, start=2):
        for column, cell in enumerate(row, start=1):
            per_cent = isinstance(cell, str) and cell.endswith("%")
            place = book.active.cell(number, column, float(cell[:-1]) / 100 if per_cent else cell)
            place.number_format = "0.0%" if per_cent else "General"
    book.save(tmp_path / "data.xlsx")
    return tmp_path / "data.xlsx"


def test_numbers_shown_in_per_cent_are_read_as_they_are_shown(tmp_path):
    path = sheet(tmp_path, ["time (h)", "A", "B"], [1, "7%", "30%"], [2, "12.5%", 0])
    found = read_intensities(path, SPECTRA, "mM")

    assert found.values.tolist() == [[7, 30], [12.5, 0]]
    assert "columns 'A' and 'B' read in %, as the cells are formatted" in found.notices

    path = sheet(tmp_path, ["time (h)", "A (%)", "B"], [1, "7%", "30%"])
    assert read_intensities(path, ABSOLUTE, "%").values.tolist() == [[7, 30]]


def test_a_long_table_has_its_per_cents_as_well(tmp_path):
    rows = ([1, "A", "7%"], [1, "B", "30%"])
    path = sheet(tmp_path, ["time (h)", "species", "value"], *rows)

    assert read_intensities(path, ABSOLUTE, "%").values.tolist() == [[7, 30]]


@pytest.mark.parametrize(
    ("header", "row", "says"),
    [
        (["time (h)", "A", "B"], ["7%", 0.3], "cells of 'A' are formatted as % and those of 'B'"),
        (["time (h)", "A (mM)", "B"], ["7%", "30%"], "column 'A (mM)' is in mM and its cells are"),
    ],
)
def test_per_cent_beside_something_else_is_refused(tmp_path, header, row, says):
    with pytest.raises(InputError) as refusal:
        read_intensities(sheet(tmp_path, header, [1, *row]), SPECTRA, "mM")
    assert says in str(refusal.value)


def test_per_cents_of_a_text_file_are_read_as_they_are_written(tmp_path):
    path = tmp_path / "data.csv"
    path.write_text("time (h),A,B\n1,70%,30 %\n2,99.5 %,<1%\n", encoding="utf-8")
    found = read_intensities(path, ABSOLUTE, "%")

    assert found.values.tolist() == [[70, 30], [99.5, 0]]
    assert found.limits is not None
    assert found.limits[1, 1] == 1

    path.write_text("time (h),A,B\n1,70%,30 %\n2,0.995,0.005\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"line 3: column 'A': 0.995 stands among cells"):
        read_intensities(path, SPECTRA, "mM")


@pytest.mark.parametrize("word", ["NA", "NaN", "N/A", "null"])
def test_what_programs_write_for_not_measured_is_blank(tmp_path, word):
    path = tmp_path / "data.csv"
    path.write_text(f"time (h),A,B\n1,7,{word}\n2,{word},{word}\n3,1,2\n", encoding="utf-8")
    found = read_intensities(path, SPECTRA, "mM")

    np.testing.assert_equal(found.values, [[7, np.nan], [1, 2]])
    assert "1 row without any intensity left out: line 3" in found.notices


def test_a_minus_of_a_text_program_is_one(tmp_path):
    path = tmp_path / "data.csv"
    path.write_text("time (h);A (mM);B (mM)\n1;7,0;\u22120,5\n", encoding="utf-8")

    assert read_intensities(path, ABSOLUTE, "mM").values.tolist() == [[7, -0.5]]


def test_a_column_partly_in_per_cent_is_refused(tmp_path):
    path = sheet(tmp_path, ["time (h)", "A", "B"], [1, "7%", "30%"], [2, 0.08, "20%"])
    with pytest.raises(InputError, match=r"row 3: column 'A': 0\.08 stands among cells"):
        read_intensities(path, SPECTRA, "mM")


def test_a_time_in_per_cent_is_refused(tmp_path):
    path = sheet(tmp_path, ["time (h)", "A", "B"], ["50%", 1, 2])
    with pytest.raises(InputError, match="time: 50 % is no time; format the cell as a number"):
        read_intensities(path, SPECTRA, "mM")


ABOUT = ["~3", "≈ 3.5", "3 ± 1", "3(1)", "3-5", ">5", "ca. 3", "approx 0.2", "(4)", "3/4"]
NOTES = ["mean of 3", "*", "May 2021", "2021-05-03", "4.5.2021", "n = 3", "", "-"]


def test_a_number_with_doubts_is_data_and_a_note_is_not():
    assert [one for one in ABOUT if not holds_measurement(one)] == []
    assert [one for one in NOTES if holds_measurement(one)] == []


def test_a_last_row_of_doubtful_numbers_is_refused_and_not_dropped(tmp_path):
    path = tmp_path / "data.csv"
    path.write_text("time (h);A;B\n1;2;3\n;~3;~5\n", encoding="utf-8")
    with pytest.raises(InputError, match="line 3: no time; write one") as refusal:
        read_intensities(path, SPECTRA, "mM")
    assert "line 3: column 'A': '~3' is not a number" in str(refusal.value.lines)

    path.write_text("time (h);A;B\n1;2;3\nby hand;;May 2021\n", encoding="utf-8")
    assert len(read_intensities(path, SPECTRA, "mM").times) == 1


@pytest.mark.parametrize("text", ["u.d.N.", "<NWG", "< BG", "<LLOD"])
def test_what_german_laboratories_write_below_a_limit_was_not_detected(text):
    assert is_not_detected(text)
