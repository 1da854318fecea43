"""Networks of thousands of steps: the work grows with their number, not with its square."""

import sys
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from generated_networks import lattice, random_network

from assemblysim.errors import IntegrationError
from assemblysim.inference.model.default_priors import PriorConditions, rate_constant_prior
from assemblysim.kinetics.engines import program
from assemblysim.kinetics.engines.integration import Tolerance, integrate_batch
from assemblysim.kinetics.engines.program import compile_program, program_tables
from assemblysim.kinetics.reactor.reactor import Reactor
from assemblysim.mechanism.constants.rate_constant_units import rate_constant_units
from assemblysim.mechanism.network.containment import contains
from assemblysim.mechanism.network.laws import rate_laws
from assemblysim.mechanism.network.network import Network, Reaction, Species
from assemblysim.mechanism.properties.autocatalysis import carriers, growing_blocks
from assemblysim.mechanism.properties.balance import conserved_totals
from assemblysim.mechanism.reading.describe import describe
from assemblysim.mechanism.reading.system import read_system
from assemblysim.prediction.pathways import PathwayFractions, average_pathways, pathway_fractions_in
from benchmarks.cases import dense_lattice, reached

SPECIES = [(m, n) for m in range(9) for n in range(6) if m + n]
CONDITIONS = (PriorConditions((("Pd", 1.0), ("L", 2.0)), 0.1, 48.0),)


def name(m, n):
    return "".join(f"{b}{k if k > 1 else ''}" for b, k in (("Pd", m), ("L", n)) if k)


def write_table(folder, count, mark=""):
    """Write a model of 53 species and so many reversible steps of eight shared constants.

    A mark in the constants' names makes the network another one for every cache.
    """
    rows = []
    for unit in SPECIES:
        for m, n in SPECIES:
            larger = (m + unit[0], n + unit[1])
            if larger in SPECIES and (m, n) <= unit:
                kind = (unit[0] + unit[1]) % 4
                sides = f"{name(m, n)} + {name(*unit)},{name(*larger)}"
                rows.append(f"{sides},1,k_on{mark}{kind},1,k_off{mark}{kind}")
    random = np.random.default_rng(0)
    chosen = [rows[i] for i in sorted(random.permutation(len(rows))[: count - 60])]
    # All that is left of them is there in both sizes, so that the species are the same.
    first = [row for row in rows if row not in set(chosen)][:60] if count < len(rows) else []
    header = "reactants,products,count,rate constant,reverse count,reverse constant\n"
    (folder / "steps.csv").write_text(header + "\n".join([*chosen, *first]) + "\n", "utf-8")
    path = folder / "model.toml"
    path.write_text('blocks = ["Pd", "L"]\nsteps = "steps.csv"\n', "utf-8")
    return path


def calls(work):
    """Count the calls of functions, Python's and C's, that some work takes."""
    counted = 0

    def count(frame, event, argument):
        nonlocal counted
        counted += event in ("call", "c_call")

    sys.setprofile(count)
    try:
        result = work()
    finally:
        sys.setprofile(None)
    return counted, result


def priors(network):
    return [
        rate_constant_prior(network, constant, CONDITIONS)
        for constant in network.rate_constant_names
    ]


def fractions(network):
    """Pathways from made-up extents: the integration is the engine's own matter."""
    return average_pathways([ways_of(network)], [1.0])


def ways_of(network):
    names = [r.name for r in network.reactions if r.reverse_of is None]
    ways = tuple((r.products[0], r.name) for r in network.reactions if r.name in set(names))
    return PathwayFractions(ways, np.ones((3, len(ways))))


WORK = {
    "rate_constant_units": rate_constant_units,
    "conserved_totals": conserved_totals,
    "default priors": priors,
    "compile": compile_program,
    "contains": lambda network: contains(network, network),
    "pathways": fractions,
}


@pytest.fixture(scope="module")
def sizes(tmp_path_factory):
    """Two systems, the second with twice the steps of the first."""
    found = []
    for count in (140, 280):
        path = write_table(tmp_path_factory.mktemp(f"of{count}"), count)
        found.append((path, read_system(path)))
    assert [len(s.whole_network().reactions) for _, s in found] == [280, 560]
    return found


def grown(work, folder, mark):
    """How many times the work of 140 reversible steps that of 280 is, both for the first time."""
    counts = []
    for count in (140, 140, 280):  # the first imports what is needed
        path = write_table(folder, count, f"_{mark}{len(counts)}_")
        counts.append(calls(lambda path=path: work(read_system(path)))[0])
    return counts[2] / counts[1]


@pytest.mark.parametrize("part", WORK)
def test_twice_the_steps_are_at_most_twice_the_work(tmp_path, part):
    mark = part.replace(" ", "")
    assert grown(lambda system: WORK[part](system.whole_network()), tmp_path, mark) < 2.2


def test_describing_twice_the_steps_is_at_most_twice_the_work(tmp_path):
    assert grown(describe, tmp_path, "describe") < 2.2


def test_the_count_of_work_sees_a_square(tmp_path):
    def square(system):
        steps = system.whole_network().reactions
        return [abs(1) for _ in steps for _ in steps]

    assert grown(square, tmp_path, "square") > 3


def test_a_large_network_is_summarised_and_not_listed(sizes):
    text = describe(sizes[1][1])

    assert len(text.splitlines()) < 60
    assert "560 one-way steps, 560 of them as 280 reversible pairs, 8 rate constants" in text
    assert "species in the most steps: " in text
    assert "step_17" not in text.replace("once round", "").split("Mechanism all")[0]
    assert "conserved: Pd, in " in text
    assert "d[Pd]/dt" not in text


def test_a_mid_size_lattice_agrees_with_lsoda():
    network = lattice(6, 4)
    initial = np.zeros((2, len(network.species)))
    initial[:, network.species_names.index("Dy1L0")] = 10.0
    initial[:, network.species_names.index("Dy0L1")] = 3.0
    rate_constants = np.exp(
        np.random.default_rng(0).normal(-1, 1, (2, len(network.rate_constant_names)))
    )
    times = np.array([0.1, 1.0, 10.0])
    tolerance = Tolerance(1e-8, 1e-12, 100_000)
    native, reference = (
        integrate_batch(network, rate_constants, initial, times, tolerance, engine=engine)
        for engine in ("native", "reference")
    )

    assert len(network.reactions) > 100
    assert native.completed.all()
    np.testing.assert_allclose(
        native.concentrations, reference.concentrations, rtol=1e-5, atol=1e-8
    )


@pytest.mark.parametrize("seed", range(20))
def test_default_priors_are_those_of_the_rate_laws_as_expressions(seed):
    network = random_network(np.random.default_rng(seed), laws=False)
    conditions = PriorConditions(tuple((s.name, 2.0) for s in network.species), 0.5, 24.0)
    largest = {
        s.name: sum(2.0 * n for t in network.species for _, n in t.composition)
        / s.composition[0][1]
        for s in network.species
    }
    apart = {network.species_names[i] for i in carriers(network)}  # these have wider ones
    apart.update(network.species_names[i] for block in growing_blocks(network) for i in block)
    of_carriers = {
        r.rate_constant
        for r in network.reactions
        if apart & {*r.reactants, *r.products} or {*r.reactants} & {*r.products}
    }
    for constant in set(network.rate_constant_names) - of_carriers:
        bounds = []
        for reaction, law in zip(network.reactions, rate_laws(network), strict=True):
            if reaction.rate_constant == constant:
                rate = float(law.subs({constant: 1.0, **largest}))
                time = min(largest[n] for n in reaction.reactants) / rate
                bounds += [time / 2400, time * 200]
        prior = rate_constant_prior(network, constant, (conditions,))

        np.testing.assert_allclose(
            (prior.lower, prior.upper), (min(bounds), max(bounds)), rtol=1e-12
        )


def test_shares_of_products_made_in_many_ways_add_up():
    network = lattice(3, 2)
    initial = np.array([[1.0 if n in ("Dy1L0", "Dy0L1") else 0.0 for n in network.species_names]])
    rate_constants = np.array(
        [[1.0 if n.startswith("attach") else 0.01 for n in network.rate_constant_names]]
    )
    found = pathway_fractions_in(Reactor.isothermal(network, rate_constants, initial), 5.0)
    products = [product for product, _ in found.routes]

    assert len(set(products)) > 3
    for product in set(products):
        shares_of = [v for p, v in zip(products, found.values[0], strict=True) if p == product]
        assert np.isnan(shares_of).all() or sum(shares_of) == pytest.approx(1.0)


def test_a_network_that_lacks_its_reverse_steps_is_still_one(sizes):
    whole = sizes[0][1].whole_network()
    forward = Network(whole.species, whole.reactions[::2])

    assert contains(whole, forward)


def test_all_of_the_large_benchmark_takes_part():
    network = dense_lattice()
    start = ("Dy1L0", "Dy0L1")

    assert (len(network.species), len(network.reactions)) == (503, 10_000)
    assert reached(network, start) == set(network.species_names)
    # the first steps alone, in the order in which they are made, leave species out
    first = Network(network.species, network.reactions[:6_000])
    assert len(reached(first, start)) < 400


def test_a_network_whose_factors_are_too_full_is_refused_in_one_line(monkeypatch):
    network, n = lattice(4, 2), 560
    all_of_all = np.arange(n + 1, dtype=np.int32) * n, np.tile(np.arange(n, dtype=np.int32), n)
    each = np.arange(n + 1, dtype=np.int32), np.arange(n, dtype=np.int32), np.ones(n)
    entangled = replace(
        program_tables(network),
        species=n,
        factors=np.ones(n),
        constant_of=np.zeros(n, dtype=np.int32),
        reactants=each,
        change=(*all_of_all, np.ones(n * n)),
    )
    monkeypatch.setattr(program, "program_tables", lambda *_, **__: entangled)

    with pytest.raises(IntegrationError, match=r"^14 species with \d+ one-way steps are too ent"):
        compile_program.__wrapped__(network)


def test_more_species_than_the_engine_takes_are_refused_with_both_numbers(monkeypatch):
    monkeypatch.setattr(program, "MOST_SPECIES", 13)

    with pytest.raises(IntegrationError, match=r"^14 species .* 14 variables, at most 13, and at"):
        compile_program.__wrapped__(lattice(4, 2))


def test_as_many_species_as_the_bound_says_are_taken():
    species = tuple(Species(f"S{i}", ()) for i in range(program.MOST_SPECIES))
    names = [one.name for one in species]
    steps = tuple(Reaction(f"r{i}", (a,), (b,), "k") for i, (a, b) in enumerate(pairwise(names)))

    compile_program.__wrapped__(Network(species, steps), eliminate=False)
    with pytest.raises(IntegrationError, match="20001 variables, at most 20000"):
        compile_program.__wrapped__(Network((*species, Species("more", ())), steps))
    with pytest.raises(ValueError, match="malformed program: species"):  # the kernel's own bound
        replace(program_tables(Network(species, steps)), species=20_001).program()
