from dataclasses import astuple, replace

import numpy as np
import pytest
from quadrature import by_quadrature
from small_study import chain_table, small_study

from assemblysim.inference.evidence.prior_changes import (
    CHANGES,
    changed_evidences,
    changed_parameters,
    narrowed_evidence,
    widened,
)
from assemblysim.inference.groundwork import (
    importance_task,
    lay_groundwork,
    smc_task,
    wider_reference,
)
from assemblysim.inference.model.priors import LogNormal, LogUniform, PositiveNormal, Uniform
from assemblysim.inference.sampling.importance import importance_sample
from assemblysim.inference.sampling.settings import FitSettings, ImportanceSettings, SmcSettings
from assemblysim.inference.sampling.smc import combined_runs, lengthened, smc_runs
from assemblysim.result.evidence import LogEvidence
from assemblysim.study.problem.problems import build_problem


@pytest.mark.parametrize(
    ("prior", "wide", "narrow", "up", "down"),
    [
        (
            LogUniform(0.01, 100.0),
            (1e-4, 1e4),
            (0.1, 10.0),
            (0.1, 1000.0),
            (1e-3, 10.0),
        ),
        (Uniform(2.0, 4.0), (1.0, 5.0), (2.5, 3.5), (2.5, 4.5), (1.5, 3.5)),
        (Uniform(0.0, 4.0), (0.0, 8.0), (1.0, 3.0), (1.0, 5.0), (0.0, 4.0)),
        (LogNormal(1.0, 4.0), (1.0, 16.0), (1.0, 2.0), (2.0, 4.0), (0.5, 4.0)),
        (PositiveNormal(3.0, 2.0), (3.0, 4.0), (3.0, 1.0), (4.0, 2.0), (2.0, 2.0)),
    ],
)
def test_priors_are_scaled_and_shifted_on_their_own_axis(prior, wide, narrow, up, down):
    found = prior.scaled(2.0), prior.scaled(0.5), prior.shifted(0.25), prior.shifted(-0.25)

    for changed, expected in zip(found, (wide, narrow, up, down), strict=True):
        np.testing.assert_allclose(astuple(changed), expected, rtol=1e-12)


@pytest.fixture(scope="module")
def problem(tmp_path_factory):
    table = chain_table(noise=0.4)
    study = small_study(tmp_path_factory.mktemp("s"), table=table, noise=1.5)
    return build_problem(study, "chain")


def test_each_changed_prior_has_the_evidence_that_quadrature_gives_it(problem):
    rng = np.random.default_rng(3)
    searched = lay_groundwork(widened(problem), FitSettings(screened=64, starts=2), 1)
    groundwork = wider_reference(problem, searched, rng.standard_normal((200, 2)), 1)
    effort = SmcSettings(pilot_particles=256, runs=6, particles=256)
    task = smc_task(widened(problem), groundwork, effort)
    smc = combined_runs(smc_runs(task, rng)[1:], rng)
    weighed = importance_sample(
        importance_task(widened(problem), groundwork, ImportanceSettings(batches=4)), rng
    )

    for draws in (lengthened(task, smc, 20, rng), weighed):
        found = changed_evidences(problem, draws)
        for change in CHANGES:
            if change.name == "narrow":
                continue
            changed = replace(problem, parameters=changed_parameters(problem.parameters, change))
            exact = by_quadrature(changed, reach=6.0, points=241)
            one = found[change.name]
            assert abs(one.value - exact) < 4 * one.error + 0.02, change.name
            assert one.error < 0.15
        assert abs(found["wide"].value - found["faster"].value) > 0.3  # a change is seen


def test_narrower_priors_are_read_off_the_draws_with_an_error_that_knows_walkers(problem):
    rng = np.random.default_rng(4)
    axis = np.linspace(-5, 5, 201)
    grid = np.stack(np.meshgrid(axis, axis, indexing="ij"), axis=-1).reshape(-1, 2)
    from assemblysim.inference.model.posterior import Posterior

    density = Posterior(problem)(grid)
    weights = np.exp(density - density.max())
    exact = by_quadrature(problem, reach=5.0, points=201)
    narrow = replace(problem, parameters=changed_parameters(problem.parameters, CHANGES[1]))
    truth = by_quadrature(narrow, reach=6.0, points=241)

    def stuck(repeats):
        """Draws of 4 x 16 walkers, each of whose draws are the same `repeats` times over."""
        chosen = rng.choice(len(grid), 4 * 16 * 50 // repeats, p=weights / weights.sum())
        once = grid[chosen] + 0.05 * rng.uniform(-0.5, 0.5, (len(chosen), 2))
        return np.repeat(once.reshape(4, 50 // repeats, 16, 2), repeats, axis=1)

    evidence = LogEvidence("exact", exact, 0.0)
    free = [narrowed_evidence(problem, evidence, stuck(1)) for _ in range(30)]
    held = [narrowed_evidence(problem, evidence, stuck(25)) for _ in range(30)]
    for found in (free, held):
        gaps = np.array([one.value - truth for one in found])
        stated = np.mean([one.error for one in found])
        # the standard deviation of 30 values has a relative standard error of 13 %
        assert 0.6 < stated / gaps.std(ddof=1) < 1.7
        assert abs(gaps.mean()) < 4 * gaps.std(ddof=1) / np.sqrt(30) + 0.02
    assert np.mean([one.error for one in held]) > 2 * np.mean([one.error for one in free])
