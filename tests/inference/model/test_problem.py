from dataclasses import replace

import numpy as np
import pytest
from quadrature import by_quadrature
from small_study import WORDS, chain_table, small_study
from whole_fits import started

from assemblysim.inference.evidence.bridge import bridge_sampling
from assemblysim.inference.fitting import advance_fit, independent_estimate_of
from assemblysim.inference.model.log_evidence import LogEvidence
from assemblysim.inference.model.parameters import normal_from_values, values_from_normal
from assemblysim.inference.model.posterior import Posterior
from assemblysim.inference.model.priors import Prior
from assemblysim.inference.model.problem import FAILED_LOG_LIKELIHOOD, log_likelihood
from assemblysim.inference.sampling.ensembles import kept_draws
from assemblysim.inference.sampling.settings import FitSettings, SmcSettings
from assemblysim.kinetics.engines.integration import Tolerance
from assemblysim.study.problem.problems import build_problem


def by_bridge(problem, steps=400):
    settings = FitSettings(ensembles=2, walkers=24, screened=256, starts=2)
    start = started(problem, settings, seed=5)
    states = advance_fit(problem, start.states, steps, start.proposal)[0]
    draws = kept_draws(states)
    density = np.stack([s.log_density[-draws.shape[1] :] for s in states])
    rng = np.random.default_rng(1)
    return bridge_sampling(Posterior(problem), draws, density, rng, proposals=2000), start


def test_ensembles_side_by_side_go_as_each_goes_alone(tmp_path):
    problem = build_problem(small_study(tmp_path, words=WORDS), "chain")
    start = started(problem, FitSettings(ensembles=3, walkers=8, screened=64, starts=2), seed=5)

    together, calls, _ = advance_fit(problem, start.states, 30, start.proposal)

    alone = [advance_fit(problem, (state,), 30, start.proposal) for state in start.states]
    assert calls == sum(one[1] for one in alone)
    for moved, ((own,), _, _) in zip(together, alone, strict=True):
        np.testing.assert_array_equal(moved.chain, own.chain)
    assert not np.array_equal(together[0].chain, together[1].chain)


def test_the_log_evidence_of_statements_agrees_with_quadrature(tmp_path):
    problem = build_problem(small_study(tmp_path, words=WORDS), "chain")
    exact = by_quadrature(problem)
    found, start = by_bridge(problem)

    assert problem.parameter_names == ("k_first", "k_second")
    assert abs(found.value - exact) < 0.1
    assert abs(found.value - exact) < 4 * found.error + 0.01
    assert abs(start.log_evidence.value - exact) < 4 * start.log_evidence.error + 0.01
    # a tenfold error rate is another model, and is seen to be
    other = replace(
        problem.experiments[0],
        statements=replace(problem.experiments[0].statements, error_rate=0.2),
    )
    assert abs(by_quadrature(replace(problem, experiments=(other,))) - exact) > 0.2


def test_the_log_evidence_of_spectra_agrees_with_quadrature(tmp_path):
    problem = build_problem(small_study(tmp_path, table=chain_table(noise=0.4), noise=0.4), "chain")
    found, start = by_bridge(problem)
    centre = start.optima[0].position
    reach = 6 * np.sqrt(np.diag(start.optima[0].covariance).max())
    exact = by_quadrature(problem, centre, reach)

    assert abs(by_quadrature(problem, centre, reach, 45) - exact) < 0.01
    assert abs(found.value - exact) < 4 * found.error + 0.02


@pytest.mark.parametrize("mechanism", ["chain", "detour"])
def test_the_gradient_equals_finite_differences(tmp_path, mechanism):
    study = small_study(tmp_path, table=chain_table(), words=WORDS, stated=(), noise=None)
    problem = build_problem(study, mechanism)
    precise = Posterior(replace(problem, tolerance=Tolerance(rtol=1e-10, max_steps=50_000)))
    position = 0.3 * np.random.default_rng(2).standard_normal(len(problem.parameters))
    (value,), (gradient,) = precise.values_and_gradients(position[None])
    step = 1e-4 * np.eye(len(position))
    expected = (precise(position + step) - precise(position - step)) / 2e-4

    assert {"rate", "response", "background", "noise", "statement"} == {
        p.kind for p in problem.parameters
    }
    assert value == pytest.approx(float(precise(position[None])[0]), abs=1e-5)
    np.testing.assert_allclose(gradient, expected, rtol=1e-3, atol=1e-3 * np.abs(expected).max())


def test_gradients_in_a_batch_are_those_alone_and_a_failure_spoils_no_neighbour(tmp_path):
    study = small_study(tmp_path, table=chain_table(), words=WORDS, stated=(), noise=None)
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


def test_standard_normal_coordinates_and_values_are_each_others_inverse(tmp_path):
    problem = build_problem(small_study(tmp_path, words=WORDS, stated=()), "chain")
    position = np.random.default_rng(3).standard_normal((20, len(problem.parameters)))
    values = values_from_normal(problem.parameters, position)

    np.testing.assert_allclose(normal_from_values(problem.parameters, values), position, rtol=1e-9)


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
        priors=tuple((n, Prior("log_uniform", 1e280, 1e306)) for n in ("k_first", "k_second")),
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


def test_a_witness_in_doubt_is_heard_again_with_more_effort(tmp_path):
    problem = build_problem(small_study(tmp_path, words=WORDS), "chain")
    settings = FitSettings(
        ensembles=2,
        walkers=24,
        screened=64,
        starts=2,
        smc=SmcSettings(pilot_particles=128, runs=4, particles=64),
    )
    start = started(problem, settings, seed=5)
    exact = LogEvidence("exact", by_quadrature(problem), 0.01)
    wrong = replace(start, log_evidence=LogEvidence("tempered particles", exact.value - 2, 0.1))
    rng = np.random.default_rng(0)
    again = independent_estimate_of(problem, wrong, exact, settings, rng)
    agreed = replace(start, log_evidence=LogEvidence("tempered particles", exact.value, 0.1))

    assert again != wrong.log_evidence
    assert abs(again.value - exact.value) < 4 * again.error
    assert independent_estimate_of(problem, agreed, exact, settings, rng) is agreed.log_evidence
