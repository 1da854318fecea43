"""Stiff problems of the Test Set for IVP Solvers as networks.

Mazzia & Magherini, Test Set for Initial Value Problem Solvers, release 2.4, Bari, 2008. Each has
the equations, the start and the end values that the test set prints. `right_hand_side` is written
from the test set's formulas, not from the network, so that the two can be compared.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from sample_networks import open_species

from assemblysim.mechanism.network.network import Network, Reaction


@dataclass(frozen=True, eq=False)
class Problem:
    """A stiff problem with a known end.

    Attributes:
        network: S species, P constants.
        rate_constants: shape (P,).
        initial: shape (S,).
        end: the end time.
        published: shape (S,), the values there.
        right_hand_side: from (time, state) to (S,).
    """

    network: Network
    rate_constants: np.ndarray
    initial: np.ndarray
    end: float
    published: np.ndarray
    right_hand_side: Callable[[float, np.ndarray], np.ndarray]


def problem(size, lines, initial, end, published, right_hand_side):
    """Make a problem of lines such as ``("y1 + y2", "y3", 0.5)``."""

    def side(text):
        return tuple(text.split(" + ")) if text else ()

    reactions = tuple(
        Reaction(f"r{i}", side(left), side(right), f"k{i}")
        for i, (left, right, _) in enumerate(lines)
    )
    start = np.zeros(size)
    for number, value in initial.items():
        start[number - 1] = value
    return Problem(
        Network(open_species(*(f"y{i + 1}" for i in range(size))), reactions),
        np.array([line[2] for line in lines]),
        start,
        end,
        np.array(published),
        right_hand_side,
    )


def robertson(_, y):
    slow, fast, back = 0.04 * y[0], 3e7 * y[1] ** 2, 1e4 * y[1] * y[2]
    return np.array([back - slow, slow - back - fast, fast])


def hires(_, y):
    y1, y2, y3, y4, y5, y6, y7, y8 = y
    return np.array(
        [
            -1.71 * y1 + 0.43 * y2 + 8.32 * y3 + 0.0007,
            1.71 * y1 - 8.75 * y2,
            -10.03 * y3 + 0.43 * y4 + 0.035 * y5,
            8.32 * y2 + 1.71 * y3 - 1.12 * y4,
            -1.745 * y5 + 0.43 * y6 + 0.43 * y7,
            -280 * y6 * y8 + 0.69 * y4 + 1.71 * y5 - 0.43 * y6 + 0.69 * y7,
            280 * y6 * y8 - 1.81 * y7,
            -280 * y6 * y8 + 1.81 * y7,
        ]
    )


S, Q, W = 77.27, 8.375e-6, 0.161


def orego(_, y):
    y1, y2, y3 = y
    return np.array([S * (y2 - y1 * y2 + y1 - Q * y1**2), (-y2 - y1 * y2 + y3) / S, W * (y1 - y3)])


POLLU_CONSTANTS = (
    0.35, 26.6, 1.23e4, 8.6e-4, 8.2e-4, 1.5e4, 1.3e-4, 2.4e4, 1.65e4, 9e3, 0.022, 1.2e4, 1.88,
    1.63e4, 4.8e6, 3.5e-4, 0.0175, 1e8, 4.44e11, 1240.0, 2.1, 5.78, 0.0474, 1780.0, 3.12,
)  # fmt: skip


def pollu(_, y):
    k, y = (0.0, *POLLU_CONSTANTS), (0.0, *y)
    pairs = {2: 4, 3: 5}
    r = [0.0] * 26
    for i, (first, second) in enumerate(
        [(1, 0), (2, pairs[2]), (5, 2), (7, 0), (7, 0), (7, 6), (9, 0), (9, 6), (11, 2), (11, 1),
         (13, 0), (10, 2), (14, 0), (1, 6), (3, 0), (4, 0), (4, 0), (16, 0), (16, 0), (17, 6),
         (19, 0), (19, 0), (1, 4), (19, 1), (20, 0)],
        start=1,
    ):  # fmt: skip
        r[i] = k[i] * y[first] * (y[second] if second else 1.0)
    return np.array(
        [
            -r[1] - r[10] - r[14] - r[23] - r[24]
            + r[2] + r[3] + r[9] + r[11] + r[12] + r[22] + r[25],
            -r[2] - r[3] - r[9] - r[12] + r[1] + r[21],
            -r[15] + r[1] + r[17] + r[19] + r[22],
            -r[2] - r[16] - r[17] - r[23] + r[15],
            -r[3] + 2 * r[4] + r[6] + r[7] + r[13] + r[20],
            -r[6] - r[8] - r[14] - r[20] + r[3] + 2 * r[18],
            -r[4] - r[5] - r[6] + r[13],
            r[4] + r[5] + r[6] + r[7],
            -r[7] - r[8],
            -r[12] + r[7] + r[9],
            -r[9] - r[10] + r[8] + r[11],
            r[9],
            -r[11] + r[10],
            -r[13] + r[12],
            r[14],
            -r[18] - r[19] + r[16],
            -r[20],
            r[20],
            -r[21] - r[22] - r[24] + r[23] + r[25],
            -r[25] + r[24],
        ]
    )  # fmt: skip


POLLU_LINES = (
    ("y1", "y2 + y3"), ("y2 + y4", "y1"), ("y5 + y2", "y6 + y1"), ("y7", "y5 + y5 + y8"),
    ("y7", "y8"), ("y7 + y6", "y8 + y5"), ("y9", "y10 + y8 + y5"), ("y9 + y6", "y11"),
    ("y11 + y2", "y1 + y10 + y12"), ("y11 + y1", "y13"), ("y13", "y11 + y1"),
    ("y10 + y2", "y14 + y1"), ("y14", "y7 + y5"), ("y1 + y6", "y15"), ("y3", "y4"),
    ("y4", "y16"), ("y4", "y3"), ("y16", "y6 + y6"), ("y16", "y3"), ("y17 + y6", "y18 + y5"),
    ("y19", "y2"), ("y19", "y1 + y3"), ("y1 + y4", "y19"), ("y19 + y1", "y20"),
    ("y20", "y19 + y1"),
)  # fmt: skip

PROBLEMS = {
    "robertson": problem(
        3,
        [("y1", "y2", 0.04), ("y2 + y2", "y2 + y3", 3e7), ("y2 + y3", "y1 + y3", 1e4)],
        {1: 1.0},
        1e11,
        [0.2083340149701255e-7, 0.8333360770334713e-13, 0.9999999791665050],
        robertson,
    ),
    "hires": problem(
        8,
        [
            ("y1", "y2", 1.71), ("y2", "y1", 0.43), ("y2", "y4", 8.32), ("y3", "y1", 8.32),
            ("y3", "y4", 1.71), ("y4", "y3", 0.43), ("y4", "y6", 0.69), ("y5", "y3", 0.035),
            ("y5", "y6", 1.71), ("y6", "y5", 0.43), ("y7", "y5 + y8", 0.43),
            ("y7", "y6 + y8", 0.69), ("y7", "y8", 0.69), ("y6 + y8", "y7", 280.0),
            ("", "y1", 0.0007),
        ],
        {1: 1.0, 8: 0.0057},
        321.8122,
        [0.7371312573325668e-3, 0.1442485726316185e-3, 0.5888729740967575e-4,
         0.1175651343283149e-2, 0.2386356198831331e-2, 0.6238968252742796e-2,
         0.2849998395185769e-2, 0.2850001604814231e-2],
        hires,
    ),
    "orego": problem(
        3,
        [
            ("y2", "y2 + y1", S), ("y1 + y2", "y2", S), ("y1", "y1 + y1", S),
            ("y1 + y1", "y1", S * Q), ("y2", "", 1 / S), ("y1 + y2", "y1", 1 / S),
            ("y3", "y3 + y2", 1 / S), ("y1", "y1 + y3", W), ("y3", "", W),
        ],
        {1: 1.0, 2: 2.0, 3: 3.0},
        360.0,
        [0.1000814870318523e1, 0.1228178521549917e4, 0.1320554942846706e3],
        orego,
    ),
    "pollu": problem(
        20,
        [(*line, k) for line, k in zip(POLLU_LINES, POLLU_CONSTANTS, strict=True)],
        {2: 0.2, 4: 0.04, 7: 0.1, 8: 0.3, 9: 0.01, 17: 0.007},
        60.0,
        [0.5646255480022769e-1, 0.1342484130422339, 0.4139734331099427e-8,
         0.5523140207484359e-2, 0.2018977262302196e-6, 0.1464541863493966e-6,
         0.7784249118997964e-1, 0.3245075353396018, 0.7494013383880406e-2,
         0.1622293157301561e-7, 0.1135863833257075e-7, 0.2230505975721359e-2,
         0.2087162882798630e-3, 0.1396921016840158e-4, 0.8964884856898295e-2,
         0.4352846369330103e-17, 0.6899219696263405e-2, 0.1007803037365946e-3,
         0.1772146513969984e-5, 0.5682943292316392e-4],
        pollu,
    ),
}  # fmt: skip
