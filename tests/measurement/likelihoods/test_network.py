import mpmath as mp
import numpy as np
import pytest
from scipy.special import log_ndtr
from scipy.stats import multivariate_normal
from spectra import NAMES, likelihood, total

RNG = np.random.default_rng(11)
TIMES = np.array([1.0, 1.0, 1.0, 2.0, 2.0, 5.0])
EXPECTED = np.exp(RNG.normal(size=(3, 4)))
AT = np.array([0, 0, 0, 1, 1, 2])
SIGMA, TAU = 0.15, 0.25


def drawn(scale):
    logs = np.log(EXPECTED)[AT] + SIGMA * RNG.normal(size=(6, 4))
    logs += (TAU * RNG.normal(size=(3, 4)))[AT]
    scale_factors = RNG.normal(size=(6, 1)) if scale == "per spectrum" else RNG.normal(size=(1, 4))
    return np.exp(logs + scale_factors)


def labels(scale):
    """Gain and sampling error that each of the 6 x 4 readings has."""
    row, column = np.indices((6, 4))
    error = AT[row] * 4 + column
    return (row if scale == "per spectrum" else column), error


def covariance(error, sigma=SIGMA, tau=TAU):
    return sigma**2 * np.eye(len(error)) + tau**2 * np.equal.outer(error, error)


def log_density_of_contrasts(residuals, scale_factor, error):
    """scipy's normal density of orthonormal contrasts within each factor's group.

    A flat prior on a factor g of n numbers is one on sqrt(n) g along the unit vector, hence the
    factor n^(-1/2).
    """
    rows, factor = [], 0.0
    for value in np.unique(scale_factor):
        members = np.flatnonzero(scale_factor == value)
        factor -= 0.5 * np.log(len(members))
        q, _ = np.linalg.qr(np.column_stack((np.ones(len(members)), np.eye(len(members))[:, 1:])))
        for contrast in q[:, 1:].T:
            row = np.zeros(len(scale_factor))
            row[members] = contrast
            rows.append(row)
    contrasts = np.array(rows)
    spread = contrasts @ covariance(error) @ contrasts.T
    return factor + multivariate_normal(cov=spread).logpdf(contrasts @ residuals)


def log_orthant(margin, residuals, seen, scale_factor, error):
    """log P(readings below the limit | those above it) from generalised least squares."""
    scale_factors = np.equal.outer(scale_factor, np.unique(scale_factor[seen])).astype(float)
    v = covariance(error)
    inverse = np.linalg.inv(v[np.ix_(seen, seen)])
    information = np.linalg.inv(scale_factors[seen].T @ inverse @ scale_factors[seen])
    estimate = information @ scale_factors[seen].T @ inverse @ residuals[seen]
    cross = v[np.ix_(~seen, seen)] @ inverse
    mean = scale_factors[~seen] @ estimate + cross @ (
        residuals[seen] - scale_factors[seen] @ estimate
    )
    design = scale_factors[~seen] - cross @ scale_factors[seen]
    spread = v[np.ix_(~seen, ~seen)] - cross @ v[np.ix_(seen, ~seen)]
    spread = spread + design @ information @ design.T
    if len(mean) == 1:
        return log_ndtr((margin[~seen] - mean)[0] / np.sqrt(spread[0, 0]))
    oracle = multivariate_normal(mean, spread, maxpts=10**6, abseps=1e-9, releps=1e-5, seed=3)
    return oracle.logcdf(margin[~seen])


@pytest.mark.parametrize("scale", ["per spectrum", "per species"])
def test_without_zeros_it_is_a_multivariate_normal_of_contrasts(scale):
    values = drawn(scale)
    scale_factor, error = (label.ravel() for label in labels(scale))
    residuals = (np.log(values) - np.log(EXPECTED)[AT]).ravel()

    value = total(values, EXPECTED, [SIGMA, TAU], TIMES, scale=scale)

    oracle = log_density_of_contrasts(residuals, scale_factor, error)
    assert value == pytest.approx(oracle, abs=1e-8)


@pytest.mark.parametrize("scale", ["per spectrum", "per species"])
def test_missing_readings_are_left_out_of_the_multivariate_normal(scale):
    values = drawn(scale)
    values[0, 1] = values[1, 1] = values[4, 3] = np.nan
    scale_factor, error = (label.ravel() for label in labels(scale))
    residuals = (np.log(values) - np.log(EXPECTED)[AT]).ravel()
    seen = np.isfinite(residuals)

    value = total(values, EXPECTED, [SIGMA, TAU], TIMES, scale=scale)

    oracle = log_density_of_contrasts(residuals[seen], scale_factor[seen], error[seen])
    assert value == pytest.approx(oracle, abs=1e-8)


ZEROS = {
    "one": [(0, 2)],
    "one signal in all replicates": [(0, 2), (1, 2), (2, 2)],
    "two signals in all replicates": [(0, 2), (1, 2), (2, 2), (0, 3), (1, 3), (2, 3)],
    "some replicates": [(0, 2), (1, 2), (1, 3), (3, 0), (4, 1)],
    "a signal that others replace": [(0, 2), (1, 3), (2, 0)],
    "alone at its time": [(5, 1), (5, 2)],
}


@pytest.mark.parametrize("scale", ["per spectrum", "per species"])
@pytest.mark.parametrize("zeros", ZEROS.values(), ids=ZEROS.keys())
def test_zeros_among_replicates_match_a_normal_orthant(scale, zeros):
    values = drawn(scale)
    for place in zeros:
        values[place] = 0.0
    seen = (values > 0).ravel()
    fraction = 0.3
    whole = values.sum(axis=1)[:, None] if scale == "per spectrum" else values.max(axis=0)[None]
    log_limits = np.broadcast_to(np.log(fraction * whole), (6, 4))
    log_expected = np.log(EXPECTED)[AT]
    logs = np.log(np.where(values > 0, values, 1.0))
    scale_factor, error = (label.ravel() for label in labels(scale))

    value = total(values, EXPECTED, [SIGMA, TAU], TIMES, scale=scale, limit=fraction)

    residuals, margin = (logs - log_expected).ravel(), (log_limits - log_expected).ravel()
    density = log_density_of_contrasts(residuals[seen], scale_factor[seen], error[seen])
    orthant = log_orthant(margin, residuals, seen, scale_factor, error)
    # Of several scipy's is a mean over random points.
    assert value == pytest.approx(density + orthant, abs=1e-8 if len(zeros) == 1 else 1e-3)


@pytest.mark.parametrize("scale", ["per spectrum", "per species"])
def test_without_sampling_error_replicates_are_independent(scale):
    values = drawn(scale)
    values[0, 2] = values[1, 2] = values[1, 3] = 0.0

    two_levels = total(values, EXPECTED, [0.4, 1e-9], TIMES, scale=scale, limit=0.05)
    one_level = total(
        values, EXPECTED, [0.4], TIMES, scale=scale, limit=0.05, share_replicates=False
    )

    assert two_levels == pytest.approx(one_level, abs=1e-6)


def test_the_pieces_are_the_samples():
    made = likelihood(drawn("per spectrum"), TIMES / 12)

    assert made.noise_names == ("noise", "sampling_error")
    assert made.observations == ("sample at 5 min", "sample at 10 min", "sample at 25 min")
    assert likelihood(drawn("per species"), TIMES, scale="per species").observations == tuple(
        f"all intensities of {name}" for name in NAMES
    )


def test_a_sample_without_readings_is_no_piece():
    values = drawn("per spectrum")
    values[3:5] = 0.0

    made = likelihood(values, TIMES, limit=0.01)

    assert made.observations == ("sample at 1 h", "sample at 5 h")
    assert made.pointwise(EXPECTED[None], np.array([[SIGMA, TAU]])).shape == (1, 2)


def test_the_order_of_replicates_does_not_matter():
    values = drawn("per spectrum")
    values[0, 2] = values[1, 2] = values[2, 3] = 0.0
    turned = values[[2, 0, 1, 4, 3, 5]]

    first = total(values, EXPECTED, [SIGMA, TAU], TIMES, limit=0.05)
    second = total(turned, EXPECTED, [SIGMA, TAU], TIMES, limit=0.05)

    assert second == pytest.approx(first, abs=1e-7)


@pytest.mark.parametrize("scale", ["per spectrum", "per species"])
def test_replicate_residuals_have_unit_variance(scale):
    z = []
    for _ in range(300):
        made = likelihood(drawn(scale), TIMES, scale=scale)
        z.append(made.standardised_residuals(EXPECTED[None], np.array([[SIGMA, TAU]]))[0])
    mean_square = np.square(z).mean(axis=0)

    # Each place: a chi-square of 300 degrees of freedom; 24 places at 4.5 sd: 2e-4.
    assert np.abs(mean_square - 1).max() < 4.5 * np.sqrt(2 / 300)
    # The check has power: replicates taken as independent would be seen.
    assert np.abs(mean_square * (SIGMA**2 + TAU**2) / SIGMA**2 - 1).max() > 1


def exact_contrasts(residuals, scale_factor, error, sigma, tau):
    """120 digits: the same density by generalised least squares, of any ratio of the two errors."""
    with mp.workdps(120):
        n, groups = len(residuals), np.unique(scale_factor)
        v = mp.matrix(n, n)
        for i in range(n):
            for j in range(n):
                v[i, j] = mp.mpf(tau) ** 2 * int(error[i] == error[j])
            v[i, i] += mp.mpf(sigma) ** 2
        design = mp.matrix([[int(s == g) for g in groups] for s in scale_factor])
        r = mp.matrix([mp.mpf(float(x)) for x in residuals])
        inverse = v**-1
        information = design.T * inverse * design
        estimate = mp.lu_solve(information, design.T * inverse * r)
        away = r - design * estimate
        square = (away.T * inverse * away)[0]
        bracket = square + mp.log(mp.det(v)) + mp.log(mp.det(information))
        return float(-(bracket + (n - len(groups)) * mp.log(2 * mp.pi)) / 2)


@pytest.mark.parametrize("scale", ["per spectrum", "per species"])
@pytest.mark.parametrize("ratio", [1e-8, 1e-3, 1.0, 1e4, 1e9, 1e15])
def test_no_ratio_of_the_two_errors_makes_the_density_wrong(scale, ratio):
    values = drawn(scale)
    values[0, 1] = values[4, 3] = np.nan
    scale_factor, error = (label.ravel() for label in labels(scale))
    residuals = (np.log(values) - np.log(EXPECTED)[AT]).ravel()
    seen = np.isfinite(residuals)

    value = total(values, EXPECTED, [SIGMA, ratio * SIGMA], TIMES, scale=scale)

    oracle = exact_contrasts(residuals[seen], scale_factor[seen], error[seen], SIGMA, ratio * SIGMA)
    assert value == pytest.approx(oracle, rel=1e-10, abs=1e-10)


@pytest.mark.parametrize("scale", ["per spectrum", "per species"])
@pytest.mark.parametrize("zeros", ZEROS.values(), ids=ZEROS.keys())
def test_at_every_corner_it_is_finite_and_below_the_density_of_a_perfect_fit(scale, zeros):
    values = drawn(scale)
    for place in zeros:
        values[place] = 0.0
    made = likelihood(values, TIMES, scale=scale, limit=0.05)
    batch = 400
    away = 10.0 ** RNG.uniform(-1, 1.5, size=(batch, 1, 1))
    signals = EXPECTED * np.exp(away * RNG.normal(size=(batch, 3, 4)))
    noise = 10.0 ** np.stack([RNG.uniform(-6, 1, batch), RNG.uniform(-9, 12, batch)], axis=1)

    points = made.pointwise(signals, noise)

    # A perfect fit has no scatter, and nothing shared: (2 pi sigma^2)^(-1/2) for each contrast.
    seen = (values > 0).sum() - (6 if scale == "per spectrum" else 4)
    bound = seen * np.maximum(0, -np.log(noise[:, 0] * np.sqrt(2 * np.pi)))
    assert np.isfinite(points).all()
    assert (points.sum(axis=1) <= bound + 1e-6).all()


def test_one_signal_absent_from_all_replicates_is_right_at_large_sampling_errors():
    values = drawn("per spectrum")
    values[:3, 2] = 0.0
    tau = 30 * SIGMA
    logs = np.log(np.where(values > 0, values, 1.0)) - np.log(EXPECTED)[AT]
    log_limits = np.log(0.3 * values.sum(axis=1)) - np.log(EXPECTED)[AT, 2]
    margin = (log_limits[:3] - logs[:3, [0, 1, 3]].mean(axis=1)) / SIGMA
    # Given the three that were seen, each spectrum's own error has the variance 1/3.
    grid = np.linspace(-9, 9, 200001)
    w = tau / SIGMA * np.sqrt(4 / 3) * grid
    below = np.exp(log_ndtr((margin[:, None] - w) / np.sqrt(4 / 3)).sum(axis=0) - grid**2 / 2)
    chance = np.log(below.sum() * (grid[1] - grid[0]) / np.sqrt(2 * np.pi))
    nothing_said = values.copy()
    nothing_said[:3, 2] = np.nan

    value = total(values, EXPECTED, [SIGMA, tau], TIMES, limit=0.3)

    without = total(nothing_said, EXPECTED, [SIGMA, tau], TIMES)
    assert value - without == pytest.approx(chance, abs=1e-7)
