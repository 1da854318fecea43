"""Rate laws as MathML."""

from __future__ import annotations

from typing import Final
from xml.etree import ElementTree

from assemblysim.exchange.sbml.content.meanings import SBML_TIME
from assemblysim.mechanism.network.rate_law import (
    Call,
    Choice,
    Expression,
    Name,
    Negative,
    Numeral,
    Power,
    Product,
    Sum,
)

MATHML: Final = "http://www.w3.org/1998/Math/MathML"
_CORE: Final = "http://www.sbml.org/sbml/level3/version2/core"
_SYMBOL: Final = "http://www.sbml.org/sbml/symbols/time"
_ELEMENTS: Final = {"log": "ln", "sqrt": "root"}


def math_element(expression: Expression) -> ElementTree.Element:
    """Return an expression as the element ``math`` of SBML; its numbers have no unit.

    Args:
        expression: any; names become identifiers.
    """
    found = ElementTree.Element("math", {"xmlns": MATHML, "xmlns:sbml": _CORE})
    found.append(_element(expression))
    return found


def comparison_element(relation: str, left: Expression, right: Expression) -> ElementTree.Element:
    """Return a comparison, such as ``gt``, as the element ``math`` of SBML."""
    found = math_element(left)
    found[:] = [_applied(relation, left, right)]
    return found


def _element(expression: Expression) -> ElementTree.Element:
    match expression:
        case Numeral(digits):
            return _number(float(digits))
        case Name(name):
            if name == SBML_TIME:
                return _leaf("csymbol", "time", {"encoding": "text", "definitionURL": _SYMBOL})
            return _leaf("ci", name)
        case Negative(operand):
            return _applied("minus", operand)
        case Sum(terms):
            return _sum(terms)
        case Product(factors):
            return _product(factors)
        case Power(base, exponent):
            return _applied("power", base, exponent)
        case Call(function, argument):
            return _applied(_ELEMENTS.get(function, function), argument)
        case Choice(test, above, otherwise):
            return _piecewise(test, above, otherwise)


def _sum(terms: tuple[tuple[int, Expression], ...]) -> ElementTree.Element:
    above = [term for sign, term in terms if sign > 0]
    below = [term for sign, term in terms if sign < 0]
    if not below:
        return _applied("plus", *above)
    subtracted = _gathered("plus", below)
    if not above:
        return _apply("minus", subtracted)
    return _apply("minus", _gathered("plus", above), subtracted)


def _product(factors: tuple[tuple[int, Expression], ...]) -> ElementTree.Element:
    above = [factor for power, factor in factors if power > 0]
    below = [factor for power, factor in factors if power < 0]
    numerator = _gathered("times", above) if above else _number(1.0)
    return _apply("divide", numerator, _gathered("times", below)) if below else numerator


def _gathered(operation: str, parts: list[Expression]) -> ElementTree.Element:
    return _element(parts[0]) if len(parts) == 1 else _applied(operation, *parts)


def _piecewise(test: Expression, above: Expression, other: Expression) -> ElementTree.Element:
    found = ElementTree.Element("piecewise")
    piece = ElementTree.SubElement(found, "piece")
    piece.append(_element(above))
    piece.append(_applied("gt", test, Numeral("0")))
    ElementTree.SubElement(found, "otherwise").append(_element(other))
    return found


def _applied(operation: str, *parts: Expression) -> ElementTree.Element:
    return _apply(operation, *map(_element, parts))


def _apply(operation: str, *parts: ElementTree.Element) -> ElementTree.Element:
    found = ElementTree.Element("apply")
    ElementTree.SubElement(found, operation)
    found.extend(parts)
    return found


def _number(value: float) -> ElementTree.Element:
    plain = {"sbml:units": "dimensionless"}
    if value.is_integer() and abs(value) < 1e9:
        return _leaf("cn", str(int(value)), {"type": "integer", **plain})
    mantissa, mark, exponent = repr(value).partition("e")
    found = _leaf("cn", mantissa, {"type": "e-notation", **plain} if mark else plain)
    if mark:
        ElementTree.SubElement(found, "sep").tail = str(int(exponent))
    return found


def _leaf(kind: str, text: str, attributes: dict[str, str] | None = None) -> ElementTree.Element:
    found = ElementTree.Element(kind, attributes or {})
    found.text = text
    return found
