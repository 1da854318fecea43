"""Four small studies of different kinds, which a run goes through in seconds."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

from benchmarks.robustness.good_study import MODEL, TABLE, table_text, write_study

# Enough for every stage to be gone through; too few draws to believe.
SAMPLING: dict[str, Any] = {
    "ensembles": 2,
    "walkers": 16,
    "max_steps": 60,
    "round_steps": 20,
    "screened": 64,
    "starts": 2,
    "smc": {"pilot_particles": 96, "runs": 4, "particles": 96, "most_rounds": 2},
    "prior_changes": {"pilot_particles": 96, "runs": 2, "particles": 96, "most_rounds": 2},
}
_SIGNALS = {"signals": ["A", "B", "B2"], "noise": "proportional"}
_ONE = {"name": "one", "initial": {"A": "10 mM"}, "data": "data.csv"}
_WORDS = {
    "name": "one",
    "initial": {"A": "10 mM"},
    "statements": "statements.csv",
    "sampled": ["30 min", "1 h", "2 h"],
}
_HEATED = {**_ONE, "name": "heated", "temperature": [["0 h", "25 degC"], ["1 h", "60 degC"]]}

KINDS: dict[str, dict[str, Any]] = {
    "per spectrum": {
        "experiments": [_ONE],
        "measurement": {**_SIGNALS, "scale": "per spectrum", "detection_limit": "0.5 %"},
    },
    "absolute": {"experiments": [_ONE], "measurement": {**_SIGNALS, "scale": "absolute"}},
    "words": {
        "experiments": [_WORDS],
        "measurement": {**_SIGNALS, "scale": "per spectrum"},
    },
    "two temperatures": {
        "experiments": [{**_ONE, "temperature": "25 degC"}, _HEATED],
        "measurement": {**_SIGNALS, "scale": "per spectrum", "detection_limit": "0.5 %"},
    },
}


def write_kind(kind: str, folder: Path) -> Path:
    """Write one of the studies below a folder; return the study's own folder."""
    model = copy.deepcopy(MODEL)
    for table, name in (("mechanisms", "all"), ("reactions", "lose"), ("species", "C")):
        del model[table][name]
    del model["constants"]
    study = {
        "title": f"A small study: {kind}",
        "model": "small",
        "seed": 1,
        **KINDS[kind],
        "sampling": SAMPLING,
    }
    write_study(folder, model, study)
    if kind == "absolute":
        header, *rows = copy.deepcopy(TABLE)
        table = [header[:1] + [f"{name} (mM)" for name in header[1:]], *rows]
        (folder / "study/data.csv").write_text(table_text(table), encoding="utf-8")
    return folder / "study"
