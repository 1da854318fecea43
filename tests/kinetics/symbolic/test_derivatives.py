"""The symbolic rate equations are the ones a chemist writes down."""

import sympy
from sample_networks import BINDING, DIMERISATION, HNP_DY6, open_species

from assemblysim.kinetics.symbolic.derivatives import derive
from assemblysim.mechanism.network.network import Network, Reaction


def test_two_identical_reactants_have_no_factorial():
    derived = derive(DIMERISATION)
    (a, _), (k,) = derived.concentrations, derived.constants

    assert derived.rate_constants == (k * a**2,)
    assert list(derived.rhs) == [-2 * k * a**2, k * a**2]


def test_symbols_keep_the_names_and_the_order_of_the_network():
    derived = derive(HNP_DY6)

    assert tuple(s.name for s in derived.concentrations) == HNP_DY6.species_names
    assert tuple(s.name for s in derived.constants) == HNP_DY6.rate_constant_names


def test_reversible_binding_is_written_out():
    derived = derive(BINDING)
    (a, b, c), (kon, koff) = derived.concentrations, derived.constants
    net = kon * a * b - koff * c

    assert [sympy.expand(f) for f in derived.rhs] == [sympy.expand(f) for f in (-net, -net, net)]
    assert list(derived.jacobian.row(2)) == [kon * b, kon * a, -koff]
    assert list(derived.by_rate.row(2)) == [a * b, -c]


def test_an_explicit_law_leaves_the_stoichiometry_alone():
    derived = derive(HNP_DY6)
    dy, ligand = derived.concentrations[:2]

    assert derived.rate_constants[0] == derived.constants[0] * ligand * dy
    assert list(derived.stoichiometry.col(0)) == [-2, -1, 1, 0, 0, 0]


def test_a_catalyst_is_neither_made_nor_used_up():
    network = Network(open_species("A", "B"), (Reaction("x", ("A", "B"), ("B", "B"), "k"),))

    assert list(derive(network).stoichiometry) == [-1, 1]
