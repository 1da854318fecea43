"""Steps and rate laws as LaTeX that needs no package beyond amsmath."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from fractions import Fraction
from typing import Final

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

_FUNCTIONS: Final = {"log": "ln"}
_FORMULA: Final = re.compile(r"(?:[A-Z][a-z]?\d*)+")


def latex_species(name: str) -> str:
    """Return a species; numbers of a name that reads as a formula are subscripts."""
    if not _FORMULA.fullmatch(name):
        return rf"\mathrm{{{_escaped(name)}}}"
    parts = re.findall(r"([A-Za-z]+)(\d*)", name)
    return rf"\mathrm{{{''.join(letters + (f'_{{{n}}}' if n else '') for letters, n in parts)}}}"


def latex_constant(name: str) -> str:
    """Return a constant; what stands behind its first underscore is a subscript."""
    symbol, _, below = name.partition("_")
    shown = symbol if len(symbol) == 1 else rf"\mathit{{{symbol}}}"
    return rf"{shown}_{{\mathrm{{{_escaped(below)}}}}}" if below else shown


def latex_equation(
    reactants: Sequence[str], products: Sequence[str], constants: Sequence[str]
) -> str:
    """Return a step, its constants over the arrow."""
    over = ", ".join(map(latex_constant, constants))
    return rf"{_side(reactants)} \xrightarrow{{{over}}} {_side(products)}"


def latex_mass_action(factor: float, constant: str, reactants: Sequence[str]) -> str:
    """Return the rate of a mass-action step."""
    front = "" if factor == 1 else rf"{_number(factor)}\,"
    powers = Counter(reactants)
    terms = (
        rf"\,[{latex_species(name)}]" + (f"^{{{n}}}" if n > 1 else "") for name, n in powers.items()
    )
    return f"{front}{latex_constant(constant)}{''.join(terms)}"


def latex_rate(expression: Expression, species: Collection[str]) -> str:
    """Return a rate law; concentrations of species stand in brackets."""
    names = {name: rf"[{latex_species(name)}]" for name in species}
    return _latex(expression, names)


def latex_change(species: str, change: Mapping[str, int]) -> str:
    """Return a rate equation: the change of a concentration by the rates of steps."""
    terms = []
    for step, count in change.items():
        size = "" if abs(count) == 1 else str(abs(count))
        terms.append(f"{'-' if count < 0 else '+'} {size}v_{{\\mathrm{{{_escaped(step)}}}}}")
    right = " ".join(terms).removeprefix("+ ") or "0"
    return rf"\frac{{\mathrm{{d}}[{latex_species(species)}]}}{{\mathrm{{d}}t}} &= {right}"


def latex_step_rate(step: str, rate: str) -> str:
    """Return a step's name with its rate."""
    return rf"v_{{\mathrm{{{_escaped(step)}}}}} &= {rate}"


def aligned_latex(lines: Sequence[str]) -> str:
    """Return lines under one another."""
    body = " \\\\\n".join(lines)
    return f"\\begin{{aligned}}\n{body}\n\\end{{aligned}}"


def _side(names: Sequence[str]) -> str:
    counts = Counter(names)
    parts = (f"{n}\\,{latex_species(s)}" if n > 1 else latex_species(s) for s, n in counts.items())
    return " + ".join(parts) or r"\varnothing"


def _number(value: float) -> str:
    fraction = Fraction(value).limit_denominator(1000)
    if fraction.denominator > 1 and float(fraction) == value:
        return rf"\tfrac{{{fraction.numerator}}}{{{fraction.denominator}}}"
    text = f"{value:.15g}"
    if "e" in text:
        mantissa, _, exponent = text.partition("e")
        return rf"{mantissa} \times 10^{{{int(exponent)}}}"
    return text


def _escaped(name: str) -> str:
    return name.replace("_", r"\_")


def _latex(tree: Expression, names: Mapping[str, str]) -> str:
    match tree:
        case Numeral(digits):
            return _number(float(digits))
        case Name(name):
            return names.get(name) or latex_constant(name)
        case Negative(operand):
            return f"-{_inside(operand, names)}"
        case Sum(terms):
            parts = (f"{'+' if sign > 0 else '-'} {_latex(one, names)}" for sign, one in terms)
            return " ".join(parts).removeprefix("+ ")
        case Product(factors):
            return _product(factors, names)
        case Power(base, exponent):
            return f"{_inside(base, names)}^{{{_latex(exponent, names)}}}"
        case Call(function, argument):
            shown = _FUNCTIONS.get(function, function)
            return rf"\{shown}{{\left({_latex(argument, names)}\right)}}"
        case Choice(test, above, otherwise):
            rows = (
                rf"{_latex(above, names)} & {_latex(test, names)} > 0 \\ "
                rf"{_latex(otherwise, names)} & \text{{otherwise}}"
            )
            return rf"\begin{{cases}} {rows} \end{{cases}}"


def _product(factors: tuple[tuple[int, Expression], ...], names: Mapping[str, str]) -> str:
    above = r"\,".join(_inside(one, names) for power, one in factors if power > 0) or "1"
    below = [one for power, one in factors if power < 0]
    if not below:
        return above
    under = (
        _latex(below[0], names)
        if len(below) == 1
        else r"\,".join(_inside(one, names) for one in below)
    )
    return rf"\frac{{{above}}}{{{under}}}"


def _inside(tree: Expression, names: Mapping[str, str]) -> str:
    text = _latex(tree, names)
    return rf"\left({text}\right)" if isinstance(tree, Sum | Negative) else text
