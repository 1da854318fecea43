"""Isotope envelopes straight from the shipped table, by mass number, and ions to try them on."""

import csv

import numpy as np
from checkout import ROOT
from scipy.constants import electron_mass, physical_constants

ELECTRON = electron_mass / physical_constants["atomic mass constant"][0]  # u


def raw_table():
    """The shipped table, read once more: element to (mass number, mass, fraction)."""
    text = (ROOT / "assemblysim/isotopes/isotopes.csv").read_text()
    rows = csv.DictReader(line for line in text.splitlines() if not line.startswith("#"))
    table = {}
    for row in rows:
        isotope = (int(row["mass_number"]), float(row["mass"]), float(row["fraction"]))
        table.setdefault(row["element"], []).append(isotope)
    return table


TABLE = raw_table()


def peaks(atoms, charge, least=0.01):
    """m/z and height of the peaks that are not lower, over the highest: a list of pairs."""
    fractions, masses = by_mass_number(atoms)
    heights = fractions / fractions.max()
    mz = (masses - charge * ELECTRON) / abs(charge)
    return [(x, h) for x, h in zip(mz, heights, strict=True) if h >= least]


def by_mass_number(atoms):
    """Fraction and mean mass of every mass number: atom after atom, nothing left out."""
    fractions, moments, lightest = np.ones(1), np.zeros(1), 0
    for element, count in atoms.items():
        first, last = TABLE[element][0][0], TABLE[element][-1][0]
        p, m = np.zeros(last - first + 1), np.zeros(last - first + 1)
        for number, isotope_mass, fraction in TABLE[element]:
            p[number - first], m[number - first] = fraction, isotope_mass * fraction
        for _ in range(count):
            moments = np.convolve(moments, p) + np.convolve(fractions, m)
            fractions = np.convolve(fractions, p)
            lightest += first
    return fractions, moments / np.where(fractions > 0, fractions, 1)


# Ions of coordination chemistry made up at random.
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
