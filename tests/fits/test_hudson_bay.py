"""Hare and lynx: the posterior of an open network against published reference draws."""

from dataclasses import replace

import numpy as np
import pytest
from checkout import ROOT
from scipy.integrate import solve_ivp
from scipy.stats import norm

from assemblysim.inference.model.likelihood import log_likelihood
from assemblysim.inference.model.parameters import values_from_normal
from assemblysim.inference.sampling.ensembles import kept_draws
from assemblysim.inference.sampling.settings import (
    ConvergenceCriteria,
    SmcSettings,
    WiderPriorSmcSettings,
)
from assemblysim.kinetics.reactor.reactor import Reactor
from assemblysim.prediction.pathways import pathway_fractions_in
from assemblysim.study.definition.reading import read_study
from assemblysim.study.execution.running import fit_all, judged
from assemblysim.study.problem.problems import build_problem
from assemblysim.study.workers import OneWorker

# Walkers make the draws that are judged, many with few steps for less; the evidence is not. An
# effective size of 3000 knows a mean to 2 % of the width and a width to 1.3 %.
FEW_PARTICLES = {
    "size_sought": 1.0,
    "convergence": ConvergenceCriteria(effective_size=3000),
    "walkers": 96,
    "round_steps": 50,
    "screened": 256,
    "starts": 4,
    "smc": SmcSettings(pilot_particles=256, runs=2, particles=128),
    "prior_changes": WiderPriorSmcSettings(pilot_particles=128, runs=2, particles=96),
}
FOLDER = ROOT / "fits" / "hudson_bay"
HOURS_OF_A_YEAR = 365.25 * 24
# posteriordb, hudson_lynx_hare-lotka_volterra, 10,000 draws: mean and standard deviation, in
# 1/year and thousand pelts.
REFERENCE = {
    "a": (0.546864, 0.06305),
    "b": (0.0277473, 0.004155),
    "c": (0.800095, 0.08937),
    "d": (0.0240859, 0.003528),
    "initial_hare": (34.0352, 2.917),
    "initial_lynx": (5.9359, 0.5306),
    "noise_hare": (0.248057, 0.04326),
    "noise_lynx": (0.251017, 0.04359),
}


def departures(draws):
    """Names whose mean is off by more than 0.1 (and by 0.2 sd) or whose sd is by more than 10 %."""
    return [
        name
        for name, (mean, sd) in REFERENCE.items()
        if abs(draws[name].mean() - mean) > min(0.1, 0.2 * sd)
        or abs(draws[name].std(ddof=1) / sd - 1) > 0.1
    ]


@pytest.mark.slow
def test_hare_and_lynx_have_the_published_posterior(tmp_path):
    study = read_study(FOLDER)
    sampling = replace(study.sampling, **FEW_PARTICLES)
    problem = build_problem(study, "lotka_volterra")
    fits = fit_all((problem,), sampling, study.seed, {}, tmp_path, OneWorker(), lambda _: None)
    fit = fits["lotka_volterra"]
    flat = values_from_normal(problem.parameters, kept_draws(fit.states))
    draws = {name: flat[..., i].ravel() for i, name in enumerate(problem.parameter_names)}
    for rate in "abcd":
        draws[rate] *= HOURS_OF_A_YEAR

    assert judged(fit, sampling)[1] is None
    assert departures(draws) == []
    # The check has power: a shift of 0.2, or of a quarter of the width, and an sd 15 % too wide.
    for name, (mean, sd) in REFERENCE.items():
        shift = min(0.2, 0.4 * sd)
        assert departures({**draws, name: draws[name] + shift}) == [name]
        assert departures({**draws, name: mean + 1.25 * (draws[name] - mean)}) == [name]


def test_hare_and_lynx_is_the_published_model():
    """The log-likelihood, written out once more with scipy, at the published means."""
    study = read_study(FOLDER)
    problem = build_problem(study, "lotka_volterra")
    table = study.experiments[0].table
    mean = {name: numbers[0] for name, numbers in REFERENCE.items()}
    a, b, c, d = (mean[name] for name in "abcd")

    course = solve_ivp(
        lambda _, z: [(a - b * z[1]) * z[0], (d * z[0] - c) * z[1]],
        (0, 20),
        [mean["initial_hare"], mean["initial_lynx"]],
        t_eval=np.arange(21.0),
        rtol=1e-10,
        atol=1e-10,
    ).y.T
    sigma = [mean["noise_hare"], mean["noise_lynx"]]
    oracle = norm.logpdf(np.log(table.values), np.log(course), sigma).sum()

    values = [
        mean[name] / (HOURS_OF_A_YEAR if name in "abcd" else 1) for name in problem.parameter_names
    ]
    assert problem.parameter_names == tuple(REFERENCE)
    assert log_likelihood(problem, np.array([values])).total[0] == pytest.approx(oracle, abs=1e-3)


def test_hare_and_lynx_have_the_published_priors():
    problem = build_problem(read_study(FOLDER), "lotka_volterra")
    priors = {p.name: p.prior for p in problem.parameters}

    for name, mean, sd in (("a", 1, 0.5), ("b", 0.05, 0.05), ("c", 1, 0.5), ("d", 0.05, 0.05)):
        found = priors[name]
        assert found.kind == "normal"
        assert np.array([found.mean, found.deviation]) * HOURS_OF_A_YEAR == pytest.approx(
            [mean, sd]
        )
    for name, location in (("initial_hare", np.log(10)), ("noise_lynx", -1.0)):
        found = priors[name]
        assert found.kind == "log_normal"
        assert np.log([found.median, found.factor]) == pytest.approx([location, 1.0])


def test_an_open_network_without_lasting_products_has_no_pathway_shares():
    network = read_study(FOLDER).system.network("lotka_volterra")
    found = pathway_fractions_in(
        Reactor.isothermal(network, np.full((3, 4), 1e-5), np.full((3, 2), 10.0)), 100.0
    )

    assert found.routes == ()
    assert found.values.shape == (3, 0)
