"""Mechanisms with labelled forms, and sums over labels."""

import math

import numpy as np
from generated_networks import lattice
from sample_networks import BINDING, CHAIN, DIMERISATION, HNP_DY6, ROBERTSON, species

from assemblysim.mechanism.labelled.forms import Labels
from assemblysim.mechanism.network.expression import read_rate_law
from assemblysim.mechanism.network.network import Network, Reaction
from assemblysim.mechanism.network.rate_law import (
    Call,
    Name,
    Negative,
    Numeral,
    Power,
    Product,
    Sum,
)
from assemblysim.mechanism.properties.balance import stoichiometry
from assemblysim.mechanism.reading.system import read_system

METALS = Labels((("Dy", ("Dy", "Gd")),))
BOTH = Labels((("Dy", ("Dy", "Gd")), ("L", ("L", "Ld"))))
TWO = Labels((("M", ("M", "N")),))
THREE = Labels((("M", ("M", "Ma", "Mb")),))

# Laws of all kinds: saturating, of an order above and below the coefficient, over a catalyst that
# holds labelled blocks, over a species that is no reactant, with a number in it.
WRITTEN_LAWS = Network(
    species(A="M", B="2M", C="3M", E="M L", L="L"),
    (
        Reaction(
            "saturate",
            ("A", "A"),
            ("B",),
            "v",
            law=read_rate_law("v*A^2/(h + A)"),
            further_rate_constants=("h",),
        ),
        Reaction("low", ("A", "B"), ("C",), "k_low", law=read_rate_law("k_low*A")),
        Reaction("high", ("B",), ("A", "A"), "k_high", law=read_rate_law("2*k_high*B^2*A/3")),
        Reaction(
            "catalyse", ("E", "C"), ("E", "A", "B"), "k_cat", law=read_rate_law("k_cat*E*C*L")
        ),
        Reaction("broken", ("C",), ("A", "B"), "k_b", law=read_rate_law("k_b*C^1.5*exp(-A/3)")),
    ),
)
# Several products that share blocks, a product that also goes in, a feed and a drain.
DEALT = Network(
    species(A="M", B="2M", C="3M", D="4M"),
    (
        Reaction("halve", ("D",), ("B", "B"), "k1", factor=3),
        Reaction("swap", ("B", "C"), ("D", "A"), "k2"),
        Reaction("grow", ("A", "B", "B"), ("B", "C"), "k3"),
        Reaction("burst", ("D",), ("A",) * 4, "k4"),
        Reaction("feed", (), ("A",), "k5"),
        Reaction("drain", ("C",), (), "k6"),
        Reaction("meet", ("A", "A", "A"), ("C",), "k7", factor=0.5),
    ),
)


def cases():
    """Names, networks and labels of ten mechanisms and more."""
    models = {
        name: read_system(f"models/{name}.toml") for name in ("hnp_dy6", "dy6", "alpha_pinene")
    }
    return {
        "hnp_dy6": (HNP_DY6, METALS),
        "hnp_dy6, both": (HNP_DY6, BOTH),
        "all of hnp_dy6": (models["hnp_dy6"].whole_network(), METALS),
        "through_Dy4L2": (models["dy6"].network("through_Dy4L2"), BOTH),
        "alpha_pinene": (
            models["alpha_pinene"].whole_network(),
            Labels((("C10H16", ("C10H16", "d")),)),
        ),
        "binding": (BINDING, Labels((("M", ("M", "Ma")), ("L", ("L", "La", "Lb"))))),
        "chain": (CHAIN, THREE),
        "dimerisation": (DIMERISATION, THREE),
        "robertson": (ROBERTSON, THREE),
        "lattice": (lattice(4, 2), METALS),
        "written laws": (WRITTEN_LAWS, TWO),
        "dealt": (DEALT, THREE),
    }


def expanded_network(expansion):
    """The network of all labelled species and steps."""
    return Network(
        tuple(one.species for one in expansion.labelled),
        tuple(step for _, steps in expansion.reactions for step in steps),
    )


def summing(network, expansion):
    """Zeros and ones, shape (cores, labelled species), that add up the forms of each core."""
    cores = [one.core for one in expansion.labelled]
    return np.array([[core == name for core in cores] for name in network.species_names], float)


def right_hand_side(network, concentrations, constants):
    """dc/dt without the engines: plain products, and laws worked out from their trees."""
    values = {
        **dict(zip(network.species_names, map(float, concentrations), strict=True)),
        **constants,
    }
    rates = [
        step.factor
        * values[step.rate_constant]
        * math.prod(values[name] for name in step.reactants)
        if step.law is None
        else worked_out(step.law.guarded or step.law.tree, values)
        for step in network.reactions
    ]
    return stoichiometry(network) @ np.array(rates)


def worked_out(expression, values):
    """The value of a rate law's tree."""
    match expression:
        case Numeral():
            return float(expression.value)
        case Name(name):
            return values[name]
        case Negative(operand):
            return -worked_out(operand, values)
        case Sum(terms):
            return sum(sign * worked_out(term, values) for sign, term in terms)
        case Product(factors):
            return math.prod(worked_out(factor, values) ** power for power, factor in factors)
        case Power(base, exponent):
            return worked_out(base, values) ** worked_out(exponent, values)
        case Call(function, argument):
            return getattr(math, function)(worked_out(argument, values))
