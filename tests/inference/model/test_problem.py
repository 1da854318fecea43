from dataclasses import replace

import numpy as np
from quadrature import by_quadrature
from small_study import WORDS, chain_table, small_study
from whole_fits import started

from assemblysim.inference.evidence.bridge import bridge_sampling
from assemblysim.inference.fitting import advance_fit, independent_estimate_of
from assemblysim.inference.model.parameters import normal_from_values, values_from_normal
from assemblysim.inference.model.posterior import Posterior
from assemblysim.inference.sampling.ensembles import kept_draws
from assemblysim.inference.sampling.settings import FitSettings, SmcSettings
from assemblysim.result.evidence import LogEvidence
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
    told = problem.experiments[0].statements
    doubted = tuple(tuple(replace(one, rate=0.2) for one in every) for every in told.sentences)
    other = replace(problem.experiments[0], statements=replace(told, sentences=doubted))
    assert abs(by_quadrature(replace(problem, experiments=(other,))) - exact) > 0.2


def test_the_log_evidence_of_spectra_agrees_with_quadrature(tmp_path):
    problem = build_problem(small_study(tmp_path, table=chain_table(noise=0.4), noise=0.4), "chain")
    found, start = by_bridge(problem)
    centre = start.optima[0].position
    reach = 6 * np.sqrt(np.diag(start.optima[0].covariance).max())
    exact = by_quadrature(problem, centre, reach)

    assert abs(by_quadrature(problem, centre, reach, 45) - exact) < 0.01
    assert abs(found.value - exact) < 4 * found.error + 0.02


def test_standard_normal_coordinates_and_values_are_each_others_inverse(tmp_path):
    problem = build_problem(small_study(tmp_path, words=WORDS, fixed=()), "chain")
    position = np.random.default_rng(3).standard_normal((20, len(problem.parameters)))
    values = values_from_normal(problem.parameters, position)

    np.testing.assert_allclose(normal_from_values(problem.parameters, values), position, rtol=1e-9)


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
    wrong = replace(start, log_evidence=LogEvidence("sequential Monte Carlo", exact.value - 2, 0.1))
    rng = np.random.default_rng(0)
    again = independent_estimate_of(problem, wrong, exact, settings, rng)
    agreed = replace(start, log_evidence=LogEvidence("sequential Monte Carlo", exact.value, 0.1))

    assert again != wrong.log_evidence
    assert abs(again.value - exact.value) < 4 * again.error
    assert independent_estimate_of(problem, agreed, exact, settings, rng) is agreed.log_evidence
