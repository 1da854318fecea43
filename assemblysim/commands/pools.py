"""A pool of processes that leaves none behind: not after an error, a signal or a killed parent."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing.connection import wait
from multiprocessing.process import BaseProcess
from typing import Any

from assemblysim.errors import RunError
from assemblysim.study.workers import OneWorker, Workers

# Windows waits for no more processes at once.
_MOST = 61 if sys.platform == "win32" else 1024


@contextmanager
def workers_for(count: int | Workers | None) -> Iterator[Workers]:
    """Open a pool of processes; one worker works in this process.

    Args:
        count: of them, of which no more are opened than a system can bear; None for all cores. An
            executor of somebody's own is used as it is, and stays open.

    Raises:
        RunError: a worker was ended from outside.
    """
    if count is not None and not isinstance(count, int):
        yield count
        return
    processes = min(count or os.cpu_count() or 1, _MOST)
    if processes == 1:
        yield OneWorker()
        return
    with open_pool(processes) as pool:
        yield pool


@contextmanager
def open_pool(processes: int) -> Iterator[ProcessPoolExecutor]:
    """Open a pool of so many processes, none of which outlives the block or this process.

    Raises:
        RunError: a worker was ended from outside, or none can be started here.
    """
    pool: ProcessPoolExecutor | None = None
    workers: tuple[BaseProcess, ...] = ()
    try:
        with _signals_held(), _STARTING:
            pool, workers = _new_pool(processes)
        yield pool
    except BaseException as fault:
        # What the workers are at is of no use any more, and waiting for it might take minutes.
        for worker in workers:
            worker.terminate()
        if isinstance(fault, BrokenProcessPool):
            raise RunError(
                "a worker was ended from outside, perhaps for want of memory; what was sampled is "
                "stored, the same command resumes, with fewer --workers if need be"
            ) from None
        raise
    finally:
        # Without waiting, the pool's own thread and the interpreter's end may collide.
        if pool is not None:
            pool.shutdown(wait=True, cancel_futures=True)


# The workers of a pool that starts meanwhile, in another thread, would hold the pipes of this one.
_STARTING = threading.Lock()


def _new_pool(processes: int) -> tuple[ProcessPoolExecutor, tuple[BaseProcess, ...]]:
    """Start a pool and all its workers.

    A worker that ends in the middle of a result leaves half of it in the pipe, and the pool waits
    for the rest as long as anybody holds the pipe's other end: this process and the other workers.
    So this one lets go of it, and the others are ended.
    """
    pool: ProcessPoolExecutor | None = None
    try:
        pool = ProcessPoolExecutor(processes, initializer=_begin_work)
        inside: Any = pool  # there is no public way
        for _ in range(processes):
            inside._spawn_process()
        workers = tuple(pool._processes.values())
        pool.submit(int)  # starts the pool's own thread, now that all processes are there
        inside._result_queue._writer.close()
        threading.Thread(target=_end_together, args=(workers,), daemon=True).start()
        return pool, workers
    except (OSError, ImportError, NotImplementedError, RuntimeError) as fault:
        # No /dev/shm, for example, too few open files, or no thread more (a RuntimeError): some
        # may have been started before that.
        _end_all(() if pool is None else tuple(pool._processes.values()))
        raise RunError(
            f"workers cannot be started here ({fault}); --workers 1 does without them"
        ) from None


def _end_together(workers: Iterable[BaseProcess]) -> None:
    """Wait until all workers have ended by themselves, or end them once one is ended."""
    waiting: dict[Any, BaseProcess] = {worker.sentinel: worker for worker in workers}
    while waiting:
        for ended in wait(list(waiting)):
            code = _exit_code(waiting.pop(ended))
            if code:
                for worker in waiting.values():
                    worker.kill()
                return


def _exit_code(worker: BaseProcess) -> int:
    for _ in range(100):  # the pool's own thread may be asking at this moment
        if worker.exitcode is not None:
            return worker.exitcode
        time.sleep(0.01)
    return 0


def _end_all(workers: Iterable[BaseProcess]) -> None:
    for worker in workers:
        worker.kill()
    for worker in workers:
        worker.join()


_ENDING = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def _signals_held() -> Iterator[None]:
    """Let Ctrl-C and SIGTERM wait: half of a pool would stay for ever, and this process with it."""
    if sys.platform == "win32":
        yield
        return
    former = signal.pthread_sigmask(signal.SIG_BLOCK, _ENDING)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, former)


def _begin_work() -> None:
    """Leave Ctrl-C to the parent, end at SIGTERM, and end when the parent has."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    if sys.platform != "win32":
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _ENDING)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()  # waits for the end of a pipe, whatever the start method and the platform
        os._exit(1)
