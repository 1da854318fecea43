"""The options of the command ``predict``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from assemblysim.commands.endings import say, tell
from assemblysim.commands.options import AsJson, Force, Initial, Results, StudyPath, Temperature


def add_predict_command(app: typer.Typer) -> None:
    """Enter ``predict`` into the command line."""
    app.command("predict")(_predict)


def _predict(  # noqa: PLR0913  # one parameter is one option of the command
    path: StudyPath,
    initial: Initial = None,
    temperature: Temperature = None,
    until: Annotated[
        str | None, typer.Option(help="how long the reaction is followed, as 96h")
    ] = None,
    vary: Annotated[
        list[str] | None,
        typer.Option(
            help="one or two conditions to vary, as L/Fe='1, 1.5, 2', L='2, 3 mM', "
            "temperature='20 to 80 degC in 4' or time='1, 6, 24 h'"
        ),
    ] = None,
    product: Annotated[
        str | None, typer.Option(help="the species that varied conditions are judged by")
    ] = None,
    fraction: Annotated[
        str | None, typer.Option(help="of a component, which an intermediate should exceed: '20 %'")
    ] = None,
    of: Annotated[str | None, typer.Option(help="that component; the scarcest by default")] = None,
    out: Annotated[
        Path | None, typer.Option(help="CSV file for concentrations and yields with bands")
    ] = None,
    plot: Annotated[Path | None, typer.Option(help="SVG, PNG or PDF file to draw them in")] = None,
    results: Results = None,
    *,
    force: Force = False,
    json: AsJson = False,
) -> None:
    """Show lifetimes, pathways, when to stop, yields, where it ends, and what governs them."""
    from assemblysim.commands.predicting.answering import Asked, show_predictions
    from assemblysim.commands.predicting.predicted_course import CourseFiles
    from assemblysim.kinetics.engines.integration import missing_engine

    note = missing_engine()
    if note is not None:
        say(note)
    files = CourseFiles(out, plot, force)
    start = (tuple(initial or ()), until, fraction, of, temperature, files)
    asked = Asked(*start, tuple(vary or ()), product)
    tell(show_predictions(path, results, asked, as_json=json))
