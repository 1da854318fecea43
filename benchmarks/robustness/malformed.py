"""``python -m benchmarks.robustness.malformed``: broken inputs, each of which has to end in a line.

Inputs are drawn by a seed (`breaking`). Each is given to the command line in a process of its own.
None may end with a traceback, take more than ten seconds of computing, or change a file that is
not its own.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import resource
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from benchmarks.robustness.breaking import MalformedInput, malformed_input
from benchmarks.robustness.commands import forking, give

MOST_SECONDS = 10  # of computing
MOST_WAITING = 120  # s; other work on the machine does not count
MOST_MEMORY = 4 << 30  # bytes of address space
# What a command may write: results, a new study, and what it was told to write.
_OWN = re.compile(r"work/(study/results|fits/mine|fits$)")
_WRITES = ("--out", "--plot", "--results", "new")


@dataclass(frozen=True)
class Verdict:
    """How a command took a malformed input.

    Attributes:
        input: it.
        status: of the command; negative where a signal ended it.
        said: on stderr.
        faults: what it must not have done; empty where all is well.
    """

    input: MalformedInput
    status: int | None
    said: str
    faults: tuple[str, ...]


def _command(words: tuple[str, ...], folder: Path) -> None:
    """Give a command in this process, which may not compute for long nor take all memory."""
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS + 1))
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    give(words, folder, folder / "work")


def _files(folder: Path) -> dict[str, object]:
    """Return what lies below a folder: bytes, links, or what else it is."""
    found: dict[str, object] = {}
    for path in (folder / "work", folder / "outside"):
        for one in sorted(path.rglob("*")):
            name = one.relative_to(folder).as_posix()
            if one.is_symlink():
                found[name] = one.readlink()
            else:
                found[name] = one.read_bytes() if one.is_file() else one.lstat().st_mode
    return found


def tried(number: int, seed: int, folder: Path) -> Verdict:
    """Give a command a malformed input, and judge what it did.

    Args:
        number: of the input.
        seed: of all inputs.
        folder: an empty one.
    """
    broken = malformed_input(random.Random(f"{seed} {number}"), folder)
    before = _files(folder)
    process = forking().Process(target=_command, args=(broken.words, folder))
    process.start()
    process.join(MOST_WAITING)
    waited = process.is_alive()
    if waited:
        process.kill()
        process.join()
    status = process.exitcode
    said = (folder / "stderr").read_text("utf-8", "replace") if (folder / "stderr").exists() else ""
    faults = list(_faults(status, said, waited=waited))
    after = _files(folder)
    touched = [n for n, what in before.items() if after.get(n) != what and not _OWN.match(n)]
    faults += [f"changed {name}" for name in touched]
    if not any(word in _WRITES for word in broken.words):
        faults += [f"wrote {n}" for n in after if n not in before and not _OWN.match(n)]
    return Verdict(broken, status, said, tuple(faults))


def _faults(status: int | None, said: str, *, waited: bool) -> list[str]:
    """Say what is wrong with how a command ended."""
    faults = []
    if waited or status in (-9, -24):
        faults.append(f"took more than {MOST_SECONDS} s")
    elif status not in (0, 1, 2):
        faults.append(f"status {status}")
    if "Traceback" in said or "Exception ignored" in said or "Warning" in said:
        faults.append("traceback or warning")
    if status == 1 and not all(line.startswith("assemblysim: ") for line in said.splitlines()):
        faults.append("a line that is not ours")
    if status == 1 and not said:
        faults.append("no word")
    if any(not c.isprintable() and c != "\n" for c in said):
        faults.append("control characters")
    return faults


def main(words: list[str] | None = None) -> int:
    """Try inputs and print what went wrong; 1 where anything did."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.robustness.malformed")
    parser.add_argument("--seed", type=int, help="of the inputs; another one each time by default")
    parser.add_argument("--count", type=int, default=500)
    parser.add_argument("--first", type=int, default=0, help="number of the first input")
    parser.add_argument("--out", type=Path, help="a JSON file for the result")
    asked = parser.parse_args(words)
    seed = random.SystemRandom().randrange(10**6) if asked.seed is None else asked.seed
    kinds, statuses, wrong = Counter[str](), Counter[str](), []
    for number in range(asked.first, asked.first + asked.count):
        with tempfile.TemporaryDirectory() as scratch:
            verdict = tried(number, seed, Path(scratch).resolve())
        kinds[verdict.input.kind] += 1
        statuses[str(verdict.status)] += 1
        if verdict.faults:
            wrong.append(f"{number}: {verdict.input.about}: {'; '.join(verdict.faults)}")
            sys.stdout.write(
                f"{wrong[-1]}\n  {' '.join(verdict.input.words)[:300]!r}\n  {verdict.said[-600:]!r}"
                + "\n"
            )
    found = {
        "seed": seed,
        "inputs": asked.count,
        "kinds": kinds,
        "statuses": statuses,
        "wrong": wrong,
    }
    if asked.out:
        asked.out.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    sys.stdout.write(f"seed {seed}: {asked.count} malformed inputs, {len(wrong)} taken badly\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
