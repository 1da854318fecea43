"""Known covariances beside inferred scatter, against a dense normal distribution."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import multivariate_normal
from spectra import NAMES, measurement, table

from assemblysim.errors import InputError
from assemblysim.measurement.likelihoods.correlated import CorrelatedLikelihood
from assemblysim.measurement.likelihoods.intensities import intensity_likelihood
from assemblysim.measurement.noise.registry import NOISES
from assemblysim.measurement.scales import SCALES
from assemblysim.measurement.tails.registry import TAILS

RNG = np.random.default_rng(23)
TIMES = np.array([1.0, 1.0, 1.0, 2.0, 2.0, 5.0])
AT = np.array([0, 0, 0, 1, 1, 2])
EXPECTED = np.exp(RNG.normal(size=(3, 4)))
SIGMA, TAU = 0.15, 0.25


def relative_covariances(rng):
    """Six covariances of relative errors, as large as what is inferred, and correlated."""
    roots = 0.15 * rng.normal(size=(6, 4, 4))
    return roots @ np.swapaxes(roots, 1, 2)


RELATIVE = relative_covariances(RNG)


def drawn(rng=RNG):
    logs = np.log(EXPECTED)[AT] + SIGMA * rng.normal(size=(6, 4)) + rng.normal(size=(6, 1))
    return np.exp(logs)


def made(values, relative=RELATIVE, limits=None, **settings):
    sizes = np.where(np.nan_to_num(values) > 0, values, 1.0 if limits is None else limits)
    known = relative * sizes[:, :, None] * sizes[:, None, :]
    one = replace(table(values, TIMES), covariances=known)
    if limits is not None:
        one = replace(one, limits=np.where(values == 0, limits, np.nan))
    return intensity_likelihood(one, measurement(**settings))


def total(found, noise):
    return float(found.pointwise(EXPECTED[None], np.atleast_2d(noise)).sum())


def dense_covariance(relative, sigma, tau):
    """Of all 24 log readings, row after row."""
    row, column = (label.ravel() for label in np.indices((6, 4)))
    dense = np.diag(np.broadcast_to(sigma, (6, 4)).ravel() ** 2)
    dense += tau**2 * np.equal.outer(AT[row] * 4 + column, AT[row] * 4 + column)
    for n in range(6):
        inside = np.flatnonzero(row == n)
        dense[np.ix_(inside, inside)] += relative[n]
    return dense


def log_density_of_contrasts(residuals, dense, seen):
    """The normal density of orthonormal contrasts within each spectrum; see test_network."""
    rows, factor = [], 0.0
    for n in range(6):
        members = np.flatnonzero(seen & (np.repeat(np.arange(6), 4) == n))
        factor -= 0.5 * np.log(len(members))
        q, _ = np.linalg.qr(np.column_stack((np.ones(len(members)), np.eye(len(members))[:, 1:])))
        for contrast in q[:, 1:].T:
            rows.append(np.zeros(24))
            rows[-1][members] = contrast
    contrasts = np.array(rows)
    spread = contrasts @ dense @ contrasts.T
    read = np.where(seen, residuals, 0.0)
    return factor + multivariate_normal(cov=spread).logpdf(contrasts @ read)


@pytest.mark.parametrize(("shared", "own"), [(False, False), (False, True), (True, False)])
def test_it_is_a_dense_normal_distribution_of_contrasts(shared, own):
    values = drawn()
    values[0, 1] = values[4, 3] = np.nan
    sizes = np.array([0.1, 0.15, 0.2, 0.3]) if own else np.array([SIGMA])
    found = made(values, share_replicates=shared, per_signal=own)

    value = total(found, [*sizes, TAU] if shared else sizes)

    assert isinstance(found.model, CorrelatedLikelihood)
    residuals = (np.log(values) - np.log(EXPECTED)[AT]).ravel()
    dense = dense_covariance(RELATIVE, sizes, TAU if shared else 0.0)
    oracle = log_density_of_contrasts(residuals, dense, np.isfinite(residuals))
    assert value == pytest.approx(oracle, abs=1e-8)


def test_leaving_the_covariance_out_is_another_density():
    """The errors of two overlapping species are opposite: what is seen is as sure as their sum."""
    values = drawn(np.random.default_rng(1))
    opposite = np.zeros((6, 4, 4))
    opposite[:, :2, :2] = 0.16 * np.array([[1.0, -0.95], [-0.95, 1.0]])
    values[:, 0] *= 1.5
    values[:, 1] /= 1.5

    known = total(made(values, opposite, share_replicates=False), [SIGMA])
    ignored = total(made(values, 0 * opposite, share_replicates=False), [SIGMA])

    assert known > ignored + 5


def test_without_covariances_it_is_the_network():
    values = drawn()
    values[1, 2] = 0.0
    limits = np.full(values.shape, 0.4)
    none = made(values, 0 * RELATIVE, limits)
    network = replace(table(values, TIMES), limits=np.where(values == 0, limits, np.nan))
    other = intensity_likelihood(network, measurement())

    assert total(none, [SIGMA, TAU]) == pytest.approx(total(other, [SIGMA, TAU]), abs=1e-8)
    assert none.observations == other.observations
    np.testing.assert_allclose(
        none.standardised_residuals(EXPECTED[None], np.array([[SIGMA, 1e-9]])),
        other.standardised_residuals(EXPECTED[None], np.array([[SIGMA, 1e-9]])),
        atol=1e-6,
    )


ZEROS = {
    "one": [(5, 2)],
    "two in a spectrum": [(5, 1), (5, 2)],
    "of replicates": [(0, 2), (1, 2), (4, 3)],
}


@pytest.mark.parametrize("shared", [False, True])
@pytest.mark.parametrize("zeros", ZEROS.values(), ids=ZEROS)
def test_zeros_match_a_dense_normal_orthant(zeros, shared):
    values = drawn(np.random.default_rng(7))
    for cell in zeros:
        values[cell] = 0.0
    limits = np.exp(np.log(EXPECTED)[AT] - 0.1)
    limits *= np.exp(np.log(np.where(values > 0, values, np.nan)) - np.log(limits)).mean(
        where=values > 0
    )
    found = made(values, RELATIVE, limits, share_replicates=shared)

    value = total(found, [SIGMA, TAU] if shared else [SIGMA])

    seen = (values > 0).ravel()
    residuals = np.log(np.where(values > 0, values, limits)).ravel() - np.log(EXPECTED)[AT].ravel()
    tau = TAU if shared else 0.0
    relative = np.where((values > 0)[:, :, None] & (values > 0)[:, None], RELATIVE, 0.0)
    dense = dense_covariance(relative, SIGMA, tau)
    factors = np.repeat(np.eye(6), 4, axis=0)
    inverse = np.linalg.inv(dense[np.ix_(seen, seen)])
    spread = np.linalg.inv(factors[seen].T @ inverse @ factors[seen])
    best = spread @ factors[seen].T @ inverse @ residuals[seen]
    cross = dense[np.ix_(~seen, seen)] @ inverse
    left = factors[~seen] - cross @ factors[seen]
    middle = factors[~seen] @ best + cross @ (residuals[seen] - factors[seen] @ best)
    covariance = dense[np.ix_(~seen, ~seen)] - cross @ dense[np.ix_(seen, ~seen)]
    covariance = covariance + left @ spread @ left.T
    chance = multivariate_normal(middle, covariance, allow_singular=False)
    chance.abseps = chance.releps = 1e-9
    oracle = log_density_of_contrasts(residuals, dense, seen)
    oracle += np.log(chance.cdf(residuals[~seen]))
    assert value == pytest.approx(oracle, abs=1e-6)


def test_multiplying_a_spectrum_changes_nothing():
    values = drawn()
    factors = np.array([1.0, 10.0, 1e-3, 7.0, 1e5, 0.3])[:, None]

    here, there = (
        total(made(v, share_replicates=False), [SIGMA]) for v in (values, factors * values)
    )

    assert there == pytest.approx(here, abs=1e-9)


def test_residuals_have_unit_variance():
    rng = np.random.default_rng(3)
    roots = np.linalg.cholesky(RELATIVE + SIGMA**2 * np.eye(4))
    squares = []
    for _ in range(400):
        logs = np.log(EXPECTED)[AT] + (roots @ rng.normal(size=(6, 4, 1)))[..., 0]
        one = made(np.exp(logs), share_replicates=False)
        squares.append(one.standardised_residuals(EXPECTED[None], np.array([[SIGMA]]))[0] ** 2)

    np.testing.assert_allclose(np.mean(squares, axis=0), 1.0, atol=0.3)


def test_a_spectrum_left_out_leaves_its_block_at_nothing():
    found = made(drawn(), share_replicates=False)
    absent = np.array([False, True, False, False, False, False])

    here, there = (
        one.blockwise(EXPECTED[None], np.array([[SIGMA]]))[0]
        for one in (found, found.without(absent))
    )

    assert there[1] == 0
    np.testing.assert_allclose(np.delete(there, 1), np.delete(here, 1))


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"scale": SCALES["per species"]}, 'scale = "per spectrum", and it is "per species"'),
        ({"noise": NOISES["constant"]}, 'noise = "proportional", and it is "constant"'),
        ({"tails": TAILS["student-t"]}, 'tails = "normal", and it is "student-t"'),
    ],
)
def test_what_has_no_likelihood_is_refused_in_one_line(changed, told):
    known = replace(table(drawn(), TIMES), covariances=RELATIVE)
    with pytest.raises(InputError, match="covariances of intensities need") as refused:
        intensity_likelihood(known, replace(measurement(), **changed))

    assert told in str(refused.value)
    assert 'covariance = "none"' in str(refused.value)


def test_signals_in_another_order_have_their_own_covariances():
    values = drawn()
    order = [2, 0, 3, 1]
    known = RELATIVE * values[:, :, None] * values[:, None, :]
    turned = replace(
        table(values[:, order], TIMES),
        signals=tuple(NAMES[i] for i in order),
        covariances=known[:, order][:, :, order],
    )

    found = intensity_likelihood(turned, measurement(share_replicates=False))

    assert total(found, [SIGMA]) == pytest.approx(
        total(made(values, share_replicates=False), [SIGMA])
    )


@pytest.mark.parametrize("correlation", [0.95, 1.0, -1.0])
@pytest.mark.parametrize("shared", [False, True])
def test_it_is_finite_far_beyond_every_prior(correlation, shared):
    """Squares of a shared error of 1e8 beside known ones of 0.4 are a singular matrix."""
    opposite = np.zeros((6, 4, 4))
    opposite[:, :2, :2] = 0.16 * np.array([[1.0, correlation], [correlation, 1.0]])
    found = made(drawn(), opposite, share_replicates=shared)

    for sigma in (1e-12, 1e-8, 1e-3, 1e3, 1e8):
        for tau in (1e-8, 0.2, 1e3, 1e8) if shared else (0.0,):
            assert np.isfinite(total(found, [sigma, tau] if shared else [sigma]))


def test_a_large_shared_error_costs_its_logarithm_alone():
    """Where it is all, a tenfold one takes ln 10 for each contrast of two or more replicates."""
    found = made(drawn(np.random.default_rng(3)), share_replicates=True)

    values = [total(found, [SIGMA, tau]) for tau in (1e4, 1e5, 1e6)]

    assert np.diff(values) == pytest.approx(-9 * np.log(10), abs=1e-6)
