"""What one event of a reaction adds of each species, as numbers."""

from __future__ import annotations

import numpy as np

from assemblysim.mechanism.network import Network


def stoichiometry(network: Network) -> np.ndarray:
    """Return products minus reactants, shape (S, R)."""
    return np.array(
        [
            [r.products.count(name) - r.reactants.count(name) for r in network.reactions]
            for name in network.species_names
        ],
        dtype=float,
    )
