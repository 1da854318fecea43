from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from checkout import ROOT
from small_study import chain_table, small_study

from assemblysim.inference.fitting import PRECISE
from assemblysim.inference.model.parameters import normal_from_values, values_from_normal
from assemblysim.inference.model.posterior import Posterior
from assemblysim.inference.sampling.search import (
    Optimum,
    find_optima,
    find_point_estimates,
    maximise_together,
    spread_starts,
)
from assemblysim.kinetics.engines.integration import integrate
from assemblysim.study.definition.reading import read_study
from assemblysim.study.problem.problems import build_problem

ALPHA_PINENE = ROOT / "fits" / "alpha_pinene"
# Box, Hunter, MacGregor & Erjavec 1973, in 1/min
PUBLISHED = np.array([5.92585, 2.96340, 2.04729, 27.44676, 3.99794]) * 1e-5


def sum_of_squares(problem, constants):
    table = problem.experiments[0].table
    start = np.array([100.0, 0, 0, 0, 0])
    order = [problem.network.species_names.index(name) for name in table.signals]
    course = integrate(problem.network, constants, start, table.times)
    return float(((course.concentrations[:, order] - table.values) ** 2).sum())


def best_of(mechanism):
    problem = build_problem(read_study(ALPHA_PINENE), mechanism)
    posterior = Posterior(problem)
    rng = np.random.default_rng(1)
    prior = rng.standard_normal((128, len(problem.parameters)))
    optima = find_optima(posterior, spread_starts(prior, posterior(prior), 3))
    start = optima[0].position
    point_estimates = find_point_estimates(replace(problem, tolerance=PRECISE), start[None], start)
    return problem, values_from_normal(problem.parameters, point_estimates.most_likely)


def test_least_squares_of_alpha_pinene_is_the_published_optimum():
    problem, found = best_of("published")
    constants = found[:5] / 60

    assert problem.parameter_names[:5] == ("k1", "k2", "k3", "k4", "k5")
    np.testing.assert_allclose(constants, PUBLISHED, rtol=1e-3)
    assert sum_of_squares(problem, found[:5]) == pytest.approx(19.872, abs=5e-4)
    assert sum_of_squares(problem, 1.05 * found[:5]) > 20
    # constant noise at its most likely value is the root mean square residual
    assert found[5] == pytest.approx(np.sqrt(19.8722 / 40), rel=1e-3)


@pytest.mark.parametrize(("rival", "least"), [("no_return", 42.35), ("chain", 29.75)])
def test_the_rivals_of_alpha_pinene_fit_worse(rival, least):
    problem, found = best_of(rival)

    assert sum_of_squares(problem, found[:-1]) == pytest.approx(least, abs=0.02)


def test_every_start_is_counted_to_an_optimum_and_the_best_is_the_truth(tmp_path):
    problem = build_problem(
        small_study(tmp_path, table=chain_table(1.0, 0.2, noise=0.02), noise=0.02), "chain"
    )
    posterior = Posterior(problem)
    prior = np.random.default_rng(2).standard_normal((64, 2))
    optima = find_optima(posterior, spread_starts(prior, posterior(prior), 4))
    found = values_from_normal(problem.parameters, optima[0].position)

    np.testing.assert_allclose(found, [1.0, 0.2], rtol=0.1)
    assert sum(o.basin_count for o in optima) == 4
    assert all(a.log_density >= b.log_density for a, b in pairwise(optima))


def test_climbs_side_by_side_end_where_they_end_alone_and_ask_together(tmp_path):
    problem = build_problem(small_study(tmp_path, table=chain_table()), "chain")
    posterior = Posterior(problem)
    starts = np.random.default_rng(3).standard_normal((5, 2))
    asked = []

    def slopes(positions):
        asked.append(len(positions))
        return posterior.values_and_gradients(positions)

    together = maximise_together(slopes, starts)
    alone = [maximise_together(posterior.values_and_gradients, one[None])[0] for one in starts]

    assert asked[0] == 5
    for (position, value), (expected, height) in zip(together, alone, strict=True):
        np.testing.assert_allclose(position, expected, atol=1e-8)
        assert value == pytest.approx(height, rel=1e-12)


def test_laplace_is_exact_for_a_gaussian():
    covariance = np.diag([0.5, 0.1])
    optimum = Optimum(np.zeros(2), -3.0, 1, covariance)

    assert optimum.log_evidence == pytest.approx(
        -3.0 + np.log(2 * np.pi) + 0.5 * np.log(0.05), rel=1e-12
    )


def test_the_most_probable_value_under_a_flat_prior_is_that_of_greatest_likelihood(tmp_path):
    problem = build_problem(small_study(tmp_path, table=chain_table()), "chain")
    start = normal_from_values(problem.parameters, np.array([1.0, 0.5]))
    point_estimates = find_point_estimates(problem, start[None], start)

    np.testing.assert_allclose(
        values_from_normal(problem.parameters, point_estimates.most_probable),
        values_from_normal(problem.parameters, point_estimates.most_likely),
        rtol=1e-3,
    )


def test_starts_are_good_and_apart():
    positions = np.array([[0.0, 0.0], [0.1, 0.0], [3.0, 3.0], [0.0, 0.1]])
    starts = spread_starts(positions, np.array([-1.0, -1.1, -5.0, -1.2]), 2)

    np.testing.assert_array_equal(starts, [[0.0, 0.0], [3.0, 3.0]])
    assert len(spread_starts(positions, np.zeros(4), 10)) == 4


def test_a_vessel_or_uncertain_time_keeps_all_spectra(tmp_path):
    study = small_study(tmp_path, table=chain_table(noise=0.3))
    problem = build_problem(study, "chain")
    (experiment,) = problem.experiments
    late = replace(experiment.clock, uncertain=((1.0, "when"),))
    kept = replace(problem, experiments=(replace(experiment, clock=late),))
    assert problem.coarse(6) is problem
    assert kept.coarse(2) is kept
    assert len(problem.coarse(2).experiments[0].times) == 2
