"""The log-likelihood, its gradient, and what is said of vectors that cannot be integrated."""

from dataclasses import replace

import numpy as np
import pytest
from small_study import WORDS, chain_table, small_study

from assemblysim.inference.model.likelihood import FAILED_LOG_LIKELIHOOD, log_likelihood
from assemblysim.inference.model.parameters import values_from_normal
from assemblysim.inference.model.posterior import Posterior
from assemblysim.inference.model.priors import LogUniform
from assemblysim.kinetics.engines.integration import Tolerance
from assemblysim.study.problem.problems import build_problem


@pytest.mark.parametrize("mechanism", ["chain", "detour"])
def test_the_gradient_equals_finite_differences(tmp_path, mechanism):
    study = small_study(tmp_path, table=chain_table(), words=WORDS, fixed=(), noise=None)
    problem = build_problem(study, mechanism)
    precise = Posterior(replace(problem, tolerance=Tolerance(rtol=1e-10, max_steps=50_000)))
    position = 0.3 * np.random.default_rng(2).standard_normal(len(problem.parameters))
    (value,), (gradient,) = precise.values_and_gradients(position[None])
    step = 1e-4 * np.eye(len(position))
    expected = (precise(position + step) - precise(position - step)) / 2e-4

    assert {"rate", "contrast", "background", "noise", "statement"} == {
        p.kind for p in problem.parameters
    }
    assert value == pytest.approx(float(precise(position[None])[0]), abs=1e-5)
    np.testing.assert_allclose(gradient, expected, rtol=1e-3, atol=1e-3 * np.abs(expected).max())


def test_gradients_in_a_batch_are_those_alone_and_a_failure_spoils_no_neighbour(tmp_path):
    study = small_study(tmp_path, table=chain_table(), words=WORDS, fixed=(), noise=None)
    problem = build_problem(study, "detour")
    positions = np.random.default_rng(2).standard_normal((5, len(problem.parameters)))
    tight = Posterior(replace(problem, tolerance=Tolerance(max_steps=30)))
    values, gradients = tight.values_and_gradients(positions)
    alone = [tight.values_and_gradients(one[None]) for one in positions]

    np.testing.assert_allclose(values, np.concatenate([v for v, _ in alone]), rtol=1e-12)
    np.testing.assert_allclose(gradients, np.concatenate([g for _, g in alone]), rtol=1e-9)
    np.testing.assert_allclose(values, tight(positions), rtol=1e-6)
    failed = values < FAILED_LOG_LIKELIHOOD / 2
    assert failed.tolist() == [False, False, True, True, True]
    # what failed has no gradient but the prior's own
    np.testing.assert_array_equal(gradients[failed], -positions[failed])


def test_a_failed_integration_is_graded_and_no_plateau(tmp_path):
    problem = build_problem(small_study(tmp_path, table=chain_table()), "chain")
    starved = replace(problem, tolerance=Tolerance(max_steps=12))
    found = log_likelihood(starved, np.array([[0.02, 0.02], [50.0, 30.0], [90.0, 80.0]]))

    assert found.failed[1:].all()
    assert np.all(found.total[found.failed] <= FAILED_LOG_LIKELIHOOD)
    assert len(set(found.total.tolist())) == 3


def test_vectors_that_fail_at_once_do_not_tie(tmp_path):
    """At t = 0 the missing part of time is the same: the place in the prior tells them apart."""
    study = replace(
        small_study(tmp_path, table=chain_table()),
        priors=tuple((n, LogUniform(1e280, 1e306)) for n in ("k_first", "k_second")),
    )
    problem = build_problem(study, "chain")
    position = np.random.default_rng(5).standard_normal((200, 2))
    position[1] = position[0, ::-1]

    found = log_likelihood(problem, values_from_normal(problem.parameters, position))

    assert found.failed.all()
    assert len(np.unique(found.total)) == 200
    assert np.all(found.total > 2.01 * FAILED_LOG_LIKELIHOOD)


def test_multiplying_any_spectrum_changes_no_log_likelihood(tmp_path):
    table = chain_table()
    factors = np.random.default_rng(4).uniform(1e-3, 1e3, (len(table.times), 1))
    scaled = replace(table, values=table.values * factors)
    totals = [
        log_likelihood(
            build_problem(small_study(tmp_path, table=t), "chain"), np.array([[1.0, 0.5]])
        ).total
        for t in (table, scaled)
    ]

    np.testing.assert_allclose(totals[0], totals[1], rtol=0, atol=1e-10)
