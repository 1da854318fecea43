"""True predictions ranked among those of posterior draws: is a lifetime's interval calibrated?"""

from __future__ import annotations

import numpy as np

from assemblysim.inference.model.parameters import values_from_normal
from assemblysim.inference.model.problem import Problem, reactor_of
from assemblysim.prediction.lifetimes import lifetimes_in
from assemblysim.prediction.pathways import pathway_fractions_in
from assemblysim.study.results.predictions import presence_threshold, without_starting_materials

# Posterior draws whose predictions are made for each truth: 400 ranks, finer than those of the
# parameters since the ends of a 95 % interval are asked for.
PREDICTED_AMONG = 399
# Of the lifetimes, those that a chemist acts on.
QUANTITIES = ("time_of_maximum", "half_life")


def ranked_predictions(
    true: Problem, truth: np.ndarray, draws: np.ndarray, rng: np.random.Generator
) -> dict[str, int]:
    """Rank true lifetimes and pathway fractions among those of posterior draws.

    Args:
        true: the true mechanism.
        truth: shape (P,), standard-normal coordinates.
        draws: shape (D, P), careful draws, D of `PREDICTED_AMONG` or more.
        rng: source of randomness: which draws, and the order among equals.

    Returns:
        Ranks from 0 to `PREDICTED_AMONG`, by what is predicted, in the first
        experiment: "time_of_maximum of Dy3L", "half_life of Dy3L", "fraction of Dy6L2 by close".
        What does not happen within the window counts as later than anything that does; among
        equals the rank is drawn. Left out is what the truth has no value of, such as the fraction
        of a product that was not made.
    """
    chosen = draws[rng.choice(len(draws), PREDICTED_AMONG, replace=False)]
    names, values = predicted(true, np.vstack([truth, chosen]))
    ranks = {}
    for name, column in zip(names, values.T, strict=True):
        one, others = column[0], column[1:]
        if np.isnan(one) or np.isnan(others).any():
            continue
        below, equal = int((others < one).sum()), int((others == one).sum())
        ranks[name] = below + int(rng.integers(equal + 1))
    return ranks


def predicted(problem: Problem, positions: np.ndarray) -> tuple[tuple[str, ...], np.ndarray]:
    """Predict what is ranked, for D parameter vectors.

    Args:
        problem: the mechanism.
        positions: shape (D, P), standard-normal coordinates.

    Returns:
        K names, and values of shape (D, K); infinite where it does not happen within the
        window, nan where there is none.
    """
    named = problem.named(values_from_normal(problem.parameters, positions))
    experiment = problem.experiments[0]
    reactor, window = reactor_of(problem, experiment, named), experiment.window
    every = lifetimes_in(reactor, window, presence_threshold(experiment, reactor.initial))
    lives = without_starting_materials(every, reactor)
    fractions = pathway_fractions_in(reactor, window)
    several = [
        w for w in fractions.routes if sum(w[0] == other[0] for other in fractions.routes) > 1
    ]
    kept = [fractions.routes.index(way) for way in several]
    columns = [lives.quantities.index(q) for q in QUANTITIES]
    names = (
        *(f"{q} of {species}" for species in lives.species for q in QUANTITIES),
        *(f"fraction of {product} by {reaction}" for product, reaction in several),
    )
    parts = [lives.values[:, :, columns].reshape(len(positions), -1), fractions.values[:, kept]]
    return names, np.concatenate(parts, axis=1)
