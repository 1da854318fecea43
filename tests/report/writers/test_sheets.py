import csv
import io

import openpyxl
import pytest
from report_example import summary
from report_pages import document

from assemblysim.report.document.collected import FiledTable, filed_tables
from assemblysim.report.document.nodes import Cell, Table
from assemblysim.report.writers.sheets import csv_text, plain_number, workbook

NAMES = ("Dy2L", "Dy6L2")


def table(*rows, columns=("a", "b")):
    cells = tuple(tuple(c if isinstance(c, Cell) else Cell(c) for c in row) for row in rows)
    return Table("A table of Dy6L2", columns, cells)


def book_of(*tables):
    return openpyxl.load_workbook(io.BytesIO(workbook(tables, "Which way to Dy6L2?", NAMES)))


@pytest.mark.parametrize(
    ("printed", "plain"),
    [
        ("190", "190"),
        ("−3.02", "-3.02"),
        ("-3.02", "-3.02"),
        ("2.5 × 10⁻⁶", "2.5e-6"),
        ("1.0 × 10⁵", "1.0e5"),
        ("0.31 (0.22 to 0.42)", None),
        ("48 %", None),
        ("1 h", None),
        ("–", None),
        ("", None),
    ],
)
def test_numbers_of_print_become_numbers_of_programs(printed, plain):
    assert plain_number(printed) == plain


def test_a_csv_file_gives_back_every_text_of_its_table():
    for one in filed_tables(document(summary())):
        read = list(csv.reader(io.StringIO(csv_text(one.table))))
        texts = [plain_number(c.text) or c.text for row in one.table.rows for c in row]
        notes = [plain_number(c.note) or c.note for row in one.table.rows for c in row]

        assert len({len(row) for row in read}) == 1
        assert len(read) == len(one.table.rows) + 1
        assert set(filter(None, (*texts, *notes))) <= {cell for row in read[1:] for cell in row}


def test_second_lines_have_columns_of_their_own_where_there_are_any():
    read = csv_text(table(("x", Cell("0.47", "−1.46")), ("y", "0.9")))

    assert read == "a,b,b (second line)\nx,0.47,-1.46\ny,0.9,\n"


@pytest.mark.parametrize("text", ["=1+1", "+cmd", "-x", "@SUM(A1)", "\t=1"])
def test_no_text_is_a_formula_in_a_spreadsheet(text):
    found = table((text, "1"))

    assert next(csv.reader([csv_text(found).splitlines()[1]]))[0] == f"'{text}"
    cell = book_of(FiledTable("t", "", found))["t"].cell(4, 1)
    assert (cell.data_type, cell.value) == ("s", text)


def test_the_workbook_has_a_sheet_for_each_table_and_contents_that_lead_there():
    tables = filed_tables(document(summary()))
    book = book_of(*tables)
    contents = book["contents"]
    links = [contents.cell(row, 1) for row in range(3, contents.max_row + 1)]

    assert len(book.worksheets) == len(tables) + 1
    assert [cell.value for cell in links] == book.sheetnames[1:]
    assert [cell.hyperlink.location or cell.hyperlink.target for cell in links] == [
        f"#'{name}'!A1" for name in book.sheetnames[1:]
    ]


def test_numbers_are_numbers_and_formulas_are_typeset_in_the_workbook():
    sheet = book_of(FiledTable("t", "both", table(("Dy2L", "−2.5 × 10⁻⁶"))))["t"]

    assert sheet["A1"].value == "A table of Dy₆L₂ (both)"
    assert sheet["A4"].value == "Dy₂L"
    assert sheet["B4"].value == -2.5e-6
    assert sheet.freeze_panes == "B4"


def test_long_and_equal_names_of_sheets_stay_apart():
    stems = ["parameters_" + "x" * 40, "parameters_" + "x" * 41, "PARAMETERS_" + "x" * 40]
    names = book_of(*(FiledTable(stem, "", table(("1", "2"))) for stem in stems)).sheetnames

    assert len({name.casefold() for name in names}) == 4
    assert max(map(len, names)) == 31


def test_characters_that_no_workbook_holds_are_left_out():
    assert book_of(FiledTable("t", "", table(("a\x00b", "2"))))["t"]["A4"].value == "ab"
