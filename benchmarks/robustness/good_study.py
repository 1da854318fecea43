"""A small study that is in order, of which malformed inputs break one thing."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

MODEL: dict[str, Any] = {
    "title": "Two steps to a dimer",
    "source": "nobody 2020, doi 10.1000/none",
    "species": {"A": "M", "B": "M", "B2": "2M", "C": "M"},
    "reactions": {
        "turn": "A -> B ; k_turn",
        "pair": "2 B <=> B2 ; k_pair, k_part",
        "lose": "B -> C ; k_lose, K_A ; k_lose*B/(1 + A/K_A)",
    },
    "constants": {"k_part": "k_pair / K_pair"},
    "mechanisms": {"forward": ["turn", "pair"], "only_turn": ["turn"], "all": ["turn", "lose"]},
    "descriptions": {"forward": "both steps"},
    "titles": {"forward": "turn and pair"},
}
STUDY: dict[str, Any] = {
    "title": "A small study",
    "model": "small",
    "seed": 1,
    "mechanisms": ["forward", "only_turn"],
    "experiments": [
        {
            "name": "one",
            "initial": {"A": "10 mM"},
            "data": "data.csv",
            "statements": "statements.csv",
            "sampled": ["30 min", "1 h", "2 h"],
            "temperature": "25 degC",
            "volume": "10 mL",
            "events": [{"at": "1.5 h", "add": "1 mL", "of": {"A": "5 mM"}}],
            "dead_time": "30 s",
        }
    ],
    "measurement": {
        "scale": "per spectrum",
        "signals": ["A", "B", "B2"],
        "noise": "proportional",
        "detection_limit": "0.5 %",
    },
    "priors": {
        "k_turn": {"log_uniform": ["0.01 1/h", "100 1/h"]},
        "K_pair": {"log_uniform": ["1e-3 1/mM", "1e3 1/mM"]},
        "noise": "15 %",
    },
    "sampling": {
        "ensembles": 2,
        "walkers": 24,
        "max_steps": 60,
        "convergence": {"r_hat": 1.5},
        "smc": {"particles": 96},
    },
}
TABLE = [["time (h)", "A", "B", "B2"], [0.5, 60, 30, 10], [1, 40, 35, 25], [2, 21, None, 51]]
STATEMENTS = (
    "species,relation,from_h,to_h,reading\nA,decreasing,0.5,2,falls\nB2,detected,1,1,seen\n"
)


def table_text(table: list[list[Any]], between: str = ",") -> str:
    """Write rows as delimited text."""
    rows = [between.join("" if cell is None else str(cell) for cell in row) for row in table]
    return "\n".join(rows) + "\n"


def write_study(folder: Path, model: Mapping[str, Any], study: Mapping[str, Any]) -> None:
    """Write a mechanism file, a study and its tables below a folder."""
    for name in ("models", "study"):
        (folder / name).mkdir(parents=True)
    (folder / "models/small.toml").write_text(toml_text(model), encoding="utf-8")
    (folder / "study/study.toml").write_text(toml_text(study), encoding="utf-8")
    (folder / "study/data.csv").write_text(table_text(TABLE), encoding="utf-8")
    (folder / "study/statements.csv").write_text(STATEMENTS, encoding="utf-8")


def toml_text(document: Mapping[str, Any]) -> str:
    """Write a document as TOML, each key on a line of its own."""
    return "".join(f"{_quoted(key)} = {_value(value)}\n" for key, value in document.items())


def _value(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{_quoted(k)} = {_value(v)}" for k, v in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(map(_value, value)) + "]"
    if isinstance(value, str):
        return _quoted(value)
    return repr(value).lower() if isinstance(value, (bool, float)) else str(value)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
