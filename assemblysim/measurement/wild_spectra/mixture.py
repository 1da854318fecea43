"""The likelihood in which every spectrum is wild with a small probability.

Within a block, the spectra that depend on each other given the parameters, the likelihood is the
sum over the subsets of its spectra that may be wild together,

    L = sum_S e^|S| (1 - e)^(n - |S|) L(spectra not in S) prod_(i in S) w_i,

with w the density of a wild spectrum (`densities`). Where a block has many spectra, only so many
may be wild together that the subsets stay few, and their probabilities are scaled to add up to one.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from typing import Final, Protocol, Self

import numpy as np

from assemblysim.measurement.signal_gradients import CellGradients, SignalGradients

# Subsets of a block's spectra: all of four, of up to five in pairs, of more one at a time.
MOST_SUBSETS: Final = 16


class BlockwiseLikelihood(Protocol):
    """A likelihood of N spectra in K independent blocks, some of which can be left out."""

    def blockwise(self, signals: np.ndarray, noise: np.ndarray) -> np.ndarray:
        """Return log-likelihoods, shape (B, K); 0 of a block of which nothing is left."""

    def cell_gradients(self, signals: np.ndarray, noise: np.ndarray) -> CellGradients | None:
        """Return log-likelihoods of blocks with derivatives; None where none are known."""

    def without(self, absent: np.ndarray) -> Self:
        """Return the same without the spectra that are absent, shape (N,)."""


@dataclass(frozen=True, eq=False)
class Part:
    """One subset of the spectra of every block: those that are wild.

    Attributes:
        absent: shape (N,), the wild ones.
        log_weights: shape (K,), log of its probability and of the density of the wild ones;
            -inf for a block that has no such subset.
        rest: the likelihood of the others; None where there are none.
    """

    absent: np.ndarray
    log_weights: np.ndarray
    rest: BlockwiseLikelihood | None


@dataclass(frozen=True, eq=False)
class WildSpectra:
    """A mixture over which spectra are wild.

    Attributes:
        plain: the likelihood with none.
        rows: for each of the K blocks its spectra.
        eligible: shape (N,), the spectra that say anything.
        log_densities: shape (N,), of each spectrum if it is wild.
        probability: that a spectrum is, before the data.
    """

    plain: BlockwiseLikelihood
    rows: tuple[np.ndarray, ...]
    eligible: np.ndarray
    log_densities: np.ndarray
    probability: float

    @cached_property
    def _spectra(self) -> tuple[np.ndarray, ...]:
        """The spectra of each block that say anything."""
        return tuple(rows[self.eligible[rows]] for rows in self.rows)

    @cached_property
    def informative(self) -> np.ndarray:
        """Shape (K,), which blocks say anything."""
        return np.array([len(rows) > 0 for rows in self._spectra])

    @cached_property
    def parts(self) -> tuple[Part, ...]:
        """The subsets, those of which something is left first."""
        counts = sorted({len(rows) for rows in self._spectra})
        sizes = {n: _log_probabilities(n, self.probability) for n in counts}
        subsets = dict.fromkeys(subset for known in sizes.values() for subset in known)
        parts = [self._part(subset, sizes) for subset in subsets]
        return tuple(sorted(parts, key=lambda part: part.rest is None))

    def _part(
        self, subset: tuple[int, ...], sizes: dict[int, dict[tuple[int, ...], float]]
    ) -> Part:
        absent = np.zeros(len(self.eligible), dtype=bool)
        weights = np.full(len(self.rows), -np.inf)
        for block, rows in enumerate(self._spectra):
            probability = sizes[len(rows)].get(subset)
            if probability is not None:
                wild = rows[list(subset)]
                absent[wild] = True
                weights[block] = probability + self.log_densities[wild].sum()
        if not subset:
            return Part(absent, weights, self.plain)
        something_left = bool((self.eligible & ~absent).any())
        return Part(absent, weights, self.plain.without(absent) if something_left else None)

    def _terms(self, signals: np.ndarray, noise: np.ndarray) -> np.ndarray:
        """Return the logs of the sum's terms, shape (subsets, B, K)."""
        rests = (part.rest for part in self.parts if part.rest is not None)
        return self._weighted([rest.blockwise(signals, noise) for rest in rests])

    def _weighted(self, rests: list[np.ndarray]) -> np.ndarray:
        """Return the terms from the likelihoods of what is left, each of shape (B, K)."""
        nothing = [np.zeros(rests[0].shape)] * (len(self.parts) - len(rests))
        weights = [part.log_weights for part in self.parts]
        return np.stack([
            weight + rest for weight, rest in zip(weights, [*rests, *nothing], strict=True)
        ])  # fmt: skip

    def blockwise(self, signals: np.ndarray, noise: np.ndarray) -> np.ndarray:
        """Return log-likelihoods, shape (B, K); 0 of blocks that say nothing.

        Args:
            signals: shape (B, T, I).
            noise: shape (B, Q).
        """
        return log_sum(self._terms(signals, noise))

    def gradients(self, signals: np.ndarray, noise: np.ndarray) -> SignalGradients | None:
        """Return the log-likelihood of all blocks and its derivatives; arguments as above.

        Returns:
            None where the likelihood knows no derivatives.
        """
        rests = [part.rest for part in self.parts if part.rest is not None]
        cells = [one for rest in rests if (one := rest.cell_gradients(signals, noise)) is not None]
        if len(cells) < len(rests):
            return None
        terms = self._weighted([one.blockwise(len(self.rows)) for one in cells])
        whole = log_sum(terms)
        # Subsets of which nothing is left come last, and depend on nothing.
        sums = [
            one.summed(share[:, one.block_of], signals[0].size)
            for one, share in zip(cells, np.exp(terms - whole), strict=False)
        ]
        return SignalGradients(
            whole.sum(axis=1),
            np.add.reduce([one.by_signal for one in sums]),
            np.add.reduce([one.by_size for one in sums]),
        )

    def probabilities(self, signals: np.ndarray, noise: np.ndarray) -> np.ndarray:
        """Return the chance that each spectrum is wild, given the parameters, shape (B, N)."""
        terms = self._terms(signals, noise)
        chance = np.exp(terms - log_sum(terms))
        result = np.zeros((len(signals), len(self.eligible)))
        for part, each in zip(self.parts, chance, strict=True):
            for block, rows in enumerate(self._spectra):
                wild = rows[part.absent[rows]]
                if np.isfinite(part.log_weights[block]):
                    result[:, wild] += each[:, block, None]
        return result


def log_sum(terms: np.ndarray) -> np.ndarray:
    """Return log(sum(exp(terms))) over the first axis; one of its terms is finite."""
    top = terms.max(axis=0)
    return np.asarray(top + np.log(np.exp(terms - top).sum(axis=0)))


def _log_probabilities(spectra: int, probability: float) -> dict[tuple[int, ...], float]:
    """Return the log probability of each subset of a block's spectra that may be wild together."""
    found: dict[tuple[int, ...], float] = {}
    for size in range(spectra + 1):
        subsets = list(combinations(range(spectra), size))
        if size > 1 and len(found) + len(subsets) > MOST_SUBSETS:
            break
        each = size * np.log(probability) + (spectra - size) * np.log1p(-probability)
        found.update(dict.fromkeys(subsets, float(each)))
    total = float(log_sum(np.array(list(found.values()))))
    return {subset: one - total for subset, one in found.items()}
