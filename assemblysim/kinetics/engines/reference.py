"""The reference engine: scipy's LSODA, one parameter vector after the other.

It shares no code with the native engine below the rate laws, serves where that could not be
built, and takes a hundred times as long.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from assemblysim.kinetics.engines.lsoda import (
    Equations,
    LsodaCourse,
    failed_course,
    failures_raised,
    run_lsoda,
)
from assemblysim.kinetics.engines.sensitivity_system import (
    sensitivity_equations,
    sensitivity_scales,
)
from assemblysim.kinetics.symbolic.compilation import (
    CompiledKinetics,
    SystemCallbacks,
    compile_network,
)
from assemblysim.kinetics.task import Ending, Ends, IntegrationTask, Tolerance

Assembly = Callable[[CompiledKinetics, np.ndarray, np.ndarray, float, int], Equations]


class ReferenceEngine:
    """Integrates a task by LSODA, which switches between Adams and BDF as stiffness demands.

    Petzold, SIAM J. Sci. Stat. Comput. 4, 136-148, 1983.
    """

    name = "reference"

    def concentrations(self, task: IntegrationTask) -> tuple[np.ndarray, Ends]:
        """Return shape (B, T, S), mM, and how the integrations ended."""
        return _courses(task, _concentrations, len(task.network.species))

    def extents(self, task: IntegrationTask) -> tuple[np.ndarray, Ends]:
        """Return shape (B, T, S + R), mM: concentrations, then the extent of each reaction."""
        network = task.network
        return _courses(task, _extents, len(network.species) + len(network.reactions))

    def sensitivities(
        self, task: IntegrationTask, constants: Sequence[int], species: Sequence[int]
    ) -> tuple[np.ndarray, np.ndarray, Ends]:
        """Return concentrations and derivatives, shape (B, T, S, M).

        Args:
            task: what to integrate.
            constants: numbers of the rate constants to differentiate by.
            species: numbers of the species to differentiate by the initial concentration of;
                M is the length of both together.
        """
        size, known = len(task.network.species), len(task.network.rate_constant_names)
        blocks = 1 + known + size
        states, ends = _courses(task, _sensitivities, blocks * size)
        columns = states.reshape(*states.shape[:2], blocks, size).transpose(0, 1, 3, 2)
        scales = np.ones((len(states), blocks))
        for row, rate_constants, scale in zip(scales, task.rate_constants, task.scale, strict=True):
            chosen = sensitivity_scales(rate_constants, scale)
            row[1 : 1 + known] = chosen.by_rate
            row[1 + known :] = chosen.by_initial
        wanted = [*(1 + p for p in constants), *(1 + known + i for i in species)]
        derivatives = columns[..., wanted] / scales[:, None, None, wanted]
        return columns[..., 0], derivatives, ends


def _concentrations(
    kinetics: CompiledKinetics,
    rate_constants: np.ndarray,
    initial: np.ndarray,
    scale: float,
    budget: int,
) -> Equations:
    return _equations(
        kinetics.concentration_system(rate_constants, budget), initial, initial, scale
    )


def _extents(
    kinetics: CompiledKinetics,
    rate_constants: np.ndarray,
    initial: np.ndarray,
    scale: float,
    budget: int,
) -> Equations:
    start = np.concatenate((initial, np.zeros(kinetics.reactions)))
    return _equations(kinetics.extent_system(rate_constants, budget), start, initial, scale)


def _equations(
    callbacks: SystemCallbacks, start: np.ndarray, initial: np.ndarray, scale: float
) -> Equations:
    absolute, relative = np.full(len(start), scale), np.ones(len(start))
    return Equations(
        callbacks.rhs, callbacks.jacobian, start, len(initial), absolute, relative, None
    )


def _sensitivities(
    kinetics: CompiledKinetics,
    rate_constants: np.ndarray,
    initial: np.ndarray,
    scale: float,
    budget: int,
) -> Equations:
    scales = sensitivity_scales(rate_constants, scale)
    return sensitivity_equations(kinetics, rate_constants, initial, scales, budget)


def _courses(task: IntegrationTask, assemble: Assembly, width: int) -> tuple[np.ndarray, Ends]:
    """Integrate one parameter vector after the other; states have shape (B, T, width)."""
    kinetics = compile_network(task.network)
    vectors = zip(
        task.rate_constants, task.initial, task.scale.tolist(), task.own_times, strict=True
    )
    budget = task.tolerance.max_steps
    with failures_raised():
        courses = [
            _course(
                assemble(kinetics, rate_constants, initial, scale, budget), times, task.tolerance
            )
            for rate_constants, initial, scale, times in vectors
        ]
    states = np.array([course.states for course in courses])
    ends = Ends(
        np.array([course.reached for course in courses], dtype=float),
        np.array([course.ending for course in courses], dtype=np.int32),
        np.array([course.steps for course in courses], dtype=np.int64),
    )
    return states.reshape(len(courses), task.times.shape[-1], width), ends


def _course(equations: Equations, times: np.ndarray, tolerance: Tolerance) -> LsodaCourse:
    """Integrate one parameter vector; traces below zero become zero, more of it a failure."""
    if not np.isfinite(equations.start).all():
        return failed_course(equations, times, 0.0, Ending.NOT_FINITE)
    course = run_lsoda(equations, times, tolerance.rtol, tolerance.atol_share)
    concentrations = course.states[:, : equations.species]
    lowest = concentrations.min(axis=1, initial=0.0)
    if course.ending or not lowest.any():
        return course
    below = lowest < -(tolerance.rtol + tolerance.atol_share) * equations.absolute[0]
    if below.any():
        reached = float(times[np.argmax(below) - 1]) if not below[0] else 0.0
        return failed_course(equations, times, reached, Ending.NEGATIVE)
    np.maximum(concentrations, 0.0, out=concentrations)
    return course
