"""Rate equations compiled to functions of numbers, once for each network and process."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import cached_property, lru_cache

import numpy as np
import sympy

from assemblysim.kinetics.symbolic.numbered_laws import guarded, numbered_laws
from assemblysim.mechanism.network.algebra import chosen
from assemblysim.mechanism.network.network import Network
from assemblysim.mechanism.properties.balance import stoichiometry

# A broken power or a logarithm takes a concentration at or below zero as this, mM.
TRACE = 1e-30

ArrayFunction = Callable[[np.ndarray, np.ndarray, np.ndarray | float | None], np.ndarray]


def _power(base: np.ndarray, exponent: np.ndarray) -> np.ndarray:
    positive = np.power(np.maximum(base, TRACE), exponent)
    return np.where((base <= 0) & (np.asarray(exponent) > 0), 0.0, positive)


def _derivative_power(base: np.ndarray, exponent: np.ndarray) -> np.ndarray:
    return np.where(base > 0, np.power(np.maximum(base, TRACE), exponent), 0.0)


GUARDS = {
    "power": _power,
    "derivative_power": _derivative_power,
    "logarithm": lambda x: np.log(np.maximum(x, TRACE)),
    "exponential": np.exp,
    "whole": np.floor,
    "chosen": lambda test, above, otherwise: np.where(test > 0, above, otherwise),
}


class CompiledKinetics:
    """The rate equations of one network as functions of numbers.

    All take concentrations, shape (..., S), mM, and rate constants, shape (..., P), whose leading
    axes broadcast against each other; where a rate law names the time, also the times since mixing,
    h, whose axes are the leading ones.
    """

    def __init__(self, network: Network) -> None:
        self._numbered = numbered_laws(network)
        self._timed = network.timed_steps
        self.stoichiometry = np.array(stoichiometry(network), dtype=float)

    def fluxes(
        self,
        concentrations: np.ndarray,
        rate_constants: np.ndarray,
        times: np.ndarray | float | None = None,
    ) -> np.ndarray:
        """Return the rate of every one-way reaction, shape (..., R), mM/h."""
        return self._fluxes(concentrations, rate_constants, times)

    def flux_derivatives(
        self,
        concentrations: np.ndarray,
        rate_constants: np.ndarray,
        times: np.ndarray | float | None = None,
    ) -> np.ndarray:
        """Return the derivatives of the fluxes by concentrations, shape (..., R, S), 1/h."""
        return self._by_concentration(concentrations, rate_constants, times)

    def rhs(self, concentrations: np.ndarray, rate_constants: np.ndarray) -> np.ndarray:
        """Return dc/dt, shape (..., S), mM/h."""
        fluxes = self.fluxes(concentrations, rate_constants)
        return np.asarray(fluxes @ self.stoichiometry.T)

    def jacobian(self, concentrations: np.ndarray, rate_constants: np.ndarray) -> np.ndarray:
        """Return d(dc/dt)/dc, shape (..., S, S), 1/h."""
        changes = self.flux_derivatives(concentrations, rate_constants)
        return np.asarray(np.matmul(self.stoichiometry, changes))

    def rate_derivatives(
        self, concentrations: np.ndarray, rate_constants: np.ndarray
    ) -> np.ndarray:
        """Return d(dc/dt)/dk, shape (..., S, P)."""
        changes = self._by_constant(concentrations, rate_constants, None)
        return np.asarray(np.matmul(self.stoichiometry, changes))

    @cached_property
    def _fluxes(self) -> ArrayFunction:
        laws = self._numbered.laws
        return self._function(laws, range(len(laws)), (len(laws),), "power")

    @cached_property
    def _by_concentration(self) -> ArrayFunction:
        return self._derivatives(self._numbered.concentrations)

    @cached_property
    def _by_constant(self) -> ArrayFunction:
        return self._derivatives(self._numbered.constants)

    def _derivatives(self, symbols: Sequence[sympy.Symbol]) -> ArrayFunction:
        """Return the function of the laws' derivatives by symbols; most of them are zero."""
        laws = self._numbered.laws
        place = {symbol: i for i, symbol in enumerate(symbols)}
        found = [(r, s) for r, law in enumerate(laws) for s in law.free_symbols & {*place}]
        return self._function(
            [laws[r].diff(symbol) for r, symbol in found],
            [r * len(place) + place[symbol] for r, symbol in found],
            (len(laws), len(place)),
            "derivative_power",
        )

    def _function(
        self,
        expressions: Sequence[sympy.Expr],
        places: Sequence[int],
        shape: tuple[int, ...],
        power: str,
    ) -> ArrayFunction:
        """Return the function that puts expressions into their places in an array of zeros."""
        symbols = (
            *self._numbered.concentrations,
            *self._numbered.constants,
            self._numbered.time,
        )
        calls = [guarded(expression, power) for expression in expressions]
        evaluate = sympy.lambdify(symbols, calls, modules=[GUARDS, "numpy"], cse=True)
        size, numbers = math.prod(shape), np.array(places, dtype=int)
        # Python's own numbers refuse a division by 0, also of what a choice does not take.
        choosing = any(isinstance(part, sympy.Basic) and part.has(chosen) for part in calls)

        def function(
            concentrations: np.ndarray,
            rate_constants: np.ndarray,
            times: np.ndarray | float | None,
        ) -> np.ndarray:
            if self._timed and times is None:
                raise ValueError(f"the rate of {self._timed[0]} needs the time")
            if concentrations.ndim == 1 == rate_constants.ndim:
                # Plain numbers are much faster than arrays of one.
                found = np.zeros(size)
                own = [*concentrations, *rate_constants] if choosing else None
                found[numbers] = evaluate(
                    *(own or [*concentrations.tolist(), *rate_constants.tolist()]), times
                )
                return found.reshape(shape)
            leading = np.broadcast_shapes(concentrations.shape[:-1], rate_constants.shape[:-1])
            found = np.zeros((*leading, size))
            both = (concentrations, rate_constants)
            columns = [values[..., i] for values in both for i in range(values.shape[-1])]
            for place, value in zip(places, evaluate(*columns, times), strict=True):
                found[..., place] = value
            return found.reshape(*leading, *shape)

        return function


@lru_cache(maxsize=64)
def compile_network(network: Network) -> CompiledKinetics:
    """Compile the rate equations of a network; a network compiled before is looked up.

    Args:
        network: the mechanism.

    Returns:
        Its functions; they are compiled when first used, in milliseconds.
    """
    return CompiledKinetics(network)
