"""The command line: check, propose, new, ions, simulate, explore, export, fit and on results."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from assemblysim.commands.endings import ending_in_one_line, speak_any_console, tell
from assemblysim.commands.options import (
    Anew,
    AsJson,
    CheckedPath,
    Constants,
    Expanded,
    Force,
    Form,
    Initial,
    Licence,
    MaxSteps,
    NestedCheck,
    Results,
    Seed,
    Starts,
    StudyPath,
    Temperature,
    WorkerCount,
)
from assemblysim.commands.predicting.options import add_predict_command
from assemblysim.commands.simulating.options import add_simulate_command
from assemblysim.commands.spectra_commands.options import add_spectra_commands
from assemblysim.commands.steps.options import add_step_commands
from assemblysim.files.former_names import with_todays_options

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,  # drawing boxes round the help takes as long as all the rest
    context_settings={"max_content_width": 120},
    pretty_exceptions_enable=False,
    help="Which self-assembly mechanism do your spectra support, and how sure can one be?",
)


def _tell_version(asked: bool) -> None:
    if asked:
        from assemblysim import __version__
        from assemblysim.kinetics.engines.integration import engine_in_use

        tell(f"assemblysim {__version__}, engine {engine_in_use()}")
        raise typer.Exit


@app.callback()
def _all_commands(
    *,
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_tell_version, is_eager=True, help="print the version and end"
        ),
    ] = False,
) -> None:
    pass


def _say_what_is_missing() -> None:
    """Say in one line what is lost where a part could not be built."""
    from assemblysim.kinetics.engines.integration import missing_engine

    note = missing_engine()
    if note is not None:
        sys.stderr.write(f"assemblysim: {note}\n")


@app.command()
def check(path: CheckedPath, *, expanded: Expanded = False, json: AsJson = False) -> None:
    """Show what a mechanism file holds and implies, or a study's conditions, sharing and priors."""
    from assemblysim.commands.check import check_model

    with ending_in_one_line(every_fault=True, samples=False):
        tell(check_model(path, as_json=json, expanded=expanded))


@app.command()
def new(
    path: Annotated[Path, typer.Argument(metavar="STUDY", help="folder of the new study")],
    model: Annotated[str, typer.Option(help="a file in models/ by its name, or its path")],
    data: Annotated[Path, typer.Option(help="table of intensities, CSV or XLSX")],
    sheet: Annotated[str | None, typer.Option(help="sheet of an XLSX file")] = None,
    initial: Annotated[
        list[str] | None, typer.Option(help='what was mixed, as Dy="190 mM"; may be repeated')
    ] = None,
    decimal: Annotated[str | None, typer.Option(help="decimal mark of the table, . or ,")] = None,
) -> None:
    """Write a commented study from a model and the columns of a table; check accepts it."""
    from assemblysim.commands.new_study import Beginning, decimal_mark, new_study

    mark = decimal_mark(decimal)
    tell(new_study(Beginning(path, model, data, sheet, tuple(initial or ()), mark)))


add_spectra_commands(app)


add_simulate_command(app)


@app.command("explore")
def _explore(  # noqa: PLR0913  # one parameter is one option of the command
    path: CheckedPath,
    out: Annotated[
        Path | None, typer.Option(help="file to write; explorer.html by default")
    ] = None,
    initial: Annotated[
        list[str] | None, typer.Option(help='of a mechanism file: what is mixed, as Dy="190 mM"')
    ] = None,
    until: Annotated[str | None, typer.Option(help="of a mechanism file: how long, as 48h")] = None,
    results: Results = None,
    *,
    force: Force = False,
    no_open: Annotated[bool, typer.Option("--no-open", help="do not show it in a browser")] = False,
    json: AsJson = False,
) -> None:
    """Write a page with sliders for constants and conditions that computes in the browser."""
    from assemblysim.commands.explore import Exploration, explore

    start = (tuple(initial or ()), until)
    request = Exploration(path, out, *start, results, force=force, opens=not no_open)
    tell(explore(request, as_json=json))


@app.command("export")
def _export(  # noqa: PLR0913  # one parameter is one option of the command
    path: CheckedPath,
    mechanism: Annotated[str | None, typer.Option(help="which mechanism")] = None,
    out: Annotated[Path | None, typer.Option(help="file to write to, as both.xml")] = None,
    constants: Constants = None,
    initial: Starts = None,
    experiment: Annotated[
        str | None, typer.Option(help="of a study: whose start; the first by default")
    ] = None,
    results: Results = None,
    form: Form = "sbml",
    licence: Licence = "",
    *,
    force: Force = False,
) -> None:
    """Write a mechanism as SBML, with numbers given or fitted; a study as PEtab or RO-Crate."""
    from assemblysim.commands.exchange import Export, export

    numbers = (tuple(constants or ()), tuple(initial or ()))
    request = Export(path, mechanism, out, *numbers, experiment, results, force, licence)
    tell(export(request, form))


@app.command("import")
def _import(
    path: Annotated[Path, typer.Argument(metavar="FILE", help="an SBML file")],
    out: Annotated[Path | None, typer.Option(help="mechanism file to write, as mine.toml")] = None,
    *,
    force: Force = False,
    json: AsJson = False,
) -> None:
    """Write a mechanism file from SBML, with its numbers in h and mM."""
    from assemblysim.commands.exchange import import_mechanism

    tell(import_mechanism(path, out, force=force, as_json=json))


@app.command("fit", help="Fit every mechanism of a study by MCMC; resumes where it stopped.")
def _fit_or_run(  # noqa: PLR0913  # one parameter is one option of the command
    context: typer.Context,
    path: StudyPath,
    workers: WorkerCount = None,
    max_steps: MaxSteps = None,
    seed: Seed = None,
    results: Results = None,
    *,
    anew: Anew = False,
    nested_check: NestedCheck = False,
    json: AsJson = False,
) -> None:
    from assemblysim.commands.study_commands import Effort, fit_study, run_study

    _say_what_is_missing()
    command = run_study if context.info_name == "run" else fit_study
    effort = Effort(workers, max_steps, seed, results, anew, nested_check)
    if command is run_study:
        from assemblysim.commands.spectra_commands.assigning import spectra_before_run

        effort = spectra_before_run(path, effort)
    tell(command(path, effort, as_json=json))


@app.command()
def compare(path: StudyPath, results: Results = None, *, json: AsJson = False) -> None:
    """Show the ranking of a fitted study's mechanisms and the verdict."""
    from assemblysim.commands.study_commands import show_comparison

    tell(show_comparison(path, results, as_json=json))


add_predict_command(app)


@app.command()
def design(  # noqa: PLR0913  # one parameter is one option of the command
    path: StudyPath,
    times: Annotated[
        list[str] | None, typer.Option(help="when a spectrum could be taken, as 20min; several")
    ] = None,
    initial: Initial = None,
    temperature: Temperature = None,
    narrow: Annotated[
        str | None, typer.Option(help="what should become narrower: a constant, or product/step")
    ] = None,
    together: Annotated[int, typer.Option(min=1, help="choose so many spectra together")] = 3,
    results: Results = None,
    *,
    replicate: Annotated[
        bool, typer.Option("--replicate", help="only replicates of what was measured")
    ] = False,
    json: AsJson = False,
) -> None:
    """Rank possible next spectra by what they would tell about the mechanism."""
    from assemblysim.commands.study_commands import Sought, design_next

    _say_what_is_missing()
    start = (tuple(times or ()), tuple(initial or ()))
    sought = Sought(*start, replicate, narrow, together, temperature)
    tell(design_next(path, results, sought, as_json=json))


@app.command()
def report(path: StudyPath, results: Results = None, *, json: AsJson = False) -> None:
    """Write report.html from the stored results of a study."""
    from assemblysim.commands.study_commands import make_report

    tell(make_report(path, results, as_json=json))


app.command("run", help="Fit, compare, predict and report: the whole study.")(_fit_or_run)


@app.command()
def calibrate(  # noqa: PLR0913  one parameter is one option of the command
    path: StudyPath,
    studies: Annotated[int, typer.Option(min=1, help="how many simulated studies")] = 200,
    misspecification_studies: Annotated[
        int | None,
        typer.Option(min=1, help="how many for each misspecification; as many by default"),
    ] = None,
    misspecification: Annotated[
        list[str] | None,
        typer.Option(
            help="make data also with errors that the model does not know: shared, understated, "
            "heavy-tails, or all; may be given several times"
        ),
    ] = None,
    source: Annotated[
        str, typer.Option("--from", help="draw truths from the prior or the stored posterior")
    ] = "prior",
    workers: WorkerCount = None,
    seed: Seed = None,
    results: Results = None,
    *,
    json: AsJson = False,
) -> None:
    """Say how often a study like this one would be wrong, from simulated ones; resumes."""
    from assemblysim.commands.study_commands import Effort, Simulated, calibrate_study

    _say_what_is_missing()
    wanted = Simulated(studies, misspecification_studies, tuple(misspecification or ()), source)
    tell(calibrate_study(path, wanted, Effort(workers, None, seed, results), as_json=json))


add_step_commands(app)


def run_command_line() -> None:
    """Run the command line: status 0 done, 1 the input or the run is at fault, 2 wrong usage.

    130 or 143: it was interrupted by Ctrl-C or by SIGTERM. 70: the programme is at fault.
    """
    # Processes share the cores already; set before numpy is imported, where the user has not.
    for variable in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ.setdefault(variable, "1")
    speak_any_console()
    words, former = with_todays_options(sys.argv[1:])
    for line in former:
        sys.stderr.write(f"assemblysim: {line}\n")
    with ending_in_one_line(samples=not {"fit", "run", "calibrate", "steps"}.isdisjoint(words[:1])):
        app(args=words)
