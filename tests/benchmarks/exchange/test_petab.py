"""Our PEtab judged by others: the table of a run is right, and what is missing is named."""

import math

import numpy as np
import pytest
from checkout import ROOT

import assemblysim as asm
from assemblysim.study.definition.reading import read_study
from assemblysim.study.problem.problems import build_problem
from benchmarks.petab import __main__ as cases
from benchmarks.petab import peers


def test_signals_stand_in_the_order_of_the_measurements():
    study = peers.without_wild_spectra(read_study(ROOT / "fits/alpha_pinene"))
    found = peers.expected_of(build_problem(study, "published"))
    table = study.experiments[0].table
    assert found.size == np.isfinite(table.values).sum()
    assert found[0] == pytest.approx(found.max())  # the start is all alpha-pinene


def test_a_peer_that_differs_is_told(monkeypatch, capsys):
    monkeypatch.setattr(peers, "find_spec", lambda _name: True)
    monkeypatch.setattr(peers, "CASES", peers.CASES[:1])
    arguments = ["--studies", str(ROOT / "fits")]
    for difference, status in ((1e-9, 0), (1e-3, 1)):
        monkeypatch.setattr(peers, "differences", lambda *_, d=difference: (d, None))
        assert peers.main(arguments) == status
        assert f"largest difference {difference:.1e}" in capsys.readouterr().out


def test_peers_that_are_missing_are_named(monkeypatch, capsys):
    monkeypatch.setattr(peers, "find_spec", lambda _name: None)
    assert peers.main([]) == 1
    said = capsys.readouterr().err
    assert "not installed: petab, roadrunner, pypesto, petab_select; see the extra peers" in said


CASE = {
    "problem.yaml": "format_version: 2.0.0\nmodel_files:\n  m:\n    location: m.xml\n"
    "parameter_files: [p.tsv]\nmeasurement_files: [d.tsv]\nobservable_files: [o.tsv]\n",
    "p.tsv": "parameterId lowerBound upperBound nominalValue estimate\nk 0 10 0.5 true",
    "o.tsv": "observableId observableFormula noiseFormula noiseDistribution\none A 1 normal",
    "d.tsv": "observableId experimentId time measurement\none  2 1",
    "s.tsv": "observableId experimentId time simulation\none  2 SEEN",
}


@pytest.mark.parametrize(("wrong", "status"), [(0.0, 0), (0.1, 1)])
def test_a_case_is_held_against_its_solution(wrong, status, tmp_path, capsys):
    network = asm.make_system({"A": "M", "B": "M"}, {"turn": "A -> B ; k"}).network("all")
    asm.write_sbml(tmp_path / "m.xml", network, {"k": 1.0}, {"A": 1.0})
    seen = math.exp(-1) + wrong
    for name, text in CASE.items():
        plain = text if name.endswith("yaml") else text.replace(" ", "\t") + "\n"
        (tmp_path / name).write_text(plain.replace("SEEN", repr(seen)))
    chi = (1 - math.exp(-1)) ** 2
    (tmp_path / "problem_solution.yaml").write_text(
        f"llh: {-0.5 * (chi + math.log(2 * math.pi))}\nchi2: {chi}\ntol_llh: 1e-4\n"
        "tol_chi2: 1e-4\ntol_simulations: 1e-4\nsimulation_files: [s.tsv]\n"
    )
    assert cases.main([str(tmp_path)]) == status
    said = capsys.readouterr().out
    assert f"{1 - status} of 1 cases that are read agree, 0 refused" in said
    assert ("differs: llh" in said) == bool(status)
