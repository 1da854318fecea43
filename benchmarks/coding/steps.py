"""The codings of a paper study from the first release's to today's, as study files.

Each is made from today's by taking changes back, so that they differ in nothing else.
"""

from __future__ import annotations

import copy
import csv
import json
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FORMER_RIVALS = {
    "dy6": ["two_Dy3L", "through_Dy5L2", "both", "two_Dy3L_reversible", "two_Dy3L_third_order"],
    "hnp_dy6": [
        "two_Dy3L", "through_Dy5L2", "both", "both_reversible", "dead_end", "two_step",
        "both_third_order",
    ],
}  # fmt: skip
Row = dict[str, str]


@dataclass(frozen=True)
class Coding:
    """A study as it is written.

    Attributes:
        name: of its folder.
        study: what study.toml holds.
        rows: the table of statements.
    """

    name: str
    study: dict[str, Any]
    rows: tuple[Row, ...]

    def write(self, folder: Path, models: Path) -> Path:
        """Write it as a study of its own, whose model is found wherever the folder is."""
        folder.mkdir(parents=True, exist_ok=True)
        study = self.study | {"model": str((models / f"{self.study['model']}.toml").resolve())}
        lines = [f"{json.dumps(key)} = {_toml(value)}\n" for key, value in study.items()]
        (folder / "study.toml").write_text("".join(lines), encoding="utf-8")
        with (folder / "statements.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(self.rows[0]))
            writer.writeheader()
            writer.writerows(self.rows)
        return folder


def read_coding(folder: Path) -> Coding:
    """Read a study as it is written."""
    study = tomllib.loads((folder / "study.toml").read_text(encoding="utf-8"))
    with (folder / "statements.csv").open(encoding="utf-8", newline="") as file:
        return Coding(folder.name, study, tuple(csv.DictReader(file)))


def _toml(value: object) -> str:
    if isinstance(value, dict):
        inside = (f"{json.dumps(k)} = {_toml(v)}" for k, v in value.items())
        return f"{{ {', '.join(inside)} }}"
    if isinstance(value, list):
        return f"[{', '.join(map(_toml, value))}]"
    return json.dumps(value, ensure_ascii=False)


def _without_rivals(coding: Coding) -> Coding:
    study = coding.study | {"mechanisms": FORMER_RIVALS[coding.name]}
    return Coding(coding.name, study, coding.rows)


def _one_heating(coding: Coding) -> Coding:
    study = copy.deepcopy(coding.study)
    del study["temperature"]
    for experiment in study["experiments"]:
        del experiment["temperature_alternatives"]
    return Coding(coding.name, study, coding.rows)


def _one_interpretation(coding: Coding) -> Coding:
    study = {key: value for key, value in coding.study.items() if key != "interpretations"}
    rows = (row for row in coding.rows if row["interpretation"] != "B")
    return Coding(coding.name, study, tuple(row | {"interpretation": ""} for row in rows))


def _rows(coding: Coding, change: Callable[[Row], list[Row]]) -> Coding:
    found = (new for row in coding.rows for new in change(row))
    return Coding(coding.name, coding.study, tuple(found))


def _not_said_small(coding: Coding) -> Coding:
    return _rows(coding, lambda row: [] if row["relation"].startswith("at most") else [row])


def _no_falls(coding: Coding) -> Coding:
    def change(row: Row) -> list[Row]:
        fall = row["relation"] == "decreasing" and row["species"] != "Dy2L"
        return [] if fall and row["from_h"] == "6" else [row]

    return _rows(coding, change)


def _silence_as_speech(coding: Coding) -> Coding:
    def change(row: Row) -> list[Row]:
        if row["relation"] != "unmentioned":
            return [row]
        return [row | {"relation": "absent", "unmentioned_rate": ""}]

    return _rows(coding, change)


def _every_row_a_sentence(coding: Coding) -> Coding:
    def change(row: Row) -> list[Row]:
        row = row | {"sentence": ""}
        if row["relation"] != "appears between":
            return [row]
        start, end = row["from_h"], row["to_h"]
        return [row | {"relation": "absent", "to_h": start},
                row | {"relation": "detected", "from_h": end}]  # fmt: skip

    return _rows(coding, change)


def _said_twice(coding: Coding) -> Coding:
    """Put in again what follows from other rows: a first maximum, and large until the end."""
    longer = {("Dy3L", "1"): "6", ("Dy6L2", "6"): "48"}

    def change(row: Row) -> list[Row]:
        if row["relation"] == "abundant":
            return [row | {"to_h": longer[row["species"], row["from_h"]]}]
        if (row["species"], row["relation"]) == ("Dy2L", "decreasing"):
            return [row | {"relation": "maximum", "to_h": row["from_h"]}, row]
        return [row]

    return _rows(coding, change)


def _same(coding: Coding) -> Coding:
    return coding


@dataclass(frozen=True)
class Step:
    """One change.

    Attributes:
        name: a word for files.
        title: what people read.
        back: takes it back.
        pairwise: whether relations are products over pairs until the next change.
    """

    name: str
    title: str
    back: Callable[[Coding], Coding]
    pairwise: bool = False


STEPS = (
    Step("first", "first release: products of pairs", _same, pairwise=True),
    Step("joint", "joint probabilities", _same),
    Step("once", "nothing said twice", _said_twice),
    Step("sentences", "one sentence, one factor", _every_row_a_sentence),
    Step("silence", "silence is weaker", _silence_as_speech),
    Step("falls", "falls before it is gone", _no_falls),
    Step("small", "small at first, not large before 6 h", _not_said_small),
    Step("interpretations", "two interpretations", _one_interpretation),
    Step("heating", "four durations of heating", _one_heating),
    Step("rivals", "ten rivals (today's coding)", _without_rivals),
)


def codings(today: Coding) -> tuple[Coding, ...]:
    """Return the coding after each of the steps, the last one as it is."""
    found = [today]
    for step in reversed(STEPS[1:]):
        found.append(step.back(found[-1]))
    return tuple(reversed(found))
