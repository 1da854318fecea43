"""The reference engine: scipy's LSODA, one parameter vector after the other.

It shares no code with the native engine below the rate laws, serves where that could not be
built, and takes a few hundred times as long. LSODA switches between Adams and BDF as stiffness
demands (Petzold, SIAM J. Sci. Stat. Comput. 4, 136-148, 1983).
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.integrate import ODEintWarning, odeint

from assemblysim.kinetics.symbolic.compilation import CompiledKinetics, compile_network
from assemblysim.kinetics.task import UNBOUNDED, Ending, Ends, IntegrationTask
from assemblysim.mechanism.properties.autocatalysis import growing_blocks

# LSODA evaluates the rate equations about twice for each step it keeps.
CALLS_PER_STEP = 2
# LSODA counts its steps for each output time anew; the budget of calls stops it before this.
STEPS_WITHOUT_LIMIT = 2**31 - 1
# By what the absolute error allowed of a species is less where it may grow out of itself.
SMALLEST_GROWING = 1e-100

Callback = Callable[[np.ndarray, float], np.ndarray]


@dataclass(frozen=True, eq=False)
class _System:
    """The equations of one parameter vector: n states, the first S are the concentrations.

    Attributes:
        start: shape (n,), at t = 0.
        ceilings: shape (n,), what absolute errors are a fraction of.
        rhs: (n,) and h to (n,).
        jacobian: (n,) and h to (n, n), or to (2 * band + 1, n) if there is a band.
        band: how far off the diagonal the Jacobian goes; None for everywhere.
    """

    start: np.ndarray
    ceilings: np.ndarray
    rhs: Callback
    jacobian: Callback
    band: int | None = None


class _StoppedError(Exception):
    """Raised out of a callback to end an integration, with its ending and how far it was, h."""

    def __init__(self, ending: Ending, time: float) -> None:
        super().__init__(ending.name)
        self.ending, self.time = ending, time


class ReferenceEngine:
    """Integrates a task by LSODA."""

    name = "reference"

    def concentrations(self, task: IntegrationTask) -> tuple[np.ndarray, Ends]:
        """Return shape (B, T, S), mM, and how the integrations ended."""
        kinetics = compile_network(task.network)
        vectors = zip(task.rate_constants, task.initial, task.ceilings, strict=True)
        systems = [_linear(kinetics, kinetics.stoichiometry, *one) for one in vectors]
        return _solved(task, systems, len(kinetics.stoichiometry))

    def extents(self, task: IntegrationTask) -> tuple[np.ndarray, Ends]:
        """Return shape (B, T, S + R), mM: concentrations, then the extent of each reaction."""
        kinetics = compile_network(task.network)
        rows = np.concatenate([kinetics.stoichiometry, np.eye(len(task.network.reactions))])
        ceilings = np.concatenate([task.ceilings, task.extent_ceilings], axis=1)
        vectors = zip(task.rate_constants, task.initial, ceilings, strict=True)
        return _solved(task, [_linear(kinetics, rows, *one) for one in vectors], len(rows))

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
        kinetics, size = compile_network(task.network), len(task.network.species)
        # The derivatives are multiplied by these while they are integrated: all states are
        # concentrations of ordinary size then, and one absolute tolerance fits.
        by_constant = np.where(task.rate_constants > 0, task.rate_constants, 1.0)[
            :, list(constants)
        ]
        by_initial = task.ceilings[:, list(species)]
        scales = np.concatenate([by_constant, by_initial], axis=1)
        vectors = zip(task.rate_constants, task.initial, task.ceilings, scales, strict=True)
        systems = [_augmented(kinetics, constants, species, *one) for one in vectors]
        states, ends = _solved(task, systems, (1 + scales.shape[1]) * size)
        columns = states.reshape(*states.shape[:2], 1 + scales.shape[1], size).transpose(0, 1, 3, 2)
        return columns[..., 0], columns[..., 1:] / scales[:, None, None], ends


def _linear(
    kinetics: CompiledKinetics,
    rows: np.ndarray,
    rate_constants: np.ndarray,
    initial: np.ndarray,
    ceilings: np.ndarray,
) -> _System:
    """Return the equations d(state)/dt = rows v(c) of the fluxes v, shape (n, R) times (R,)."""
    size = len(initial)

    def rhs(state: np.ndarray, _: float) -> np.ndarray:
        return np.asarray(rows @ kinetics.fluxes(state[:size], rate_constants))

    def jacobian(state: np.ndarray, _: float) -> np.ndarray:
        found = np.zeros((len(rows), len(rows)))
        found[:, :size] = rows @ kinetics.flux_derivatives(state[:size], rate_constants)
        return found

    start = np.concatenate([initial, np.zeros(len(rows) - size)])
    return _System(start, ceilings, rhs, jacobian)


def _augmented(
    kinetics: CompiledKinetics,
    constants: Sequence[int],
    species: Sequence[int],
    rate_constants: np.ndarray,
    initial: np.ndarray,
    ceilings: np.ndarray,
    scales: np.ndarray,
) -> _System:
    """Return the equations of the concentrations c and of K derivatives s dc/dp, block by block.

    With F = dc/dt each derivative Y obeys dY/dt = (dF/dc) Y + s dF/dp. LSODA is given dF/dc block
    after block along the diagonal and none of the coupling between blocks, which costs Newton's
    iteration one round and saves a dense factorisation of all states.
    """
    size, known = len(initial), len(constants)
    start = np.zeros((1 + len(scales), size))
    start[0] = initial
    start[1 + known + np.arange(len(species)), list(species)] = scales[known:]
    row, column = np.divmod(np.arange(size**2), size)
    chosen, sizes = np.array(constants, dtype=int), scales[:known, None]

    def rhs(state: np.ndarray, _: float) -> np.ndarray:
        concentrations, derivatives = state[:size], state[size:].reshape(-1, size)
        found = np.empty_like(state)
        found[:size] = kinetics.rhs(concentrations, rate_constants)
        change = found[size:].reshape(-1, size)
        np.matmul(derivatives, kinetics.jacobian(concentrations, rate_constants).T, out=change)
        by_constant = kinetics.rate_derivatives(concentrations, rate_constants).T
        change[:known] += by_constant[chosen] * sizes
        return found

    def jacobian(state: np.ndarray, _: float) -> np.ndarray:
        found = np.zeros((2 * size - 1, *start.shape))
        block = kinetics.jacobian(state[:size], rate_constants)
        found[row - column + size - 1, :, column] = block[row, column, None]
        return found.reshape(2 * size - 1, -1)

    return _System(start.ravel(), np.tile(ceilings, len(start)), rhs, jacobian, size - 1)


def _solved(
    task: IntegrationTask, systems: Sequence[_System], width: int
) -> tuple[np.ndarray, Ends]:
    """Integrate one system after the other; states have shape (B, T, width)."""
    states = np.full((len(systems), task.times.shape[-1], width), np.nan)
    ends = Ends(*(np.zeros(len(systems), dtype=kind) for kind in (float, np.int32, np.int64)))
    before_end = np.nextafter(task.own_times[:, -1], -np.inf)
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("error", ODEintWarning)  # odeint's only sign of failure
        for b, system in enumerate(systems):
            try:
                states[b], ends.steps[b] = _course(task, b, system)
                ends.reached[b] = task.own_times[b, -1]
            except _StoppedError as stop:
                # LSODA may look beyond the last time and fail there: it was not reached then.
                ends.reached[b] = max(min(stop.time, before_end[b]), 0.0)
                ends.status[b] = stop.ending
    return states, ends


def _course(task: IntegrationTask, b: int, system: _System) -> tuple[np.ndarray, int]:
    """Integrate one system; return its states, shape (T, n), and the number of steps."""
    times, ceilings, tolerance = task.own_times[b], task.ceilings[b], task.tolerance
    allowed = _allowed(task, system.ceilings)
    if not np.isfinite(system.start).all():
        raise _StoppedError(Ending.NOT_FINITE, 0.0)
    from_zero = times if times[0] == 0 else np.concatenate([[0.0], times])
    states, steps = system.start[None].repeat(len(from_zero), axis=0), 0
    if len(from_zero) > 1:
        try:
            states, notes = odeint(
                _watched(system.rhs, tolerance.max_steps),
                system.start,
                from_zero,
                Dfun=system.jacobian,
                ml=system.band,
                mu=system.band,
                rtol=tolerance.rtol,
                atol=allowed,
                mxstep=STEPS_WITHOUT_LIMIT,
                hmax=tolerance.largest_step if tolerance.largest_step < UNBOUNDED else 0.0,
                full_output=True,
            )
        except ODEintWarning:
            raise _StoppedError(Ending.STALLED, 0.0) from None
        steps = int(notes["nst"][-1])
    states = states[len(from_zero) - len(times) :]
    if not np.isfinite(states).all():
        raise _StoppedError(Ending.NOT_FINITE, 0.0)
    concentrations = states[:, : len(task.network.species)]
    lowest = -ceilings * (tolerance.rtol + tolerance.atol_fraction)
    below = (concentrations < lowest).any(axis=1)
    if below.any():
        first = int(np.argmax(below))
        raise _StoppedError(Ending.NEGATIVE, float(times[first - 1]) if first else 0.0)
    np.maximum(concentrations, 0.0, out=concentrations)
    return states, steps


def _allowed(task: IntegrationTask, ceilings: np.ndarray) -> np.ndarray:
    """Return the absolute errors allowed of n states that have these ceilings, shape (n,).

    What may grow out of itself is right relative to itself, from almost nothing on.
    """
    allowed = task.tolerance.atol_fraction * ceilings
    growing = [i for block in growing_blocks(task.network) for i in block]
    allowed[growing] *= SMALLEST_GROWING
    return allowed


def _watched(rhs: Callback, max_steps: int) -> Callback:
    """Return the right-hand side, which ends the integration once it is spent or not finite."""
    left = CALLS_PER_STEP * max_steps

    def watched(state: np.ndarray, time: float) -> np.ndarray:
        nonlocal left
        left -= 1
        if left < 0:
            raise _StoppedError(Ending.SPENT, time)
        try:
            change = rhs(state, time)
        except ArithmeticError:
            raise _StoppedError(Ending.NOT_FINITE, time) from None
        if not np.isfinite(change).all():
            raise _StoppedError(Ending.NOT_FINITE, time)
        return change

    return watched
