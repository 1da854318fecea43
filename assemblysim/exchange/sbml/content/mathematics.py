"""MathML, as libSBML reads it, to expressions: functions are put in place where they are called."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Final

from assemblysim.errors import InputError
from assemblysim.exchange.sbml.content.meanings import MEANINGS, SBML_TIME, Arguments, numeral, over
from assemblysim.mechanism.network.rate_law import Expression, Name, replaced

AVOGADRO: Final = 6.02214179e23  # the value that SBML Level 3 gives its csymbol

# name of a function: (names of its arguments, what it is)
Functions = Mapping[str, tuple[tuple[str, ...], Expression]]

_CONSTANTS: Final = {
    "CONSTANT_E": math.e,
    "CONSTANT_PI": math.pi,
    "CONSTANT_TRUE": 1.0,
    "CONSTANT_FALSE": 0.0,
    "NAME_AVOGADRO": AVOGADRO,
}


def read_math(node: Any, library: Any, functions: Functions) -> Expression:
    """Return what an ASTNode of libSBML says.

    Args:
        node: from ``getMath()``.
        library: the module libsbml.
        functions: those defined so far.

    Returns:
        The expression; a condition is 1 where it holds and 0 elsewhere.

    Raises:
        InputError: it holds what has no meaning here, or calls a function that is not defined.
    """
    return _Mathematics(library, functions).read(node)


class _Mathematics:
    """Reads nodes; tables of libSBML's numbers for kinds of nodes are made once."""

    def __init__(self, library: Any, functions: Functions) -> None:
        self._library, self._functions = library, functions
        self._kinds: dict[int, str] = {}
        for name in dir(library):
            if name.startswith("AST_"):
                self._kinds.setdefault(getattr(library, name), name[4:])

    def read(self, node: Any) -> Expression:
        """Return one node with all below it."""
        kind = self._kinds.get(node.getType(), "UNKNOWN")
        leaf = self._leaf(kind, node)
        if leaf is not None:
            return leaf
        arguments = [self.read(node.getChild(i)) for i in range(node.getNumChildren())]
        if kind == "FUNCTION":
            return self._called(node.getName(), arguments)
        if kind not in MEANINGS:
            name = node.getName() or kind.lower()
            raise InputError(f"mathematics '{name}', which has no meaning here; write it otherwise")
        return MEANINGS[kind](arguments)

    def _leaf(self, kind: str, node: Any) -> Expression | None:
        if kind == "NAME":
            return Name(node.getName())
        if kind == "NAME_TIME":
            return Name(SBML_TIME)
        if kind in ("INTEGER", "REAL", "REAL_E", "RATIONAL"):
            return self._number(kind, node)
        constant = _CONSTANTS.get(kind)
        return None if constant is None else numeral(constant)

    @staticmethod
    def _number(kind: str, node: Any) -> Expression:
        if kind == "RATIONAL":
            return over(numeral(node.getNumerator()), numeral(node.getDenominator()))
        return numeral(float(node.getInteger() if kind == "INTEGER" else node.getReal()))

    def _called(self, name: str, arguments: Arguments) -> Expression:
        if name not in self._functions:
            raise InputError(f"function '{name}' is not defined before it is used; define it")
        names, body = self._functions[name]
        if len(names) != len(arguments):
            raise InputError(
                f"function '{name}' takes {len(names)} arguments, {len(arguments)} given; mend it"
            )
        return replaced(body, dict(zip(names, arguments, strict=True)))
