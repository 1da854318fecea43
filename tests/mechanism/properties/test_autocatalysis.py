"""Which species may grow out of themselves, told from networks in which none can."""

import pytest
from generated_networks import lattice

from assemblysim.mechanism.network.network import Network, Species
from assemblysim.mechanism.properties import autocatalysis
from assemblysim.mechanism.properties.autocatalysis import (
    carriers,
    direct_growers,
    growing_blocks,
)
from assemblysim.mechanism.reading.equation import parse_reaction


def network(*lines, names=("A", "B", "X", "Y", "Z")):
    steps = [s for i, line in enumerate(lines) for s in parse_reaction(f"r{i}", line, names)]
    return Network(tuple(Species(name, ()) for name in names), tuple(steps))


def grown(any_network):
    return ["".join(any_network.species_names[i] for i in b) for b in growing_blocks(any_network)]


@pytest.mark.parametrize(
    ("lines", "blocks"),
    [
        (("A + X -> 2 X ; k",), ["X"]),
        (("A -> X ; k ; k*A*X",), ["X"]),
        (("A + X -> Y ; k", "B + Y -> 2 X ; q"), ["XY"]),
        (("X -> Y + Z ; k", "A + Y -> X ; q", "A + Z -> X ; r"), ["XYZ"]),
        (("A + X -> 2 X ; k", "A + Y -> 2 Y ; q"), ["X", "Y"]),
        (("X -> X + Y ; k", "Y -> X ; q"), ["XY"]),
    ],
)
def test_what_multiplies_is_found(lines, blocks):
    assert grown(network(*lines)) == blocks


@pytest.mark.parametrize(
    "lines",
    [
        ("A <=> B ; k, q", "B + A <=> X ; r, s"),
        ("X -> 2 Y ; k",),
        ("2 X -> 3 X ; k",),  # not out of a trace: the square of it
        ("X -> Y + Z ; k", "Y + Z -> X ; q"),
        ("A + X -> B + X ; k",),
        ("X -> X + Y ; k", "Y -> A ; q"),
    ],
)
def test_what_only_passes_on_is_not(lines):
    assert grown(network(*lines)) == []


def test_a_step_that_makes_more_of_what_it_takes_is_direct():
    assert direct_growers(network("A + X -> 2 X ; k", "A + Y -> Z ; q", "Z -> 2 Y ; r")) == {2}


def test_a_search_that_ends_early_names_no_species_less(monkeypatch):
    lines = ("X -> Y + Z ; k", "A + Y -> X ; q", "A + Z -> X ; r", "Y -> B ; s", "B -> Y ; u")
    whole = grown(network(*lines))
    growing_blocks.cache_clear()
    monkeypatch.setattr(autocatalysis, "MOST_BRANCHES", 1)
    early = grown(network(*lines))
    growing_blocks.cache_clear()

    assert (whole, early) == (["XYZ"], ["BXYZ"])


def test_a_network_of_too_many_cycles_counts_as_one_block():
    assert [len(block) for block in growing_blocks(lattice(6, 3))] == [27]


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        (("A + X -> B + X ; k",), "X"),
        (("A + X -> Y ; k", "Y -> B + X ; q"), "XY"),
        (("A + X -> Y + Z ; k", "B + Y -> X + Z ; q"), "XY"),  # a radical chain of two steps
        (("A + X <=> Y ; k, q",), ""),
        (("A + X -> Y ; k", "Y -> B ; q"), ""),
    ],
)
def test_what_carries_a_reaction_comes_back_and_leaves_something_changed(lines, found):
    any_network = network(*lines)

    assert "".join(any_network.species_names[i] for i in sorted(carriers(any_network))) == found
