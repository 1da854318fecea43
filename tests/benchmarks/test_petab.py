"""Our PEtab judged by others: the table of a run is right, and what is missing is named."""

import numpy as np
import pytest
from checkout import ROOT

from assemblysim.study.definition.reading import read_study
from assemblysim.study.problem.problems import build_problem
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
    assert "not installed: petab, roadrunner; see the extra peers" in capsys.readouterr().err
