import numpy as np
import pytest

from assemblysim.inference.evidence.criteria import (
    exact_loo_observations,
    information_criteria,
    summed,
)


def leave_one_out(points):
    elpd, bad = exact_loo_observations(points)
    return summed(elpd, int(bad.sum()))


def test_aicc_and_bic_are_their_formulas():
    found = information_criteria(-20.0, 3, 10)

    assert found.aicc == pytest.approx(40 + 6 + 24 / 6)
    assert found.bic == pytest.approx(40 + 3 * np.log(10))


def test_aicc_is_not_given_where_it_has_no_meaning():
    assert information_criteria(-20.0, 9, 10).aicc is None


def test_leave_one_out_finds_the_predictive_density_of_a_normal_mean():
    # y_i ~ N(mu, 1), flat prior: leaving y_i out, y_i ~ N(mean of the others, 1 + 1/(n-1))
    rng = np.random.default_rng(3)
    data = rng.normal(2.0, 1.0, 30)
    mu = rng.normal(data.mean(), 1 / np.sqrt(30), 4000)
    points = -0.5 * (data - mu[:, None]) ** 2 - 0.5 * np.log(2 * np.pi)
    others = (data.sum() - data) / 29
    variance = 1 + 1 / 29
    exact = (-0.5 * (data - others) ** 2 / variance - 0.5 * np.log(2 * np.pi * variance)).sum()
    found = leave_one_out(points)

    assert found.value == pytest.approx(exact, abs=0.05)
    assert found.bad_k == 0
    assert abs(points.mean(axis=0).sum() - exact) > 0.2  # what leaving nothing out would give


def test_a_unit_that_decides_the_posterior_alone_is_counted_as_bad():
    mu = np.random.default_rng(4).standard_normal(2000)
    points = np.stack([-50 * (mu - 2.0) ** 2, -0.05 * mu**2], axis=1)

    found = leave_one_out(points)

    assert found.bad_k == 1
    assert np.isfinite(found.value)


def test_a_unit_without_information_adds_its_value():
    points = np.zeros((100, 3))
    points[:, 1] = np.linspace(-1.1, -0.9, 100)

    assert leave_one_out(points).value == pytest.approx(-1.0, abs=0.01)
