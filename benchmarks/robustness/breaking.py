"""Inputs that are wrong in one or two places, drawn at random: keys, options, tables, paths."""

from __future__ import annotations

import copy
import io
import os
import random
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import typer.main

from assemblysim.command_line import app
from assemblysim.docs.reference import MODEL_KEYS, SETTINGS_TABLES, STUDY_TABLES
from benchmarks.robustness.good_study import MODEL, STUDY, TABLE, table_text, write_study


@dataclass(frozen=True)
class MalformedInput:
    """A command line on files that were broken.

    Attributes:
        kind: what was broken: "key", "option", "table" or "path".
        about: how.
        words: of the command line, to be given in the folder of the files.
    """

    kind: str
    about: str
    words: tuple[str, ...]


def _nested(depth: int) -> Any:
    value: Any = 1
    for _ in range(depth):
        value = [value]
    return value


NUMBERS: tuple[Any, ...] = (
    *(-1, 0, 1, 7, 10**9, 2**63 - 1, -(2**63), 10**30, 0.5, -0.5, 1e308, 5e-324, 1e-300),
    *(float("nan"), float("inf"), True),
)
TEXTS: tuple[str, ...] = (
    *(
        "",
        " ",
        "x" * 300,
        "k" * 20_000,
        "a\nb",
        "a\tb",
        "\x1b[31m",
        "\u202eabc",
        "\ufeffA",
        "é",
        "𝒜₂",
    ),
    *("=1+1", "@x", "-", "1", "nan h", "inf mM", "1e400 h", "1e300 h", "-1 h", "0 h", "1 parsec"),
    *("1 h h", "5 %%", "1//2", "1 mM/(", "1e-320 mM", "99999999999999999999 h", "-300 degC"),
    *("A", "B2", "A -> B", "A ->", "-> ; k", "A + A + A -> B ; k", "2.5 A -> B ; k", "A <=> B ; k"),
    *(
        "A -> B ; k ; k*A^B^A^B",
        "A -> B ; k ; " + "(" * 60 + "A" + ")" * 60,
        "9" * 5000 + " A -> B ; k",
    ),
    *("A -> B ; k ; exp(exp(exp(A)))", "A -> B ; k ; 1/0", "A -> B ; k ; sqrt(-1)*k"),
    *("../../../etc/passwd", "/dev/zero", "/", ".", "..", "~", "a/b/c", "CON", "x" * 256 + ".csv"),
    *(
        "__class__",
        "{0}",
        "%s",
        "\\",
        "\\input{x}",
        "<script>",
        "]]>",
        "&amp;",
        "'",
        '"',
        "`",
        "$x$",
    ),
    *("forward", "only_turn", "kgrow", "k_turn", "time", "noise", "chain", "none", "null", "true"),
)
STRUCTURES: tuple[Any, ...] = (
    *([], [[]], {}, {"a": {}}, [1, "a"], [None][1:], _nested(30), _nested(300), date(2020, 1, 1)),
    *({"log_uniform": [1, 1]}, {"log_uniform": ["1 1/h"]}, {"normal": []}, {"uniform": [2, 1]}),
    *(
        [["0 h", "25 degC"]],
        [["2 h", 1], ["1 h", 2]],
        ["A"] * 5000,
        {f"k{i}": "A" for i in range(3000)},
    ),
    *(
        [{"at": "1 h"}],
        [{"at": "1 h", "add": "1 mL"}],
        {"A": "10 mM", "Q": "1 mM"},
        {"A": {"A": 1}},
    ),
)
VALUES: tuple[Any, ...] = (*NUMBERS, *TEXTS, *STRUCTURES)


def malformed_input(rng: random.Random, folder: Path) -> MalformedInput:
    """Write files below a folder of which something is wrong, and return the command to give.

    Args:
        rng: what is broken, and how.
        folder: an empty one; the files are in ``work``, and beside it what no command may touch.
    """
    outside = folder / "outside"
    outside.mkdir(parents=True)
    (outside / "mine.csv").write_text("mine\n", encoding="utf-8")
    (outside / "mine.toml").write_text("mine\n", encoding="utf-8")
    make: Callable[[random.Random, Path], MalformedInput] = rng.choice(
        [_broken_key, _broken_key, _broken_option, _broken_table, _broken_path]
    )
    return make(rng, folder / "work")


# Tables of the files with the keys that each may hold.
_STUDY_KEYS = {heading: tuple(kind.model_fields) for heading, kind in STUDY_TABLES}
_SETTING_KEYS = {heading: tuple(kind.__dataclass_fields__) for heading, kind in SETTINGS_TABLES}


def _tables_of(study: dict[str, Any]) -> list[tuple[str, dict[str, Any], tuple[str, ...]]]:
    """Return (name, table, keys that it may hold) of each table in a study."""
    experiment, event = study["experiments"][0], study["experiments"][0]["events"][0]
    sampling = study["sampling"]
    for name in ("temperature", "statements", "interpretations", "hypotheses", "derived"):
        study.setdefault(name, {})
    return [
        ("top", study, _STUDY_KEYS["At the top"]),
        ("experiment", experiment, _STUDY_KEYS["`[[experiments]]`"]),
        ("event", event, _STUDY_KEYS["An item of `events`"]),
        ("measurement", study["measurement"], _STUDY_KEYS["`[measurement]`"]),
        ("temperature", study["temperature"], _STUDY_KEYS["`[temperature]`"]),
        ("priors", study["priors"], ("k_turn", "k_pair", "noise", "K_pair", "response_B", "Q")),
        ("prior", study["priors"]["k_turn"], _STUDY_KEYS["A prior"]),
        ("derived", study["derived"], ("k_turn", "k_pair", "noise", "Q")),
        ("statements", study["statements"], _SETTING_KEYS["`[statements]`"]),
        ("sampling", sampling, _SETTING_KEYS["`[sampling]`"]),
        ("convergence", sampling["convergence"], _SETTING_KEYS["`[sampling.convergence]`"]),
        ("smc", sampling["smc"], _SETTING_KEYS["`[sampling.smc]`"]),
    ]


def _broken_key(rng: random.Random, work: Path) -> MalformedInput:
    model, study = copy.deepcopy(MODEL), copy.deepcopy(STUDY)
    of_study = _tables_of(study)
    of_model = [("model", model, tuple(MODEL_KEYS))] + [
        (name, table, (*table, rng.choice(TEXTS)))
        for name, table in model.items()
        if isinstance(table, dict)
    ]
    about = []
    for _ in range(rng.choice((1, 1, 2))):
        tables = of_model if rng.random() < 0.4 else of_study
        name, table, keys = rng.choice(tables)
        key, value = rng.choice(keys), rng.choice(VALUES)
        if rng.random() < 0.1:
            table.pop(key, None)
            about.append(f"{name}: no {key[:40]!r}")
        else:
            table[key] = value
            about.append(f"{name}: {key[:40]!r} = {str(value)[:60]!r}")
    for one in ("temperature", "statements", "interpretations", "hypotheses", "derived"):
        if study.get(one) == {}:
            del study[one]
    write_study(work, model, study)
    words = rng.choice(
        (("check", "study"), ("check", "models/small.toml"), ("check", "study", "--json"))
    )
    return MalformedInput("key", "; ".join(about), words)


def _broken_option(rng: random.Random, work: Path) -> MalformedInput:
    write_study(work, MODEL, STUDY)
    group: Any = typer.main.get_command(app)
    name = rng.choice(["check", "new", "simulate", "compare", "predict", "design", "report"])
    command = group.commands[name]
    target = {"simulate": "models/small.toml", "new": "fits/mine"}.get(name, "study")
    words = [name, target]
    if name == "new":
        words += ["--model", "small", "--data", "study/data.csv"]
    if name == "simulate":
        words += ["--mechanism", "only_turn", "--set", "k_turn=1 1/h", "--initial", "A=1 mM"]
    options = [p for p in command.params if p.param_type_name == "option"]
    for option in rng.sample(options, min(len(options), rng.choice((1, 2)))):
        words.append(option.opts[0])
        if not option.is_flag:
            text = rng.choice((rng.choice(TEXTS), str(rng.choice(NUMBERS))))
            named = option.name in ("initial", "constants") and rng.random() < 0.7
            words.append(f"A={text}" if named else text)
    usable = tuple(word.replace("\0", "") for word in words)
    return MalformedInput("option", " ".join(usable)[:200], usable)


def _broken_table(rng: random.Random, work: Path) -> MalformedInput:
    study = copy.deepcopy(STUDY)
    suffix = rng.choice(("csv", "csv", "tsv", "txt", "xlsx"))
    study["experiments"][0]["data"] = f"data.{suffix}"
    write_study(work, MODEL, study)
    table = copy.deepcopy(TABLE)
    for _ in range(rng.choice((0, 1, 2))):
        row = rng.choice(table)
        row[rng.randrange(len(row))] = rng.choice((*TEXTS, *NUMBERS, None))
    change = rng.choice(("none", "wide", "long", "twice", "ragged", "empty", "header"))
    if change == "wide":
        table = [[*row, *[None] * rng.choice((300, 16_000))] for row in table]
    elif change == "long":
        table += [[i, 1, 2, 3] for i in range(20_000)]
    elif change == "twice":
        table[0][2] = table[0][1]
    elif change == "ragged":
        table[rng.randrange(4)] += [1, 2, 3]
    elif change == "empty":
        table = table[: rng.choice((0, 1))]
    elif change == "header":
        table.insert(0, ["Operator: X", None])
    content = _workbook(rng, table) if suffix == "xlsx" else _text(rng, table)
    form, content = _damaged(rng, content)
    (work / f"study/data.{suffix}").write_bytes(content)
    about = f"{suffix}, {change}, {form}"
    return MalformedInput("table", about, ("check", "study"))


def _text(rng: random.Random, table: list[list[Any]]) -> bytes:
    text = table_text(table, rng.choice((",", ";", "\t", " ", "|")))
    text = text.replace("\n", rng.choice(("\n", "\n", "\r\n", "\r")))
    encoding = rng.choice(("utf-8", "utf-8", "utf-8-sig", "utf-16", "cp1252", "utf-32"))
    return text.encode(encoding, errors="replace")


def _workbook(rng: random.Random, table: list[list[Any]]) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    for i, row in enumerate(table[:2000], 1):
        for j, cell in enumerate(row[:400], 1):
            text = cell if isinstance(cell, (int, float)) else None if cell is None else str(cell)
            if isinstance(text, str):
                text = "".join(c for c in text if c.isprintable())[:32_000]
            sheet.cell(i, j).value = (
                text if not isinstance(text, int) or text < 2**60 else str(text)
            )
    if rng.random() < 0.3:
        sheet.cell(rng.choice((10, 2000)), 16_384).number_format = "0.00"
    if rng.random() < 0.2:
        book.create_sheet("other")
    with io.BytesIO() as buffer:
        book.save(buffer)
        return buffer.getvalue()


def _damaged(rng: random.Random, content: bytes) -> tuple[str, bytes]:
    form = rng.choice(("whole", "whole", "cut", "bits", "zeros", "random", "quote", "archive"))
    if form == "cut":
        content = content[: rng.randrange(len(content) + 1)]
    elif form == "bits" and content:
        raw = bytearray(content)
        for _ in range(rng.choice((1, 20))):
            raw[rng.randrange(len(raw))] ^= 1 << rng.randrange(8)
        content = bytes(raw)
    elif form == "zeros":
        content = content[:20] + bytes(1000) + content[20:]
    elif form == "random":
        content = rng.randbytes(500)
    elif form == "quote":
        content = content.replace(b"60", b'"60', 1)
    elif form == "archive":
        with io.BytesIO() as buffer:
            with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as file:
                for name in ("[Content_Types].xml", "xl/workbook.xml", "xl/worksheets/sheet1.xml"):
                    file.writestr(name, rng.choice(("<a/>", "<a><b></a>", "", "<!DOCTYPE x>" * 9)))
            content = buffer.getvalue()
    return form, content


def _broken_path(rng: random.Random, work: Path) -> MalformedInput:
    write_study(work, MODEL, STUDY)
    place, words = rng.choice(_PLACES)
    kind, path = _odd_path(rng, work)
    if place in ("study/data.csv", "models/small.toml", "study/study.toml", "study/statements.csv"):
        target = work / place
        target.unlink()
        if os.path.lexists(path) and rng.random() < 0.9:
            target.symlink_to(os.path.relpath(path, target.parent))
        return MalformedInput("path", f"{place} is {kind}", words)
    shown = str(path.relative_to(work)) if path.is_relative_to(work) else str(path)
    return MalformedInput("path", f"{place} is {kind}", tuple(w.format(path=shown) for w in words))


_SIMULATE = ("simulate", "models/small.toml", "--mechanism", "only_turn", "--set", "k_turn=1 1/h",
             "--initial", "A=1 mM")  # fmt: skip
_PLACES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("study/data.csv", ("check", "study")),
    ("study/statements.csv", ("check", "study")),
    ("study/study.toml", ("check", "study")),
    ("models/small.toml", ("check", "study")),
    ("models/small.toml", ("check", "models/small.toml")),
    ("--out", (*_SIMULATE, "--out", "{path}")),
    ("--plot", (*_SIMULATE, "--plot", "{path}")),
    ("PATH", ("check", "{path}")),
    ("--results", ("compare", "study", "--results", "{path}")),
    ("--results", ("report", "study", "--results", "{path}")),
    ("--data", ("new", "fits/mine", "--model", "small", "--data", "{path}")),
    ("--model", ("new", "fits/mine", "--model", "{path}", "--data", "study/data.csv")),
    ("STUDY", ("new", "{path}", "--model", "small", "--data", "study/data.csv")),
)


_MADE: dict[str, Callable[[Path], object]] = {
    "folder": Path.mkdir,
    "pipe": os.mkfifo,
    "loop": lambda path: path.symlink_to(path.name),
    "dangling": lambda path: path.symlink_to("nowhere/at/all"),
    "empty file": Path.touch,
}


def _odd_path(rng: random.Random, work: Path) -> tuple[str, Path]:
    """Make something odd at a path, and return what it is and the path."""
    kind = rng.choice(
        ("missing", "folder", "pipe", "device", "loop", "dangling", "outside", "long", "odd name",
         "below a file", "empty file", "socket name")
    )  # fmt: skip
    odd = work / "odd"
    if kind in _MADE:
        _MADE[kind](odd)
    elif kind == "device":
        odd = Path(rng.choice(("/dev/zero", "/dev/null", "/dev/full", "/dev/stdin")))
    elif kind == "outside":
        odd.symlink_to(f"../outside/mine.{rng.choice(('csv', 'toml'))}")
    elif kind == "long":
        odd = work / ("x" * rng.choice((250, 256, 5000)))
    elif kind == "odd name":
        odd = work / rng.choice(
            ("a\nb.csv", "\x1b[31mred.csv", "-x", "é\u202e.png", "a b.svg", "*?.pdf")
        )
        if rng.random() < 0.5:
            odd.write_text("time (h),A\n1,2\n", encoding="utf-8")
    elif kind == "below a file":
        odd = work / "study/data.csv/below.csv"
    return kind, odd
