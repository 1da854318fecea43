"""Studies made in Python are those that files would make, with the same faults told."""

import numpy as np
import pandas as pd
import pytest

import assemblysim as asm
from assemblysim.study.definition.reading import read_study

MODEL = """
[species]
M = "M"
M2 = "2M"
[reactions]
pair = "2 M -> M2 ; k_pair"
"""
STUDY = """
title = "the same"
model = "m.toml"
seed = 1
[[experiments]]
name = "experiment"
initial = { M = "1 mM" }
data = "d.csv"
[measurement]
scale = "absolute"
signals = ["M", "M2"]
noise = "proportional"
"""
SEEN = {"time (h)": [0.0, 1.0, 4.0], "M (mM)": [1.0, 0.5, 0.2], "M2 (mM)": [0.01, 0.2, np.nan]}


@pytest.fixture
def system():
    return asm.make_system({"M": "M", "M2": "2M"}, {"pair": "2 M -> M2 ; k_pair"})


def made(system, frame=SEEN, **changes):
    given = {"initial": {"M": "1 mM"}, "scale": "absolute", **changes}
    return asm.Study(system, frame, **given)


def test_a_frame_is_what_its_file_would_be(system, tmp_path):
    (tmp_path / "m.toml").write_text(MODEL)
    (tmp_path / "study.toml").write_text(STUDY)
    pd.DataFrame(SEEN).to_csv(tmp_path / "d.csv", index=False)
    filed = asm.read_study(tmp_path).posterior("all")
    positions = np.random.default_rng(1).standard_normal((4, len(filed.names)))
    frame = pd.DataFrame(SEEN).set_index("time (h)")
    for study in (made(system), made(system, frame), made(system, frame.rename(columns=plain))):
        found = study.posterior("all")
        assert found.names == filed.names
        np.testing.assert_array_equal(found(positions), filed(positions))


def test_what_was_there_at_the_start_is_unknown_where_it_is_not_told():
    reactions = {"bind": "M + L -> ML ; k_bind", "pair": "2 ML -> M2L2 ; k_pair"}
    species = {"M": "M", "L": "L", "ML": "M L", "M2L2": "2M 2L"}
    frame = {"time (h)": [0.5, 1.0, 2.0], "ML": [5.0, 4.0, 2.0], "M2L2": [1.0, 2.0, 3.0]}
    study = asm.Study(asm.make_system(species, reactions), frame, scale="per spectrum")
    names = study.posterior("all").names
    assert {one for one in names if one.startswith("initial")} == {"initial_M", "initial_L"}
    unknown = "M log-uniform between 0.1 and 1000 mM and L log-uniform between 0.1 and 1000 mM"
    assert f"experiment: from {unknown}" in repr(study)
    assert unknown in study._repr_html_()
    told = asm.Study(
        asm.make_system(species, reactions),
        frame,
        scale="per spectrum",
        initial={"M": "2 mM", "L": "1 mM"},
    )
    assert "experiment: from M 2 mM and L 1 mM" in repr(told)


def plain(label):
    return label.removesuffix(" (mM)")


@pytest.mark.parametrize("label", ["{} sd", "± {}", "{} (sd)"])
def test_columns_of_known_standard_deviations_are_no_signals(system, label):
    errors = {label.format(name): [0.1, 0.1, 0.2] for name in ("M", "M2")}
    study = made(system, {**SEEN, **errors}, noise="known")

    assert study.posterior("all").names == ("k_pair",)


def test_one_signal_is_a_name_and_no_list_of_letters(system):
    seen = {"time (h)": [0.0, 1.0], "M2 (mM)": [0.1, 0.2]}
    one, listed = (made(system, seen, signals=signals) for signals in ("M2", ["M2"]))

    assert one.posterior("all").names == listed.posterior("all").names
    assert repr(one) == repr(listed)


def test_another_mechanism_is_another_study(system):
    other = asm.make_system({"M": "M", "M2": "2M"}, {"pair": "2 M <=> M2 ; k_pair, k_part"})
    assert made(system).study.inputs == made(system).study.inputs
    assert made(system).study.inputs != made(other).study.inputs


def test_further_experiments_and_tables_are_keys_of_a_study_file(system):
    study = made(
        system,
        experiment={"name": "cold", "temperature": "20 degC"},
        further=[
            {"name": "hot", "temperature": "60 degC", "initial": {"M": "2 mM"}, "data": SEEN},
        ],
        tables={"priors": {"noise": 0.1, "Ea_pair": "80 kJ/mol"}},
    )
    assert study.posterior("all").names == ("k_pair", "background")
    assert [one.name for one in study.study.experiments] == ["cold", "hot"]


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"initial": {"N": "1 mM"}}, "Study: experiment 'experiment': initial: unknown species"),
        ({"scale": "absolut"}, "scale: 'absolut' is not known; write absolute, per species or"),
        ({"signals": ["X"]}, "Study: [measurement]: signal 'X': unknown species 'X'"),
        ({"frame": {"time (h)": [1], "M": [1, 2]}}, "frame: columns of 1 and 2 numbers"),
        ({"frame": 3}, "frame: no table; give a pandas DataFrame"),
        ({"initial": {"M": np.array([1.0])}}, "initial: M: [1.0] is not a quantity; write one"),
        ({"initial": {"M": None}}, "None (NoneType): no number, text, list or table; give one"),
        ({"initial": "M"}, 'initial: str, no values by name; give {"A": "1 mM"}'),
        ({"system": "m.toml"}, "system: str, no system; give read_system(path)"),
        (
            {
                "system": asm.make_system({"A": "2M", "B": "4M"}, {"r": "2 A -> B ; k"}),
                "initial": None,
            },
            "initial: no species is M alone, so what there was at time 0 has to be said",
        ),
        ({"frame": {"time": [0, 1], "M": [1, 2]}}, "frame: line 1: time column 'time' has no"),
    ],
)
def test_faults_name_the_place_as_a_python_user_knows_it(system, changes, says):
    with pytest.raises(asm.InputError) as fault:
        made(**{"system": system, **changes})
    assert says in str(fault.value)
    assert "/tmp" not in str(fault.value)


def test_results_go_to_the_folder_that_is_named(system, tmp_path):
    assert made(system, folder=tmp_path).study.folder == tmp_path
    assert read_study.__doc__ is not None


def test_steps_are_those_of_the_study_and_of_no_folder_that_happens_to_be_here(
    system, tmp_path, monkeypatch
):
    (tmp_path / "m.toml").write_text(MODEL)
    (tmp_path / "study.toml").write_text(f"{STUDY}[steps]\n")
    pd.DataFrame(SEEN).to_csv(tmp_path / "d.csv", index=False)
    monkeypatch.chdir(tmp_path)

    with pytest.raises(
        asm.InputError, match=r"^steps: this study is not that of a folder; write it"
    ):
        made(system).steps(workers=1, results=tmp_path / "results")
