"""Where kinetics are integrated: B parameter vectors in, B time courses out.

There are two engines: the native one, and scipy's LSODA as the reference, which also
serves where the native one could not be built, and for laws with choices or functions that only
exchange formats have. Concentrations that an engine leaves below zero
by no more than its own error are returned as zero. One that falls further, because its rate law
does not vanish with it, has failed there.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Protocol

import numpy as np

from assemblysim.errors import IntegrationError
from assemblysim.kinetics.engines.native import NativeEngine, available, instruction_set
from assemblysim.kinetics.task import (
    DEFAULT_TOLERANCE,
    Ending,
    Ends,
    IntegrationTask,
    Tolerance,
    checked_task,
)
from assemblysim.kinetics.trajectory import (
    ExtentBatch,
    SensitivityBatch,
    Trajectory,
    TrajectoryBatch,
)
from assemblysim.mechanism.network.network import Network, is_beyond_files

__all__ = [
    "DEFAULT_TOLERANCE",
    "ENGINES",
    "Tolerance",
    "engine_in_use",
    "integrate",
    "integrate_batch",
    "integrate_extents",
    "integrate_sensitivities",
    "missing_engine",
]

ENGINES = ("native", "reference")


class Engine(Protocol):
    """What integrates; see `native.NativeEngine` for shapes."""

    def concentrations(self, task: IntegrationTask) -> tuple[np.ndarray, Ends]:
        """Return concentrations and how the integrations ended."""

    def extents(self, task: IntegrationTask) -> tuple[np.ndarray, Ends]:
        """Return concentrations followed by extents, and how the integrations ended."""

    def sensitivities(
        self, task: IntegrationTask, constants: Sequence[int], species: Sequence[int]
    ) -> tuple[np.ndarray, np.ndarray, Ends]:
        """Return concentrations, derivatives, and how the integrations ended."""


def engine_in_use() -> str:
    """Return which engine integrates where none is asked for, such as ``native (avx2)``."""
    return f"native ({instruction_set()})" if available() else "reference (LSODA)"


def missing_engine() -> str | None:
    """Say in one line what is lost where the native engine was not built; else None."""
    if available():
        return None
    return (
        "the native engine was not built when assemblysim was installed (no compiler?); "
        "scipy's LSODA gives the same results, one to four hundred times slower"
    )


def integrate(  # noqa: PLR0913  # settings, by name only
    network: Network,
    rate_constants: np.ndarray,
    initial: np.ndarray,
    times: np.ndarray,
    *,
    rtol: float = 1e-8,
    atol: float = 1e-10,
    max_steps: int = 100_000,
    engine: str | None = None,
) -> Trajectory:
    """Integrate a network from t = 0 and sample it at the given times.

    Args:
        network: the mechanism, with S species and P rate constants.
        rate_constants: shape (P,), in the order of ``network.rate_constant_names``; h^-1 for a
            unimolecular and mM^-1 h^-1 for a bimolecular step.
        initial: concentrations at t = 0, shape (S,), mM.
        times: shape (T,), h, increasing, none below 0.
        rtol: relative error allowed in one step.
        atol: absolute error allowed in one step, mM.
        max_steps: steps to spend before giving up, so that one wild parameter
            vector cannot hang a chain.
        engine: one of `ENGINES`; the native one where it is there if None.

    Returns:
        The concentrations at `times`, exactly as asked, in mM; none is below 0.

    Raises:
        IntegrationError: ``times[-1]`` was not reached, or the engine asked for is missing.
        ValueError: the arrays do not fit the network or each other.
    """
    rate_constants, initial = (
        np.asarray(rate_constants, float)[None],
        np.asarray(initial, float)[None],
    )
    scale = float(initial.max(initial=0.0)) or 1.0
    tolerance = Tolerance(rtol, atol / scale, max_steps)
    batch = integrate_batch(network, rate_constants, initial, times, tolerance, engine=engine)
    if not batch.completed[0]:
        why = Ending(batch.status[0]).words(max_steps)
        raise IntegrationError(
            f"integration stopped at {batch.reached[0]:.4g} h of {times[-1]:g} h: {why}"
        )
    return Trajectory(network.species_names, batch.times, batch.concentrations[0])


def integrate_batch(  # noqa: PLR0913  # settings, by name only
    network: Network,
    rate_constants: np.ndarray,
    initial: np.ndarray,
    times: np.ndarray,
    tolerance: Tolerance = DEFAULT_TOLERANCE,
    *,
    engine: str | None = None,
    threads: int = 1,
    begin: float = 0.0,
) -> TrajectoryBatch:
    """Integrate a network for B parameter vectors; one that fails never raises.

    Args:
        network: the mechanism, with S species and P rate constants.
        rate_constants: shape (B, P), in the order of ``network.rate_constant_names``.
        initial: concentrations at t = 0, shape (B, S), mM.
        times: shape (T,), h, increasing, none below 0.
        tolerance: accuracy and budget.
        engine: one of `ENGINES`; the native one where it is there if None.
        threads: how many threads share the work; no result depends on it. The reference
            engine uses one.
        begin: h since mixing at which the integration begins, for rate laws that name the time.

    Returns:
        The trajectories, how far each came and what it took.

    Raises:
        IntegrationError: the engine asked for is missing.
        ValueError: the arrays do not fit the network or each other; there is no such engine.
    """
    task = checked_task(network, rate_constants, initial, times, tolerance, threads, begin)
    concentrations, ends = _engine_for(network, engine).concentrations(task)
    return _trajectories(network, task, concentrations, ends)


def integrate_extents(  # noqa: PLR0913  # settings, by name only
    network: Network,
    rate_constants: np.ndarray,
    initial: np.ndarray,
    times: np.ndarray,
    tolerance: Tolerance = DEFAULT_TOLERANCE,
    *,
    engine: str | None = None,
    threads: int = 1,
    begin: float = 0.0,
) -> ExtentBatch:
    """Do what `integrate_batch` does, with the extents, shape (B, T, R), mM, of all R reactions.

    The extents are R further states, so that ``c = c0 + N extents`` holds to rounding.
    """
    task = checked_task(network, rate_constants, initial, times, tolerance, threads, begin)
    states, ends = _engine_for(network, engine).extents(task)
    first, steps = len(task.network.species), len(network.reactions)
    return ExtentBatch(
        _trajectories(network, task, states, ends), states[:, :, first : first + steps]
    )


def integrate_sensitivities(  # noqa: PLR0913  # settings, by name only
    network: Network,
    rate_constants: np.ndarray,
    initial: np.ndarray,
    times: np.ndarray,
    tolerance: Tolerance = DEFAULT_TOLERANCE,
    *,
    by_initial: bool = True,
    leading: tuple[int, int] | None = None,
    engine: str | None = None,
    threads: int = 1,
    begin: float = 0.0,
) -> SensitivityBatch:
    """Do what `integrate_batch` does, with the forward sensitivities.

    Those by the initial concentrations are left out where not `by_initial`. With `leading`
    derivatives are by so many of the rate constants and so many of the initial concentrations, the
    first ones of each; None is all.

    Raises:
        ValueError: also where the network has not so many constants or species.
    """
    task = checked_task(network, rate_constants, initial, times, tolerance, threads, begin)
    most = (len(network.rate_constant_names), len(network.species))
    constants, species = most if leading is None else leading
    if not (0 <= constants <= most[0] and 0 <= species <= most[1]):
        raise ValueError(f"leading: {leading} is not between (0, 0) and {most}")
    species = species if by_initial else 0
    states, derivatives, ends = _engine_for(network, engine).sensitivities(
        task, range(constants), range(species)
    )
    derivatives = derivatives[:, :, : len(network.species)]
    return SensitivityBatch(
        _trajectories(network, task, states, ends),
        derivatives[..., :constants],
        derivatives[..., constants:],
    )


def _engine_for(network: Network, name: str | None) -> Engine:
    """Return the engine of a name; the reference where laws hold what only that one computes."""
    return _engine("reference" if name is None and is_beyond_files(network) else name)


@cache
def _engine(name: str | None) -> Engine:
    if name not in (None, *ENGINES):
        raise ValueError(f"unknown engine {name!r}; choose one of {', '.join(ENGINES)}")
    if name == "native" and not available():
        raise IntegrationError(f"{missing_engine()}")
    if name == "reference" or not available():
        from assemblysim.kinetics.engines.reference import (
            ReferenceEngine,  # scipy is slow to import
        )

        return ReferenceEngine()
    return NativeEngine()


def _trajectories(
    network: Network, task: IntegrationTask, states: np.ndarray, ends: Ends
) -> TrajectoryBatch:
    """Return the network's own species; what else there is among the states is left out."""
    return TrajectoryBatch(
        network.species_names,
        task.times,
        states[:, :, : len(network.species)],
        ends.reached,
        ends.status,
        ends.steps,
    )
