"""Sympy expressions written out as Python statements: the text that gets compiled.

Every name in the text is made here (``c0``, ``k1``, ``v2``), none is taken from a file.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import sympy
from sympy.printing.precedence import precedence
from sympy.printing.pycode import PythonCodePrinter

from assemblysim.kinetics.symbolic.derivatives import Derivatives

# Up to this power a product is faster than Python's ``**``.
LARGEST_PRODUCT = 4


class StatementPrinter(PythonCodePrinter):  # type: ignore[misc]  # sympy has no types
    """Prints whole powers as products."""

    def __init__(self) -> None:
        super().__init__({"fully_qualified_modules": False, "allow_unknown_functions": True})

    def _print_Pow(self, expr: sympy.Pow, rational: bool = False) -> str:  # noqa: ARG002  # sympy's signature
        base, exponent = expr.as_base_exp()
        if not exponent.is_Integer:  # of numbers only: the others are calls by now
            return repr(float(expr))
        text = self.parenthesize(base, precedence(expr), strict=False)
        size = abs(int(exponent))
        product = "*".join([text] * size) if size <= LARGEST_PRODUCT else f"{text}**{size}"
        return f"(1.0/({product}))" if exponent < 0 else f"({product})"


def guarded(expression: sympy.Expr, power: str) -> sympy.Expr:
    """Replace broken powers, logarithms and exponentials by calls of functions of our own.

    They take a concentration just below zero, which an integrator may try, as zero.

    Args:
        expression: over mangled symbols.
        power: the function for broken powers: ``power`` in rate laws, ``slope_power`` in
            their derivatives, which vanish at zero where the law itself does.

    Returns:
        The expression with calls of `power`, ``logarithm`` and ``exponential``.
    """
    calls = {name: sympy.Function(name) for name in (power, "logarithm", "exponential")}

    def call(part: sympy.Expr) -> sympy.Expr:
        if isinstance(part, sympy.Pow):
            return calls[power](part.base, part.exp)
        return calls["logarithm" if isinstance(part, sympy.log) else "exponential"](*part.args)

    def is_guarded(part: sympy.Expr) -> bool:
        broken = isinstance(part, sympy.Pow) and not part.exp.is_Integer
        return bool(part.free_symbols) and (broken or isinstance(part, sympy.log | sympy.exp))

    return expression.replace(is_guarded, call)


@dataclass(frozen=True)
class Statements:
    """Straight-line code and the expressions that hold its results.

    Attributes:
        lines: assignments, in order.
        results: one expression for each result, as text.
    """

    lines: tuple[str, ...]
    results: tuple[str, ...]


def names(letter: str, count: int) -> tuple[str, ...]:
    """Return ``letter0``, ``letter1``, ..."""
    return tuple(f"{letter}{i}" for i in range(count))


def mangled(derivatives: Derivatives, expressions: Iterable[sympy.Expr]) -> list[sympy.Expr]:
    """Rename species to ``c0, c1, ...`` and constants to ``k0, k1, ...``."""
    new = {
        symbol: sympy.Symbol(name)
        for letter, symbols in (("c", derivatives.concentrations), ("k", derivatives.constants))
        for symbol, name in zip(symbols, names(letter, len(symbols)), strict=True)
    }
    return [expression.xreplace(new) for expression in expressions]


def straight_line(
    letter: str, expressions: Sequence[sympy.Expr], power: str = "slope_power"
) -> Statements:
    """Write expressions as assignments that share their common parts.

    Args:
        letter: the results become ``letter0, letter1, ...``; the shared parts ``letter_0, ...``.
        expressions: over mangled symbols.
        power: the function that broken powers become.

    Returns:
        The assignments; a result that is a number is left as that number.
    """
    printer = StatementPrinter()
    calls = [guarded(expression, power) for expression in expressions]
    shared, reduced = sympy.cse(
        calls, symbols=sympy.numbered_symbols(f"{letter}_"), optimizations=None
    )
    lines = [f"{symbol} = {printer.doprint(part)}" for symbol, part in shared]
    results = []
    for name, expression in zip(names(letter, len(reduced)), reduced, strict=True):
        if expression.is_number:
            results.append(repr(float(expression)))
        else:
            lines.append(f"{name} = {printer.doprint(expression)}")
            results.append(name)
    return Statements(tuple(lines), tuple(results))


def linear_combination(rows: sympy.Matrix, results: Sequence[str], width: int) -> tuple[str, ...]:
    """Write the product of an integer matrix with a matrix of results.

    Args:
        rows: shape (M, R), integers.
        results: R times `width` expressions as text, row by row; ``0.0`` is left out.
        width: columns of the second matrix.

    Returns:
        M times `width` sums as text, row by row.
    """
    return tuple(
        _weighted_sum(rows.row(i), results[column::width])
        for i in range(rows.rows)
        for column in range(width)
    )


def _weighted_sum(weights: Iterable[sympy.Integer], terms: Iterable[str]) -> str:
    parts = []
    for weight, term in zip(map(int, weights), terms, strict=True):
        if weight and term != "0.0":
            size = term if abs(weight) == 1 else f"{abs(weight)}*{term}"
            parts.append(("-" if weight < 0 else "+") + size)
    return "".join(parts) or "0.0"


def system_factory(
    laws: Statements,
    slopes: Statements,
    rhs: Sequence[str],
    jacobian: Sequence[str],
    sizes: tuple[int, int],
) -> str:
    """Write a function that makes the two callbacks of an integrator.

    Args:
        laws: the R rate laws.
        slopes: their derivatives by the concentrations.
        rhs: n expressions over `laws`.
        jacobian: n times n expressions over `slopes`.
        sizes: S and P; the first S states are the concentrations.

    Returns:
        The text of ``build(k, steps) -> (rhs, jacobian)``.
    """
    state = "y" if len(rhs) == sizes[0] else f"y[:{sizes[0]}]"
    return "\n".join(
        (
            "def build(k, steps):",
            "    budget = steps * CALLS_PER_STEP",
            *_indented(1, _unpacked("k", sizes[1], "k")),
            *_indented(1, _buffer("right", f"({len(rhs)},)", len(rhs))),
            *_indented(1, _buffer("slopes", f"({len(rhs)}, {len(rhs)})", len(jacobian))),
            *_callback("rhs", state, sizes[0], _counted(laws), ("right", rhs)),
            *_callback("jacobian", state, sizes[0], slopes.lines, ("slopes", jacobian)),
            "    return rhs, jacobian",
        )
    )


def sensitivity_factory(
    parts: tuple[Statements, Statements, Statements],
    entries: Sequence[str],
    sizes: tuple[int, int],
) -> str:
    """Write a function that makes the filler of F, dF/dc and the scaled dF/dk.

    Args:
        parts: the rate laws, their derivatives by concentrations, by constants.
        entries: the expressions to fill in, in order.
        sizes: S and P.

    Returns:
        The text of ``build(k, scales, steps) -> (fill, filled)``; in `entries` the scales
        are ``s0, s1, ...``.
    """
    laws, slopes, by_constant = parts
    lines = (*_counted(laws), *slopes.lines, *by_constant.lines)
    return "\n".join(
        (
            "def build(k, scales, steps):",
            "    budget = steps * CALLS_PER_STEP",
            *_indented(1, _unpacked("k", sizes[1], "k")),
            *_indented(1, _unpacked("s", sizes[1], "scales")),
            *_indented(1, _buffer("filled", f"({len(entries)},)", len(entries))),
            *_callback("fill", "y", sizes[0], lines, ("filled", entries)),
            "    return fill, filled",
        )
    )


def array_function(
    name: str,
    statements: Statements,
    entries: Sequence[str],
    shape: tuple[int, ...],
    sizes: tuple[int, int],
) -> str:
    """Write a function of arrays with any leading axes.

    Args:
        name: of the function.
        statements: what the entries are made of.
        entries: the expressions to return.
        shape: what they are arranged to.
        sizes: S and P, the lengths of the last axes of its two arguments.

    Returns:
        The text of ``name(c, k) -> array``.
    """
    columns = [
        f"{letter}{i} = {letter}[..., {i}]"
        for letter, size in zip("ck", sizes, strict=True)
        for i in range(size)
    ]
    filled = [f"out[..., {i}] = {entry}" for i, entry in enumerate(entries)]
    return "\n".join(
        (
            f"def {name}(c, k):",
            *_indented(1, [*columns, *statements.lines]),
            "    leading = broadcast_shapes(c.shape[:-1], k.shape[:-1])",
            f"    out = empty((*leading, {len(entries)}))",
            *_indented(1, filled),
            f"    return out.reshape((*leading, *{shape!r}))",
        )
    )


def _indented(depth: int, lines: Iterable[str]) -> list[str]:
    return ["    " * depth + line for line in lines]


def _unpacked(letter: str, count: int, source: str) -> list[str]:
    return [f"{', '.join(names(letter, count))}, = {source}"] if count else []


def _buffer(name: str, shape: str, size: int) -> list[str]:
    """Return lines that make an array and the quickest way found to fill it from floats."""
    return [
        f"{name} = empty({shape})",
        f"{name}_write = Struct('{size}d').pack_into",
        f"{name}_raw = memoryview({name}).cast('B')",
    ]


def _counted(laws: Statements) -> list[str]:
    """Return the lines of the rate laws, followed by a check that they are finite."""
    total = " + ".join(laws.results) or "0.0"
    return [
        *laws.lines,
        f"if not -1e300 < {total} < 1e300:",
        "    raise SpentError(t, NOT_FINITE)",
    ]


def _callback(
    name: str, state: str, species: int, lines: Sequence[str], target: tuple[str, Sequence[str]]
) -> list[str]:
    counting = [
        "nonlocal budget",
        "budget -= 1",
        "if budget < 0:",
        "    raise SpentError(t, SPENT)",
    ]
    buffer, entries = target
    return [
        f"    def {name}(y, t):",
        *_indented(2, counting),
        *_indented(2, _unpacked("c", species, f"{state}.tolist()")),
        "        try:",
        *_indented(3, lines),
        f"            {buffer}_write({buffer}_raw, 0, {', '.join(entries)})",
        "        except ArithmeticError:",
        "            raise SpentError(t, NOT_FINITE) from None",
        f"        return {buffer}",
    ]
