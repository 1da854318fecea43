"""The units of constants under ``[constants]``, as their definitions and the rate laws decide."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
import sympy

from assemblysim.errors import InputError
from assemblysim.language import quoted
from assemblysim.mechanism.constants.constants import (
    C0,
    ENERGY,
    NUMBER,
    RT,
    Definitions,
    own_expressions,
)
from assemblysim.mechanism.constants.dimension import CONCENTRATION, NONE, Dimension
from assemblysim.mechanism.constants.unit_equations import solve_equal

ENERGY_UNIT: Final = "kJ/mol"
_ALIKE: Final = 1e-9  # relative; roundoff of a scaled argument is 1e-15


def constant_units(
    definitions: Definitions, rate_constants: Mapping[str, Dimension], concentration: str = "mM"
) -> dict[str, str]:
    """Return the unit of every constant that the definitions name, RT and c0 left out.

    Args:
        definitions: of a model.
        rate_constants: dimensions of the rate constants, as the rate laws decide them.
        concentration: unit of concentrations, ``mM`` or ``%``.

    Returns:
        Units by name: ``kJ/mol`` for a name that begins with dG, ``1`` for a pure number.

    Raises:
        InputError: a definition contradicts a unit, leaves one open, has an energy that is not
            divided by RT or another energy, or c0 where concentrations are in %.
    """
    written = own_expressions(definitions)
    names = dict.fromkeys(
        [*written, *(symbol.name for e in written.values() for symbol in e.free_symbols)]
    )
    energies = [name for name in names if name.startswith(ENERGY)]
    known = {name: rate_constants[name] for name in names if name in rate_constants}
    known |= {n: NONE for n in names if n in (RT, *energies) or n.startswith(NUMBER)}
    if C0 in names:
        known[C0] = CONCENTRATION
        if concentration == "%":
            raise InputError("c0 is 1 M, but concentrations are in %; use a K in its place")
    for name, expression in written.items():
        _check_energies(name, expression)
    asked = [name for name in names if name not in known]
    pairs = [(expression, name) for name, expression in written.items()]
    found = solve_equal(pairs, asked, known)
    if found is None:
        raise _contradiction(definitions, asked, known)
    solved = {**known, **found}
    for name in names:
        if name not in solved:
            raise InputError(
                f"the unit of '{name}' stays open, since it counts only in combination with "
                "another; write the combination as one constant"
            )
    return {
        name: ENERGY_UNIT if name in energies else solved[name].write(concentration)
        for name in names
        if name not in (RT, C0)
    }


def _contradiction(
    definitions: Definitions, asked: list[str], known: Mapping[str, Dimension]
) -> InputError:
    """Say which definition first contradicts those before it."""
    written, pairs = own_expressions(definitions), []
    texts = dict(definitions)
    for name, expression in written.items():
        pairs.append((expression, name))
        if solve_equal(pairs, asked, known) is None:
            break
    unit = f"'{name}' in {known[name].write('mM')}" if name in known else f"'{name}' one unit"
    return InputError(
        f"{name}: no units of its constants give {unit} by {quoted(texts[name])}; "
        "mend it (an energy goes with c0, 1 M, where a step changes the number of molecules)"
    )


def _check_energies(name: str, expression: sympy.Expr) -> None:
    """Refuse an expression that is not the same in kJ/mol and in any other unit of energy."""
    symbols = sorted(expression.free_symbols, key=lambda symbol: str(symbol.name))
    energies = {s for s in symbols if s.name.startswith(ENERGY) or s.name == RT}
    if name.startswith(ENERGY):
        expression = expression / sympy.Symbol(RT)
        energies |= {sympy.Symbol(RT)}
        symbols = sorted(expression.free_symbols, key=lambda symbol: str(symbol.name))
    draw = np.random.default_rng(0)
    for _ in range(3):
        point = {s: sympy.Float(draw.uniform(0.5, 2.0)) for s in symbols}
        scaled = {s: 2 * v if s in energies else v for s, v in point.items()}
        values = [expression.subs(at, simultaneous=True) for at in (point, scaled)]
        if abs(complex(values[0]) - complex(values[1])) > _ALIKE * abs(complex(values[0])):
            raise InputError(
                f"{name}: {quoted(str(expression))} depends on the unit of energy; divide each "
                f"{ENERGY} by {RT} or by another {ENERGY}"
            )
