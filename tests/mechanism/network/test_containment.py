from sample_networks import CHAIN, open_species

from assemblysim.mechanism.network.containment import contains
from assemblysim.mechanism.network.expression import read_rate_law
from assemblysim.mechanism.network.network import Network, Reaction

FIRST = Reaction("first", ("A",), ("B",), "k1")
BACK = Reaction("first_reverse", ("B",), ("A",), "k_back", reverse_of="first")


def network(*reactions):
    return Network(open_species("A", "B", "C"), reactions)


def test_a_further_step_makes_a_mechanism_contain_the_one_without_it():
    assert contains(CHAIN, network(FIRST))
    assert not contains(network(FIRST), CHAIN)
    assert not contains(CHAIN, CHAIN)


def test_a_reversible_step_contains_the_one_way_step_whatever_its_line_is_called():
    renamed = Reaction("other_name", ("A",), ("B",), "k1")

    assert contains(network(FIRST, BACK), network(renamed))


def test_another_constant_law_or_factor_is_another_step():
    for other in (
        Reaction("first", ("A",), ("B",), "k_other"),
        Reaction("first", ("A",), ("B",), "k1", law=read_rate_law("k1*A*A")),
        Reaction("first", ("A",), ("B",), "k1", factor=2),
    ):
        assert not contains(CHAIN, network(other))
