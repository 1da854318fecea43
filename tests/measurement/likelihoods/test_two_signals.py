from dataclasses import replace

import numpy as np
import pytest
from scipy.special import log_ndtr
from spectra import likelihood, measurement, total

from assemblysim.measurement.data import IntensityTable, Signal
from assemblysim.measurement.likelihoods.intensities import intensity_likelihood
from assemblysim.measurement.likelihoods.normal import log_sum_exp

SIGMA = 0.2
TIMES = np.ones(3)
RNG = np.random.default_rng(23)
NODES, WEIGHTS = np.polynomial.legendre.leggauss(16)


def panels(limits, spread):
    """Nodes and log weights of an integral over an error of that spread, fine about the limits."""
    apart = (-9, -7, -5, -3, -2, -1, 0, 1, 2, 3, 5, 7, 9)
    about = [limit + 1.2 * by for limit in limits for by in apart]
    edges = np.unique(
        np.clip([*about, *np.linspace(-24, 9, 34) * spread], -24 * spread, 9 * spread)
    )
    edges = edges[np.r_[True, np.diff(edges) > 1e-9 * spread]]
    half, middle = np.diff(edges) / 2, (edges[1:] + edges[:-1]) / 2
    at = (middle[:, None] + half[:, None] * NODES).ravel()
    return at, np.log((half[:, None] * WEIGHTS).ravel())


def log_chance(margins, covariance, own):
    """The chance of cells, margins (R, 2) in units of sigma, by fine sums.

    Columns share two errors of that covariance, and each row has one of standard deviation `own`.
    """
    spread = np.sqrt(covariance[0, 0])
    (x, by_x), (y, by_y) = (panels(column, spread) for column in margins.T)
    inverse = np.linalg.inv(covariance)
    square = inverse[0, 0] * x[:, None] ** 2 + 2 * inverse[0, 1] * x[:, None] * y
    terms = -(square + inverse[1, 1] * y**2 + np.linalg.slogdet(2 * np.pi * covariance)[1]) / 2
    terms += by_x[:, None] + by_y
    error = np.arange(-24, 9, 0.25)
    for first, second in margins:
        one = log_ndtr(first - x[:, None] - own * error) - error**2 / 2
        two = log_ndtr(second - y[:, None] - own * error)
        tops = one.max(axis=1)[:, None], two.max(axis=1)[:, None]
        together = np.exp(one - tops[0]) @ np.exp(two - tops[1]).T
        terms += np.log(np.maximum(together, 1e-300)) + tops[0] + tops[1].T
        terms += np.log(0.25 / np.sqrt(2 * np.pi))
    return log_sum_exp(terms.ravel())


@pytest.mark.parametrize("depth", [0.0, 4.0, 12.0])
@pytest.mark.parametrize("read", [1, 2])
@pytest.mark.parametrize("ratio", [0.01, 0.3, 0.6, 1.0, 3.0, 40.0])
def test_two_signals_absent_from_all_replicates_match_fine_sums(ratio, read, depth):
    logs = SIGMA * RNG.normal(size=(3, 2 + read))
    spread = np.sqrt((1 + ratio**2) * (1 + 1 / read))
    margins = RNG.normal(size=(3, 2)) - depth * spread
    # A limit is a part of a spectrum's total; what is expected of the signals places it.
    values = np.exp(logs)
    values[:, :2] = 0.0
    whole = np.log(values.sum(axis=1))
    expected = np.ones((1, 2 + read))
    mean = logs[:, 2:].mean(axis=1)
    expected[0, :2] = np.exp(-SIGMA * margins[0])
    margins = (whole + np.log(0.5) - mean)[:, None] / SIGMA + margins[0]
    nothing_said = values.copy()
    nothing_said[:, :2] = np.nan

    sizes = [SIGMA, ratio * SIGMA]
    with_zeros, without = (
        total(table, expected, sizes, TIMES, limit=0.5) for table in (values, nothing_said)
    )

    # Given the others each spectrum has an error of variance 1 / read.
    covariance = ratio**2 * (np.eye(2) + 1 / read)
    oracle = log_chance(margins, covariance, 1 / np.sqrt(read))
    assert with_zeros - without == pytest.approx(oracle, rel=1e-6, abs=2e-6)


def many(values, expected, sizes):
    """The log-likelihood of a table of any number of signals, with a limit of half a total."""
    names = tuple(f"S{i}" for i in range(values.shape[1]))
    told = replace(
        measurement(limit=0.5), signals=tuple(Signal(name, ((name, 1.0),)) for name in names)
    )
    made = intensity_likelihood(IntensityTable(names, np.ones(len(values)), values), told)
    return made.pointwise(expected[None], np.array([sizes])).sum()


@pytest.mark.parametrize("depth", [0.0, 4.0, 12.0])
@pytest.mark.parametrize(("signals", "read"), [(3, 1), (3, 2), (4, 1), (6, 1)])
@pytest.mark.parametrize("ratio", [0.01, 0.1, 0.5, 1.0, 1.4, 1.5])
def test_several_signals_absent_from_both_replicates_match_fine_sums(ratio, signals, read, depth):
    """Two gains of covariance (I + ratio^2 J) / read; each absent signal has its shared error."""
    logs = SIGMA * RNG.normal(size=(2, signals + read))
    spread = np.sqrt((1 + ratio**2) * (1 + 1 / read))
    expected = np.ones((1, signals + read))
    margins = RNG.normal(size=signals) - depth * spread * RNG.uniform(size=signals)
    expected[0, :signals] = np.exp(-SIGMA * margins)
    values = np.exp(logs)
    values[:, :signals] = 0.0
    whole, mean = np.log(values.sum(axis=1)), logs[:, signals:].mean(axis=1)
    margins = ((whole + np.log(0.5) - mean) / SIGMA)[None, :] + margins[:, None]
    nothing_said = np.where(values > 0, values, np.nan)
    sizes = [SIGMA, ratio * SIGMA]

    with_zeros, without = (many(table, expected, sizes) for table in (values, nothing_said))

    oracle = log_chance(margins, (np.eye(2) + ratio**2) / read, ratio)
    assert with_zeros - without == pytest.approx(oracle, rel=1e-6, abs=2e-6)


@pytest.mark.parametrize("zeros", [[0, 1, 2, 3, 4, 5], [1, 2, 3, 5]])
def test_an_expected_signal_that_is_no_number_gives_none(zeros):
    values = np.exp(SIGMA * RNG.normal(size=(3, 4)))
    values.flat[[4 * (place // 2) + place % 2 for place in zeros]] = 0.0
    expected = np.array([[1.0, np.nan, 1.0, 1.0]])

    assert np.isnan(total(values, expected, [SIGMA, SIGMA], TIMES, limit=0.5))


@pytest.mark.parametrize(
    ("seed", "expected"),
    [(98, -56784933075.78432), (4626, -12407270.554785198), (4319, -71925993592.17313)],
)
def test_a_shared_error_of_any_size_beside_the_noise_keeps_to_the_general_rule(seed, expected):
    """Values of the rule for any pattern, where Newton's steps once jumped about."""
    random = np.random.default_rng(10**6 + seed)
    replicates = int(random.integers(1, 4))
    values = np.exp(random.choice([0.01, 0.1]) * random.normal(size=(replicates, 4)))
    values[:, 1:3] = 0
    ratio, shared = 10 ** random.uniform(-2, 6), 10 ** random.uniform(-2, 1)
    first, second = 10 ** random.uniform(-4, 1, 2)
    limit = float(10 ** random.uniform(-3, -1))
    tried = likelihood(values, np.ones(replicates), limit=limit, share_replicates=True)

    found = tried.pointwise(
        np.array([[[1, first, second, 1]]]), np.array([[shared / ratio, shared]])
    )

    assert found.sum() == pytest.approx(expected, rel=1e-6)
