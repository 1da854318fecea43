"""The compiled functions are the rate equations, for every network and any shape of input."""

import numpy as np
import pytest
from sample_networks import (
    AWKWARD,
    BINDING,
    CHAIN,
    DIMERISATION,
    HNP_DY6,
    ROBERTSON,
    open_species,
)

from assemblysim.kinetics.symbolic.compilation import compile_network
from assemblysim.mechanism.network.network import Network, Reaction

NETWORKS = {
    "awkward": AWKWARD,
    "binding": BINDING,
    "chain": CHAIN,
    "dimerisation": DIMERISATION,
    "hnp_dy6": HNP_DY6,
    "robertson": ROBERTSON,
}


def random_point(network, seed=5):
    random = np.random.default_rng(seed)
    concentrations = random.uniform(0.1, 3.0, len(network.species))
    return concentrations, random.uniform(0.1, 3.0, len(network.rate_constant_names))


def central_difference(function, point, step=1e-6):
    columns = []
    for j in range(len(point)):
        shift = np.zeros(len(point))
        shift[j] = step
        columns.append((function(point + shift) - function(point - shift)) / (2 * step))
    return np.stack(columns, axis=-1)


def hnp_dy6_by_hand(c, k):
    dy, ligand, dy2l, dy3l, dy5l2, _ = np.moveaxis(c, -1, 0)
    k_chelate, k_grow, k_dimerise, k_couple, k_close = np.moveaxis(k, -1, 0)
    chelate, grow = k_chelate * ligand * dy, k_grow * dy2l * dy
    dimerise, couple, close = k_dimerise * dy3l**2, k_couple * dy2l * dy3l, k_close * dy5l2 * dy
    return np.stack(
        [
            -2 * chelate - grow - close,
            -chelate,
            chelate - grow - couple,
            grow - 2 * dimerise - couple,
            couple - close,
            dimerise + close,
        ],
        axis=-1,
    )


def awkward_by_hand(c, k):
    e, i, lam, c0, n = np.moveaxis(c, -1, 0)
    pi, k1, s, y, t, v0 = np.moveaxis(k, -1, 0)
    return np.stack(
        [
            6 * pi * e * i,
            k1 * lam**2 / (s + lam),
            y * np.sqrt(c0) * np.exp(-n / 3),
            t * n**1.5 * np.log(1 + e),
            v0 * np.ones_like(e),
        ],
        axis=-1,
    )


def test_two_identical_reactants_have_no_factorial():
    rhs = compile_network(DIMERISATION).rhs(np.array([3.0, 0.0]), np.array([0.5]))

    np.testing.assert_allclose(rhs, [-2 * 0.5 * 9.0, 0.5 * 9.0], rtol=1e-15)


def test_the_right_hand_side_equals_one_written_by_hand():
    random = np.random.default_rng(1)
    c, k = random.uniform(0, 200, (50, 6)), 10 ** random.uniform(-3, 3, (50, 5))

    np.testing.assert_allclose(
        compile_network(HNP_DY6).rhs(c, k), hnp_dy6_by_hand(c, k), rtol=1e-12, atol=1e-9
    )


def test_names_of_python_and_sympy_and_broken_laws_are_just_names_and_laws():
    random = np.random.default_rng(2)
    c, k = random.uniform(0, 20, (50, 5)), 10 ** random.uniform(-3, 3, (50, 6))

    np.testing.assert_allclose(
        compile_network(AWKWARD).fluxes(c, k), awkward_by_hand(c, k), rtol=1e-13
    )


@pytest.mark.parametrize("name", NETWORKS)
def test_the_jacobian_equals_finite_differences(name):
    kinetics = compile_network(NETWORKS[name])
    c, k = random_point(NETWORKS[name])

    expected = central_difference(lambda x: kinetics.rhs(x, k), c)
    np.testing.assert_allclose(kinetics.jacobian(c, k), expected, rtol=1e-7, atol=1e-7)


@pytest.mark.parametrize("name", NETWORKS)
def test_the_derivatives_by_constants_equal_finite_differences(name):
    kinetics = compile_network(NETWORKS[name])
    c, k = random_point(NETWORKS[name])

    expected = central_difference(lambda x: kinetics.rhs(c, x), k)
    np.testing.assert_allclose(kinetics.rate_derivatives(c, k), expected, rtol=1e-7, atol=1e-7)


@pytest.mark.parametrize("method", ["fluxes", "rhs", "jacobian", "rate_derivatives"])
def test_leading_axes_broadcast(method):
    function = getattr(compile_network(AWKWARD), method)
    random = np.random.default_rng(3)
    c, k = random.uniform(0, 2, (4, 3, 5)), random.uniform(0, 2, (4, 1, 6))

    batch = function(c, k)

    assert batch.shape[:2] == (4, 3)
    for index in np.ndindex(4, 3):
        np.testing.assert_array_equal(batch[index], function(c[index], k[index[0], 0]))


def test_a_concentration_just_below_zero_counts_as_zero_in_broken_powers():
    kinetics = compile_network(AWKWARD)
    c, k = np.array([1.0, 1.0, 1.0, -1e-12, -1e-12]), np.ones(6)

    fluxes = kinetics.fluxes(c, k)
    derivatives = kinetics.jacobian(c, k)

    assert fluxes[2] == 0
    assert fluxes[3] == 0
    assert np.isfinite(derivatives).all()


def test_an_explicit_law_leaves_the_stoichiometry_alone():
    np.testing.assert_array_equal(
        compile_network(HNP_DY6).stoichiometry[:, 0], [-2, -1, 1, 0, 0, 0]
    )


def test_a_catalyst_is_neither_made_nor_used_up():
    network = Network(open_species("A", "B"), (Reaction("x", ("A", "B"), ("B", "B"), "k"),))

    np.testing.assert_array_equal(compile_network(network).stoichiometry, [[-1], [1]])


def test_a_network_is_compiled_once():
    again = Network(CHAIN.species, CHAIN.reactions)

    assert compile_network(again) is compile_network(CHAIN)
