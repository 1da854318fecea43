"""A network: the order of its names, and that one which exists is whole."""

import pickle

import pytest

from assemblysim.errors import InputError
from assemblysim.mechanism.network.expression import read_rate_law
from assemblysim.mechanism.network.network import Network, Reaction, Species

A, B, C = (Species(name, ()) for name in "ABC")


def test_rate_constants_come_in_order_of_first_use():
    network = Network(
        (A, B, C),
        (
            Reaction(
                "x",
                ("A",),
                ("B",),
                "k2",
                law=read_rate_law("k2*A/(K + A)"),
                further_rate_constants=("K",),
            ),
            Reaction("y", ("B",), ("C",), "k1"),
            Reaction("z", ("C",), ("A",), "k2"),
        ),
    )

    assert network.rate_constant_names == ("k2", "K", "k1")


def test_a_network_travels_between_processes_and_stays_a_key():
    network = Network((A, B), (Reaction("x", ("A",), ("B",), "k"),))
    copy = pickle.loads(pickle.dumps(network))

    assert copy == network
    assert hash(copy) == hash(network)


@pytest.mark.parametrize(
    ("species", "reactions", "message"),
    [
        ((A, A), (), "species 'A' is given 2 times; give each its own name"),
        (
            (A, B),
            (Reaction("x", ("A",), ("B",), "k"), Reaction("x", ("B",), ("A",), "k")),
            "reaction 'x' is given 2 times; give each its own name",
        ),
        (
            (A, B),
            (Reaction("x", ("A",), ("C",), "k"),),
            "reaction 'x': unknown species 'C'; known: A, B",
        ),
        (
            (A, B),
            (Reaction("x", ("A",), ("B",), "A"),),
            "rate constant 'A' has the name of a species; rename one of them",
        ),
        (
            (A, B),
            (Reaction("x", ("A",), ("B",), "k", law=read_rate_law("k*Q")),),
            "reaction 'x': rate law 'k*Q': unknown name 'Q'; known: A, B, k, t",
        ),
        (
            (A, B),
            (Reaction("x", ("A",), ("B",), "t"),),
            "'t' is the time in rate laws; give it another name",
        ),
    ],
)
def test_a_network_that_contradicts_itself_is_refused(species, reactions, message):
    with pytest.raises(InputError) as fault:
        Network(species, reactions)

    assert str(fault.value) == message


def test_a_network_prints_as_one_line_that_counts_what_it_has():
    steps = (Reaction("join", ("A", "A"), ("B",), "k"), Reaction("part", ("B",), ("A", "A"), "k"))
    network = Network((Species("A", (("M", 1),)), Species("B", (("M", 2),))), steps)

    assert repr(network) == "<Network of 2 species: 2 reactions, 1 rate constant>"
