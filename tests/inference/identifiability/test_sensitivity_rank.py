import numpy as np
import pytest
from identifiability_studies import TIMES, chain_readings, problem_of

from assemblysim.inference.identifiability.sensitivity_rank import (
    FINE,
    log_sensitivities,
    sensitivity_rank,
)
from assemblysim.inference.model.experiment import initial_of
from assemblysim.inference.model.parameters import normal_from_values
from assemblysim.inference.model.prior import Prior
from assemblysim.inference.model.priors import LogUniform
from assemblysim.inference.model.problem import (
    rate_constants_of,
    signals_of,
)
from assemblysim.kinetics.engines.integration import integrate_batch
from assemblysim.measurement.data import IntensityTable, Statement

FREE = LogUniform(1e-2, 1e2)
WORDS = (
    Statement("B", "maximum", 1.0, 1.0, "largest at 1 h"),
    Statement("A", "absent", 8.0, 8.0, "gone at 8 h"),
)
STEP = 1e-4


def shifted_logs(problem, values):
    """Log signals at values shifted up and down in their logs, shape (2, P, T, I)."""
    steps = np.exp(STEP * np.concatenate([np.eye(len(values)), -np.eye(len(values))]))
    named = problem.named(values * steps)
    experiment = problem.experiments[0]
    batch = integrate_batch(
        problem.network, rate_constants_of(problem, problem.network, named).at_reference,
        initial_of(experiment, named), experiment.times, FINE,
    )  # fmt: skip
    signals = signals_of(experiment, named, batch.concentrations)
    return signals.reshape(2, len(values), *signals.shape[1:])


def by_differences(problem, values, scale):
    """The matrix by differences, from signals put on a scale by a function, shape (M, P)."""
    ahead, behind = (np.log(scale(signals)) for signals in shifted_logs(problem, values))
    return ((ahead - behind) / (2 * STEP)).reshape(len(values), -1).T


@pytest.mark.parametrize(
    ("scale", "divided"),
    [
        ("absolute", lambda s: s),
        ("per spectrum", lambda s: s / np.exp(np.log(s).mean(axis=-1, keepdims=True))),
        ("per species", lambda s: s / np.exp(np.log(s).mean(axis=-2, keepdims=True))),
    ],
)
def test_sensitivities_equal_differences_of_signals_on_their_scale(tmp_path, scale, divided):
    problem = problem_of(
        tmp_path, "chain", chain_readings(2.0, 0.5), scale=scale, initial=FREE,
        priors={"response_A": FREE, "response_B": FREE}, fixed={"response_C": 1.0},
    )  # fmt: skip
    values = np.array([2.0, 0.5, 3.0, 1.2, 0.7])
    found = log_sensitivities(problem, values[None], FINE)[0]
    expected = by_differences(problem, values, divided)
    if scale == "per species":  # rows come column by column
        expected = expected.reshape(6, 3, 5).swapaxes(0, 1).reshape(18, 5)

    assert problem.parameter_names == (
        "k_first", "k_second", "initial_A", "response_A", "response_B"
    )  # fmt: skip
    np.testing.assert_allclose(found, expected, atol=1e-5)


@pytest.mark.parametrize(
    ("scale", "divided"),
    [
        ("per spectrum", lambda s: s / s.sum(axis=-1, keepdims=True)),
        ("absolute", lambda s: s / s.max(axis=(-1, -2), keepdims=True)),
    ],
)
def test_statements_count_by_the_signals_that_they_are_about(tmp_path, scale, divided):
    problem = problem_of(
        tmp_path, "chain", None, scale=scale, words=WORDS, signals="ABC",
        priors={"response_B": FREE},
        fixed={"response_A": 1.0, "response_C": 1.0, "limit": 0.01, "statement_noise": 0.3},
    )  # fmt: skip
    values = np.array([2.0, 0.5, 1.2])
    found = log_sensitivities(problem, values[None], FINE)[0]

    expected = by_differences(problem, values, lambda s: divided(s)[..., :2])  # C is not named
    np.testing.assert_allclose(found, expected, atol=1e-5)


def test_a_signal_that_was_not_measured_does_not_count(tmp_path):
    table = chain_readings(2.0, 0.5)
    values = table.values.copy()
    values[:, 1:] = np.nan
    full = problem_of(tmp_path, "chain", table)
    less = problem_of(tmp_path, "chain", IntensityTable(table.signals, TIMES, values))
    point = np.array([[2.0, 0.5]])

    assert log_sensitivities(full, point, FINE).shape == (1, 18, 2)
    found = log_sensitivities(less, point, FINE)
    assert found.shape == (1, 6, 2)
    a = 10 * np.exp(-2.0 * TIMES)
    np.testing.assert_allclose(found[0, :, 0], -2.0 * TIMES * a / (a + 1e-6), rtol=1e-5)
    np.testing.assert_array_equal(found[0, :, 1], 0.0)


@pytest.mark.parametrize(("point", "rank"), [([2.0, 0.5], 2), ([900.0, 900.0], 0)])
def test_the_structural_rank_is_not_fooled_by_a_point_where_all_is_over(tmp_path, point, rank):
    # at 900 1/h nothing but C is left, even at the first sampling time
    problem = problem_of(tmp_path, "chain", chain_readings(2.0, 0.5))
    position = normal_from_values(problem.parameters, np.array(point))
    found = sensitivity_rank(problem, position, np.zeros((0, 2)))

    assert found.at_optimum == rank
    assert found.structural == 2
    assert found.structurally_non_identifiable == ()


@pytest.mark.parametrize(
    ("scale", "background", "rank", "lost"),
    [
        ("absolute", 0.0, 3, ("initial_A", "response_A", "response_B")),
        ("per spectrum", 0.0, 2, ("initial_A", "response_A", "response_B")),
        ("per species", 0.0, 1, ("initial_A", "response_A", "response_B")),
        # a known background is a hidden standard for amounts; an unknown one is none
        ("per spectrum", 0.1, 3, ("initial_A", "response_A", "response_B")),
        ("absolute", FREE, 4, ("initial_A", "response_A", "response_B")),
        ("per spectrum", FREE, 3, ("initial_A", "response_A", "response_B", "background")),
    ],
)
def test_what_amount_response_and_gain_hide_of_each_other_is_lost(
    tmp_path, scale, background, rank, lost
):
    free = {"response_A": FREE, "response_B": FREE}
    known = not isinstance(background, Prior)
    problem = problem_of(
        tmp_path, "decay", chain_readings(2.0, 0.5, "AB"), scale=scale, initial=FREE,
        priors=free | ({} if known else {"background": FREE}),
        fixed={"background": background} if known else {},
    )  # fmt: skip
    count = len(problem.parameters)
    found = sensitivity_rank(problem, np.zeros(count), np.zeros((0, count)))

    assert (found.structural, found.structurally_non_identifiable) == (rank, lost)
