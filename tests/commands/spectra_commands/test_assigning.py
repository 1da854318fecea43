"""The command ``spectra``: from files to the table that a study reads, and its refusals."""

import json

import numpy as np
import pytest
from command_line import call

from assemblysim.commands.spectra_commands import assigning
from assemblysim.isotopes.envelopes import envelope
from assemblysim.study.definition.reading import read_study
from benchmarks.spectra.generating import Instrument, profile

MODEL = """
[species]
Pd = "Pd"
L = "L"
PdL = "Pd L"
Pd2L4 = "2Pd 4L"
[reactions]
bind = "Pd + L -> PdL ; k_bind"
close = "2 PdL + 2 L -> Pd2L4 ; k_close"
[chemistry]
Pd = { charge = 2 }
L = { formula = "C12H10N2", charge = 0 }
[candidate_ions]
charges = [2]
anions = { NO3 = 4 }
solvents = { MeCN = 1 }
"""
STUDY = """
title = "SYNTHETIC: a cage"
model = "../model.toml"
seed = 1
synthetic = true
[[experiments]]
name = "25 degC"
initial = { Pd = "1 mM", L = "2 mM" }
data = "species.csv"
[measurement]
scale = "per spectrum"
signals = ["PdL", "Pd2L4"]
noise = "proportional"
detection_limit = "0.5 %"
[spectra]
files = "spectra.csv"
"""
LIGAND = {"C": 12, "H": 10, "N": 2}


def times(atoms, number):
    return {element: number * n for element, n in atoms.items()}


CAGE = {**times(LIGAND, 4), "Pd": 2, "O": 6}
CAGE["N"] += 2  # two nitrates: 2+
SMALL = {**LIGAND, "Pd": 1}  # 2+


@pytest.fixture
def study(tmp_path):
    folder = tmp_path / "mine"
    folder.mkdir()
    (tmp_path / "model.toml").write_text(MODEL, encoding="utf-8")
    (folder / "study.toml").write_text(STUDY, encoding="utf-8")
    lines = ["file,time (h)"]
    rng = np.random.default_rng(5)
    for number, counts in enumerate([(4000, 0), (2000, 3000)]):
        instrument = Instrument(8000, 5.0, (130.0, 560.0), background=0.2)
        scan = profile([envelope(SMALL, 2), envelope(CAGE, 2)], counts, instrument, rng)
        points = np.column_stack([scan.mz, scan.intensities])
        np.savetxt(folder / f"s{number}.csv", points, "%.6f,%.2f", header="m/z,I", comments="")
        lines.append(f"s{number}.csv,{1 + number}")
    (folder / "spectra.csv").write_text("\n".join(lines), encoding="utf-8")
    return folder


def spectra(study, monkeypatch, capsys):
    return call(monkeypatch, capsys, "spectra", str(study), "--no-pictures")


def test_spectra_become_a_table_that_the_study_reads(study, monkeypatch, capsys):
    status, out, err = spectra(study, monkeypatch, capsys)

    assert status == 0, err
    assert "2 spectra against" in out
    table = (study / "species.csv").read_text().splitlines()
    assert table[1] == "time (h),PdL,Pd2L4"
    first, second = (line.split(",") for line in table[2:])
    assert first[2].startswith("<")
    assert float(second[1]) / float(second[2]) == pytest.approx(2 / 3, rel=0.1)
    (experiment,) = read_study(study / "study.toml").experiments
    assert experiment.name == "25 degC"
    stored = json.loads((study / "results" / "spectra.json").read_text())
    assert len(stored["spectra"]) == 2
    drawn = json.loads((study / "results" / "spectra" / "envelopes.json").read_text())
    assert [len(one["panels"]) for one in drawn["spectra"]] == [2, 2]
    parts = (study / "results" / "spectra" / "parts.csv").read_text()
    assert "\n2,s1.csv,Pd2L4,NO3,2," in parts
    assert experiment.table.covariances[1, 0, 0] > 0
    # Again: what this command wrote is replaced without a question.
    assert spectra(study, monkeypatch, capsys)[0] == 0


def test_ions_are_looked_for_with_the_formulas_of_a_group(study, monkeypatch, capsys):
    model = study.parent / "model.toml"
    model.write_text(model.read_text().replace("C12H10N2", "C14H10N2"), encoding="utf-8")
    own = 'group = "mine"\n[groups.mine]\nchemistry = { L = { formula = "C12H10N2" } }\n'
    text = (study / "study.toml").read_text()
    (study / "study.toml").write_text(f"{text}{own}", encoding="utf-8")
    status, _, err = spectra(study, monkeypatch, capsys)

    assert status == 0, err
    second = (study / "species.csv").read_text().splitlines()[3].split(",")
    assert float(second[1]) / float(second[2]) == pytest.approx(2 / 3, rel=0.1)


def test_a_table_that_somebody_wrote_stays(study, monkeypatch, capsys):
    (study / "species.csv").write_text("time (h),PdL\n1,2\n", encoding="utf-8")
    status, _, err = spectra(study, monkeypatch, capsys)

    assert status == 1
    assert "species.csv: exists and was not written by this command" in err
    assert (study / "species.csv").read_text() == "time (h),PdL\n1,2\n"


def test_more_ions_than_there_is_time_for_are_refused(study, monkeypatch, capsys):
    monkeypatch.setattr(assigning, "MOST_FITTED", 3)
    status, _, err = spectra(study, monkeypatch, capsys)

    assert status == 1
    assert "ions come into question, and at most 3 are fitted" in err
    assert not (study / "species.csv").exists()


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('[spectra]\nfiles = "spectra.csv"', "", "no [spectra]; write [spectra] and below it"),
        ('"spectra.csv"', '"spectra.csv"\nshift = "2 u"', "shift: '2 u' is not above 0 and at"),
        ('"spectra.csv"', '"spectra.csv"\nenergy = "10"', "energy: no spectrum was taken at '10'"),
        ('"spectra.csv"', '"other.csv"', "other.csv: no such file"),
    ],
)
def test_faults_are_one_line(study, monkeypatch, capsys, old, new, told):
    path = study / "study.toml"
    path.write_text(path.read_text().replace(old, new), encoding="utf-8")
    status, _, err = spectra(study, monkeypatch, capsys)

    assert status == 1
    assert told in err
    assert err.count("\n") == 1
