import sympy
from sample_networks import open_species

from assemblysim.mechanism.network.expression import read_rate_law
from assemblysim.mechanism.network.laws import rate_constant_symbols, rate_laws, species_symbols
from assemblysim.mechanism.network.network import Network, Reaction

A, B, k, q = sympy.symbols("A B k q")
NETWORK = Network(
    open_species("A", "B"),
    (
        Reaction("pair", ("A", "A"), ("B",), "k"),
        Reaction("six", ("A",), ("B",), "k", factor=6),
        Reaction("own", ("B",), ("A",), "q", law=read_rate_law("q*B/(1 + A)")),
        Reaction("feed", (), ("A",), "q"),
    ),
)


def test_two_identical_reactants_have_no_factorial():
    assert rate_laws(NETWORK)[0] == k * A**2


def test_a_statistical_factor_multiplies_and_a_law_is_taken_as_it_is():
    assert rate_laws(NETWORK)[1:] == (6 * k * A, q * B / (1 + A), q)


def test_symbols_stand_in_the_order_of_the_names():
    assert species_symbols(NETWORK) == (A, B)
    assert rate_constant_symbols(NETWORK) == (k, q)


def test_a_law_is_made_once():
    assert rate_laws(NETWORK) is rate_laws(NETWORK)
