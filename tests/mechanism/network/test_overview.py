"""A network in a few lines, in the text of ``check`` and in the report."""

from sample_networks import BINDING, CHAIN
from stored_networks import network as stored

from assemblysim.mechanism.network.network import Network, Reaction, Species
from assemblysim.mechanism.network.overview import (
    MOST_SPECIES,
    is_large,
    overview,
    overview_sentences,
)
from assemblysim.report.content.large import (
    is_too_large,
    large_network,
    observed_only,
    shared_constants,
    stored_network,
)


def chain(length):
    """S0 -> S1 -> ... with two constants in turn."""
    species = tuple(Species(f"S{i}", (("M", 1),)) for i in range(length))
    steps = tuple(
        Reaction(f"r{i}", (f"S{i}",), (f"S{i + 1}",), f"k{i % 2}") for i in range(length - 1)
    )
    return Network(species, steps)


def test_an_overview_counts_what_is_there():
    found = overview(BINDING)

    assert (found.species, found.reactions, found.reversible) == (3, 2, 1)
    assert found.orders == ((1, 1), (2, 1))
    assert found.constants == (("kon", 1), ("koff", 1))
    assert found.hubs == (("A", 2), ("B", 2), ("C", 2))


def test_sentences_hold_the_counts():
    assert overview_sentences(overview(CHAIN)) == (
        "3 species, 2 one-way steps, 2 rate constants",
        "steps by order: 2 with 1 reactant molecule",
        "species in the most steps: B (2), A (1), C (1)",
    )


def test_a_network_is_large_above_twenty_species():
    assert not is_large(chain(MOST_SPECIES))
    assert is_large(chain(MOST_SPECIES + 1))


def test_a_stored_mechanism_gives_its_network_back():
    steps = [
        ("bind", ["A", "B"], ["C"], {"factor": 6}),
        ("bind_reverse", ["C"], ["A", "B"], {"reverse_of": "bind"}),
    ]
    found = stored_network(stored({"A": [["M", 1]], "B": [], "C": [["M", 1]]}, *steps))

    assert found.reactions[0] == Reaction("bind", ("A", "B"), ("C",), "k_bind", 6)
    assert found.reactions[1].reverse_of == "bind"
    assert dict(found.species[0].composition) == {"M": 1}


def test_only_a_large_mechanism_is_summarised_in_the_report():
    plain = stored({"A": [], "B": []}, ("turn", ["A"], ["B"], {}))
    large = stored({f"S{i}": [] for i in range(30)}, ("turn", ["S0"], ["S1"], {}))

    assert not is_too_large(plain)
    assert is_too_large(large)
    assert large_network(large)[0] == "30 species, 1 one-way step, 1 rate constant"
    assert [cell.text for cell in shared_constants(large).rows[0]][:2] == ["k_turn", "1"]


def test_pathways_of_a_large_network_are_those_of_what_is_seen():
    assert observed_only({"A": {"x": {}}, "B": {"y": {}}}, ["B", "C"]) == {"B": {"y": {}}}
