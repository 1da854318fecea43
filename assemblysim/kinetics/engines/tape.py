"""Rate laws that are no plain products, as straight-line code for the engine's register machine."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import IntEnum

import numpy as np
import sympy

from assemblysim.kinetics.symbolic.numbered_laws import guarded, numbered_laws
from assemblysim.mechanism.network.network import Network

Tape = tuple[np.ndarray, np.ndarray, np.ndarray]


class Operation(IntEnum):
    """What an instruction does; the numbers are those of kernel/network/tables.hpp."""

    ADD = 0
    SUBTRACT = 1
    MULTIPLY = 2
    DIVIDE = 3
    POWER = 4
    SLOPE_POWER = 5
    EXP = 6
    LOG = 7


_CALLS = {
    "power": Operation.POWER,
    "derivative_power": Operation.SLOPE_POWER,
    "exponential": Operation.EXP,
    "logarithm": Operation.LOG,
}


@dataclass(frozen=True, eq=False)
class LawTapes:
    """The rate laws of some reactions with what their derivatives need.

    Attributes:
        species: for each law, the species (numbers) in it.
        constants: for each law, the constants (numbers) in it.
        tapes: laws; derivatives by species, by constants; derivatives of the last two along a
            direction of concentrations.
    """

    species: tuple[tuple[int, ...], ...]
    constants: tuple[tuple[int, ...], ...]
    tapes: tuple[Tape, Tape, Tape, Tape, Tape]


def law_tapes(network: Network, reactions: Sequence[int], states: int) -> LawTapes:
    """Write the laws of some of a network's reactions as tapes.

    Args:
        network: the mechanism, with S species and P rate constants.
        reactions: which of its reactions.
        states: how many registers the concentrations take; those behind the S species are
            not read.

    Returns:
        Tapes over concentrations and P constants, the last two also over directions.
    """
    numbered = numbered_laws(network)
    concentrations, constants = numbered.concentrations, numbered.constants
    directions = sympy.symbols(f"u:{len(concentrations)}", seq=True)
    laws = [numbered.laws[r] for r in reactions]
    law_species = tuple(_places(law, concentrations) for law in laws)
    law_constants = tuple(_places(law, constants) for law in laws)
    by_species = [
        law.diff(concentrations[i])
        for law, found in zip(laws, law_species, strict=True)
        for i in found
    ]
    by_constant = [
        law.diff(constants[i])
        for law, found in zip(laws, law_constants, strict=True)
        for i in found
    ]
    narrow = _Inputs({}, 0).then(concentrations, states).then(constants, len(constants))
    wide = narrow.then(directions, states)

    def along(expressions: list[sympy.Expr]) -> list[sympy.Expr]:
        return [
            sympy.Add(*(e.diff(c) * u for c, u in zip(concentrations, directions, strict=True)))
            for e in expressions
        ]

    return LawTapes(
        law_species,
        law_constants,
        (
            _tape(laws, narrow, "power"),
            _tape(by_species, narrow, "derivative_power"),
            _tape(by_constant, narrow, "derivative_power"),
            _tape(along(by_species), wide, "derivative_power"),
            _tape(along(by_constant), wide, "derivative_power"),
        ),
    )


@dataclass(frozen=True)
class _Inputs:
    """Which register each input is in, and how many there are."""

    registers: dict[sympy.Symbol, int]
    count: int

    def then(self, symbols: Sequence[sympy.Symbol], width: int) -> _Inputs:
        """Add symbols in `width` registers, of which the last may stay unread."""
        placed = {symbol: self.count + i for i, symbol in enumerate(symbols)}
        return _Inputs({**self.registers, **placed}, self.count + width)


def _places(law: sympy.Expr, symbols: Sequence[sympy.Symbol]) -> tuple[int, ...]:
    return tuple(i for i, symbol in enumerate(symbols) if symbol in law.free_symbols)


def _tape(expressions: list[sympy.Expr], inputs: _Inputs, power: str) -> Tape:
    calls = [guarded(expression, power) for expression in expressions]
    shared, reduced = sympy.cse(
        calls, symbols=sympy.numbered_symbols("shared_"), optimizations=None
    )
    expressions = [*(part for _, part in shared), *reduced]
    writer = _Writer(dict(inputs.registers), inputs.count)
    writer.collect_numbers(expressions)
    for symbol, part in shared:
        writer.registers[symbol] = writer.write(part)
    outputs = [writer.write(expression) for expression in reduced]
    return (
        np.array(list(writer.numbers)),
        np.array(writer.code, dtype=np.int32),
        np.array(outputs, dtype=np.int32),
    )


@dataclass
class _Writer:
    """Appends instructions; every method returns the register that holds its result."""

    registers: dict[sympy.Symbol, int]
    inputs: int
    numbers: dict[float, int] = field(default_factory=lambda: {1.0: 0})
    code: list[int] = field(default_factory=list)

    def collect_numbers(self, expressions: Sequence[sympy.Expr]) -> None:
        """Find a register for every number before the first instruction takes one."""
        for expression in expressions:
            for part in sympy.preorder_traversal(expression):
                if part.is_number:
                    self.numbers.setdefault(float(part), len(self.numbers))

    def write(self, part: sympy.Expr) -> int:
        """Append what computes an expression."""
        if part.is_number:
            return self.inputs + self.numbers[float(part)]
        if part.is_Symbol:
            return self.registers[part]
        if part.is_Add:
            return self._sum(part)
        if part.is_Mul:
            return self._product(part)
        if part.is_Pow:
            return self._power(part)
        operands = [self.write(argument) for argument in part.args]
        return self._take(_CALLS[part.func.__name__], operands[0], operands[-1])

    def _take(self, operation: Operation, left: int, right: int) -> int:
        self.code += [int(operation), left, right]
        return self.inputs + len(self.numbers) + len(self.code) // 3 - 1

    def _sum(self, part: sympy.Add) -> int:
        terms = [self.write(term) for term in part.args]
        total = terms[0]
        for term in terms[1:]:
            total = self._take(Operation.ADD, total, term)
        return total

    def _product(self, part: sympy.Mul) -> int:
        above, below = _fraction(part)
        total = self._factors(above)
        return self._take(Operation.DIVIDE, total, self._factors(below)) if below else total

    def _factors(self, factors: Sequence[sympy.Expr]) -> int:
        if not factors:
            return self.inputs + self.numbers[1.0]
        total = self.write(factors[0])
        for factor in factors[1:]:
            total = self._take(Operation.MULTIPLY, total, self.write(factor))
        return total

    def _power(self, part: sympy.Pow) -> int:
        """Write a whole power as products; broken ones are calls by now."""
        base, size = self.write(part.base), abs(int(part.exp))
        total = None
        while size:
            if size & 1:
                total = base if total is None else self._take(Operation.MULTIPLY, total, base)
            size >>= 1
            if size:
                base = self._take(Operation.MULTIPLY, base, base)
        one = self.inputs + self.numbers[1.0]
        total = one if total is None else total
        return self._take(Operation.DIVIDE, one, total) if part.exp < 0 else total


def _fraction(part: sympy.Mul) -> tuple[list[sympy.Expr], list[sympy.Expr]]:
    """Split the factors of a product into those above and below a fraction's line."""
    above: list[sympy.Expr] = []
    below: list[sympy.Expr] = []
    for factor in part.args:
        down = factor.is_Pow and factor.exp.is_Integer and factor.exp < 0
        (below if down else above).append(1 / factor if down else factor)
    return above, below
