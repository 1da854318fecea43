from dataclasses import replace

import numpy as np
import pytest
from quadrature import by_quadrature
from small_study import chain_table, small_study

from assemblysim.inference.evidence.prior_changes import widened
from assemblysim.inference.groundwork import Groundwork, lay_groundwork, wider_reference
from assemblysim.inference.sampling.settings import FitSettings, ImportanceSettings, SmcSettings
from assemblysim.result.evidence import WEIGHED
from assemblysim.study.execution.drawing import sample_all
from assemblysim.study.execution.smc_runs import Job
from assemblysim.study.problem.problems import build_problem
from assemblysim.study.workers import OneWorker

EFFORT = SmcSettings(pilot_particles=64, runs=4, particles=64, most_rounds=2)


@pytest.fixture(scope="module")
def problem(tmp_path_factory):
    table = chain_table(noise=0.4)
    study = small_study(tmp_path_factory.mktemp("s"), table=table, noise=1.5)
    return build_problem(study, "chain")


def job_of(problem, folder, importance, *, reweighed=False):
    found = lay_groundwork(problem, FitSettings(screened=64, starts=2), 1)
    at_random = np.random.default_rng(2).standard_normal((200, 2))
    about = wider_reference(problem, found, at_random, 1).reference
    groundwork = Groundwork(found.optima, about, 0, 0)
    return Job(problem, groundwork, EFFORT, importance, "stated", folder, {}, reweighed=reweighed)


def drawn(job):
    told, runs = [], []
    ((sampled, cost),) = sample_all(
        [job],
        1,
        OneWorker(),
        lambda job, one: told.append(one),
        lambda job, number, run: runs.append(number),
    )
    return sampled, cost, told, runs


def test_trusted_weights_are_taken_and_others_tempered(problem, tmp_path):
    trusting = ImportanceSettings()
    doubting = replace(trusting, worst_shape=-10.0)
    sampled, cost, told, runs = drawn(job_of(problem, tmp_path / "a", trusting))
    tempered, more, _, its_runs = drawn(job_of(problem, tmp_path / "b", doubting))
    exact = by_quadrature(problem, reach=6.0, points=241)

    assert sampled.log_evidence.method == WEIGHED
    assert runs == []
    assert told[-1].weighing.ended
    assert cost == told[-1].cost
    assert tempered.log_evidence.method == "sequential Monte Carlo"
    assert set(its_runs) == set(range(5))
    assert more.calls > cost.calls
    for one in (sampled, tempered):
        assert abs(one.log_evidence.value - exact) < 4 * one.log_evidence.error
    assert len(tempered.positions) == tempered.walkers  # not lengthened: nobody reweighs them


def test_draws_that_are_reweighed_are_moved_on_after_tempering(problem, tmp_path):
    doubting = ImportanceSettings(worst_shape=-10.0)
    job = job_of(widened(problem), tmp_path, doubting, reweighed=True)
    sampled, *_ = drawn(job)

    assert len(sampled.positions) == 21 * sampled.walkers


def test_what_is_stored_is_not_done_again(problem, tmp_path):
    job = job_of(problem, tmp_path, ImportanceSettings())
    first, cost, *_ = drawn(job)
    again, same_cost, told, _ = drawn(job)

    assert told == []
    assert same_cost == cost
    np.testing.assert_array_equal(first.positions, again.positions)
