"""Checks of a fit: quiet where the mechanism is right, loud where it is not."""

from dataclasses import replace

import numpy as np
import pytest
from checkout import ROOT
from quadrature import grid_draws
from scipy.stats import kstest
from small_study import chain_table, small_study
from spectra import likelihood

from assemblysim.inference.calibration.quick import QuickSettings, fit_quickly
from assemblysim.inference.model.parameters import values_from_normal
from assemblysim.inference.model.problem import courses_of, signals_of
from assemblysim.measurement.likelihoods.intensities import intensity_likelihood
from assemblysim.measurement.simulation.simulation import simulate_like
from assemblysim.prediction.checks.below_limit import residuals_with_limits
from assemblysim.prediction.checks.predictive_checks import (
    FALSE_ALARM,
    FittedReadings,
    predictive_checks,
)
from assemblysim.sentences.checks import check_words
from assemblysim.study.definition.reading import read_study
from assemblysim.study.problem.problems import build_problem


def fitted(problem, values):
    """What draws of a problem expect of its readings."""
    named, (experiment,) = problem.named(values), problem.experiments
    batch = courses_of(problem, experiment, named)
    signals = signals_of(experiment, named, batch.concentrations)
    noise = named.stack(experiment.intensities.noise_names)
    wild = np.zeros((len(values), len(experiment.intensities.measured.at)), dtype=bool)
    return FittedReadings(experiment.intensities, signals, noise, wild)


def checked(folder, table, mechanism, noise, rng):
    study = small_study(folder, table=table, noise=noise)
    alone = replace(study.measurement, share_replicates=False)
    problem = build_problem(replace(study, measurement=alone), mechanism)
    return predictive_checks([fitted(problem, grid_draws(problem, 99, rng))], rng)


@pytest.mark.parametrize(
    ("scale", "noise", "sds", "limit"),
    [  # the limit is a share of a column's largest reading (absolute), or of a spectrum
        ("absolute", "proportional", [0.4], 0.3),
        ("absolute", "constant", [0.05], 0.3),
        ("per spectrum", "proportional", [0.4], 0.025),
        ("per spectrum", "two-component", [0.1, 0.02], 0.025),
    ],
)
def test_residuals_are_standard_normal_below_the_limit_too(scale, noise, sds, limit):
    rng = np.random.default_rng(5)
    signals = np.tile([1.0, 0.7, 0.5, 0.06], (500, 1))
    template = likelihood(np.ones((500, 4)), limit=limit, scale=scale, noise=noise)
    drawn = simulate_like(template, signals, np.array(sds), "none", rng)
    again = intensity_likelihood(drawn, template.measurement)
    below = again.measured.censored[:, 3]

    def distance(factor):
        expected = signals * [1, 1, 1, factor]
        found = residuals_with_limits(again, expected[None], np.array([sds]), rng)
        return kstest(found[0, :, 3], "norm").pvalue

    assert 0.1 < below.mean() < 0.9
    assert distance(1.0) > 1e-3
    assert distance(1.6 if noise == "proportional" else 3.0) < 1e-6  # has power


def test_a_right_mechanism_is_seldom_warned_of(tmp_path):
    studies, p_values, warned = 40, {}, 0
    for i in range(studies):
        rng = np.random.default_rng([11, i])
        k_first, k_second = np.exp(rng.uniform(-1, 1, 2))
        table = chain_table(k_first, k_second, noise=0.3, seed=1000 + i, replicates=2)
        found = checked(tmp_path, table, "chain", 0.3, rng)
        warned += not found.passed
        for name, p in found.statistics.items():
            p_values.setdefault(name, []).append(p)

    assert set(p_values) == {"scatter", "largest", "trend", "lack of fit"}
    for name, values in p_values.items():
        for fraction in (0.05, 0.2):
            bound = fraction + 3 * np.sqrt(fraction * (1 - fraction) / studies)
            assert np.mean(np.array(values) <= fraction) <= bound, name
    assert warned / studies <= FALSE_ALARM + 3 * np.sqrt(FALSE_ALARM * 0.95 / studies)


@pytest.mark.parametrize("replicates", [1, 2])
def test_a_wrong_mechanism_is_caught_and_the_place_is_named(replicates, tmp_path):
    rng = np.random.default_rng(3)
    table = chain_table(noise=0.1, replicates=replicates)
    found = checked(tmp_path, table, "detour", 0.1, rng)

    assert not found.passed
    assert "trend" in found.failed
    assert check_words(found, "detour").startswith("detour does not fit: ")
    assert " was measured " in check_words(found, "detour")


def test_understated_noise_is_caught_by_the_scatter(tmp_path):
    rng = np.random.default_rng(4)
    found = checked(tmp_path, chain_table(noise=0.3), "chain", 0.1, rng)

    assert "scatter" in found.failed
    assert "the residuals are larger than the noise" in check_words(found, "chain")


def test_one_bad_reading_is_caught_as_the_largest(tmp_path):
    table = chain_table(noise=0.05)
    table.values[3, 1] *= 1.4
    found = checked(tmp_path, table, "chain", 0.05, np.random.default_rng(4))

    assert "largest" in found.failed
    assert "B at 2 h was measured above the course" in check_words(found, "chain")


@pytest.mark.slow
def test_two_Dy3L_is_caught_on_data_made_by_both():
    study = read_study(ROOT / "fits/hnp_dy6_synthetic")
    rng = np.random.default_rng(7)
    problems = [build_problem(study, name) for name in ("two_Dy3L", "both")]
    fits = fit_quickly(problems, QuickSettings(), rng)
    found = [
        predictive_checks([fitted(p, values_from_normal(p.parameters, f.positions))], rng)
        for p, f in zip(problems, fits, strict=True)
    ]

    assert not found[0].passed
    assert {"trend", "lack of fit"} <= set(found[0].failed)
    assert found[1].passed


def test_residuals_are_averaged_by_signal_and_spectrum(tmp_path):
    table = chain_table(noise=0.1, replicates=2)
    found = checked(tmp_path, table, "chain", 0.1, np.random.default_rng(1))
    (residuals,) = found.residuals

    assert residuals.signals == ("A", "B", "C")
    assert residuals.mean.shape == (12, 3)
    assert np.nanmean(residuals.mean**2) == pytest.approx(1, abs=3 * np.sqrt(2 / 24))
    assert set(found.trends) == {"A", "B", "C"}


def test_too_few_draws_are_said_to_be_too_few(tmp_path):
    problem = build_problem(small_study(tmp_path, table=chain_table()), "chain")
    few = predictive_checks(
        [fitted(problem, np.array([[1.0, 0.5]] * 10))], np.random.default_rng(0)
    )
    none = predictive_checks([], np.random.default_rng(0))

    assert not few.passed
    assert "10 new draws of the data are too few" in check_words(few, "chain")
    assert "no measurements" in check_words(none, "chain")
