"""The modes of a posterior: optima with a valley between them, their weights and differences."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from scipy.special import softmax

from assemblysim.inference.model.parameters import Parameter, values_from_normal
from assemblysim.inference.model.rate_swaps import RateSwap
from assemblysim.inference.model.target import Target
from assemblysim.inference.sampling.search import Optimum

# Optima this many nats below the best have no weight that matters.
IN_PLAY = 10.0
# Between two modes the density falls this many nats below the lower one.
VALLEY = 2.0
# Two optima whose draws mix by more than this are one mode, whatever lies on the line between.
OVERLAP = 0.1
POINTS_BETWEEN = 49
# A value this many times another is a notable difference.
NOTABLE_FACTOR = 3.0


@dataclass(frozen=True, eq=False)
class Mode:
    """A part of the posterior that is separated from the rest by a valley.

    Attributes:
        optimum: its highest point.
        weight: fraction of the posterior's draws that belong to it.
        error: standard error of the weight, from the scatter between ensembles.
        swapped: rate swaps by which it differs from the first.
        ratios: of its values to those of the first, by parameter, the largest difference first;
            where they differ by more than a factor of three.
    """

    optimum: Optimum
    weight: float
    error: float
    swapped: tuple[RateSwap, ...] = ()
    ratios: Mapping[str, float] = field(default_factory=dict)


def find_modes(
    target: Target,
    parameters: tuple[Parameter, ...],
    optima: tuple[Optimum, ...],
    rate_swaps: tuple[RateSwap, ...],
    draws: np.ndarray,
) -> tuple[Mode, ...]:
    """Put optima without a valley between them together and weight what remains.

    Args:
        target: log of likelihood times prior.
        parameters: the P unknowns.
        optima: best first.
        rate_swaps: of consecutive rate constants.
        draws: shape (E, N, W, P), from the posterior.

    Returns:
        The modes, best first. Two optima are apart where the density falls off along the straight
        line between them and no draws lie where both might claim them; a draw belongs to the
        optimum whose Laplace approximation is the densest there.
    """
    kept = [o for o in optima if o.log_density > optima[0].log_density - IN_PLAY]
    belonging = _belonging(kept, draws.reshape(-1, draws.shape[-1]))
    heads: list[int] = []
    mode_of: list[int] = []
    for number, optimum in enumerate(kept):
        joined = [
            place
            for place, head in enumerate(heads)
            if overlap(belonging[number], belonging[head]) > OVERLAP
            or not valley_between(target, optimum, kept[head])
        ]
        mode_of.append(joined[0] if joined else len(heads))
        if not joined:
            heads.append(number)
    of_mode = np.stack(
        [belonging[np.array(mode_of) == number].sum(axis=0) for number in range(len(heads))]
    )
    nearest = of_mode.argmax(axis=0).reshape(len(draws), -1)
    fractions = np.stack([(nearest == number).mean(axis=1) for number in range(len(heads))], axis=1)
    error = (
        fractions.std(axis=0, ddof=1) / np.sqrt(len(fractions))
        if len(fractions) > 1
        else 0 * fractions[0]
    )
    return tuple(
        Mode(
            kept[head],
            float(fractions[:, number].mean()),
            float(error[number]),
            *(() if number == 0 else difference(parameters, rate_swaps, kept[0], kept[head])),
        )
        for number, head in enumerate(heads)
    )


def overlap(one: np.ndarray, other: np.ndarray) -> float:
    """Return how far draws that belong to one optimum belong to another as well.

    Args:
        one: shape (N,), how far each draw belongs to the one.
        other: the same for the other.

    Returns:
        Of the draws of the smaller, weighted by their belonging, the mean fraction that goes to the
        larger: 0 where they are apart, 1/2 where they are one.
    """
    small, large = sorted((one, other), key=lambda belonging: float(belonging.sum()))
    both = small + large
    shared = np.where(both > 0, large / np.where(both > 0, both, 1.0), 0.0)
    return float((small * shared).sum() / max(float(small.sum()), 1e-300))


def valley_between(target: Target, one: Optimum, other: Optimum) -> bool:
    """Tell whether the density falls off between two optima, along the straight line."""
    along = np.linspace(0, 1, POINTS_BETWEEN)[:, None]
    density = target(one.position + along * (other.position - one.position))
    return bool(density.min() < min(one.log_density, other.log_density) - VALLEY)


def _belonging(optima: list[Optimum], flat: np.ndarray) -> np.ndarray:
    """Return how far each draw, shape (N, P), belongs to each optimum, shape (optima, N)."""
    log_densities = np.empty((len(optima), len(flat)))
    for i, optimum in enumerate(optima):
        gap = flat - optimum.position
        precision = np.linalg.inv(optimum.covariance)
        log_densities[i] = optimum.log_density - 0.5 * np.einsum("np,pq,nq->n", gap, precision, gap)
    return np.asarray(softmax(log_densities, axis=0))


def _logs(parameters: tuple[Parameter, ...], positions: np.ndarray) -> np.ndarray:
    """Return logs of the values, shape (N, P); 0 where a value may be negative."""
    values = values_from_normal(parameters, positions)
    signed = np.array([parameter.prior.signed for parameter in parameters])
    return np.asarray(np.log(np.where(signed, 1.0, values)))


def difference(
    parameters: tuple[Parameter, ...],
    rate_swaps: tuple[RateSwap, ...],
    first: Optimum,
    other: Optimum,
) -> tuple[tuple[RateSwap, ...], dict[str, float]]:
    """Return how an optimum differs from the first: by rate swaps, and in which values."""
    logs = _logs(parameters, np.stack([first.position, other.position]))
    change = logs[1] - logs[0]
    swapped = []
    for rate_swap in rate_swaps:
        turned, _ = rate_swap.apply(first.position[None])
        aim = _logs(parameters, turned)[0] - logs[0]
        places = list(rate_swap.changed)
        moves = np.abs(aim[places]).max() > np.log(NOTABLE_FACTOR)
        near = np.abs(change[places] - aim[places]).max() < np.log(NOTABLE_FACTOR)
        if moves and near:
            swapped.append(rate_swap)
    ranking = np.argsort(-np.abs(change))
    notable = ranking[np.abs(change[ranking]) > np.log(NOTABLE_FACTOR)]
    return tuple(swapped), {parameters[i].name: float(np.exp(change[i])) for i in notable}
