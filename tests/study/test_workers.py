from concurrent.futures import ThreadPoolExecutor

from assemblysim.study.workers import OneWorker


def test_one_worker_answers_as_a_pool_does():
    with ThreadPoolExecutor(2) as pool:
        found = [list(workers.map(pow, (2, 3), (3, 2))) for workers in (OneWorker(), pool)]

    assert found == [[8, 9], [8, 9]]


def test_one_worker_works_only_when_it_is_asked_for_the_next():
    done = []
    answers = OneWorker().map(done.append, (1, 2))

    assert done == []
    next(answers)
    assert done == [1]
