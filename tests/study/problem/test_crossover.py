"""A motif mixed with a labelled form of itself: counts of labelled blocks against closed forms."""

from dataclasses import replace
from math import comb

import numpy as np
import pytest

from assemblysim.inference.model.problem import reactor_of, signals_of
from assemblysim.kinetics.reactor.reactor import courses
from assemblysim.mechanism.network.network import Network
from assemblysim.study.definition.reading import read_study
from assemblysim.study.problem.crossover import possible_crossovers
from assemblysim.study.problem.problems import build_problem

MODEL = """
[species]
M = "M"
L = "L"
ML = "M L"
M2L = "2M L"
M4L2 = "4M 2L"
[reactions]
bind = "M + L -> ML ; k_bind"
fill = "ML + M -> M2L ; k_fill"
lose = "M2L -> ML + M ; k_lose"
join = "2 M2L -> M4L2 ; k_join"
[mechanisms]
whole = ["bind", "fill", "join"]
moves = ["bind", "fill", "lose", "join"]
"""
STUDY = """
title = "SYNTHETIC: motifs"
model = "../model.toml"
seed = 1
synthetic = true
[[experiments]]
name = "one"
initial = { M = "12 mM", L = "4 mM" }
data = "table.csv"
temperature = [["0 min", "20 degC"], ["30 min", "60 degC"]]
[temperature]
reference = "60 degC"
[measurement]
scale = "per spectrum"
signals = ["ML", "M2L", "M4L2"]
noise = "proportional"
"""
TABLE = "time (h),ML,M2L,M4L2\n1,0.3,0.5,0.2\n4,0.1,0.2,0.7\n"
TIMES = np.array([0.0, 0.5, 2.0, 8.0])


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    folder = tmp_path_factory.mktemp("crossover") / "study"
    folder.mkdir()
    (folder.parent / "model.toml").write_text(MODEL, encoding="utf-8")
    (folder / "study.toml").write_text(STUDY, encoding="utf-8")
    (folder / "table.csv").write_text(TABLE, encoding="utf-8")
    return read_study(folder)


@pytest.fixture(scope="module")
def problems(study):
    return [build_problem(study, name) for name in ("whole", "moves")]


def mixed(study, problems, core="M2L"):
    return next(c for c in possible_crossovers(study.system.species, problems) if c.core == core)


def followed(problem, k_join=0.2):
    """Courses of a mixture by species, with k_lose = 0.7 / h and k_fill = 2 / (mM h)."""
    given = {"k_bind": 1.0, "k_fill": 2.0, "k_lose": 0.7, "k_join": k_join}
    middle = [given.get(p.name, float(p.prior.quantile(0.5))) for p in problem.parameters]
    named = problem.named(np.array([middle]))
    batch = courses(reactor_of(problem, problem.experiments[0], named), TIMES, problem.tolerance)
    return dict(zip(batch.species, batch.concentrations[0].T, strict=True)), named, batch


def test_motifs_that_join_as_a_whole_give_one_to_two_to_one(study, problems):
    crossover = mixed(study, problems)
    found, _, _ = followed(crossover.of(problems[0]))

    assert (crossover.block, crossover.amount) == ("M", 2.0)  # 4 mM of L make 4 mM
    motif = 4.0 / (1 + 2 * 0.2 * 4.0 * TIMES)  # d[M2L]/dt = -2 k [M2L]^2
    np.testing.assert_allclose(found["M2L"], motif / 2, rtol=1e-5)
    product = (4.0 - motif) / 2
    for name, part in (("M4L2", 1 / 4), ("M2Mx2L2", 1 / 2), ("Mx4L2", 1 / 4)):
        np.testing.assert_allclose(found[name], part * product, rtol=1e-5, atol=1e-9)
    for name in ("M3MxL2", "MMx3L2"):
        np.testing.assert_allclose(found[name], 0.0, atol=1e-12)


def test_blocks_that_move_go_towards_chance(study, problems):
    """Long before they join every motif has drawn its two blocks at random from equal amounts."""
    problem = mixed(study, problems).of(problems[1])
    found, _, _ = followed(problem, k_join=1e-3)

    forms = np.array([found[n][-1] for n in ("M4L2", "M3MxL2", "M2Mx2L2", "MMx3L2", "Mx4L2")])
    late = np.array([found[n][-1] for n in ("M2L", "MMxL", "Mx2L")])
    np.testing.assert_allclose(late / late.sum(), np.array([1, 2, 1]) / 4, atol=0.02)
    chance = np.array([comb(4, k) for k in range(5)]) / 16
    assert abs(forms / forms.sum() - chance).max() < 0.06
    assert abs(forms / forms.sum() - np.array([1, 0, 2, 0, 1]) / 4).max() > 0.15


def test_forms_add_up_to_what_the_motif_alone_does(study, problems):
    problem = mixed(study, problems).of(problems[1])
    found, named, batch = followed(problem)
    experiment = replace(
        problems[1].experiments[0],
        initial=tuple(4.0 if n == "M2L" else 0.0 for n in problems[1].network.species_names),
        protocol=problem.experiments[0].protocol,
    )
    alone = courses(reactor_of(problems[1], experiment, named), TIMES, problem.tolerance)

    sums = {"M2L": ("M2L", "MMxL", "Mx2L"), "ML": ("ML", "MxL"), "M": ("M", "Mx")}
    for core, forms in sums.items():
        place = alone.species.index(core)
        expected = alone.concentrations[0, :, place]
        np.testing.assert_allclose(sum(found[n] for n in forms), expected, rtol=1e-5, atol=1e-8)
    # and so do their signals, all with the response factor of the core
    seen = signals_of(problem.experiments[0], named, batch.concentrations)[0]
    names = [one.name for one in problem.experiments[0].measurement.signals]
    whole = signals_of(experiment, named, alone.concentrations)[0]
    background = named.get("background")[0]
    of_a = [i for i, n in enumerate(names) if n in ("M2L", "MMxL", "Mx2L")]
    np.testing.assert_allclose(
        (seen[:, of_a] - background).sum(axis=1), whole[:, 1] - background, rtol=1e-5, atol=1e-8
    )


def test_it_is_kept_at_the_temperature_at_which_the_experiment_ended(study, problems):
    experiment = mixed(study, problems).of(problems[0]).experiments[0]

    assert experiment.protocol.programme.kelvin == (333.15,)
    assert experiment.statements is None
    assert experiment.clock.exact


def test_only_what_is_made_used_up_and_seen_alone_is_a_motif(study, problems):
    species = study.system.species

    assert [c.core for c in possible_crossovers(species, problems)] == ["ML", "M2L"]
    own_noise = replace(study.measurement, noise_per_signal=True)
    noisy = [
        replace(p, experiments=(replace(p.experiments[0], measurement=own_noise),))
        for p in problems
    ]
    assert list(possible_crossovers(species, noisy)) == []


def test_a_motif_that_a_mechanism_does_not_know_is_not_proposed(study, problems):
    first = problems[0].experiments[0]
    network = Network(problems[0].network.species[:3], problems[0].network.reactions[:1])
    without = replace(first, network=network, initial=first.initial[:3])  # binds, and no more
    short = replace(problems[0], experiments=(without,))

    found = possible_crossovers(study.system.species, [short, problems[1]])

    assert [one.core for one in found] == ["ML"]
