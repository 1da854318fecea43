"""The chance that several intensities with a shared error all stay below their limits.

Intensities that share an unknown scale factor or sampling error are not independent: given the
shared errors they are, so what is needed is the mean of a product of normal distribution functions
over normal variables. The integrands are log-concave, so nodes placed by the mode and the
curvature there serve everywhere, far out in the tail too. Every row of a batch is computed as if
alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from scipy.special import erfcx, log_ndtr, ndtr, ndtri

# A limit that no intensity reaches: stands for "no entry" in padded arrays.
NO_LIMIT = np.inf
LOG_TWO_PI = float(np.log(2 * np.pi))
_FAR = 1e3

# Where all intensities stay below their limits but for this chance, their dependence cannot matter.
NEGLIGIBLE = 1e-10

# Share of the excess curvature at the mode that narrows the nodes: with all of it, they would
# miss the tail in which the distribution functions are 1 and only the normal density falls.
_NARROWING = 0.75

# Above this a product of up to eight distribution functions is taken as it is, without logarithms.
_PLAIN = -8.0
# The nodes need not stand about the mode to more than this.
_NEAR_THE_MODE = 1e-3

# Up to these loadings of a shared error, so many nodes are good to 1e-9, for up to 8 entries.
_NODES_UP_TO = ((0.36, 10), (0.51, 12), (0.72, 16), (1.0, 24))
_MOST_NODES = 32

# Two or three entries whose limits are no further below than this take a rule that costs a tenth.
NEAR = -5.0
RULE_NODES = 8
_FAR_NODES = 12

# For each number of shared variables: nodes along each axis of a product rule.
_OUTER_NODES = {1: 32, 2: 6, 3: 5}
_SPREAD_POINTS = 256


def log_mean_product(
    limits: np.ndarray, loading: np.ndarray, nodes: int | None = None
) -> np.ndarray:
    """Return log E[prod_j Phi(limit_j - loading * u)] for a standard normal u.

    Args:
        limits: shape (..., m), in units of an intensity's error; `NO_LIMIT` is no entry.
        loading: shape (...), the shared error in the same units.
        nodes: Gauss-Hermite nodes for every row; if None, as many as are good to 1e-8 for
            loadings up to 1 and m up to 8.

    Returns:
        Shape (...); exact for one entry.

    Method: for two entries Gauss-Legendre quadrature over their correlation; otherwise
    Gauss-Hermite quadrature about the mode, which Newton's method finds: the derivative of
    the log integrand is concave and the start lies above the mode, so it falls steadily there.
    """
    loading = np.broadcast_to(loading, limits.shape[:-1])
    apart = limits / np.sqrt(1 + loading**2)[..., None]
    result = np.asarray(log_ndtr(apart).sum(axis=-1))
    entries = np.isfinite(limits).sum(axis=-1)
    active = (entries > 1) & (result < -NEGLIGIBLE)
    if nodes is None:
        pair = active & (entries == 2) & (limits.min(axis=-1) > NEAR) & (loading <= 1)
        if pair.any():
            result[pair] = _log_of_pair(apart[pair], loading[pair], result[pair])
            active &= ~pair
    if active.any():
        chosen, loadings = np.minimum(limits[active], _FAR), loading[active]
        result[active] = _by_loading(chosen, loadings, nodes)
    return result


def _by_loading(limits: np.ndarray, loading: np.ndarray, nodes: int | None) -> np.ndarray:
    """Integrate rows with as many nodes as each one's loading needs."""
    if nodes is not None:
        return _single_rule(limits, loading, nodes)
    result, left = np.empty(len(limits)), np.ones(len(limits), dtype=bool)
    for steepest, enough in (*_NODES_UP_TO, (np.inf, _MOST_NODES)):
        chosen = left & (loading <= steepest)
        if chosen.any():
            result[chosen] = _single_rule(limits[chosen], loading[chosen], enough)
            left &= ~chosen
    return result


@lru_cache
def _legendre_rule(nodes: int) -> tuple[np.ndarray, np.ndarray]:
    """Return nodes and weights, shape (nodes,), of an integral from 0 to 1."""
    x, w = np.polynomial.legendre.leggauss(nodes)
    return 0.5 * (x + 1), 0.5 * w


@lru_cache
def laguerre_rule() -> np.ndarray:
    """Return nodes and weights, shape (2, Q), for two limits of which one is far below.

    Good to 1e-9 from `NEAR` on, and ever better further out.
    """
    return np.stack(np.polynomial.laguerre.laggauss(_FAR_NODES))


def _log_of_pair(apart: np.ndarray, loading: np.ndarray, independent: np.ndarray) -> np.ndarray:
    """Return the log of a bivariate normal distribution function of positive correlation.

    Args:
        apart: shape (N, m), limits in units of each one's own spread, two of them finite.
        loading: shape (N,), the shared error; the correlation is loading^2 / (1 + loading^2).
        independent: shape (N,), log of the product of the two distribution functions.

    Method: Phi2(h, k, r) = Phi(h) Phi(k) + 1/(2 pi) times the integral from 0 to asin r of
    exp(-(h^2 + k^2 - 2 h k sin t) / (2 cos^2 t)) dt, all terms positive (Drezner & Wesolowsky,
    J. Stat. Comput. Simul. 35, 101-107, 1990).
    """
    two = np.sort(apart, axis=1)[:, :2]
    h, k = two[:, :1], two[:, 1:]
    by_squares, by_product, weight, *_ = np.moveaxis(correlation_rule(loading), 1, 0)
    terms = np.exp(by_squares * (h**2 + k**2) + by_product * (h * k)) * weight
    return np.asarray(np.log(np.exp(independent) + terms.sum(axis=1)))


def correlation_rule(loading: np.ndarray, nodes: int = RULE_NODES) -> np.ndarray:
    """Return what an integral over the correlation needs at each node, for loadings of shape (N,).

    Returns:
        Shape (N, 5, nodes): what multiplies h^2 + k^2 and h k in the exponent, the weight, and,
        for three entries of which two are at h and k, by which fraction of h + k the third one's
        limit is lowered and what it is multiplied with then.
    """
    x, w = _legendre_rule(nodes)
    end = np.arcsin(loading**2 / (1 + loading**2))[:, None]
    sine = np.sin(end * x)
    squeeze = 1 / (1 - sine**2)
    weight = w * end / (2 * np.pi)
    stretch = np.sqrt((1 + sine) / ((1 - sine) * (1 + 2 * sine)))
    columns = (-0.5 * squeeze, sine * squeeze, weight, sine / (1 + sine), stretch)
    return np.stack(columns, axis=1)


def log_nested_product(
    limits: np.ndarray,
    outer: np.ndarray,
    inner: np.ndarray,
    members: tuple[int, ...],
    inner_nodes: int = 4,
) -> np.ndarray:
    """Return log E[prod_j Phi(limit_j - outer_j . x - inner_j * u_member(j))].

    Args:
        limits: shape (N, m), in units of an intensity's error.
        outer: shape (N, m, D), the D errors x that all entries share.
        inner: shape (N, m), the error u that only the entries of one member share; the same
            number for all entries of a member.
        members: length m, which member an entry belongs to.
        inner_nodes: Gauss-Hermite nodes over each u.

    Returns:
        Shape (N,); exact for one entry. For two shared errors of up to twice an intensity's error,
        good to 2e-3 (1e-3 up to once), to 3e-2 for four times; sharper for one shared error.

    Method: product Gauss-Hermite rule over x about the joint mode, a deterministic spread of
    points where D > 3; for each x a Gauss-Hermite rule over each u, in closed form for members
    of one entry.
    """
    spread = np.sqrt(1 + (outer**2).sum(axis=-1) + inner**2)
    result = np.asarray(log_ndtr(limits / spread).sum(axis=-1))
    active = result < -NEGLIGIBLE
    if limits.shape[1] > 1 and active.any():
        chosen = (limits[active], outer[active], inner[active])
        result[active] = _nested_rule(*chosen, members, inner_nodes)
    return result


def log_sum_exp(terms: np.ndarray) -> np.ndarray:
    """Return log(sum(exp(terms))) over the last axis, for finite terms."""
    top = terms.max(axis=-1, keepdims=True)
    return np.asarray(top[..., 0] + np.log(np.exp(terms - top).sum(axis=-1)))


def hazard(v: np.ndarray) -> np.ndarray:
    """Return the derivative of log Phi, phi(v) / Phi(v)."""
    return np.asarray(np.sqrt(2 / np.pi) / erfcx(-v / np.sqrt(2)))


def curvature(v: np.ndarray, first: np.ndarray) -> np.ndarray:
    """Return minus the second derivative of log Phi, between 0 and 1, given the first."""
    return np.asarray(np.clip(first * (first + v), 0.0, 1.0))


@lru_cache
def hermite_rule(nodes: int) -> tuple[np.ndarray, np.ndarray]:
    """Return nodes and log weights, shape (nodes,), of a mean over a standard normal."""
    x, w = np.polynomial.hermite_e.hermegauss(nodes)
    return x, np.log(w / w.sum())


@lru_cache
def _outer_rule(dimensions: int) -> tuple[np.ndarray, np.ndarray]:
    """Return points (Q, D) and log weights (Q,) of a mean over D standard normals."""
    if dimensions in _OUTER_NODES:
        x, w = hermite_rule(_OUTER_NODES[dimensions])
        grid = np.meshgrid(*[x] * dimensions, indexing="ij")
        weights = np.meshgrid(*[w] * dimensions, indexing="ij")
        points = np.stack(grid, axis=-1).reshape(-1, dimensions)
        return points, np.asarray(np.sum(weights, axis=0)).ravel()
    root = 2.0
    for _ in range(60):
        root = (1 + root) ** (1 / (dimensions + 1))
    step = root ** -np.arange(1.0, dimensions + 1)
    half = ndtri((0.5 + np.arange(1, _SPREAD_POINTS // 2 + 1)[:, None] * step) % 1)
    return np.concatenate((half, -half)), np.full(_SPREAD_POINTS, -np.log(_SPREAD_POINTS))


def _single_rule(limits: np.ndarray, loading: np.ndarray, nodes: int) -> np.ndarray:
    """Integrate over one shared error, for limits (N, m) and loading (N,)."""
    mode = np.zeros(len(limits))
    narrowing = np.ones(len(limits))
    rows, here, steep = np.arange(len(limits)), limits, loading
    for _ in range(60):
        at = mode[rows]
        v = here - (steep * at)[:, None]
        pull = hazard(v)
        bend = 1 + steep**2 * curvature(v, pull).sum(axis=1)
        step = -(at + steep * pull.sum(axis=1)) / bend
        narrowing[rows], mode[rows] = bend, at + step
        moving = np.abs(step) > _NEAR_THE_MODE * (1 + np.abs(at))
        if not moving.any():
            break
        rows, here, steep = rows[moving], here[moving], steep[moving]
    scale = 1 / np.sqrt(1 + _NARROWING * (narrowing - 1))
    x, w = hermite_rule(nodes)
    u = mode[:, None] + scale[:, None] * x
    margin = limits[:, :, None] - (loading[:, None] * u)[:, None, :]
    weights = 0.5 * (x**2 - u**2) + w
    near = margin.min(axis=(1, 2)) > _PLAIN
    result = np.empty(len(limits))
    chances = ndtr(margin[near]).prod(axis=1)
    # A shared error of forty standard deviations, which many zeros can ask for, has a weight of 0.
    top = weights[near].max(axis=1, keepdims=True)
    result[near] = np.log((chances * np.exp(weights[near] - top)).sum(axis=1)) + top[:, 0]
    far = ~near
    if far.any():
        result[far] = log_sum_exp(log_ndtr(margin[far]).sum(axis=1) + weights[far])
    return result + np.log(scale)


def _nested_rule(
    limits: np.ndarray,
    outer: np.ndarray,
    inner: np.ndarray,
    members: tuple[int, ...],
    inner_nodes: int,
) -> np.ndarray:
    """Integrate over the D shared errors and the members' own."""
    groups = [[j for j, k in enumerate(members) if k == m] for m in dict.fromkeys(members)]
    alone = [g[0] for g in groups if len(g) == 1]
    joint = [g for g in groups if len(g) > 1]
    # The own error of a member of one entry adds to its intensity's error.
    widening = np.ones(limits.shape)
    widening[:, alone] = np.sqrt(1 + inner[:, alone] ** 2)
    limits, outer = limits / widening, outer / widening[:, :, None]
    frame = _frame(limits, outer, inner, joint)

    points, weights = _outer_rule(outer.shape[2])
    shift = np.linalg.solve(np.swapaxes(frame.factor, 1, 2), points.T)
    x = frame.mode[:, None, : outer.shape[2]] + np.swapaxes(shift, 1, 2)
    size = np.log(np.einsum("ndd->nd", frame.factor)).sum(axis=1)
    total = 0.5 * ((points**2).sum(axis=1) - (x**2).sum(axis=2)) + weights - size[:, None]
    margin = limits[:, None, :] - np.einsum("nqd,njd->nqj", x, outer)
    total = total + log_ndtr(margin[:, :, alone]).sum(axis=2)
    y, w = hermite_rule(inner_nodes)
    for axis, entries in enumerate(joint):
        scale = 1 / np.sqrt(frame.own[:, axis])
        u = (frame.mode[:, outer.shape[2] + axis, None] + scale[:, None] * y)[:, None, :]
        terms = 0.5 * (y**2 - u**2) + w
        for j in entries:
            terms = terms + log_ndtr(margin[:, :, j, None] - inner[:, None, j, None] * u)
        total = total + log_sum_exp(terms) + np.log(scale)[:, None]
    return log_sum_exp(total)


@dataclass(frozen=True, eq=False)
class _Frame:
    """Where the integrand is large: its mode, and how narrow it is there.

    Attributes:
        mode: shape (N, D + K), of the D shared errors and the own errors of K members.
        factor: shape (N, D, D), Cholesky factor of the shared errors' marginal precision.
        own: shape (N, K), precision of each own error, given the shared ones.
    """

    mode: np.ndarray
    factor: np.ndarray
    own: np.ndarray


def _frame(
    limits: np.ndarray, outer: np.ndarray, inner: np.ndarray, joint: list[list[int]]
) -> _Frame:
    dimensions = outer.shape[2]
    loadings = np.zeros((*limits.shape, dimensions + len(joint)))
    loadings[:, :, :dimensions] = outer
    for axis, entries in enumerate(joint):
        loadings[:, entries, dimensions + axis] = inner[:, entries]
    mode, bend = _joint_mode(limits, loadings)
    narrow = _NARROWING * np.einsum("nj,njd,nje->nde", bend, loadings, loadings)
    narrow += np.eye(loadings.shape[2])
    own = np.einsum("nkk->nk", narrow)[:, dimensions:]
    cross = narrow[:, dimensions:, :dimensions]
    shared = narrow[:, :dimensions, :dimensions]
    shared = shared - np.einsum("nkd,nke,nk->nde", cross, cross, 1 / own)
    return _Frame(mode, np.linalg.cholesky(shared), own)


def _joint_mode(limits: np.ndarray, loadings: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Maximise -|x|^2/2 + sum log Phi(limit - loadings x) by Newton's method.

    Args:
        limits: shape (N, m).
        loadings: shape (N, m, d).

    Returns:
        The mode, shape (N, d), and minus the second derivatives of log Phi there, shape (N, m).
    """
    x = np.zeros((len(limits), loadings.shape[2]))
    v = limits
    value = log_ndtr(v).sum(axis=1)
    pull = hazard(v)
    for _ in range(60):
        gradient = -x - np.einsum("njd,nj->nd", loadings, pull)
        bend = np.einsum("nj,njd,nje->nde", curvature(v, pull), loadings, loadings)
        step = np.linalg.solve(bend + np.eye(x.shape[1]), gradient[:, :, None])[:, :, 0]
        moving = np.abs(step).max(axis=1) > 1e-7 * (1 + np.abs(x).max(axis=1))
        step *= moving[:, None]
        for _ in range(12):
            trial = x + step
            trial_v = limits - np.einsum("njd,nd->nj", loadings, trial)
            trial_value = log_ndtr(trial_v).sum(axis=1) - 0.5 * (trial**2).sum(axis=1)
            worse = trial_value < value - 1e-9 * (1 + np.abs(value))
            if not worse.any():
                break
            step[worse] *= 0.25
        x, v, value = trial, trial_v, trial_value
        pull = hazard(v)
        if not moving.any():
            break
    return x, curvature(v, pull)
