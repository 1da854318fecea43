"""A prior that is cut is the quotient of the whole one, over wide ranges of bounds."""

import numpy as np
import pytest
from scipy import stats

from assemblysim.errors import InputError
from assemblysim.exchange.petab.cut_prior import CutPrior
from assemblysim.inference.model.priors import LogNormal, PositiveNormal, SignedNormal
from assemblysim.inference.model.scipy_priors import Distribution

INF = np.inf
NORMAL = SignedNormal(0.0, 1.0)


@pytest.mark.parametrize(
    ("low", "high"), [(-1.0, 2.0), (-INF, 0.5), (0.5, INF), (3.0, 9.0), (-30.0, -20.0), (7.0, 7.5)]
)
def test_a_cut_normal_is_scipys_truncated_one(low, high):
    cut, known = CutPrior(NORMAL, low, high), stats.truncnorm(low, high)
    u = np.linspace(-6, 6, 25)
    x = cut.from_normal(u)
    assert (np.diff(x) > 0).all()
    assert ((x > low) & (x < high)).all()
    np.testing.assert_allclose(x, known.ppf(stats.norm.cdf(u)), rtol=1e-6, atol=1e-9)
    np.testing.assert_allclose(cut.log_density(x), known.logpdf(x), rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(cut.to_normal(x), u, rtol=1e-5, atol=1e-6)
    assert cut.bounds == (low, high)


@pytest.mark.parametrize(
    ("base", "whole"),
    [
        (LogNormal(2.0, 3.0), stats.lognorm(np.log(3.0), scale=2.0)),
        (PositiveNormal(1.0, 2.0), stats.truncnorm(-0.5, INF, 1.0, 2.0)),
        (Distribution("gamma", (("a", 2.0), ("scale", 1.5))), stats.gamma(2.0, scale=1.5)),
        (Distribution("laplace", (("loc", 1.0), ("scale", 0.5))), stats.laplace(1.0, 0.5)),
    ],
)
def test_its_density_is_that_of_the_whole_over_what_is_left(base, whole):
    cut = CutPrior(base, 0.5, 2.5)
    left = whole.cdf(2.5) - whole.cdf(0.5)
    x = np.linspace(0.6, 2.4, 7)
    np.testing.assert_allclose(cut.log_density(x), whole.logpdf(x) - np.log(left), rtol=1e-9)
    np.testing.assert_allclose(
        stats.norm.cdf(cut.to_normal(x)), (whole.cdf(x) - whole.cdf(0.5)) / left, rtol=1e-8
    )
    assert cut.log_density(2.6) == cut.log_density(0.4) == -INF
    assert cut.describe("mM").endswith(", cut at 0.5 and 2.5")


def test_bounds_that_hold_nothing_are_refused():
    with pytest.raises(InputError, match="has no weight between the bounds 60 and 70; widen them"):
        CutPrior(NORMAL, 60.0, 70.0)
    with pytest.raises(InputError, match="between the bounds 2 and 1"):
        CutPrior(NORMAL, 2.0, 1.0)
