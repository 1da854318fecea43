"""Which step governs a yield or an intermediate: Campbell's degree of rate control.

The degree of control of step i over a quantity Q is d ln Q / d ln k_i, where k_i stands for the
forward and the reverse rate of the step together, so that its equilibrium stays where it is. It
comes from the forward sensitivities of the rate equations, not from finite differences: at a
maximum dc/dt = 0, so its height changes as the course does at that time, and its time by the
implicit function theorem. When all steps are scaled together time runs faster and nothing else
changes; over the steps the degrees therefore add up to 1 for a steady rate, to 0 for a maximum
and to -1 for its time. (Campbell, Top. Catal. 1, 353, 1994; ACS Catal. 7, 2770, 2017.)
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from assemblysim.kinetics.reactor.reactor import Reactor
from assemblysim.kinetics.reactor.sensitivities import sensitivities
from assemblysim.mechanism.network.network import Network
from assemblysim.mechanism.properties.balance import stoichiometry
from assemblysim.prediction.courses.fine_courses import PREDICTION_TOLERANCE, both_sides, parts_of
from assemblysim.prediction.courses.fine_grid import FineGrid, fine_grid
from assemblysim.prediction.courses.intervals import interval_of
from assemblysim.prediction.courses.turning_points import find_maximum
from assemblysim.prediction.lifetimes import intermediates
from assemblysim.prediction.step_scaling import ScaledSteps, scaled_steps
from assemblysim.result.predictions import ControlDegree, ControlTable

# Draws at once: sensitivities take as many times the memory of a course as there are steps.
DRAWS_AT_ONCE = 50
# A yield below this fraction of all that was put in is rounding, and what governs it too.
LEAST_YIELD = 1e-9


@dataclass(frozen=True, eq=False)
class RateControl:
    """Degrees of rate control of every step.

    Attributes:
        steps: names of the N steps; a reversible one is one step.
        quantities: for each of K quantities its kind, "yield", "rate", "maximum" or
            "time_of_maximum", and its species.
        window: h; the yield and the rate are those at its end.
        values: shape (D, K, N), d ln Q / d ln k; nan where the quantity does not happen within
            the window or the draw could not be integrated.
    """

    steps: tuple[str, ...]
    quantities: tuple[tuple[str, str], ...]
    window: float
    values: np.ndarray


def rate_control_in(reactor: Reactor, window: float) -> RateControl:
    """Compute degrees of rate control for D draws.

    Args:
        reactor: what runs, D draws.
        window: h, how long the experiment is followed.

    Returns:
        For every product (formed, and used up by reverse reactions only) the control of its
        concentration and of its net rate of formation at the end of the window; for every
        intermediate that of its maximum and of the time of it.

    Raises:
        ValueError: the arrays do not fit the network.
    """
    network, initial = reactor.network, reactor.initial
    steps, grid = scaled_steps(network), fine_grid(window, reactor.protocol)
    quantities = _quantities(network, initial)
    values = np.full((len(reactor), len(quantities), len(steps.steps)), np.nan)
    for part, courses, by_step in _sensitivities(steps, reactor, grid):
        floor = LEAST_YIELD * initial[part].sum(axis=1)
        for k, (kind, name) in enumerate(quantities):
            at = network.species_names.index(name)
            course, change = courses[:, at], by_step[:, at]
            if kind in ("yield", "rate"):
                values[part, k] = _at_the_end(course, change, floor, grid)[kind]
            else:
                values[part, k] = _at_the_maximum(course, change, grid)[kind]
    return RateControl(steps.steps, quantities, window, values)


def products(network: Network) -> tuple[str, ...]:
    """Return the species that are formed, and used up by nothing but reverse reactions."""
    changes = stoichiometry(network)
    forward = np.array([r.reverse_of is None for r in network.reactions])
    formed = (changes[:, forward] > 0).any(axis=1)
    used = (changes[:, forward] < 0).any(axis=1)
    final = np.flatnonzero(np.logical_and(formed, ~used)).tolist()
    return tuple(network.species_names[i] for i in final)


def summarise_control(found: RateControl) -> ControlTable:
    """Summarise the draws of one mechanism.

    Args:
        found: the degrees of every draw.

    Returns:
        For each kind of quantity, species and step ``median``, ``lower`` and ``upper`` (95 %),
        over the draws in which the quantity happens, and the ``probability`` that it does.
    """
    weights = np.ones(len(found.values))
    known = np.isfinite(found.values).any(axis=2)
    happened = known.sum(axis=0) / max(1, int(known.any(axis=1).sum()))
    table: dict[str, dict[str, dict[str, ControlDegree]]] = {}
    for k, (kind, name) in enumerate(found.quantities):
        degrees = [interval_of(column, weights) for column in found.values[:, k].T]
        table.setdefault(kind, {})[name] = {
            step: ControlDegree(one.median, one.lower, one.upper, float(happened[k]))
            for step, one in zip(found.steps, degrees, strict=True)
        }
    return table


def _quantities(network: Network, initial: np.ndarray) -> tuple[tuple[str, str], ...]:
    there = initial.max(axis=0, initial=0.0) > 0
    put_in = {n for n, yes in zip(network.species_names, there.tolist(), strict=True) if yes}
    ends = products(network)
    between = [n for n in intermediates(network) if n not in put_in and n not in ends]
    return (
        *((kind, name) for name in ends for kind in ("yield", "rate")),
        *((kind, name) for name in between for kind in ("maximum", "time_of_maximum")),
    )


def _sensitivities(
    steps: ScaledSteps, reactor: Reactor, grid: FineGrid
) -> Iterator[tuple[slice, np.ndarray, np.ndarray]]:
    """Yield which draws, their courses (D, S, G) and derivatives by ln k, (D, S, N, G)."""
    every = steps.rate_constants(reactor.rate_constants)
    for part in parts_of(len(reactor), DRAWS_AT_ONCE, len(grid.times)):
        own = Reactor(steps.network, every[part], reactor.initial[part], reactor.protocol)
        batch = sensitivities(
            own, grid.asked, PREDICTION_TOLERANCE, by_energy=False, by_initial=False
        )
        done = batch.trajectories.completed[:, None, None]
        both, scaled = both_sides(own, grid, batch.trajectories.concentrations)
        courses = np.where(done, both, np.nan)
        by_step = steps.by_step(batch.by_constant, every[part].at_reference)[:, grid.columns]
        by_step[:, grid.begins[1:]] *= scaled[:, :, None]
        yield part, courses.transpose(0, 2, 1), by_step.transpose(0, 2, 3, 1)


def _at_the_end(
    course: np.ndarray, change: np.ndarray, floor: np.ndarray, grid: FineGrid
) -> dict[str, np.ndarray]:
    """Return the control of a concentration and of its net rate, shape (D, N) each.

    Args:
        course: shape (D, G), mM.
        change: shape (D, N, G), its derivatives by ln k, mM.
        floor: shape (D,), mM, below which nothing was made.
        grid: of the times.
    """
    last = course.shape[-1] - 1
    made = np.where(course[:, -1] > floor, course[:, -1], np.nan)
    rate = _rate_at_end(course, grid)
    forming = np.where((rate > 0) & np.isfinite(made), rate, np.nan)
    return {
        "yield": change[:, :, last] / made[:, None],
        "rate": _rate_at_end(change, grid) / forming[:, None],
    }


def _rate_at_end(courses: np.ndarray, grid: FineGrid) -> np.ndarray:
    last = np.full(courses.shape[:-1], courses.shape[-1] - 1.0)
    return grid.around(courses, last).derivative(last)


def _at_the_maximum(
    course: np.ndarray, change: np.ndarray, grid: FineGrid
) -> dict[str, np.ndarray]:
    """Return the control of a maximum and of its time, shape (D, N) each.

    Args:
        course: shape (D, G), mM.
        change: shape (D, N, G), its derivatives by ln k, mM.
        grid: of the times.
    """
    done = np.isfinite(course[:, -1])
    top = find_maximum(np.where(done[:, None], course, 0.0), grid)
    curvature = grid.around(top.courses, top.place).curvature(top.place)
    # Where what happens to the reactor cuts a course off, no step moves that moment.
    cut = grid.borders(top.place)
    inside = top.happened & ((curvature < 0) | cut)
    place = np.broadcast_to(top.place[:, None], change.shape[:2])
    around = grid.around(np.where(inside[:, None, None], change, 0.0), place)
    height = np.where(inside, top.height, np.nan)[:, None]
    bent = np.where(inside, np.where(cut, -np.inf, curvature), np.nan)
    moved = -around.derivative(place) / bent[:, None]
    times = np.broadcast_to(grid.times, course.shape)
    speed = grid.around(times, top.place).derivative(top.place)
    moment = grid.time_at(top.place)
    moment = np.where(inside & (moment > 0), moment, np.nan)
    return {
        "maximum": around(place) / height,
        "time_of_maximum": moved * (speed / moment)[:, None],
    }
