import tracemalloc

import openpyxl
import pytest

from assemblysim.errors import InputError
from assemblysim.files.cells import Grid, read_grid
from assemblysim.files.layouts import _fitted
from assemblysim.files.rows import Row, SheetLayout


def written(tmp_path, text, encoding="utf-8"):
    path = tmp_path / "table.csv"
    path.write_text(text, encoding=encoding, newline="")
    return path


def cells(grid):
    return [row.cells for row in grid.rows]


def test_a_csv_file_is_a_header_and_rows_with_their_lines(tmp_path):
    grid = read_grid(written(tmp_path, "a,b\n1,2\n\n3, \n"))

    assert grid.header == ("a", "b")
    assert [row.place for row in grid.rows] == ["line 2", "line 4"]
    assert cells(grid) == [("1", "2"), ("3", None)]


def test_cells_that_are_blank_in_every_row_are_left_before_they_are_looked_at(tmp_path):
    widths = []
    layout = SheetLayout(
        heads=lambda texts: "a" in texts,
        holds=lambda _: True,
        arranged=lambda rows: widths.extend(len(row.cells) for row in rows) or (rows, []),
    )
    blank = "," * 500
    grid = read_grid(
        written(tmp_path, f"title{blank}\na,b{blank}\n1,2{blank}\n3{blank}\n"), layout=layout
    )

    assert cells(grid) == [("1", "2"), ("3", None)]
    assert set(widths) == {2}


def test_comments_and_a_byte_order_mark_are_left_out(tmp_path):
    grid = read_grid(written(tmp_path, '# from "a" source\na,b\n# more\n1,2\n', "utf-8-sig"))

    assert grid.header == ("a", "b")
    assert [row.place for row in grid.rows] == ["line 4"]


def test_windows_line_ends_and_quoted_cells_are_read(tmp_path):
    grid = read_grid(written(tmp_path, 'a,"b, c"\r\n1,"say ""x"""\r\n'))

    assert grid.header == ("a", "b, c")
    assert cells(grid) == [("1", 'say "x"')]


@pytest.mark.parametrize("mark", [";", "\t"])
def test_a_german_export_has_decimal_commas(tmp_path, mark):
    grid = read_grid(written(tmp_path, f"time (h){mark}A\n0,5{mark}1,25e3\n1{mark}7\n"))

    assert grid.numerals.decimal == ","
    assert [grid.number(cell) for cell in grid.rows[0].cells] == [0.5, 1250.0]
    assert grid.number(grid.rows[1].cells[1]) == 7.0


def test_semicolons_with_decimal_points_stay_points(tmp_path):
    grid = read_grid(written(tmp_path, "time (h);A\n0.5;12\n"))

    assert grid.numerals.decimal == "."
    assert grid.number("0.5") == 0.5


def test_a_thousands_separator_is_refused(tmp_path):
    path = written(tmp_path, "time (h);A\n0,5;1.234,5\n")

    with pytest.raises(InputError, match=r"line 2: '1.234,5' has marks between thousands"):
        read_grid(path)
    assert read_grid(path, decimal=",").number("1.234,5") == 1234.5


def test_excel_states_the_separator_in_the_first_line(tmp_path):
    grid = read_grid(written(tmp_path, "sep=;\r\na, in mM;b\r\n1;2\r\n"))

    assert (grid.header, grid.header_place) == (("a, in mM", "b"), "line 2")


def test_a_formatted_cell_far_away_costs_nothing(tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["a", "b"])
    book.active.append([1, 2])
    book.active.cell(4000, 16_384).number_format = "0.00"
    book.save(tmp_path / "table.xlsx")

    tracemalloc.start()
    grid = read_grid(tmp_path / "table.xlsx")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert cells(grid) == [(1.0, 2.0)]
    assert peak < 1e8  # bytes; every row as wide as the widest would be 5e8


@pytest.mark.parametrize("text", ["nan", "inf", "1_000", "0x10", "1e", "--1", "٣", "1e999"])
def test_only_plain_numbers_are_numbers(text):
    with pytest.raises(InputError) as refusal:
        Grid(("a",), "line 1", ()).number(text)

    assert str(refusal.value) == (
        f"'{text}' is not a number; write a number, nothing for not measured, or n.d. for not "
        "detected"
    )


def test_an_xlsx_file_keeps_numbers_as_numbers(tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["# from the laboratory's notebook"])
    book.active.append(["time (h)", "A", None])
    book.active.append([0.5, "n.d.", None])
    book.active.append([None, None, None])
    book.active.append([1, None, None])
    book.create_sheet("empty")
    book.save(tmp_path / "table.xlsx")
    grid = read_grid(tmp_path / "table.xlsx")

    assert grid.header == ("time (h)", "A")
    assert grid.header_place == "row 2"
    assert [row.place for row in grid.rows] == ["row 3", "row 5"]
    assert cells(grid) == [(0.5, "n.d."), (1.0, None)]


def test_numbers_as_text_in_a_workbook_are_doubted_as_in_a_text_file(tmp_path):
    book = openpyxl.Workbook()
    for row in (["time (h)", "A"], [1, "1.500"], [2, 850]):
        book.active.append(row)
    book.save(tmp_path / "table.xlsx")
    with pytest.raises(InputError, match=r"row 2: '1.500' may have its mark between thousands"):
        read_grid(tmp_path / "table.xlsx")

    book.active["B2"] = "1,5"
    book.save(tmp_path / "table.xlsx")
    grid = read_grid(tmp_path / "table.xlsx")
    assert grid.numerals.decimal == ","
    assert [grid.number(row.cells[1]) for row in grid.rows] == [1.5, 850]


@pytest.mark.parametrize(
    ("form", "shown"), [("0.00%", 7), ("0%;[Red]-0%", 7), ("General", None), ('0" %"', None)]
)
def test_a_number_shown_in_per_cent_is_known_from_one_with_a_sign_behind_it(tmp_path, form, shown):
    book = openpyxl.Workbook()
    book.active.append(["A"])
    book.active.append([0.07])
    book.active["A2"].number_format = form
    book.save(tmp_path / "table.xlsx")
    grid = read_grid(tmp_path / "table.xlsx")
    cell = grid.rows[0].cells[0]

    assert getattr(cell, "per_cent", None) == shown
    assert grid.number(cell) == 0.07


def test_a_sheet_is_chosen_by_name(tmp_path):
    book = openpyxl.Workbook()
    book.active.title = "first"
    book.active.append(["a"])
    book.active.append([1])
    book.create_sheet("second").append(["b"])
    book["second"].append([2])
    book.save(tmp_path / "table.xlsx")

    assert read_grid(tmp_path / "table.xlsx", "second").header == ("b",)
    with pytest.raises(InputError) as refusal:
        read_grid(tmp_path / "table.xlsx", "third")
    assert str(refusal.value) == (
        f"{tmp_path}/table.xlsx: has no sheet 'third' with cells; its sheets: 'first', 'second'"
    )
    with pytest.raises(InputError, match="take 'sheet' out"):
        read_grid(written(tmp_path, "a\n1\n"), "second")


def test_a_damaged_xlsx_file_is_refused_in_one_line(tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["a"])
    path = tmp_path / "table.xlsx"
    book.save(path)
    raw = path.read_bytes()
    for cut in (0, 10, len(raw) // 2, len(raw) - 30):
        path.write_bytes(raw[:cut])
        with pytest.raises(InputError) as refusal:
            read_grid(path)
        assert str(refusal.value) == f"{path}: is no XLSX file (BadZipFile); save it as CSV"


def test_columns_behind_z_have_two_letters(tmp_path):
    book = openpyxl.Workbook()
    book.active.append([f"c{i}" for i in range(28)])
    book.active.append([*range(27), "=1+1"])
    book.save(tmp_path / "table.xlsx")

    with pytest.raises(InputError, match="cell AB2: a formula without its result"):
        read_grid(tmp_path / "table.xlsx")


def test_blank_cells_at_the_end_are_cut_and_others_stay(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("time,A,B,,,\n1,2,,,,\n2,,3,,,\n")

    grid = read_grid(path)

    assert grid.header == ("time", "A", "B")
    assert [row.cells for row in grid.rows] == [("1", "2", None), ("2", None, "3")]


def test_a_cell_beyond_the_header_is_refused_wherever_it_stands(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("time,A,,,\n1,2,,5,\n")

    with pytest.raises(InputError, match="line 2: 4 cells, the header has 2"):
        read_grid(path)


def test_a_row_is_copied_once_however_many_blank_cells_trail():
    copied = 0

    class Counted(tuple):
        def __getitem__(self, key):
            nonlocal copied
            copied += isinstance(key, slice)
            return super().__getitem__(key)

    row = _fitted(Row("line 2", Counted(("1", "2", *(None,) * 16_000))), 2, padded=False)
    assert row.cells == ("1", "2")
    assert copied == 1
