"""How soon half and nine tenths of a species have gone, DT50 and DT90, draw by draw.

Counted from the highest point of its course within the window: t = 0 for what is only used up, the
maximum for what is formed first (FOCUS, Guidance Document on Estimating Persistence and Degradation
Kinetics, 2014). What does not happen within the window is infinite, never extrapolated.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from assemblysim.kinetics.reactor.reactor import Reactor
from assemblysim.mechanism.properties.balance import stoichiometry
from assemblysim.prediction.courses.fine_courses import fine_courses
from assemblysim.prediction.courses.fine_grid import fine_grid
from assemblysim.prediction.courses.turning_points import crossing_after, find_maximum

# By name: what fraction is left.
LEFT = {"DT50": 0.5, "DT90": 0.1}


@dataclass(frozen=True, eq=False)
class Disappearance:
    """How soon species go.

    Attributes:
        species: names of the X species that some step uses.
        times: shape (D, X, 2), h, DT50 and DT90 as in `LEFT`; infinite where the window ends
            before, nan where the draw could not be integrated.
    """

    species: tuple[str, ...]
    times: np.ndarray


def disappearance_in(reactor: Reactor, window: float) -> Disappearance:
    """Compute DT50 and DT90 of every species that some step uses.

    Args:
        reactor: what runs, D draws.
        window: h, how long it is followed.
    """
    used = np.flatnonzero((stoichiometry(reactor.network) < 0).any(axis=1))
    names = tuple(reactor.network.species_names[i] for i in used)
    grid = fine_grid(window, reactor.protocol)
    times = np.full((len(reactor), len(used), len(LEFT)), np.nan)
    for part, batch in fine_courses(reactor, grid):
        done = batch.trajectories.completed[:, None, None]
        followed = np.where(done, batch.trajectories.concentrations[..., used], 0.0)
        highest = find_maximum(np.ascontiguousarray(followed.transpose(0, 2, 1)), grid)
        top = grid.time_at(highest.place)
        gone = [
            crossing_after(highest, left * highest.height, grid) - top for left in LEFT.values()
        ]
        times[part] = np.where(done, np.stack(gone, axis=-1), np.nan)
    return Disappearance(names, times)
