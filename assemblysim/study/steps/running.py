"""The runs over switches of a study, and the evidences of subsets, each a job that is stored.

A job depends on its number and the study's seed alone, so that workers, parts on several machines
and interruptions change no number.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

import numpy as np

from assemblysim.errors import InputError
from assemblysim.files.codec import store_json
from assemblysim.inference.groundwork import stream
from assemblysim.inference.switches.forward import all_optima
from assemblysim.inference.switches.sampler import run_switches
from assemblysim.inference.switches.search import (
    SubsetOptimum,
    SwitchSearch,
    nearest_positions,
)
from assemblysim.inference.switches.subset_evidence import EvidenceEffort, subset_evidence
from assemblysim.inference.switches.switched import SwitchedProblem
from assemblysim.mechanism.reading.system import System
from assemblysim.result.evidence import LogEvidence
from assemblysim.result.mechanism import StoredReaction, StoredSpecies
from assemblysim.result.steps.probabilities import StepsResult
from assemblysim.result.steps.stored import STEPS
from assemblysim.study.definition.reading import read_study
from assemblysim.study.definition.study import Study
from assemblysim.study.results.mechanism_result import stored_reaction, stored_species
from assemblysim.study.results.storage import Mark, digest, read_marked, write_marked
from assemblysim.study.results.versions import versions
from assemblysim.study.steps.concluding import (
    FoundRun,
    Weighed,
    agreement_check,
    best_subsets,
    chosen_subsets,
    convergence_checks,
    replaced_pairs,
    step_probabilities,
)
from assemblysim.study.steps.definition import (
    StepQuestion,
    candidate_phrases,
    read_question,
)
from assemblysim.study.steps.needed import needed_steps
from assemblysim.study.steps.predicting import predictions_over_subsets
from assemblysim.study.steps.problem import switched_problem
from assemblysim.study.workers import Workers

# Draws of a run that are kept, evenly from all.
KEPT_DRAWS = 2000
SUBSETS_AT_ONCE = 8
# Optima of other subsets that the maximisations of one start from.
CARRIED_STARTS = 4


@dataclass(frozen=True, eq=False)
class StoredSwitchRun:
    """One run as it is stored.

    Attributes:
        switches: shape (D, G).
        positions: shape (D, P).
        needed: shape (D, G), 0 and 1.
        log_evidence: of all subsets together.
        calls: likelihood calls.
        seconds: of computing.
    """

    switches: np.ndarray
    positions: np.ndarray
    needed: np.ndarray
    log_evidence: float
    calls: int
    seconds: float


@dataclass(frozen=True, eq=False)
class StoredEvidences:
    """Evidences of some subsets.

    Attributes:
        evidences: of each, in their order.
        seconds: of computing.
    """

    evidences: tuple[LogEvidence, ...]
    seconds: float


@dataclass(frozen=True)
class StepsRequest:
    """What is to be done.

    Attributes:
        folder: of the study.
        results: folder of its results.
        seed: of all random numbers.
        part: which part of how many, from 1; (1, 1) for all.
    """

    folder: Path
    results: Path
    seed: int
    part: tuple[int, int] = (1, 1)


def run_steps(
    request: StepsRequest, workers: Workers, tell: Callable[[str], None]
) -> StepsResult | None:
    """Do the runs that are not stored yet; where these are all, weigh subsets and conclude.

    Returns:
        As `all_steps`; None of a part, whose runs are stored.

    Raises:
        InputError: the study is at fault.
        RunError: what is stored was made from something else, or cannot be written.
    """
    if request.part[1] > 1:
        _own_runs(request, read_question(request.folder), workers, tell)
        return None
    return all_steps(request, workers, tell)


def _own_runs(
    request: StepsRequest,
    question: StepQuestion,
    workers: Workers,
    tell: Callable[[str], None],
) -> list[StoredSwitchRun]:
    """Do the runs of a part that are not stored yet."""
    number, of = request.part
    own = range(number - 1, question.runs, of)
    runs = []
    for i, one in zip(own, workers.map(_run, [request] * len(own), own), strict=True):
        tell(f"run {i + 1} of {question.runs}: {one.seconds:.0f} s")
        runs.append(one)
    return runs


def all_steps(request: StepsRequest, workers: Workers, tell: Callable[[str], None]) -> StepsResult:
    """Do the runs that are not stored yet, weigh subsets, and conclude.

    Returns:
        The result, stored as steps.json too.

    Raises:
        InputError: the study is at fault.
        RunError: what is stored was made from something else, or cannot be written.
    """
    question = read_question(request.folder)
    runs = _own_runs(request, question, workers, tell)
    started = time.process_time()
    study, problem = _opened(str(request.folder), request.seed)
    found = [FoundRun(r.switches, r.needed, r.log_evidence) for r in runs]
    subsets, complete = chosen_subsets(problem.space, found, question.checked)
    pieces = [subsets[i : i + SUBSETS_AT_ONCE] for i in range(0, len(subsets), SUBSETS_AT_ONCE)]
    stored = list(workers.map(_weigh, [request] * len(pieces), range(len(pieces)), pieces))
    tell(f"{len(subsets)} subsets weighed: {sum(one.seconds for one in stored):.0f} s")
    weighed = Weighed(subsets, tuple(e for one in stored for e in one.evidences), complete)
    spent = sum(r.seconds for r in runs) + sum(one.seconds for one in stored)
    spent += time.process_time() - started
    result = _concluded(study, problem, question, found, weighed, spent)
    if result.converged:
        positions = np.concatenate([r.positions for r in runs])
        switches = np.concatenate([r.switches for r in runs])
        unit, windows = study.concentration_unit, list(result.windows_h)
        predicted = predictions_over_subsets(problem, positions, switches, unit, windows)
        result = replace(result, averaged=predicted)
    store_json(request.results / STEPS, result)
    return result


def weigh_for_report(
    study: Study, results: Path, workers: Workers, stage: Callable[[str], None]
) -> None:
    """Weigh the candidates of a study that has a table [steps]; see `run_steps`.

    Raises:
        InputError: the table is at fault.
        RunError: stored runs are of something else, or nothing can be written.
    """
    if candidate_phrases(study.folder):
        stage("weighing candidate steps")
        run_steps(StepsRequest(study.folder, results, study.seed), workers, stage)


def _concluded(
    study: Study,
    problem: SwitchedProblem,
    question: StepQuestion,
    runs: Sequence[FoundRun],
    weighed: Weighed,
    seconds: float,
) -> StepsResult:
    space = question.space
    rng = stream(study.seed, "steps", "concluding")
    checks = [*convergence_checks(runs), agreement_check(space, runs, weighed, rng)]
    converged = all(check.passed for check in checks)
    switches = np.concatenate([run.switches for run in runs])
    return StepsResult(
        study.folder.name,
        study.seed,
        versions(),
        dict(study.inputs),
        question.certain,
        question.needed,
        question.slowest,
        step_probabilities(space, question.groups, runs, weighed, rng, converged=converged),
        best_subsets(space, runs, weighed, converged=converged),
        replaced_pairs(space, switches) if converged else (),
        tuple(checks),
        weighed.complete,
        space.subset_count,
        question.notes,
        seconds,
        *_drawn(study.system, (*question.certain, *question.candidates)),
        windows_h={one.name: one.window for one in problem.switched.experiments},
    )


def _drawn(
    system: System, labels: Sequence[str]
) -> tuple[tuple[StoredSpecies, ...], dict[str, tuple[StoredReaction, ...]]]:
    """Return what a picture of the steps is made from: their species, and the steps."""
    known = dict(system.reactions)
    reactions = {label: tuple(map(stored_reaction, known[label])) for label in labels}
    used = {
        name for several in reactions.values() for r in several for name in r.reactants + r.products
    }
    return tuple(stored_species(s) for s in system.species if s.name in used), reactions


@lru_cache(maxsize=2)
def _opened(folder: str, seed: int) -> tuple[Study, SwitchedProblem]:
    """Read a study once in each process."""
    study = replace(read_study(folder), seed=seed)
    return study, switched_problem(study, read_question(folder))


def _mark(study: Study, question: StepQuestion) -> Mark:
    return {
        "inputs": digest(dict(study.inputs)),
        "settings": digest([question.needed, question.slowest, question.settings]),
        "switches": digest(question.space),
        "seed": str(study.seed),
        "versions": digest({k: v for k, v in versions().items() if k != "matplotlib"}),
    }


def _run(request: StepsRequest, number: int) -> StoredSwitchRun:
    """Do one run, or read it where it is stored."""
    study, problem = _opened(str(request.folder), request.seed)
    question = read_question(request.folder)
    path, mark = request.results / "steps" / f"run_{number + 1}.npz", _mark(study, question)
    known = read_marked(StoredSwitchRun, path, mark)
    if known is not None:
        return known
    started = time.process_time()
    rng = stream(study.seed, "steps", f"run {number + 1}")
    found = run_switches(problem, question.settings, rng)
    kept = np.linspace(0, len(found.switches) - 1, KEPT_DRAWS).round().astype(int)
    switches, positions = found.switches[kept], found.positions[kept]
    conditions = [one.prior_conditions for one in study.experiments]
    needed = needed_steps(problem, conditions, positions, switches, question.needed)
    run = StoredSwitchRun(
        switches,
        positions,
        needed.astype(float),
        found.log_evidence,
        found.calls,
        time.process_time() - started,
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    write_marked(path, mark, run)
    return run


@lru_cache(maxsize=2)
def _second_search(folder: str, seed: int) -> tuple[SubsetOptimum, ...]:
    """Search once more for the evidences, which are to owe nothing to the runs."""
    _, problem = _opened(folder, seed)
    settings = read_question(folder).settings
    search = SwitchSearch(2 * settings.screened, 2 * settings.starts)
    return all_optima(problem, search, stream(seed, "steps", "second search"))


def _weigh(request: StepsRequest, number: int, subsets: np.ndarray) -> StoredEvidences:
    """Weigh some subsets, or read what is stored of them."""
    study, problem = _opened(str(request.folder), request.seed)
    question = read_question(request.folder)
    mark = {**_mark(study, question), "subsets": digest(subsets.tolist())}
    path = request.results / "steps" / f"evidences_{number + 1}.npz"
    known = read_marked(StoredEvidences, path, mark)
    if known is not None:
        return known
    started = time.process_time()
    effort, known_optima = EvidenceEffort(), _second_search(str(request.folder), request.seed)
    evidences = []
    for row in subsets:
        text = "".join(str(int(one)) for one in row)
        rng = stream(study.seed, "evidence of a subset", text)
        starts = nearest_positions(known_optima, row, CARRIED_STARTS)
        evidences.append(subset_evidence(problem, row, starts, effort, rng))
    found = StoredEvidences(tuple(evidences), time.process_time() - started)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_marked(path, mark, found)
    return found


def read_part(text: str) -> tuple[int, int]:
    """Read ``3/16`` to its two numbers.

    Raises:
        InputError: it is no part.
    """
    first, slash, second = text.partition("/")
    if slash and first.isascii() and second.isascii() and first.isdigit() and second.isdigit():
        number, of = int(first), int(second)
        if 1 <= number <= of <= 100_000:
            return number, of
    raise InputError(f"--part: '{text}' is no part; write which of how many, as 3/16")
