"""A new study is what `check` accepts, whatever the table's form; nothing is written over."""

from __future__ import annotations

import pytest

from assemblysim.commands.new_study import Beginning, decimal_mark, new_study
from assemblysim.errors import InputError
from assemblysim.study.definition.reading import read_study

MODEL = """
title = "Two \\"steps\\" to a dimer"
[species]
A = "M"
B = "M"
B2 = "2M"
[reactions]
turn = "A -> B ; k_turn"
pair = "2 B <=> B2 ; k_pair, k_part"
[mechanisms]
forward = ["turn", "pair"]
only_turn = ["turn"]
"""
TABLES = {
    "per spectrum": "time (h),A,B,B2,m/z\n0.5,60,30,10,5\n1,40,35,25,5\n2,20,30,0,5\n",
    "absolute": "Zeit / min;A / mM;B2 / mM\n30;6,5;1,5\n60;4,5;2,5\n",
    "long": "time (h),species,intensity\n0.5,B,3\n0.5,A,6\n1,A,4\n1,B,5\n",
}


@pytest.fixture
def place(tmp_path):
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "small.toml").write_text(MODEL)
    return tmp_path


def begin(place, table, *initial, folder="mine"):
    (place / "table.csv").write_text(table)
    folder = place / "fits" / folder
    return new_study(Beginning(folder, "small", place / "table.csv", None, initial))


@pytest.mark.parametrize(
    ("form", "scale", "signals"),
    [
        ("per spectrum", "per spectrum", ["A", "B", "B2"]),
        ("absolute", "absolute", ["A", "B2"]),
        ("long", "per spectrum", ["B", "A"]),
    ],
)
def test_a_study_is_written_from_the_columns(place, form, scale, signals):
    said = begin(place, TABLES[form], "A=8 mM")
    study = read_study(place / "fits" / "mine")
    assert study.measurement.scale.name == scale
    assert [one.name for one in study.measurement.signals] == signals
    assert study.experiments[0].initial == (("A", 8.0),)
    assert study.title == 'Two "steps" to a dimer'
    assert study.notes == ()
    assert "next: assemblysim check" in said
    assert (place / "fits" / "mine" / "table.csv").read_text() == TABLES[form]


def test_a_guessed_start_is_called_an_example_everywhere(place):
    said = begin(place, TABLES["per spectrum"])
    study = read_study(place / "fits" / "mine")
    assert study.experiments[0].initial == (("A", 10.0),)
    assert "the start, A 10 mM, is an example" in said
    assert study.notes == ("The starting concentrations are examples, not what was mixed.",)
    assert "EXAMPLES" in (place / "fits" / "mine" / "study.toml").read_text()


@pytest.mark.parametrize(
    ("table", "initial", "says"),
    [
        ("time (h),X,Y\n1,2,3\n", (), "no column is called as a species of the model"),
        ("time (h),A,B\n1,2,x\n", (), "table.csv"),
        (TABLES["long"], ("C=1 mM",), "unknown species 'C'"),
    ],
)
def test_a_fault_leaves_nothing_behind(place, table, initial, says):
    with pytest.raises(InputError, match=says):
        begin(place, table, *initial)
    assert not (place / "fits" / "mine").exists()


def test_a_fault_is_told_of_the_table_that_is_there(place):
    with pytest.raises(InputError) as refusal:
        begin(place, "time (h),A,B\n1,2,x\n")
    assert str(refusal.value).startswith(f"{place / 'table.csv'}: line 2")


def test_remedies_are_options_of_the_command(place):
    doubtful = "time (h);A;B\n1;1.500;3.000\n2;1.200;4.000\n"
    with pytest.raises(InputError, match=r'add --decimal "," for 1500 or --decimal "\." for 1\.5'):
        begin(place, doubtful, "A=8 mM")

    folder = place / "fits" / "mine"
    new_study(Beginning(folder, "small", place / "table.csv", None, ("A=8 mM",), decimal_mark(",")))
    assert read_study(folder).experiments[0].table.values.tolist() == [[1500, 3000], [1200, 4000]]
    assert decimal_mark(None) is None
    with pytest.raises(InputError, match="--decimal: ';' is no decimal mark"):
        decimal_mark(";")


def test_other_columns_of_a_long_table_are_ignored_in_the_study(place):
    begin(place, "time (h),species,intensity,operator\n0.5,B,3,x\n0.5,A,6,x\n", "A=8 mM")
    text = (place / "fits" / "mine" / "study.toml").read_text()

    assert 'ignore  = ["operator"]' in text
    assert read_study(place / "fits" / "mine").experiments[0].table.values.tolist() == [[3, 6]]


def test_nothing_is_written_over(place):
    begin(place, TABLES["long"])
    before = (place / "fits" / "mine" / "study.toml").read_text()
    with pytest.raises(InputError, match=r"study.toml: is there already"):
        begin(place, TABLES["per spectrum"])
    (place / "fits" / "other").mkdir()
    (place / "fits" / "other" / "table.csv").write_text("mine")
    with pytest.raises(InputError, match=r"table.csv: is there already"):
        begin(place, TABLES["per spectrum"], folder="other")
    assert (place / "fits" / "other" / "table.csv").read_text() == "mine"
    assert (place / "fits" / "mine" / "study.toml").read_text() == before


def test_a_ratio_beside_a_species_and_units_of_different_size_are_no_traceback(place):
    table = "time (h),A (mM),B (mM),B2 / B,B2 (uM)\n1,2,3,4,5\n2,2,3,4,6\n"
    said = begin(place, table, "A=8 mM")
    study = read_study(place / "fits" / "mine")
    assert "signals: A, B, B2" in said
    assert study.measurement.scale.name == "absolute"
    assert study.experiments[0].table.values[0].tolist() == pytest.approx([2, 3, 0.005])


def test_paths_are_those_that_the_user_sees(place, monkeypatch):
    monkeypatch.chdir(place)
    inside = place / "fits" / "mine" / "data"
    inside.mkdir(parents=True)
    (inside / "t.csv").write_text(TABLES["long"])
    folder = place / "fits" / "mine"
    new_study(Beginning(folder, "models/small.toml", inside / "t.csv", None, ("A=1 mM",)))
    assert read_study(folder).mechanisms == ("forward", "only_turn")
    assert not (folder / "t.csv").exists()


def test_a_link_of_the_user_stays(place):
    (place / "fits" / "mine").mkdir(parents=True)
    link = place / "fits" / "mine" / "study.toml"
    link.symlink_to(place / "nowhere")
    with pytest.raises(InputError, match="is there already"):
        begin(place, TABLES["long"])
    assert link.is_symlink()
