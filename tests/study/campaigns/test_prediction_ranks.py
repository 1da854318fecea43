"""Ranks of true predictions: uniform where truth and draws come from the same distribution."""

from dataclasses import replace

import numpy as np
import pytest
from small_study import chain_table, small_study

from assemblysim.inference.model.parameters import normal_from_values
from assemblysim.mechanism.network.network import Network, Reaction
from assemblysim.study.campaigns.prediction_ranks import predicted, ranked_predictions
from assemblysim.study.problem.problems import build_problem


@pytest.fixture
def problem(tmp_path):
    return build_problem(small_study(tmp_path, table=chain_table()), "chain")


def ranks(problem, shift, count=60):
    found = []
    for seed in range(count):
        rng = np.random.default_rng([5, seed])
        truth = 0.6 * rng.standard_normal(2) + shift
        draws = 0.6 * rng.standard_normal((450, 2))
        found.append(ranked_predictions(problem, truth, draws, rng))
    return {name: np.array([one[name] for one in found]) for name in found[0]}


def distance(values):
    """Kolmogorov's distance from uniform, times the root of the number."""
    grid = np.arange(400)
    fraction = (values[:, None] <= grid).mean(axis=0)
    return np.abs(fraction - (grid + 1) / 400).max() * np.sqrt(len(values))


def test_ranks_are_uniform_where_the_truth_is_one_of_the_draws(problem):
    right, wrong = ranks(problem, 0.0), ranks(problem, np.array([0.0, 0.9]))

    assert set(right) == {"time_of_maximum of B", "half_life of B"}
    for name, values in right.items():
        assert distance(values) < 1.95, name  # Kolmogorov: one in a thousand
        assert distance(wrong[name]) > 1.95, name  # one and a half sd are seen


def test_predictions_are_those_of_the_closed_form(problem):
    position = normal_from_values(problem.parameters, np.array([[1.0, 0.5]]))
    names, values = predicted(problem, position)

    assert names == ("time_of_maximum of B", "half_life of B")
    assert values[0, 0] == pytest.approx(2 * np.log(2), rel=1e-6)


def test_what_does_not_happen_is_later_than_all_that_does_and_ties_are_drawn(problem):
    slow = normal_from_values(problem.parameters, np.array([[0.02, 0.011]]))[0]
    fast = normal_from_values(problem.parameters, np.array([[1.0, 0.5]]))[0]
    rng = np.random.default_rng(1)
    last = ranked_predictions(problem, slow, np.tile(fast, (400, 1)), rng)
    derived = [ranked_predictions(problem, slow, np.tile(slow, (399, 1)), rng) for _ in range(20)]
    drawn = [one["time_of_maximum of B"] for one in derived]

    assert last["time_of_maximum of B"] == 399
    assert min(drawn) < 160
    assert max(drawn) > 240


def test_shares_of_a_product_made_in_two_ways_are_ranked(tmp_path):
    study = small_study(tmp_path, table=chain_table())
    both = Network(
        study.system.network("chain").species,
        (
            Reaction("first", ("A",), ("B",), "k_first"),
            Reaction("second", ("B",), ("C",), "k_second"),
            Reaction("short", ("A",), ("C",), "k_second"),
        ),
    )
    problem = build_problem(study, "chain")
    here = tuple(replace(one, network=both) for one in problem.experiments)
    problem = replace(problem, network=both, experiments=here)
    names, values = predicted(problem, np.zeros((1, 2)))

    assert names[2:] == ("fraction of C by second", "fraction of C by short")
    assert values[0, 2:].sum() == pytest.approx(1)
