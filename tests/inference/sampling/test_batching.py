import numpy as np
import pytest

from assemblysim.inference.sampling.batching import BatchedEvaluation


def squares(batches=None):
    def function(vectors):
        if batches is not None:
            batches.append(len(vectors))
        return (vectors**2).sum(axis=1)

    return function


def walk_with(together):
    """A walk of as many questions as its number, each from the answer before."""

    def walk(number):
        value = float(number)
        for _ in range(number):
            value = together(np.array([value, 1.0])) / (1 + value)
        return value

    return walk


def test_walks_side_by_side_return_what_they_return_alone():
    together = BatchedEvaluation(squares(), 8)
    numbers = [3, 0, 7, 1, 1, 12, 5, 2, 9, 4]

    alone = [walk_with(together)(number) for number in numbers]

    assert together.map(walk_with(together), numbers) == alone


def test_questions_are_asked_together():
    batches = []
    together = BatchedEvaluation(squares(batches), 4)

    together.map(walk_with(together), [3, 1, 2, 3, 2])

    # four walks of 3, 1, 2 and 3 questions; then one of 2
    assert batches == [4, 3, 2, 1, 1]


def test_questions_of_several_vectors_are_answered_each_with_its_own():
    batches = []
    together = BatchedEvaluation(squares(batches), 3)
    questions = [np.arange(2.0 * n).reshape(n, 2) + n for n in (3, 1, 2)]

    found = together.map(together.several, questions)

    assert batches == [6]
    for answers, question in zip(found, questions, strict=True):
        np.testing.assert_array_equal(answers, squares()(question))


@pytest.mark.parametrize("fault", [ValueError, KeyboardInterrupt])
def test_a_fault_of_the_function_ends_every_walk(fault):
    calls, ended = [], []

    def function(vectors):
        calls.append(len(vectors))
        if len(calls) == 2:
            raise fault("no")
        return vectors[:, 0]

    def walk(number):
        try:
            return walk_with(together)(number)
        finally:
            ended.append(number)

    together = BatchedEvaluation(function, 4)
    with pytest.raises(fault, match="no"):
        together.map(walk, [5, 6, 7])

    assert calls == [3, 3]
    assert ended == [5, 6, 7]


def test_an_interruption_of_one_walk_ends_every_walk_where_it_stands():
    ended, begun = [], []
    together = BatchedEvaluation(squares(), 4)

    def walk(number):
        begun.append(number)
        if number == 2:
            raise KeyboardInterrupt
        try:
            together(np.ones(1))
        finally:
            ended.append(number)

    with pytest.raises(KeyboardInterrupt):
        together.map(walk, [0, 1, 2, 3])

    assert begun == [0, 1, 2]
    assert ended == [0, 1]


@pytest.mark.parametrize("count", [2, 4])
def test_a_function_that_does_not_answer_every_vector_is_refused(count):
    together = BatchedEvaluation(lambda vectors: np.zeros(count), 3)

    with pytest.raises(ValueError, match=f"^{count} answers to 3 vectors$"):
        together.map(walk_with(together), [1, 1, 1])


def test_a_fault_of_one_walk_is_raised_after_the_others_arrived():
    together = BatchedEvaluation(squares(), 4)
    arrived = []

    def walk(number):
        together(np.ones(1))
        if number == 1:
            raise ValueError("lost")
        together(np.ones(1))
        arrived.append(number)

    with pytest.raises(ValueError, match="lost"):
        together.map(walk, [0, 1, 2])
    assert sorted(arrived) == [0, 2]
