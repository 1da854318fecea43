"""What there can be of a species at most: by blocks, by other totals, or by the largest start."""

import numpy as np

from assemblysim.kinetics.ceilings import ROOM, ceilings
from assemblysim.mechanism.network.network import Network, Species
from assemblysim.mechanism.reading.equation import parse_reaction


def network(compositions, *lines):
    names = tuple(compositions)
    steps = [s for i, line in enumerate(lines) for s in parse_reaction(f"r{i}", line, names)]
    return Network(tuple(Species(*one) for one in compositions.items()), tuple(steps))


def test_the_scarcest_building_block_bounds_a_complex_beside_much_solvent():
    blocks = {
        "M": (("M", 1),),
        "S": (("S", 1),),
        "M2S": (("M", 2), ("S", 1)),
    }
    found = ceilings(network(blocks, "2 M + S -> M2S ; k"), np.array([[1e-4, 5e4, 0.0]]))

    np.testing.assert_allclose(found, [[ROOM * 1e-4, 5e4, ROOM * 0.5e-4]])


def test_totals_of_species_without_composition_bound_them_too():
    nothing = {"A": (), "B": (), "C": ()}
    found = ceilings(network(nothing, "A -> B ; k", "C -> ; q"), np.array([[2e-3, 1e-3, 7.0]]))

    np.testing.assert_allclose(found, [[ROOM * 3e-3, ROOM * 3e-3, 7.0]])


def test_each_vector_has_its_own_and_what_cannot_be_there_has_the_largest_start():
    blocks = {"A": (("A", 1),), "B": (("A", 1),), "D": (("D", 1),)}
    starts = np.array([[2.0, 0.0, 0.0], [0.0, 1e-3, 1.0], [0.0, 0.0, 0.0]])

    found = ceilings(network(blocks, "A -> B ; k", "D + A -> B + D ; q"), starts)

    np.testing.assert_allclose(found, [[2.0, 2.0, 2.0], [0.1, 0.1, 1.0], [1.0, 1.0, 1.0]])
