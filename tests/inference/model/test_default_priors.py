import numpy as np
import pytest

from assemblysim.errors import InputError
from assemblysim.inference.model.default_priors import (
    PriorConditions,
    largest_concentrations,
    rate_constant_prior,
)
from assemblysim.inference.model.prior import Prior
from assemblysim.mechanism.network.expression import read_rate_law
from assemblysim.mechanism.network.network import Network, Reaction, Species
from assemblysim.mechanism.reading.equation import parse_reaction

DY = Species("Dy", (("Dy", 1),))
L = Species("L", (("L", 1),))
DY2L = Species("Dy2L", (("Dy", 2), ("L", 1)))
DY3L = Species("Dy3L", (("Dy", 3), ("L", 1)))
DY6L2 = Species("Dy6L2", (("Dy", 6), ("L", 2)))
NETWORK = Network(
    (DY, L, DY2L, DY3L, DY6L2),
    (
        Reaction(
            "chelate",
            ("L", "Dy", "Dy"),
            ("Dy2L",),
            "k_chelate",
            law=read_rate_law("k_chelate*L*Dy"),
        ),
        Reaction("grow", ("Dy2L", "Dy"), ("Dy3L",), "k_grow"),
        Reaction("shrink", ("Dy3L",), ("Dy2L", "Dy"), "k_shrink"),
        Reaction("dimerise", ("Dy3L", "Dy3L"), ("Dy6L2",), "k_dimerise", factor=3),
    ),
)
HNP = PriorConditions((("Dy", 190.0), ("L", 23.8)), 0.1, 48.0)


def assert_bounds(prior, lower, upper):
    assert prior.kind == "log_uniform"
    np.testing.assert_allclose([prior.lower, prior.upper], [lower, upper], rtol=1e-12)


def test_a_first_order_step_lies_between_the_sampling_times_whatever_the_concentrations():
    prior = rate_constant_prior(NETWORK, "k_shrink", [HNP])

    assert_bounds(prior, 1 / (100 * 48), 100 / 0.1)


def test_chelation_takes_the_time_of_its_scarcest_reactant():
    prior = rate_constant_prior(NETWORK, "k_chelate", [HNP])

    assert_bounds(prior, 1 / (190 * 100 * 48), 100 / (190 * 0.1))


def test_a_statistical_factor_makes_a_step_faster():
    prior = rate_constant_prior(NETWORK, "k_dimerise", [HNP])

    # Dy3L could hold all of the ligand: 23.8 mM.
    assert_bounds(prior, 1 / (3 * 23.8 * 100 * 48), 100 / (3 * 23.8 * 0.1))


def test_a_statistical_factor_counts_for_a_first_order_step_too():
    b = Species("B", (("Dy", 1),))
    network = Network((DY, b), (Reaction("turn", ("Dy",), ("B",), "k", factor=6),))

    assert_bounds(rate_constant_prior(network, "k", [HNP]), 1 / (6 * 4800), 100 / (6 * 0.1))


def test_what_is_put_in_ready_made_counts_with_all_its_blocks():
    largest = largest_concentrations(NETWORK, PriorConditions((("Dy6L2", 2.0), ("Dy", 1.0)), 1, 2))

    assert largest == pytest.approx({"Dy": 13, "L": 4, "Dy2L": 4, "Dy3L": 4, "Dy6L2": 2})


def test_several_experiments_give_the_widest_range():
    dilute = PriorConditions((("Dy", 1.9), ("L", 0.238)), 1.0, 10.0)
    prior = rate_constant_prior(NETWORK, "k_chelate", [HNP, dilute])

    assert_bounds(prior, 1 / (190 * 100 * 48), 100 / (1.9 * 1.0))


def test_a_shared_constant_takes_the_widest_range_of_its_steps():
    shared = Network(
        NETWORK.species,
        (
            Reaction("chelate", ("L", "Dy", "Dy"), ("Dy2L",), "k", law=read_rate_law("k*L*Dy")),
            Reaction("dimerise", ("Dy3L", "Dy3L"), ("Dy6L2",), "k"),
        ),
    )

    assert_bounds(rate_constant_prior(shared, "k", [HNP]), 1 / (190 * 100 * 48), 100 / (23.8 * 0.1))


def test_the_third_order_law_carries_the_square_of_the_concentration():
    law = Reaction("chelate", ("L", "Dy", "Dy"), ("Dy2L",), "k", law=read_rate_law("k*L*Dy^2"))
    prior = rate_constant_prior(Network((DY, L, DY2L), (law,)), "k", [HNP])

    assert_bounds(prior, 1 / (190**2 * 100 * 48), 100 / (190**2 * 0.1))


def test_largest_concentrations_come_from_the_scarcest_block():
    largest = largest_concentrations(NETWORK, HNP)

    assert largest == pytest.approx(
        {"Dy": 190, "L": 23.8, "Dy2L": 23.8, "Dy3L": 23.8, "Dy6L2": 11.9}
    )


def test_a_species_without_composition_may_hold_all_that_was_put_in():
    a, b = Species("A", ()), Species("B", ())
    network = Network((a, b), (Reaction("join", ("A", "A"), ("B",), "k"),))
    conditions = PriorConditions((("A", 4.0), ("B", 1.0)), 1.0, 10.0)

    assert largest_concentrations(network, conditions) == {"A": 5.0, "B": 5.0}
    assert_bounds(rate_constant_prior(network, "k", [conditions]), 1 / (5 * 1000), 100 / 5)


def refused(network, constant, conditions=HNP):
    with pytest.raises(InputError) as refusal:
        rate_constant_prior(network, constant, [conditions])
    return str(refusal.value)


def test_what_has_no_default_asks_for_a_stated_prior():
    a, b = Species("A", ()), Species("B", (("B", 1),))
    feed = Reaction("feed", (), ("A",), "k_feed")
    eat = Reaction("eat", ("A", "A"), ("B",), "k_eat")
    saturating = Reaction(
        "turn", ("A",), ("B",), "k", law=read_rate_law("k*A/(K + A)"), further_rate_constants=("K",)
    )
    timed = Reaction("turn", ("A",), ("B",), "k", law=read_rate_law("k*t*A"))
    quadratic = Reaction("turn", ("A",), ("B",), "k", law=read_rate_law("k^2*A"))
    breed = Reaction("breed", ("A",), ("A", "A"), "k_breed")
    conditions = PriorConditions((("A", 1.0),), 1.0, 10.0)
    remedy = "state one under [priors]"

    assert refused(Network((a, b), (feed,)), "k_feed") == (
        "rate constant 'k_feed' has no default prior, since reaction 'feed' has no reactant to "
        f"run out of; {remedy}"
    )
    assert refused(Network((a, b), (feed, eat)), "k_eat", conditions) == (
        "rate constant 'k_eat' has no default prior, since reaction 'feed' may feed the system "
        f"without end; {remedy}"
    )
    assert "reaction 'breed' may feed" in refused(
        Network((a, b), (breed, eat)), "k_eat", conditions
    )
    assert "the rate law of reaction 'turn' has several constants" in refused(
        Network((a, b), (saturating,)), "K"
    )
    assert "the rate law of reaction 'turn' is not proportional to it" in refused(
        Network((a, b), (quadratic,)), "k"
    )
    assert "the rate law of reaction 'turn' changes with time" in refused(
        Network((a, b), (timed,)), "k"
    )
    assert "no experiment starts with what its step needs" in refused(
        NETWORK, "k_grow", PriorConditions((("Dy", 190.0),), 0.1, 48.0)
    )


def test_the_default_is_a_prior_like_any_other():
    assert isinstance(rate_constant_prior(NETWORK, "k_grow", [HNP]), Prior)


def _network(*lines):
    names = ("S", "P", "Cat", "CatS")
    blocks = {"S": ("S",), "P": ("S",), "Cat": ("Cat",), "CatS": ("Cat", "S")}
    species = tuple(Species(name, tuple((b, 1) for b in blocks[name])) for name in names)
    steps = [s for i, line in enumerate(lines) for s in parse_reaction(f"r{i}", line, names)]
    return Network(species, tuple(steps))


FEW = PriorConditions((("S", 100.0), ("Cat", 0.01)), 0.25, 8.0)


def test_a_catalyst_does_not_run_out_and_its_constant_may_be_large():
    prior = rate_constant_prior(_network("S + Cat -> P + Cat ; k"), "k", [FEW])

    assert_bounds(prior, 1 / (0.01 * 100 * 8), 100 / (0.01 * 0.25))
    assert prior.lower < np.log(2) / (2.0 * 0.01) < prior.upper  # a half-life of 2 h


def test_a_held_species_without_composition_has_the_concentration_that_is_kept():
    network = Network(
        (Species("S", (("S", 1),)), Species("P", (("S", 1),)), Species("H", ())),
        tuple(parse_reaction("r", "S + H -> P ; k", ("S", "P", "H"))),
    )
    conditions = PriorConditions((("S", 100.0), ("H", 1e-4)), 0.25, 8.0, ("H",))

    prior = rate_constant_prior(network, "k", [conditions])

    assert_bounds(prior, 1 / (1e-4 * 100 * 8), 100 / (1e-4 * 0.25))


def test_a_complex_that_turns_over_may_be_a_millionth_of_the_catalyst():
    network = _network("S + Cat <=> CatS ; kon, koff", "CatS -> P + Cat ; kcat")

    on, turn = (rate_constant_prior(network, name, [FEW]) for name in ("kon", "kcat"))

    assert_bounds(turn, 1 / (100 * 8), 1e6 * 100 / 0.25)
    # The scarce catalyst binds once for each of ten thousand molecules of substrate.
    assert_bounds(on, 1 / (100 * 100 * 8), 1e4 * 100 / (100 * 0.25))


def test_reversible_binding_is_no_cycle_that_carries_anything():
    prior = rate_constant_prior(_network("S + Cat <=> CatS ; kon, koff"), "koff", [FEW])

    assert_bounds(prior, 1 / (100 * 8), 100 / 0.25)


def test_a_nucleation_may_make_a_single_seed_in_all_the_time():
    names = ("A", "B")
    lines = ("A -> B ; k1", "A + B -> 2 B ; k2")
    network = Network(
        (Species("A", (("X", 1),)), Species("B", (("X", 1),))),
        tuple(s for i, line in enumerate(lines) for s in parse_reaction(f"r{i}", line, names)),
    )
    conditions = PriorConditions((("A", 2.0),), 1.0, 24.0)

    seed, growth = (rate_constant_prior(network, name, [conditions]) for name in ("k1", "k2"))

    assert_bounds(seed, 1e-18 / 24, 100)
    assert_bounds(growth, 1 / (2 * 100 * 24), 100 / 2)
