"""Ions of coordination chemistry made up at random, for tests of masses and envelopes."""

import numpy as np

METALS = ("Dy", "Gd", "Pd", "Zn", "Fe", "Cu", "Eu", "Pt", "Ru", "Mo", "Sn", "Cd", "Co", "Tb")
PARTS = (
    {"C": 29, "H": 19, "N": 5, "O": 4},
    {"C": 17, "H": 13, "N": 3},
    {"C": 2, "H": 3, "O": 2},
    {"C": 3, "H": 7, "N": 1, "O": 1},
    {"C": 1, "F": 3, "S": 1, "O": 3},
    {"P": 1, "F": 6},
    {"B": 1, "F": 4},
    {"Cl": 1},
    {"Br": 1},
    {"O": 1, "H": 1},
    {"C": 18, "H": 15, "P": 1},
    {"Se": 1},
)


def made_up_ions(count, seed=20231):
    """Yield (atoms, charge): one or two metals with ligands and counter-ions, 1- to 8+."""
    rng = np.random.default_rng(seed)
    for _ in range(count):
        atoms = {}
        for metal in rng.choice(METALS, rng.integers(1, 3), replace=False):
            atoms[str(metal)] = int(rng.integers(1, 9))
        for place in rng.choice(len(PARTS), rng.integers(1, 5), replace=False):
            times = int(rng.integers(1, 7))
            for element, n in PARTS[place].items():
                atoms[element] = atoms.get(element, 0) + times * n
        yield atoms, int(rng.choice([-1, 1, 2, 3, 4, 8]))
