"""A crate says what is in it by RO-Crate 1.1, and runs where it is unpacked."""

import hashlib
import json
import zipfile
from datetime import date

import pytest
from checkout import ROOT

import assemblysim as asm
from assemblysim.exchange.crate import METADATA, crate_of
from assemblysim.files.writing.claiming import claimed
from assemblysim.files.writing.manifest import write_result
from assemblysim.study.definition.reading import read_study
from assemblysim.study.problem.problems import build_problem

MODEL = '[species]\nA = "M"\nB = "M"\n[reactions]\nturn = "A -> B ; k"\n'
STUDY = """
title = "A turns into B"
question = "How fast?"
model = "turning"
seed = 7
experiments = [{ name = "one", initial = { A = "1 mM" }, data = "my data.csv" }]
measurement = { scale = "absolute", signals = ["A", "B"], noise = "constant" }
"""


@pytest.fixture
def study(tmp_path):
    (tmp_path / "here/models").mkdir(parents=True)
    (tmp_path / "here/models/turning.toml").write_text(MODEL)
    folder = tmp_path / "here/fits/turning"
    folder.mkdir(parents=True)
    (folder / "study.toml").write_text(STUDY)
    (folder / "my data.csv").write_text("time (h),A (mM),B (mM)\n0,1,0.1\n1,0.5,0.5\n")
    return read_study(folder)


def graph_of(crate):
    content = json.loads(crate.files[METADATA])
    assert content["@context"] == "https://w3id.org/ro/crate/1.1/context"
    return {one["@id"]: one for one in content["@graph"]}


def test_its_metadata_are_those_that_the_specification_asks_for(study):
    crate = crate_of(study, study.folder / "results", "CC-BY-4.0")
    graph = graph_of(crate)
    descriptor = graph[METADATA]
    assert descriptor["@type"] == "CreativeWork"
    assert descriptor["conformsTo"] == {"@id": "https://w3id.org/ro/crate/1.1"}
    assert descriptor["about"] == {"@id": "./"}
    root = graph["./"]
    assert root["@type"] == "Dataset"
    assert root["name"] == "A turns into B"
    assert date.fromisoformat(root["datePublished"])
    assert root["license"] == {"@id": "https://spdx.org/licenses/CC-BY-4.0"}
    # Everything that is referred to is there, and every file is part of the whole.
    refers = {r["@id"] for one in graph.values() for v in one.values() for r in _references(v)}
    assert refers - {"https://w3id.org/ro/crate/1.1", "https://spdx.org/licenses/BSD-3-Clause"} <= {
        *graph
    }
    parts = {one["@id"] for one in root["hasPart"]}
    assert parts == {i for i, one in graph.items() if one["@type"] == "File"}
    data = graph["fits/turning/my%20data.csv"]
    content = crate.files["fits/turning/my data.csv"]
    assert data["sha256"] == hashlib.sha256(content).hexdigest()
    assert data["contentSize"] == str(len(content))


def _references(value):
    values = value if isinstance(value, list) else [value]
    return [one for one in values if isinstance(one, dict) and "@id" in one]


def test_results_are_what_a_run_stored(study):
    results = study.folder / "results"
    with claimed(results, print):
        for name in ("summary.json", "chain/draws.nc", "chain/smc/run.npz"):
            (results / name).parent.mkdir(parents=True, exist_ok=True)
            write_result(results / name, b"{}")
    (results / "mine.txt").write_text("not stored by a run")
    crate = crate_of(study, results)
    kept = [name for name in crate.files if "/results/" in name]
    assert kept == ["fits/turning/results/summary.json", "fits/turning/results/chain/draws.nc"]
    run = graph_of(crate)["#run"]
    assert {one["@id"] for one in run["result"]} == {*kept}
    assert run["name"] == crate.command == "assemblysim run fits/turning --anew"


def test_the_command_says_what_the_run_was_told(study):
    results = study.folder / "results"
    results.mkdir()
    for said, command in (
        ({"seed": 7, "sampling": {"max_steps": 4000}}, "assemblysim run fits/turning --anew"),
        (
            {"seed": 8, "sampling": {"max_steps": 60}},
            "assemblysim run fits/turning --seed 8 --max-steps 60 --anew",
        ),
    ):
        (results / "summary.json").write_text(json.dumps(said))
        crate = crate_of(study, results)
        run = graph_of(crate)["#run"]
        assert run["name"] == crate.command == command
        assert run["description"] == f"seed {said['seed']}"
    (results / "summary.json").unlink()
    assert crate_of(study, results).command == "assemblysim run fits/turning"


def test_it_runs_where_it_is_unpacked(study, tmp_path):
    crate = crate_of(study, study.folder / "results")
    assert crate.zipped() == crate_of(study, study.folder / "results").zipped()
    (tmp_path / "crate.zip").write_bytes(crate.zipped())
    with zipfile.ZipFile(tmp_path / "crate.zip") as archive:
        archive.extractall(tmp_path / "there")
    again = read_study(tmp_path / "there" / crate.study)
    assert again.inputs == study.inputs
    assert (
        build_problem(again, "all").parameter_names == build_problem(study, "all").parameter_names
    )


def test_the_software_can_be_cited():
    lines = (ROOT / "CITATION.cff").read_text().splitlines()
    assert f"version: {asm.__version__}" in lines
    assert "license: BSD-3-Clause" in lines


def test_a_study_without_files_is_refused_in_one_line(tmp_path):
    system = asm.make_system({"A": "M", "B": "M"}, {"turn": "A -> B ; k"})
    seen = {"time (h)": [0, 1], "A": [1.0, 0.5]}
    made = asm.Study(system, seen, initial={"A": "1 mM"}, scale="absolute", folder=tmp_path)

    with pytest.raises(asm.InputError, match=r"study.toml: cannot be read: .*into files first"):
        made.write_crate(tmp_path / "x.zip")
