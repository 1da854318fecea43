"""``python -m benchmarks.robustness.stored``: stored results that were damaged, each one line.

A small study is run to its end once. Then, by a seed, one of its stored files is damaged: bits are
flipped, it is cut, emptied, exchanged or taken away, a value of it is of another kind or missing
(with a manifest that fits, as where a program wrote it so), or the manifest itself is at fault. A
command that reads it must say so in one line with its name, or must not have needed it; none may
end in a traceback, compute for long or touch what is not the results'.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import resource
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assemblysim.files.writing.manifest import MANIFEST
from assemblysim.files.writing.whole import write_whole
from assemblysim.study.results.stored_posterior import LEAST_PROBABILITY
from benchmarks.robustness.commands import forking, give
from benchmarks.robustness.killed_studies import write_kind

MOST_SECONDS = 60  # of computing; a report draws figures
MOST_WAITING = 1800  # s; other work on the machine does not count
_FORWARD = ("--mechanism", "forward")
# What each command reads of what is stored, by the ends of the files' names.
COMMANDS: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = (
    (("compare", "study"), ("summary.json",)),
    (("compare", "study", "--json"), ("summary.json",)),
    (("predict", "study"), ("summary.json",)),
    (("predict", "study", "--initial", "A=5 mM"), ("summary.json", "draws.nc")),
    (("export", "study", *_FORWARD), ("forward/draws.nc",)),
    (("explore", "study", "--no-open", "--out", "page.html"), ("summary.json",)),
    (("report", "study"), ("summary.json", "draws.nc", "courses_0.npz")),
    (("fit", "study", "--workers", "1"), ("checkpoint.npz",)),
)
# How often each is given: those that compute for seconds less often.
_WEIGHTS = (6, 2, 4, 6, 3, 2, 1, 3)
_BROKEN = ("summary.json", "summary.json", "draws.nc", "courses_0.npz", "checkpoint.npz", MANIFEST)
ODD: tuple[Any, ...] = (
    *(None, True, False, -1, 0, 1e308, 10**400, "inf", "-inf", "", "x", "\x1b[31m", [], {}),
    *([None], [[]], {"": 1}, [1, "a"], "k" * 10_000),
)


@dataclass(frozen=True)
class Damage:
    """What was done to a stored file.

    Attributes:
        file: which, from the results folder.
        how: in words.
        sealed: whether the manifest has the digest of what lies there now.
    """

    file: str
    how: str
    sealed: bool


def damaged(rng: random.Random, results: Path) -> Damage:
    """Damage one file of a results folder."""
    ending = rng.choice(_BROKEN)
    path = rng.choice(sorted(results.rglob(ending)))
    name = path.relative_to(results).as_posix()
    if ending == "summary.json" and rng.random() < 0.6:
        how = _change_tree(rng, path)
        sealed = rng.random() < 0.8
        if sealed:
            _seal(results, name)
        return Damage(name, how, sealed)
    how, change = rng.choice(list(_BYTES.items()))
    content = change(rng, path.read_bytes())
    path.unlink()
    if content is not None:
        path.write_bytes(content)
    return Damage(name, how, sealed=False)


def _flipped(rng: random.Random, content: bytes, count: int) -> bytes:
    raw = bytearray(content)
    for place in rng.sample(range(8 * len(raw)), min(count, 8 * len(raw))):
        raw[place // 8] ^= 1 << (place % 8)
    return bytes(raw)


_BYTES: dict[str, Callable[[random.Random, bytes], bytes | None]] = {
    "one bit": lambda rng, old: _flipped(rng, old, 1),
    "one bit of it": lambda rng, old: _flipped(rng, old, 1),
    "twenty bits": lambda rng, old: _flipped(rng, old, 20),
    "cut": lambda rng, old: old[: rng.randrange(len(old))],
    "emptied": lambda _rng, _old: b"",
    "zeros": lambda rng, old: old[: (at := rng.randrange(len(old)))] + bytes(len(old) - at),
    "noise": lambda rng, _old: rng.randbytes(1000),
    "taken away": lambda _rng, _old: None,
    "doubled": lambda _rng, old: old + old,
    "a line end": lambda _rng, old: old.replace(b"\n", b"\r\n") + b"\n",
}


def _change_tree(rng: random.Random, path: Path) -> str:
    """Change a value somewhere in a JSON file; return what was changed."""
    tree = json.loads(path.read_text("utf-8"))
    places = list(_places(tree, ()))
    keys = rng.choice(places)
    holder = tree
    for key in keys[:-1]:
        holder = holder[key]
    what = rng.choice(("gone", "odd", "odd", "odd", "more", "moved"))
    if what == "gone":
        del holder[keys[-1]]
    elif what == "more" and isinstance(holder, dict):
        holder[rng.choice(("", "unknown", "x" * 1000))] = 1
    elif what == "moved":
        other = tree
        for key in (found := rng.choice(places)):
            other = other[key]
        what, holder[keys[-1]] = f"that of {'.'.join(map(str, found))[:60]}", other
    else:
        what = rng.choice(ODD)
        holder[keys[-1]] = what
    path.write_text(json.dumps(tree), encoding="utf-8")
    return f"{'.'.join(map(str, keys))[:80]}: {str(what)[:40]!r}"


def _places(tree: Any, above: tuple[Any, ...]) -> list[tuple[Any, ...]]:
    """Return the keys that lead to each value of a tree."""
    pairs = tree.items() if isinstance(tree, dict) else enumerate(tree)
    found = []
    for key, value in pairs:
        found.append((*above, key))
        if isinstance(value, (dict, list)):
            found += _places(value, (*above, key))
    return found


def _seal(results: Path, name: str) -> None:
    digest = hashlib.sha256((results / name).read_bytes()).hexdigest()
    with (results / MANIFEST).open("a", encoding="utf-8") as file:
        file.write(f"{digest}  {name}\n")


def faults(
    damage: Damage, needed: bool, status: int | None, said: str, *, waited: bool
) -> list[str]:
    """Say what is wrong with how a command took a damage.

    Args:
        damage: what was done.
        needed: whether the command reads the damaged file.
        status: of the command.
        said: on stderr.
        waited: whether it had to be stopped.
    """
    found = []
    if waited or status in (-9, -24):
        found.append(f"took more than {MOST_SECONDS} s")
    elif status not in (0, 1):
        found.append(f"status {status}")
    if "Traceback" in said or "Exception ignored" in said or "Warning" in said:
        found.append("traceback or warning")
    lines = [line for line in said.splitlines() if not line.startswith("[")]
    if not all(line.startswith("assemblysim: ") for line in lines):
        found.append("a line that is not ours")
    if any(not c.isprintable() and c != "\n" for c in said):
        found.append("control characters")
    if status == 1 and len(lines) != 1:
        found.append(f"{len(lines)} lines")
    if status == 1 and Path(damage.file).name not in said and MANIFEST not in said:
        found.append("does not name the file")
    noticed = status == 1 or not needed or damage.how in ("taken away",)
    if not damage.sealed and damage.file != MANIFEST and not noticed:
        found.append("not noticed")
    return found


def _command(words: tuple[str, ...], folder: Path) -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS + 1))
    give(words, folder, folder)


def tried(number: int, seed: int, whole: Path, folder: Path) -> tuple[Damage, list[str]]:
    """Damage a copy of a study's results, give a command, and judge what it did.

    Args:
        number: of the damage.
        seed: of all.
        whole: folder of the study that is in order.
        folder: where its copy goes.
    """
    rng = random.Random(f"{seed} {number}")
    shutil.copytree(whole, folder)
    damage = damaged(rng, folder / "study/results")
    words, reads = rng.choices(COMMANDS, _WEIGHTS)[0]
    process = forking().Process(target=_command, args=(words, folder))
    process.start()
    process.join(MOST_WAITING)
    if waited := process.is_alive():
        process.kill()
        process.join()
    said = (folder / "stderr").read_text("utf-8", "replace")
    needed = damage.file.endswith(reads) and _in_play(whole, damage.file)
    found = faults(damage, needed, process.exitcode, said, waited=waited)
    for path in ("models/small.toml", "study/study.toml", "study/data.csv"):
        if (folder / path).read_bytes() != (whole / path).read_bytes():
            found.append(f"changed {path}")
    if found:
        sys.stdout.write(f"{number}: {damage}: {found}\n  {' '.join(words)}\n  {said[-600:]!r}\n")
    return damage, found


def _in_play(whole: Path, file: str) -> bool:
    """Tell whether a file is not one of a mechanism that is too improbable to be asked."""
    summary = json.loads((whole / "study/results/summary.json").read_text("utf-8"))
    probabilities = summary["comparison"]["probabilities"]
    return float(probabilities.get(file.split("/")[0], 1.0)) >= LEAST_PROBABILITY


def main(words: list[str] | None = None) -> int:
    """Damage results and print what went wrong; 1 where anything did."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.robustness.stored")
    parser.add_argument("--seed", type=int, help="of the damages; another one each time by default")
    parser.add_argument("--count", type=int, default=500)
    parser.add_argument("--first", type=int, default=0, help="number of the first damage")
    parser.add_argument("--out", type=Path, help="a JSON file for the result")
    asked = parser.parse_args(words)
    seed = random.SystemRandom().randrange(10**6) if asked.seed is None else asked.seed
    files, wrong = Counter[str](), list[str]()
    with tempfile.TemporaryDirectory() as scratch:
        whole = Path(scratch).resolve() / "whole"
        write_kind("per spectrum", whole)
        process = forking().Process(
            target=give, args=(("fit", "study", "--workers", "1"), whole, whole)
        )
        process.start()
        process.join()
        for number in range(asked.first, asked.first + asked.count):
            folder = whole.with_name(f"{number}")
            damage, found = tried(number, seed, whole, folder)
            shutil.rmtree(folder)
            files[Path(damage.file).name] += 1
            wrong += [f"{number}: {damage.file}: {damage.how}: {'; '.join(found)}"] if found else []
    told = {"seed": seed, "first": asked.first, "damages": asked.count, "files": files,
            "wrong": wrong}  # fmt: skip
    if asked.out:
        write_whole(asked.out, f"{json.dumps(told, indent=1)}\n".encode())
    sys.stdout.write(f"seed {seed}: {asked.count} damages, {len(wrong)} taken badly\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
