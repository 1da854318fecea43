"""Networks with sources, sinks and factors, made by chance so that none can blow up.

Each species has a mass. A reaction of reactants never makes mass, and a source feeds at a constant
rate, so that concentrations grow no faster than linearly. Only the reaction's mass is bounded: no
composition is written, and so nothing but what the stoichiometry keeps is conserved.
"""

import numpy as np
from sample_networks import open_species

from assemblysim.mechanism.network.expression import read_rate_law
from assemblysim.mechanism.network.network import Network, Reaction

MOST_SPECIES, MOST_REACTIONS, MOST_ON_A_SIDE = 12, 30, 3


def open_network(random: np.random.Generator) -> Network:
    """Return mass action of 1 to 12 species and 1 to 30 reactions of 0 to 3 on either side."""
    masses = random.integers(1, 4, random.integers(1, MOST_SPECIES + 1))
    names = [f"X{i}" for i in range(len(masses))]
    reactions = []
    for i in range(int(random.integers(1, MOST_REACTIONS + 1))):
        left = random.integers(len(masses), size=random.integers(0, MOST_ON_A_SIDE + 1))
        right = random.integers(len(masses), size=random.integers(0, MOST_ON_A_SIDE + 1))
        if len(left) == 0:
            right = random.integers(len(masses), size=1)
        while len(left) and masses[right].sum() > masses[left].sum():
            right = right[1:]
        reactions.append(
            Reaction(
                f"r{i}",
                tuple(names[j] for j in left),
                tuple(names[j] for j in right),
                f"k{random.integers(i + 1)}",
                factor=float(random.choice([1.0, 2.0, 0.5, 6.0])),
            )
        )
    return Network(open_species(*names), tuple(reactions))


# What each asks of the tape: Michaelis-Menten with inhibition, Hill, exponential, logarithm, root.
LAWS = {
    "michaelis": ("k*A/(K + A*(1 + B/3))", ("K",)),
    "hill": ("k*A^2.3/(K^2.3 + A^2.3)", ("K",)),
    "exponential": ("k*A*exp(-K*B)", ("K",)),
    "logarithm": ("k*log(1 + A/K)", ("K",)),
    "root": ("k*A*sqrt(1 + K*B)", ("K",)),
    "quotient": ("k*A*B/(A + K*B + 1)", ("K",)),
}


def law_network(name: str) -> Network:
    """Return A -> B by one of `LAWS`, with B -> C and C -> A by mass action."""
    law, further = LAWS[name]
    return Network(
        open_species("A", "B", "C"),
        (
            Reaction(
                "by_law",
                ("A",),
                ("B",),
                "k",
                law=read_rate_law(law),
                further_rate_constants=further,
            ),
            Reaction("on", ("B",), ("C",), "k_on"),
            Reaction("back", ("C",), ("A",), "k_back"),
        ),
    )
