"""One network with switches says of every subset what the subset's own network says."""

import numpy as np
import pytest
from switched_study import write_study

from assemblysim.inference.model.likelihood import log_likelihood
from assemblysim.inference.model.parameters import values_from_normal
from assemblysim.study.definition.reading import read_study
from assemblysim.study.steps.definition import read_question
from assemblysim.study.steps.problem import switched_problem


@pytest.fixture(scope="module")
def problem(tmp_path_factory):
    folder = write_study(tmp_path_factory.mktemp("steps") / "s", 'certain = ["bind"]')
    return switched_problem(read_study(folder), read_question(folder))


def test_every_subset_is_as_likely_as_by_its_own_network(problem):
    subsets = np.array(list(problem.space.subsets()))
    position = np.random.default_rng(1).standard_normal((len(subsets), problem.dimension))

    together = problem.log_likelihood(position, subsets)

    alone = []
    for row, place in zip(subsets, position, strict=True):
        reduced, active = problem.reduced(row)
        values = values_from_normal(reduced.parameters, place[None, active])
        alone.append(log_likelihood(reduced, values).total[0])
    np.testing.assert_allclose(together, alone, rtol=1e-5, atol=1e-3)
    # pair and pair_by_M write one step, so 24 of 32 subsets are admissible.
    assert len(subsets) == 24


def test_a_constant_that_steps_share_counts_while_one_of_them_is_on(problem):
    names = [one.name for one in problem.plain.parameters]
    place = {name: i for i, name in enumerate(problem.space.names)}
    shared = names.index("k_grow")
    rows = np.zeros((3, len(place)))
    rows[1, place["grow"]] = rows[2, place["close"]] = 1.0

    assert problem.active(rows)[:, shared].tolist() == [False, True, True]
    assert problem.active(rows)[:, names.index("k_bind")].all()
    assert problem.active(rows)[:, names.index("noise")].all()


def test_gradients_are_those_of_differences_and_leave_switches_alone(problem):
    rng = np.random.default_rng(2)
    own = problem.dimension
    position = np.concatenate([0.5 * rng.standard_normal(own), [1.0, 1.0, 0.0, 1.0, 0.0]])
    step = 1e-4 * np.eye(len(position))[:own]

    _, gradient = problem.values_and_gradients(position[None])
    above, _ = problem.values_and_gradients(position + step)
    below, _ = problem.values_and_gradients(position - step)

    slope = (above - below) / 2e-4
    np.testing.assert_allclose(gradient[0, :own], slope, rtol=2e-3, atol=2e-2)
    assert not gradient[0, own:].any()
