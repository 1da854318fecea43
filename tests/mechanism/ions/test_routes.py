"""Whole routes: counted by hand, and none that leaves something behind."""

from assemblysim.mechanism.ions.routes import MOST_ROUTES, whole_routes
from assemblysim.mechanism.network.network import Network, Reaction, Species


def network(*equations):
    """Steps such as ``A + A > b``; capitals are one block, small letters two."""
    reactions, names = [], {}
    for place, equation in enumerate(equations):
        left, right = ([s for s in side.split() if s != "+"] for side in equation.split(">"))
        names |= dict.fromkeys([*left, *right])
        reactions.append(Reaction(f"s{place}", tuple(left), tuple(right), f"k{place}"))
    species = tuple(Species(n, (("M", 1 if n.isupper() else 2),)) for n in names)
    return Network(species, tuple(reactions))


def reverse(net, place):
    """Add the way back of a step."""
    one = net.reactions[place]
    back = Reaction(f"{one.name}_reverse", one.products, one.reactants, "kr", reverse_of=one.name)
    return Network(net.species, (*net.reactions, back))


def steps(net):
    return {one.steps for one in whole_routes(net)}


TWO_WAYS = network("A + A > b", "b + A > c", "c + c > d", "b + c > e", "e + A > d")


def test_two_ways_to_one_product_are_two_routes():
    assert steps(TWO_WAYS) == {
        (("s0", 2), ("s1", 2), ("s2", 1)),
        (("s0", 2), ("s1", 1), ("s3", 1), ("s4", 1)),
    }
    assert {(one.left, one.right) for one in whole_routes(TWO_WAYS)} == {((("A", 6),), (("d", 1),))}


def test_ways_back_make_no_further_route():
    assert steps(reverse(TWO_WAYS, 1)) == steps(TWO_WAYS)


def test_a_species_that_only_a_way_back_makes_is_a_start():
    assert steps(reverse(network("b > A + A", "b > c"), 0)) == {(("s1", 1),)}


def test_open_steps_are_left_out():
    assert steps(network("A + A > b", "b >", "> A")) == {(("s0", 1),)}


def test_a_catalyst_and_an_autocatalyst_do_not_stand_in_the_way():
    assert steps(network("A + x > b + x")) == {(("s0", 1),)}
    assert steps(network("A + A + b > b + b")) == {(("s0", 1),)}


def test_too_many_routes_are_not_listed():
    """Eight pairs of parallel steps, one after the other, are 256 routes."""
    chain = [("A", "a1"), *((f"a{i}", f"a{i + 1}") for i in range(1, 8))]
    parallel = network(*(f"{left} > {right}" for left, right in chain for _ in range(2)))

    assert 2 ** len(chain) > MOST_ROUTES
    assert whole_routes(parallel) is None
    assert len(whole_routes(network(*(f"{a} > {b}" for a, b in chain for _ in range(1))))) == 1


def test_a_network_without_an_end_has_no_route():
    assert whole_routes(network("a > b", "b > a")) == ()
