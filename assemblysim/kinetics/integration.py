"""The door to the kinetics: B parameter vectors in, B time courses out.

Concentrations that the integrator leaves below zero by no more than its own error are returned
as zero. One that falls further, because its rate law does not vanish with it, has failed there.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from assemblysim.errors import IntegrationError
from assemblysim.kinetics.compilation import CompiledKinetics, SystemCallbacks, compile_network
from assemblysim.kinetics.lsoda import (
    Course,
    Equations,
    failed_course,
    failures_raised,
    run_lsoda,
)
from assemblysim.kinetics.sensitivity_system import sensitivity_equations, sensitivity_scales
from assemblysim.kinetics.trajectory import (
    ExtentBatch,
    SensitivityBatch,
    Trajectory,
    TrajectoryBatch,
)
from assemblysim.mechanism.network import Network


@dataclass(frozen=True)
class Tolerance:
    """How accurate an integration of a batch is to be, and what it may cost.

    The defaults are for sampling: over rate constants of six decades, the largest error of
    a concentration, relative to itself or to 1e-5 of the ligand, is below 2e-4 for 95 of
    100 vectors.

    Attributes:
        rtol: relative error allowed in one step.
        atol_share: absolute error allowed in one step, as a share of the largest initial
            concentration (of 1 mM where everything starts from nothing).
        max_steps: steps to spend before giving up; one is counted for every two
            evaluations of the rate equations.
    """

    rtol: float = 1e-5
    atol_share: float = 1e-10
    max_steps: int = 10_000


DEFAULT_TOLERANCE = Tolerance()


def integrate(
    network: Network,
    rates: np.ndarray,
    initial: np.ndarray,
    times: np.ndarray,
    *,
    rtol: float = 1e-8,
    atol: float = 1e-10,
    max_steps: int = 100_000,
) -> Trajectory:
    """Integrate a network from t = 0 and sample it at the given times.

    Args:
        network: the mechanism, with S species and P rate constants.
        rates: shape (P,), in the order of ``network.rate_names``; h^-1 for a
            unimolecular and mM^-1 h^-1 for a bimolecular step.
        initial: concentrations at t = 0, shape (S,), mM.
        times: shape (T,), h, increasing, none below 0.
        rtol: relative error allowed in one step.
        atol: absolute error allowed in one step, mM.
        max_steps: steps to spend before giving up, so that one wild parameter
            vector cannot hang a chain; one is counted for every two evaluations
            of the rate equations.

    Returns:
        The concentrations at `times`, exactly as asked, in mM; none is below 0.

    Raises:
        IntegrationError: ``times[-1]`` was not reached.
        ValueError: the arrays do not fit the network or each other.

    Method: LSODA, which switches between Adams and BDF as stiffness demands
    (Petzold, SIAM J. Sci. Stat. Comput. 4, 136-148, 1983).
    """
    tolerance = Tolerance(rtol, atol / _scale(initial), max_steps)
    courses = _courses(network, rates[None], initial[None], times, tolerance, _concentrations)
    course = courses[0]
    if course.ending:
        raise IntegrationError(
            f"integration stopped at {course.reached:.4g} h of {times[-1]:g} h: {course.ending}"
        )
    return Trajectory(network.species_names, times, course.states)


def integrate_batch(
    network: Network,
    rates: np.ndarray,
    initial: np.ndarray,
    times: np.ndarray,
    tolerance: Tolerance = DEFAULT_TOLERANCE,
) -> TrajectoryBatch:
    """Integrate a network for B parameter vectors; one that fails never raises.

    Args:
        network: the mechanism, with S species and P rate constants.
        rates: shape (B, P), in the order of ``network.rate_names``.
        initial: concentrations at t = 0, shape (B, S), mM.
        times: shape (T,), h, increasing, none below 0.
        tolerance: accuracy and budget.

    Returns:
        The trajectories, and how far each came.

    Raises:
        ValueError: the arrays do not fit the network or each other.
    """
    courses = _courses(network, rates, initial, times, tolerance, _concentrations)
    return _trajectories(network, times, courses)


def integrate_extents(
    network: Network,
    rates: np.ndarray,
    initial: np.ndarray,
    times: np.ndarray,
    tolerance: Tolerance = DEFAULT_TOLERANCE,
) -> ExtentBatch:
    """Integrate a network for B parameter vectors, with the extent of every reaction.

    The extents are R further states, so that ``c = c0 + N extents`` holds to rounding.

    Args:
        network: the mechanism, with S species, R one-way reactions and P rate constants.
        rates: shape (B, P), in the order of ``network.rate_names``.
        initial: concentrations at t = 0, shape (B, S), mM.
        times: shape (T,), h, increasing, none below 0.
        tolerance: accuracy and budget.

    Returns:
        The trajectories, how far each came, and the extents.

    Raises:
        ValueError: the arrays do not fit the network or each other.
    """
    courses = _courses(network, rates, initial, times, tolerance, _extents)
    species = len(network.species)
    states = _stacked(courses, times, species + len(network.reactions))
    return ExtentBatch(_trajectories(network, times, courses), states[:, :, species:])


def integrate_sensitivities(
    network: Network,
    rates: np.ndarray,
    initial: np.ndarray,
    times: np.ndarray,
    tolerance: Tolerance = DEFAULT_TOLERANCE,
) -> SensitivityBatch:
    """Integrate a network for B parameter vectors, with the forward sensitivities.

    Args:
        network: the mechanism, with S species and P rate constants.
        rates: shape (B, P), in the order of ``network.rate_names``.
        initial: concentrations at t = 0, shape (B, S), mM.
        times: shape (T,), h, increasing, none below 0.
        tolerance: accuracy and budget.

    Returns:
        The trajectories, how far each came, and their derivatives by the rate constants
        and by the initial concentrations.

    Raises:
        ValueError: the arrays do not fit the network or each other.
    """
    courses = _courses(network, rates, initial, times, tolerance, _sensitivities)
    species, constants = len(network.species), len(network.rate_names)
    blocks = 1 + constants + species
    states = _stacked(courses, times, blocks * species)
    columns = states.reshape(*states.shape[:2], blocks, species).transpose(0, 1, 3, 2)
    scales = [sensitivity_scales(k, _scale(c)) for k, c in zip(rates, initial, strict=True)]
    by_rate = np.array([s.by_rate for s in scales]).reshape(len(scales), 1, 1, constants)
    by_initial = np.array([s.by_initial for s in scales]).reshape(len(scales), 1, 1, 1)
    return SensitivityBatch(
        _trajectories(network, times, courses),
        columns[..., 1 : 1 + constants] / by_rate,
        columns[..., 1 + constants :] / by_initial,
    )


Assembly = Callable[[CompiledKinetics, np.ndarray, np.ndarray, int], Equations]


def _concentrations(
    kinetics: CompiledKinetics, rates: np.ndarray, initial: np.ndarray, max_steps: int
) -> Equations:
    callbacks = kinetics.concentration_system(rates, max_steps)
    return _equations(callbacks, initial, initial)


def _extents(
    kinetics: CompiledKinetics, rates: np.ndarray, initial: np.ndarray, max_steps: int
) -> Equations:
    callbacks = kinetics.extent_system(rates, max_steps)
    start = np.concatenate((initial, np.zeros(kinetics.reactions)))
    return _equations(callbacks, start, initial)


def _equations(callbacks: SystemCallbacks, start: np.ndarray, initial: np.ndarray) -> Equations:
    absolute, relative = np.full(len(start), _scale(initial)), np.ones(len(start))
    return Equations(
        callbacks.rhs, callbacks.jacobian, start, len(initial), absolute, relative, None
    )


def _sensitivities(
    kinetics: CompiledKinetics, rates: np.ndarray, initial: np.ndarray, max_steps: int
) -> Equations:
    scales = sensitivity_scales(rates, _scale(initial))
    return sensitivity_equations(kinetics, rates, initial, scales, max_steps)


def _courses(
    network: Network,
    rates: np.ndarray,
    initial: np.ndarray,
    times: np.ndarray,
    tolerance: Tolerance,
    assemble: Assembly,
) -> list[Course]:
    """Integrate one parameter vector after the other; shapes as in `integrate_batch`."""
    _check(network, rates, initial, times)
    kinetics = compile_network(network)
    vectors = zip(np.asarray(rates, float), np.asarray(initial, float), strict=True)
    with failures_raised():
        return [
            _course(assemble(kinetics, constants, start, tolerance.max_steps), times, tolerance)
            for constants, start in vectors
        ]


def _course(equations: Equations, times: np.ndarray, tolerance: Tolerance) -> Course:
    """Integrate one parameter vector; traces below zero become zero, more of it a failure."""
    if not np.isfinite(equations.start).all():
        return failed_course(equations, times, 0.0, "an initial concentration is not finite")
    course = run_lsoda(equations, times, tolerance.rtol, tolerance.atol_share)
    concentrations = course.states[:, : equations.species]
    lowest = concentrations.min(axis=1)
    if course.ending or lowest.min() >= 0:
        return course
    below = lowest < -(tolerance.rtol + tolerance.atol_share) * equations.absolute[0]
    if below.any():
        reached = float(times[np.argmax(below) - 1]) if not below[0] else 0.0
        return failed_course(equations, times, reached, "a concentration fell below zero")
    np.maximum(concentrations, 0.0, out=concentrations)
    return course


def _scale(initial: np.ndarray) -> float:
    """Return the largest initial concentration, or 1 mM where all are 0."""
    return float(initial.max()) or 1.0


def _stacked(courses: list[Course], times: np.ndarray, width: int) -> np.ndarray:
    """Return the states of all courses, shape (B, T, n), also where B is 0."""
    states = np.array([course.states for course in courses])
    return states.reshape(len(courses), len(times), width)


def _trajectories(network: Network, times: np.ndarray, courses: list[Course]) -> TrajectoryBatch:
    species = len(network.species)
    concentrations = np.array([course.states[:, :species] for course in courses])
    concentrations = concentrations.reshape(len(courses), len(times), species)
    reached = np.array([course.reached for course in courses], dtype=float)
    return TrajectoryBatch(network.species_names, times, concentrations, reached)


def _check(network: Network, rates: np.ndarray, initial: np.ndarray, times: np.ndarray) -> None:
    expected = (len(rates), len(network.rate_names)), (len(rates), len(network.species))
    for what, found, shape in (
        ("rate constants", rates.shape, expected[0]),
        ("initial concentrations", initial.shape, expected[1]),
    ):
        if found != shape:
            raise ValueError(f"{what} have shape {found}; the network needs {shape}")
    if times.ndim != 1 or not len(times) or not (np.diff(times) > 0).all() or not times[0] >= 0:
        raise ValueError(f"times must increase from 0 or later; got {times}")
