"""Options and arguments that several commands have."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

ModelPath = Annotated[Path, typer.Argument(help="a mechanism file such as models/hnp_dy6.toml")]
CheckedPath = Annotated[
    Path, typer.Argument(help="a mechanism file, or a study's folder such as fits/hnp_dy6")
]
Expanded = Annotated[
    bool, typer.Option("--expanded", help="list all species and steps of the labelled forms")
]
StudyPath = Annotated[Path, typer.Argument(help="a study's folder such as fits/hnp_dy6")]
AsJson = Annotated[bool, typer.Option("--json", help="print one JSON object for machines")]
Seed = Annotated[int | None, typer.Option(min=0, help="seed to use instead of the study's")]
WorkerCount = Annotated[
    int | None,
    typer.Option("--workers", min=1, max=1024, help="processes to use; all cores by default"),
]
MaxSteps = Annotated[
    int | None, typer.Option(min=20, help="steps of each ensemble to spend at most")
]
Anew = Annotated[bool, typer.Option("--anew", help="put stored results aside and start anew")]
NestedCheck = Annotated[
    bool,
    typer.Option(
        "--nested-check", help="check each log evidence by nested sampling (a minute each)"
    ),
]
Initial = Annotated[
    list[str] | None, typer.Option(help='other starting concentration, as Dy="100 mM"')
]
Temperature = Annotated[str | None, typer.Option(help="another temperature, throughout, as 60degC")]
Constants = Annotated[
    list[str] | None, typer.Option("--set", help='rate constant, as k_grow="0.1 1/(mM h)"')
]
Starts = Annotated[list[str] | None, typer.Option(help='initial concentration, as Dy="190 mM"')]
Force = Annotated[
    bool, typer.Option("--force", help="replace a file that this command did not write, too")
]
Results = Annotated[
    Path | None, typer.Option("--results", help="where results go; the study's results/ by default")
]
Form = Annotated[str, typer.Option("--as", help="sbml, petab, petab1 (version 1) or crate")]
Licence = Annotated[str, typer.Option("--license", help="of a crate, as CC-BY-4.0 or a URL")]
