"""What the evidence would be with other widths of the priors on ratios between groups.

Whether a constant differs between two groups is decided by how wide the prior of its ratio is as
much as by the data, so the comparison is made under other widths too. Under narrower priors the
draws carry the evidence: a change of prior is a change of weights, which here stay below a bound.
Under wider ones they do not reach far enough, so the walkers go on under the widest priors, and
their draws carry the evidence under these and all in between.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np

from assemblysim.inference.evidence.bridge import bridge_sampling
from assemblysim.inference.evidence.prior_changes import log_weights
from assemblysim.inference.model.parameters import normal_from_values, values_from_normal
from assemblysim.inference.model.posterior import Posterior
from assemblysim.inference.model.problem import Problem
from assemblysim.inference.model.rate_swaps import consecutive_rate_swaps
from assemblysim.inference.sampling.ensembles import (
    EnsembleState,
    advance,
    kept_draws,
    sampling_moves,
    start_ensemble,
)
from assemblysim.inference.sampling.proposal import fitted_mixture
from assemblysim.inference.sampling.smc import reweighted
from assemblysim.result.evidence import LogEvidence

# Widths of the priors, in the logarithm of a ratio, in units of those stated.
WIDTHS: Final = (0.5, 1.5, 2.0)
# Steps of the walkers under the widest priors; the first fifth is left out.
STEPS = 500
# Draws that independent proposals are fitted to, from each of two places.
FITTED_TO = 1000


def width_name(scale: float) -> str:
    """Return under which name the evidence with ratios' priors of another width is stored."""
    return f"ratios {scale:g}"


def with_ratio_width(problem: Problem, scale: float) -> Problem:
    """Return the problem with the priors of ratios `scale` times as wide in the logarithm."""
    parameters = tuple(
        replace(one, prior=one.prior.scaled(scale)) if one.kind == "ratio" else one
        for one in problem.parameters
    )
    return replace(problem, parameters=parameters)


def ratio_evidences(
    problem: Problem,
    evidence: LogEvidence,
    states: tuple[EnsembleState, ...],
    rng: np.random.Generator,
    steps: int = STEPS,
) -> dict[str, LogEvidence | None]:
    """Return the log evidence under other widths of the priors of ratios.

    Args:
        problem: mechanism and data, with the priors as stated.
        evidence: under those.
        states: the ensembles that were drawn under them.
        rng: the stream of random numbers.
        steps: how far the walkers go on under the widest priors.

    Returns:
        By `width_name` of each of `WIDTHS`; None where hardly a draw lies under the narrower
        priors. Nothing where no constant differs between groups.
    """
    if not any(one.kind == "ratio" for one in problem.parameters):
        return {}
    widest = max(WIDTHS)
    wide = with_ratio_width(problem, widest)
    draws, wide_draws, wide_evidence = (
        kept_draws(states),
        *_under(wide, problem, states, rng, steps),
    )
    found: dict[str, LogEvidence | None] = {}
    for scale in WIDTHS:
        changed = with_ratio_width(problem, scale)
        if scale < 1:
            found[width_name(scale)] = _read_off(problem, changed, evidence, draws)
        elif scale < widest:
            found[width_name(scale)] = _read_off(wide, changed, wide_evidence, wide_draws)
        else:
            found[width_name(scale)] = wide_evidence
    return found


def _under(
    wide: Problem,
    problem: Problem,
    states: tuple[EnsembleState, ...],
    rng: np.random.Generator,
    steps: int,
) -> tuple[np.ndarray, LogEvidence]:
    """Let the walkers go on under wider priors; return their draws and the log evidence."""
    target, rate_swaps = Posterior(wide), consecutive_rate_swaps(wide)
    flat = kept_draws(states).reshape(-1, len(problem.parameters))
    some = flat[rng.permutation(len(flat))[:FITTED_TO]]
    # Where the data fix a ratio its value stays; where they do not its coordinate does.
    proposal = fitted_mixture(np.concatenate([_turned(problem, wide, some), some]), rng)
    moves = sampling_moves(proposal, rate_swaps)
    moved = []
    for state, child in zip(states, rng.spawn(len(states)), strict=True):
        start = start_ensemble(target, _turned(problem, wide, state.position), child)
        moved.append(advance(lambda at: np.asarray(target(at)), start, steps, moves))
    draws = kept_draws(tuple(moved))
    density = np.stack([one.log_density[-draws.shape[1] :] for one in moved])
    return draws, bridge_sampling(target, draws, density, rng)


def _turned(before: Problem, after: Problem, positions: np.ndarray) -> np.ndarray:
    """Return the coordinates of the same values under other priors."""
    return normal_from_values(after.parameters, values_from_normal(before.parameters, positions))


def _read_off(
    before: Problem, after: Problem, evidence: LogEvidence, draws: np.ndarray
) -> LogEvidence | None:
    """Return the log evidence under other priors from draws (E, N, W, P) under some."""
    by_walker = draws.transpose(0, 2, 1, 3).reshape(-1, draws.shape[-1])
    weights = log_weights(before.parameters, after.parameters, by_walker)
    return reweighted(evidence, weights.reshape(-1, draws.shape[1]))
