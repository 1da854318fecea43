"""Constants that follow from others: the table ``[constants]`` of a mechanism file.

A line gives one constant as an expression of others, ``k_shrink = "k_grow / K_grow"`` or
``k_back = "k_forth * exp(dG / RT)"``. A name that is no rate constant is a new constant, free as
the rate constants are, if it begins with K (a ratio of rate constants), with dG (an energy in
kJ/mol) or with f_ (a pure number). RT is the gas constant times the temperature, in kJ/mol, and
c0 the standard concentration of 1 M, which an energy refers to: where a step changes the number
of molecules it is needed, ``k_off = "k_on * c0 * exp(dG_on / RT)"`` for A + B <=> C.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import lru_cache
from graphlib import CycleError, TopologicalSorter
from typing import Final

import sympy

from assemblysim.errors import InputError, did_you_mean
from assemblysim.files.places import at
from assemblysim.language import quoted
from assemblysim.mechanism.network.expression import name_counts, names_in, parse_expression
from assemblysim.mechanism.network.names import TIME, check_name

# (name, expression) for each line, in the file's order.
Definitions = tuple[tuple[str, str], ...]

RT: Final = "RT"
C0: Final = "c0"
STANDARD_CONCENTRATION: Final = 1000.0  # mM
# Names in a definition into which all others are put; in algebra its cost grows with the square.
LARGEST: Final = 1000
RATIO, ENERGY, NUMBER = "K", "dG", "f_"
INTRODUCED: Final = (RATIO, ENERGY, NUMBER)
_EXPRESSION: Final = "expression"
_RESERVED: Final = {
    RT: "the gas constant times the temperature",
    C0: "the standard concentration of 1 M",
}


def read_constants(
    table: Mapping[str, object], rate_constants: Collection[str], species: Collection[str]
) -> Definitions:
    """Check the table ``[constants]`` of a mechanism file.

    Args:
        table: names with their expressions.
        rate_constants: names of the rate constants that the model's steps use.
        species: names of the model's species, which no constant may have.

    Returns:
        The definitions, in the order of the table.

    Raises:
        InputError: a name or an expression is wrong, a definition is of no use, or some
            define each other in a circle.
    """
    for reserved, meaning in _RESERVED.items():
        if reserved in rate_constants:
            raise InputError(f"a rate constant is called {reserved}, which is {meaning}; rename it")
    for name, text in table.items():
        check_name("constant", name)
        with at(name):
            _check_definition(name, text, {*rate_constants, *table}, species)
    definitions = tuple((name, " ".join(str(text).split())) for name, text in table.items())
    _check_sizes(definitions)
    needed = {part for _, text in definitions for part in names_in(text)}
    for name, _ in definitions:
        if name not in rate_constants and name not in needed:
            raise InputError(
                f"'{name}' is neither a rate constant of a step nor used by another "
                f"definition{did_you_mean(name, rate_constants)}"
            )
    return definitions


def involved(definitions: Definitions, names: Collection[str]) -> tuple[str, ...]:
    """Return the wanted constants and all that they follow from, without RT and c0."""
    return tuple(name for name in _reached(definitions, names) if name not in _RESERVED)


@lru_cache(maxsize=256)
def expressions(definitions: Definitions) -> dict[str, sympy.Expr]:
    """Return each defined constant as an expression of free constants, RT and c0."""
    found: dict[sympy.Symbol, sympy.Expr] = {}
    for name, expression in _ordered(definitions):
        found[sympy.Symbol(name)] = expression.subs(found)
    return {symbol.name: expression for symbol, expression in found.items()}


def own_expressions(definitions: Definitions) -> dict[str, sympy.Expr]:
    """Return each defined constant as it is written, in an order of computation."""
    return dict(_ordered(definitions))


def _check_definition(
    name: str, text: object, known: Collection[str], species: Collection[str]
) -> None:
    if name in _RESERVED:
        raise InputError(f"{name} is {_RESERVED[name]}; take another name")
    if name in species:
        raise InputError("has the name of a species; rename one of them")
    if not isinstance(text, str):
        raise InputError(
            "not an expression; write one in quotation marks, as 'k_grow / K_grow' (a number "
            "belongs in the study's [priors])"
        )
    parts = names_in(text, _EXPRESSION)
    for part in parts:
        if part in species:
            raise InputError(f"'{part}' is a species; constants follow from constants only")
        if part == TIME:
            raise InputError(
                f"'{part}', the time, may stand in rate laws only; write it into these"
            )
        if part not in known and part not in _RESERVED and not part.startswith(INTRODUCED):
            raise InputError(
                f"unknown constant '{part}'{did_you_mean(part, known)} (a new one begins with "
                f"{', '.join(INTRODUCED[:-1])} or {INTRODUCED[-1]})"
            )
        check_name("constant", part)
    expression = parse_expression(text, {p: sympy.Symbol(p) for p in parts}, _EXPRESSION)
    if not {symbol.name for symbol in expression.free_symbols} - set(_RESERVED):
        raise InputError(
            f"{quoted(text)} holds no constant; state a number in the study's [priors] instead"
        )


def _check_sizes(definitions: Definitions) -> None:
    """Refuse definitions that grow beyond all measure when they are put into each other."""
    sizes: dict[str, int] = {}
    texts = dict(definitions)
    for name, _ in _ordered(definitions):
        counts = name_counts(texts[name], _EXPRESSION)
        sizes[name] = sum(count * sizes.get(part, 1) for part, count in counts.items())
        if sizes[name] > LARGEST:
            raise InputError(
                f"'{name}' holds {sizes[name]:.4g} names once every definition is put in; at most "
                f"{LARGEST}; write it in fewer"
            )


@lru_cache(maxsize=256)
def _ordered(definitions: Definitions) -> tuple[tuple[str, sympy.Expr], ...]:
    """Return the definitions so that each follows from those before it."""
    texts = dict(definitions)
    graph = {name: [p for p in names_in(text) if p in texts] for name, text in definitions}
    try:
        order = list(TopologicalSorter(graph).static_order())
    except CycleError as fault:
        circle = " <- ".join(reversed(fault.args[1]))
        raise InputError(
            f"'{fault.args[1][0]}' follows from itself: {circle}; take one of them out"
        ) from None
    return tuple(
        (name, parse_expression(text, {p: sympy.Symbol(p) for p in names_in(text)}, _EXPRESSION))
        for name, text in ((name, texts[name]) for name in order)
    )


def _reached(definitions: Definitions, names: Collection[str]) -> dict[str, None]:
    """Return the wanted names and all that they follow from, in order of first need."""
    needs, found = {name: names_in(text) for name, text in definitions}, dict[str, None]()
    waiting = list(reversed(list(names)))
    while waiting:
        name = waiting.pop()
        if name not in found:
            found[name] = None
            waiting += reversed(needs.get(name, ()))
    return found
