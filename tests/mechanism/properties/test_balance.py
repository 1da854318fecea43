"""Balance to the last building block, and totals that no reaction changes."""

import numpy as np
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

from assemblysim.errors import InputError
from assemblysim.mechanism.network.formula import parse_composition
from assemblysim.mechanism.network.network import Network, Reaction, Species
from assemblysim.mechanism.properties.balance import (
    check_balance,
    composition_matrix,
    conserved_totals,
    stoichiometry,
)
from assemblysim.mechanism.reading.equation import parse_reaction

COMPOSITIONS = {
    "Dy": "Dy",
    "L": "L",
    "Dy2L": "2Dy L",
    "Dy3L": "3Dy L",
    "Dy5L2": "5Dy 2L",
    "Dy6L2": "6Dy 2L",
    "base": "",
    "waste": "",
    "E": "E",
}
SPECIES = {name: Species(name, parse_composition(text)) for name, text in COMPOSITIONS.items()}


def network(*lines, species):
    steps = [s for i, line in enumerate(lines) for s in parse_reaction(f"r{i}", line, species)]
    return Network(tuple(SPECIES.get(n, Species(n, ())) for n in species), tuple(steps))


def check(line):
    for step in parse_reaction("step", f"{line} ; k", SPECIES):
        check_balance(step, SPECIES)


@pytest.mark.parametrize(
    "line",
    [
        "L + 2Dy -> Dy2L",
        "2 Dy3L -> Dy6L2",
        "Dy5L2 + Dy -> Dy6L2",
        "Dy2L + Dy3L + base -> Dy5L2",
        "Dy6L2 ->",
        "-> Dy",
        "base -> 2 base",
        "Dy2L -> waste",
        "Dy + E -> E + Dy + waste",
    ],
)
def test_a_balanced_or_open_reaction_passes(line):
    check(line)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (
            "L + 3Dy -> Dy2L",
            "left 3 Dy + 1 L, right 2 Dy + 1 L; the right lacks 1 Dy",
        ),
        (
            "Dy5L2 -> Dy6L2",
            "left 5 Dy + 2 L, right 6 Dy + 2 L; the left lacks 1 Dy",
        ),
        (
            "Dy2L + Dy -> Dy2L + E",
            "left 3 Dy + 1 L, right 2 Dy + 1 E + 1 L; the right lacks 1 Dy; the left lacks 1 E",
        ),
        ("Dy2L + base -> Dy3L", "left 2 Dy + 1 L, right 3 Dy + 1 L; the left lacks 1 Dy"),
    ],
)
def test_a_reaction_wrong_by_one_atom_is_refused_with_both_sides(line, message):
    with pytest.raises(InputError) as fault:
        check(line)

    assert str(fault.value) == f"reaction 'step' does not balance: {message}"


def test_stoichiometry_counts_products_minus_reactants():
    both_ways = network("2 A <=> B ; kf, kr", "A + B -> A + 2 B ; k", species=("A", "B"))

    np.testing.assert_array_equal(stoichiometry(both_ways), [[-2, 2, 0], [1, -1, 1]])


def test_the_composition_matrix_has_a_row_for_each_species():
    rows = composition_matrix([SPECIES["L"], SPECIES["Dy5L2"], SPECIES["base"]])

    np.testing.assert_array_equal(rows, [[1, 0], [2, 5], [0, 0]])


def test_totals_of_building_blocks_come_first():
    species = ("Dy", "L", "Dy2L", "Dy3L", "Dy6L2")
    lines = ("L + 2Dy -> Dy2L ; k1", "Dy2L + Dy -> Dy3L ; k2", "2 Dy3L -> Dy6L2 ; k3")
    totals = conserved_totals(network(*lines, species=species))

    assert [(t.name, t.write(species)) for t in totals] == [
        ("Dy", "Dy + 2 Dy2L + 3 Dy3L + 6 Dy6L2"),
        ("L", "L + Dy2L + Dy3L + 2 Dy6L2"),
    ]


def test_a_total_without_a_building_block_is_found_and_named_by_its_sum():
    enzyme = network("S + X <=> XS ; k1, k2", "XS -> X + P ; k3", species=("S", "X", "XS", "P"))

    assert {t.name for t in conserved_totals(enzyme)} == {"X + XS", "S + XS + P"}


def test_a_crystallising_product_takes_its_building_blocks_out():
    species = ("Dy", "L", "Dy2L")
    lines = ("L + 2Dy -> Dy2L ; k1", "Dy2L -> ; k2")

    assert [t.name for t in conserved_totals(network(*lines, species=species))] == ["Dy - 2 L"]


def test_an_open_mechanism_conserves_nothing():
    lines = ("u -> 2 u ; a", "u + v -> v ; b", "u + v -> u + 2 v ; d", "v -> ; c")

    assert conserved_totals(network(*lines, species=("u", "v"))) == ()


steps = st.lists(
    st.tuples(
        st.lists(st.sampled_from("ABCDE"), min_size=1, max_size=3),
        st.lists(st.sampled_from("ABCDE"), max_size=3),
    ).filter(lambda sides: sorted(sides[0]) != sorted(sides[1])),
    min_size=1,
    max_size=5,
)


@settings(max_examples=60, deadline=None)
@given(steps)
def test_totals_are_conserved_independent_and_complete(sides):
    lines = [f"{' + '.join(left)} -> {' + '.join(right)} ; k" for left, right in sides]
    any_network = network(*lines, species=tuple("ABCDE"))
    change = stoichiometry(any_network)
    totals = np.array([t.coefficients for t in conserved_totals(any_network)]).reshape(-1, 5)

    assert not np.any(totals @ change)
    assert np.linalg.matrix_rank(totals) == len(totals) == 5 - np.linalg.matrix_rank(change)


@pytest.mark.parametrize("seed", range(20))
def test_conserved_totals_span_the_null_space_that_sympy_finds(seed):
    random = np.random.default_rng(seed)
    names = [f"X{i}" for i in range(random.integers(2, 9))]
    reactions = tuple(
        Reaction(
            f"r{i}",
            tuple(random.choice(names, random.integers(1, 4)).tolist()),
            tuple(random.choice(names, random.integers(1, 4)).tolist()),
            f"k{i}",
        )
        for i in range(random.integers(1, 7))
    )
    network = Network(tuple(Species(name, ()) for name in names), reactions)
    change = stoichiometry(network)

    totals = np.array([total.coefficients for total in conserved_totals(network)])
    basis = sympy.Matrix(change.T).nullspace()

    assert len(totals) == len(basis)
    if basis:
        assert not (totals @ change).any()
        assert sympy.Matrix(totals).rank() == len(basis)
