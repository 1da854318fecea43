"""How long each intermediate lives, draw by draw, within the window of the experiment.

What does not happen within the window is infinite, never extrapolated: a maximum at the window's
end has not happened, nor has anything that is counted from it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from assemblysim.kinetics.reactor.protocol import Protocol
from assemblysim.kinetics.reactor.reactor import Reactor
from assemblysim.kinetics.symbolic.compilation import compile_network
from assemblysim.kinetics.trajectory import ExtentBatch
from assemblysim.mechanism.network.network import Network
from assemblysim.mechanism.properties.balance import stoichiometry
from assemblysim.prediction.courses.fine_courses import fine_courses
from assemblysim.prediction.courses.fine_grid import FineGrid, fine_grid
from assemblysim.prediction.courses.intervals import interval_of, mixture_weights, share_of
from assemblysim.prediction.courses.turning_points import (
    Maximum,
    crossing_after,
    crossing_before,
    find_maximum,
    onset,
)
from assemblysim.result.numbers import LifetimeQuantity

UNITS = {
    "onset": "h",
    "time_of_maximum": "h",
    "maximum": "mM",
    "half_life": "h",
    "width_at_half_maximum": "h",
    "residence_time": "h",
    "lifetime_at_maximum": "h",
}


@dataclass(frozen=True, eq=False)
class Lifetimes:
    """What is predicted of every intermediate.

    Attributes:
        species: names of the X intermediates.
        quantities: names of the K quantities, the keys of `UNITS`.
        window: h.
        values: shape (D, X, K), in the units of `UNITS`; infinite where it does not happen
            within the window, nan where the draw could not be integrated.
    """

    species: tuple[str, ...]
    quantities: tuple[str, ...]
    window: float
    values: np.ndarray

    @property
    def failed(self) -> int:
        """How many draws could not be integrated."""
        return int(np.isnan(self.values).any(axis=(1, 2)).sum())


def intermediates(network: Network) -> tuple[str, ...]:
    """Return the species that some reaction forms and some reaction consumes, in order."""
    changes = stoichiometry(network)
    both = np.logical_and((changes > 0).any(axis=1), (changes < 0).any(axis=1)).tolist()
    return tuple(name for name, yes in zip(network.species_names, both, strict=True) if yes)


def lifetimes_in(
    reactor: Reactor,
    window: float,
    thresholds: np.ndarray | float,
) -> Lifetimes:
    """Predict onset, maximum and lifetimes of every intermediate for D draws.

    Onset: the first time above the threshold. Half-life: from the maximum until half of it is
    left. Width: between the two crossings of half the maximum next to it, or from t = 0 where
    the course starts above. Residence time: the time integral of the concentration over that
    of the formation flux, which is the *gross* flux of all forming reactions: where a step runs
    back and forth, every return counts as formed anew. Momentary lifetime: concentration over
    the gross consumption flux, at the maximum and its temperature; one longer than the window
    is infinite like what does not happen in it. Where something is added,
    courses jump at once: a level between the two sides is crossed at that very moment, and a
    maximum may be either side.

    Args:
        reactor: what runs, D draws.
        window: h, how long the experiment is followed.
        thresholds: mM, what counts as present: a number, shape (D,), or (D, X) with one for
            each of `intermediates`.

    Returns:
        The quantities of every draw.

    Raises:
        ValueError: the arrays do not fit the network.
    """
    grid, names = fine_grid(window, reactor.protocol), intermediates(reactor.network)
    limits = np.asarray(thresholds, dtype=float)
    limits = limits[:, None] if limits.ndim == 1 else limits
    limits = np.broadcast_to(limits, (len(reactor), len(names)))
    values = np.full((len(reactor), len(names), len(UNITS)), np.nan)
    for part, batch in fine_courses(reactor, grid):
        found = _quantities(reactor[part], batch, grid, limits[part])
        values[part] = np.where(batch.trajectories.completed[:, None, None], found, np.nan)
    return Lifetimes(names, tuple(UNITS), window, values)


def average_lifetimes(
    mechanisms: Sequence[Lifetimes], probabilities: Sequence[float], unit: str = "mM"
) -> dict[str, dict[str, LifetimeQuantity]]:
    """Summarise one mechanism, or several together, weighted by their probabilities.

    Args:
        mechanisms: the quantities of every draw of each.
        probabilities: of each mechanism.
        unit: of concentrations.

    Returns:
        For every species that is an intermediate in one of them, averaged over the mechanisms that
        have it (one without the species says nothing of it), and each quantity: its median with its
        95 % interval, None beyond the window, and how probably it does not happen within that.
    """
    weights = mixture_weights([len(m.values) for m in mechanisms], list(probabilities))
    species = dict.fromkeys(name for m in mechanisms for name in m.species)
    return {
        name: {
            quantity: _quantity(
                np.concatenate([_column(m, name, q) for m in mechanisms]),
                weights,
                unit if its_unit == "mM" else its_unit,
            )
            for q, (quantity, its_unit) in enumerate(UNITS.items())
        }
        for name in species
    }


def _quantity(values: np.ndarray, weights: np.ndarray, unit: str) -> LifetimeQuantity:
    found, beyond = interval_of(values, weights), share_of(np.isinf(values), values, weights)
    return LifetimeQuantity(found.median, found.lower, found.upper, unit, beyond)


def _column(found: Lifetimes, species: str, quantity: int) -> np.ndarray:
    if species not in found.species:
        return np.full(len(found.values), np.nan)
    return np.asarray(found.values[:, found.species.index(species), quantity])


def _quantities(
    reactor: Reactor, batch: ExtentBatch, grid: FineGrid, thresholds: np.ndarray
) -> np.ndarray:
    """Return the quantities of some draws, shape (D, X, K); meaningless where they failed."""
    network = reactor.network
    completed = batch.trajectories.completed
    everything = np.where(completed[:, None, None], batch.trajectories.concentrations, 0.0)
    extents = np.where(completed[:, None], batch.extents[:, -1], 0.0)
    at = [network.species_names.index(name) for name in intermediates(network)]
    courses = np.ascontiguousarray(everything[:, :, at].transpose(0, 2, 1))
    maximum = find_maximum(courses, grid)
    top, half = grid.time_at(maximum.place), maximum.height / 2
    after = crossing_after(maximum, half, grid)
    before = crossing_before(maximum, half, grid)
    formed = extents @ np.maximum(stoichiometry(network)[at], 0).T
    # Extents count over the volume of the start, and so must what there is.
    growth = volumes_on(reactor.protocol, grid) / reactor.protocol.basis
    columns = (
        onset(courses, thresholds, grid),
        np.where(maximum.happened, top, np.inf),
        np.where(maximum.happened, maximum.height, np.inf),
        after - top,
        after - before,
        ratio(grid.integral(courses * growth), formed),
        _momentary_lifetime(reactor, everything, maximum, grid),
    )
    return np.stack(columns, axis=-1)


def volumes_on(protocol: Protocol, grid: FineGrid) -> np.ndarray:
    """Return the volume at each point of a grid, in its own segment, shape (G,), mL."""
    begins, ends = (grid.times[at][grid.segments] for at in (grid.begins, grid.ends))
    fed: list[float] = [
        sum(feed.rate for feed in protocol.flow(begin, end))
        for begin, end in zip(begins.tolist(), ends.tolist(), strict=True)
    ]
    return np.asarray(protocol.volumes(ends) - np.array(fed) * (ends - grid.times))


def ratio(above: np.ndarray, below: np.ndarray) -> np.ndarray:
    """Return the quotient of two amounts, infinite where there is nothing to divide by."""
    return np.where(below > 0, above / np.where(below > 0, below, 1.0), np.inf)


def _momentary_lifetime(
    reactor: Reactor, everything: np.ndarray, maximum: Maximum, grid: FineGrid
) -> np.ndarray:
    """Return concentration over consumption flux at the maxima, shape (D, X), h."""
    network = reactor.network
    at = [network.species_names.index(name) for name in intermediates(network)]
    courses = everything.transpose(0, 2, 1)[:, None]
    courses = np.broadcast_to(courses, (len(reactor), len(at), *courses.shape[2:]))
    place = np.broadcast_to(maximum.place[..., None], courses.shape[:3])
    concentrations = np.maximum(grid.around(courses, place)(place), 0.0)
    top = grid.time_at(maximum.place)
    # At the end of a segment, the temperature is the one before what happens there.
    moments = np.where(grid.jumps(maximum.place), np.nextafter(top, 0.0), top)
    constants = reactor.rate_constants_at(moments)
    fluxes = compile_network(network).fluxes(concentrations, constants, moments)
    consumption = np.maximum(-stoichiometry(network)[at], 0)
    consumed = np.einsum("dxr,xr->dx", fluxes, consumption)
    found = ratio(maximum.height, consumed)
    within = found <= grid.times[-1]  # longer than was watched is an extrapolation
    return np.where(maximum.happened & within, found, np.inf)
