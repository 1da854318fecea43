"""Searches that are stored on their way end as if they had not been interrupted."""

from dataclasses import replace

import numpy as np
import pytest
from small_study import chain_table, small_study

from assemblysim.inference import groundwork, long_tables
from assemblysim.inference.groundwork import lay_groundwork
from assemblysim.inference.sampling import search
from assemblysim.inference.sampling.settings import FitSettings
from assemblysim.study.execution import searching
from assemblysim.study.execution.events import search_event
from assemblysim.study.execution.searching import search_all, search_for
from assemblysim.study.problem.problems import build_problem
from assemblysim.study.workers import OneWorker

EFFORT = FitSettings(screened=64, starts=3)


@pytest.fixture(params=["as read", "wild spectra", "long table"])
def problem(request, tmp_path, monkeypatch):
    study = small_study(tmp_path, table=chain_table(noise=0.4))
    wild = 0.0 if request.param == "as read" else 0.03
    if request.param == "long table":
        for module in (groundwork, long_tables):
            monkeypatch.setattr(module, "MANY_TIMES", 3)
    study = replace(study, measurement=replace(study.measurement, wild_spectra=wild))
    built = build_problem(study, "chain")
    assert built.may_have_wild_spectra == (wild > 0)
    return built


@pytest.fixture
def hurried(monkeypatch):
    """Searches that are interrupted after everything that they learn."""
    monkeypatch.setattr(searching, "BETWEEN_CHECKPOINTS", 0.0)


@pytest.mark.usefixtures("hurried")
def test_an_interrupted_search_ends_with_the_same_bits(problem, monkeypatch):
    whole, asked = lay_groundwork(problem, EFFORT, 1), []
    gradients = search.Posterior.values_and_gradients
    monkeypatch.setattr(
        search.Posterior,
        "values_and_gradients",
        lambda self, at: (asked.append(len(at)), gradients(self, at))[1],
    )
    stored, parts, screened = None, 0, problem.may_have_wild_spectra
    while stored is None or not stored.optima:
        before = len(asked)
        stored = search_for(problem, EFFORT, 1, stored)
        parts += 1
        assert len(asked) - before <= 1 + screened  # nothing is computed again

    assert parts > 5
    assert stored.answers is None
    assert stored.cost.calls == whole.calls
    assert len(stored.optima) == len(whole.optima)
    for one, other in zip(stored.optima, whole.optima, strict=True):
        np.testing.assert_array_equal(one.position, other.position)
        np.testing.assert_array_equal(one.covariance, other.covariance)
        assert one.basin_count == other.basin_count


@pytest.mark.usefixtures("hurried")
def test_what_was_told_is_stored_and_said_on_the_way(problem, tmp_path):
    path, told = tmp_path / "search.npz", []

    def tell(number, one):
        told.append(search_event(problem.mechanism, "stated", one, EFFORT))
        assert path.is_file()
        if len(told) == 4:
            raise KeyboardInterrupt

    search_it = ([problem], [(path, {"run": "search"})], EFFORT, 1, OneWorker())
    with pytest.raises(KeyboardInterrupt):
        search_all(*search_it, tell)
    (found,) = search_all(*search_it, tell)

    stages = [event.stage for event in told]
    assert stages == ["searching"] * (len(told) - 1) + ["search"]
    calls = [event.calls for event in told]
    assert calls == sorted(calls)
    best = [event.best for event in told]
    assert best[:-1] == sorted(best[:-1])
    assert found.optima


@pytest.mark.usefixtures("hurried")
def test_answers_about_other_positions_are_asked_for_anew(problem):
    """As on another machine, where a way uphill may differ by a rounding error."""
    whole, stored = lay_groundwork(problem, EFFORT, 1), None
    for _ in range(6):
        stored = search_for(problem, EFFORT, 1, stored)
    told = stored.answers
    moved = told.positions + np.where(np.arange(len(told.positions)) < 66, 0.0, 1e-9)[:, None]
    wrong = np.where(np.arange(len(told.totals)) < 66, told.totals, 1e3)
    stored = replace(stored, answers=replace(told, positions=moved, totals=wrong))
    while not stored.optima:
        stored = search_for(problem, EFFORT, 1, stored)

    assert stored.optima[0].log_density == pytest.approx(whole.optima[0].log_density, abs=1e-6)
    np.testing.assert_array_equal(stored.optima[0].position, whole.optima[0].position)
