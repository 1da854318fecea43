"""Expanded mechanisms: sums over labels, numbers of species and steps, limits, names."""

import math
from collections import Counter
from functools import cache

import numpy as np
import pytest
from labelled_examples import (
    DEALT,
    METALS,
    THREE,
    TWO,
    WRITTEN_LAWS,
    cases,
    expanded_network,
    right_hand_side,
    summing,
)
from sample_networks import HNP_DY6

from assemblysim.errors import InputError
from assemblysim.kinetics.engines.integration import integrate
from assemblysim.kinetics.symbolic.compilation import compile_network
from assemblysim.mechanism.labelled import expansion as expansion_module
from assemblysim.mechanism.labelled.expansion import expand
from assemblysim.mechanism.labelled.forms import ChangedConstant, Labels
from assemblysim.mechanism.network.network import Network, Reaction, Species
from assemblysim.mechanism.properties.balance import check_balance

CASES = cases()
HNP_DY6_REVERSED = Network(
    HNP_DY6.species,
    tuple(
        Reaction(f"{r.name}_{i}", r.products, r.reactants, r.rate_constant)
        for r in HNP_DY6.reactions
        for i in range(6)
    ),
)


@cache
def expanded(network, labels):
    return expand(network.species, network.reactions, labels)


def both_sides(network, labels, random, *, spoil=1.0):
    """The sums over labels of the expanded right-hand side, and the right-hand side of the sums."""
    expansion = expanded(network, labels)
    large = expanded_network(expansion)
    if spoil != 1:
        first, *rest = large.reactions
        spoilt = Reaction(first.name, first.reactants, first.products, first.rate_constant, spoil)
        large = Network(large.species, (spoilt, *rest))
    mixture = random.lognormal(0, 1, len(large.species))
    if spoil == 1:
        # Some forms are not there; of every core one is, since a law may not care for a reactant.
        there = random.integers(0, 2, len(large.species))
        first = np.flatnonzero(np.diff(np.argmax(summing(network, expansion), axis=0), prepend=-1))
        there[first] = 1
        mixture *= there
    constants = dict(zip(network.rate_constant_names, random.lognormal(0, 1, 99), strict=False))
    total = summing(network, expansion) @ mixture
    ours = right_hand_side(large, mixture, constants)
    return summing(network, expansion) @ ours, right_hand_side(network, total, constants)


@pytest.mark.parametrize("name", CASES)
def test_right_hand_sides_summed_over_labels_are_those_without_labels(name):
    random = np.random.default_rng(20230919)
    for _ in range(3):
        ours, theirs = both_sides(*CASES[name], random)

        np.testing.assert_allclose(ours, theirs, rtol=0, atol=1e-12 * np.abs(theirs).max())


def test_a_wrong_statistical_factor_is_seen_in_the_sums():
    ours, theirs = both_sides(*CASES["dimerisation"], np.random.default_rng(1), spoil=1.5)

    assert np.abs(ours - theirs).max() > 1e-3 * np.abs(theirs).max()


@pytest.mark.parametrize("name", [name for name in CASES if name != "written laws"])
def test_courses_summed_over_labels_are_those_without_labels(name):
    network, labels = CASES[name]
    expansion = expanded(network, labels)
    large = expanded_network(expansion)
    random = np.random.default_rng(20230923)
    start = random.lognormal(0, 1, len(large.species)) * random.integers(0, 2, len(large.species))
    add = summing(network, expansion)
    times = np.array([0.01, 0.1, 1.0])
    constants = dict(zip(network.rate_constant_names, random.lognormal(-2, 1, 99), strict=False))

    def course(of, initial):
        given = np.array([constants[constant] for constant in of.rate_constant_names])
        return integrate(of, given, initial, times, rtol=1e-8, atol=1e-10).concentrations

    theirs = course(network, add @ start)
    difference = course(large, start) @ add.T - theirs

    assert (np.abs(difference) < 10 * (1e-10 + 1e-8 * np.abs(theirs))).all()


@pytest.mark.parametrize("name", CASES)
def test_labelled_steps_balance_form_by_form(name):
    network, labels = CASES[name]
    large = expanded_network(expanded(network, labels))
    known = {one.name: one for one in large.species}

    for step in large.reactions:
        check_balance(step, known)


def test_numbers_of_steps_equal_closed_forms():
    """Of f forms, n blocks have C(n + f - 1, n) choices, and two molecules of one core a pair."""

    def choices(n, forms):
        return math.comb(n + forms - 1, n)

    for metals, ligands in ((2, 1), (2, 2), (3, 2)):
        labels = Labels((("Dy", ("Dy", "Gd", "Y")[:metals]), ("L", ("L", "Ld")[:ligands])))
        steps = {name: len(found) for name, found in expanded(HNP_DY6, labels).reactions}
        one, two, three, five = (choices(n, metals) for n in (1, 2, 3, 5))
        single, pair = ligands, choices(2, ligands)

        assert steps == {
            "chelate": single * choices(2, one),
            "grow": two * single * one,
            "dimerise": choices(2, three * single),
            "couple": two * single * three * single,
            "close": five * pair * one,
        }


def test_two_unlike_forms_of_one_species_have_twice_the_constant():
    steps = {s.name: s.factor for s in dict(expanded(HNP_DY6, METALS).reactions)["dimerise"]}

    assert steps["dimerise"] == 1
    assert steps["dimerise_2Gd3L"] == 1
    assert steps["dimerise_Dy3L_Gd3L"] == 2
    assert len(steps) == 10
    assert sorted(steps.values()) == [1] * 4 + [2] * 6


def test_blocks_are_dealt_out_at_random_and_a_species_on_both_sides_keeps_its_own():
    found = dict(expanded(DEALT, TWO).reactions)
    halves = {
        tuple(sorted(s.products)): s.factor for s in found["halve"] if s.reactants == ("D_N2",)
    }
    grown = {
        (s.reactants, s.products): s.factor
        for s in found["grow"]
        if Counter(s.reactants) == Counter(("A", "B", "B_N2"))
    }

    # Of 4 blocks, 2 of them N: 6 ways to draw the first pair.
    assert halves == pytest.approx({("B", "B_N2"): 3 * 2 / 6, ("B_N", "B_N"): 3 * 4 / 6})
    # Two orders of the unlike B; either of them stays with 1/2.
    assert sorted(p for _, p in grown) == [("B", "C_N2"), ("B_N2", "C")]
    assert list(grown.values()) == [1, 1]


def test_what_is_dealt_out_and_fed_is_told():
    expansion = expanded(DEALT, THREE)

    assert [step for step, _ in expansion.dealt] == ["halve", "swap", "burst"]
    assert expansion.fed == (("feed", "M"),)
    assert [s.products for s in dict(expansion.reactions)["feed"]] == [("A",)]


def test_a_way_back_knows_its_own_way_forth():
    network, labels = CASES["binding"]
    found = dict(expanded(network, labels).reactions)
    forth = {s.name: s for s in found["bind"]}

    assert len(found["bind_reverse"]) == len(forth) == 6
    for step in found["bind_reverse"]:
        assert Counter(forth[step.reverse_of].products) == Counter(step.reactants)
        assert Counter(forth[step.reverse_of].reactants) == Counter(step.products)


def test_a_label_changes_a_constant_of_its_steps_alone():
    labels = Labels(METALS.forms, (ChangedConstant("k_dimerise", ("Dy3L", "Gd3L"), (), "k_mixed"),))
    found = dict(expanded(HNP_DY6, labels).reactions)["dimerise"]

    assert [s.name for s in found if s.rate_constant == "k_mixed"] == ["dimerise_Dy3L_Gd3L"]
    assert len([s for s in found if s.rate_constant == "k_dimerise"]) == 9


def test_a_changed_constant_stands_in_a_written_law_too():
    labels = Labels(METALS.forms, (ChangedConstant("k_chelate", ("Gd", "Gd"), (), "k_slow"),))
    laws = {s.name: s.law.text for s in dict(expanded(HNP_DY6, labels).reactions)["chelate"]}

    assert laws["chelate_2Gd"] == "k_slow*L*Gd^2/(Dy + Gd)"
    assert laws["chelate_Dy_Gd"] == "2*k_chelate*L*Dy*Gd/(Dy + Gd)"


@pytest.mark.parametrize(
    ("change", "line"),
    [
        (
            ChangedConstant("k_grow", ("Gd3L",), (), "k_new"),
            "[labelled_constants]: k_grow: no step with this constant has 'Gd3L' among its "
            "labelled species, or an earlier line fits them all; mend it, or take it out",
        ),
    ],
)
def test_a_change_that_fits_nothing_is_refused(change, line):
    with pytest.raises(InputError) as refusal:
        expanded(HNP_DY6, Labels(METALS.forms, (change,)))

    assert str(refusal.value) == line


def test_too_many_species_are_refused_before_they_are_written(monkeypatch):
    def never(*_):
        raise AssertionError("expanded")

    monkeypatch.setattr(expansion_module, "labelled_forms", never)
    cage = Species("cage", (("M", 1000), ("L", 2000)))
    step = Reaction("leave", ("cage",), (), "k")
    labels = Labels((("M", ("M", "Ma", "Mb")), ("L", ("L", "Ld"))))

    with pytest.raises(InputError) as refusal:
        expand((cage,), (step,), labels)

    total = math.comb(1002, 2) * 2001
    assert str(refusal.value) == (
        f"[labelled]: {total} labelled species ({total} of cage alone), at most 400 are accepted; "
        "label fewer blocks, or use fewer forms"
    )


def test_too_many_steps_are_refused(monkeypatch):
    big, labels = Species("big", (("M", 199),)), Labels((("M", ("M", "Ma")),))
    meet = Reaction("meet", ("big", "big"), (), "k")

    with pytest.raises(InputError) as refusal:
        expand((big,), (meet,), labels)
    assert str(refusal.value) == (
        "[labelled]: at least 20100 labelled steps, at most 20000 are accepted; label fewer "
        "blocks, or use fewer forms"
    )
    # Where products can be dealt in many ways, steps are counted as they are written.
    monkeypatch.setattr(expansion_module, "MOST_LABELLED_STEPS", 170)
    with pytest.raises(InputError, match="more than 170 labelled steps, at most 170"):
        expanded(HNP_DY6_REVERSED, METALS)


def test_changing_forms_keep_laws_finite_where_all_forms_are_gone():
    saturate = Network(WRITTEN_LAWS.species, WRITTEN_LAWS.reactions[:1])
    for network, labels in (CASES["hnp_dy6"], (saturate, TWO)):
        large = expanded_network(expanded(network, labels))
        compiled = compile_network(large)
        constants = np.ones(len(large.rate_constant_names))
        for size in (0.0, 1e-40, 1e-12):
            point = np.full(len(large.species), size)
            point[::2] *= -1
            assert np.isfinite(compiled.rhs(point, constants)).all()
            assert np.isfinite(compiled.jacobian(point, constants)).all()
            assert np.abs(compiled.fluxes(point, constants)).max() <= 1e-9
