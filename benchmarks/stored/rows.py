"""Studies that a command makes in turn: each is stored when it is made, and not made again."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

from assemblysim.files.writing.whole import write_whole
from assemblysim.study.results.versions import versions

Row = dict[str, Any]
Summary = dict[str, dict[str, float]]
# The name of a study, and what the function that makes it is called with before the seed.
Job = tuple[str, tuple[Any, ...]]


def options(parser: argparse.ArgumentParser) -> argparse.ArgumentParser:
    """Add what every such command may be told."""
    parser.add_argument("--seed", type=int, default=20261129)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--out", type=Path)
    return parser


def stored(path: Path | None, mark: dict[str, object]) -> dict[str, Row]:
    """Return the rows that are stored already, if they were made from the same."""
    if path is None or not path.is_file():
        return {}
    content = json.loads(path.read_text("utf-8"))
    return dict(content["rows"]) if content["made_from"] == mark else {}


def make_and_tell(
    asked: argparse.Namespace,
    made: Callable[..., Row],
    jobs: Iterable[Job],
    summary_of: Callable[[dict[str, Row]], Mapping[str, Mapping[str, float]]],
) -> None:
    """Make the studies that are not stored, store each as it comes, and print the summary.

    Args:
        asked: with the numbers that `options` adds.
        made: makes one study; called with a job's arguments and the seed.
        jobs: the studies.
        summary_of: counts rows.
    """
    mark: dict[str, object] = {"seed": asked.seed, "assemblysim": versions()["assemblysim"]}
    rows = stored(asked.out, mark)
    missing = [one for one in jobs if one[0] not in rows]
    with ProcessPoolExecutor(asked.workers) as pool:
        waiting = [(name, pool.submit(made, *given, asked.seed)) for name, given in missing]
        for name, job in waiting:
            rows[name] = job.result()
            if asked.out is not None:
                page = {"made_from": mark, "summary": summary_of(rows), "rows": rows}
                write_whole(asked.out, (json.dumps(page, indent=1) + "\n").encode())
    for name, counts in summary_of(rows).items():
        said = ", ".join(f"{key} {value}" for key, value in counts.items())
        sys.stdout.write(f"{name}: {said}\n")
