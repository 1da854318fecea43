"""Does a crate's own command give its numbers again: ``python -m benchmarks.crates STUDY``.

Writes the crate of a study that was run, by the command line, unpacks it in a folder of its own,
checks each file against its digest in the metadata, takes the results away that lie in it, runs the
command that the metadata name, and holds every number of the summary, of the tables and of the
draws against those that were in the crate, to the last bit. Takes as long as the run.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import shlex
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import h5py
import numpy as np

from benchmarks.compare_results import PASSING, count

METADATA = "ro-crate-metadata.json"
_MISSING = object()


def unpacked(crate: Path, folder: Path) -> tuple[str, Path]:
    """Unpack a crate; return the command that it names and the folder of its results.

    Raises:
        ValueError: a file is not the one that the metadata describe, or no run is named.
    """
    with zipfile.ZipFile(crate) as archive:
        archive.extractall(folder)
    graph = json.loads((folder / METADATA).read_text("utf-8"))["@graph"]
    for one in graph:
        if one["@type"] == "File":
            content = (folder / unquote(one["@id"])).read_bytes()
            if hashlib.sha256(content).hexdigest() != one["sha256"]:
                raise ValueError(f"{crate}: {one['@id']} is not what the metadata say")
    runs = [one for one in graph if one["@type"] == "CreateAction"]
    if not runs:
        raise ValueError(f"{crate}: names no run; run the study before")
    summary = next(r["@id"] for r in runs[0]["result"] if r["@id"].endswith("/summary.json"))
    return str(runs[0]["name"]), (folder / unquote(summary)).parent


def run_again(command: str, folder: Path) -> None:
    """Run a crate's command in its folder, by the Python of this process."""
    program, *words = shlex.split(command)
    if program != "assemblysim":
        raise ValueError(f"the crate names '{command}', which is no command of assemblysim")
    subprocess.run(
        [sys.executable, "-m", "assemblysim", *words], cwd=folder, check=True, capture_output=True
    )


def unlike(before: Path, after: Path) -> Iterator[str]:
    """Yield the place of every number that two results folders do not share."""
    one, other = (json.loads((p / "summary.json").read_text("utf-8")) for p in (before, after))
    said, again = _flat(one), _flat(other)
    for place in dict.fromkeys([*said, *again]):
        if said.get(place, _MISSING) != again.get(place, _MISSING):
            yield f"summary.json: {place}"
    for path in sorted(before.rglob("numbers/*.csv")):
        name = path.relative_to(before)
        if not (after / name).is_file() or (after / name).read_bytes() != path.read_bytes():
            yield str(name)
    for path in sorted(before.rglob("draws.nc")):
        name = path.relative_to(before)
        found, again = _arrays(path), _arrays(after / name)
        for array in dict.fromkeys([*found, *again]):
            if not np.array_equal(
                found.get(array, np.nan), again.get(array, np.nan), equal_nan=True
            ):
                yield f"{name}: {array}"


def _flat(tree: Any, place: str = "") -> dict[str, Any]:
    """Return what is in a tree by its place, but for times that were taken and versions."""
    if place.rpartition(".")[2] in PASSING:
        return {}
    if not isinstance(tree, dict | list):
        return {place: tree}
    pairs = tree.items() if isinstance(tree, dict) else enumerate(tree)
    found = {}
    for key, value in pairs:
        found |= _flat(value, f"{place}.{key}" if place else str(key))
    return found


def _arrays(path: Path) -> dict[str, Any]:
    """Return all arrays of numbers of a file by their names."""
    found: dict[str, Any] = {}

    def add(name: str, one: Any) -> None:
        if isinstance(one, h5py.Dataset) and one.dtype.kind in "fiub":
            found[name] = one[()]

    with h5py.File(path) as file:
        file.visititems(add)
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """Print what differs, and a count; 1 where anything does."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.crates", description=__doc__)
    parser.add_argument("study", type=Path, help="its folder, with results in it")
    asked = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as scratch:
        crate, there = Path(scratch) / "crate.zip", Path(scratch) / "there"
        export = ["export", str(asked.study), "--as", "crate", "--out", str(crate)]
        subprocess.run(
            [sys.executable, "-m", "assemblysim", *export], check=True, capture_output=True
        )
        command, results = unpacked(crate, there)
        before = results.with_name("in the crate")
        shutil.move(results, before)
        run_again(command, there)
        found = list(unlike(before, results))
        numbers = count(json.loads((before / "summary.json").read_text("utf-8")))
    for place in found:
        sys.stdout.write(f"differs: {place}\n")
    sys.stdout.write(
        f"'{command}' from the crate: {len(found)} of {numbers} numbers of the summary, and of "
        "tables and draws, differ\n"
    )
    return 1 if found or not numbers else 0


if __name__ == "__main__":
    sys.exit(main())
