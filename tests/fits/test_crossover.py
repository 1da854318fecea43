"""The synthetic crossover of two metals: its tables, and what they tell apart."""

import runpy

import numpy as np
import pytest
from checkout import ROOT

from assemblysim.inference.model.likelihood import log_likelihood
from assemblysim.study.definition.reading import read_study
from assemblysim.study.problem.problems import build_problem

FOLDER = ROOT / "fits" / "crossover_synthetic"
MIXED = ("Dy5GdL2", "Dy4Gd2L2", "Dy2Gd4L2", "DyGd5L2")


@pytest.fixture(scope="module")
def study():
    return read_study(FOLDER)


def test_the_tables_are_what_the_generator_makes(study):
    made = runpy.run_path(str(FOLDER / "generate.py"))["simulated_table"]

    assert study.synthetic
    for number, name in enumerate(("crossover.csv", "gd_added_later.csv")):
        assert made(number) == (FOLDER / name).read_text(encoding="utf-8")


def test_mixed_counts_are_seen_where_single_metals_moved(study):
    table = study.experiments[0].table
    last = table.values[table.times == 48]

    for name in MIXED:
        assert (last[:, table.signals.index(name)] > 0).all()
        assert (table.values[table.times <= 1, table.signals.index(name)] == 0).all()


def test_the_truth_is_likelier_than_motifs_that_join_as_a_whole(study):
    truth = dict(study.truth.values)
    found = {}
    for mechanism in study.mechanisms:
        problem = build_problem(study, mechanism)
        # Whatever the background is that would have to stand for the mixed counts.
        values = np.array(
            [
                [truth.get(name, background) for name in problem.parameter_names]
                for background in (2e-5, 2e-4, 1e-3)
            ]
        )
        found[mechanism] = log_likelihood(problem, values).total.max()

    assert found["metals_move"] > found["motifs_join"] + 100
