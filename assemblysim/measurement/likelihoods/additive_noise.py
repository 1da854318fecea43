"""Intensities with additive noise whose spectrum, or column, has an unknown scale factor.

y = A shat + e, with shat the expected signals of the group at unit length and a flat prior on
the scale factor A > 0, which is integrated out. Every group is divided by its total first, so that
multiplying it by a number changes nothing; the additive standard deviation is in units of that
total. The density is that of y in those units. For constant noise with nothing
below the limit, p = y . shat and n intensities,

    L = (2 pi sigma^2)^(-(n-1)/2) exp(-(|y|^2 - p^2) / (2 sigma^2)) Phi(p / sigma);

otherwise the integral is done by quadrature, see `lines`; good to 1e-10 by the compiled kernel, and
to 1e-3 at the extremes of the prior without it. With two-component noise the prior ends at a
hundred totals, since a large scale factor excuses every intensity. Replicates count as independent
here. Where every signal has a sigma of its own, sums over the intensities are
weighted by 1 / sigma^2: with w = sum shat^2 / sigma^2 and p = sum y shat / (sigma^2 w),

    L = prod (2 pi sigma_i^2)^(-1/2) (2 pi / w)^(1/2)
        exp(-sum (y - p shat)^2 / (2 sigma^2)) Phi(p w^(1/2)).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.special import log_ndtr

from assemblysim.measurement.likelihoods.grouped import GroupedLikelihood
from assemblysim.measurement.likelihoods.lines import Lines, line_points, lines_are_compiled
from assemblysim.measurement.likelihoods.normal import LOG_TWO_PI, curvature, hazard, log_sum_exp

_LARGEST_LOG_FACTOR = float(np.log(100.0))
# Below the noise the integrand falls in proportion to A: 40 nats lower it is negligible.
_REACH = 40.0
_NODES = 81
_GRID = 40
_ZOOMS = 6


@dataclass(frozen=True, eq=False)
class Shape:
    """Expected signals of B parameter vectors at unit length, and their noise.

    Attributes:
        direction: shape (B, A, J), 0 where nothing was measured.
        additive: shape (B, A, J), in units of a group's total.
        relative: shape (B, A, J), 0 for constant noise.
    """

    direction: np.ndarray
    additive: np.ndarray
    relative: np.ndarray


class AdditiveNoiseLikelihood(GroupedLikelihood):
    """Constant or two-component noise with one unknown scale factor for each group.

    Additive standard deviations are in units of the group's total.
    """

    @cached_property
    def _total(self) -> np.ndarray:
        total = np.nansum(self.groups.values, axis=1, keepdims=True)
        return np.where(total > 0, total, 1.0)

    @cached_property
    def _numbers(self) -> np.ndarray:
        """Shape (A, J), intensities in units of their group's total, 0 where there is none."""
        return np.where(self.groups.observed, self.groups.values / self._total, 0.0)

    @cached_property
    def _limits(self) -> np.ndarray:
        """Shape (A, J), detection limits in units of the group's total."""
        return np.where(self.groups.censored, self.groups.limits / self._total, 0.0)

    def _shape(self, signals: np.ndarray, noise: np.ndarray) -> Shape:
        measured = self.groups.observed | self.groups.censored
        expected = np.where(measured, self.groups.expected(signals), 0.0)
        # Divided by the largest first: the squares of very small signals would vanish.
        expected = expected / np.maximum(expected.max(axis=2, keepdims=True), 1e-300)
        length = np.sqrt((expected**2).sum(axis=2, keepdims=True))
        direction = expected / np.where(length > 0, length, 1.0)
        spread = self.parameters.model.spread(self.parameters.sizes(noise))
        additive, relative = (
            np.broadcast_to(
                sd[:, :, None] if self.groups.by_column else sd[:, None, :], direction.shape
            )
            for sd in (spread.additive, spread.relative)
        )
        if self.groups.intensities.sds is not None:
            additive = additive * (self.groups.grouped(self.groups.intensities.sds) / self._total)
        return Shape(direction, additive, relative)

    @property
    def _constant(self) -> bool:
        return not self.parameters.model.relative

    def pointwise(self, signals: np.ndarray, noise: np.ndarray) -> np.ndarray:
        """Return log-likelihoods, shape (B, U), for signals (B, T, I) and noise (B, Q)."""
        shape = self._shape(signals, noise)
        kept = np.flatnonzero(self.groups.informative)
        points = np.zeros(shape.direction.shape[:2])
        uncensored = ~self.groups.censored[kept].any(axis=1)
        closed = kept[uncensored] if self._constant else kept[:0]
        points[:, closed] = self._closed_form(shape, closed)
        rest = np.setdiff1d(kept, closed)
        if len(rest) and lines_are_compiled():
            points[:, rest] = line_points(self.lines(shape, rest))
        elif len(rest):
            points[:, rest] = self._quadrature(shape, rest)
        return np.asarray(points[:, kept])

    def lines(self, shape: Shape, chosen: np.ndarray, *, heavy: bool = False) -> Lines:
        """Return intensities of some groups as readings about a line through their factor."""
        censored = self.groups.censored
        measured = np.zeros(censored.shape, dtype=bool)
        measured[chosen] = (self.groups.observed | censored)[chosen]
        group, place = np.nonzero(measured)
        slope = shape.direction[:, group, place]
        return Lines(
            np.searchsorted(group, [*chosen, np.inf]),
            censored[group, place],
            np.broadcast_to(
                np.where(censored, self._limits, self._numbers)[group, place], slope.shape
            ),
            slope,
            shape.additive[:, group, place],
            shape.relative[:, group, place],
            np.zeros((len(slope), len(chosen))),
            0.0,
            np.inf if self._constant else float(np.exp(self._largest)),
            heavy,
        )

    def _closed_form(self, shape: Shape, chosen: np.ndarray) -> np.ndarray:
        sigma, observed = shape.additive[:, chosen], self.groups.observed[chosen]
        y, direction = self._numbers[chosen], shape.direction[:, chosen]
        weight = (direction**2 / sigma**2).sum(axis=2)
        along = (y * direction / sigma**2).sum(axis=2) / weight
        across = ((y - along[:, :, None] * direction) * (direction > 0) / sigma) ** 2
        return np.asarray(
            -0.5 * (observed.sum(axis=1) - 1) * LOG_TWO_PI
            - (observed * np.log(sigma)).sum(axis=2)
            - 0.5 * np.log(weight)
            - 0.5 * across.sum(axis=2)
            + log_ndtr(along * np.sqrt(weight))
        )

    def _quadrature(self, shape: Shape, chosen: np.ndarray) -> np.ndarray:
        """Integrate over the log scale factor, for some groups: shape (B, len(chosen))."""
        mode = self._mode(shape, chosen)
        scale = 1 / np.sqrt(1 + self._information(shape, chosen, mode))
        top = self._largest
        left = np.arcsinh(_REACH / scale)
        right = np.arcsinh(np.minimum(np.maximum(top - mode, 0.0), _REACH) / scale)
        step = (left + right) / (_NODES - 1)
        t = -left[:, :, None] + step[:, :, None] * np.arange(_NODES)
        log_factor = mode[:, :, None] + scale[:, :, None] * np.sinh(t)
        terms = self._log_integrand(shape, chosen, log_factor) + np.log(np.cosh(t))
        terms[:, :, [0, -1]] -= np.log(2.0)
        return np.asarray(log_sum_exp(terms) + np.log(scale * step))

    @property
    def _largest(self) -> float:
        # Constant noise bounds the scale factor by itself; 40 keeps its square finite.
        return 40.0 if self._constant else _LARGEST_LOG_FACTOR

    def _log_integrand(
        self, shape: Shape, chosen: np.ndarray, log_factor: np.ndarray
    ) -> np.ndarray:
        """Return the log-likelihood plus log A, shape (B, C, Q), at log scale factors (B, C, Q)."""
        size = np.exp(log_factor)
        total = log_factor.copy()
        for column in range(self._numbers.shape[1]):
            seen = self.groups.observed[chosen, column]
            below = self.groups.censored[chosen, column]
            if not (seen.any() or below.any()):
                continue
            mean = shape.direction[:, chosen, column, None] * size
            additive = shape.additive[:, chosen, column, None]
            relative = shape.relative[:, chosen, column, None]
            variance = additive**2 + (relative * mean) ** 2
            if seen.any():
                away = self._numbers[chosen[seen], column, None] - mean[:, seen]
                spread = variance[:, seen]
                total[:, seen] -= 0.5 * (away**2 / spread + LOG_TWO_PI + np.log(spread))
            if below.any():
                margin = self._limits[chosen[below], column, None] - mean[:, below]
                total[:, below] += log_ndtr(margin / np.sqrt(variance[:, below]))
        return total

    def _mode(self, shape: Shape, chosen: np.ndarray) -> np.ndarray:
        """Find the largest value of the integrand on ever finer grids, shape (B, C)."""
        top = _LARGEST_LOG_FACTOR
        limits = self._limits[chosen]
        floor = np.where(limits > 0, limits, 1.0).min(axis=1)
        low = np.log(0.1 * np.minimum(shape.additive[:, chosen].min(axis=2), floor))
        width = (top - low) / (_GRID - 1)
        grid = low[:, :, None] + width[:, :, None] * np.arange(_GRID)
        for _ in range(_ZOOMS):
            best = self._log_integrand(shape, chosen, grid).argmax(axis=2)
            mode = np.take_along_axis(grid, best[:, :, None], axis=2)
            grid = mode + width[:, :, None] * np.linspace(-1, 1, 7)
            width = width / 3
        return np.asarray(mode[:, :, 0])

    def _information(self, shape: Shape, chosen: np.ndarray, mode: np.ndarray) -> np.ndarray:
        """Return what the intensities say about log A, shape (B, C)."""
        mean = shape.direction[:, chosen] * np.exp(mode)[:, :, None]
        spread = (shape.relative[:, chosen] * mean) ** 2
        variance = shape.additive[:, chosen] ** 2 + spread
        first, second = mean**2 / variance, 2 * spread**2 / variance**2
        score = (self._limits[chosen] - mean) / np.sqrt(variance)
        pull = np.where(self.groups.censored[chosen], curvature(score, hazard(score)), 0.0)
        each = np.where(self.groups.observed[chosen], first + second, first * pull)
        return np.asarray(each.sum(axis=2))

    def standardised_residuals(self, signals: np.ndarray, noise: np.ndarray) -> np.ndarray:
        """Return residuals at the best scale factor in units of their sd, shape (B, N, I)."""
        shape = self._shape(signals, noise)
        everything = np.arange(shape.direction.shape[1])
        observed = self.groups.observed
        if self._constant:
            weight = shape.direction * observed / shape.additive**2
            length = np.maximum((weight * shape.direction).sum(axis=2), 1e-300)
            factor = (self._numbers * weight).sum(axis=2) / length
        else:
            factor = np.exp(self._mode(shape, everything))
        mean = shape.direction * factor[:, :, None]
        variance = shape.additive**2 + (shape.relative * mean) ** 2
        weight = observed * shape.direction**2 / variance
        leverage = weight / np.maximum(weight.sum(axis=2, keepdims=True), 1e-300)
        known = observed & (observed.sum(axis=1) > 1)[:, None]
        spread = np.sqrt(np.where(known, variance * np.maximum(1 - leverage, 1e-12), 1.0))
        return self.groups.grouped(np.where(known, (self._numbers - mean) / spread, np.nan))
