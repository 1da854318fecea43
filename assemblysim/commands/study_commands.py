"""What the commands on a study do: from paths and options to the text that is printed."""

from __future__ import annotations

import itertools
import json
from dataclasses import dataclass, replace
from pathlib import Path

from assemblysim.commands.endings import say
from assemblysim.commands.ions import study_ions
from assemblysim.commands.pools import workers_for
from assemblysim.commands.progress_bars import (
    Stage,
    calibration_listener,
    listener,
    say_stage,
    silent_stage,
    stage,
)
from assemblysim.errors import InputError, RunError, did_you_mean
from assemblysim.files.codec import store_json, to_plain
from assemblysim.files.paths import resolved, what_lies_at
from assemblysim.files.writing.claiming import claimed
from assemblysim.files.writing.manifest import MANIFEST
from assemblysim.language import listed
from assemblysim.measurement.simulation.misspecifications import MISSPECIFICATIONS, Misspecification
from assemblysim.report.sections.calibration import calibration_view
from assemblysim.report.views import (
    comparison_view,
    design_view,
    effort_view,
    prediction_view,
    verdict_view,
)
from assemblysim.report.writers.terminal import plain_text
from assemblysim.result.on_disk import CALIBRATION, DESIGN, IONS, stored_design, stored_result
from assemblysim.result.steps.stored import STEPS
from assemblysim.result.summary import StudyResult
from assemblysim.sentences.calibration import condition_sentences
from assemblysim.sentences.cautions import cautions
from assemblysim.sentences.design import design_cautions, design_words
from assemblysim.sentences.verdict import verdict_words
from assemblysim.study.campaigns.calibration import (
    Request,
    run_calibration,
    unknown_misspecifications,
)
from assemblysim.study.campaigns.simulated_study import Source
from assemblysim.study.definition.reading import read_study
from assemblysim.study.definition.study import Study
from assemblysim.study.execution.concluding import run_all
from assemblysim.study.locating import STUDY_FILE, refuse_study_folder
from assemblysim.study.problem.changed_conditions import read_start, read_temperature
from assemblysim.study.problem.options import read_quantity
from assemblysim.study.questions.designing import Wish, design_for_report, design_study
from assemblysim.study.results.stored_posterior import changed_inputs
from assemblysim.study.steps.definition import candidate_phrases
from assemblysim.study.steps.running import weigh_for_report

# What calibrate leaves beside its result; a mechanism may be called calibration, too.
_RECORDS = "calibration/*.jsonl"


@dataclass(frozen=True)
class Effort:
    """What the command line may change about a run.

    Attributes:
        workers: processes; None for all cores.
        max_steps: steps of each ensemble; None for the study's own.
        seed: None for the study's own.
        results: folder for results; None for the study's own.
        anew: whether stored results are put aside first.
        nested_check: whether each log evidence is checked by nested sampling.
    """

    workers: int | None
    max_steps: int | None
    seed: int | None
    results: Path | None
    anew: bool = False
    nested_check: bool = False


def read_saying(path: Path) -> Study:
    """Read a study; say on stderr which of its keys have another name today."""
    study = read_study(path)
    for line in study.notices:
        say(line)
    return study


def results_folder(path: Path, results: Path | None) -> Path:
    """Return where a study's results are.

    Raises:
        InputError: there is no study, or results cannot go there.
    """
    folder = path if what_lies_at(path) == "folder" else path.parent
    if what_lies_at(folder / STUDY_FILE) != "file":
        raise InputError(
            f"{path}: no {STUDY_FILE} there; name a study's folder such as fits/hnp_dy6"
        )
    results = results or folder / "results"
    refuse_study_folder(results)
    return results


def _fitted(path: Path, effort: Effort) -> tuple[Study, StudyResult, Path]:
    """Fit a study; return it, its result, and where that is stored."""
    study = read_saying(path)
    if effort.seed is not None:
        study = replace(study, seed=effort.seed)
    if effort.max_steps is not None:
        study = replace(study, sampling=replace(study.sampling, max_steps=effort.max_steps))
    results = results_folder(path, effort.results)
    if effort.anew:
        put_aside(results)
    with (
        claimed(results, say),
        workers_for(effort.workers) as workers,
        listener(study.mechanisms) as tell,
    ):
        found = run_all(study, results, workers, tell, nested_checks=effort.nested_check)
        return study, found, results


def put_aside(results: Path) -> None:
    """Rename a folder of stored results to the first free name such as ``results-1``.

    A stored calibration, which does not depend on the fit, stays.

    Raises:
        InputError: it is a folder of something else.
        RunError: it cannot be renamed.
    """
    results = resolved(results)
    if not results.exists():
        return
    marks = (MANIFEST, "summary.json", "*/checkpoint.npz", "*/smc", CALIBRATION)
    if not any(next(results.glob(mark), None) for mark in marks):
        raise InputError(
            f"{results}: holds no stored results, so --anew leaves it alone; name another folder"
        )
    with claimed(results, say):
        pass  # nobody writes there
    free = next(
        path
        for number in itertools.count(1)
        if not (path := results.with_name(f"{results.name}-{number}")).exists()
    )
    try:
        results.rename(free)
        for name in (CALIBRATION, *(f"calibration/{path.name}" for path in free.glob(_RECORDS))):
            if (free / name).is_file():
                (results / name).parent.mkdir(parents=True, exist_ok=True)
                (free / name).rename(results / name)
    except OSError as error:
        raise RunError(
            f"{results}: cannot be put aside as {free.name}: {error.strerror}; check the folder"
        ) from error


def answer_text(found: object, text: str, *, as_json: bool, **more: object) -> str:
    """Return what was found as JSON, with what is said of it, or the text."""
    if not as_json:
        return text
    plain = to_plain(found)
    told = {**plain, **more} if isinstance(plain, dict) else plain
    return json.dumps(told, ensure_ascii=False)


def fit_study(path: Path, effort: Effort, *, as_json: bool) -> str:
    """Fit all mechanisms and return the ranking."""
    _, result, results = _fitted(path, effort)
    shown = [plain_text(view(result)) for view in (comparison_view, effort_view)]
    text = "\n".join([*shown, f"stored in {results}"])
    return answer_text(result, text, as_json=as_json, sentences=_sentences(result))


def _sentences(result: StudyResult) -> dict[str, object]:
    """Return what is said of a comparison, for programs that show it to people."""
    return {
        "verdict": verdict_words(result.comparison.verdict, result.titles),
        "cautions": cautions(result),
    }


def _say_what_changed(path: Path, result: StudyResult) -> None:
    """Say on stderr which of a study's files are others than those that were fitted."""
    try:
        names = changed_inputs(read_study(path), result)
    except InputError as fault:
        say(f"what is shown was fitted before these files had a fault: {fault}")
        return
    if names:
        say(
            f"{listed(names)} changed since the fit that is shown; "
            f"'assemblysim fit {path} --anew' renews it"
        )


def say_old_steps(path: Path, results: Path) -> None:
    """Say on stderr where a report shows candidate steps that its study asks about no more."""
    try:
        asked = candidate_phrases(path)
    except InputError:
        return  # said already
    if not asked and (results / STEPS).is_file():
        say(
            f"{results / STEPS} answers a table [steps] that study.toml does not have any more; "
            "the report shows it until you delete the file"
        )


def show_comparison(path: Path, results: Path | None, *, as_json: bool) -> str:
    """Return the stored ranking."""
    folder = results_folder(path, results)
    result = stored_result(folder, path)
    _say_what_changed(path, result)
    text = plain_text(comparison_view(result, stored_design(folder, result)))
    return answer_text(result.comparison, text, as_json=as_json, sentences=_sentences(result))


@dataclass(frozen=True)
class Sought:
    """What the command line may say about the next experiment.

    Attributes:
        times: such as "20 min"; empty for a grid.
        initial: "species=value unit" pairs, for other starting concentrations.
        replicate: whether only replicates of what was measured come into question.
        narrow: a parameter, or "product/reaction"; None for the mechanism.
        together: how many spectra to choose together.
        temperature: another one, throughout; None for the experiment's own.
    """

    times: tuple[str, ...]
    initial: tuple[str, ...]
    replicate: bool
    narrow: str | None
    together: int
    temperature: str | None = None


def design_next(path: Path, results: Path | None, sought: Sought, *, as_json: bool) -> str:
    """Rank the possible next spectra by what they would tell, and store that for the report."""
    study = read_saying(path)
    texts = [one.strip() for text in sought.times for one in text.split(",")]
    times = sorted({read_quantity(text, "h", "--times") for text in texts})
    if times and times[0] <= 0:
        raise InputError(f"--times: {times[0]:g} h is not after the start; write one such as 20min")
    start = read_start(study, sought.initial)
    start = replace(start, programme=read_temperature(study, sought.temperature))
    wish = Wish(start, tuple(times), sought.replicate, sought.narrow, sought.together)
    folder = results_folder(path, results)
    found = design_study(study, folder, wish)
    _keep(folder / DESIGN, found)
    text = plain_text(design_view(found))
    text = f"{text}\nstored in {folder / DESIGN}; 'report' shows it"
    said = {"sentences": design_words(found), "cautions": design_cautions(found)}
    return answer_text(found, text, as_json=as_json, **said)


def _keep(path: Path, found: object) -> None:
    """Store what was found in a results folder for its report; nothing where nothing was."""
    if found is not None:
        with claimed(path.parent, say):
            store_json(path, found)


def _report(path: Path, results: Path, count: int | None, stage_of: Stage = silent_stage) -> Path:
    """Write explorer and report of stored results, with so many workers; return the report."""
    # Slow to import, and not needed for the other commands.
    from assemblysim.commands.explore import leave_pages

    return leave_pages(path, results, count, stage_of)


def make_report(path: Path, results: Path | None, *, as_json: bool) -> str:
    """Write the report from stored results and return where it is."""
    folder = results_folder(path, results)
    _say_what_changed(path, stored_result(folder, path))
    say_old_steps(path, folder)
    _keep(folder / IONS, study_ions(path))
    written = _report(path, folder, None)
    return answer_text({"report": str(written)}, f"wrote {written}", as_json=as_json)


def run_study(path: Path, effort: Effort, *, as_json: bool) -> str:
    """Fit, compare, predict, rank what to measure next, and report."""
    ions = study_ions(path)
    candidate_phrases(path)  # a fault in [steps] is told before anything is computed
    study, result, results = _fitted(path, effort)
    _keep(results / IONS, ions)
    with claimed(results, say), workers_for(effort.workers) as workers:
        weigh_for_report(study, results, workers, say_stage)
    with stage("ranking what to measure next"):
        _keep(results / DESIGN, design_for_report(study, results, result))
    written = _report(path, results, effort.workers, stage)
    views = (comparison_view(result, stored_design(results, result)), prediction_view(result))
    shown = [plain_text(view) for view in (*views, effort_view(result))]
    text = "\n".join([*shown, f"wrote {written}", plain_text(verdict_view(result))])
    said = _sentences(result)
    return answer_text(result, text, as_json=as_json, sentences=said, report=str(written))


@dataclass(frozen=True)
class Simulated:
    """What the command line may say about a calibration.

    Attributes:
        studies: how many simulated studies.
        misspecification_studies: how many for each misspecification; None for as many.
        misspecifications: kinds of errors; "all" for all that the study's model does not know.
        source: "prior" or "posterior".
    """

    studies: int
    misspecification_studies: int | None
    misspecifications: tuple[str, ...]
    source: str


def calibrate_study(path: Path, wanted: Simulated, effort: Effort, *, as_json: bool) -> str:
    """Simulate studies like this one, fit them, and return how often one would be wrong."""
    study = read_saying(path)
    if effort.seed is not None:
        study = replace(study, seed=effort.seed)
    request = Request(
        wanted.studies,
        wanted.misspecification_studies or wanted.studies,
        _misspecifications(study, wanted.misspecifications),
        _source(wanted.source),
    )
    results = results_folder(path, effort.results)
    with (
        claimed(results, say),
        workers_for(effort.workers) as workers,
        calibration_listener() as tell,
    ):
        found = run_calibration(study, request, results, workers, tell)
    text = plain_text(calibration_view(found))
    text = f"{text}\nstored in {results / CALIBRATION}"
    said = {n: condition_sentences(one, n) for n, one in found.conditions.items()}
    return answer_text(found, text, as_json=as_json, sentences=said)


def _source(name: str) -> Source:
    """Return where truths come from."""
    for known in ("prior", "posterior"):
        if name == known:
            return known
    raise InputError(f"--from: '{name}' is not known; write prior or posterior")


def _misspecifications(study: Study, names: tuple[str, ...]) -> tuple[Misspecification, ...]:
    """Return the kinds of errors that are meant, each once."""
    for name in names:
        if name not in (*MISSPECIFICATIONS, "all"):
            raise InputError(
                f"--misspecification: '{name}' is not known{did_you_mean(name, MISSPECIFICATIONS)}"
            )
    chosen = set(unknown_misspecifications(study)) if "all" in names else set()
    return tuple(
        misspecification
        for misspecification in MISSPECIFICATIONS
        if misspecification in chosen or misspecification in names
    )
