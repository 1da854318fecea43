"""Courses of an SBML model: of everything that it names, in its own units."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np

from assemblysim.errors import InputError, IntegrationError, did_you_mean
from assemblysim.exchange.sbml.content.meanings import NOT_A_NUMBER, SBML_TIME
from assemblysim.exchange.sbml.course.equations import amount_network
from assemblysim.exchange.sbml.course.jumps import jumps
from assemblysim.exchange.sbml.course.numbers import value_of
from assemblysim.exchange.sbml.course.quantities import Quantities, UnstatedError
from assemblysim.files.places import at
from assemblysim.kinetics.engines.integration import integrate_batch
from assemblysim.kinetics.task import Ending, Tolerance
from assemblysim.mechanism.network.rate_law import Expression

_TOLERANCE: Final = Tolerance(rtol=1e-10, atol_fraction=1e-13, max_steps=50_000)
_SHIFTS: Final = 6  # tenfold each
_ABOVE: Final = 10.0


@dataclass(frozen=True, eq=False)
class SbmlCourse:
    """Quantities of an SBML model over time, in its own units.

    Attributes:
        names: of the quantities, length N.
        times: shape (T,).
        values: shape (T, N).

    Example:
        >>> import assemblysim as asm
        >>> network = asm.read_system("models/ring.toml").network("one_way")
        >>> constants, start = {"k_bind": 2.0, "k_pair": 1.0}, {"M": "1 mM", "L": "1 mM"}
        >>> path = asm.write_sbml("one_way.xml", network, constants, start)
        >>> course = asm.read_sbml(path).simulate([0.0, 1.0], ["M", "bind"])
        >>> course["bind"].shape
        (2,)
    """

    names: tuple[str, ...]
    times: np.ndarray
    values: np.ndarray

    def __getitem__(self, name: str) -> np.ndarray:
        """Return one quantity, shape (T,).

        Raises:
            InputError: there is no such quantity.
        """
        if name not in self.names:
            raise InputError(f"no quantity '{name}'{did_you_mean(name, self.names)}")
        return np.asarray(self.values[:, self.names.index(name)])


def simulated(
    quantities: Quantities,
    times: np.ndarray,
    names: Sequence[str],
    amounts: Sequence[str] = (),
    concentrations: Sequence[str] = (),
) -> SbmlCourse:
    """Integrate a model and return some of its quantities.

    Args:
        quantities: of the model.
        times: shape (T,), increasing, none below 0, in the model's unit.
        names: identifiers of the model; what a species' identifier means in the model's own
            mathematics (its concentration, or its amount) is returned.
        amounts: species of which the amount is returned, whatever their identifiers mean.
        concentrations: alike, the concentration.

    Returns:
        The course; nan for what the file states no value of.

    Raises:
        InputError: a name is unknown, or a rate needs what has no value.
        IntegrationError: the end was not reached.

    Method: all is worked out of the amounts of the species that reactions change. Where an amount
    falls below 0, which our engines refuse, all are followed again with a shift.
    """
    with at(quantities.content.path):
        trees = [_tree(quantities, name, amounts, concentrations) for name in names]
        states = _amounts(quantities, times)
    columns = [_column(tree, states, len(times)) for tree in trees]
    values = np.stack(columns, axis=1) if columns else np.zeros((len(times), 0))
    return SbmlCourse(tuple(names), times, values)


def _tree(
    quantities: Quantities, name: str, amounts: Sequence[str], concentrations: Sequence[str]
) -> Expression:
    try:
        if name in quantities.content.species:
            if name in amounts:
                return quantities.amount_tree(name)
            if name in concentrations:
                return quantities.concentration_tree(name)
        return quantities.tree(name)
    except UnstatedError:
        return NOT_A_NUMBER


def _column(tree: Expression, states: dict[str, np.ndarray], points: int) -> np.ndarray:
    at_each = [{name: float(course[t]) for name, course in states.items()} for t in range(points)]
    return np.array([value_of(tree, state.__getitem__) for state in at_each])


def _amounts(quantities: Quantities, times: np.ndarray) -> dict[str, np.ndarray]:
    """Return the amounts of the moving species and the time, shape (T,) each."""
    names = quantities.moving
    start = [quantities.amount_at_start(name) for name in names]
    largest = max((abs(one) for one in start), default=0.0) or 1.0
    shift = _ABOVE * largest if min(start, default=0.0) < 0 else 0.0
    for _ in range(_SHIFTS):
        found, ending = _integrated(quantities, times, shift)
        if ending is None:
            amounts = {name: found[:, i] - shift for i, name in enumerate(names)}
            return {**amounts, SBML_TIME: times}
        if ending != Ending.NEGATIVE:
            break
        shift = _ABOVE * (shift or largest)
    why = Ending(ending or 0).words(_TOLERANCE.max_steps)
    raise IntegrationError(f"{quantities.content.path}: not integrated to the end: {why}")


def _integrated(
    quantities: Quantities, times: np.ndarray, shift: float
) -> tuple[np.ndarray, Ending | None]:
    """Return states, shape (T, S), and how the integration ended where it did not complete."""
    made = amount_network(quantities, shift)
    if not made.network.reactions or times[-1] == 0:
        return np.tile(made.initial, (len(times), 1)), None
    found, state = np.full((len(times), len(made.initial)), np.nan), made.initial[None]
    edges = [0.0, *(one for one in jumps(made.network) if 0 < one < times[-1]), float(times[-1])]
    for begin, end in pairwise(edges):
        inside = (times <= end) & ((times > begin) | (begin == 0))
        asked = np.unique(np.append(times[inside] - begin, end - begin))
        # What holds from a jump on holds at its moment.
        batch = integrate_batch(
            made.network,
            made.constants[None],
            state,
            asked,
            _TOLERANCE,
            begin=float(np.nextafter(begin, np.inf)) if begin else 0.0,
        )
        if not batch.completed[0]:
            return found, Ending(int(batch.status[0]))
        found[inside] = batch.concentrations[0, : inside.sum()]
        state = batch.concentrations[:, -1]
    return found, None
