"""Draws about a point of four studies, stored as a fit stores them; no fit is run."""

from functools import cache

import numpy as np
from checkout import ROOT

from assemblysim.inference.model.posterior import Posterior
from assemblysim.inference.sampling.ensembles import EnsembleState
from assemblysim.study.definition.reading import read_study
from assemblysim.study.draws.inference_data import PosteriorDraws, posterior_draws
from assemblysim.study.problem.problems import build_problem

KINDS = {
    "a factor for each spectrum": ("hnp_dy6_synthetic", "both"),
    "absolute, each signal its noise": ("hudson_bay", "lotka_volterra"),
    "absolute, additive noise": ("alpha_pinene", "published"),
    "words": ("dy6", "both"),
}


def states_about(problem, width, shape=(4, 15, 8), seed=2):
    """Ensembles, E of W walkers with N steps, that scatter about the best of some prior draws."""
    rng = np.random.default_rng(seed)
    ensembles, steps, walkers = shape
    posterior = Posterior(problem)
    tried = rng.standard_normal((400, len(problem.parameters)))
    middle = tried[np.argmax(posterior(tried))]
    states = []
    for _ in range(ensembles):
        chain = middle + width * rng.standard_normal((steps, walkers, len(problem.parameters)))
        density = posterior(chain.reshape(steps * walkers, -1)).reshape(steps, walkers)
        nothing = np.zeros(0)
        states.append(
            EnsembleState(chain, density, chain[-1], density[-1], nothing, nothing, nothing)
        )
    return tuple(states)


@cache
def stored(kind):
    """The problem of one of the kinds, its ensembles, and what is stored of them."""
    folder, mechanism = KINDS[kind]
    problem = build_problem(read_study(ROOT / "fits" / folder), mechanism)
    states = states_about(problem, 0.02)
    return problem, states, posterior_draws(problem, states, np.random.default_rng(3))


def made_up(names, units, values):
    """Stored draws of a study that was never fitted, from values (D, P)."""
    chains = values.reshape(2, -1, len(names))
    return PosteriorDraws(
        names=names,
        units=units,
        posterior=chains,
        log_density=np.zeros(chains.shape[:2]),
        observations=("spectrum at 1 h",),
        log_likelihood=np.zeros((*chains.shape[:2], 1)),
        prior=values[:5],
        readings=None,
        autocorrelation_time=2.0,
        walkers=4,
    )
