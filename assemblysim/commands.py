"""What the commands on a study do: from paths and options to the text that is printed."""

from __future__ import annotations

import itertools
import json
import os
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from assemblysim.errors import InputError, RunError
from assemblysim.progress import listener
from assemblysim.report.page import write_report
from assemblysim.report.stored import read_summary
from assemblysim.report.terminal import comparison_view, plain_text, prediction_view
from assemblysim.study.concluding import run_all
from assemblysim.study.reading import read_study
from assemblysim.study.workers import OneWorker, Workers


@dataclass(frozen=True)
class Effort:
    """What the command line may change about a run.

    Attributes:
        workers: processes; None for all cores.
        max_steps: steps of each ensemble; None for the study's own.
        seed: None for the study's own.
        results: folder for results; None for the study's own.
        anew: whether stored results are put aside first.
        audit: whether each log evidence is checked by nested sampling.
    """

    workers: int | None
    max_steps: int | None
    seed: int | None
    results: Path | None
    anew: bool = False
    audit: bool = False


@contextmanager
def _workers(count: int | None) -> Iterator[Workers]:
    """Open a pool of processes; one worker works in this process."""
    processes = count or os.cpu_count() or 1
    if processes == 1:
        yield OneWorker()
        return
    pool = ProcessPoolExecutor(processes)
    try:
        yield pool
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _results(path: Path, results: Path | None) -> Path:
    """Return where a study's results are."""
    folder = path if path.is_dir() else path.parent
    if not (folder / "study.toml").is_file():
        raise InputError(f"{path}: no study.toml there; name a study's folder such as fits/hnp_dy6")
    return results or folder / "results"


def _fitted(path: Path, effort: Effort) -> tuple[dict[str, Any], Path]:
    """Fit a study and return its summary and where it is stored."""
    study = read_study(path)
    if effort.seed is not None:
        study = replace(study, seed=effort.seed)
    if effort.max_steps is not None:
        study = replace(study, sampling=replace(study.sampling, max_steps=effort.max_steps))
    results = _results(path, effort.results)
    if effort.anew:
        put_aside(results)
    with _workers(effort.workers) as workers, listener(study.mechanisms) as tell:
        return run_all(study, results, workers, tell, audited=effort.audit), results


def put_aside(results: Path) -> None:
    """Rename a folder of stored results to the first free name such as ``results-1``.

    Raises:
        RunError: it cannot be renamed.
    """
    if not results.exists():
        return
    free = next(
        path
        for number in itertools.count(1)
        if not (path := results.with_name(f"{results.name}-{number}")).exists()
    )
    try:
        results.rename(free)
    except OSError as error:
        raise RunError(
            f"{results}: cannot be put aside as {free.name}: {error.strerror}; check the folder"
        ) from error


def _printed(summary: dict[str, Any], text: str, *, as_json: bool) -> str:
    """Return the summary as JSON, or the text."""
    return json.dumps(summary, ensure_ascii=False) if as_json else text


def fit_study(path: Path, effort: Effort, *, as_json: bool) -> str:
    """Fit all mechanisms and return the ranking."""
    summary, results = _fitted(path, effort)
    text = f"{plain_text(comparison_view(summary))}\n\nstored in {results}"
    return _printed(summary, text, as_json=as_json)


def show_comparison(path: Path, results: Path | None, *, as_json: bool) -> str:
    """Return the stored ranking."""
    summary = read_summary(_results(path, results))
    return _printed(summary["comparison"], plain_text(comparison_view(summary)), as_json=as_json)


def show_predictions(path: Path, results: Path | None, *, as_json: bool) -> str:
    """Return the stored lifetimes and pathway shares."""
    summary = read_summary(_results(path, results))
    found = {
        "averaged": summary["averaged"],
        "mechanisms": {
            name: {"lifetimes": one["lifetimes"], "pathways": one["pathways"]}
            for name, one in summary["mechanisms"].items()
        },
    }
    return _printed(found, plain_text(prediction_view(summary)), as_json=as_json)


def make_report(path: Path, results: Path | None, *, as_json: bool) -> str:
    """Write the report from stored results and return where it is."""
    folder = _results(path, results)
    written = write_report(folder)
    return _printed({"report": str(written)}, f"wrote {written}", as_json=as_json)


def run_study(path: Path, effort: Effort, *, as_json: bool) -> str:
    """Fit, compare, predict and report."""
    summary, results = _fitted(path, effort)
    written = write_report(results)
    shown = [plain_text(view(summary)) for view in (comparison_view, prediction_view)]
    text = "\n".join([*shown, f"wrote {written}"])
    return _printed({**summary, "report": str(written)}, text, as_json=as_json)
