"""The command ``steps``: the probability that each candidate step of a study is needed."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from assemblysim.commands.endings import say
from assemblysim.commands.pools import workers_for
from assemblysim.files.codec import to_plain
from assemblysim.files.writing.claiming import claimed
from assemblysim.report.sections.steps import steps_view
from assemblysim.report.writers.terminal import plain_text
from assemblysim.result.steps.stored import STEPS
from assemblysim.sentences.steps.probabilities import step_sentences, steps_verdict
from assemblysim.study.definition.reading import read_study
from assemblysim.study.steps.running import StepsRequest, read_part, run_steps


@dataclass(frozen=True)
class AskedSteps:
    """How the steps of a study are to be weighed.

    Attributes:
        path: the study's folder.
        workers: processes; None for all cores.
        seed: to use instead of the study's.
        results: folder of the results; None for the study's own.
        part: which part of how many, as 3/16; None for all.
    """

    path: Path
    workers: int | None = None
    seed: int | None = None
    results: Path | None = None
    part: str | None = None


def weigh_steps(asked: AskedSteps, *, as_json: bool) -> str:
    """Sample switches and constants, weigh subsets, and return what to print.

    Raises:
        InputError: the study or an option is at fault.
        RunError: stored runs are of something else, or nothing can be written.
    """
    part = (1, 1) if asked.part is None else read_part(asked.part)
    study = read_study(asked.path)
    for line in study.notices:
        say(line)
    seed = study.seed if asked.seed is None else asked.seed
    results = study.folder / "results" if asked.results is None else asked.results
    request = StepsRequest(study.folder, results, seed, part)
    # Parts of one job array write side by side, so each holds a folder of its own.
    own = results if part[1] == 1 else results / "steps" / f"part_{part[0]}_of_{part[1]}"
    with claimed(own, say), workers_for(asked.workers) as workers:
        found = run_steps(request, workers, say)
    if found is None:
        return f"part {asked.part} is done; the same command without --part joins all parts"
    if as_json:
        said = {"verdict": steps_verdict(found), "sentences": step_sentences(found)}
        return json.dumps({**_facts(to_plain(found)), **said}, ensure_ascii=False)
    return f"{plain_text(steps_view(found))}\nstored in {results / STEPS}"


def _facts(plain: object) -> dict[str, object]:
    return plain if isinstance(plain, dict) else {}
