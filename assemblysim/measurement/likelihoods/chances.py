"""The chance that the censored cells of a block stay below their limits, given its readings.

Given the gains x, standard normal here, and each shared error u the cells are independent:

    P = E over x of prod_u E over u of prod_c Phi(limit_c + slope_c . x - shared_c u).

Cells that stay below but for 1e-10 of the chance of all are left out. One that remains is closed;
two are a bivariate normal chance; where all are independent given one normal variable, it is an
integral over that (good to 1e-8). The rest is a product of Gauss-Hermite rules over x about the
mode, with an integral over each shared error inside, and good to 1e-6 in the logarithm, for one or
two doubtful signals as for many: whatever the size of the shared errors, the chance is smooth in x,
since they are integrated out first, by parts where they are large. It costs the more the more
replicates there are with many doubtful cells; where more than three have some, a lattice of points
may take the place of the product, which is good to 1e-3. P is never above that of a single cell.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby, product

import numpy as np
from scipy.special import log_ndtr, ndtri

from assemblysim.measurement.likelihoods.normal import log_mean_alike, log_mean_unlike, log_sum_exp

Height = Callable[[np.ndarray], np.ndarray]
# A chance to exceed a limit that cannot matter.
NEGLIGIBLE = 1e-10
# Up to such an excess of the curvature over that of a normal density an axis needs so many nodes.
_NODES = (
    (1e-5, 1),
    (3e-3, 2),
    (0.05, 3),
    (0.17, 4),
    (0.3, 5),
    (0.45, 6),
    (0.7, 7),
    (1.0, 8),
    (1.5, 10),
    (2.0, 12),
    (3.0, 14),
    (5.0, 20),
    (10.0, 28),
    (np.inf, 40),
)
# Of the excess curvature at the mode so much narrows the nodes, which have to reach the tails too.
_NARROWING = 0.75
_MOST_POINTS, _SPREAD_POINTS, _PRODUCT_AXES = 65536, 16384, 3
_WIDEST = 1e7
_DIFFERENCE = 0.1
_NEWTON_STEPS = 25
# Two slopes or variances are the same where they differ by less.
_SAME = 1e-9


@dataclass(frozen=True, eq=False)
class NormalRules:
    """Gauss-Hermite rules one after the other; the first serves up to the first excess, and so on.

    Attributes:
        excess: shape (K,), of the curvature over a normal density's.
        count: shape (K,), nodes of each rule.
        points: nodes of all rules.
        log_weights: of a mean over a standard normal.
    """

    excess: np.ndarray
    count: np.ndarray
    points: np.ndarray
    log_weights: np.ndarray

    def of(self, excess: float) -> tuple[np.ndarray, np.ndarray]:
        """Return the nodes and log weights that serve an excess."""
        k = int(np.searchsorted(self.excess, excess))
        first = int(self.count[:k].sum())
        part = slice(first, first + int(self.count[k]))
        return self.points[part], self.log_weights[part]


@lru_cache
def normal_rules() -> NormalRules:
    """Make the rules."""
    excess, count = zip(*_NODES, strict=True)
    rules = [np.polynomial.hermite_e.hermegauss(n) for n in count]
    points, weights = (np.concatenate(part) for part in zip(*rules, strict=True))
    log_weights = np.log(weights) - 0.5 * np.log(2 * np.pi)
    return NormalRules(np.array(excess), np.array(count, dtype=np.int32), points, log_weights)


@lru_cache
def lattice(gains: int) -> np.ndarray:
    """Return spread points of G standard normals, shape (Q, G), each with its opposite.

    They stand in for products of rules that would have more than `_MOST_POINTS` points, which takes
    more than three replicates; empty for fewer. Good to about 1e-3 in the logarithm.
    """
    if gains <= _PRODUCT_AXES:
        return np.zeros((0, 0))
    root = 2.0
    for _ in range(60):
        root = (1 + root) ** (1 / (gains + 1))
    step = root ** -np.arange(1.0, gains + 1)
    half = ndtri((0.5 + np.arange(1, _SPREAD_POINTS // 2 + 1)[:, None] * step) % 1)
    return np.ascontiguousarray(np.concatenate((half, -half)))


@dataclass(frozen=True, eq=False)
class Margins:
    """What m censored cells have to stay below, for B parameter vectors.

    Attributes:
        limits: shape (B, m), in units of a cell's own error.
        slopes: shape (B, m, G), how the gains raise them.
        shared: shape (B, m), what is left of the shared error.
        errors: shape (m,), which shared error a cell has; cells of one are neighbours.
    """

    limits: np.ndarray
    slopes: np.ndarray
    shared: np.ndarray
    errors: np.ndarray


def log_below(margins: Margins) -> np.ndarray:
    """Return the log chance that all cells stay below their limits, shape (B,).

    The compiled `Chances` does the same, and faster.
    """
    spread = np.sqrt(1 + (margins.slopes**2).sum(axis=2) + margins.shared**2)
    alone = log_ndtr(margins.limits / spread)
    result = np.minimum(alone.min(axis=1, initial=0.0), 0.0)
    # Where a cell stays far below its limit, an anticorrelated one is driven towards its own.
    together = alone.sum(axis=1, keepdims=True)
    exceeded = log_ndtr(-margins.limits / spread)
    for b, doubtful in enumerate(exceeded >= np.log(NEGLIGIBLE) + together):
        if doubtful.sum() > 1:
            chosen = margins.limits[b, doubtful], margins.slopes[b, doubtful]
            errors = margins.errors[doubtful]
            found = _log_of_several(*chosen, margins.shared[b, doubtful], errors)
            result[b] = min(result[b], found)
    return np.asarray(result)


def _log_of_several(
    limits: np.ndarray, slopes: np.ndarray, shared: np.ndarray, errors: np.ndarray
) -> float:
    """Return the same of one vector, of m > 1 doubtful cells."""
    # Beside a shared error of more than `_WIDEST` an own one counts for nothing.
    part = np.minimum(1, _WIDEST / np.maximum(shared, 1e-300))
    limits, slopes, shared = part * limits, part[:, None] * slopes, part * shared
    groups = [np.array(list(cells)) for _, cells in groupby(range(len(limits)), errors.__getitem__)]
    rows = np.zeros((len(limits), len(groups)))
    rows[np.arange(len(limits)), np.repeat(np.arange(len(groups)), [len(g) for g in groups])] = 1
    loadings = np.hstack([slopes, -shared[:, None] * rows, np.eye(len(limits))])
    if len(limits) == 2:
        return _log_of_pair(limits, loadings)
    single = np.array([len(cells) == 1 for cells in groups] @ rows.T > 0)
    own = np.where(single, np.hypot(1, shared), 1.0)
    limits, slopes = limits / own, slopes / own[:, None]
    shared = np.where(single, 0.0, shared)
    if len(groups) == 1 and _exchangeable(slopes):
        apart = 0.5 * ((slopes[0] - slopes[1]) ** 2).sum()
        common = max((slopes[0] ** 2).sum() - apart, 0.0) + shared[0] ** 2
        own_error = np.sqrt(1 + apart)
        slope = np.sqrt(common) / own_error
        return float(log_mean_alike(limits[None] / own_error, np.array([slope]))[0])
    if slopes.shape[1] == 1 and single.all():
        if np.ptp(slopes) <= _SAME * slopes.max():
            return float(log_mean_alike(limits[None], slopes[0])[0])
        return float(log_mean_unlike(limits[None], slopes.T)[0])
    return _log_by_rule(limits, slopes, shared, groups)


def _log_of_pair(limits: np.ndarray, loadings: np.ndarray) -> float:
    """Return the log of a bivariate normal chance, from the loadings of independent errors."""
    spread = np.sqrt((loadings**2).sum(axis=1))
    (one, two), limits = loadings / spread[:, None], limits / spread
    # One minus the correlation, which may be tiny, and one plus it.
    minus, plus = 0.5 * ((one - two) ** 2).sum(), 0.5 * ((one + two) ** 2).sum()
    correlation = 1 - minus if minus < plus else plus - 1
    apart = np.sqrt(minus if correlation > 0 else plus)
    slope = np.sqrt(abs(correlation)) / apart
    if correlation >= 0:
        return float(log_mean_alike(limits[None] / apart, np.array([slope]))[0])
    return float(log_mean_unlike(limits[None] / apart, slope * np.array([[1.0, -1.0]]))[0])


def _exchangeable(slopes: np.ndarray) -> bool:
    """Say whether the cells of one shared error are independent given one normal variable."""
    length = (slopes**2).sum(axis=1)
    apart = ((slopes[:, None] - slopes) ** 2).sum(axis=2)[np.triu_indices(len(slopes), 1)]
    return bool(np.ptp(length) <= _SAME * length.max() and np.ptp(apart) <= _SAME * apart.max())


def _log_by_rule(
    limits: np.ndarray, slopes: np.ndarray, shared: np.ndarray, groups: list[np.ndarray]
) -> float:
    """Integrate over the gains by a product rule about the mode."""

    def height(x: np.ndarray) -> np.ndarray:
        lowered = limits + x @ slopes.T
        total = -0.5 * (x**2).sum(axis=1)
        for cells in groups:
            slope = np.full(len(x), shared[cells[0]])
            total = total + log_mean_alike(lowered[:, cells], slope)
        return np.asarray(total)

    # Axes of what the cells could say of the gains at most, were they read.
    said = np.zeros((slopes.shape[1], slopes.shape[1]))
    for cells in groups:
        mean = slopes[cells].mean(axis=0)
        said += len(cells) / (1 + len(cells) * shared[cells[0]] ** 2) * np.outer(mean, mean)
        said += (slopes[cells] - mean).T @ (slopes[cells] - mean)
    excess, axes = np.linalg.eigh(said)
    gains = len(excess)
    spanned = min(gains, len(limits))
    excess, slopes = excess[-spanned:], slopes @ axes[:, -spanned:]
    mode, bend = _mode(height, len(excess))
    factor = np.linalg.cholesky(_NARROWING * bend + (1 - _NARROWING) * np.eye(len(bend)))
    nodes, weights = zip(*(normal_rules().of(e) for e in excess), strict=True)
    if np.prod([float(len(one)) for one in nodes]) > _MOST_POINTS:
        y = lattice(gains)[:, : len(nodes)]
        log_weights = np.full(len(y), -np.log(len(y)))
    else:
        y = np.array(list(product(*nodes)))
        log_weights = np.array(list(product(*weights))).sum(axis=1)
    x = mode + np.linalg.solve(factor.T, y.T).T
    terms = height(x) + 0.5 * (y**2).sum(axis=1) + log_weights
    return float(log_sum_exp(terms) - np.log(np.diag(factor)).sum())


def _mode(height: Height, size: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the mode (d,) of a concave function and minus its second derivatives there (d, d)."""
    mode, bend = np.zeros(size), np.eye(size)
    for _ in range(_NEWTON_STEPS):
        top = height(mode[None])[0]
        # Far out the height is large, and as good as a parabola.
        apart = max(_DIFFERENCE, 1e-5 * np.sqrt(abs(top)))
        steps = apart * np.eye(size)
        around = [height(mode + sign * steps) for sign in (1, -1)]
        gradient = (around[0] - around[1]) / (2 * apart)
        cross = sum(
            sign * height(mode + (a * steps[:, None] + b * steps).reshape(-1, size))
            for sign, a, b in ((1, 1, 1), (1, -1, -1), (-1, 1, -1), (-1, -1, 1))
        )
        bend = -np.reshape(cross, (size, size)) / (4 * apart**2)
        own = (2 * top - around[0] - around[1]) / apart**2
        np.fill_diagonal(bend, np.maximum(own, 1.0))
        move = np.linalg.solve(bend, gradient)
        if gradient @ move < 4e-4:
            break
        while height((mode + move)[None])[0] < top and np.abs(move).max() > 1e-3:
            move = 0.5 * move
        mode = mode + move
    return mode, bend
