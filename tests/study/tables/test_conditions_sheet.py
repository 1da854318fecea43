"""Workbooks as chemists keep them: a sheet of what was mixed beside those of the data."""

import openpyxl
import pytest

from assemblysim.commands.new_study import Beginning, new_study
from assemblysim.errors import InputError
from assemblysim.study.definition.reading import read_study
from assemblysim.study.tables.conditions_sheet import ListedExperiment, listed_experiments

SPECIES = ("A", "B", "B2")
MODEL = """
[species]
A = "M"
B = "M"
B2 = "2M"
[reactions]
turn = "A -> B ; k_turn"
pair = "2 B -> B2 ; k_pair"
"""
DATA = [
    ["A and B by NMR, 2024"],
    ["time", "A", "B"],
    ["min", "mM", "mM"],
    [30, 3.0, 1.0],
    [60, 2.0, 1.5],
]
ACROSS = [
    ["What was mixed"],
    ["experiment", "A", "T", "solvent"],
    [None, "mM", "degC", None],
    ["dilute", 4.0, 25, "MeCN"],
    ["dense", "8 mM", 40, "MeCN"],
]
ONE_ROW = "experiment", "sheet", "A (mM)"


@pytest.fixture
def book(tmp_path):
    def write(**sheets):
        made = openpyxl.Workbook()
        made.remove(made.active)
        for name, rows in sheets.items():
            sheet = made.create_sheet(name)
            for row in rows:
                sheet.append(row)
        made.save(tmp_path / "data.xlsx")
        return tmp_path / "data.xlsx"

    return write


def test_a_sheet_lists_experiments_by_the_names_of_theirs(book):
    found, said = listed_experiments(book(conditions=ACROSS, dilute=DATA, Dense=DATA), SPECIES)

    assert found == (
        ListedExperiment("dilute", "dilute", (("A", "4 mM"),), "25 degC"),
        ListedExperiment("dense", "Dense", (("A", "8 mM"),), "40 degC"),
    )
    assert said == (
        "sheet 'conditions': read as what was mixed",
        "sheet 'conditions': 'solvent' is left out",
    )


def test_labels_and_values_below_each_other_are_those_of_the_one_table(book):
    rows = [["A (mM)", 4], ["B", 0.5, "mM"], ["temperature", "25 degC"], ["operator", "x"]]
    found, said = listed_experiments(book(kinetics=DATA, made=rows), SPECIES)

    wanted = (("A", "4 mM"), ("B", "0.5 mM"))
    assert found == (ListedExperiment("kinetics", "kinetics", wanted, "25 degC"),)
    assert said[1:] == ("sheet 'made': 'operator' is left out",)


def test_a_workbook_without_such_a_sheet_lists_nothing(book):
    assert listed_experiments(book(one=DATA, notes=[["nothing"], ["of it"]]), SPECIES) == ((), ())


@pytest.mark.parametrize(
    ("rows", "line"),
    [
        ([ONE_ROW, ["x", "y", 1]], "row 2: no sheet 'y' with a column of times; there are 'one'"),
        ([ONE_ROW, ["x", "one", "much"]], "row 2: 'much' is not a quantity"),
        ([("experiment", "A"), ["one", 1]], "row 2: 'A' has no unit; write it as 'A (mM)'"),
        ([("experiment", "A (mM)", "A / uM"), ["one", 1, 2]], "two columns are labelled 'A'"),
        ([("experiment", "A (mM)", "T"), ["one", 1, 25]], "row 2: 'T' has no unit"),
    ],
)
def test_what_cannot_be_read_is_told_with_its_place(rows, line, book):
    path = book(one=DATA, mixed=rows)
    with pytest.raises(InputError) as fault:
        listed_experiments(path, SPECIES)
    assert str(fault.value).startswith(f"{path}: sheet 'mixed': {line}")


def test_new_writes_a_study_of_all_experiments_of_a_workbook(book, tmp_path):
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "small.toml").write_text(MODEL)
    folder, path = tmp_path / "fits" / "mine", book(conditions=ACROSS, dilute=DATA, dense=DATA)
    said = new_study(Beginning(folder, "small", path))
    study = read_study(folder)

    assert [one.name for one in study.experiments] == ["dilute", "dense"]
    assert [one.initial for one in study.experiments] == [(("A", 4.0),), (("A", 8.0),)]
    assert study.experiments[1].table.values.tolist() == [[3.0, 1.0], [2.0, 1.5]]
    assert study.experiments[1].conditions.protocol.programme.at(0.0) == pytest.approx(313.15)
    assert study.notes == ()
    assert "experiments: dilute, dense" in said
    with pytest.raises(InputError, match="says itself what was mixed"):
        new_study(Beginning(tmp_path / "fits" / "other", "small", path, initial=("A=1 mM",)))


def test_of_several_sheets_the_only_one_with_a_table_is_read(book, tmp_path):
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "small.toml").write_text(MODEL)
    folder = tmp_path / "fits" / "mine"
    path = book(notes=[["made by", "somebody"], ["on", "a day"]], data=DATA)
    new_study(Beginning(folder, "small", path, initial=("A=4 mM",)))
    table = read_study(folder).experiments[0].table

    assert table.values.tolist() == [[3.0, 1.0], [2.0, 1.5]]
    assert "sheet 'data': the only one that holds a table" in table.notices


def test_a_first_experiment_called_as_a_unit_is_no_row_of_units(book):
    rows = [["experiment", "A (mM)", "T (degC)"], ["1", 1, None], ["a", 2, None]]
    found, _ = listed_experiments(book(conditions=rows, **{"1": DATA, "a": DATA}), SPECIES)

    assert [(one.name, one.initial) for one in found] == [
        ("1", (("A", "1 mM"),)),
        ("a", (("A", "2 mM"),)),
    ]


def test_a_column_of_times_is_none_of_temperatures(book):
    rows = [["experiment", "A (mM)", "t (h)", "T (degC)"], ["one", 1, 24, 60]]
    found, said = listed_experiments(book(conditions=rows, one=DATA), SPECIES)

    assert found == (ListedExperiment("one", "one", (("A", "1 mM"),), "60 degC"),)
    assert said[1:] == ("sheet 'conditions': 't (h)' is left out",)


def test_a_temperature_without_its_scale_is_told_to_state_one(book):
    rows = [["experiment", "A (mM)", "T"], ["one", 1, 60]]
    with pytest.raises(InputError, match=r"'T' has no unit; write it as 'T \(degC\)'"):
        listed_experiments(book(conditions=rows, one=DATA), SPECIES)


def test_two_experiments_with_data_in_one_sheet_are_refused(book):
    rows = [ONE_ROW, ("a", "one", 4.0), ("b", "two", 5.0), ("c", "ONE", 6.0)]

    with pytest.raises(InputError, match="'c' has its data in sheet 'one', and so has 'a'; give"):
        listed_experiments(book(conditions=rows, one=DATA, two=DATA), SPECIES)
