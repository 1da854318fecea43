"""The command ``explore``: a page on which constants and conditions are moved, as one file."""

from __future__ import annotations

import json
import webbrowser
from dataclasses import dataclass
from pathlib import Path

from assemblysim.commands.endings import say
from assemblysim.commands.pools import workers_for
from assemblysim.commands.progress_bars import Stage, silent_stage
from assemblysim.errors import InputError, RunError
from assemblysim.explorer.model import ModelQuestion, explored_model
from assemblysim.explorer.page_text import explorer_page
from assemblysim.explorer.study import explored_study
from assemblysim.explorer.tables import Plain
from assemblysim.files.writing.claiming import claimed
from assemblysim.files.writing.manifest import write_result
from assemblysim.files.writing.requested import write_requested
from assemblysim.kinetics.engines.integration import missing_engine
from assemblysim.mechanism.reading.expanding import read_expanded_system
from assemblysim.report.writers.folder import EXPLORER, write_report
from assemblysim.result.on_disk import SUMMARY, stored_result
from assemblysim.study.definition.reading import read_study
from assemblysim.study.locating import STUDY_FILE
from assemblysim.study.problem.options import LONGEST_TIME, read_pairs, read_quantity
from assemblysim.study.results.stored_posterior import changed_inputs, result_of

_OURS = b'<meta name="generator" content="assemblysim explorer">'


@dataclass(frozen=True)
class Exploration:
    """What is to be explored.

    Attributes:
        path: a mechanism file, or the folder of a study.
        out: file to write; None for `EXPLORER`, beside the report where there is a fit.
        initial: of a mechanism file, as "species=value unit".
        until: of a mechanism file, how long with its unit; None for 48 h.
        results: folder of the study's results; None for its own.
        force: whether a file that this command did not write may be replaced.
        opens: whether the page is shown in a browser.
    """

    path: Path
    out: Path | None = None
    initial: tuple[str, ...] = ()
    until: str | None = None
    results: Path | None = None
    force: bool = False
    opens: bool = True


def explore(request: Exploration, *, as_json: bool) -> str:
    """Write the page, show it, and return what to print.

    Raises:
        InputError: a name or a quantity is at fault, or the fit is of other files.
        RunError: the file cannot be written, or the engine was not built.
    """
    if missing_engine():
        raise RunError("explore needs the native engine; install again, with a compiler")
    of_study = request.path.is_dir() or request.path.name == STUDY_FILE
    content, usual = _of_study(request) if of_study else _of_model(request)
    out = request.out or usual
    page = explorer_page(content).encode()
    if request.out is None and usual.parent != Path():
        with claimed(out.parent, say):
            write_result(out, page)
    else:
        write_requested(out, page, lambda old: _OURS in old[:1000], force=request.force)
    if request.opens and not webbrowser.open(out.resolve().as_uri()):
        say("no browser could be opened; open the file yourself")
    return json.dumps({"explorer": str(out)}) if as_json else f"wrote {out}"


def leave_pages(
    path: Path, results: Path, count: int | None, stage_of: Stage = silent_stage
) -> Path:
    """Write explorer and report of a fit; return where the report is.

    Args:
        path: the study's folder.
        results: the folder of its results.
        count: of workers; None for all cores.
        stage_of: tells while it lasts what is being done.
    """
    with claimed(results, say), workers_for(count) as workers:
        with stage_of("writing the explorer"):
            lacking = _leave_explorer(path, results)
        with stage_of("drawing and writing the report"):
            report = write_report(results, workers)
        if lacking:  # said only now: what stops the report as well is one line
            say(lacking)
        return report


def _leave_explorer(path: Path, results: Path) -> str:
    """Write the page of a fit; return a line where it cannot be made, else an empty text."""
    try:
        if missing_engine():
            raise InputError("it needs the native engine")
        study = read_study(path)
        if changed_inputs(study, stored_result(results, path)):
            return ""  # which is said where the report is asked for
        content = explored_study(study, results, result_of(study, results))
    except InputError as fault:
        return f"no {EXPLORER} was written: {fault}"
    write_result(results / EXPLORER, explorer_page(content).encode(), durable=False)
    return ""


def _of_model(request: Exploration) -> tuple[dict[str, Plain], Path]:
    if request.results is not None:
        raise InputError(f"--results: {request.path} is a mechanism file; name a study's folder")
    system = read_expanded_system(request.path)
    units = dict.fromkeys(system.species_names, "mM")
    initial = read_pairs(request.initial, "--initial", units, "species")
    until = read_quantity(request.until or "48 h", "h", "--until")
    if not 0 < until < LONGEST_TIME:
        raise InputError(f"--until: {request.until} is no time to follow; write one such as 48 h")
    start = {name: value for name, value in initial.items() if value}
    return explored_model(ModelQuestion(system, start, until)), Path(EXPLORER)


def _of_study(request: Exploration) -> tuple[dict[str, Plain], Path]:
    for option, given in (("--initial", request.initial), ("--until", request.until)):
        if given:
            raise InputError(f"{option}: a study has its own; change it on the page")
    study = read_study(request.path)
    results = request.results or study.folder / "results"
    fitted = result_of(study, results) if (results / SUMMARY).is_file() else None
    usual = Path(EXPLORER) if fitted is None else results / EXPLORER
    return explored_study(study, results, fitted), usual
