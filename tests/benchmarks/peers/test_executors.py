"""Executors of other projects: one that does nothing on a machine is told from one that differs."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from benchmarks.steps import executors
from benchmarks.steps.executors import does_a_trivial_job


def raising(_name):
    raise OSError("no semaphores")


@pytest.mark.parametrize(
    ("opened", "works"), [(lambda _: ThreadPoolExecutor(1), True), (raising, False)]
)
def test_an_executor_that_cannot_be_opened_does_no_trivial_job(monkeypatch, opened, works):
    monkeypatch.setattr(executors, "opened", opened)

    assert does_a_trivial_job("loky") == works


def test_without_processes_of_mpi_there_is_no_trivial_job(monkeypatch):
    monkeypatch.setattr(executors, "mpiexec", lambda: "false")

    assert not does_a_trivial_job("mpi4py")
