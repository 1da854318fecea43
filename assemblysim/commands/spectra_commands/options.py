"""The commands on spectra and lists of ions, as the command line has them: paths and options."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from assemblysim.commands.endings import ending_in_one_line, tell
from assemblysim.commands.options import AsJson, Force, Results, WorkerCount


def add_spectra_commands(app: typer.Typer) -> None:
    """Add ``ions`` and ``spectra`` to the command line."""
    app.command("ions")(_ions)
    app.command("spectra")(_spectra)


def _ions(  # noqa: PLR0913  # one parameter is one option of the command
    path: Annotated[Path, typer.Argument(help="a study with [ions], or a list, CSV or XLSX")],
    tolerance: Annotated[
        str | None, typer.Option(help="of measured numbers, as '20 ppm' or '0.05 u'; no default")
    ] = None,
    model: Annotated[
        Path | None, typer.Option(help="mechanism file with the building blocks of a list")
    ] = None,
    block: Annotated[
        list[str] | None, typer.Option(help="building block, as L=[C29H19N5O4]2-; several")
    ] = None,
    sheet: Annotated[str | None, typer.Option(help="sheet of an XLSX file")] = None,
    metal: Annotated[
        str | None, typer.Option(help="list the ions with this metal instead, as Gd")
    ] = None,
    spectrum: Annotated[
        list[Path] | None,
        typer.Option(help="look for the ions in this mzML file or peak list; several"),
    ] = None,
    between: Annotated[
        tuple[str, str] | None, typer.Option(help="first and last time of its scans, as 1min 3min")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="CSV file to write to")] = None,
    results: Results = None,
    *,
    force: Force = False,
    json: AsJson = False,
) -> None:
    """Check a list of assigned ions: which peaks their numbers are, and whether charges fit."""
    from assemblysim.commands.ions import WantedIons, check_ions

    wanted = WantedIons(
        path,
        model,
        tuple(block or ()),
        tolerance,
        sheet,
        metal,
        out,
        tuple(spectrum or ()),
        between,
        results,
        force,
    )
    with ending_in_one_line(every_fault=True, samples=False):
        tell(check_ions(wanted, as_json=json))


def _spectra(
    path: Annotated[Path, typer.Argument(help="a study with [spectra]")],
    results: Results = None,
    workers: WorkerCount = None,
    *,
    pictures: Annotated[
        bool, typer.Option("--pictures/--no-pictures", help="draw every fit, below results/spectra")
    ] = True,
    force: Annotated[
        bool, typer.Option("--force", help="replace a table that this command did not write, too")
    ] = False,
    json: AsJson = False,
) -> None:
    """Assign measured spectra and make the table of intensities that a study reads."""
    from assemblysim.commands.spectra_commands.assigning import assign_spectra

    with ending_in_one_line(every_fault=True, samples=False):
        tell(assign_spectra(path, results, workers, pictures=pictures, as_json=json, force=force))
