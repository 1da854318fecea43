"""The benchmarks measure elsewhere (`python -m benchmarks`, `--quick` in CI); here they start."""

import importlib
import sys

import numpy as np
import pytest
from checkout import ROOT

from assemblysim.inference.model.posterior import Posterior
from assemblysim.study.definition.reading import read_study
from assemblysim.study.problem.problems import build_problem
from benchmarks import designs, measure, words
from benchmarks.__main__ import QUICK, parsed
from benchmarks.solvers import SOLVERS, installed

MODULES = sorted(p.stem for p in (ROOT / "benchmarks").glob("*.py") if p.stem != "__init__")


@pytest.mark.parametrize("module", MODULES)
def test_every_benchmark_is_imported(module):
    assert importlib.import_module(f"benchmarks.{module}")


@pytest.mark.parametrize("module", ["__main__", "designs", "evidence", "large", "seeds", "words"])
def test_every_benchmark_explains_itself(module, monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["benchmarks", "--help"])
    with pytest.raises(SystemExit) as ended:
        importlib.import_module(f"benchmarks.{module}").main()

    assert ended.value.code == 0
    assert "--help" in capsys.readouterr().out


def test_quick_stores_nothing_unless_it_is_told_where(tmp_path):
    assert parsed(["--quick"]).out is None
    assert parsed(["--quick", "--out", str(tmp_path)]).out == tmp_path
    assert QUICK.fraction < measure.Effort().fraction


def test_scipy_is_always_there_to_be_measured_against():
    assert {"assemblysim", "scipy odeint", "scipy solve_ivp"} <= set(installed()) <= set(SOLVERS)


@pytest.mark.parametrize("folder", measure.STUDIES, ids=lambda folder: folder.name)
def test_there_are_walkers_enough_for_every_unknown(folder):
    problem = build_problem(read_study(folder), "both_reversible")
    count = len(problem.parameters)
    walkers = measure._good_start(Posterior(problem), count, steps=2)

    assert walkers.shape == (max(measure.WALKERS, 2 * count), count)


def test_words_are_measured_from_both_origins_and_their_ratio_is_said(monkeypatch):
    monkeypatch.setattr(words, "VECTORS", 20)
    monkeypatch.setattr(words, "AT_ONCE", (8, 20))
    found = words.measure("hnp_dy6", steps=2, repetitions=1)

    assert [one.name.split(", ")[1] for one in found] == ["prior"] * 2 + ["posterior"] * 2
    assert max(one.difference for one in found) < 1e-9
    ratio = found[0].numpy / found[0].compiled
    assert f"| **{ratio:.0f}** |" in words.table(found)


def test_designs_simulate_one_spectrum_at_each_time():
    problem = designs.one_spectrum_each()[1]  # of both routes, the truth
    table = designs.simulated(problem, seed=1)

    assert np.array_equal(table.times, problem.experiments[0].times)
    assert table.values.shape == (len(table.times), len(table.signals))
    assert np.all(table.values[np.isfinite(table.values)] >= 0)
    assert not np.array_equal(table.values, designs.simulated(problem, seed=2).values)
