"""The results as a workbook: a sheet for each question, with numbers and charts of Excel's own."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.chart import BarChart, Reference, ScatterChart, Series
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from assemblysim.report.content.steps import step_titles
from assemblysim.report.content.stored import Curve, StoredCourse, StoredStudy, ranked_names
from assemblysim.report.document.arrays import Floats
from assemblysim.report.figures.appearance import HUES
from assemblysim.report.sections.forecast.next_spectrum import design_table
from assemblysim.report.titles import title_of
from assemblysim.report.writers.sheets import flat, plain_number

_HEAD_ROW = 4  # question, what the sheet holds, a blank line, headings
_WIDEST = 30  # characters of a column
_CHART = (16, 8)  # cm
_CHARTS_DOWN = 17  # rows that a chart covers
_LOW, _MEDIAN, _HIGH = 0, 2, 4  # of the quantiles of a band

Row = Sequence[str | float | None]
Charts = Callable[[Worksheet, Sequence[str], int], None]


@dataclass(frozen=True)
class _Question:
    """A sheet.

    Attributes:
        sheet: its name.
        question: in its first row.
        holds: what its numbers are.
        file: of the CSV that they are in.
        charts: puts charts beside a table of these headings and so many rows; None for none.
    """

    sheet: str
    question: str
    holds: str
    file: str
    charts: Charts | None = None


def results_workbook(study: StoredStudy, files: Mapping[str, str]) -> bytes:
    """Write a workbook that answers the questions of a study, one a sheet.

    Args:
        study: everything that is stored.
        files: the CSV of programs, as `number_files` gives them.

    Returns:
        The content of an .xlsx file.
    """
    book, titles = Workbook(), _titles(study)
    first = book.worksheets[0]
    for one in _QUESTIONS:
        if one.file not in files:
            continue
        heads, rows = _read(files[one.file])
        rows = [[_titled(h, v, titles) for h, v in zip(heads, row, strict=True)] for row in rows]
        if rows:
            _fill(book.create_sheet(one.sheet), (one.question, one.holds), heads, rows, one.charts)
    for name, courses in study.courses.items():
        if name == next(iter(ranked_names(study.result)), None):
            for i, course in enumerate(courses):
                _add_courses(book, titles["mechanism"].get(name, name), course, i)
    _add_design(book, study)
    first.title = "questions"
    _contents(first, study.result.title, book.worksheets[1:])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _titles(study: StoredStudy) -> dict[str, dict[str, str]]:
    """Return what people read in place of names, by the heading of their column."""
    mechanisms = study.result.mechanisms
    steps = step_titles(mechanisms.values())
    named = {name: title_of(name, one) for name, one in mechanisms.items()}
    return {"mechanism": named, "reaction": steps, "step": steps}


def _titled(head: str, value: str | float, titles: Mapping[str, Mapping[str, str]]) -> str | float:
    return titles.get(head, {}).get(value, value) if isinstance(value, str) else value


def _read(text: str) -> tuple[list[str], list[list[str | float]]]:
    """Return headings and rows of a CSV, numbers as numbers."""
    heads, *rows = csv.reader(io.StringIO(text))
    return heads, [[_number(cell) for cell in row] for row in rows]


def _number(text: str) -> str | float:
    try:
        found = float(text)
    except ValueError:
        return text
    return found if np.isfinite(found) else text


def _contents(sheet: Worksheet, title: str, others: Sequence[Worksheet]) -> None:
    _put(sheet, 1, 1, title, bold=True)
    for row, other in enumerate(others, start=3):
        _put(sheet, row, 1, str(other.cell(1, 1).value))
        sheet.cell(row, 1).hyperlink = f"#'{other.title}'!A1"
        sheet.cell(row, 1).font = Font(color="0563C1", underline="single")
    sheet.column_dimensions["A"].width = 80


def _fill(
    sheet: Worksheet,
    said: tuple[str, str],
    heads: Sequence[str],
    rows: Sequence[Row],
    charts: Charts | None = None,
) -> None:
    """Write question, what is there, headings that stay in sight, rows, and charts beside them."""
    _put(sheet, 1, 1, said[0], bold=True)
    _put(sheet, 2, 1, said[1])
    for column, head in enumerate(heads, start=1):
        _put(sheet, _HEAD_ROW, column, head.replace("_", " "), bold=True)
        cell = sheet.cell(_HEAD_ROW, column)
        cell.border = Border(bottom=Side(style="thin"))
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        longest = max(len(_text(row[column - 1])) for row in rows)
        wide = min(_WIDEST, max(longest, min(len(head), 14)) + 2)
        sheet.column_dimensions[get_column_letter(column)].width = wide
    for place, row in enumerate(rows, start=_HEAD_ROW + 1):
        for column, value in enumerate(row, start=1):
            _put(sheet, place, column, value)
    sheet.freeze_panes = f"B{_HEAD_ROW + 1}"
    if charts is not None:
        charts(sheet, heads, len(rows))


def _text(value: str | float | None) -> str:
    return f"{value:.6g}" if isinstance(value, float) else str(value or "")


def _put(
    sheet: Worksheet, row: int, column: int, value: str | float | None, *, bold: bool = False
) -> None:
    """Set a cell: a number as a number, everything else as text, never a formula."""
    cell = sheet.cell(row, column)
    if isinstance(value, str):
        cell.value = ILLEGAL_CHARACTERS_RE.sub("", value)
        if value:
            cell.data_type = "s"
    else:
        cell.value = value
    if bold:
        cell.font = Font(bold=True)


def _place(heads: Sequence[str], number: int) -> str:
    """Return where the chart of a number stands: right of the table, below each other."""
    return f"{get_column_letter(len(heads) + 2)}{_HEAD_ROW + _CHARTS_DOWN * number}"


def _sized(chart: BarChart | ScatterChart, title: str, across: str, up: str) -> None:
    chart.title, chart.x_axis.title, chart.y_axis.title = title, across, up
    chart.width, chart.height = _CHART
    # Excel leaves axes out where this is not said.
    chart.x_axis.delete = chart.y_axis.delete = False


def _column(sheet: Worksheet, column: int, rows: int, columns: int = 1) -> Reference:
    """Return so many columns of a table, from one on, without their heading."""
    last = column + columns - 1
    return Reference(sheet, column, _HEAD_ROW + 1, last, _HEAD_ROW + rows)


def _bars_of(column: str, label: str, title: str, names: int = 1) -> Charts:
    """Return what draws a column as bars, with so many columns of names."""

    def draw(sheet: Worksheet, heads: Sequence[str], rows: int) -> None:
        chart = BarChart()
        chart.type = "bar"
        at = heads.index(column) + 1
        chart.add_data(_column(sheet, at, rows), titles_from_data=False)
        chart.set_categories(_column(sheet, 1, rows, names))
        chart.legend = None
        chart.series[0].graphicalProperties.solidFill = HUES[0].lstrip("#")
        _sized(chart, title, "", label)
        chart.x_axis.scaling.orientation = "maxMin"  # the first on top, as in the table
        chart.height = max(_CHART[1], round(0.6 * rows + 3))
        sheet.add_chart(chart, _place(heads, 0))

    return draw


def _add_courses(book: Workbook, mechanism: str, course: StoredCourse, number: int) -> None:
    """Add a sheet of data and fit of the leading mechanism, a chart for each signal."""
    sheet = book.create_sheet("data and fit" if not number else f"data and fit {number + 1}")
    shown = course.curves
    heads = [f"time ({course.time_unit})"]
    columns: list[Floats] = [course.times]
    for curve in shown:
        heads += [f"{curve.name}, {what} ({curve.axis})" for what in ("low", "median", "high")]
        columns += [curve.band[level] for level in (_LOW, _MEDIAN, _HIGH)]
    for curve in shown:
        if curve.measurements.shape[1]:
            heads += [f"{curve.name}, measured at ({course.time_unit})", f"{curve.name}, measured"]
            columns += list(curve.measurements)
    longest = max(map(len, columns))
    rows = [
        [_known(column[i]) if i < len(column) else None for column in columns]
        for i in range(longest)
    ]
    question = f"Does {mechanism} describe the data? {course.experiment}"
    _fill(sheet, (question, "Median and 95 % band of the fit, and what was measured"), heads, rows)
    place = 3 * len(shown) + 2
    for i, curve in enumerate(shown):
        measured = place if curve.measurements.shape[1] else None
        place += 0 if measured is None else 2
        _course_chart(sheet, heads, (i, len(course.times), measured), curve)


def _course_chart(
    sheet: Worksheet, heads: Sequence[str], at: tuple[int, int, int | None], curve: Curve
) -> None:
    """Draw the band of one curve as lines and what was measured as points.

    `at` is the number of the curve, how many rows it has, and the column of measured times.
    """
    number, rows, measured = at
    chart = ScatterChart()
    chart.style, chart.scatterStyle = 13, "lineMarker"
    times, first = _column(sheet, 1, rows), 2 + 3 * number
    for offset, width, dash in ((0, 9525, "sysDash"), (1, 22225, None), (2, 9525, "sysDash")):
        one = Series(_column(sheet, first + offset, rows), times, title=("2.5 %", "median",
                     "97.5 %")[offset])  # fmt: skip
        one.marker.symbol = "none"
        line = one.graphicalProperties.line
        line.solidFill, line.width, line.dashStyle = HUES[0].lstrip("#"), width, dash
        one.smooth = False
        chart.series.append(one)
    if measured is not None:
        count = curve.measurements.shape[1]
        one = Series(
            _column(sheet, measured + 1, count), _column(sheet, measured, count), title="measured"
        )
        one.marker.symbol, one.marker.size = "circle", 6
        one.marker.graphicalProperties.solidFill = HUES[1].lstrip("#")
        one.graphicalProperties.line.noFill = True
        chart.series.append(one)
    _sized(chart, curve.name, heads[0], curve.axis)
    sheet.add_chart(chart, _place(heads, number))


def _known(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def _add_design(book: Workbook, study: StoredStudy) -> None:
    """Add what to measure next, where that was ranked."""
    if study.design is None or not study.design.candidates:
        return
    table = design_table(study.design)
    heads, rows = flat(table)
    numbers = [[_plain(text) for text in row] for row in rows]
    said = ("What should be measured next?", table.caption)
    _fill(book.create_sheet("what to measure next"), said, heads, numbers)


def _plain(text: str) -> str | float:
    number = plain_number(text)
    return text if number is None else float(number)


_QUESTIONS = (
    _Question(
        "which mechanism", "Which mechanism is at work?",
        "Probability with its 95 % interval, log evidence (nats), and other criteria",
        "mechanisms.csv",
        _bars_of("probability", "probability", "Probability of each mechanism"),
    ),
    _Question(
        "how fast", "How fast are the steps?",
        "Medians and 95 % intervals of rate constants and other unknowns, with their units",
        "parameters.csv",
    ),
    _Question(
        "how long", "How long does each species live?",
        "Medians and 95 % intervals", "lifetimes.csv",
    ),
    _Question(
        "which route", "By which route is each product made?",
        "Fraction of each product that each reaction made, with its 95 % interval", "pathways.csv",
        _bars_of("median", "fraction of the product", "Routes", names=4),
    ),
    _Question(
        "when to stop", "When should the reaction be stopped?",
        "While an intermediate holds more than the stated fraction of the scarcest component: "
        "start, end and peak_time in h, peak_share a fraction of that component",
        "windows.csv",
    ),
    _Question(
        "which step matters", "Which step governs the yields?",
        "Degrees of rate control with their 95 % intervals", "rate_control.csv",
    ),
)  # fmt: skip
