"""How soon half and nine tenths of a species have gone, DT50 and DT90, draw by draw.

Counted from the highest point of its course within the window: t = 0 for what is only used up, the
maximum for what is formed first (FOCUS, Guidance Document on Estimating Persistence and Degradation
Kinetics, 2014). What is diluted or withdrawn has not gone. What does not happen within the window
is infinite, never extrapolated.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from assemblysim.kinetics.reactor.protocol import Protocol
from assemblysim.kinetics.reactor.reactor import Reactor
from assemblysim.mechanism.properties.balance import stoichiometry
from assemblysim.prediction.courses.fine_courses import fine_courses
from assemblysim.prediction.courses.fine_grid import FineGrid, fine_grid
from assemblysim.prediction.courses.turning_points import crossing_after, find_maximum
from assemblysim.prediction.lifetimes import volumes_on

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
    dilution = diluted_by(reactor.protocol, grid)[:, None]
    times = np.full((len(reactor), len(used), len(LEFT)), np.nan)
    for part, batch in fine_courses(reactor, grid):
        done = batch.trajectories.completed[:, None, None]
        amounts = batch.trajectories.concentrations[..., used] * dilution
        followed = np.where(done, amounts, 0.0)
        highest = find_maximum(np.ascontiguousarray(followed.transpose(0, 2, 1)), grid)
        top = grid.time_at(highest.place)
        gone = [
            crossing_after(highest, left * highest.height, grid) - top for left in LEFT.values()
        ]
        times[part] = np.where(done, np.stack(gone, axis=-1), np.nan)
    return Disappearance(names, times)


def diluted_by(protocol: Protocol, grid: FineGrid) -> np.ndarray:
    """Return what concentrations are multiplied by so that only steps lower them, shape (G,), mL.

    It is the volume that there would be had nothing been withdrawn: a withdrawal leaves
    concentrations as they are.
    """
    found = volumes_on(protocol, grid)
    begins = grid.times[grid.begins][grid.segments]
    moment, volume = np.nan, 0.0
    for event in protocol.events:
        if event.time != moment:
            moment, volume = event.time, float(protocol.volumes(np.array(event.time)))
        after = volume + event.volume
        if event.volume < 0 < after:
            found = np.where(begins >= event.time, found * volume / after, found)
        volume = after
    return np.asarray(found)
