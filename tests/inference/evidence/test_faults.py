"""Smooth faults as rivals: found where they are, quiet where they are not, and exact for a line."""

from dataclasses import replace

import numpy as np
import pytest
from small_study import TIMES, chain_table, small_study

from assemblysim.inference.evidence.faults import (
    FAULTS,
    averaged_factors,
    fault_factors,
)
from assemblysim.inference.model.likelihood import log_likelihood, log_likelihood_gradients
from assemblysim.inference.model.parameters import values_from_normal
from assemblysim.inference.model.posterior import Posterior
from assemblysim.inference.sampling.search import find_optima
from assemblysim.study.problem.problems import build_problem


def chain(folder, table):
    study = small_study(folder, table=table, noise=0.05)
    return build_problem(study, "chain")


def drifting(factor=3.0):
    table = chain_table(replicates=2)
    values = table.values.copy()
    values[:, 2] *= factor ** (table.times / table.times[-1])
    return replace(table, values=values)


def factors_of(problem):
    optima = find_optima(Posterior(problem), np.zeros((1, len(problem.parameters))))
    return fault_factors(problem, optima[0].position[None])


def test_a_drift_is_found_and_clean_data_have_none(tmp_path):
    bad = factors_of(chain(tmp_path, drifting()))
    good = factors_of(chain(tmp_path, chain_table(replicates=2)))

    assert bad["drift in time"] == max(bad.values())
    assert bad["drift in time"] > 5
    assert max(good.values()) < 1


def test_each_fault_is_the_problem_itself_at_its_prior_s_median(tmp_path):
    problem = chain(tmp_path, chain_table())
    position = np.array([[0.2, -0.3]])
    plain = log_likelihood(problem, values_from_normal(problem.parameters, position)).total

    for fault in FAULTS:
        changed = fault.applied(problem)
        more = len(changed.parameters) - 2
        wider = np.pad(position, ((0, 0), (0, more)))
        found = log_likelihood(changed, values_from_normal(changed.parameters, wider)).total
        assert more > 0
        assert found[0] == pytest.approx(plain[0], abs=1e-8), fault.name


def test_gradients_along_a_fault_are_those_of_its_values(tmp_path):
    for fault in FAULTS:
        problem = fault.applied(chain(tmp_path, drifting()))
        count = len(problem.parameters)
        at = np.random.default_rng(4).normal(0, 0.4, (1, count))
        step = 1e-5 * np.eye(count)

        def total(position, problem=problem):
            return log_likelihood(problem, values_from_normal(problem.parameters, position)).total

        _, (gradient,) = log_likelihood_gradients(problem, at)

        slope = (total(at + step) - total(at - step)) / 2e-5
        np.testing.assert_allclose(gradient, slope, rtol=1e-3, atol=1e-2)


def test_a_drift_multiplies_signals_by_a_line_in_the_logarithm(tmp_path):
    (drift,) = [f for f in FAULTS if f.name == "drift in time"]
    (experiment,) = drift.applied(chain(tmp_path, chain_table())).experiments

    basis = experiment.distortion.basis[:, 0]

    np.testing.assert_allclose(basis, (TIMES - 0.25) / 7.75 - 0.5)


def test_factors_are_averaged_by_the_evidence_that_mechanisms_have():
    found = averaged_factors(
        {"a": -10.0, "b": -12.0, "c": -90.0}, {"a": {"drift": 0.0}, "b": {"drift": 5.0}}
    )

    expected = np.log(np.exp(-10) + np.exp(-7)) - np.log(np.exp(-10) + np.exp(-12))
    assert found == {"drift": pytest.approx(expected)}
