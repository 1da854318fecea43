"""``python -m benchmarks.calibrated.coverage``: do 95 % intervals hold the truth, default priors?

Simulated studies of one cluster that forms by two motifs that join, one by one, or both ways, each
made and fitted as `calibrate` does it: truths from the priors of a study that states none, so that
signals answer unlike by a factor of 2 each; two spectra at each time share sampling errors, and
what is below 0.5 % is zero. Rate constants, fractions of routes and half-lives are counted apart.
Each study is stored with --out as it ends, and not repeated.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np

from assemblysim.result.calibration import SimulatedRecord
from assemblysim.study.campaigns.calibration import Request, design_of
from assemblysim.study.campaigns.prediction_ranks import PREDICTED_AMONG
from assemblysim.study.campaigns.simulated_study import Design, calibrate_one
from assemblysim.study.campaigns.summary import covered
from assemblysim.study.definition.reading import read_study
from benchmarks.stored.rows import Row, Summary, make_and_tell, options

MODEL = """
[species]
M = "M"
L = "L"
ML = "M L"
M2L = "2M L"
M3L2 = "3M 2L"
M4L2 = "4M 2L"
[reactions]
bind = "M + L -> ML ; k_bind"
grow = "ML + M -> M2L ; k_grow"
join = "2 M2L -> M4L2 ; k_join"
couple = "ML + M2L -> M3L2 ; k_couple"
close = "M3L2 + M -> M4L2 ; k_close"
[mechanisms]
dimer = ["bind", "grow", "join"]
stepwise = ["bind", "grow", "couple", "close"]
mixed = ["bind", "grow", "join", "couple", "close"]
"""
STUDY = """
title = "SYNTHETIC: a cluster of which nothing is known beforehand"
model = "model.toml"
seed = 1
synthetic = true
notes = ["Simulated."]
[[experiments]]
name = "simulated"
initial = { M = "10 mM", L = "4 mM" }
data = "data.csv"
[measurement]
scale = "per spectrum"
noise = "proportional"
signals = ["ML", "M2L", "M3L2", "M4L2"]
detection_limit = "0.5 %"
"""
TIMES = (0.1, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0)
REPLICATES = 2
CONFIDENT = 0.95
LEVEL = "0.95"
# What is counted apart: how a summary calls it, and how names of predictions begin.
PREDICTIONS = {"route fractions": "fraction ", "half-lives": "half_life "}


@cache
def design(seed: int, request: Request) -> Design:
    """Return what all of them share; a process reads the study once."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        rows = [f"{time:g},1,1,1,1" for time in np.repeat(TIMES, REPLICATES)]
        table = "\n".join(["time (h),ML,M2L,M3L2,M4L2", *rows, ""])
        for name, text in (("model.toml", MODEL), ("study.toml", STUDY), ("data.csv", table)):
            (folder / name).write_text(text, "utf-8")
        study = replace(read_study(folder), seed=seed)
        return design_of(study, request, folder)


def made(number: int, seed: int, request: Request | None = None) -> Row:
    """Make one study, with as much work as `calibrate` puts into it, and say what is found."""
    shared = design(seed, request or Request())
    return told(calibrate_one(shared, "none", number), shared.richer)


def told(record: SimulatedRecord, richer: Mapping[str, tuple[str, ...]]) -> Row:
    """Return what is kept of a simulated study.

    Args:
        record: as `calibrate` stores it.
        richer: for each mechanism those that contain it.
    """
    leader = max(record.probabilities, key=record.probabilities.__getitem__)
    predicted = {
        kind: {
            name: (rank + 0.5) / (PREDICTED_AMONG + 1)
            for name, rank in record.prediction_ranks.items()
            if name.startswith(start)
        }
        for kind, start in PREDICTIONS.items()
    }
    return {
        "truth": record.truth,
        "leader": leader,
        "contains the truth": leader in richer[record.truth],
        "probability": record.probabilities[leader],
        "outcome": record.outcome,
        "leans": record.leans,
        "trusted": record.trusted,
        "below": {
            "rate constants": {n: v for n, v in record.below.items() if n.startswith("k_")},
            **predicted,
        },
    }


def is_sure(row: Row) -> bool:
    """Say whether a verdict is held with confidence."""
    judged = row["outcome"] != "no verdict" and not row["leans"]
    return bool(judged and row["probability"] > CONFIDENT)


def summary_of(rows: dict[str, Row]) -> Summary:
    """Count verdicts, and how many intervals hold the truth, with errors between studies."""
    every = list(rows.values())
    sure = [row for row in every if is_sure(row)]
    wrong = [row for row in sure if row["leader"] != row["truth"]]
    found: Summary = {
        "verdicts": {
            "studies": len(every),
            "sure": len(sure),
            "wrong": len(wrong),
            "wrong, containing the truth": sum(row["contains the truth"] for row in wrong),
            "leaning on an edge": sum(row["leans"] for row in every),
            "without a verdict": sum(row["outcome"] == "no verdict" for row in every),
            "not trusted": sum(not row["trusted"] for row in every),
        }
    }
    for kind in ("rate constants", *PREDICTIONS):
        below = [list(row["below"][kind].values()) for row in every if row["trusted"]]
        if any(below):
            inside = covered(below)[LEVEL]
            found[kind] = {
                "intervals": inside.count,
                "inside %": round(100 * inside.share, 2),
                "error %": round(100 * inside.error, 2),
            }
    return found


def main() -> None:
    """Run, store and say."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.calibrated.coverage", description=__doc__
    )
    parser.add_argument("--studies", type=int, default=400)
    asked = options(parser).parse_args()
    jobs = [(f"study {i}", (i,)) for i in range(asked.studies)]
    make_and_tell(asked, made, jobs, summary_of)


if __name__ == "__main__":
    main()
