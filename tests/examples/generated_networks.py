"""Networks made by rule or by chance, to hold the engines against each other."""

from functools import cache

import numpy as np

from assemblysim.mechanism.network.expression import read_rate_law
from assemblysim.mechanism.network.network import Network, Reaction, Species

LAWS = (
    "{k}*{a}/(1 + {b})",
    "{k}*{a}^1.5/(2 + {a})^0.5",
    "{k}*{a}*exp(-{b}/10)",
    "{k}*log(1 + {a}/({b} + 2))",
    "2*{k}*{a}*{b}/({a} + {b} + 1)",
)


def random_network(random: np.random.Generator, *, laws: bool) -> Network:
    """Return a network of 2 to 8 species whose masses (1, 2 or 3 units M) are conserved."""
    masses = random.integers(1, 4, random.integers(2, 9)).tolist()
    names = [f"X{i}" for i in range(len(masses))]
    sides: dict[int, list[tuple[int, ...]]] = {}
    for size in (1, 2, 3):
        for side in np.ndindex(*[len(names)] * size):
            if list(side) == sorted(side):
                sides.setdefault(sum(masses[i] for i in side), []).append(side)
    pairs = [(x, y) for group in sides.values() for x in group for y in group if x != y]
    reactions = []
    for i in range(int(random.integers(1, 11))):
        left, right = (tuple(names[j] for j in side) for side in pairs[random.integers(len(pairs))])
        constant, law = f"k{random.integers(i + 1)}", None
        if laws and random.random() < 0.5:
            chosen = LAWS[random.integers(len(LAWS))]
            alone = [(x, y) for x, y in pairs if len(x) == 1]
            x, y = alone[random.integers(len(alone))] if alone else ((0,), (0,))
            left, right = (names[x[0]],), tuple(names[j] for j in y)
            law = read_rate_law(chosen.format(k=constant, a=left[0], b=random.choice(names)))
        reactions.append(Reaction(f"r{i}", left, right, constant, law=law))
    return Network(
        tuple(Species(n, (("M", m),)) for n, m in zip(names, masses, strict=True)),
        tuple(reactions),
    )


@cache
def lattice(most_dy: int, most_l: int) -> Network:
    """Return Dy_m L_n up to given m and n, with attachment and detachment of Dy, L and Dy3L.

    Constants are shared by kind of step: ``attach_Dy``, ``detach_Dy`` and so on.
    """
    units = {"Dy": (1, 0), "L": (0, 1), "Dy3L": (3, 1)}
    names = {
        (m, n): f"Dy{m}L{n}" for m in range(most_dy + 1) for n in range(most_l + 1) if m + n > 0
    }
    reactions = []
    for (m, n), name in names.items():
        for unit, (dm, dn) in units.items():
            larger, smaller = (m + dm, n + dn), (dm, dn)
            if larger not in names or smaller not in names:
                continue
            pair, whole = (name, names[smaller]), (names[larger],)
            label = f"{name}_{unit}"
            reactions.append(Reaction(f"on_{label}", pair, whole, f"attach_{unit}"))
            reactions.append(Reaction(f"off_{label}", whole, pair, f"detach_{unit}"))
    species = tuple(
        Species(name, tuple((block, c) for block, c in (("Dy", m), ("L", n)) if c))
        for (m, n), name in names.items()
    )
    return Network(species, tuple(reactions))
