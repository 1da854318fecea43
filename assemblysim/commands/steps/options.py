"""The options of the commands on candidate steps: ``propose`` and ``steps``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from assemblysim.commands.endings import ending_in_one_line, tell


def add_step_commands(app: typer.Typer) -> None:
    """Enter the commands on candidate steps into the command line."""
    app.command("propose")(_propose)
    app.command("steps")(_steps)


def _propose(  # noqa: PLR0913  # one parameter is one option of the command
    path: Annotated[
        Path | None, typer.Argument(help="a mechanism file with the species; it may have no steps")
    ] = None,
    kind: Annotated[
        list[str] | None,
        typer.Option(help="attach, join, exchange, transfer or close; several; all by default"),
    ] = None,
    reverses: Annotated[
        str, typer.Option(help="with, without, apart (each way its own step) or only ways back")
    ] = "with",
    sites: Annotated[
        list[str] | None,
        typer.Option(help="binding sites of a centre, as Pd=4, for statistical factors; several"),
    ] = None,
    largest: Annotated[
        list[str] | None,
        typer.Option(help="building block and its largest count, as Dy=6, instead of a file"),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="mechanism file to write to; a table of steps if .csv")
    ] = None,
    *,
    shared: Annotated[
        bool, typer.Option("--shared", help="steps of one kind and block share their constants")
    ] = False,
    force: Annotated[
        bool, typer.Option("--force", help="replace a file that this command did not write, too")
    ] = False,
    json: Annotated[
        bool, typer.Option("--json", help="print one JSON object for machines")
    ] = False,
) -> None:
    """List all balanced steps between species, by kind, as text for a mechanism file."""
    from assemblysim.commands.steps.proposing import Wanted, propose_steps

    counts = (tuple(sites or ()), tuple(largest or ()))
    wanted = Wanted(path, tuple(kind or ()), reverses, shared, *counts, out, force)
    with ending_in_one_line(every_fault=True, samples=False):
        tell(propose_steps(wanted, as_json=json))


def _steps(  # one parameter is one option of the command
    path: Annotated[Path, typer.Argument(help="folder of a study with [steps]")],
    workers: Annotated[
        int | None, typer.Option(min=1, max=1024, help="processes to use; all cores by default")
    ] = None,
    seed: Annotated[
        int | None, typer.Option(min=0, help="seed to use instead of the study's")
    ] = None,
    results: Annotated[
        Path | None, typer.Option(help="where results go; the study's results/ by default")
    ] = None,
    part: Annotated[
        str | None, typer.Option(help="do only part 3 of 16 of the runs, as 3/16, and store it")
    ] = None,
    *,
    json: Annotated[
        bool, typer.Option("--json", help="print one JSON object for machines")
    ] = False,
) -> None:
    """Say of each candidate step of [steps] how probably it is needed; resumes."""
    from assemblysim.commands.steps.weighing import AskedSteps, weigh_steps

    tell(weigh_steps(AskedSteps(path, workers, seed, results, part), as_json=json))
