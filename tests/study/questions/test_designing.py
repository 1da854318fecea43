"""Possible spectra of a study: their densities against quadrature, their ranking, the command."""

import json
import shutil
from dataclasses import replace
from functools import partial

import numpy as np
import pytest
from command_line import call
from quadrature import grid_draws
from scipy.special import logsumexp
from small_study import chain_table, small_study
from two_reactors import HEATED, written

from assemblysim.commands import study_commands
from assemblysim.errors import InputError
from assemblysim.files.codec import store_json
from assemblysim.inference.model.likelihood import log_likelihood
from assemblysim.inference.model.parameters import values_from_normal
from assemblysim.measurement.data import IntensityTable
from assemblysim.measurement.scales import SCALES
from assemblysim.prediction.design.design import draw_truths, expected_gain, imagine
from assemblysim.result.design import SpectrumPlan
from assemblysim.result.evidence import LackOfFit
from assemblysim.result.on_disk import stored_result
from assemblysim.sentences.design import asked_words, design_words, plan_words
from assemblysim.study.definition.reading import read_study
from assemblysim.study.execution.concluding import run_all
from assemblysim.study.problem.changed_conditions import Start, read_temperature
from assemblysim.study.problem.problems import build_problem
from assemblysim.study.questions import designing
from assemblysim.study.questions.designing import (
    QUICK,
    THOROUGH,
    Wish,
    design_for_report,
    grid_of,
    imagination_of,
    judge,
    plans_for,
)
from assemblysim.study.questions.planned_spectra import (
    Plan,
    ensemble_of,
    planned_spectra,
    quantity_draws,
    stored_ensemble,
)
from assemblysim.study.results.experiments import changed_start
from assemblysim.study.results.stored_posterior import probabilities_in_play
from assemblysim.study.workers import OneWorker
from benchmarks.designs import recommended_times

NOISE = 0.4
EVEN = {"chain": 0.5, "detour": 0.5}


def early_study(folder, table=None):
    """Two spectra so early that both mechanisms explain them."""
    whole = chain_table(noise=NOISE)
    early = IntensityTable(whole.signals, whole.times[:2], whole.values[:2])
    return small_study(folder, table=early if table is None else table, noise=NOISE)


def ensemble(study, draws=300, seed=0):
    rng = np.random.default_rng(seed)
    problems = [build_problem(study, name) for name in EVEN]
    return ensemble_of(EVEN, problems, [grid_draws(p, draws, rng) for p in problems])


def log_evidence(study, mechanism, points=120):
    """Log evidence by quadrature over the prior's quantiles."""
    problem = build_problem(study, mechanism)
    axis = (np.arange(points) + 0.5) / points
    quantiles = np.stack(np.meshgrid(axis, axis), axis=-1).reshape(-1, 2)
    columns = [p.prior.quantile(quantiles[:, i]) for i, p in enumerate(problem.parameters)]
    return logsumexp(log_likelihood(problem, np.stack(columns, axis=1)).total) - 2 * np.log(points)


def test_the_density_of_a_new_spectrum_is_the_ratio_of_evidences_with_and_without_it(tmp_path):
    study = early_study(tmp_path)
    together = ensemble(study, draws=4000)
    spectra = planned_spectra(together, Plan("new time", Start(), (2.0,)))
    rng = np.random.default_rng(3)
    old = study.experiments[0].table

    for truth in (0, 1):
        outcome = spectra.simulate(truth, 7, rng)
        new = IntensityTable(
            old.signals,
            np.append(old.times, 2.0),
            np.vstack([old.values, outcome.measured.values]),
        )
        for m, name in enumerate(EVEN):
            expected = log_evidence(early_study(tmp_path, new), name) - log_evidence(study, name)
            densities = spectra.log_densities(outcome)[m]
            found = logsumexp(densities) - np.log(len(densities))
            sizes = np.exp(densities - densities.max())
            error = sizes.std() / sizes.mean() / np.sqrt(len(sizes))
            assert abs(found - expected) < 4 * error + 0.02, (truth, name)


def test_a_late_spectrum_tells_more_than_an_early_one_and_both_more_than_one(tmp_path):
    together = ensemble(early_study(tmp_path))
    rng = np.random.default_rng(1)
    plans = [Plan("new time", Start(), (t,)) for t in (0.25, 1.0, 2.0)]
    ranked, joint = judge(imagination_of(together, THOROUGH, rng), plans, Wish(together=2))
    told = {one.plan.times[0]: one.gain.information_nats for one in ranked}

    # between k = 1 and 0.5 per hour B and C look alike early, but not after two hours
    assert told[2.0].value > told[0.25].value + 3 * told[2.0].error
    assert [one.gain.information_nats.value for one in ranked] == sorted(
        (one.gain.information_nats.value for one in ranked), reverse=True
    )
    assert joint.gain.information_nats.value > ranked[0].gain.information_nats.value
    assert joint.plan.times[1] == 2.0
    assert recommended_times(together, Start(), (0.25, 0.4, 2.0), 1, rng) == (2.0,)


def test_replicates_at_one_time_count_as_two_spectra(tmp_path):
    together = ensemble(early_study(tmp_path))
    truths = draw_truths(together.in_play, 200, np.random.default_rng(4))

    def told(*times):
        rng = np.random.default_rng(5)
        spectra = planned_spectra(together, Plan("new time", Start(), times))
        return expected_gain(imagine(spectra, together.in_play, truths, rng), together.in_play, rng)

    one, two = told(2.0), told(2.0, 2.0)

    assert two.information_nats.value > one.information_nats.value + one.information_nats.error


def test_half_the_start_changes_what_is_expected(tmp_path):
    together = ensemble(early_study(tmp_path))
    whole = planned_spectra(together, Plan("new time", Start(), (2.0,)))
    half = planned_spectra(together, Plan("other start", Start(0, (("A", 5.0),)), (2.0,)))

    # first-order steps: half of everything but the background
    np.testing.assert_allclose(
        half.signals[0] - 1e-3, (whole.signals[0] - 1e-3) / 2, rtol=1e-4, atol=1e-7
    )


def test_a_spectrum_at_another_temperature_is_expected_as_at_a_constant_one(tmp_path):
    # the second reactor of this study runs at 60 °C from the same start
    study = read_study(written(tmp_path, first=HEATED))
    problem = build_problem(study, "both")
    values = values_from_normal(problem.parameters, np.zeros((1, len(problem.parameters))))
    reactors = ensemble_of({"both": 1.0}, [problem], [values])
    warm = Start(0, (), read_temperature(study, "60 degC"))

    def signals(start):
        return planned_spectra(reactors, Plan("other start", start, (1.0, 6.0))).signals[0]

    np.testing.assert_allclose(signals(warm), signals(Start(1)), rtol=1e-6)
    assert np.abs(signals(Start()) / signals(Start(1)) - 1).max() > 0.01
    (first, *_) = plans_for(study, Wish(start=warm))
    assert said(study, first).endswith("at 60 °C")
    assert {plan.kind for plan in plans_for(study, Wish(start=warm))} == {"other start"}


def test_a_constant_is_narrowed_by_the_reading_that_shows_it(tmp_path):
    together = ensemble(early_study(tmp_path))
    plans = [Plan("new time", Start(), (t,)) for t in (0.01, 1.0)]
    wish = Wish(narrow="k_second", together=1)
    ranked, joint = judge(imagination_of(together, THOROUGH, np.random.default_rng(1)), plans, wish)

    assert joint is None
    assert ranked[0].plan.times == (1.0,)
    assert ranked[0].narrowing.fraction.value > ranked[1].narrowing.fraction.value
    fractions = quantity_draws(together, "C/second")
    np.testing.assert_allclose(fractions[0], 1)
    assert np.isnan(fractions[1]).all()
    with pytest.raises(InputError, match="--narrow: no 'k_secnd'; did you mean 'k_second'"):
        quantity_draws(together, "k_secnd")


def test_a_shared_sampling_error_adds_to_a_single_new_spectrum(tmp_path):
    study = small_study(tmp_path, table=chain_table(replicates=2), noise=0.3)
    study = replace(study, fixed=(*study.fixed, ("sampling_error", 0.4)))
    problem = build_problem(study, "chain")
    together = ensemble_of({"chain": 1.0}, [problem], [np.array([[1.0, 0.5]] * 5)])
    spectra = planned_spectra(together, Plan("new time", Start(), (2.0,)))
    twice = planned_spectra(together, Plan("new time", Start(), (2.0, 2.0)))

    np.testing.assert_allclose(spectra.noise[0], 0.5)
    assert twice.template.noise_names == ("noise", "sampling_error")
    np.testing.assert_allclose(twice.noise[0], [[0.3, 0.4]] * 5)


def test_plans_cover_replicates_new_times_and_half_of_what_was_put_in(tmp_path):
    study = small_study(tmp_path, table=chain_table())
    plans = plans_for(study, Wish())
    kinds = {plan.kind for plan in plans}
    what = [said(study, plan) for plan in plans]

    assert kinds == {"replicate", "new time", "other start"}
    assert "one more replicate at 2 h" in what
    assert "a spectrum at 12 h" in what  # half as long again as the 8 h that were followed
    assert any(w.endswith("at half the A") for w in what)
    assert any(w.endswith("at a quarter of the A") for w in what)
    assert [p.kind for p in plans_for(study, Wish(replicates_only=True))] == ["replicate"] * 6
    given = plans_for(study, Wish(Start(0, (("A", 20.0),)), (1.0,)))
    assert [said(study, p) for p in given] == ["a spectrum at 1 h at twice the A"]
    with pytest.raises(InputError, match="none of the --times was measured"):
        plans_for(study, Wish(times=(3.0,), replicates_only=True))
    with pytest.raises(InputError, match="leave out --initial and --temperature"):
        plans_for(study, Wish(Start(0, (("A", 20.0),)), replicates_only=True))


def test_new_times_are_what_one_sets_a_clock_to():
    assert grid_of(np.array([0.0, 0.5, 1.0, 2.0])) == pytest.approx(
        [15 / 60, 0.5, 42 / 60, 1.0, 1.4, 2.0, 3.0]
    )


def test_new_times_are_apart_from_those_that_were_measured():
    measured = np.array([1.0, 1.1, 2.0, 2.2, 4.0])
    new = [t for t in grid_of(measured) if t not in measured]

    assert new == pytest.approx([0.5, 1.5, 3.0, 6.0])
    assert all(np.abs(np.log(t / measured)).min() > np.log(1.25) / 2 for t in new)


def test_a_hundred_measured_times_do_not_make_hundreds_of_plans():
    grid = grid_of(np.linspace(0.1, 48, 150))

    assert len(grid) == THOROUGH.times
    assert grid[0] == pytest.approx(3 / 60)
    assert grid[-1] == 72.0


def test_half_of_everything_comes_into_question_where_several_things_were_put_in(tmp_path):
    study = small_study(tmp_path, table=chain_table())
    (reactor,) = study.experiments
    study = replace(study, experiments=(replace(reactor, initial=(("A", 10.0), ("B", 4.0))),))
    what = [said(study, plan) for plan in plans_for(study, Wish())]

    assert sum(w.endswith("at half the A and at half the B") for w in what) == 4


def test_spectra_that_belong_together_keep_their_own_starts(tmp_path):
    together = ensemble(early_study(tmp_path))
    half = Start(0, (("A", 5.0),))
    plans = [
        Plan("new time", Start(), (2.0,)),
        Plan("other start", half, (2.0,)),
    ]
    _, joint = judge(
        imagination_of(together, THOROUGH, np.random.default_rng(1)), plans, Wish(together=2)
    )

    assert {plan.kind: plan.start for plan in joint.spectra} == {
        "new time": Start(),
        "other start": half,
    }


def test_one_time_alone_says_nothing_where_every_column_has_its_own_size(tmp_path):
    study = early_study(tmp_path)
    study = replace(study, measurement=replace(study.measurement, scale=SCALES["per species"]))
    problem = build_problem(study, "chain")
    together = ensemble_of({"chain": 1.0}, [problem], [np.array([[1.0, 0.5]] * 5)])

    with pytest.raises(InputError, match="one time alone compares nothing"):
        planned_spectra(together, Plan("new time", Start(), (2.0,)))


@pytest.fixture(scope="module")
def fitted(tmp_path_factory):
    study = early_study(tmp_path_factory.mktemp("study"))
    results = tmp_path_factory.mktemp("results")
    run_all(study, results, OneWorker(), lambda event: None)
    return study, results


def said(study, plan):
    """What a plan is called."""
    start = changed_start(study, plan.start)
    return plan_words(SpectrumPlan(plan.kind, plan.times, start))


def test_the_mechanisms_in_play_come_with_their_probabilities(fitted):
    study, results = fitted
    found = probabilities_in_play(study, results)

    assert list(found.values()) == sorted(found.values(), reverse=True)
    assert sum(found.values()) == pytest.approx(1)
    assert stored_ensemble(study, results, 50).in_play.draws == 50


def test_the_command_ranks_spectra_in_words_and_for_machines(fitted, monkeypatch, capsys):
    study, results = fitted
    (study.folder / "study.toml").touch()
    monkeypatch.setattr(study_commands, "read_study", lambda path: study)
    monkeypatch.setattr(study_commands, "Wish", partial(Wish, depth=QUICK))
    words = ("design", str(study.folder), "--results", str(results))
    status, text, _ = call(monkeypatch, capsys, *words, "--times", "3 min, 2 h", "--times", "4h")
    _, machine, _ = call(monkeypatch, capsys, *words, "--replicate", "--json")
    content = json.loads(machine)

    assert status == 0
    assert text.startswith("• A spectrum at ")
    assert "nats are open" in text
    assert [one["plan"]["kind"] for one in content["candidates"]] == ["replicate"] * 2
    assert content["candidates"][0]["information_nats"]["error"] >= 0
    assert content["candidates"][0]["pairs"][0]["between"] == content["candidates"][0]["pair"]
    assert content.pop("sentences")[0].startswith("one more replicate at ")
    assert "new spectra scatter as the old ones" in content.pop("cautions")[0]
    assert json.loads((results / "design.json").read_text(encoding="utf-8")) == content


def test_a_report_has_a_ranking_of_the_fit_that_it_shows(fitted, tmp_path):
    study, results = fitted
    here = tmp_path / "results"
    shutil.copytree(results, here)
    (here / "design.json").unlink(missing_ok=True)
    result = stored_result(here, study.folder)
    found = design_for_report(study, here, result)
    store_json(here / "design.json", found)

    assert found.draws == QUICK.draws
    assert {one.plan.kind for one in found.candidates} == {"new time", "replicate", "other start"}
    assert found.experiments
    assert design_for_report(study, here, result) is None
    # the ranking of another fit is none of this one
    store_json(here / "design.json", replace(found, probabilities={"chain": 0.9, "detour": 0.1}))
    assert design_for_report(study, here, result) is not None


def test_a_quantity_is_named_with_how_much_narrower_it_becomes(fitted):
    study, results = fitted
    found = designing.design_study(study, results, Wish(times=(1.0, 2.0), narrow="k_second"))

    assert asked_words(found.asked) == "Possible next spectra at 1 h and 2 h, for k_second"
    assert "% off the variance of k_second" in design_words(found)[0]
    assert found.together is not None or len(found.candidates) == 2


@pytest.mark.parametrize(
    ("option", "line"),
    [
        (("--times", "0 h"), "--times: 0 h is not after the start"),
        (("--times", "2 mM"), "--times: unit"),
        (("--narrow", "k_thrid"), "--narrow: no 'k_thrid'"),
    ],
)
def test_the_command_refuses_in_one_line(option, line, fitted, monkeypatch, capsys):
    study, results = fitted
    (study.folder / "study.toml").touch()
    monkeypatch.setattr(study_commands, "read_study", lambda path: study)
    words = ("design", str(study.folder), "--results", str(results), *option)
    status, _, err = call(monkeypatch, capsys, *words)

    assert status == 1
    assert line in err
    assert len(err.splitlines()) == 1


def test_a_decided_study_is_told_so(fitted, tmp_path, monkeypatch):
    study, results = fitted
    summary = json.loads((results / "summary.json").read_text())
    summary["comparison"]["probabilities"] = {"chain": 0.995, "detour": 0.005}
    (tmp_path / "chain").symlink_to(results / "chain")
    (tmp_path / "summary.json").write_text(json.dumps(summary))

    with pytest.raises(InputError, match="chain alone is in play, so nothing is left to decide"):
        designing.design_study(study, tmp_path, Wish())
    edge = {"mechanism": "chain", "name": "k", "upper": True, "bound": 1, "unit": "", "rise": 2}
    summary["comparison"]["verdict"]["edges"] = [edge]
    (tmp_path / "leaning").mkdir()
    (tmp_path / "leaning" / "chain").symlink_to(results / "chain")
    (tmp_path / "leaning" / "summary.json").write_text(json.dumps(summary))
    with pytest.raises(InputError, match="in play while default priors are as narrow as they are"):
        designing.design_study(study, tmp_path / "leaning", Wish())
    found = design_for_report(study, tmp_path, stored_result(tmp_path, tmp_path))
    assert found.asked.narrow == stored_result(tmp_path, tmp_path).mechanisms["chain"].least_known
    assert all(one.narrowing is not None for one in found.candidates)
    lack = LackOfFit(("trend",), (), 0, 8)
    failed = replace(stored_result(tmp_path, tmp_path).comparison.verdict, lack_of_fit=lack)
    lacking = stored_result(tmp_path, tmp_path)
    lacking = replace(lacking, comparison=replace(lacking.comparison, verdict=failed))
    assert design_for_report(study, tmp_path, lacking) is None
