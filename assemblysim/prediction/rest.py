"""Where a mixture comes to rest, draw by draw, and when: far behind the window of an experiment."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from assemblysim.kinetics.reactor.reactor import Reactor, courses
from assemblysim.mechanism.network.network import Network
from assemblysim.prediction.courses.fine_courses import PREDICTION_TOLERANCE

# How many windows are followed: the slowest step of the default priors has long happened then.
LONGEST = 1e6
_EARLIEST, _PER_DECADE = 1e-3, 16
# Of all that is there: within this of the end a mixture counts as at rest, as no one could tell.
NEAR = 0.01
# Of all that is there: what changes by less over the last decade has come to rest.
STILL = 1e-3


@dataclass(frozen=True, eq=False)
class Rest:
    """What is left of D draws when nothing changes any more.

    Attributes:
        species: names, length S.
        concentrations: shape (D, S), mM; nan where a draw could not be followed.
        times: shape (D,), h, from when on all is within `NEAR` of it; infinite where it never
            comes to rest, nan where a draw could not be followed.
    """

    species: tuple[str, ...]
    concentrations: np.ndarray
    times: np.ndarray


def rest_in(reactor: Reactor, window: float) -> Rest:
    """Follow D draws for a million windows and say where and when they come to rest.

    Args:
        reactor: what runs; its last temperature is kept, and what is added has been added.
        window: h, of the experiment.
    """
    decades = round(np.log10(LONGEST))
    within = np.geomspace(_EARLIEST * window, window, 3 * _PER_DECADE, endpoint=False)
    beyond = window * np.logspace(0, decades, decades * _PER_DECADE + 1)
    times = np.concatenate((within, beyond))
    found = courses(reactor, times, PREDICTION_TOLERANCE)
    last = found.concentrations[:, -1]
    # What goes to nothing comes to rest too: it is near that beside the most there ever was.
    most, left = found.concentrations.sum(axis=2).max(axis=1), last.sum(axis=1)
    total = np.maximum(np.where(left < NEAR * most, most, left), np.finfo(float).tiny)
    away = np.abs(found.concentrations - last[:, None]).max(axis=2) / total[:, None]
    still = away[:, -1 - _PER_DECADE] < STILL
    # The first of the times from which on it stays near.
    outside = away > NEAR
    first = np.where(outside.any(axis=1), away.shape[1] - outside[:, ::-1].argmax(axis=1), 0)
    reached = np.where(still, times[np.minimum(first, len(times) - 1)], np.inf)
    done = found.completed
    return Rest(
        found.species,
        np.where(done[:, None], last, np.nan),
        np.where(done, reached, np.nan),
    )


def one_way_steps(network: Network) -> tuple[str, ...]:
    """Return the names of the steps that no other step of a network leads back."""
    ways = {(_side(one.reactants), _side(one.products)) for one in network.reactions}
    return tuple(
        one.name
        for one in network.reactions
        if (_side(one.products), _side(one.reactants)) not in ways
    )


def _side(names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(sorted(names))
