"""What absolute errors of each species are measured by: the most that there can be of a trace.

A trace beside 55 M of solvent is not allowed an error of a fraction of the solvent: its building
blocks, or another conserved total, bound what it can reach, and its error is a fraction of that.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from assemblysim.mechanism.network.network import Network
from assemblysim.mechanism.properties.balance import (
    composition_matrix,
    conserved_totals,
    sparse_changes,
)

# In larger networks only the totals of building blocks are looked at.
MOST_SPECIES_FOR_SUMS = 40
# What can reach a hundredth of the largest start is no trace: that one does for it.
ROOM = 100.0


def ceilings(network: Network, initial: np.ndarray) -> np.ndarray:
    """Return the largest initial concentration, or a hundred times what totals allow if less.

    Args:
        network: the mechanism, with S species.
        initial: shape (B, S), mM.

    Returns:
        Shape (B, S), mM, none 0 where all numbers are finite: where all concentrations are 0 it
        is 1 mM, and a species whose total is 0 counts as one that no total bounds.
    """
    if len(initial) > 1 and (initial == initial[0]).all():
        return np.repeat(ceilings(network, initial[:1]), len(initial), axis=0)
    largest = np.maximum.reduce(initial, axis=1, initial=0.0)
    largest = np.where(largest == 0, 1.0, largest)
    found = np.full(initial.shape, np.inf)
    # What is not a number, or too large for one, is the engine's to refuse.
    with np.errstate(over="ignore", invalid="ignore"):
        for members, counts in bounding_totals(network):
            total = initial[:, members] @ counts
            found[:, members] = np.minimum(found[:, members], total[:, None] / counts)
        bounded = (found > 0) & (found < np.inf)
        return np.where(bounded, np.minimum(ROOM * found, largest[:, None]), largest[:, None])


@lru_cache(maxsize=256)
def bounding_totals(network: Network) -> tuple[tuple[np.ndarray, np.ndarray], ...]:
    """Return the members and whole-number coefficients of totals without negative ones."""
    if len(network.species) <= MOST_SPECIES_FOR_SUMS:
        rows = [np.array(total.coefficients, dtype=float) for total in conserved_totals(network)]
    else:
        counts, changes = composition_matrix(network.species), sparse_changes(network)
        rows = [
            column.astype(float)
            for column in counts.T
            if not any(sum(n * column[i] for i, n in change.items()) for change in changes)
        ]
    return tuple((np.flatnonzero(row), row[row > 0]) for row in rows if (row >= 0).all())
