"""Long tables are searched by Gauss-Newton steps, which end where any other way uphill does."""

from dataclasses import replace

import numpy as np
import pytest
from small_study import chain_table, small_study

from assemblysim.inference import long_tables
from assemblysim.inference.long_tables import ascended, optima_of_long_table
from assemblysim.inference.model.posterior import Posterior
from assemblysim.inference.sampling.search import find_optima, optima_from_prior
from assemblysim.study.problem.problems import build_problem


def problem_of(folder, *, noise, wild=0.0, replicates=4):
    study = small_study(folder, table=chain_table(noise=noise, replicates=replicates), noise=None)
    study = replace(study, measurement=replace(study.measurement, wild_spectra=wild))
    return build_problem(study, "chain")


def starts_of(problem, count=6):
    return np.random.default_rng(4).standard_normal((count, len(problem.parameters)))


def test_curvature_is_the_real_one_along_noise_and_of_its_size_elsewhere(tmp_path):
    posterior = Posterior(problem_of(tmp_path, noise=0.05, replicates=8))
    best = find_optima(posterior, starts_of(posterior.problem))[0]

    (found,) = posterior.curvatures(best.position[None])

    names, real = posterior.problem.parameter_names, np.linalg.inv(best.covariance)
    sizes = [names.index("noise"), names.index("sampling_error")]
    np.testing.assert_allclose(np.diag(found)[sizes], np.diag(real)[sizes], rtol=1e-3)
    assert (np.diag(found)[sizes] > 4).all()  # of which the prior has one
    # A residual about its spectrum's mean has a smaller variance, and replicates err together.
    ratios = np.linalg.eigvals(best.covariance[:2, :2] @ found[:2, :2]).real
    assert ratios.min() > 0.8
    assert ratios.max() < 4.0
    assert np.linalg.eigvalsh(found).max() > 1e4


@pytest.mark.parametrize("wild", [0.0, 0.03])
def test_ascents_end_where_the_search_does_and_none_feels_its_neighbours(tmp_path, wild):
    problem = problem_of(tmp_path, noise=0.1, wild=wild)
    posterior, starts = Posterior(problem), starts_of(problem)
    best = optima_from_prior(problem, starts, len(starts))[0]

    ends = ascended(posterior, starts)
    alone = np.concatenate([ascended(posterior, one[None]) for one in starts])

    np.testing.assert_allclose(ends, alone, atol=1e-6)
    values = posterior(ends)
    assert (values >= posterior(starts)).all()
    assert values.max() == pytest.approx(best.log_density, abs=1e-2)


def test_few_times_lead_to_the_optima_of_all(tmp_path, monkeypatch):
    problem = problem_of(tmp_path, noise=0.1, wild=0.03)
    prior, looked_at = starts_of(problem, 32), []

    def noted(of):
        looked_at.append(len(of.experiments[0].times))
        return Posterior(of)

    best = optima_from_prior(problem, prior, 4)[0]
    monkeypatch.setattr(long_tables, "MANY_TIMES", 3)
    found = optima_of_long_table(problem, prior, 4, noted)

    assert looked_at == [3, 3, 3, 6]
    np.testing.assert_allclose(found[0].position, best.position, atol=1e-2)
    assert found[0].log_density == pytest.approx(best.log_density, abs=1e-4)
