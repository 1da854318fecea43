"""Log evidence by nested sampling: an independent estimate on request, beside those of a fit."""

from __future__ import annotations

import numpy as np
from scipy.special import ndtri

from assemblysim.inference.model.posterior import Posterior
from assemblysim.inference.model.problem import Problem
from assemblysim.inference.model.target import Target, log_standard_normal
from assemblysim.inference.sampling.batching import BatchedEvaluation
from assemblysim.result.evidence import LogEvidence

METHOD = "nested sampling (dynesty)"
# Beyond 37 standard deviations the tail of a normal is no longer a double (see priors.py).
_FARTHEST = 37.0
# Words may be satisfied, or not at all, to the last digit by whole regions. Nested sampling
# needs an order among their points; a billionth of a nat across the prior gives one.
_TIE_BREAK = 1e-9
# How many of the sampler's proposals are evaluated together, and the log of what may be left in
# the live points, against what was found, at the end.
_BATCH, _LEFT = 64, 0.01


def nested_check(problem: Problem, seed: int, *, live: int = 500) -> LogEvidence:
    """Estimate the log evidence of one mechanism by nested sampling.

    Args:
        problem: mechanism and data.
        seed: of all random numbers.
        live: live points; the error falls with the square root of their number.

    Returns:
        The estimate; see `nested_sampling`.
    """
    rng = np.random.default_rng(seed)
    return nested_sampling(Posterior(problem), len(problem.parameters), rng, live=live)


def nested_sampling(
    target: Target,
    dimension: int,
    rng: np.random.Generator,
    *,
    live: int = 500,
) -> LogEvidence:
    """Estimate a log evidence by nested sampling.

    Args:
        target: log of likelihood times prior in standard-normal coordinates.
        dimension: P, number of unknowns.
        rng: the stream of random numbers.
        live: live points.

    Returns:
        The estimate with the sampler's own error, about the square root of the information
        (the divergence of posterior from prior, in nats) over the number of live points.

    Method: Skilling, Bayesian Anal. 2006, 1, 833; dynesty (Speagle, MNRAS 2020, 493, 3132) with
    bounding ellipsoids (Feroz et al., MNRAS 2009, 398, 1601) and random slices (Neal, Ann. Stat.
    2003, 31, 705).
    """
    # Slow to import, and needed on request only.
    from dynesty import NestedSampler

    incline = _TIE_BREAK / np.sqrt(dimension)

    def log_likelihood(position: np.ndarray) -> list[float]:
        found = target(position) - log_standard_normal(position)
        return list(map(float, found + incline * np.tanh(position).sum(axis=1)))

    together = BatchedEvaluation(log_likelihood, _BATCH)
    sampler = NestedSampler(
        together,
        _from_unit_cube,
        dimension,
        nlive=live,
        bound="multi",
        sample="rslice",
        rstate=rng,
        pool=together,
        queue_size=_BATCH,
        use_pool={"prior_transform": False, "update_bound": False},
    )
    sampler.run_nested(dlogz=_LEFT, print_progress=False)
    found = sampler.results
    return LogEvidence(METHOD, float(found.logz[-1]), float(found.logzerr[-1]))


def _from_unit_cube(place: np.ndarray) -> np.ndarray:
    """Turn a place in the unit cube into standard-normal coordinates."""
    return np.asarray(np.clip(ndtri(place), -_FARTHEST, _FARTHEST))
