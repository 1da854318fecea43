"""Statistical factors against molecules that are followed one by one, block by block.

The simulation knows no factors: a molecule is a list of single blocks, a step takes molecules at
random, shuffles their blocks and makes the products of them. A species on both sides is put back
as it was.
"""

import math
from collections import Counter

import numpy as np
import pytest
from labelled_examples import DEALT, METALS, TWO, expanded_network
from sample_networks import HNP_DY6, species

from assemblysim.kinetics.engines.integration import integrate
from assemblysim.mechanism.labelled.expansion import expand
from assemblysim.mechanism.network.network import Network, Reaction

CROSSOVER = Network(
    species(Dy="Dy", Dy2L="2Dy L", Dy3L="3Dy L", Dy6L2="6Dy 2L"),
    (
        Reaction("grow", ("Dy2L", "Dy"), ("Dy3L",), "k_grow"),
        Reaction("shrink", ("Dy3L",), ("Dy2L", "Dy"), "k_shrink"),
        Reaction("dimerise", ("Dy3L", "Dy3L"), ("Dy6L2",), "k_dimerise"),
    ),
)


class Vessel:
    """Molecules of each core as lists of their labelled blocks."""

    def __init__(self, network, block, random):
        self.block, self.random = block, random
        self.held = {s.name: dict(s.composition).get(block, 0) for s in network.species}
        self.molecules = {name: [] for name in self.held}

    def event(self, step, *, keep):
        """Let one step happen; return what went in and what came out, and put it back if kept."""
        taken = []
        for core, count in Counter(step.reactants).items():
            there = self.molecules[core]
            chosen = self.random.choice(len(there), count, replace=False)
            taken += [(core, there[i]) for i in chosen]
            self.molecules[core] = [m for i, m in enumerate(there) if i not in set(chosen)]
        after, pool, made = Counter(step.products), [], []
        for core, blocks in taken:
            if after[core]:
                after[core] -= 1
                made.append((core, blocks))
            else:
                pool += blocks
        self.random.shuffle(pool)
        for core in after.elements():
            made.append((core, pool[: self.held[core]]))
            pool = pool[self.held[core] :]
        for core, blocks in taken if keep else made:
            self.molecules[core].append(blocks)
        return told(taken), told(made)


def told(molecules):
    """Molecules as a set of (core, number of labelled blocks) with their counts."""
    return frozenset(Counter((core, sum(blocks)) for core, blocks in molecules).items())


def expected(step, variants, by_name, counts):
    """Probability of each labelled step, for whole numbers of molecules."""
    weights = {}
    for one in variants:
        ways = one.factor / step.factor
        for name, n in Counter(one.reactants).items():
            ways *= math.perm(counts[name], n)
        sides = tuple(
            frozenset(Counter((by_name[n].core, labelled(by_name[n])) for n in side).items())
            for side in (one.reactants, one.products)
        )
        weights[sides] = weights.get(sides, 0) + ways
    total = sum(weights.values())
    return {key: w / total for key, w in weights.items()}


def labelled(one):
    return sum(sum(numbers[1:]) for _, numbers in one.counts)


def filled(network, block, labels, random):
    """A vessel with a few molecules of every labelled species, and their numbers."""
    expansion = expand(network.species, network.reactions, labels)
    vessel = Vessel(network, block, random)
    counts = {}
    for one in expansion.labelled:
        counts[one.name] = int(random.integers(2, 5))
        marked = labelled(one)
        for _ in range(counts[one.name]):
            blocks = [True] * marked + [False] * (vessel.held[one.core] - marked)
            vessel.molecules[one.core].append(blocks)
    return vessel, counts, expansion


@pytest.mark.parametrize(
    ("network", "block", "labels", "name"),
    [
        (HNP_DY6, "Dy", METALS, "dimerise"),
        (HNP_DY6, "Dy", METALS, "close"),
        (CROSSOVER, "Dy", METALS, "shrink"),
        (DEALT, "M", TWO, "halve"),
        (DEALT, "M", TWO, "swap"),
        (DEALT, "M", TWO, "grow"),
        (DEALT, "M", TWO, "meet"),
    ],
)
def test_labelled_steps_happen_as_often_as_their_factors_say(network, block, labels, name):
    random = np.random.default_rng(20230920)
    vessel, counts, expansion = filled(network, block, labels, random)
    step = next(r for r in network.reactions if r.name == name)
    variants = dict(expansion.reactions)[name]
    probabilities = expected(step, variants, expansion.by_name, counts)
    events = 3000

    seen = Counter(vessel.event(step, keep=True) for _ in range(events))

    assert set(seen) <= set(probabilities)
    assert chi_square(seen, probabilities, events) < 4.5
    # Without its statistical factors (all steps alike for their molecules) the same test fails.
    plain = [one.__class__(one.name, one.reactants, one.products, "k") for one in variants]
    if name not in ("close", "grow"):  # of which all factors are 1
        wrong = expected(step, plain, expansion.by_name, counts)
        assert chi_square(seen, wrong, events) > 6


def chi_square(seen, probabilities, events):
    """Pearson's statistic as a distance from its mean in standard deviations."""
    rest = Counter()
    for key, p in probabilities.items():
        # Rare outcomes are counted together.
        rest[key if p * events >= 8 else "rare"] += p
    observed = Counter()
    for key, n in seen.items():
        observed[key if probabilities.get(key, 0) * events >= 8 else "rare"] += n
    terms = [(observed[k] - events * p) ** 2 / (events * p) for k, p in rest.items() if p > 0]
    freedom = max(1, len(terms) - 1)
    return (sum(terms) - freedom) / math.sqrt(2 * freedom)


def test_a_crossover_of_single_molecules_ends_as_its_equations_say():
    """Dy3L and Gd3L mixed: many short courses of few molecules against the expanded mechanism."""
    runs, size, until = 60, 60, 4.0
    constants = {"grow": 0.02, "shrink": 0.15, "dimerise": 0.004}
    random = np.random.default_rng(7)
    found = np.array([course(constants, size, until, random) for _ in range(runs)])
    expansion = expand(CROSSOVER.species, CROSSOVER.reactions, METALS)
    network = expanded_network(expansion)
    start = np.array([size * (name in ("Dy3L", "Gd3L")) for name in network.species_names], float)

    def distance(dimerise):
        given = np.array([constants["grow"], constants["shrink"], dimerise])
        end = integrate(network, given, start, np.array([until])).concentrations[0]
        ends = dict(zip(network.species_names, end, strict=True))
        ours = [ends[one.name] for one in expansion.by_core["Dy6L2"]]
        errors = np.maximum(found.std(axis=0) / math.sqrt(runs), 0.02)
        return np.abs((found.mean(axis=0) - ours) / errors).max()

    assert distance(constants["dimerise"]) < 4
    assert distance(1.5 * constants["dimerise"]) > 6


def course(constants, size, until, random):
    """Number of Dy6L2 with 0 to 6 Gd at the end of one course."""
    vessel = Vessel(CROSSOVER, "Dy", random)
    vessel.molecules["Dy3L"] = [[False] * 3 for _ in range(size)] + [
        [True] * 3 for _ in range(size)
    ]
    time = 0.0
    while True:
        sizes = {core: len(found) for core, found in vessel.molecules.items()}
        rates = np.array(
            [
                constants[step.name]
                * math.prod(math.perm(sizes[c], n) for c, n in Counter(step.reactants).items())
                for step in CROSSOVER.reactions
            ]
        )
        total = rates.sum()
        time += random.exponential(1 / total) if total else until
        if time >= until:
            break
        which = int(np.searchsorted(np.cumsum(rates), random.random() * total))
        vessel.event(CROSSOVER.reactions[which], keep=False)
    ends = Counter(sum(blocks) for blocks in vessel.molecules["Dy6L2"])
    return [ends[n] for n in range(7)]
