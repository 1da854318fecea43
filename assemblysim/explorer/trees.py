"""Numbers that follow from others, as trees that the page's script evaluates.

A tree is a number, a name, or an operation with its arguments: ["*", 2, "k_grow"].
"""

from __future__ import annotations

import numpy as np
import sympy

from assemblysim.errors import InputError
from assemblysim.explorer.tables import Plain
from assemblysim.inference.model.derived import (
    RESERVED,
    DerivedByExpression,
    DerivedByLaw,
    DerivedByRatios,
    DerivedParameter,
)
from assemblysim.mechanism.constants.constants import C0, RT, STANDARD_CONCENTRATION
from assemblysim.mechanism.network.expression import parse_expression


def tree_of(derived: DerivedParameter) -> Plain:
    """Return how a number follows from others.

    Raises:
        InputError: it follows in a way that the page cannot compute.
    """
    if isinstance(derived, DerivedByExpression):
        symbols = {name: sympy.Symbol(name) for name in (*derived.inputs, *RESERVED)}
        parsed = parse_expression(derived.text, symbols, derived.name)
        known = {symbols[C0]: STANDARD_CONCENTRATION, symbols[RT]: derived.rt}
        return _expression(parsed.subs(known), derived.name)
    if isinstance(derived, DerivedByRatios):
        factors: list[Plain] = ["*"]
        for name, power in zip(derived.inputs, derived.powers, strict=True):
            factors.append(["^", name, power])
        return factors
    if isinstance(derived, DerivedByLaw):
        return _law(derived)
    raise InputError(f"{derived.name}: {derived.describe()} cannot be explored")


def _law(derived: DerivedByLaw) -> Plain:
    """Return a law of temperature: its log is straight in its two numbers, or in one's log."""
    law, (partner, energy) = derived.law, derived.inputs
    by_log = law.partner_kind == "rate"

    def log_of(first: float, second: float) -> float:
        given = np.array(first), np.array(second)
        return float(np.log(law.constant(*given, derived.reference, derived.order)))

    start = log_of(1.0 if by_log else 0.0, 0.0)
    slope = log_of(1.0, 1.0) - log_of(1.0, 0.0)
    if by_log:
        return ["*", partner, ["exp", ["+", start, ["*", slope, energy]]]]
    by_partner = log_of(1.0, 0.0) - start
    return ["exp", ["+", start, ["*", by_partner, partner], ["*", slope, energy]]]


def _expression(node: sympy.Basic, name: str) -> Plain:
    """Return an expression of sympy as a tree."""
    if node.is_number:
        return float(node)
    if node.is_Symbol:
        return str(node)
    heads = {sympy.Add: "+", sympy.Mul: "*", sympy.Pow: "^", sympy.exp: "exp", sympy.log: "log"}
    head = heads.get(node.func)
    if head is None:
        raise InputError(f"{name}: the function {node.func} cannot be explored")
    return [head, *(_expression(one, name) for one in node.args)]
