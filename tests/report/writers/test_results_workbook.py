"""The workbook of results: a sheet a question, numbers as numbers, charts over the right cells."""

import io
from dataclasses import replace

import numpy as np
import openpyxl
from report_example import result_of, summary

from assemblysim.report.content.stored import Curve, StoredCourse, StoredStudy
from assemblysim.report.writers.numbers import number_files
from assemblysim.report.writers.results_workbook import results_workbook

TIMES = np.linspace(0, 4, 5)
BAND = np.arange(5.0)[:, None] + TIMES


def study_of(tmp_path):
    result = result_of(summary())
    best = max(result.comparison.probabilities, key=result.comparison.probabilities.get)
    data = np.array([[1.0, 2.0], [3.0, 4.0]])
    curves = (
        Curve("A", True, "mM", BAND, np.zeros((3, 0)), data, None),
        Curve("=B", False, "mM", 2 * BAND, np.zeros((3, 0)), np.zeros((2, 0)), None),
    )
    return StoredStudy(tmp_path, result, {best: (StoredCourse("e", TIMES, curves),)})


def book_of(study):
    content = results_workbook(study, number_files(study))
    return openpyxl.load_workbook(io.BytesIO(content))


def test_each_question_has_a_sheet_and_the_first_one_leads_there(tmp_path):
    book = book_of(study_of(tmp_path))
    every = [cell.hyperlink for cell in book["questions"]["A"][2:]]
    links = [one.location or one.target for one in every]

    assert book.sheetnames[:2] == ["questions", "which mechanism"]
    assert "data and fit" in book.sheetnames
    assert links == [f"#'{name}'!A1" for name in book.sheetnames[1:]]
    assert book["which mechanism"]["A1"].value == "Which mechanism is at work?"


def test_probabilities_are_numbers_under_a_chart_of_them(tmp_path):
    study = study_of(tmp_path)
    sheet = book_of(study)["which mechanism"]
    heads = [cell.value for cell in sheet[4]]
    column = heads.index("probability") + 1
    found = {sheet.cell(row, 1).value: sheet.cell(row, column).value for row in range(5, 8)}
    (chart,) = sheet._charts
    letter = sheet.cell(4, column).column_letter

    for name, probability in study.result.comparison.probabilities.items():
        assert abs(found[name] - probability) < 1e-5
    assert chart.series[0].val.numRef.f == f"'which mechanism'!${letter}$5:${letter}$7"


def test_courses_have_a_chart_each_with_band_and_data(tmp_path):
    sheet = book_of(study_of(tmp_path))["data and fit"]
    heads = [cell.value for cell in sheet[4]]
    first, second = sheet._charts

    assert heads[:3] == ["time (h)", "A, low (mM)", "A, median (mM)"]
    assert [sheet.cell(9, column).value for column in (1, 2, 3, 4)] == [4.0, 4.0, 6.0, 8.0]
    assert (len(first.series), len(second.series)) == (4, 3)
    place = heads.index("A, measured at (h)") + 1
    points = first.series[3]
    assert points.xVal.numRef.f.endswith(f"${sheet.cell(4, place).column_letter}$6")
    assert [sheet.cell(row, place + 1).value for row in (5, 6, 7)] == [3.0, 4.0, None]


def test_no_name_is_a_formula(tmp_path):
    sheet = book_of(study_of(tmp_path))["data and fit"]
    cell = next(cell for cell in sheet[4] if str(cell.value).startswith("=B"))

    assert cell.data_type == "s"


def test_when_to_stop_says_in_which_units(tmp_path):
    windows = "mechanism,species,quantity,median\nx,B,start,0.5\nx,B,peak_share,0.25\n"
    content = results_workbook(study_of(tmp_path), {"windows.csv": windows})
    sheet = openpyxl.load_workbook(io.BytesIO(content))["when to stop"]

    assert [sheet.cell(row, 4).value for row in (5, 6)] == [0.5, 0.25]
    assert "start, end and peak_time in h, peak_share a fraction" in sheet["A2"].value


def test_mechanisms_and_steps_are_called_by_their_titles_and_headings_have_spaces(tmp_path):
    study = study_of(tmp_path)
    mechanisms = {
        name: replace(one, title=f"the way of {name}")
        for name, one in study.result.mechanisms.items()
    }
    book = book_of(replace(study, result=replace(study.result, mechanisms=mechanisms)))
    best = next(iter(study.courses))

    assert book["which mechanism"]["A5"].value == f"the way of {best}"
    assert "log evidence" in [cell.value for cell in book["which mechanism"][4]]
    assert f"the way of {best} describe" in book["data and fit"]["A1"].value
