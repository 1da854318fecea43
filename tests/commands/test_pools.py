import multiprocessing
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import Executor, process

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


def test_no_more_workers_are_opened_than_a_system_can_bear(monkeypatch):
    asked = []
    monkeypatch.setattr(pools, "_MOST", 3)
    monkeypatch.setattr(pools, "_new_pool", lambda count: asked.append(count) or OneWorkerPool())
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
