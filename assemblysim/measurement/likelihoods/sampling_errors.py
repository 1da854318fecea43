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
from assemblysim.measurement.likelihoods.orthant_sums import (
    Below,
    log_chance_below,
    log_mean_of_alike,
    log_of_several,
    log_two_signals,
)
from assemblysim.measurement.likelihoods.orthants import LOG_TWO_PI
from assemblysim.measurement.likelihoods.scale_factors import GroupedLikelihood

# With a column's log factor shared, the inner error is the sampling error, which may be the larger.
_INNER_NODES_BY_COLUMN = 12
_INNER_NODES = 4
# Limits farther below, in sd of an intensity, take the rule that works in logarithms.
_FAR_BELOW = -5.0
# Cases whose grids are laid out at a time, which keeps the arrays within a few megabytes.
_ROWS = 64

# Eigenvalues of the information on sampling errors are integers' ratios: below this they are 0.
_NO_INFORMATION = 1e-9


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
        alike: how many signals were seen, where it is the same ones in all spectra; else 0.
    """

    blocks: np.ndarray
    rows: np.ndarray
    columns: np.ndarray
    members: tuple[int, ...]
    contrasts: np.ndarray
    basis: np.ndarray
    mixing: np.ndarray
    loading: np.ndarray
    alike: int

    def several(self, cases: Below, ratio: np.ndarray, entries: np.ndarray) -> np.ndarray:
        """Return the log chance that three entries or more stay below their limits.

        Args:
            cases: N of them.
            ratio: shape (N,), of the sampling error to an intensity's own.
            entries: which of the m entries they have.
        """
        signals, column = np.unique(self.columns[entries], return_inverse=True)
        if self.alike == 0 or len(signals) > 2:
            return log_of_several(cases, _INNER_NODES)
        if len(signals) == 1:
            # Each spectrum's own error adds to an intensity's; the sampling error is theirs all.
            return log_mean_of_alike(cases.limits / np.sqrt(1 + 1 / self.alike), ratio)
        result = np.empty(len(ratio))
        # Far below a limit the plain sums of the grid would vanish.
        deepest = (cases.limits / np.sqrt(cases.variance)).min(axis=1)
        large = (ratio > 1) & (deepest > _FAR_BELOW)
        small = np.flatnonzero(~large)
        everything = np.arange(len(entries))
        if len(small):
            result[small] = log_of_several(cases.taken(small, everything), _INNER_NODES)
        spectra, row = np.unique(cases.members, return_inverse=True)
        limits = np.full((int(large.sum()), len(spectra), 2), np.inf)
        limits[:, row, column] = cases.limits[large]
        for begin in range(0, len(limits), _ROWS):
            rows = slice(begin, begin + _ROWS)
            ratios = ratio[large][rows]
            found = log_two_signals(limits[rows], ratios, self.alike)
            result[np.flatnonzero(large)[rows]] = found
        return result


@dataclass(frozen=True, eq=False)
class SharedErrorPosterior:
    """What the intensities above the limit say, for B noise vectors.

    Attributes:
        log_likelihood: shape (B, blocks).
        mean_residual: shape (B, A), of each factor's group.
        residuals: shape (B, A, J), log y - log s, in units of sigma like all of these.
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

    @property
    def block_of(self) -> np.ndarray:
        """Shape (U,), each observation's sampling time, or column."""
        return np.flatnonzero(self._informative)

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
        return np.where(values > _NO_INFORMATION, values, 0.0), vectors

    @cached_property
    def _inverse(self) -> np.ndarray:
        """One over the eigenvalues of the information, 0 where there is none."""
        strength = self._axes[0]
        return np.where(strength > 0, 1 / np.where(strength > 0, strength, 1.0), 0.0)

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
            self._add_columns_below(points, margin, seen)
        else:
            for pattern in self._patterns:
                points[:, pattern.blocks] += self._pattern_below(pattern, margin, seen)
        return np.asarray(points[:, self._informative])

    def _posterior(self, log_expected: np.ndarray, noise: np.ndarray) -> SharedErrorPosterior:
        sigma = noise[:, :1]
        ratio = (noise[:, 1:] / sigma) ** 2
        layout = self._layout
        residuals = layout.residuals(log_expected) / sigma[:, :, None]
        mean = residuals.sum(axis=2) / layout.count
        centred = (residuals - mean[:, :, None]) * layout.observed
        strength, vectors = self._axes
        sums = np.einsum("bke,kef->bkf", self._by_error(centred), vectors) * (strength > 0)
        growth = strength * ratio[:, :, None]
        # What no sampling error explains, and what it takes to have them as large as they look:
        # two sums of squares, so that the density never exceeds that of a perfect fit.
        rest = self._by_block(self._unexplained(centred, sums))
        shared = (sums**2 * self._inverse / (1 + growth)).sum(axis=2)
        degrees = self._by_block(layout.count - 1.0)
        points = (
            -0.5 * degrees * (LOG_TWO_PI + 2 * np.log(sigma))
            - 0.5 * self._by_block(np.log(layout.count))
            - 0.5 * (rest + shared)
            - 0.5 * np.log1p(growth).sum(axis=2)
        )
        return SharedErrorPosterior(points, mean, residuals, sums, ratio)

    def _unexplained(self, centred: np.ndarray, sums: np.ndarray) -> np.ndarray:
        """Return the squares, summed over each of A groups, about the best sampling errors."""
        best = np.einsum("bkf,kef->bke", sums * self._inverse, self._axes[1])
        at = self.groups.intensities.at
        fitted = best[:, :, at] if self.groups.by_column else best[:, at]
        fitted = np.where(self._layout.observed, fitted, 0.0)
        fitted = fitted - fitted.sum(axis=2, keepdims=True) / self._layout.count[:, None]
        return np.asarray((((centred - fitted) * self._layout.observed) ** 2).sum(axis=2))

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
        seen = observed[observed.any(axis=1)]
        alike = int(number[0]) if (seen == seen[0]).all() else 0
        return Pattern(
            blocks,
            starts[:, None] + member,
            columns,
            tuple(int(k) for k in member),
            contrasts,
            basis,
            mixing,
            1 / np.sqrt(number[member]),
            alike,
        )

    def _pattern_below(
        self, pattern: Pattern, margin: np.ndarray, seen: SharedErrorPosterior
    ) -> np.ndarray:
        """Return the log chance of staying below the limits, shape (B, blocks of the pattern)."""
        strength, vectors = self._axes
        blocks = pattern.blocks
        shrink = seen.ratio[:, :, None] / (1 + strength[blocks] * seen.ratio[:, :, None])
        errors = np.einsum("bke,kfe->bkf", shrink * seen.sums[:, blocks], vectors[blocks])
        shift = seen.mean_residual[:, pattern.rows]
        shift = shift + np.einsum("bkf,mf->bkm", errors, pattern.contrasts)
        limits = margin[:, pattern.rows, pattern.columns] - shift
        axes = (pattern.basis @ vectors[blocks[0]]) * np.sqrt(shrink[:, 0])[:, None, :]
        upper = np.linalg.qr(np.swapaxes(axes, 1, 2), mode="r")
        outer = pattern.mixing @ np.swapaxes(upper, 1, 2)
        batch, count, size = limits.shape
        below = Below(
            limits.reshape(batch * count, size),
            outer.repeat(count, axis=0),
            np.broadcast_to(pattern.loading, (batch * count, size)),
            pattern.members,
        )
        ratio = np.sqrt(seen.ratio[:, 0]).repeat(count)
        result = log_chance_below(
            below, lambda cases, rows, entries: pattern.several(cases, ratio[rows], entries)
        )
        return result.reshape(batch, count)

    def _add_columns_below(
        self, points: np.ndarray, margin: np.ndarray, seen: SharedErrorPosterior
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
            limits = margin[:, column, entries] - (factor + error[:, at[entries]])
            outer = ((1 - shrink) / np.sqrt(total))[:, at[entries], None]
            inner = np.sqrt(seen.ratio / (1 + counts * seen.ratio))[:, at[entries]]
            members = tuple(int(k) for k in at[entries])
            below = Below(limits, outer, inner, members)
            points[:, column] += log_chance_below(
                below, lambda cases, _, __: log_of_several(cases, _INNER_NODES_BY_COLUMN)
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
