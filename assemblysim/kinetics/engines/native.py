"""The native engine: Rodas5P over many parameter vectors at once, in compiled code."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache, partial

import numpy as np

from assemblysim.errors import InputError
from assemblysim.kinetics.task import Ends, IntegrationTask
from assemblysim.language import quoted

try:
    from assemblysim.kinetics.engines import _kernel
except ImportError:
    _kernel = None  # type: ignore[assignment]

# For tests and for hunting differences between machines: "baseline" shuns AVX2.
INSTRUCTIONS_VARIABLE = "ASSEMBLYSIM_INSTRUCTIONS"
# A species computed from a conserved total carries the total's rounding: too much where errors
# smaller than this fraction of all there is are asked for.
SMALLEST_SHARE_TO_ELIMINATE = 1e-13
_NO_COLUMNS = np.zeros(0, dtype=np.int32)
_NO_DERIVATIVES = np.zeros(0)
# Concentrations (and extents), derivatives, and how the integrations ended.
_Found = tuple[np.ndarray, np.ndarray, Ends]


def available() -> bool:
    """Tell whether the native engine was built when the package was installed."""
    return _kernel is not None


@cache
def instruction_sets() -> tuple[str, ...]:
    """Return the names of the instruction sets that can be used here, the fastest first."""
    return () if _kernel is None else tuple(_kernel.instruction_sets())


def instruction_set() -> str:
    """Return the instruction set in use: the fastest, or what the environment asks for.

    Raises:
        InputError: the environment asks for one that is not here.
    """
    asked = os.environ.get(INSTRUCTIONS_VARIABLE) or instruction_sets()[0]
    if asked not in instruction_sets():
        raise InputError(
            f"{INSTRUCTIONS_VARIABLE}: {quoted(asked)} is not an instruction set of this machine; "
            f"one of {', '.join(instruction_sets())}"
        )
    return asked


class NativeEngine:
    """Integrates a task by the Rosenbrock method Rodas5P (Steinebach, BIT 63, 27, 2023).

    A result depends on its own parameter vector only, not on the others of the batch, nor on
    the number of threads. Between instruction sets it differs by rounding, since some of them
    round a product and a sum together.
    """

    name = "native"

    def concentrations(self, task: IntegrationTask) -> tuple[np.ndarray, Ends]:
        """Return shape (B, T, S), mM, and how the integrations ended."""
        states, _, ends = _in_parts(task, _concentrations)
        return states, ends

    def extents(self, task: IntegrationTask) -> tuple[np.ndarray, Ends]:
        """Return shape (B, T, S + R), mM: concentrations, then the extent of each reaction."""
        states, _, ends = _in_parts(task, _extents)
        return states, ends

    def sensitivities(
        self, task: IntegrationTask, constants: Sequence[int], species: Sequence[int]
    ) -> tuple[np.ndarray, np.ndarray, Ends]:
        """Return concentrations and derivatives, shape (B, T, S, K).

        Args:
            task: what to integrate.
            constants: numbers of the rate constants to differentiate by.
            species: numbers of the species to differentiate by the initial concentration of;
                K is the length of both together.
        """
        offset = len(task.network.rate_constant_names)
        columns = np.array([*constants, *(offset + i for i in species)], dtype=np.int32)
        if species:
            return _derivatives(task, False, columns)
        return _in_parts(task, partial(_derivatives, columns=columns))


@cache
def _compiler() -> Callable[..., object]:
    """Return what makes programs of networks; sympy, which it may need, is slow to import."""
    from assemblysim.kinetics.engines.program import compile_program

    return compile_program


def _in_parts(task: IntegrationTask, run: Callable[[IntegrationTask, bool], _Found]) -> _Found:
    """Integrate those vectors with species computed from totals for which that is exact enough.

    Which they are depends on each vector's own start, so that none feels its neighbours.
    """
    exact = _may_eliminate(task)
    if exact.all() or not exact.any():
        return run(task, bool(exact.all()))
    parts = [(where, run(_part(task, where), bool(exact[where[0]]))) for where in _split(exact)]
    batch = len(exact)
    first_states, first_derivatives, _ = parts[0][1]
    states = np.empty((batch, *first_states.shape[1:]))
    derivatives = np.empty((batch, *first_derivatives.shape[1:]))
    ends = Ends(*(np.empty(batch, dtype=kind) for kind in (float, np.int32, np.int64)))
    for where, (own_states, own_derivatives, own) in parts:
        states[where], derivatives[where] = own_states, own_derivatives
        ends.reached[where], ends.status[where] = own.reached, own.status
        ends.steps[where] = own.steps
    return states, derivatives, ends


def _split(truth: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return where it is true, and where it is not."""
    return np.flatnonzero(truth), np.flatnonzero(~truth)


def _part(task: IntegrationTask, where: np.ndarray) -> IntegrationTask:
    """Return the task of some of the vectors."""
    times = task.times[where] if task.times.ndim == 2 else task.times
    rate_constants, initial = task.rate_constants[where], task.initial[where]
    return replace(task, rate_constants=rate_constants, initial=initial, times=times)


def _may_eliminate(task: IntegrationTask) -> np.ndarray:
    """Say of each vector, shape (B,), whether a total's rounding is small beside every error."""
    ceilings, fraction = task.ceilings, task.tolerance.atol_fraction
    with np.errstate(over="ignore", invalid="ignore"):
        allowed = fraction * ceilings.min(axis=1, initial=np.inf)
        return np.asarray(
            ~(allowed < SMALLEST_SHARE_TO_ELIMINATE * ceilings.max(axis=1, initial=0.0))
        )


def _concentrations(task: IntegrationTask, eliminate: bool) -> _Found:
    program = _compiler()(task.network, eliminate=eliminate)
    return _integrate(program, task, task.initial, task.ceilings, _NO_COLUMNS)


def _extents(task: IntegrationTask, eliminate: bool) -> _Found:
    program = _compiler()(task.network, extents=True, eliminate=eliminate)
    nothing = np.zeros((len(task.initial), len(task.network.reactions)))
    start = np.concatenate((task.initial, nothing), axis=1)
    ceilings = np.concatenate((task.ceilings, task.extent_ceilings), axis=1)
    return _integrate(program, task, start, ceilings, _NO_COLUMNS)


def _derivatives(task: IntegrationTask, eliminate: bool, columns: np.ndarray) -> _Found:
    program = _compiler()(task.network, eliminate=eliminate)
    return _integrate(program, task, task.initial, task.ceilings, columns)


def _integrate(
    program: object,
    task: IntegrationTask,
    start: np.ndarray,
    ceilings: np.ndarray,
    columns: np.ndarray,
) -> _Found:
    batch, width, times = len(start), start.shape[1], task.times.shape[-1]
    states = np.empty((batch, times, width))
    shape = (batch, times, width, len(columns))
    derivatives = np.empty(shape) if len(columns) else _NO_DERIVATIVES
    reached, steps = np.empty(batch), np.empty(batch, dtype=np.int64)
    status = np.empty(batch, dtype=np.int32)
    failed = _kernel.integrate(
        program=program,
        rate_constants=task.rate_constants,
        initial=start,
        ceilings=ceilings,
        times=task.times,
        columns=columns,
        **vars(task.tolerance),
        threads=task.threads,
        instructions=instruction_set(),
        concentrations=states,
        derivatives=derivatives,
        reached=reached,
        status=status,
        steps=steps,
    )
    derivatives = derivatives.reshape(shape)
    if failed:
        states[status != 0] = np.nan
        derivatives[status != 0] = np.nan
    return states, derivatives, Ends(reached, status, steps)
