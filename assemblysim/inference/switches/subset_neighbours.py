"""What a search among subsets leaves beside its best ones: neighbours that no chain met.

The best subsets often have a pair of steps that come on together, one of which alone brings
little. Chains that end when their evidence hardly grows had missed a third of what such pairs hold.
"""

from __future__ import annotations

import numpy as np

from assemblysim.inference.switches.subset_fits import SubsetFits

NEAR = 5.0  # nats behind the best subset
AT_ONCE = 32


def learn_neighbours(fits: SubsetFits, most: int) -> None:
    """Fit whatever is one switch away from the best subsets, each from the best one beside it.

    Args:
        fits: of the subsets that are known; those that are new are added.
        most: of the best subsets whose neighbours are fitted; those far behind are left out.
    """
    order = np.argsort(-fits.scores, kind="stable")[:most]
    switches, scores = fits.switches[order], fits.scores[order]
    beside: dict[bytes, tuple[np.ndarray, np.ndarray]] = {}
    for row in switches[scores > scores.max() - NEAR]:
        around = np.abs(row - np.eye(len(row)))
        for one in around[fits.problem.space.admissible(around)]:
            if fits.of(one) is None:
                beside.setdefault(one.tobytes(), (one, row))
    pairs = list(beside.values())
    for first in range(0, len(pairs), AT_ONCE):
        new, near = zip(*pairs[first : first + AT_ONCE], strict=True)
        fits.learn(np.array(new), np.array(near))
