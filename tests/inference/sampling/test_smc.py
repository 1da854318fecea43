from dataclasses import replace

import numpy as np
import pytest
from gaussians import Gaussian, Mixture, correlated
from ridges import ridges
from scipy.special import logsumexp

from assemblysim.inference.sampling.references import IndependentNormals
from assemblysim.inference.sampling.search import Optimum
from assemblysim.inference.sampling.settings import SmcSettings
from assemblysim.inference.sampling.smc import (
    Particles,
    combined_runs,
    evidence_task,
    exploratory_task,
    lengthened,
    next_step,
    run_smc,
    smc_runs,
    systematic,
)
from assemblysim.inference.sampling.tempered_moves import SmcTask, memory

SMALL = SmcSettings(pilot_particles=256, runs=6, particles=128)
# Two modes far apart; the narrow one holds a third of the whole.
NARROW = Gaussian(np.array([1.5, 1.0, 0.0]), 0.02 * np.eye(3), np.log(1 / 3))
WIDE = Gaussian(np.array([-1.5, -0.5, 0.5]), 0.1 * np.eye(3), np.log(2 / 3))


def prior_reference(dimension):
    return IndependentNormals(np.zeros(dimension), np.ones(dimension))


def repeated(target, dimension, seeds, settings=SMALL, reference=None):
    task = SmcTask(target, reference or prior_reference(dimension), settings)
    return [run_smc(task, np.random.default_rng(seed)) for seed in range(seeds)]


PLANE = correlated(2)


@pytest.fixture(scope="module")
def forty():
    """The log evidence of one target, found forty times."""
    return [one.log_evidence for one in repeated(PLANE, 2, 40)]


def test_the_evidence_is_right_within_its_stated_error(forty):
    target, found = PLANE, forty
    gaps = np.array([(f.value - target.log_evidence) / f.error for f in found])
    inside = int((np.abs(gaps) < 1.96).sum())

    # of 40 at 95 %, fewer than 33 happen once in 700; a fifth of the error would be seen
    assert inside >= 33
    assert (np.abs(gaps) < 1.96 / 5).sum() < 33
    shifted = np.array([(f.value - target.log_evidence - 0.5) / f.error for f in found])
    assert (np.abs(shifted) < 1.96).sum() < 5


def test_the_evidence_of_curved_ridges_is_that_of_another_sampler():
    """By `oracles/by_particles.py`: 40 runs of 1000 particles, and their standard error."""
    oracle, its_error = -3.4899, 0.0094
    task = SmcTask(ridges, prior_reference(3), replace(SMALL, pilot_particles=1000, particles=1000))
    found = run_smc(task, np.random.default_rng(3)).log_evidence
    error = np.hypot(its_error, found.error)

    assert error < 0.06
    assert abs(found.value - oracle) < 4 * error
    assert abs(found.value - oracle - 0.5) > 4 * error


def test_the_average_of_runs_along_fixed_stages_is_unbiased(forty):
    values = np.array([found.value for found in forty])
    ratio = np.exp(values - PLANE.log_evidence)
    error = ratio.std(ddof=1) / np.sqrt(len(ratio))

    assert abs(ratio.mean() - 1) < 4 * error
    assert abs(ratio.mean() - 1.1) > 4 * error


def test_both_modes_are_found_with_their_weights():
    found = repeated(Mixture((WIDE, NARROW)), 3, 8)
    fractions = np.array([(one.positions[:, 0] > 0).mean() for one in found])
    error = fractions.std(ddof=1) / np.sqrt(len(fractions))

    assert abs(fractions.mean() - 1 / 3) < 5 * error  # Student t, 7 degrees of freedom
    assert abs(fractions.mean() - 2 / 3) > 5 * error


def test_a_reference_other_than_the_prior_gives_the_same_evidence():
    target = correlated(3)
    elsewhere = IndependentNormals(np.array([0.5, 0.0, 0.0]), np.array([0.3, 1.0, 1.0]))
    found = [one.log_evidence for one in repeated(target, 3, 6, reference=elsewhere)]
    gap = np.mean([f.value for f in found]) - target.log_evidence

    assert abs(gap) < 0.1
    assert max(f.error for f in found) < 0.3


def test_lengthened_draws_keep_their_target():
    target = correlated(3)
    task = SmcTask(target, prior_reference(3), SMALL)
    first = run_smc(task, np.random.default_rng(1))
    longer = lengthened(task, first, 30, np.random.default_rng(2))
    scale = np.sqrt(np.diag(target.covariance))
    gaps = (longer.positions.mean(axis=0) - target.mean) / scale

    assert len(longer.positions) == 31 * len(first.positions)
    np.testing.assert_allclose(longer.log_density, target(longer.positions), atol=1e-9)
    # at least a thirtieth of the 23,808 draws are independent
    assert np.abs(gaps).max() < 4 / np.sqrt(len(longer.positions) / 30)
    assert longer.log_evidence == first.log_evidence


def test_the_power_rises_until_the_stated_share_is_left():
    logs = np.random.default_rng(0).normal(0, 50, 1000)
    step = next_step(logs, 1.0, 0.5)
    weights = np.exp(step * logs - logsumexp(step * logs))

    assert 1 / (weights**2).sum() == pytest.approx(500, rel=1e-6)
    assert next_step(1e-3 * logs, 1.0, 0.5) == 1.0
    assert next_step(np.append(logs, -1e12), 1.0, 0.5) > 1e-4  # one failure hardly counts


def test_systematic_resampling_takes_each_as_often_as_its_weight_asks():
    weights = np.array([0.5, 0.25, 0.25, 0.0])
    counts = np.bincount(systematic(weights, 400, np.random.default_rng(0)), minlength=4)

    np.testing.assert_array_equal(counts, [200, 100, 100, 0])


def test_runs_are_put_together_by_their_evidence():
    heavy = Particles(np.zeros((100, 1)), np.zeros(100), 1.0, np.log(3.0), ())
    light = Particles(np.ones((100, 1)), np.zeros(100), 1.0, 0.0, ())
    found = combined_runs((heavy, light), np.random.default_rng(0))
    alone = combined_runs((heavy,), np.random.default_rng(0))

    assert found.log_evidence.value == pytest.approx(np.log(2.0))
    assert found.positions.sum() == 50  # a quarter of 200
    # two values log 3 apart: Student t with one degree of freedom widens by 12.706 / 1.96
    expected = 12.7062 / 1.959964 * np.log(3) / np.sqrt(2) / np.sqrt(2)
    assert found.log_evidence.error == pytest.approx(expected, rel=1e-4)
    assert alone.log_evidence.error == np.inf


def test_memory_is_that_of_the_worst_coordinate():
    rng = np.random.default_rng(0)
    before = rng.standard_normal((2000, 2))
    now = np.stack([before[:, 0], rng.standard_normal(2000)], axis=1)

    assert memory(before, now) == pytest.approx(1.0)
    assert abs(memory(before, rng.standard_normal((2000, 2)))) < 0.1


def test_a_mode_that_takes_over_halfway_is_weighed_though_explorers_come_to_it_late():
    wide = Gaussian(np.full(4, -0.5), 0.04 * np.eye(4), np.log(0.1))
    narrow = Gaussian(np.full(4, 2.0), 4e-6 * np.eye(4), np.log(0.9))
    peak = float(narrow(narrow.mean[None])[0])
    task = SmcTask(
        Mixture((wide, narrow)),
        prior_reference(4),
        SMALL,
        optima=(Optimum(narrow.mean, peak, 1, narrow.covariance),),
    )
    rng = np.random.default_rng(1)
    exploratory_runs = smc_runs(exploratory_task(task), rng)
    weighed = combined_runs(smc_runs(evidence_task(task, exploratory_runs, rng), rng)[1:], rng)

    assert combined_runs(exploratory_runs, rng).log_evidence.value < -0.5  # why there are two ways
    assert abs(weighed.log_evidence.value) < 3 * weighed.log_evidence.error < 0.3
    fraction = (weighed.positions[:, 0] > 1).mean()
    assert abs(fraction - 0.9) < 0.05
