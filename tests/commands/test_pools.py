import faulthandler
import multiprocessing
import os
import signal
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Executor, process
from contextlib import contextmanager

import pytest

from assemblysim.commands import pools
from assemblysim.commands.pools import open_pool
from assemblysim.errors import RunError

PARENT = """
import multiprocessing, os, sys, time
from assemblysim.commands.pools import open_pool


def pid(_):
    time.sleep(0.2)
    return os.getpid()


if __name__ == "__main__":
    multiprocessing.set_start_method(sys.argv[1])
    with open_pool(2) as pool:
        print(*pool.map(pid, (0, 0)), flush=True)
        list(pool.map(time.sleep, (60, 60)))
"""


def _killed(_: int) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _half_a_result() -> None:
    """Send the beginning of a result, as a worker has that is ended in the middle of it."""
    pipe = sys._getframe(2).f_locals["result_queue"]._writer
    os.write(pipe.fileno(), struct.pack("!i", 10_000) + b"half")


def _killed_half_way() -> None:
    _half_a_result()
    os.kill(os.getpid(), signal.SIGKILL)


def _stays_half_way() -> None:
    _half_a_result()
    time.sleep(60)


def _fail_half_way(pool: Executor) -> None:
    pool.submit(_stays_half_way)
    time.sleep(0.5)
    raise KeyError


def _wait_for_one_that_is_killed(pool: Executor) -> None:
    pool.submit(time.sleep, 300)
    pool.submit(_killed_half_way).result()


def _fail_once(opened: threading.Event, working: threading.Event) -> None:
    opened.set()
    assert working.wait(60)
    raise KeyError


@contextmanager
def _ended_in(seconds: int) -> Iterator[None]:
    """End this process, and all tests with it, where something waits for ever."""
    faulthandler.dump_traceback_later(seconds, exit=True)
    try:
        yield
    finally:
        faulthandler.cancel_dump_traceback_later()


def _fail_beside_work(pool: Executor) -> None:
    pool.submit(time.sleep, 60)
    time.sleep(0.3)
    raise KeyError


def _gone(process: int) -> bool:
    try:
        with open(f"/proc/{process}/stat") as file:
            return file.read().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


def test_work_is_done_in_order():
    with open_pool(2) as pool:
        assert list(pool.map(abs, (-3, 2, -1))) == [3, 2, 1]

    assert not multiprocessing.active_children()


def test_a_worker_that_is_killed_ends_the_run_with_one_line():
    with pytest.raises(RunError, match="a worker was ended from outside"), open_pool(2) as pool:
        list(pool.map(_killed, (0, 0)))

    assert not multiprocessing.active_children()


def test_an_error_does_not_wait_for_what_the_workers_are_at():
    began = time.monotonic()
    with pytest.raises(KeyError), open_pool(2) as pool:
        _fail_beside_work(pool)

    assert time.monotonic() - began < 30
    assert not multiprocessing.active_children()


def test_a_worker_that_is_killed_in_the_middle_of_a_result_ends_the_run():
    ended = pytest.raises(RunError, match="a worker was ended from outside")
    with _ended_in(60), ended, open_pool(2) as pool:
        _wait_for_one_that_is_killed(pool)

    assert not multiprocessing.active_children()


def test_an_error_while_a_worker_sends_a_result_ends_the_run():
    with _ended_in(60), pytest.raises(KeyError), open_pool(2) as pool:
        _fail_half_way(pool)

    assert not multiprocessing.active_children()


def test_a_pool_that_fails_leaves_the_workers_of_another_thread_alone():
    opened, working, ended = threading.Event(), threading.Event(), threading.Event()
    results = []

    def other():
        opened.wait(60)
        with open_pool(2) as pool:
            results.append(list(pool.map(abs, (-1, -2))))
            working.set()
            ended.wait(60)
            results.append(list(pool.map(abs, (-3, -4))))

    thread = threading.Thread(target=other)
    thread.start()
    with pytest.raises(KeyError), open_pool(2):
        _fail_once(opened, working)
    ended.set()
    thread.join()

    assert results == [[1, 2], [3, 4]]


def test_no_more_workers_are_opened_than_a_system_can_bear(monkeypatch):
    asked = []
    monkeypatch.setattr(pools, "_MOST", 3)
    monkeypatch.setattr(
        pools, "_new_pool", lambda count: asked.append(count) or (OneWorkerPool(), ())
    )
    with pools.workers_for(10**6):
        pass

    assert asked == [3]


class OneWorkerPool:
    def shutdown(self, **_):
        pass


def test_where_no_worker_can_be_started_a_line_says_what_to_do(monkeypatch):
    def none_left(*_, **__):
        raise OSError(24, "Too many open files")

    monkeypatch.setattr(pools, "ProcessPoolExecutor", none_left)
    with pytest.raises(RunError, match="Too many open files"), open_pool(2):
        pass


def test_where_the_last_worker_cannot_be_started_those_before_it_end(monkeypatch):
    fork, begun = os.fork, []

    def all_but_the_third():
        if len(begun) == 2:
            raise OSError(24, "Too many open files")
        begun.append(fork())
        return begun[-1]

    monkeypatch.setattr(os, "fork", all_but_the_third)
    with pytest.raises(RunError, match="Too many open files"), open_pool(3):
        pass

    assert len(begun) == 2
    assert not multiprocessing.active_children()
    assert all(_gone(one) for one in begun)


def test_where_no_thread_can_be_started_a_line_says_what_to_do(monkeypatch):
    def none_left(_):
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(process._ExecutorManagerThread, "start", none_left)
    with pytest.raises(RunError, match="can't start new thread"), open_pool(2):
        pass

    assert not multiprocessing.active_children()


def test_an_interrupt_while_workers_are_started_leaves_none(monkeypatch):
    fork, begun = os.fork, []

    def interrupted():
        if begun:
            signal.raise_signal(signal.SIGINT)
        begun.append(fork())
        return begun[-1]

    monkeypatch.setattr(os, "fork", interrupted)
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # ignored in the background
    try:
        with pytest.raises(KeyboardInterrupt), open_pool(2):
            pytest.fail("the interrupt is lost")
    finally:
        signal.signal(signal.SIGINT, before)

    assert len(begun) == 2
    assert not multiprocessing.active_children()
    assert all(_gone(one) for one in begun)
    assert not signal.pthread_sigmask(signal.SIG_BLOCK, ())


@pytest.mark.parametrize(
    ("number", "method"),
    [
        (signal.SIGKILL, "fork"),
        (signal.SIGTERM, "fork"),
        (signal.SIGHUP, "spawn"),
        (signal.SIGKILL, "forkserver"),
    ],
)
def test_workers_end_with_their_parent(number, method, tmp_path):
    program = tmp_path / "parent.py"
    program.write_text(PARENT)
    parent = subprocess.Popen(
        [sys.executable, str(program), method],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)},
    )
    with parent:
        workers = [int(word) for word in parent.stdout.readline().split()]
        assert workers
        assert not any(_gone(one) for one in workers)
        parent.send_signal(number)
        parent.wait()
        until = time.monotonic() + 5
        while not all(_gone(one) for one in workers) and time.monotonic() < until:
            time.sleep(0.1)

    assert all(_gone(one) for one in workers)
