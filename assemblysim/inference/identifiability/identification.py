"""What the data can settle of one mechanism's parameters: each alone, in principle, in products."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

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
from assemblysim.inference.identifiability.profiles import likelihood_of, profile_likelihood
from assemblysim.inference.identifiability.sensitivity_rank import SensitivityRank, sensitivity_rank
from assemblysim.inference.model.parameters import values_from_normal
from assemblysim.inference.model.problem import Problem
from assemblysim.language import capital, listed
from assemblysim.result.unknowns import Combination, Determined

# Draws at which the rank is looked at beside the optimum, and those that combinations rest on.
RANK_DRAWS = 8
COMBINATION_DRAWS = 4000
# Products of powers are sought among these; an energy is no factor of a rate.
COMBINED = ("rate", "constant", "initial", "response", "background")
# More names than this make a sentence that nobody reads.
LISTED = 4


@dataclass(frozen=True)
class Fixed:
    """How far the data fix one parameter.

    Attributes:
        name: the parameter's.
        unit: its unit.
        posterior: class by posterior against prior.
        profile: class by profile likelihood.
        overall: determined where both say so; a side counts as closed where both close it.
        lower: lower end of the 95 % profile interval, in `unit`; None where it is open.
        upper: upper end, likewise.
    """

    name: str
    unit: str
    posterior: Determined
    profile: Determined
    overall: Determined
    lower: float | None
    upper: float | None


@dataclass(frozen=True)
class Identifiability:
    """What the data settle of one mechanism's parameters.

    Attributes:
        parameters: one for each unknown, in the problem's order.
        counted: how many of them are rate constants, initial concentrations, responses or the
            background.
        rank_at_optimum: rank of their sensitivities at the optimum.
        rank: the largest rank at any point: what perfect data of this kind could tell apart.
        structurally_non_identifiable: names of those that such data cannot settle alone.
        combinations: products and ratios that are settled where their members are not.
        prospect: whether more data of the same kind could help, in sentences.
        sentence: all of this in words.
    """

    parameters: tuple[Fixed, ...]
    counted: int
    rank_at_optimum: int
    rank: int
    structurally_non_identifiable: tuple[str, ...]
    combinations: tuple[Combination, ...]
    prospect: tuple[str, ...]
    sentence: str


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
    values = values_from_normal(problem.parameters, flat)
    profiles = profile_likelihood(likelihood_of(problem), position, flat)
    parameters = tuple(
        _fixed(problem, i, flat[:, i], values[:, i], (profiles.lower[i], profiles.upper[i]))
        for i in range(flat.shape[1])
    )
    rank = sensitivity_rank(problem, profiles.position, _spread_out(flat, RANK_DRAWS))
    candidates = _candidates(problem, _spread_out(values, COMBINATION_DRAWS))
    structural = structural_combinations(candidates, rank)
    loose = [one.name for one in parameters if one.overall != "determined"]
    combinations = structural + determined_combinations(candidates, loose, structural)
    measured = any(experiment.intensities is not None for experiment in problem.experiments)
    prospect = _prospect(parameters, rank, measured=measured)
    return Identifiability(
        parameters,
        len(rank.parameters),
        rank.at_optimum,
        rank.structural,
        rank.structurally_non_identifiable,
        combinations,
        prospect,
        _sentence(parameters, combinations, prospect),
    )


def identifiability_summary(found: Identifiability) -> dict[str, Any]:
    """Put the mechanism's part into the form that is stored."""
    return {
        "rank": found.rank_at_optimum,
        "structural": found.rank,
        "parameters": found.counted,
        "lost": list(found.structurally_non_identifiable),
        "sentence": found.sentence,
        "prospect": list(found.prospect),
        "combinations": [
            {"text": one.text, "sentence": combination_words(one), **asdict(one)}
            for one in found.combinations
        ],
    }


def combination_words(one: Combination) -> str:
    """Say what is determined of a combination's members."""
    members = listed(one.names)
    if not one.structural:
        return f"of {members} only {one.text} is determined"
    return (
        f"only {one.text} is determined: no data of this kind can tell {members} apart"
        if one.determined
        else f"no data of this kind can settle more of {members} than {one.text}, and these data "
        "do not determine that either"
    )


def parameter_summary(one: Fixed) -> dict[str, Any]:
    """Put one parameter's part into the form that is stored."""
    return {
        "determined": one.overall,
        "determined_by": {"posterior": one.posterior, "profile": one.profile},
        "profile": {"lower": one.lower, "upper": one.upper},
    }


def _fixed(
    problem: Problem, i: int, draws: np.ndarray, values: np.ndarray, ends: tuple[float, float]
) -> Fixed:
    parameter = problem.parameters[i]
    lower, upper = (
        float(parameter.prior.from_normal(end)) if np.isfinite(end) else None for end in ends
    )
    posterior, profile = classify(draws, values), classify_interval(lower, upper)
    sides = (lower is not None, upper is not None)
    overall = cautious((posterior, profile), closed_sides(draws), sides)
    return Fixed(parameter.name, parameter.unit, posterior, profile, overall, lower, upper)


def _candidates(problem: Problem, values: np.ndarray) -> Candidates:
    """Return the parameters that a combination may have, with draws of their logs."""
    places = [i for i, p in enumerate(problem.parameters) if p.kind in COMBINED]
    chosen = tuple(problem.parameters[i] for i in places)
    fixed = np.random.default_rng(0)  # a yardstick: 4000 draws give a prior's tails well enough
    prior = values_from_normal(chosen, fixed.standard_normal((COMBINATION_DRAWS, len(chosen))))
    return Candidates(
        tuple(p.name for p in chosen),
        tuple(p.unit for p in chosen),
        np.log(values[:, places]),
        np.log(prior),
    )


def _spread_out(rows: np.ndarray, count: int) -> np.ndarray:
    return np.asarray(rows[np.linspace(0, len(rows) - 1, min(count, len(rows))).astype(int)])


def _sentence(
    parameters: Sequence[Fixed], combinations: Sequence[Combination], prospect: Sequence[str]
) -> str:
    """Say in words what is settled, what is not, and whether more data could help."""
    by_class: dict[str, list[str]] = {}
    for one in parameters:
        by_class.setdefault(one.overall, []).append(one.name)
    count = len(by_class.get("determined", ()))
    parts = [f"Determined: {count} of {len(parameters)} unknowns"]
    for word in ("bounded on one side", "not determined"):
        if by_class.get(word):
            parts.append(f"{word}: {listed(by_class[word])}")
    sentences = ["; ".join(parts)]
    sentences += [capital(combination_words(one)) for one in combinations]
    return " ".join([*(f"{text}." for text in sentences), *prospect])


def _prospect(
    parameters: Sequence[Fixed], rank: SensitivityRank, *, measured: bool
) -> tuple[str, ...]:
    """Say whether more of the same data could help; of words, whether readings could."""
    ranks = f"(rank {rank.structural} of {len(rank.parameters)})"
    if rank.structural == len(rank.parameters):
        loose = [
            p.name for p in parameters if p.overall != "determined" and p.name in rank.parameters
        ]
        what = listed(loose) if len(loose) <= LISTED else "those that these data leave open"
        data = (
            "more, or more precise, data of the same kind"
            if measured
            else "readings of these signals at these times"
        )
        return (f"In principle {data} could determine {what} {ranks}.",) if loose else ()
    alone = rank.without_effect
    together = [name for name in rank.structurally_non_identifiable if name not in alone]
    of_what = "anything measured" if measured else "any signal in the statements"
    sentences = [f"{listed(alone)} had no effect on {of_what} {ranks}."] if alone else []
    if together:
        sentences.append(
            f"No data of this kind, however precise, can determine {listed(together)} one by one "
            f"{ranks}."
        )
    return tuple(sentences)
