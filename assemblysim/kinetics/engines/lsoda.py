"""The one place that calls scipy's integrator, for one system of equations at a time.

LSODA switches between Adams and BDF as stiffness demands (Petzold, SIAM J. Sci. Stat. Comput.
4, 136-148, 1983). Of scipy's stiff integrators ``odeint`` is the fastest here by far: it stays
in compiled code between the output times.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
from scipy.integrate import ODEintWarning, odeint

from assemblysim.kinetics.symbolic.compilation import Callback, SpentError
from assemblysim.kinetics.task import Ending

# LSODA counts its steps for each output time anew; the budget of calls stops it before this.
STEPS_WITHOUT_LIMIT = 2**31 - 1


@dataclass(frozen=True, eq=False)
class Equations:
    """Equations to integrate.

    Attributes:
        rhs: (n,) and h to (n,); raises SpentError to end the integration.
        jacobian: (n,) and h to (n, n), or to (2 * band + 1, n) if there is a band.
        start: shape (n,), the state at t = 0.
        species: S; the first states are the concentrations.
        absolute: shape (n,), mM; times `atol` it is the absolute error allowed in one step.
        relative: shape (n,); times `rtol` it is the relative error allowed in one step.
        band: how far off the diagonal the Jacobian goes; None for everywhere.
    """

    rhs: Callback
    jacobian: Callback
    start: np.ndarray
    species: int
    absolute: np.ndarray
    relative: np.ndarray
    band: int | None


@dataclass(frozen=True, eq=False)
class LsodaCourse:
    """What an integration returned.

    Attributes:
        states: shape (T, n); meaningless where it ended early.
        reached: h; the last time asked for, or less.
        ending: how it ended.
        steps: how many it took; the budget's share where it ended early.
    """

    states: np.ndarray
    reached: float
    ending: Ending = Ending.COMPLETED
    steps: int = 0


@contextmanager
def failures_raised() -> Iterator[None]:
    """Turn odeint's warning, its only sign of failure, into an exception; let infinities pass."""
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("error", ODEintWarning)
        yield


def run_lsoda(equations: Equations, times: np.ndarray, rtol: float, atol: float) -> LsodaCourse:
    """Integrate from t = 0; call it within `failures_raised`.

    Args:
        equations: the equations.
        times: shape (T,), h, increasing, none below 0.
        rtol: relative error allowed in one step.
        atol: absolute error allowed in one step, as a share of `equations.absolute`.

    Returns:
        The states at `times`, or how far they came.
    """
    from_zero = times if times[0] == 0 else np.concatenate(([0.0], times))
    if len(from_zero) == 1:
        return LsodaCourse(equations.start[None].copy(), float(times[-1]))
    try:
        states, notes = odeint(
            equations.rhs,
            equations.start,
            from_zero,
            Dfun=equations.jacobian,
            ml=equations.band,
            mu=equations.band,
            rtol=rtol * equations.relative,
            atol=atol * equations.absolute,
            mxstep=STEPS_WITHOUT_LIMIT,
            full_output=True,
        )
    except SpentError as spent:
        return failed_course(equations, times, spent.time, spent.ending)
    except ODEintWarning:
        return failed_course(equations, times, 0.0, Ending.STALLED)
    if not np.isfinite(states).all():
        return failed_course(equations, times, 0.0, Ending.NOT_FINITE)
    steps = int(notes["nst"][-1])
    return LsodaCourse(states[len(from_zero) - len(times) :], float(times[-1]), steps=steps)


def failed_course(
    equations: Equations, times: np.ndarray, reached: float, ending: Ending
) -> LsodaCourse:
    """Return a course that ended early.

    Args:
        equations: what was integrated.
        times: shape (T,), h, what was asked for.
        reached: h; brought below the last time, since LSODA may look beyond it and fail there.
        ending: the reason.
    """
    before_end = float(np.nextafter(times[-1], -np.inf))
    states = np.full((len(times), len(equations.start)), np.nan)
    return LsodaCourse(states, max(min(reached, before_end), 0.0), ending)
