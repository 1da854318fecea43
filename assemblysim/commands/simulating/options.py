"""The options of the command ``simulate``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from assemblysim.commands.endings import say, tell
from assemblysim.commands.options import AsJson, CheckedPath, Constants, Results, Starts


def add_simulate_command(app: typer.Typer) -> None:
    """Enter ``simulate`` into the command line."""
    app.command("simulate")(_simulate)


def _simulate(  # noqa: PLR0913  # one parameter is one option of the command
    path: CheckedPath,
    mechanism: Annotated[
        str | None, typer.Option(help="which mechanism; of a fit, the most probable by default")
    ] = None,
    constants: Constants = None,
    scan: Annotated[
        list[str] | None,
        typer.Option(
            help="one or two constants at several values, as k_grow='0.1, 1, 10 1/(mM h)'"
        ),
    ] = None,
    initial: Starts = None,
    until: Annotated[
        str | None,
        typer.Option(help="how long, as 48h (the default); of a fit, as long as was measured"),
    ] = None,
    numbers: Annotated[
        str | None, typer.Option(help="of a fit: median (the default), best or draws")
    ] = None,
    experiment: Annotated[
        str | None, typer.Option(help="of a fit: whose start and data; the first by default")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="CSV file to write the course to")] = None,
    plot: Annotated[Path | None, typer.Option(help="PNG, SVG or PDF file to draw it in")] = None,
    results: Results = None,
    *,
    force: Annotated[
        bool, typer.Option("--force", help="replace files that this command did not write, too")
    ] = False,
    json: AsJson = False,
) -> None:
    """Integrate a mechanism with numbers given by hand, or a fitted study's over its data."""
    from assemblysim.commands.predicting.predicted_course import CourseFiles
    from assemblysim.commands.simulating.fitted import FittedRequest, simulate_study
    from assemblysim.commands.simulating.simulate import Simulation, simulate_model
    from assemblysim.errors import InputError
    from assemblysim.kinetics.engines.integration import missing_engine
    from assemblysim.study.locating import STUDY_FILE
    from assemblysim.study.questions.simulated_fit import FitSimulation, read_numbers

    note = missing_engine()
    if note is not None:
        say(note)
    given = (tuple(constants or ()), tuple(scan or ()), tuple(initial or ()))
    if (path.is_dir() and path.suffix != ".toml") or path.name == STUDY_FILE:
        wanted = FitSimulation(mechanism, read_numbers(numbers or "median"), *given, experiment)
        files = CourseFiles(out, plot, force)
        tell(simulate_study(FittedRequest(path, results, wanted, until, files), as_json=json))
        return
    for option, one in (
        ("--numbers", numbers), ("--experiment", experiment), ("--results", results),
    ):  # fmt: skip
        if one is not None:
            raise InputError(f"{option}: {path} is a mechanism file; name a study's folder")
    request = Simulation(path, mechanism, *given, until or "48 h", out, plot, force)
    tell(simulate_model(request, as_json=json))
