"""Small networks that several tests use, built by hand."""

import numpy as np

from assemblysim.mechanism.network.expression import read_rate_law
from assemblysim.mechanism.network.network import Network, Reaction, Species


def species(**compositions):
    """Species from ``name="2M L"``; an empty text stays out of the balance."""
    return tuple(
        Species(name, tuple((part.lstrip("0123456789"), _count(part)) for part in text.split()))
        for name, text in compositions.items()
    )


def _count(part):
    digits = part[: len(part) - len(part.lstrip("0123456789"))]
    return int(digits or 1)


def open_species(*names):
    return tuple(Species(name, ()) for name in names)


DECAY = Network(species(A="M", B="M"), (Reaction("decay", ("A",), ("B",), "k"),))

CHAIN = Network(
    species(A="M", B="M", C="M"),
    (Reaction("first", ("A",), ("B",), "k1"), Reaction("second", ("B",), ("C",), "k2")),
)

BINDING = Network(
    species(A="M", B="L", C="M L"),
    (
        Reaction("bind", ("A", "B"), ("C",), "kon"),
        Reaction("bind_reverse", ("C",), ("A", "B"), "koff", reverse_of="bind"),
    ),
)

DIMERISATION = Network(species(A="M", B="2M"), (Reaction("dimerise", ("A", "A"), ("B",), "k"),))

FEED_AND_DIMERISE = Network(
    species(A="M", B="M", C="2M"),
    (Reaction("feed", ("A",), ("B",), "k1"), Reaction("dimerise", ("B", "B"), ("C",), "k2")),
)

ROBERTSON = Network(
    species(A="M", B="M", C="M"),
    (
        Reaction("slow", ("A",), ("B",), "k1"),
        Reaction("fast", ("B", "B"), ("C", "B"), "k2"),
        Reaction("back", ("B", "C"), ("A", "C"), "k3"),
    ),
)

HNP_DY6 = Network(
    species(Dy="Dy", L="L", Dy2L="2Dy L", Dy3L="3Dy L", Dy5L2="5Dy 2L", Dy6L2="6Dy 2L"),
    (
        Reaction(
            "chelate",
            ("L", "Dy", "Dy"),
            ("Dy2L",),
            "k_chelate",
            law=read_rate_law("k_chelate*L*Dy"),
        ),
        Reaction("grow", ("Dy2L", "Dy"), ("Dy3L",), "k_grow"),
        Reaction("dimerise", ("Dy3L", "Dy3L"), ("Dy6L2",), "k_dimerise"),
        Reaction("couple", ("Dy2L", "Dy3L"), ("Dy5L2",), "k_couple"),
        Reaction("close", ("Dy5L2", "Dy"), ("Dy6L2",), "k_close"),
    ),
)
# 100, 3, 1.5, 12 and 1.5 per molar and hour, here per millimolar and hour.
HNP_DY6_CONSTANTS = np.array([0.1, 3e-3, 1.5e-3, 12e-3, 1.5e-3])
HNP_DY6_INITIAL = np.array([190.0, 23.8, 0.0, 0.0, 0.0, 0.0])

# Names that mean something to Python, to sympy or to the generated code; several broken laws.
AWKWARD = Network(
    open_species("E", "I", "lambda", "c0", "N"),
    (
        Reaction("a", ("E", "I"), ("lambda",), "pi", factor=6),
        Reaction(
            "b",
            ("lambda",),
            ("c0", "c0"),
            "k1",
            law=read_rate_law("k1*lambda^2/(S + lambda)"),
            further_rate_constants=("S",),
        ),
        Reaction("c", ("c0",), ("N",), "y", law=read_rate_law("y*sqrt(c0)*exp(-N/3)")),
        Reaction("d", ("N", "N"), (), "w", law=read_rate_law("w*N^1.5*log(1 + E)")),
        Reaction("e", (), ("E",), "v0"),
    ),
)
