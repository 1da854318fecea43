"""Limits in concentrations of columns of unknown scale, held against closed forms and fine sums."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.special import log_ndtr
from scipy.stats import norm
from spectra import NAMES, measurement, table

from assemblysim.errors import InputError
from assemblysim.measurement.data import SignalLimit
from assemblysim.measurement.likelihoods.intensities import intensity_likelihood
from assemblysim.measurement.likelihoods.normal import log_sum_exp
from assemblysim.measurement.noise.registry import NOISES
from assemblysim.measurement.simulation.simulation import simulate_like
from assemblysim.measurement.tails.registry import TAILS

LIMIT = 0.02
NODES, WEIGHTS = np.polynomial.legendre.leggauss(24)


def told(**changes):
    limits = (SignalLimit(NAMES[0], LIMIT, relative=False),)
    return replace(measurement(scale="per species", count=1), signal_limits=limits, **changes)


def made(values, times, **changes):
    return intensity_likelihood(table(np.array(values)[:, None], times), told(**changes))


def log_likelihood(values, times, signals, sizes, **changes):
    found = made(values, times, **changes)
    return found.pointwise(np.array(signals)[None, :, None], np.array([sizes])).sum()


def panels(edges):
    half, middle = np.diff(edges) / 2, (edges[1:] + edges[:-1]) / 2
    at = (middle[:, None] + half[:, None] * NODES).ravel()
    return at, np.log((half[:, None] * WEIGHTS).ravel())


def by_sums(values, times, signals, sigma, tau):
    """The integral over the factor and each time's shared error, by fine panels."""
    values, times = np.array(values), np.array(times)
    logs = np.log(np.where(values > 0, values, 1.0))
    s, c = np.log(signals), np.log(LIMIT)
    seen = values > 0
    bound = (logs[seen] - c).min()
    typical = (logs[seen] - s[np.searchsorted(np.unique(times), times[seen])]).mean()
    wide = 12 * (sigma + tau) + abs(bound - typical)
    low = min(bound, typical) - wide
    g, weight = panels(np.linspace(low, bound, 130))
    total = weight
    u, by_u = panels(np.linspace(-40 * tau, 12 * tau, 130))
    for k, time in enumerate(np.unique(times)):
        here = times == time
        terms = by_u + norm.logpdf(u, scale=tau) + np.zeros((len(g), 1))
        for log, read in zip(logs[here], seen[here], strict=True):
            if read:
                terms = terms + norm.logpdf(log - s[k] - g[:, None] - u, scale=sigma)
            else:
                terms = terms + log_ndtr((c - s[k] - u) / sigma)
        total = total + log_sum_exp(terms)
    return log_sum_exp(total)


def test_one_reading_says_that_its_signal_was_above_the_limit():
    found = log_likelihood([3.0, 0.0], [1, 2], [0.05, 0.01], [0.2], share_replicates=False)

    above, below = np.log(0.05 / LIMIT) / 0.2, np.log(LIMIT / 0.01) / 0.2
    assert found == pytest.approx(log_ndtr(above) + log_ndtr(below), abs=1e-12)


def test_a_column_in_which_nothing_was_read_says_that_its_signal_was_small():
    found = log_likelihood([0.0, 0.0], [1, 2], [0.03, 0.01], [0.2], share_replicates=False)

    assert found == pytest.approx(log_ndtr(np.log(LIMIT / np.array([0.03, 0.01])) / 0.2).sum())


def test_without_replicates_it_is_closed():
    """Factor normal about the mean of the readings; it ends where the smallest is at the limit."""
    values, signals = np.array([5.0, 2.0, 0.6, 0.0]), np.array([0.5, 0.3, 0.04, 0.03])
    off = np.log(values[:3] / signals[:3])
    bound = np.log(0.6 / LIMIT)
    sd = 0.2 / np.sqrt(3)
    contrasts = -0.5 * ((off - off.mean()) ** 2).sum() / 0.2**2 - 0.5 * np.log(3)
    contrasts -= np.log(0.2**2 * 2 * np.pi)

    found = log_likelihood(values, [1, 2, 3, 4], signals, [0.2], share_replicates=False)

    expected = contrasts + norm.logcdf((bound - off.mean()) / sd) + log_ndtr(np.log(2 / 3) / 0.2)
    assert found == pytest.approx(expected, abs=1e-10)


@pytest.mark.parametrize("ratio", [0.01, 1.0, 10.0])
@pytest.mark.parametrize(
    "values",
    [
        [2.0, 0.0, 0.0, 0.0],
        [2.0, 0.7, 0.3, 0.0],
        [2.0, 2.2, 0.3, 0.0, 0.0, 0.0],
        [2.0, 0.0, 0.3, 0.0, 0.35, 0.0],
    ],
)
def test_shared_errors_match_fine_sums(values, ratio):
    times = np.repeat([1.0, 2.0], len(values) // 2)
    signals, sigma = np.array([0.08, 0.015]), 0.2

    found = log_likelihood(values, times, signals, [sigma, ratio * sigma])

    expected = by_sums(values, times, signals, sigma, ratio * sigma)
    assert found == pytest.approx(expected, rel=1e-8, abs=1e-8)


@pytest.mark.parametrize("ratio", [1e-6, 1.0, 1e6])
@pytest.mark.parametrize("factor", [1e-12, 1.0, 1e12])
def test_it_is_finite_and_below_the_densitys_bound_far_out(ratio, factor):
    values = [2.0, 0.0, 0.3, 0.0, 0.35, 0.0]
    times = np.repeat([1.0, 2.0], 3)

    found = log_likelihood(values, times, factor * np.array([1, 1e-3]), [0.2, 0.2 * ratio])

    assert np.isfinite(found)
    assert found < -np.log(2 * np.pi * 0.2**2)


def test_multiplying_a_column_changes_nothing():
    values, times = np.array([2.0, 0.0, 0.3, 0.0]), [1, 1, 2, 2]

    one, other = (log_likelihood(k * values, times, [0.08, 0.01], [0.2, 0.1]) for k in (1, 1e5))

    assert other == pytest.approx(one, abs=1e-9)


def test_a_simulated_table_is_cut_at_the_concentration():
    real = made([2.0, 0.0, 1.0, 0.5], [1, 2, 3, 4], share_replicates=False)
    signals = np.array([[1.0], [0.5], [0.021], [0.019]])
    rng = np.random.default_rng(1)

    found = simulate_like(real, signals, np.array([1e-6]), "none", rng)

    assert found.below[:, 0].tolist() == [False, False, False, True]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"noise": NOISES["constant"]}, 'noise = "proportional", and it is "constant"'),
        ({"tails": TAILS["student-t"]}, 'tails = "normal", and it is "student-t"'),
    ],
)
def test_what_has_no_likelihood_is_refused_in_one_line(changes, words):
    with pytest.raises(InputError, match=words):
        made([2.0, 0.0], [1, 2], **changes)


def test_a_cell_with_a_limit_in_units_of_the_column_is_refused():
    read = table([[2.0], [0.0]], [1, 2])
    read = replace(read, limits=np.array([[np.nan], [0.3]]), below=read.values == 0)

    with pytest.raises(InputError, match="is a concentration, and that of a cell is in units of"):
        intensity_likelihood(read, told())
