"""Work of each mechanism is stored as it ends, and only what is missing is done again."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from assemblysim.errors import RunError
from assemblysim.inference.sampling.settings import ConvergenceCriteria
from assemblysim.study.execution.stored_stages import each_stored
from assemblysim.study.workers import OneWorker

MARKS = [{"mechanism": name} for name in "abc"]


def paths_in(folder):
    return [folder / f"{mark['mechanism']}.npz" for mark in MARKS]


def made(folder, workers, calls, *, fails_at=None, wait=(0.0, 0.0, 0.0), marks=MARKS):
    """Answers by place; the calls that were made are noted."""

    def answer(value, seconds):
        calls.append(value)
        if value == fails_at:
            raise KeyError(value)
        time.sleep(seconds)
        return ConvergenceCriteria(r_hat=value)

    found = each_stored(
        ConvergenceCriteria, paths_in(folder), marks, workers, answer, (1.0, 2.0, 3.0), wait
    )
    return {place: one.r_hat for place, one in found}


def test_what_was_stored_before_a_fault_is_not_done_again(tmp_path):
    calls = []
    with pytest.raises(KeyError):
        made(tmp_path, OneWorker(), calls, fails_at=3.0)
    assert [path.exists() for path in paths_in(tmp_path)] == [True, True, False]

    assert made(tmp_path, OneWorker(), calls) == {0: 1.0, 1: 2.0, 2: 3.0}
    assert made(tmp_path, OneWorker(), calls) == {0: 1.0, 1: 2.0, 2: 3.0}
    assert calls == [1.0, 2.0, 3.0, 3.0]


def test_a_slow_one_does_not_keep_others_from_being_stored(tmp_path):
    with ThreadPoolExecutor(2) as pool:
        found = made(tmp_path, pool, [], wait=(0.5, 0.0, 0.0))

    assert list(found) == [1, 2, 0]
    first, second, _ = (path.stat().st_mtime_ns for path in paths_in(tmp_path))
    assert second < first


def test_an_answer_to_another_question_is_refused(tmp_path):
    made(tmp_path, OneWorker(), [])
    with pytest.raises(RunError, match=r"b\.npz: was made with mechanism b instead of x"):
        made(tmp_path, OneWorker(), [], marks=[MARKS[0], {"mechanism": "x"}, MARKS[2]])
