"""Which subsets of candidate steps there are, and what is known of them before the data."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product

import numpy as np

from assemblysim.errors import InputError

MOST_IN_A_CLUSTER = 16  # candidates that exclude each other, directly or through others


@dataclass(frozen=True)
class SwitchSpace:
    """G switches, each for a candidate step or for several that go together.

    Attributes:
        names: of the switches.
        steps: for each switch the names of its one-way steps.
        prior: probability of each before the data, without regard to what excludes it.
        exclusions: sets of switches, by place, of which at most one is on.
    """

    names: tuple[str, ...]
    steps: tuple[tuple[str, ...], ...]
    prior: tuple[float, ...]
    exclusions: tuple[tuple[int, ...], ...] = ()

    def __len__(self) -> int:
        return len(self.names)

    def admissible(self, switches: np.ndarray) -> np.ndarray:
        """Say of switches, shape (..., G), which obey the exclusions, shape (...)."""
        allowed = np.ones(switches.shape[:-1], dtype=bool)
        for among in self.exclusions:
            allowed &= switches[..., list(among)].sum(axis=-1) <= 1
        return allowed

    @cached_property
    def conflicts(self) -> np.ndarray:
        """Which switches exclude which, shape (G, G)."""
        found = np.zeros((len(self), len(self)), dtype=bool)
        for among in self.exclusions:
            found[np.ix_(among, among)] = True
        found[np.diag_indices(len(self))] = False
        return found

    def log_prior(self, switches: np.ndarray, prior: np.ndarray | None = None) -> np.ndarray:
        """Return the log prior of switches, shape (..., G), up to a constant; -inf if excluded.

        Args:
            switches: of 0 and 1.
            prior: other probabilities, shape (G,).
        """
        one = np.array(self.prior) if prior is None else prior
        logs = switches @ np.log(one) + (1 - switches) @ np.log1p(-one)
        return np.where(self.admissible(switches), logs, -np.inf)

    def draw(self, count: int, rng: np.random.Generator) -> np.ndarray:
        """Draw switches from the prior, shape (count, G), of 0 and 1."""
        found = np.zeros((count, len(self)))
        for cluster, (subsets, fractions) in self._clusters.items():
            found[:, list(cluster)] = subsets[rng.choice(len(subsets), count, p=fractions)]
        return found

    @cached_property
    def log_total(self) -> float:
        """Log of the prior's sum over all admissible subsets, before it is made 1."""
        total = 0.0
        for cluster, (subsets, _) in self._clusters.items():
            prior = np.array(self.prior)[list(cluster)]
            parts = np.prod(np.where(subsets > 0, prior, 1 - prior), axis=1)
            total += float(np.log(parts.sum()))
        return total

    @cached_property
    def marginal_prior(self) -> np.ndarray:
        """Probability of each switch before the data, exclusions regarded, shape (G,)."""
        found = np.zeros(len(self))
        for cluster, (subsets, fractions) in self._clusters.items():
            found[list(cluster)] = fractions @ subsets
        return found

    @property
    def subset_count(self) -> int:
        """How many admissible subsets there are."""
        count = 1
        for subsets, _ in self._clusters.values():
            count *= len(subsets)
        return count

    def subsets(self) -> Iterator[np.ndarray]:
        """Go through all admissible subsets, shape (G,) each."""
        clusters = list(self._clusters.items())
        for parts in product(*(subsets for _, (subsets, _) in clusters)):
            found = np.zeros(len(self))
            for (cluster, _), part in zip(clusters, parts, strict=True):
                found[list(cluster)] = part
            yield found

    @cached_property
    def _clusters(self) -> dict[tuple[int, ...], tuple[np.ndarray, np.ndarray]]:
        """Switches that exclude each other: their admissible subsets and fractions of them."""
        found: dict[tuple[int, ...], tuple[np.ndarray, np.ndarray]] = {}
        for cluster in connected(len(self), self.exclusions):
            if len(cluster) > MOST_IN_A_CLUSTER:
                raise InputError(
                    f"[steps]: {len(cluster)} candidates exclude each other one through the other, "
                    f"at most {MOST_IN_A_CLUSTER}; list fewer under exclude"
                )
            every = np.zeros((2 ** len(cluster), len(self)))
            every[:, list(cluster)] = list(product((0.0, 1.0), repeat=len(cluster)))
            allowed = every[self.admissible(every)][:, list(cluster)]
            prior = np.array(self.prior)[list(cluster)]
            fractions = np.prod(np.where(allowed > 0, prior, 1 - prior), axis=1)
            found[cluster] = allowed, fractions / fractions.sum()
        return found


def connected(count: int, sets: Sequence[Sequence[int]]) -> tuple[tuple[int, ...], ...]:
    """Return the parts into which sets of whole numbers below `count` join them, in order."""
    part = list(range(count))
    for among in sets:
        joined = {part[i] for i in among}
        least = min(joined)
        part = [least if one in joined else one for one in part]
    return tuple(tuple(i for i in range(count) if part[i] == p) for p in sorted(set(part)))
