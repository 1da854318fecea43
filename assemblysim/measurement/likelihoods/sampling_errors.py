"""Log-normal intensities of replicates that share a sampling error, with unknown scale factors.

log y = log s + g + delta + e: the log factor g belongs to a spectrum (or a column) and has a flat
prior; delta ~ N(0, tau^2) belongs to one signal at one sampling time and is shared by its
replicates; e ~ N(0, sigma^2) belongs to the intensity. Both g and delta are integrated out in
closed form. What stayed below the limit adds the chance of that, given the intensities above it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from assemblysim.language import time_label
from assemblysim.measurement.likelihoods.orthants import log_nested_product
from assemblysim.measurement.likelihoods.scale_factors import LOG_TWO_PI, GroupedLikelihood

# With a column's log factor shared, the inner error is the sampling error, which may be the larger.
_INNER_NODES_BY_COLUMN = 12

# A sampling error below this fraction of an intensity's error is taken as this share.
_SMALLEST_RATIO = 1e-6


@dataclass(frozen=True, eq=False)
class Pattern:
    """Blocks in which the same entries were seen and the same stayed below their limits.

    Attributes:
        blocks: which sampling times these are.
        rows: shape (len(blocks), m), the spectrum of each of the m entries below the limit.
        columns: shape (m,), their signals.
        members: length m, their spectrum's number in the block.
        contrasts: shape (m, I), how the sampling errors of the I signals enter each.
        basis: shape (D, I), the contrasts that all others are made of.
        mixing: shape (m, D), contrasts = mixing @ basis.
        loading: shape (m,), sd of the spectrum's log factor in units of an intensity's error.
    """

    blocks: np.ndarray
    rows: np.ndarray
    columns: np.ndarray
    members: tuple[int, ...]
    contrasts: np.ndarray
    basis: np.ndarray
    mixing: np.ndarray
    loading: np.ndarray


@dataclass(frozen=True, eq=False)
class SharedErrorPosterior:
    """What the intensities above the limit say, for B noise vectors.

    Attributes:
        log_likelihood: shape (B, blocks).
        mean_residual: shape (B, A), of each factor's group.
        residuals: shape (B, A, J), log y - log s.
        sums: shape (B, blocks, N), residuals about the log factor, added up by sampling error and
            turned into the axes in which those are independent.
        ratio: shape (B, 1), (tau / sigma)^2.
    """

    log_likelihood: np.ndarray
    mean_residual: np.ndarray
    residuals: np.ndarray
    sums: np.ndarray
    ratio: np.ndarray


class SharedErrorLikelihood(GroupedLikelihood):
    """Proportional noise with scale factors, and a sampling error shared by replicates."""

    @cached_property
    def observations(self) -> tuple[str, ...]:
        """One for each sampling time (per spectrum) or column (per species) that says anything."""
        return tuple(n for n, keep in zip(self._names, self._informative, strict=True) if keep)

    @cached_property
    def _names(self) -> tuple[str, ...]:
        if self.groups.by_column:
            return self.groups.names
        return tuple(f"sample at {time_label(t)}" for t in self.groups.intensities.times)

    @cached_property
    def _informative(self) -> np.ndarray:
        if self.groups.by_column:
            return self.groups.informative
        return np.asarray(self._by_block(self.groups.informative.astype(float)) > 0)

    @cached_property
    def _counts(self) -> np.ndarray:
        """Shape (N or T, I) as floats: intensities above zero by sampling time and signal."""
        observed = self.groups.intensities.observed.astype(float)
        return np.add.reduceat(observed, self.groups.intensities.starts, axis=0)

    @cached_property
    def _axes(self) -> tuple[np.ndarray, np.ndarray]:
        """Eigenvalues (blocks, N) and eigenvectors (blocks, N, N) of the information on errors."""
        if self.groups.by_column:
            counts = self._counts.T
            total = np.maximum(counts.sum(axis=1), 1)[:, None, None]
            information = -counts[:, :, None] * counts[:, None, :] / total
            information[:, *np.diag_indices(counts.shape[1])] += counts
        else:
            mask = self._layout.observed.astype(float)
            each = -mask[:, :, None] * mask[:, None, :] / self._layout.count[:, None, None]
            each[:, *np.diag_indices(mask.shape[1])] += mask
            information = np.add.reduceat(each, self.groups.intensities.starts, axis=0)
        values, vectors = np.linalg.eigh(information)
        return np.maximum(values, 0.0), vectors

    def _by_block(self, of_groups: np.ndarray) -> np.ndarray:
        """Add up (..., A) over the factors of each block."""
        if self.groups.by_column:
            return of_groups
        return np.asarray(np.add.reduceat(of_groups, self.groups.intensities.starts, axis=-1))

    def _by_error(self, rows: np.ndarray) -> np.ndarray:
        """Add up (B, A, J) over the intensities of each sampling error: (B, blocks, N)."""
        flat = self.groups.grouped(rows)
        sums = np.add.reduceat(flat, self.groups.intensities.starts, axis=1)
        return self.groups.grouped(sums)

    def pointwise(self, signals: np.ndarray, noise: np.ndarray) -> np.ndarray:
        """Return log-likelihoods, shape (B, U), for signals (B, T, I) and noise (B, 2)."""
        sigma = noise[:, :1]
        log_expected = np.log(self.groups.expected(signals))
        seen = self._posterior(log_expected, noise)
        points = seen.log_likelihood
        margin = (self._layout.log_limits - log_expected) / sigma[:, :, None]
        if self.groups.by_column:
            self._add_columns_below(points, margin, seen, sigma)
        else:
            for pattern in self._patterns:
                points[:, pattern.blocks] += self._pattern_below(pattern, margin, seen, sigma)
        return np.asarray(points[:, self._informative])

    def _posterior(self, log_expected: np.ndarray, noise: np.ndarray) -> SharedErrorPosterior:
        sigma = noise[:, :1]
        ratio = np.maximum(noise[:, 1:] / sigma, _SMALLEST_RATIO) ** 2
        layout = self._layout
        residuals = layout.residuals(log_expected)
        mean = residuals.sum(axis=2) / layout.count
        centred = (residuals - mean[:, :, None]) * layout.observed
        scatter = self._by_block((centred**2).sum(axis=2))
        strength, vectors = self._axes
        sums = np.einsum("bke,kef->bkf", self._by_error(centred), vectors)
        inflation = 1 + strength * ratio[:, :, None]
        explained = (sums**2 * ratio[:, :, None] / inflation).sum(axis=2)
        degrees = self._by_block(layout.count - 1.0)
        points = (
            -0.5 * degrees * (LOG_TWO_PI + 2 * np.log(sigma))
            - 0.5 * self._by_block(np.log(layout.count))
            - 0.5 * (scatter - explained) / sigma**2
            - 0.5 * np.log(inflation).sum(axis=2)
        )
        return SharedErrorPosterior(points, mean, residuals, sums, ratio)

    @cached_property
    def _patterns(self) -> tuple[Pattern, ...]:
        """Sampling times with entries below the limit, put together by what was seen."""
        intensities, layout = self.groups.intensities, self._layout
        censored = intensities.censored & (layout.observed.sum(axis=1) > 0)[:, None]
        found: dict[tuple[bytes, bytes], list[int]] = {}
        for block, start in enumerate(intensities.starts):
            rows = slice(start, start + int((intensities.at == block).sum()))
            if censored[rows].any():
                key = (layout.observed[rows].tobytes(), censored[rows].tobytes())
                found.setdefault(key, []).append(block)
        return tuple(self._pattern(np.array(blocks), censored) for blocks in found.values())

    def _pattern(self, blocks: np.ndarray, censored: np.ndarray) -> Pattern:
        starts = self.groups.intensities.starts[blocks]
        count = int((self.groups.intensities.at == blocks[0]).sum())
        rows = np.arange(starts[0], starts[0] + count)
        member, columns = np.nonzero(censored[rows])
        observed = self._layout.observed[rows].astype(float)
        number = self._layout.count[rows].astype(float)
        contrasts = np.eye(observed.shape[1])[columns]
        contrasts = contrasts - (observed / number[:, None])[member]
        basis = np.zeros((0, observed.shape[1]))
        for contrast in contrasts:
            longer = np.vstack((basis, contrast))
            if np.linalg.matrix_rank(longer) == len(longer):
                basis = longer
        mixing = np.linalg.lstsq(basis.T, contrasts.T, rcond=None)[0].T
        return Pattern(
            blocks,
            starts[:, None] + member,
            columns,
            tuple(int(k) for k in member),
            contrasts,
            basis,
            mixing,
            1 / np.sqrt(number[member]),
        )

    def _pattern_below(
        self, pattern: Pattern, margin: np.ndarray, seen: SharedErrorPosterior, sigma: np.ndarray
    ) -> np.ndarray:
        """Return the log chance of staying below the limits, shape (B, blocks of the pattern)."""
        strength, vectors = self._axes
        blocks, first = pattern.blocks, pattern.blocks[0]
        shrink = seen.ratio[:, :, None] / (1 + strength[blocks] * seen.ratio[:, :, None])
        errors = np.einsum("bke,kfe->bkf", shrink * seen.sums[:, blocks], vectors[blocks])
        shift = seen.mean_residual[:, pattern.rows]
        shift = shift + np.einsum("bkf,mf->bkm", errors, pattern.contrasts)
        limits = margin[:, pattern.rows, pattern.columns] - shift / sigma[:, :, None]
        turned = pattern.basis @ vectors[first]
        spread = np.einsum("df,bf,ef->bde", turned, shrink[:, 0], turned)
        outer = np.einsum("md,bde->bme", pattern.mixing, np.linalg.cholesky(spread))
        batch, count, size = limits.shape
        outer = np.broadcast_to(outer[:, None], (batch, count, size, outer.shape[2]))
        inner = np.broadcast_to(pattern.loading, (batch * count, size))
        result = log_nested_product(
            limits.reshape(batch * count, size),
            outer.reshape(batch * count, size, -1),
            inner,
            pattern.members,
        )
        return result.reshape(batch, count)

    def _add_columns_below(
        self, points: np.ndarray, margin: np.ndarray, seen: SharedErrorPosterior, sigma: np.ndarray
    ) -> None:
        """Add the log chance of staying below the limits, column by column."""
        censored = self.groups.censored & self._informative[:, None]
        at = self.groups.intensities.at
        residual_sums = self._by_error(seen.residuals)
        for column in np.flatnonzero(censored.any(axis=1)):
            entries = np.flatnonzero(censored[column])
            counts = self._counts[:, column]
            means = residual_sums[:, column] / np.maximum(counts, 1)
            weight = counts / (1 + counts * seen.ratio)
            total = weight.sum(axis=1, keepdims=True)
            factor = (weight * means).sum(axis=1, keepdims=True) / total
            shrink = counts * seen.ratio / (1 + counts * seen.ratio)
            error = shrink * (means - factor)
            limits = margin[:, column, entries] - (factor + error[:, at[entries]]) / sigma
            outer = ((1 - shrink) / np.sqrt(total))[:, at[entries], None]
            inner = np.sqrt(seen.ratio / (1 + counts * seen.ratio))[:, at[entries]]
            members = tuple(int(k) for k in at[entries])
            points[:, column] += log_nested_product(
                limits, outer, inner, members, _INNER_NODES_BY_COLUMN
            )

    def standardised_residuals(self, signals: np.ndarray, noise: np.ndarray) -> np.ndarray:
        """Return residuals about their group's plain mean in units of their sd, shape (B, N, I)."""
        layout = self._layout
        residuals = layout.residuals(np.log(self.groups.expected(signals)))
        mean = residuals.sum(axis=2, keepdims=True) / layout.count[:, None]
        number = layout.count[:, None]
        own = 1 - 1 / number
        if self.groups.by_column:
            counts = self._counts.T
            together = counts[:, self.groups.intensities.at]
            shared = 1 - 2 * together / number + (counts**2).sum(axis=1)[:, None] / number**2
        else:
            shared = own
        variance = own * noise[:, 0, None, None] ** 2 + shared * noise[:, 1, None, None] ** 2
        known = layout.observed & (number > 1)
        scaled = (residuals - mean) / np.sqrt(np.where(known, variance, 1.0))
        return self.groups.grouped(np.where(known, scaled, np.nan))
