"""What the data can settle of one mechanism's parameters: each alone, in principle, in products."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from assemblysim.inference.identifiability.classes import (
    cautious,
    classify,
    classify_interval,
    closed_sides,
)
from assemblysim.inference.identifiability.combinations import (
    Candidates,
    determined_combinations,
    structural_combinations,
)
from assemblysim.inference.identifiability.profiles import likelihood_of
from assemblysim.inference.identifiability.reported import (
    Reported,
    profile_ends,
    rank_of_reported,
    reported,
    values_of,
)
from assemblysim.inference.identifiability.sensitivity_rank import sensitivity_rank
from assemblysim.inference.model.parameters import Parameter
from assemblysim.inference.model.problem import Problem
from assemblysim.result.unknowns import (
    Determined,
    DeterminedBy,
    IdentifiabilityResult,
    ProfileInterval,
)

# Draws at which the rank is looked at beside the optimum, and those that combinations rest on.
RANK_DRAWS = 8
COMBINATION_DRAWS = 4000
# Products of powers are sought among these; an energy is no factor of a rate.
COMBINED = ("rate", "ratio", "constant", "initial", "response", "coefficient", "background")


@dataclass(frozen=True)
class Fixed:
    """How far the data fix one parameter.

    Attributes:
        name: the parameter's.
        by: class by posterior against prior, and by profile likelihood.
        overall: determined where both say so; a side counts as closed where both close it.
        interval: of the profile likelihood, in the parameter's unit.
        rises: by how much the profile rises in the last decade at the lower and upper edge of a
            default prior, nats.
    """

    name: str
    by: DeterminedBy
    overall: Determined
    interval: ProfileInterval
    rises: tuple[float, float]


@dataclass(frozen=True)
class Identifiability:
    """What the data settle of one mechanism's parameters.

    Attributes:
        reported: the unknowns, in the problem's order, with responses in place of contrasts.
        parameters: what is settled of each of them.
        together: ranks, and what is settled of products and ratios.
    """

    reported: tuple[Reported, ...]
    parameters: tuple[Fixed, ...]
    together: IdentifiabilityResult


def identify(problem: Problem, position: np.ndarray, draws: np.ndarray) -> Identifiability:
    """Say what the data settle: by posterior, by profile likelihood, in principle, in products.

    Args:
        problem: mechanism and data.
        position: shape (P,), where the likelihood is greatest, in standard-normal coordinates.
        draws: shape (..., P), posterior draws, likewise.

    Returns:
        The classes, intervals, ranks and combinations.
    """
    flat = draws.reshape(-1, draws.shape[-1])
    every = reported(problem)
    values = values_of(every, problem, flat)
    likeliest, ends, rises = profile_ends(every, likelihood_of(problem), position, flat)
    parameters = tuple(
        _fixed(one.parameter, one.coordinates(flat), values[:, i], ends[i], rises[i])
        for i, one in enumerate(every)
    )
    rank = rank_of_reported(
        every, sensitivity_rank(problem, likeliest, _spread_out(flat, RANK_DRAWS)), problem
    )
    candidates = _candidates(problem, every, _spread_out(values, COMBINATION_DRAWS))
    structural = structural_combinations(candidates, rank)
    loose = [one.name for one in parameters if one.overall != "determined"]
    combinations = structural + determined_combinations(candidates, loose, structural)
    together = IdentifiabilityResult(
        tuple(rank.parameters),
        rank.at_optimum,
        rank.structural,
        rank.structurally_non_identifiable,
        rank.without_effect,
        any(experiment.intensities is not None for experiment in problem.experiments),
        combinations,
    )
    return Identifiability(every, parameters, together)


def _fixed(
    parameter: Parameter,
    draws: np.ndarray,
    values: np.ndarray,
    ends: np.ndarray,
    rises: np.ndarray,
) -> Fixed:
    lower, upper = (
        float(parameter.prior.from_normal(end)) if np.isfinite(end) else None for end in ends
    )
    posterior, profile = classify(draws, values), classify_interval(lower, upper)
    sides = (lower is not None, upper is not None)
    overall = cautious((posterior, profile), closed_sides(draws), sides)
    by, interval = DeterminedBy(posterior, profile), ProfileInterval(lower, upper)
    return Fixed(parameter.name, by, overall, interval, (float(rises[0]), float(rises[1])))


def _candidates(problem: Problem, every: Sequence[Reported], values: np.ndarray) -> Candidates:
    """Return the parameters that a combination may have, with draws of their logs."""
    places = [i for i, one in enumerate(every) if one.parameter.kind in COMBINED]
    chosen = [every[i] for i in places]
    fixed = np.random.default_rng(0)  # a yardstick: 4000 draws give a prior's tails well enough
    prior = fixed.standard_normal((COMBINATION_DRAWS, len(problem.parameters)))
    return Candidates(
        tuple(one.parameter.name for one in chosen),
        tuple(one.parameter.unit for one in chosen),
        np.log(values[:, places]),
        np.log(values_of(chosen, problem, prior)) if chosen else prior[:, :0],
    )


def _spread_out(rows: np.ndarray, count: int) -> np.ndarray:
    return np.asarray(rows[np.linspace(0, len(rows) - 1, min(count, len(rows))).astype(int)])
