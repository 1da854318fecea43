import json
import shutil
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace

import numpy as np
import pytest
from small_study import SETTINGS, WORDS, chain_table, small_study

from assemblysim.errors import RunError
from assemblysim.files.codec import to_plain
from assemblysim.files.writing.claiming import claimed
from assemblysim.inference.groundwork import stream
from assemblysim.inference.sampling.settings import (
    ConvergenceCriteria,
    SmcSettings,
    WiderPriorSmcSettings,
)
from assemblysim.report.writers.folder import write_report
from assemblysim.result.checks import Check
from assemblysim.result.on_disk import stored_result
from assemblysim.result.summary import SUMMARY_VERSION
from assemblysim.study.execution import concluding, running, searching
from assemblysim.study.execution.concluding import run_all
from assemblysim.study.execution.running import fit_all, is_looked_at, judged, lacking_words
from assemblysim.study.problem.problems import build_problem
from assemblysim.study.results.versions import versions
from assemblysim.study.workers import OneWorker

# For what does not depend on how many particles there were.
FEW = replace(
    SETTINGS,
    smc=SmcSettings(pilot_particles=32, runs=4, particles=32, most_rounds=1),
    prior_changes=WiderPriorSmcSettings(pilot_particles=32, runs=2, particles=32, most_rounds=1),
)
TEMPERED = replace(FEW, importance=replace(FEW.importance, worst_shape=-10.0))
ENDLESS = replace(FEW, convergence=ConvergenceCriteria(effective_size=1e9))


def quiet(event):
    pass


def without_clock(summary):
    """What must not depend on how the work was done: all but the seconds."""
    summary = to_plain(summary)
    mechanisms = {n: {**one, "seconds": 0} for n, one in summary["mechanisms"].items()}
    return {**summary, "mechanisms": mechanisms}


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    return small_study(
        tmp_path_factory.mktemp("study"), table=chain_table(replicates=2), words=WORDS, noise=None
    )


@pytest.fixture(scope="module")
def finished(study, tmp_path_factory):
    results = tmp_path_factory.mktemp("results")
    with claimed(results, print):
        summary = run_all(study, results, OneWorker(), quiet)
    return summary, results


def test_the_same_seed_gives_the_same_numbers_with_one_worker_or_two(study, finished, tmp_path):
    with ProcessPoolExecutor(2) as two:
        other = run_all(study, tmp_path, two, quiet)

    assert without_clock(other) == without_clock(finished[0])
    for name in study.mechanisms:
        assert (tmp_path / name / "draws.nc").stat().st_size > 0


def test_a_run_killed_between_searches_and_conclusions_does_neither_again(
    study, finished, tmp_path, monkeypatch
):
    searched, concluded = [], []

    def noting(function, names, mechanism):
        return lambda *given: (names.append(mechanism(*given)), function(*given))[1]

    search, conclude = searching.search_optima, concluding.conclude_mechanism
    monkeypatch.setattr(
        searching, "search_optima", noting(search, searched, lambda problem, *_: problem.mechanism)
    )
    monkeypatch.setattr(
        concluding,
        "conclude_mechanism",
        noting(conclude, concluded, lambda _, problem, *__: problem.mechanism),
    )

    class Killed(Exception):
        pass

    def kill_at(stage):
        def tell(event):
            if event.stage == stage:
                raise Killed

        return tell

    for stage in ("search", "conclusions", "faults", "forecast"):
        with pytest.raises(Killed), claimed(tmp_path, print):
            run_all(study, tmp_path, OneWorker(), kill_at(stage))
    with claimed(tmp_path, print):
        resumed = run_all(study, tmp_path, OneWorker(), quiet)

    assert sorted(searched) == sorted(2 * study.mechanisms)  # also under wider priors, once each
    assert sorted(concluded) == sorted(study.mechanisms)
    assert without_clock(resumed) == without_clock(finished[0])
    assert not list(tmp_path.glob("*/concluding"))


def test_another_seed_gives_other_draws_but_the_same_evidence(study, finished, tmp_path):
    problems = tuple(build_problem(study, name) for name in study.mechanisms)
    other = fit_all(problems, SETTINGS, 99, {}, tmp_path, OneWorker(), quiet)

    for name in study.mechanisms:
        a, b = finished[0].mechanisms[name].log_evidence[0], other[name].start.log_evidence
        assert a.value != b.value
        assert abs(a.value - b.value) < 5 * np.hypot(a.error, b.error) + 0.3


def test_the_true_mechanism_is_found(finished):
    assert finished[0].comparison.probabilities["chain"] > 0.99
    parameters = finished[0].mechanisms["chain"].parameters
    assert parameters["k_first"].lower < 1.0 < parameters["k_first"].upper
    assert parameters["k_second"].lower < 0.5 < parameters["k_second"].upper


def test_the_result_comes_back_from_disk_as_it_was(finished):
    result, folder = finished

    assert to_plain(stored_result(folder)) == to_plain(result)


def test_the_summary_on_disk_has_every_key_of_the_contract(finished):
    summary = json.loads((finished[1] / "summary.json").read_text())
    one = summary["mechanisms"]["chain"]

    assert summary["version"] == SUMMARY_VERSION
    assert {"study", "seed", "versions", "inputs", "mechanisms", "comparison"} <= set(summary)
    assert {
        "checks",
        "parameters",
        "log_evidence",
        "log_likelihood_max",
        "aicc",
        "bic",
        "elpd_loo",
        "lifetimes",
        "pathways",
        "failed_integrations",
        "likelihood_calls",
        "seconds",
    } <= set(one)
    assert {"name", "value", "bound", "passed"} == set(one["checks"][0])
    assert {"median", "lower", "upper", "map", "determined", "unit"} <= set(
        one["parameters"]["k_first"]
    )
    assert {"median", "lower", "upper", "unit", "probability_beyond"} == set(
        one["lifetimes"]["B"]["time_of_maximum"]
    )
    assert {"probabilities", "verdict", "prior_sensitivity"} <= set(summary["comparison"])


def test_the_lifetime_of_the_intermediate_is_that_of_the_truth(finished):
    found = finished[0].mechanisms["chain"].lifetimes["B"]["time_of_maximum"]
    truth = np.log(1.0 / 0.5) / 0.5

    assert found.lower < truth < found.upper
    assert found.probability_beyond == 0


@pytest.mark.usefixtures("blank_pictures")
def test_the_report_is_written_from_what_is_stored(finished):
    page = write_report(finished[1])

    assert "<h1" in page.read_text(encoding="utf-8")


def test_a_run_that_was_stopped_between_rounds_ends_with_the_same_draws(study, tmp_path):
    problems = tuple(build_problem(study, name) for name in study.mechanisms)
    whole = fit_all(problems, ENDLESS, 1, {}, tmp_path / "whole", OneWorker(), quiet)

    class Killed(Exception):
        pass

    def kill_later(event):
        if event.stage == "sampling" and event.steps >= 40:
            raise Killed

    with pytest.raises(Killed):
        fit_all(problems, ENDLESS, 1, {}, tmp_path / "parts", OneWorker(), kill_later)
    parts = fit_all(problems, ENDLESS, 1, {}, tmp_path / "parts", OneWorker(), quiet)

    for name in study.mechanisms:
        for one, other in zip(whole[name].states, parts[name].states, strict=True):
            np.testing.assert_array_equal(one.chain, other.chain)
        assert whole[name].calls == parts[name].calls


def test_a_larger_budget_goes_on_where_the_smaller_one_ended(study, tmp_path):
    problems = (build_problem(study, "chain"),)
    short = fit_all(problems, replace(ENDLESS, max_steps=40), 1, {}, tmp_path, OneWorker(), quiet)
    longer = fit_all(problems, ENDLESS, 1, {}, tmp_path, OneWorker(), quiet)

    np.testing.assert_array_equal(
        longer["chain"].states[0].chain[:40], short["chain"].states[0].chain
    )
    assert longer["chain"].states[0].steps == 60


def test_gates_that_are_not_met_leave_a_failed_check_and_no_verdict(study, finished, tmp_path):
    # What a checkpoint depends on is not how its draws are judged.
    shutil.copytree(finished[1], tmp_path, dirs_exist_ok=True)
    strict = replace(
        study, sampling=replace(SETTINGS, convergence=ConvergenceCriteria(effective_size=1e9))
    )
    summary = run_all(strict, tmp_path, OneWorker(), quiet)

    assert not summary.converged
    assert summary.comparison.verdict.kind == "draws failed"
    assert not summary.comparison.decided
    failed = [c.name for c in summary.mechanisms["chain"].checks if not c.passed]
    assert "bulk effective sample size" in failed


def test_other_inputs_and_versions_are_refused_and_left_alone(study, tmp_path, monkeypatch):
    problem = build_problem(study, "chain")
    settings = replace(FEW, max_steps=20)
    fit_all((problem,), settings, 1, {"a": "1"}, tmp_path, OneWorker(), quiet)
    path = tmp_path / "chain" / "checkpoint.npz"
    stored = path.read_bytes()

    def refused(seed=1, inputs=None):
        with pytest.raises(RunError) as error:
            fit_all((problem,), settings, seed, inputs or {"a": "1"}, tmp_path, OneWorker(), quiet)
        assert path.read_bytes() == stored
        return str(error.value)

    assert refused(seed=2).startswith(f"{path}: was made with seed 1 instead of 2; ")
    assert "was made with a 1 instead of 2; " in refused(inputs={"a": "2"})
    monkeypatch.setattr(running, "versions", lambda: {**versions(), "numpy": "0.1"})
    assert "version of numpy " in refused()


def test_a_stored_run_under_another_number_is_refused(study, tmp_path):
    problem = build_problem(study, "chain")

    class Killed(Exception):
        pass

    def kill_later(event):
        if "run 2 of 4, inverse temperature" in event.worst:
            raise Killed

    with pytest.raises(Killed):
        fit_all((problem,), TEMPERED, 1, {}, tmp_path, OneWorker(), kill_later)
    runs = tmp_path / "chain" / "smc"
    (runs / "stated_3.npz").write_bytes((runs / "stated_1.npz").read_bytes())

    with pytest.raises(RunError, match="was made with run stated 1 instead of stated 3"):
        fit_all((problem,), TEMPERED, 1, {}, tmp_path, OneWorker(), quiet)


@pytest.mark.parametrize(
    ("settings", "moments"),
    [
        (
            TEMPERED,
            [
                "run 1 of 2, exploring",
                "batches weighed, priors as stated",
                "pilot, inverse temperature 1",
                "run 2 of 4, inverse temperature",
                "run 1 of 2, wider priors",
            ],
        ),
        (
            FEW,
            [
                "run 1 of 2, exploring",
                "batches weighed, priors as stated",
                "batches weighed, wider priors",
            ],
        ),
    ],
)
def test_a_fit_killed_at_its_start_ends_with_the_same_draws(study, tmp_path, settings, moments):
    problem = build_problem(study, "chain")
    settings = replace(settings, max_steps=20)
    whole = fit_all((problem,), settings, 1, {}, tmp_path / "a", OneWorker(), quiet)["chain"]

    class Killed(Exception):
        pass

    def kill_at(words):
        def tell(event):
            if words in event.worst:
                raise Killed

        return tell

    for words in moments:
        with pytest.raises(Killed):
            fit_all((problem,), settings, 1, {}, tmp_path / "b", OneWorker(), kill_at(words))
    parts = fit_all((problem,), settings, 1, {}, tmp_path / "b", OneWorker(), quiet)["chain"]

    for one, other in zip(whole.states, parts.states, strict=True):
        np.testing.assert_array_equal(one.chain, other.chain)
    assert whole.start.log_evidence == parts.start.log_evidence
    assert whole.start.changed == parts.start.changed
    assert whole.calls == parts.calls


def test_a_fit_is_over_when_its_gates_pass_or_its_steps_are_spent(study, tmp_path):
    problem = build_problem(study, "chain")
    settings = replace(ENDLESS, max_steps=40)
    fit = fit_all((problem,), settings, 1, {}, tmp_path, OneWorker(), quiet)["chain"]
    open_again, lacking = judged(replace(fit, finished=False), replace(settings, max_steps=41))

    assert fit.finished
    assert not open_again.finished
    assert lacking is None  # too early to know an autocorrelation


@pytest.mark.parametrize("round_steps", [7, 70, 100, 250, 400])
def test_draws_are_looked_at_however_many_steps_a_round_has(round_steps):
    """Also after a smaller budget has ended in a round of its own length."""
    for first in (0, 50):
        steps = range(first, 3001, round_steps)
        looks = [one for one in steps if is_looked_at(one, round_steps)]

        assert looks[0] >= 200
        assert set(looks) >= {one for one in steps if 200 <= one <= 600}
        assert max(np.diff(looks)) < 300 + round_steps
        assert sum(one > 600 for one in looks) <= 2400 // 300 + 1


def test_spent_steps_are_told_as_converged_where_only_the_size_sought_is_missing(study, tmp_path):
    problem = build_problem(study, "chain")
    settings = replace(
        FEW,
        max_steps=200,
        size_sought=1.0,
        convergence=ConvergenceCriteria(effective_size=50.0),
    )
    fit = fit_all((problem,), settings, 1, {}, tmp_path, OneWorker(), quiet)["chain"]

    assert judged(fit, settings)[1] is None
    more, lacking = judged(fit, replace(settings, size_sought=1e6))
    assert (more.finished, lacking) == (True, None)
    more, lacking = judged(fit, replace(settings, size_sought=1e6, max_steps=300))
    assert not more.finished
    assert lacking.bound == 50e6


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("R-hat across ensembles", "R-hat across ensembles 1.05, at most 1.02 sought"),
        ("bulk effective sample size", "bulk effective sample size 1.05, at least 1.02 sought"),
    ],
)
def test_what_is_lacking_is_said_with_its_side(name, words):
    assert lacking_words(Check(name, 1.05, 1.02, passed=False)) == words
    assert lacking_words(None) == ""


def test_streams_differ_by_seed_mechanism_and_stage_only():
    first = stream(1, "both", "start").random()

    assert stream(1, "both", "start").random() == first
    assert stream(2, "both", "start").random() != first
    assert stream(1, "two_Dy3L", "start").random() != first
    assert stream(1, "both", "conclusions").random() != first
