"""``python -m benchmarks.robustness.kills``: runs that are killed end with the same numbers.

Four small studies are run to their end once each, and then killed over and over, the process or
one of its workers, by SIGKILL, SIGTERM or SIGINT in turns, and run again until they come to their
end. What is stored then has to be the same to the bit. No process may be left five seconds after a
kill, nothing that was not stored may be older than a minute, and each end has to be one line.
"""

from __future__ import annotations

import argparse
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
        self.results, self._folder = folder / "results", folder
        words = (command, "study", "--workers", "2", "--results", str(self.results))
        self._process = forking().Process(target=give, args=(words, folder, folder))
        self._process.start()
        self.pid = int(self._process.pid or 0)

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
        return self._process.exitcode, (self._folder / "stderr").read_text("utf-8", "replace")


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


def tried(seed: int, count: int) -> dict[str, Any]:
    """Kill runs until there were so many kills; return what happened."""
    rng, kills, different, finished = random.Random(seed), list[Kill](), list[str](), Counter[str]()
    turns = [(by, whom) for whom in ("process", "worker") for by in SIGNALS]
    with tempfile.TemporaryDirectory() as scratch:
        whole: dict[str, dict[str, Any]] = {}
        for round_ in range(10**6):
            kind = list(KINDS)[round_ % len(KINDS)]
            folder = Path(scratch).resolve() / f"{round_}"
            write_kind(kind, folder)
            if kind not in whole:
                _check_end(Run(folder))
                whole[kind] = stored_numbers(folder / "results")
                folder = folder.with_name(f"{round_}-killed")
                write_kind(kind, folder)
            enough = min(count, len(kills) + MOST_OF_ONE)
            while len(kills) < enough:
                run = Run(folder, "run" if round_ % REPORTED == 0 else "fit")
                kill = killed(kind, run, rng, *turns[len(kills) % len(turns)])
                if kill is None:
                    break
                kills.append(kill)
            _check_end(Run(folder))
            finished[kind] += 1
            if stored_numbers(folder / "results") != whole[kind]:
                different.append(f"{kind}, after {len(kills)} kills")
            if len(kills) >= count:
                break
    return {
        "seed": seed,
        "kills": len(kills),
        "by": Counter(f"{one.by} of a {one.whom}" for one in kills),
        "stages": Counter(one.stage for one in kills),
        "studies": finished,
        "most_unstored_s": max(one.unstored_s for one in kills),
        "ended with other numbers": different,
        "faults": [asdict(one) for one in kills if one.faults],
    }


def main(words: list[str] | None = None) -> int:
    """Kill runs and print what happened; 1 where anything was not as it must be."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.robustness.kills")
    parser.add_argument("--seed", type=int, help="of the moments; another each time by default")
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--out", type=Path, help="a JSON file for the result")
    asked = parser.parse_args(words)
    seed = random.SystemRandom().randrange(10**6) if asked.seed is None else asked.seed
    found = json.dumps(tried(seed, asked.count), indent=1)
    if asked.out:
        asked.out.write_text(f"{found}\n", encoding="utf-8")
    sys.stdout.write(f"{found}\n")
    plain = json.loads(found)
    return 1 if plain["faults"] or plain["ended with other numbers"] else 0


if __name__ == "__main__":
    sys.exit(main())
