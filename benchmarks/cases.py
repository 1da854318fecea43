"""The networks, rate constants and starts that the engines are measured on."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from assemblysim.mechanism.network.network import Network, Reaction, Species
from assemblysim.mechanism.reading.system import System, read_system

MODEL = Path(__file__).parent.parent / "models" / "hnp_dy6.toml"
DY, LIGAND = 190.0, 23.8  # mM
TIMES = np.geomspace(0.05, 48.0, 12)  # h

Unit = tuple[int, int]
UNITS: tuple[Unit, ...] = ((1, 0), (0, 1), (3, 1))


@dataclass(frozen=True, eq=False)
class Case:
    """A network to integrate for many vectors of rate constants.

    Attributes:
        name: in tables.
        network: S species, P constants.
        centre: shape (P,), the middle of the rate constants' range.
        initial: shape (S,), mM.
    """

    name: str
    network: Network
    centre: np.ndarray
    initial: np.ndarray

    def rate_constants(self, count: int) -> np.ndarray:
        """Return rate constants log-uniform over +-3 decades, shape (count, P)."""
        random = np.random.default_rng(20261124)
        return self.centre * 10 ** random.uniform(-3, 3, (2048, len(self.centre)))[:count]


def four_cases() -> tuple[Case, ...]:
    """Return the cases A to D of the engine's table."""
    system = read_system(MODEL)
    both = ("chelate", "grow_reversible", "dimerise", "couple_reversible", "close")
    return (
        _of_model("A", system, ("chelate", "grow", "dimerise")),
        _of_model("B", system, both),
        lattice_case("C", _small_lattice()),
        lattice_case("D", lattice([(m, n) for m in range(11) for n in range(9)])),
    )


def _of_model(name: str, system: System, labels: tuple[str, ...]) -> Case:
    steps = dict(system.reactions)
    reactions = tuple(step for label in labels for step in steps[label])
    used = {species for r in reactions for species in (*r.reactants, *r.products)}
    network = Network(tuple(s for s in system.species if s.name in used), reactions)
    start = {"Dy": DY, "L": LIGAND}
    initial = np.array([start.get(species, 0.0) for species in network.species_names])
    return Case(name, network, np.ones(len(network.rate_constant_names)), initial)


def _small_lattice() -> Network:
    """Return 30 species and 216 one-way steps: larger segments attach too."""
    places = [(m, n) for m in range(8) for n in range(4) if (m, n) != (0, 3)]
    return lattice(places, (*UNITS, (1, 1), (2, 1), (3, 2)))


def lattice(places: list[tuple[int, int]], units: tuple[Unit, ...] = UNITS) -> Network:
    """Return species Dy_m L_n and their attachment and detachment steps.

    Args:
        places: (m, n) of the species; (0, 0) is left out.
        units: (m, n) of the segments that attach and detach; each kind has two constants.
    """
    names = {place: f"Dy{place[0]}L{place[1]}" for place in places if place != (0, 0)}
    reactions = []
    for (m, n), name in names.items():
        for unit in units:
            larger = (m + unit[0], n + unit[1])
            if larger not in names or unit not in names:
                continue
            label, kind = f"{name}_{names[unit]}", names[unit]
            pair, whole = (name, names[unit]), (names[larger],)
            reactions.append(Reaction(f"on_{label}", pair, whole, f"attach_{kind}"))
            reactions.append(Reaction(f"off_{label}", whole, pair, f"detach_{kind}"))
    species = tuple(
        Species(name, tuple((block, c) for block, c in (("Dy", m), ("L", n)) if c))
        for (m, n), name in names.items()
    )
    return Network(species, tuple(reactions))


def lattice_case(name: str, network: Network) -> Case:
    """Return a lattice that starts from Dy and L."""
    start = {"Dy1L0": DY, "Dy0L1": LIGAND}
    initial = np.array([start.get(species, 0.0) for species in network.species_names])
    centre = [1e-2 if name.startswith("attach") else 1e-1 for name in network.rate_constant_names]
    return Case(name, network, np.array(centre), initial)


def growing_lattices() -> tuple[Case, ...]:
    """Return lattices of 5 to 500 species, and one of 503 with 10,000 steps."""
    shapes = ((2, 1), (4, 1), (5, 4), (14, 6), (24, 11), (19, 24))
    cases = [
        lattice_case("", lattice([(m, n) for m in range(most + 1) for n in range(least + 1)]))
        for most, least in shapes
    ]
    return (*cases, lattice_case("dense", dense_lattice()))


def dense_lattice(steps: int = 10_000) -> Network:
    """Return 503 species and so many one-way steps, in which all of the species take part.

    Every species of up to 6 Dy and 2 L attaches and detaches; of these pairs of steps as many as
    are asked for are kept, evenly over the lattice: the first ones would leave species out.
    """
    units = tuple((m, n) for m in range(7) for n in range(3) if m + n)
    whole = lattice([(m, n) for m in range(28) for n in range(18)], units)
    pairs = len(whole.reactions) // 2
    kept = np.linspace(0, pairs - 1, steps // 2).round().astype(int).tolist()
    reactions = tuple(r for pair in kept for r in whole.reactions[2 * pair : 2 * pair + 2])
    return Network(whole.species, reactions)


def reached(network: Network, start: tuple[str, ...]) -> frozenset[str]:
    """Return the species that form, sooner or later, from those of the start."""
    there, before = set(start), 0
    while len(there) > before:
        before = len(there)
        for step in network.reactions:
            if there.issuperset(step.reactants):
                there.update(step.products)
    return frozenset(there)
