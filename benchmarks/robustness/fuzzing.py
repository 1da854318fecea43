"""``python -m benchmarks.robustness.fuzzing TARGET``: what readers do with what nobody would write.

Atheris (the extra ``fuzz``) changes inputs so that code is reached that none reached before. A
target is a reader: TOML of a mechanism file, equations, expressions, units, and tables as CSV or
XLSX. It may refuse an input in one line; any other error, more than ten seconds or more than 2 GB
end the command with the input that did it. ``corpus.json`` holds what is begun with, one small set
for each target; ``--keep`` adds what reached new code. The engine itself is fuzzed under the
sanitizers by ``tests/kinetics/engines/kernel/run.sh``.
"""

from __future__ import annotations

import argparse
import base64
import functools
import io
import json
import sys
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path

from assemblysim.errors import AssemblysimError

CORPUS = Path(__file__).with_name("corpus.json")
LONGEST_INPUT = 4096  # bytes
MOST_KEPT = 40  # inputs of a target, the shortest
_NAMES = ("A", "B", "B2", "k_turn", "k_pair")


def _toml(data: bytes) -> None:
    from assemblysim.mechanism.reading.describe import describe
    from assemblysim.mechanism.reading.system_text import read_system_text

    describe(read_system_text(data.decode("utf-8", "replace")))


def _equation(data: bytes) -> None:
    from assemblysim.mechanism.reading.equation import parse_reaction, write_equation

    for one in parse_reaction("turn", data.decode("utf-8", "replace"), _NAMES[:3]):
        write_equation(one)


def _expression(data: bytes) -> None:
    from assemblysim.mechanism.network.expression import read_expression
    from assemblysim.mechanism.network.rate_law import write_tree

    write_tree(read_expression(data.decode("utf-8", "replace"), _NAMES))


def _unit(data: bytes) -> None:
    from assemblysim.units import kelvin, quantity

    text = data.decode("utf-8", "replace")
    for read in (lambda: quantity(text, "mM"), lambda: quantity(text, "1/(mM h)"),
                 lambda: kelvin(text)):  # fmt: skip
        try:
            read()
        except AssemblysimError:  # another unit, as a rule
            continue


def _table(data: bytes, ending: str) -> None:
    from assemblysim.measurement.data import Measurement, Signal
    from assemblysim.measurement.noise.registry import NOISES
    from assemblysim.measurement.scales import SCALES
    from assemblysim.study.definition.tables import read_intensities

    signals = tuple(Signal(name, ((name, 1.0),)) for name in _NAMES[:3])
    seen = Measurement(SCALES["per spectrum"], NOISES["proportional"], signals, 0.005)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"data.{ending}"
        path.write_bytes(data)
        read_intensities(path, seen, "mM")


def _csv(data: bytes) -> None:
    _table(data, "csv")


def _xlsx(data: bytes) -> None:
    """Read a workbook whose sheet is the input: what is packed, no change of bytes gets through."""
    with io.BytesIO() as buffer:
        with zipfile.ZipFile(buffer, "w") as book:
            for name, content in _empty_workbook().items():
                book.writestr(name, data if name == _SHEET else content)
        _table(buffer.getvalue(), "xlsx")


_SHEET = "xl/worksheets/sheet1.xml"


@functools.cache
def _empty_workbook() -> dict[str, bytes]:
    """Return the files of a workbook by their names."""
    import openpyxl

    with io.BytesIO() as buffer:
        openpyxl.Workbook().save(buffer)
        with zipfile.ZipFile(buffer) as book:
            return {name: book.read(name) for name in book.namelist()}


TARGETS: dict[str, Callable[[bytes], None]] = {
    "toml": _toml,
    "equation": _equation,
    "expression": _expression,
    "unit": _unit,
    "csv": _csv,
    "xlsx": _xlsx,
}


def tried(target: str, data: bytes) -> None:
    """Give an input to a target; a refusal in one line is what should be.

    Raises:
        AssertionError: it was refused in more than a line.
        Exception: whatever else a reader let through.
    """
    try:
        TARGETS[target](data)
    except AssemblysimError as refused:
        every = getattr(refused, "lines", (str(refused),))
        if not all(len(line.splitlines()) == 1 for line in every):
            raise AssertionError(f"not one line each: {every!r}") from None


def corpus(target: str) -> tuple[bytes, ...]:
    """Return the inputs that a target begins with."""
    stored = json.loads(CORPUS.read_text(encoding="utf-8"))
    return tuple(base64.b85decode(one) for one in stored[target])


def keep(target: str, inputs: list[bytes]) -> None:
    """Store the inputs that a target begins with: the shortest, in the order of their bytes."""
    stored = json.loads(CORPUS.read_text(encoding="utf-8")) if CORPUS.exists() else {}
    chosen = sorted(set(inputs), key=lambda one: (len(one), one))[:MOST_KEPT]
    stored[target] = [base64.b85encode(one).decode() for one in sorted(chosen)]
    ordered = {name: stored[name] for name in sorted(stored)}
    CORPUS.write_text(f"{json.dumps(ordered, indent=1)}\n", encoding="utf-8")


def fuzz(target: str, seconds: int, inputs: int, seed: int, folder: Path) -> None:
    """Fuzz until the time or the number of inputs is over; ends this process.

    Args:
        target: one of `TARGETS`.
        seconds: how long.
        inputs: how many are tried; -1 for any number.
        seed: of the changes; 0 for another one each time.
        folder: of inputs, to which those that reach new code are added.
    """
    import atheris
    import sympy  # noqa: F401  # what a reader imports late is not the time of an input

    with atheris.instrument_imports(include=["assemblysim"]):
        for data in corpus(target):  # imports all that is to be instrumented
            tried(target, data)
    words = [f"-max_total_time={seconds}", f"-runs={inputs}", f"-seed={seed}",
             f"-max_len={LONGEST_INPUT}",
             "-timeout=10", "-rss_limit_mb=2048", f"-artifact_prefix={folder}-",
             "-print_final_stats=1"]  # fmt: skip
    atheris.Setup([sys.argv[0], *words, str(folder)], lambda data: tried(target, data))
    atheris.Fuzz()


def main(words: list[str] | None = None) -> int:
    """Fuzz one target, or all of its corpus without atheris."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.robustness.fuzzing")
    parser.add_argument("target", choices=[*TARGETS, "corpus"])
    parser.add_argument("--seconds", type=int, default=3600)
    parser.add_argument("--inputs", type=int, default=-1, help="at most so many")
    parser.add_argument("--seed", type=int, default=0, help="another one each time by default")
    parser.add_argument("--folder", type=Path, help="where inputs are collected")
    parser.add_argument("--keep", action="store_true", help="store what --folder has, and end")
    asked = parser.parse_args(words)
    if asked.target == "corpus":
        for name in TARGETS:
            for data in corpus(name):
                tried(name, data)
        return 0
    folder = asked.folder or Path(tempfile.mkdtemp(prefix=f"fuzz-{asked.target}-"))
    folder.mkdir(parents=True, exist_ok=True)
    if asked.keep:
        keep(asked.target, [path.read_bytes() for path in folder.iterdir()])
        return 0
    for number, data in enumerate(corpus(asked.target)):
        (folder / f"kept-{number}").write_bytes(data)
    sys.stdout.write(f"{asked.target}: inputs in {folder}\n")
    sys.stdout.flush()
    fuzz(asked.target, asked.seconds, asked.inputs, asked.seed, folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
