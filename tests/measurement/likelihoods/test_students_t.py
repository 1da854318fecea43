import mpmath as mp
import numpy as np
import pytest
from scipy.stats import norm, t

from assemblysim.measurement.likelihoods.students_t import (
    log_chance_below,
    log_density,
    log_one_plus,
    normal_quantile,
)

Z = np.array([-1e40, -1e9, -1e5, -30.0, -2.0, -0.1, 0.0, 0.3, 4.0, 1e3])


@pytest.mark.parametrize("degrees", [3, 4, 7])
def test_density_and_chance_are_those_of_students_t(degrees):
    near = Z[3:]
    np.testing.assert_allclose(log_density(near, degrees), t.logpdf(near, degrees), atol=1e-12)
    np.testing.assert_allclose(log_chance_below(near, degrees), t.logcdf(near, degrees), atol=1e-12)


def test_far_out_they_fall_as_powers_and_stay_finite():
    with mp.workdps(200):
        ends = [mp.mpf(z) / mp.sqrt(4 + mp.mpf(z) ** 2) for z in Z[:3]]
        exact = [float(mp.log((1 + x) ** 2 * (2 - x) / 4)) for x in ends]

    np.testing.assert_allclose(log_chance_below(Z[:3]), exact, rtol=1e-13)
    np.testing.assert_allclose(log_one_plus(Z[:2], 4), 2 * np.log(-Z[:2] / 2), rtol=1e-13)


def test_a_quantile_has_the_same_chance():
    quantiles = normal_quantile(np.append(Z[3:], np.nan))

    np.testing.assert_allclose(norm.cdf(quantiles[:-1]), t.cdf(Z[3:], 4), rtol=1e-10)
    assert np.isnan(quantiles[-1])
