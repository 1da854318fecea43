"""Rate equations compiled to Python functions, once for each network and process."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from struct import Struct
from typing import Any

import numpy as np
import sympy

from assemblysim.kinetics.symbolic.derivatives import derive
from assemblysim.kinetics.symbolic.source_text import (
    Statements,
    array_function,
    linear_combination,
    mangled,
    sensitivity_factory,
    straight_line,
    system_factory,
)
from assemblysim.kinetics.task import Ending
from assemblysim.mechanism.network.network import Network

# A broken power or a logarithm takes a concentration at or below zero as this, mM.
TRACE = 1e-30
# LSODA evaluates the rate equations or their derivative about twice for each step it keeps.
CALLS_PER_STEP = 2

Callback = Callable[[np.ndarray, float], np.ndarray]
Factory = Callable[..., tuple[Any, Any]]
ArrayFunction = Callable[[np.ndarray, np.ndarray], np.ndarray]


class SpentError(Exception):
    """Raised out of a callback when the budget is spent or a rate is not finite.

    Attributes:
        time: h, how far the integration was.
        ending: which of the two.
    """

    def __init__(self, time: float, ending: Ending) -> None:
        super().__init__(ending.name)
        self.time = time
        self.ending = ending


@dataclass(frozen=True, eq=False)
class SystemCallbacks:
    """One set of rate constants as the integrator calls it.

    Attributes:
        rhs: (n,) and h to (n,), the right-hand side.
        jacobian: (n,) and h to (n, n), its derivative.
    """

    rhs: Callback
    jacobian: Callback


class CompiledKinetics:
    """The rate equations of one network as functions of numbers.

    The methods that return arrays take any leading axes, which broadcast against each other.

    Attributes:
        reactions: R, how many one-way reactions there are.
    """

    def __init__(self, network: Network) -> None:
        self._species = len(network.species)
        self.reactions = len(network.reactions)
        self._derivatives = derive(network)

    def fluxes(self, concentrations: np.ndarray, rate_constants: np.ndarray) -> np.ndarray:
        """Return the rate of every one-way reaction, shape (..., R), mM/h.

        Args:
            concentrations: shape (..., S), mM.
            rate_constants: shape (..., P), rate constants.
        """
        return self._fluxes(concentrations, rate_constants)

    def rhs(self, concentrations: np.ndarray, rate_constants: np.ndarray) -> np.ndarray:
        """Return dc/dt, shape (..., S), mM/h, from (..., S) in mM and (..., P)."""
        return self._rhs(concentrations, rate_constants)

    def jacobian(self, concentrations: np.ndarray, rate_constants: np.ndarray) -> np.ndarray:
        """Return d(dc/dt)/dc, shape (..., S, S), 1/h, from (..., S) in mM and (..., P)."""
        return self._jacobian(concentrations, rate_constants)

    def rate_derivatives(
        self, concentrations: np.ndarray, rate_constants: np.ndarray
    ) -> np.ndarray:
        """Return d(dc/dt)/dk, shape (..., S, P), from (..., S) in mM and (..., P)."""
        return self._rate_derivatives(concentrations, rate_constants)

    def concentration_system(self, rate_constants: np.ndarray, max_steps: int) -> SystemCallbacks:
        """Return the callbacks of the S concentrations.

        Args:
            rate_constants: shape (P,).
            max_steps: steps after which a callback raises SpentError.
        """
        return SystemCallbacks(*self._concentration_factory(rate_constants.tolist(), max_steps))

    def extent_system(self, rate_constants: np.ndarray, max_steps: int) -> SystemCallbacks:
        """Return the callbacks of the S concentrations followed by the R extents, mM."""
        return SystemCallbacks(*self._extent_factory(rate_constants.tolist(), max_steps))

    def sensitivity_parts(
        self, rate_constants: np.ndarray, scales: np.ndarray, max_steps: int
    ) -> tuple[Callback, np.ndarray]:
        """Return a function that fills an array with F, dF/dc and the scaled dF/dk.

        Args:
            rate_constants: shape (P,).
            scales: shape (P,), what each dF/dk is multiplied by.
            max_steps: steps after which it raises SpentError.

        Returns:
            The function of concentrations (S,) and time (h), and the array it fills:
            S entries of F, S*S of dF/dc row by row, P*S of dF/dk, one constant after the other.
        """
        fill, filled = self._sensitivity_factory(
            rate_constants.tolist(), scales.tolist(), max_steps
        )
        return fill, filled

    @cached_property
    def _laws(self) -> Statements:
        return straight_line(
            "v", mangled(self._derivatives, self._derivatives.rate_constants), "power"
        )

    @cached_property
    def _slopes(self) -> Statements:
        return straight_line("g", mangled(self._derivatives, self._derivatives.rate_slopes))

    @cached_property
    def _by_constant(self) -> Statements:
        return straight_line("h", mangled(self._derivatives, self._derivatives.rate_by_constant))

    @cached_property
    def _concentration_factory(self) -> Factory:
        return self._system(self._derivatives.stoichiometry)

    @cached_property
    def _extent_factory(self) -> Factory:
        reactions = sympy.eye(len(self._derivatives.rate_constants))
        return self._system(self._derivatives.stoichiometry.col_join(reactions))

    @cached_property
    def _sensitivity_factory(self) -> Factory:
        rows, constants = self._derivatives.stoichiometry, self._constants
        by_constant = linear_combination(rows, self._by_constant.results, constants)
        scaled = [
            f"s{j}*({by_constant[i * constants + j]})"
            for j in range(constants)
            for i in range(self._species)
        ]
        entries = (
            *linear_combination(rows, self._laws.results, 1),
            *linear_combination(rows, self._slopes.results, self._species),
            *scaled,
        )
        parts = (self._laws, self._slopes, self._by_constant)
        sizes = (self._species, constants)
        factory: Factory = _defined(sensitivity_factory(parts, entries, sizes), SCALAR, "build")
        return factory

    def _system(self, rows: sympy.Matrix) -> Factory:
        """Compile the system d(state)/dt = rows v(c), whose first S states are c."""
        right = linear_combination(rows, self._laws.results, 1)
        slopes = linear_combination(rows, self._slopes.results, self._species)
        padding = ("0.0",) * (rows.rows - self._species)
        padded = tuple(
            entry
            for i in range(rows.rows)
            for entry in (*slopes[i * self._species : (i + 1) * self._species], *padding)
        )
        text = system_factory(
            self._laws, self._slopes, right, padded, (self._species, self._constants)
        )
        factory: Factory = _defined(text, SCALAR, "build")
        return factory

    @property
    def _constants(self) -> int:
        return len(self._derivatives.constants)

    @cached_property
    def _fluxes(self) -> ArrayFunction:
        count = len(self._laws.results)
        return self._array_function("fluxes", self._laws, self._laws.results, (count,))

    @cached_property
    def _rhs(self) -> ArrayFunction:
        entries = linear_combination(self._derivatives.stoichiometry, self._laws.results, 1)
        return self._array_function("rhs", self._laws, entries, (self._species,))

    @cached_property
    def _jacobian(self) -> ArrayFunction:
        entries = linear_combination(
            self._derivatives.stoichiometry, self._slopes.results, self._species
        )
        shape = (self._species, self._species)
        return self._array_function("jacobian", self._slopes, entries, shape)

    @cached_property
    def _rate_derivatives(self) -> ArrayFunction:
        rows, results = self._derivatives.stoichiometry, self._by_constant.results
        entries = linear_combination(rows, results, self._constants)
        shape = (self._species, self._constants)
        return self._array_function("rate_derivatives", self._by_constant, entries, shape)

    def _array_function(
        self, name: str, made_of: Statements, entries: Sequence[str], shape: tuple[int, ...]
    ) -> ArrayFunction:
        sizes = (self._species, self._constants)
        text = array_function(name, made_of, entries, shape, sizes)
        function: ArrayFunction = _defined(text, ARRAY, name)
        return function


def _defined(text: str, surroundings: Mapping[str, Any], name: str) -> Any:
    """Return the function that the text defines; the text is ours, made by source_text."""
    namespace = dict(surroundings)
    exec(compile(text, f"<{name} of a network>", "exec"), namespace)
    return namespace[name]


def _power(base: float, exponent: float) -> float:
    if base <= 0:
        return 0.0 if exponent > 0 else TRACE**exponent
    return float(base**exponent)


def _slope_power(base: float, exponent: float) -> float:
    return float(base**exponent) if base > 0 else 0.0


def _array_power(base: np.ndarray, exponent: np.ndarray) -> np.ndarray:
    positive = np.power(np.maximum(base, TRACE), exponent)
    return np.where((base <= 0) & (np.asarray(exponent) > 0), 0.0, positive)


def _array_slope_power(base: np.ndarray, exponent: np.ndarray) -> np.ndarray:
    return np.where(base > 0, np.power(np.maximum(base, TRACE), exponent), 0.0)


SCALAR: dict[str, Any] = {
    "empty": np.empty,
    "Struct": Struct,
    "SpentError": SpentError,
    "SPENT": Ending.SPENT,
    "NOT_FINITE": Ending.NOT_FINITE,
    "CALLS_PER_STEP": CALLS_PER_STEP,
    "power": _power,
    "slope_power": _slope_power,
    "logarithm": lambda x: math.log(max(x, TRACE)),
    "exponential": math.exp,
}
ARRAY: dict[str, Any] = {
    "empty": np.empty,
    "broadcast_shapes": np.broadcast_shapes,
    "power": _array_power,
    "slope_power": _array_slope_power,
    "logarithm": lambda x: np.log(np.maximum(x, TRACE)),
    "exponential": np.exp,
}


@lru_cache(maxsize=64)
def compile_network(network: Network) -> CompiledKinetics:
    """Compile the rate equations of a network; a network compiled before is looked up.

    Args:
        network: the mechanism.

    Returns:
        Its functions; they are compiled when first used, in milliseconds.
    """
    return CompiledKinetics(network)
