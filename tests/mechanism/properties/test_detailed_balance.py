"""Detailed balance: cycles of reversible steps whose constants do not agree are pointed out."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
import sympy
from generated_networks import lattice
from sample_networks import BINDING, CHAIN

from assemblysim.mechanism.constants.constants import read_constants
from assemblysim.mechanism.constants.logarithms import (
    logarithm,
    logarithm_of_number,
    write_equality,
)
from assemblysim.mechanism.network.network import Network, Species
from assemblysim.mechanism.properties.balance import stoichiometry
from assemblysim.mechanism.properties.detailed_balance import (
    Fault,
    balance_sentences,
    detailed_balance,
)
from assemblysim.mechanism.reading.equation import parse_reaction

NAMES = ("A", "B", "C", "D")


def network(*lines):
    """A network of single units from lines of [reactions]."""
    reactions = tuple(
        step for i, line in enumerate(lines) for step in parse_reaction("abcdefgh"[i], line, NAMES)
    )
    used = {name for r in reactions for name in (*r.reactants, *r.products)}
    return Network(tuple(Species(n, (("M", 1),)) for n in NAMES if n in used), reactions)


TRIANGLE = ("A <=> B ; k1, k2", "B <=> C ; k3, k4", "C <=> A ; k5, k6")


def reversible_lattice():
    """Dy_m L_n up to 4 and 3, each detachment the reverse of its attachment."""
    plain = lattice(4, 3)
    pairs = zip(plain.reactions[::2], plain.reactions[1::2], strict=True)
    steps = (step for on, off in pairs for step in (on, replace(off, reverse_of=on.name)))
    return Network(plain.species, tuple(steps))


def derived(definitions, found):
    return read_constants(definitions, found.rate_constant_names, found.species_names)


def test_a_triangle_of_free_constants_is_not_guaranteed():
    found = detailed_balance(network(*TRIANGLE))

    assert (found.pairs, found.independent) == (3, 1)
    (cycle,) = found.cycles
    assert cycle.fault is Fault.OPEN
    assert dict(cycle.steps) == {"a": 1, "b": 1, "c": 1}
    assert sorted(cycle.condition.replace(" = ", " ").split()) == [f"k{i}" for i in range(1, 7)]
    assert {frozenset(side.split()) for side in cycle.condition.split(" = ")} == {
        frozenset({"k1", "k3", "k5"}), frozenset({"k2", "k4", "k6"}),
    }  # fmt: skip


def test_steps_without_a_cycle_have_nothing_to_say():
    assert balance_sentences(BINDING) == ()
    assert balance_sentences(CHAIN) == ()


@pytest.mark.parametrize("expression", ["k2*k4*k6/(k1*k3)", "sqrt((k2*k4*k6/(k1*k3))^2)"])
def test_a_constant_that_closes_the_cycle_makes_it_consistent(expression):
    free = network(*TRIANGLE)
    definitions = derived({"k5": expression}, free)

    assert detailed_balance(free, definitions).cycles == ()
    assert balance_sentences(free, definitions) == (
        "detailed balance holds in the only cycle of reversible steps",
    )


def test_energies_that_add_up_make_a_cycle_consistent():
    free = network(*TRIANGLE)
    right = {"k2": "k1*exp(dG1/RT)", "k4": "k3*exp(dG2/RT)", "k6": "k5*exp(-(dG1 + dG2)/RT)"}
    wrong = right | {"k6": "k5*exp(-dG1/RT)"}

    assert detailed_balance(free, derived(right, free)).cycles == ()
    (cycle,) = detailed_balance(free, derived(wrong, free)).cycles
    assert cycle.fault is Fault.OPEN
    assert "exp(" in cycle.condition


def test_a_sum_is_not_seen_through_but_cancels_against_itself():
    free = network(*TRIANGLE)
    same = derived({"k1": "K_a + K_b", "k2": "K_b + K_a", "k3": "k4", "k5": "k6"}, free)
    other = derived({"k1": "K_a + K_b", "k2": "K_a", "k3": "k4", "k5": "k6"}, free)

    assert detailed_balance(free, same).cycles == ()
    assert [c.fault for c in detailed_balance(free, other).cycles] == [Fault.OPEN]


@pytest.mark.parametrize(
    ("lines", "condition"),
    [
        (("A <=> B ; 2 k, k", "B <=> C ; k, k", "C <=> A ; k, k"), "2 = 1"),
        (("A <=> B ; 2 k, q", "A <=> B ; 3 k, q"), None),
    ],
)
def test_factors_alone_that_do_not_cancel_are_broken_for_sure(lines, condition):
    (cycle,) = detailed_balance(network(*lines)).cycles

    assert cycle.fault is Fault.BROKEN
    assert condition is None or cycle.condition == condition


def test_factors_that_cancel_are_no_fault_thirds_included():
    third = repr(1 / 3)
    lines = (f"A <=> B ; {third} k, k", "B <=> C ; 6 k, k", "C <=> A ; k, 2 k")

    assert detailed_balance(network(*lines)).cycles == ()


def test_cycles_that_ask_for_different_factors_contradict_each_other():
    lines = (
        "A <=> B ; k, q", "A <=> B ; p, r",  # k/q = p/r
        "C <=> D ; k, q", "C <=> D ; 2 p, r",  # k/q = 2 p/r
    )  # fmt: skip
    found = detailed_balance(network(*lines))

    assert [c.fault for c in found.cycles] == [Fault.OPEN, Fault.CONTRADICTED]


def test_one_way_steps_that_undo_each_other_count_as_a_reversible_step():
    lines = ("A -> B ; k1", "B -> A ; k2", "B <=> C ; k3, k4", "C <=> A ; k5, k6")

    assert detailed_balance(network(*lines)).independent == 1
    assert detailed_balance(network(*lines[1:])).independent == 0


def test_steps_with_laws_of_their_own_are_left_out_and_named():
    lines = ("A <=> B ; k1, k2, K ; k1*A/(K + A), k2*B", "B <=> C ; k3, k4", "C <=> A ; k5, k6")
    found = balance_sentences(network(*lines))

    assert found == ("detailed balance is not looked at in steps with rate laws of their own: a",)


def test_steps_that_change_with_time_have_no_equilibrium_and_are_named():
    lines = ("A <=> B ; k1, k2, s ; k1*A, k2*exp(-t*s)*B", "B <=> C ; k3, k4", "C <=> A ; k5, k6")

    assert balance_sentences(network(*lines)) == (
        "no equilibrium, and no detailed balance, where rate laws change with time: a",
    )


def test_every_cycle_is_a_null_vector_and_there_are_as_many_as_the_rank_says():
    found_in = reversible_lattice()
    forward = Network(found_in.species, found_in.reactions[::2])
    change = stoichiometry(forward)
    found = detailed_balance(found_in)
    place = {r.name: i for i, r in enumerate(found_in.reactions)}

    assert found.pairs == len(forward.reactions)
    assert found.independent == found.pairs - np.linalg.matrix_rank(change)
    whole = stoichiometry(found_in)
    for cycle in found.cycles:
        total = sum(n * whole[:, place[name]] for name, n in cycle.steps)
        assert not total.any()


def test_constants_that_meet_the_conditions_have_an_equilibrium_and_others_have_not():
    found_in = reversible_lattice()
    names = found_in.rate_constant_names
    forward = Network(found_in.species, found_in.reactions[::2])
    logs = np.random.default_rng(0).standard_normal(len(names))
    rows = [
        [row.count(n) - back.count(n) for n in names]
        for c in detailed_balance(found_in).cycles
        for row, back in [[side.split() for side in c.condition.split(" = ")]]
    ]
    # An independent witness: log K must be a difference of numbers of the species.
    place = {n: i for i, n in enumerate(names)}
    pairs = zip(found_in.reactions[::2], found_in.reactions[1::2], strict=True)
    ratio = np.zeros((len(forward.reactions), len(names)))
    for row, (one, back) in enumerate(pairs):
        ratio[row, place[one.rate_constant]] += 1
        ratio[row, place[back.rate_constant]] -= 1
    change = stoichiometry(forward).T.astype(float)

    def misspecification(values):
        wanted = ratio @ values
        return np.abs(change @ np.linalg.lstsq(change, wanted, rcond=None)[0] - wanted).max()

    matrix = np.array(rows, dtype=float)
    inside = logs - np.linalg.pinv(matrix) @ (matrix @ logs)
    assert misspecification(logs) > 0.1
    assert misspecification(inside) < 1e-10


def test_a_number_is_taken_apart_to_its_primes():
    found = logarithm_of_number(Fraction(12 * 10_007**2, 49 * 100_000_007))

    assert found == {2: 2, 3: 1, 10_007: 2, 7: -2, 100_000_007: -1}


def test_a_logarithm_is_taken_apart_exactly():
    a, b = sympy.symbols("a b")
    terms = logarithm(6 * a**2 * sympy.sqrt(b) / 4 * sympy.exp(2 * a / b + 1))

    assert {str(term): float(n) for term, n in terms.items()} == {
        "3": 1.0, "2": -1.0, "a": 2.0, "b": 0.5, "a/b": 2.0, "1": 1.0,
    }  # fmt: skip
    assert write_equality(logarithm(6 * a**2 / b)) == "6 a^2 = b"


def test_the_sentences_name_the_steps_and_the_condition():
    (line,) = balance_sentences(network(*TRIANGLE))

    assert line.startswith("detailed balance is not guaranteed: once round ")
    assert line.endswith("; give one of these constants by the others under [constants]")
    assert "k1" in line
