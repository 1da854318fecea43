"""``python -m benchmarks.steps.executors``: the same bits from executors of other projects.

A toy study's steps are weighed in this process, through loky, through Dask on loopback, and
through mpi4py where ``mpiexec`` starts this command anew as the pool's manager. Every result is
held against that of this process, number by number. The command returns how many differ; of an
executor that does not even a trivial job on this machine (no loopback, no semaphores) it says so.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from pathlib import Path

from assemblysim.files.codec import to_plain
from assemblysim.study.steps.running import StepsRequest, all_steps
from assemblysim.study.workers import OneWorker, Workers
from benchmarks.steps.toy import write_study

EFFORT = """candidates = ["X1_to_X2", "X1_X2_to_X3", "X1_to_X3"]
particles = 64
last_rounds = 6
rounds = 1
screened = 32
starts = 1
subsets = 8
"""
EXECUTORS = ("loky", "dask", "mpi4py")
SEED = 3
TRIVIAL_S = 60.0


@contextmanager
def opened(name: str) -> Iterator[Executor]:
    """Open an executor of two workers on this machine.

    Raises:
        ImportError: the package is not there.
    """
    if name == "loky":
        from loky import ProcessPoolExecutor

        with ProcessPoolExecutor(2) as pool:
            yield pool
    elif name == "dask":
        from distributed import Client

        with Client(n_workers=2, threads_per_worker=1, dashboard_address=None) as client:
            yield client.get_executor()
    else:
        from mpi4py.futures import MPIPoolExecutor

        with MPIPoolExecutor() as pool:
            yield pool


def found(folder: Path, results: Path, workers: Workers) -> dict[str, object]:
    """Weigh the steps of a study; return all that is found but the time that it took."""
    plain = to_plain(all_steps(StepsRequest(folder, results, SEED), workers, _nothing))
    return {k: v for k, v in plain.items() if k != "seconds"} if isinstance(plain, dict) else {}


def _nothing(_text: str) -> None:
    """Tell nothing."""


def by_executor(name: str, folder: Path, results: Path) -> dict[str, object]:
    """Weigh the steps through one of the executors."""
    with opened(name) as pool:
        return found(folder, results, pool)


def mpiexec() -> str:
    """Return the program that starts processes of MPI."""
    own = Path(sys.executable).with_name("mpiexec")
    return str(own) if own.exists() else "mpiexec"


def does_a_trivial_job(name: str) -> bool:
    """Say whether an executor works at all on this machine."""
    try:
        if name == "mpi4py":
            trivial = "from mpi4py import MPI; assert MPI.COMM_WORLD.Get_size() == 2"
            words = [mpiexec(), "-n", "2", sys.executable, "-c", trivial]
            return subprocess.run(words, check=False, timeout=TRIVIAL_S).returncode == 0
        with opened(name) as pool:
            return pool.submit(abs, -1).result(TRIVIAL_S) == 1
    except (OSError, RuntimeError, TimeoutError, subprocess.TimeoutExpired):
        return False


def through_mpi(folder: Path, results: Path) -> dict[str, object]:
    """Start this command under mpiexec, and read what it stored."""
    words = [mpiexec(), "-n", "3", sys.executable]
    words += ["-m", "mpi4py.futures", "-m", __spec__.name if __spec__ else "", "--within", "mpi4py"]
    subprocess.run([*words, str(folder), str(results)], check=True)
    return found(folder, results, OneWorker())  # reads what is stored


def main(arguments: list[str] | None = None) -> int:
    """Hold every executor against this process; return how many differ."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--within", nargs=3, metavar=("EXECUTOR", "FOLDER", "RESULTS"))
    parser.add_argument("executors", nargs="*", default=list(EXECUTORS))
    asked = parser.parse_args(arguments)
    if asked.within:
        name, folder, results = asked.within
        by_executor(name, Path(folder), Path(results))
        return 0
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    different = 0
    with tempfile.TemporaryDirectory() as place:
        folder = write_study(Path(place) / "toy", 1, EFFORT)
        expected = found(folder, Path(place) / "here", OneWorker())
        for name in asked.executors:
            if not does_a_trivial_job(name):
                sys.stdout.write(f"{name}: LEFT OUT, it does not even a trivial job here\n")
                continue
            results = Path(place) / name
            run = (
                through_mpi(folder, results)
                if name == "mpi4py"
                else by_executor(name, folder, results)
            )
            same = run == expected
            different += not same
            sys.stdout.write(f"{name}: {'the same to the bit' if same else 'DIFFERENT'}\n")
    return different


if __name__ == "__main__":
    sys.exit(main())
