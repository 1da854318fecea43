from dataclasses import replace

import numpy as np
import pytest
from arviz_stats.base import array_stats
from small_study import chain_table, small_study
from stored_draws import KINDS, states_about, stored

from assemblysim.inference.model.priors import LogUniform
from assemblysim.inference.model.target import log_standard_normal
from assemblysim.inference.sampling.diagnosis import independent_draws
from assemblysim.inference.sampling.ensembles import kept_draws
from assemblysim.study.draws.inference_data import posterior_draws, without_ties
from assemblysim.study.problem.problems import build_problem


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_stored_of_each_observation_adds_up_to_the_density(kind):
    problem, states, found = stored(kind)
    positions = independent_draws(kept_draws(states)).chains
    prior = log_standard_normal(positions)

    assert found.log_likelihood.shape == (*found.log_density.shape, len(problem.observations))
    assert np.isfinite(found.log_likelihood).all()
    if len(problem.cases) == 1:  # else observations come about together
        total = found.log_likelihood.sum(axis=2) + prior
        np.testing.assert_allclose(total, found.log_density, rtol=1e-9)


def test_tables_drawn_anew_scatter_about_the_closed_form_as_the_noise_says(tmp_path):
    study = small_study(tmp_path, table=chain_table(replicates=2), noise=0.05)
    known = (("k_first", LogUniform(1.0, 1.0 + 1e-9)), ("k_second", LogUniform(0.5, 0.5 + 1e-9)))
    stated = (*study.fixed, ("sampling_error", 1e-9))
    problem = build_problem(replace(study, priors=known, fixed=stated), "chain")
    readings = posterior_draws(
        problem, states_about(problem, 1.0, (2, 30, 16)), np.random.default_rng(0)
    ).readings
    a, t = np.exp(-readings.times), readings.times
    b = 2 * (np.exp(-0.5 * t) - np.exp(-t))
    closed = {"A": a, "B": b, "C": 1 - a - b}
    expected = np.array([closed[s][i] for i, s in enumerate(readings.signals)]) * 10 + 1e-3
    # the factor of a spectrum is gone from the ratio of two of its intensities
    ratios = np.log(readings.drawn.reshape(-1, len(t) // 3, 3))
    ratios = ratios[..., :2] - ratios[..., 2:]
    wanted = np.log(expected.reshape(-1, 3))
    scaled = (ratios - (wanted[:, :2] - wanted[:, 2:])) / (0.05 * np.sqrt(2))

    assert readings.signals[:3] == ("A", "B", "C")
    assert readings.drawn.shape[:2] == (2, 100)
    error = 1 / np.sqrt(len(scaled))
    assert np.abs(scaled.mean(axis=0)).max() < 4.5 * error
    assert np.abs(scaled.std(axis=0) - 1).max() < 4.5 * error / np.sqrt(2)
    assert np.abs(scaled.mean(axis=0) + 0.5).max() > 4.5 * error


def test_what_was_measured_stands_beside_what_was_drawn():
    _, _, found = stored("a factor for each spectrum")
    readings = found.readings
    spectra = readings.observed.reshape(-1, len(set(readings.signals)))

    np.testing.assert_allclose(spectra.sum(axis=1), 100)  # % of what a spectrum reads
    assert readings.below.any()
    assert (readings.observed[readings.below] == 0).all()
    assert set(readings.experiments) == {"simulated"}
    assert readings.drawn.shape[2] == len(readings.times) == len(readings.signals)


def test_draws_from_the_prior_have_its_quantiles():
    problem, _, found = stored("absolute, each signal its noise")
    place = found.names.index("noise_hare")  # log-normal(-1, 1)
    logs = np.log(found.prior[:, place])

    assert abs(logs.mean() + 1) < 4 / np.sqrt(len(logs))
    assert abs(logs.std() - 1) < 4 / np.sqrt(2 * len(logs))
    assert found.prior.shape[1] == len(problem.parameters)


def test_a_study_of_words_has_no_readings():
    _, _, found = stored("words")

    assert found.readings is None
    assert len(found.observations) >= 10


def test_an_observation_that_is_sure_in_all_draws_can_be_left_out_by_arviz():
    sure = np.zeros((400, 1))
    some = np.random.default_rng(8).standard_normal((400, 1))
    found = without_ties(np.hstack([sure, some]))

    with pytest.raises(ValueError, match="All tail values are the same"):
        array_stats.loo(sure.T, chain_axis=0, draw_axis=1)
    density, k_hat, _ = array_stats.loo(found[:, :1].T, chain_axis=0, draw_axis=1)
    assert abs(density) < 1e-9
    assert k_hat < 0.5
    np.testing.assert_array_equal(found[:, 1:], some)
