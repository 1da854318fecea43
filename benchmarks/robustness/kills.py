"""``python -m benchmarks.robustness.kills``: runs that are killed end with the same numbers.

Four small studies are run to their end once each, and then killed over and over, the process or
one of its workers, by SIGKILL, SIGTERM or SIGINT in turns, and run again until they come to their
end. What is stored then has to be the same to the bit. No process may be left five seconds after a
kill, nothing that was not stored may be older than a minute, and each end has to be one line.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import h5netcdf
import numpy as np

from assemblysim.errors import RunError
from assemblysim.files.writing.whole import write_whole
from benchmarks.robustness.commands import forking, give, in_session
from benchmarks.robustness.killed_studies import KINDS, write_kind

SIGNALS = {"SIGKILL": signal.SIGKILL, "SIGTERM": signal.SIGTERM, "SIGINT": signal.SIGINT}
STATUS = {"SIGKILL": -9, "SIGTERM": 143, "SIGINT": 130}
GONE_WITHIN, MOST_REPEATED = 5.0, 60.0  # s
LONGEST_RUN = 1800.0  # s
MOST_OF_ONE = 7  # kills of one run, so that every kind of study has its turn
REPORTED = 5  # every so many runs go on to their report, which takes as long as all the rest
# What is stored last tells how far a run has come.
_STAGES = (("figures", "report"), ("summary.json", "forecast"), ("draws.nc", "conclusions"),
           ("concluding", "conclusions"), ("checkpoint", "sampling"), ("wide_", "wider priors"),
           ("stated_", "SMC"), ("exploring_", "exploring"))  # fmt: skip


@dataclass(frozen=True)
class Kill:
    """One kill and what came of it.

    Attributes:
        kind: of the study.
        stage: in which the run was.
        whom: "process" or "worker".
        by: the signal.
        unstored_s: how long ago something was stored.
        faults: what must not have been; empty where all is well.
    """

    kind: str
    stage: str
    whom: str
    by: str
    unstored_s: float
    faults: tuple[str, ...]


def _written(results: Path) -> dict[str, int]:
    """Return the moments, in ns, at which the files of a run were written."""
    found = {}
    for path in results.rglob("*"):
        try:
            if path.is_file() and not path.name.startswith("."):
                found[path.relative_to(results).as_posix()] = path.stat().st_mtime_ns
        except OSError:  # replaced or removed meanwhile
            continue
    found.pop("manifest.sha256", None)
    return found


def _stage(written: Iterable[str]) -> str:
    searched = [name for name in written if "search" in name]
    others = [name for name in written if "search" not in name]
    for part, stage in _STAGES:
        if any(part in name for name in others):
            return stage
    return "search" if searched else "start"


class Run:
    """One command on a study, on its way."""

    def __init__(self, folder: Path, command: str = "fit") -> None:
        self.results = folder / "results"
        words = (command, "study", "--workers", "2", "--results", str(self.results))
        self._told = folder / "stderr"
        self._told.unlink(missing_ok=True)  # a run that is killed at once has said nothing
        self._process = forking().Process(target=give, args=(words, folder, folder))
        self._process.start()
        self.pid = int(self._process.pid or 0)
        self.waited(self._told.exists)

    def waited(self, ready: Callable[[], bool]) -> bool:
        """Wait until something is so; False where the run ends before."""
        until = time.monotonic() + LONGEST_RUN
        while self._process.is_alive() and time.monotonic() < until:
            if ready():
                return True
            time.sleep(0.02)
        return False

    def workers(self) -> list[int]:
        """Return the processes of the run's workers."""
        return [one for one in in_session(self.pid) if one != self.pid]

    def ended(self) -> tuple[int | None, str]:
        """Wait for the end; return status and what was said."""
        self._process.join(LONGEST_RUN)
        return self._process.exitcode, self._told.read_text("utf-8", "replace")


def killed(kind: str, run: Run, rng: random.Random, by: str, whom: str) -> Kill | None:
    """Kill a run at a random moment; None where it ends before."""
    before, more, later = _written(run.results), rng.choice((0, 1, 1, 2, 4, 8)), rng.uniform(0, 0.7)
    if not run.waited(lambda: len(_written(run.results).items() - before.items()) >= more):
        _check_end(run)
        return None
    moment = time.monotonic() + later
    run.waited(lambda: time.monotonic() > moment and (whom == "process" or bool(run.workers())))
    written, now = _written(run.results), time.time_ns()
    target = rng.choice(run.workers() or [run.pid]) if whom == "worker" else run.pid
    aimed = "process" if target == run.pid else "worker"
    try:
        os.kill(target, SIGNALS[by])
    except ProcessLookupError:
        _check_end(run)
        return None
    if aimed == "worker" and by == "SIGINT":  # which a worker leaves to its parent
        os.kill(run.pid, signal.SIGINT)
        aimed = "process"
    status, said = run.ended()
    if status == 0:
        return None
    time.sleep(0.1)
    until = time.monotonic() + GONE_WITHIN
    while (left := in_session(run.pid)) and time.monotonic() < until:
        time.sleep(0.1)
    faults = [f"{len(left)} processes left"] if left else []
    wanted = 1 if aimed == "worker" else STATUS[by]
    if status != wanted:
        faults.append(f"status {status} instead of {wanted}")
    lines = [line for line in said.splitlines() if not line.startswith("[")]
    if len(lines) != (0 if wanted == -9 else 1) or "Traceback" in said:
        faults.append(f"said {said[-500:]!r}")
    since = (now - max([*written.values(), now if not written else 0])) / 1e9
    if since > MOST_REPEATED:
        faults.append(f"{since:.0f} s were not stored")
    return Kill(kind, _stage(written), aimed, by, round(since, 2), tuple(faults))


def _check_end(run: Run) -> None:
    status, said = run.ended()
    if status != 0:
        raise RuntimeError(f"a run that was not killed ended with {status}: {said[-2000:]}")


def stored_numbers(results: Path) -> dict[str, Any]:
    """Return all numbers that a run stored but the seconds that it took."""
    found: dict[str, Any] = {}
    summary = json.loads((results / "summary.json").read_text("utf-8"))
    for one in summary["mechanisms"].values():
        one.pop("seconds")
    found["summary"] = summary
    for path in sorted(results.glob("*/draws.nc")):
        with h5netcdf.File(path) as file:
            group = file["posterior"]
            for name in group.variables:
                found[f"{path.parent.name}/{name}"] = np.asarray(group[name][...]).tolist()
    for path in sorted(results.glob("*/courses_*.npz")):
        found[path.relative_to(results).as_posix()] = path.read_bytes().hex()
    return found


@dataclass(frozen=True)
class Round:
    """One study that was killed over and over, and run to its end.

    Attributes:
        kind: of the study.
        kills: what was done to it.
        same: whether it ended with the same bits as one that was not killed.
    """

    kind: str
    kills: tuple[Kill, ...]
    same: bool


def one_round(seed: int, number: int, wanted: str, most: int, folder: Path) -> Round:
    """Kill the runs of one study, and run it to its end.

    Args:
        seed: of all rounds.
        number: of this one, which chooses the kind of study.
        wanted: digest of what a run stores that is not killed.
        most: kills.
        folder: an empty one.
    """
    rng, kind = random.Random(f"{seed} {number}"), list(KINDS)[number % len(KINDS)]
    write_kind(kind, folder)
    kills = list[Kill]()
    while len(kills) < most:
        run = Run(folder, "run" if number % REPORTED == 0 else "fit")
        kill = killed(kind, run, rng, *_TURNS[(number * MOST_OF_ONE + len(kills)) % len(_TURNS)])
        if kill is None:
            break
        kills.append(kill)
    _check_end(Run(folder))
    return Round(kind, tuple(kills), digest_of(folder / "results") == wanted)


_TURNS = [(by, whom) for whom in ("process", "worker") for by in SIGNALS]


def digest_of(results: Path) -> str:
    """Return the digest of all numbers that a run stored."""
    return hashlib.sha256(json.dumps(stored_numbers(results), sort_keys=True).encode()).hexdigest()


def undisturbed(kind: str, folder: Path) -> str:
    """Return the digest of what a run stores that is not killed."""
    write_kind(kind, folder)
    _check_end(Run(folder))
    return digest_of(folder / "results")


def code_digest() -> str:
    """Return the digest of the package, of which every result is."""
    package = Path(__file__).parents[2] / "assemblysim"
    found = hashlib.sha256()
    for path in sorted(p for p in package.rglob("*") if p.suffix in (".py", ".cpp", ".hpp")):
        found.update(path.read_bytes())
    return found.hexdigest()[:16]


def tried(seed: int, count: int, out: Path | None) -> dict[str, Any]:
    """Kill runs until there were so many kills; return what happened.

    Args:
        seed: of the moments.
        count: of kills.
        out: a file that is written after every round, with which the same command goes on.

    Raises:
        RunError: the file is of another seed or of other code.
    """
    known = _begun(seed, out)
    with tempfile.TemporaryDirectory() as scratch:
        while (so_far := sum(len(one["kills"]) for one in known["rounds"])) < count:
            number = len(known["rounds"])
            kind = list(KINDS)[number % len(KINDS)]
            folder = Path(scratch).resolve() / f"{number}"
            if kind not in known["wanted"]:
                known["wanted"][kind] = undisturbed(kind, folder.with_name(f"{number}-whole"))
            most = min(MOST_OF_ONE, count - so_far)
            found = one_round(seed, number, known["wanted"][kind], most, folder)
            known["rounds"].append(asdict(found))
            if out is not None:
                write_whole(out, f"{json.dumps(known, indent=1)}\n".encode())
    return {**known, "summary": summary(known["rounds"])}


def _begun(seed: int, out: Path | None) -> dict[str, Any]:
    begun = {"seed": seed, "code": code_digest(), "wanted": {}, "rounds": []}
    if out is None or not out.exists():
        return begun
    known: dict[str, Any] = json.loads(out.read_text(encoding="utf-8"))
    for name in ("seed", "code"):
        if known[name] != begun[name]:
            raise RunError(
                f"{out}: {name} {known[name]} instead of {begun[name]}; name another file"
            )
    known.pop("summary", None)
    return known


def summary(rounds: list[dict[str, Any]]) -> dict[str, Any]:
    """Count what happened."""
    kills = [kill for one in rounds for kill in one["kills"]]
    return {
        "kills": len(kills),
        "by": Counter(f"{one['by']} of a {one['whom']}" for one in kills),
        "stages": Counter(one["stage"] for one in kills),
        "studies": Counter(one["kind"] for one in rounds),
        "most_unstored_s": max((one["unstored_s"] for one in kills), default=0.0),
        "ended with other numbers": [one["kind"] for one in rounds if not one["same"]],
        "faults": [one for one in kills if one["faults"]],
    }


def main(words: list[str] | None = None) -> int:
    """Kill runs and print what happened; 1 where anything was not as it must be."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.robustness.kills")
    parser.add_argument("--seed", type=int, help="of the moments; another each time by default")
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument(
        "--out", type=Path, help="a JSON file for the result, with which it resumes"
    )
    asked = parser.parse_args(words)
    seed = random.SystemRandom().randrange(10**6) if asked.seed is None else asked.seed
    found = tried(seed, asked.count, asked.out)
    if asked.out:
        write_whole(asked.out, f"{json.dumps(found, indent=1)}\n".encode())
    sys.stdout.write(f"seed {seed}: {json.dumps(found['summary'], indent=1)}\n")
    return 1 if found["summary"]["faults"] or found["summary"]["ended with other numbers"] else 0


if __name__ == "__main__":
    sys.exit(main())
