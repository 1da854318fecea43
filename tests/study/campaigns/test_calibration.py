import json
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace

import h5netcdf
import numpy as np
import pytest
from light_calibration import LIGHT, LIGHT_SEARCH, replicated_study
from report_example import summary as example_summary
from small_study import WORDS, chain_table, small_study

from assemblysim.errors import InputError
from assemblysim.files.codec import from_plain, to_plain
from assemblysim.inference.model.parameters import values_from_normal
from assemblysim.result.on_disk import store_result
from assemblysim.result.summary import StudyResult
from assemblysim.study.campaigns.calibration import (
    Request,
    design_of,
    run_calibration,
    unknown_misspecifications,
)
from assemblysim.study.workers import OneWorker

ASKED = Request(
    studies=3,
    misspecification_studies=1,
    misspecifications=("shared",),
    settings=LIGHT,
    search=LIGHT_SEARCH,
)


def ignore(misspecification, done, wanted):
    """Nobody waits."""


def run(study, results, request=ASKED, workers=None, tell=ignore):
    return run_calibration(study, request, results, workers or OneWorker(), tell)


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    return replicated_study(tmp_path_factory.mktemp("model"))


@pytest.fixture(scope="module")
def finished(study, tmp_path_factory):
    """The results of a calibration that ran without a break."""
    results = tmp_path_factory.mktemp("results")
    return results, run(study, results)


def records(results, name="prior-none"):
    return (results / "calibration" / f"{name}.jsonl").read_bytes()


def test_a_calibration_is_stored_with_its_seed_inputs_and_versions(finished, study):
    results, found = finished

    assert json.loads((results / "calibration.json").read_text("utf-8")) == to_plain(found)
    assert (found.seed, found.source) == (study.seed, "prior")
    assert found.versions["numpy"] == np.__version__
    assert f"walkers={LIGHT.walkers}" in found.settings["quick"]
    assert list(found.conditions) == ["none", "shared"]
    assert [one.studies for one in found.conditions.values()] == [3, 1]


def test_two_workers_give_the_numbers_of_one(finished, study, tmp_path):
    with ProcessPoolExecutor(2) as pool:
        run(study, tmp_path, workers=pool)

    for name in ("prior-none", "prior-shared"):
        assert records(tmp_path, name) == records(finished[0], name)


class Killed(Exception):
    """Stands for a kill."""


def test_a_run_that_was_killed_goes_on_to_the_same_numbers(finished, study, tmp_path):
    done = []

    def kill(misspecification, count, wanted):
        done.append(count)
        if len(done) == 2:
            raise Killed

    with pytest.raises(Killed):
        run(study, tmp_path, tell=kill)
    assert len(records(tmp_path).splitlines()) == 3
    done.clear()
    run(
        study,
        tmp_path,
        tell=lambda misspecification, count, wanted: done.append((misspecification, count, wanted)),
    )

    assert done == [("none", 3, 3), ("shared", 1, 1)]
    assert records(tmp_path) == records(finished[0])


def test_more_studies_go_on_from_those_that_are_there_and_not_of_another_seed(
    finished, study, tmp_path
):
    run(study, tmp_path, replace(ASKED, studies=2, misspecifications=()))
    before = records(tmp_path)
    with pytest.raises(InputError, match="2 simulated studies of other inputs, seed, settings or"):
        run(replace(study, seed=4), tmp_path)
    assert records(tmp_path) == before

    told = []
    run(
        study,
        tmp_path,
        replace(ASKED, misspecifications=()),
        tell=lambda misspecification, count, wanted: told.append(count),
    )

    assert told == [3]
    assert records(tmp_path) == records(finished[0])


@pytest.mark.parametrize("text", ["", "{", '{"made_from": 1}\n{"inde', '{"a": 1}\n', "[]\n"])
def test_a_file_that_holds_no_records_is_refused_and_stays(text, study, tmp_path):
    path = tmp_path / "calibration" / "prior-none.jsonl"
    path.parent.mkdir()
    path.write_text(text)

    with pytest.raises(InputError, match=r"not the records of a calibration .*; move it away"):
        run(study, tmp_path)
    assert path.read_text() == text


def test_statements_cannot_be_simulated(tmp_path):
    study = small_study(tmp_path, table=chain_table(), words=WORDS)

    with pytest.raises(InputError) as refused:
        run(study, tmp_path)
    assert str(refused.value) == (
        f"{tmp_path}/study.toml: experiment 'reactor': statements in words cannot be simulated, "
        "since which ones an author writes down depends on what was seen; calibrate a study of "
        "intensities alone"
    )


@pytest.mark.parametrize(
    ("replicates", "fraction", "reason"),
    [
        (1, False, "no sampling time has replicates"),
        (2, True, "the model lets replicates share an error already"),
    ],
)
def test_a_misfit_that_is_none_is_refused_and_left_out_of_all(
    replicates, fraction, reason, tmp_path
):
    study = replicated_study(tmp_path, replicates=replicates)
    study = replace(study, measurement=replace(study.measurement, share_replicates=fraction))

    assert unknown_misspecifications(study) == ("understated", "heavy-tails")
    with pytest.raises(InputError, match=f"--misspecification shared: {reason}; leave it out"):
        run(study, tmp_path)


def test_all_misfits_are_ones_where_the_model_counts_replicates_as_independent(study):
    assert unknown_misspecifications(study) == ("shared", "understated", "heavy-tails")


def stored_result_of(study, results, inputs=None):
    """A stored result of these files; what it found does not matter."""
    result = from_plain(StudyResult, example_summary())
    store_result(results, replace(result, inputs=inputs or dict(study.inputs)))


def stored_fit(study, results, positions):
    """A results folder with a summary and draws at these standard-normal positions."""
    stored_result_of(study, results)
    for problem in design_of(study, ASKED, results).problems:
        values = values_from_normal(problem.parameters, positions)
        (results / problem.mechanism).mkdir()
        with h5netcdf.File(results / problem.mechanism / "draws.nc", "w") as file:
            group = file.create_group("posterior")
            group.dimensions = {"chain": 1, "draw": len(values)}
            for i, name in enumerate(problem.parameter_names):
                group.create_variable(name, ("chain", "draw"), data=values[None, :, i])


def test_truths_from_the_posterior_are_stored_draws_and_not_judged(study, tmp_path):
    positions = np.array([[0.1, -0.2, 0.3], [0.4, 0.0, -0.5]])
    stored_fit(study, tmp_path, positions)
    asked = replace(ASKED, studies=2, source="posterior", misspecifications=())
    found = run(study, tmp_path, asked)
    design = design_of(study, asked, tmp_path)
    values = {
        tuple(np.round(v, 9)) for v in values_from_normal(design.problems[0].parameters, positions)
    }

    lines = [json.loads(line) for line in records(tmp_path, "posterior-none").splitlines()[1:]]
    assert {tuple(np.round(list(r["values"].values()), 9)) for r in lines[::2]} <= values
    assert not found.conditions["none"].ranks.judged


def test_the_posterior_needs_a_stored_fit_of_the_same_files(study, tmp_path):
    asked = replace(ASKED, source="posterior")
    with pytest.raises(InputError, match=r"no results .*; run 'assemblysim fit"):
        run(study, tmp_path, asked)

    stored_result_of(study, tmp_path, {"study.toml": "other"})
    with pytest.raises(InputError, match=r"study\.toml changed since the fit"):
        run(study, tmp_path, asked)

    stored_result_of(study, tmp_path)
    with pytest.raises(InputError, match="no stored draws of chain; run 'assemblysim fit' first"):
        run(study, tmp_path, asked)


@pytest.mark.slow
def test_the_ranks_of_a_real_calibration_are_uniform(study, tmp_path):
    found = run(study, tmp_path, replace(ASKED, studies=30, misspecifications=()))
    found = found.conditions["none"]

    assert found.ranks.together_p_value > 0.001
    covered = found.coverage.all["0.8"]
    assert abs(covered.share - 0.8) < 4 * covered.error
    assert found.wrong_with_confidence.hits <= 1
    assert found.not_fitted == 0
