"""One line of a mechanism file, ``equation ; constants ; rate laws``, read to one-way steps."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, replace
from fractions import Fraction
from math import lcm
from typing import Final

from assemblysim.errors import InputError, refuse_unknown
from assemblysim.language import quoted
from assemblysim.mechanism.network.expression import read_rate_law
from assemblysim.mechanism.network.formula import read_count
from assemblysim.mechanism.network.names import NAME, TIME, check_name
from assemblysim.mechanism.network.network import Reaction
from assemblysim.mechanism.network.rate_law import RateLaw, tree_names

LONGEST_LINE: Final = 2000  # characters; a chain of ten steps has two hundred
MOST_MOLECULES: Final = 100  # of one species on one side
MOST_FACTOR: Final = 1_000_000.0
_LARGEST_DENOMINATOR: Final = 100_000  # of a statistical factor that is written as a fraction

_ONE_WAY = ("->", "-->", "=>", "→")
_REVERSIBLE = ("<=>", "<->", "<==>", "⇌")
_ARROW = re.compile("|".join(sorted((*_ONE_WAY, *_REVERSIBLE), key=len, reverse=True)))
_COUNT: Final = r"[0-9]+/[0-9]+|[0-9]*\.[0-9]+|[0-9]+"
_TERM = re.compile(rf"(?P<count>{_COUNT})?\s*(?P<species>{NAME})")
MOST_PARTS: Final = 12  # of a molecule that a coefficient such as 1/12 may count
_CONSTANT = re.compile(rf"(?P<factor>[0-9]+(?:\.[0-9]+)?)?\s*\*?\s*(?P<name>{NAME})")


@dataclass(frozen=True)
class _Arrow:
    """One arrow of a chain: a one-way step, or both ways."""

    name: str
    left: tuple[str, ...]
    right: tuple[str, ...]
    reversible: bool


@dataclass(frozen=True)
class _Step:
    """A one-way step that has no rate constant yet."""

    name: str
    reactants: tuple[str, ...]
    products: tuple[str, ...]
    reverse_of: str | None


def parse_reaction(label: str, line: str, species: Collection[str]) -> tuple[Reaction, ...]:
    """Read one line of [reactions] to its one-way steps.

    ``grow = "A + B <=> C ; kf, kr"`` gives the steps grow and grow_reverse; the chain
    ``"A -> B -> C ; k1, k2"`` gives the steps grow_1 and grow_2.

    Args:
        label: the reaction's name in the file.
        line: the equation, its rate constants, and rate laws where they are not mass
            action, separated by ``;``. What follows ``#`` is a comment. Where a coefficient is
            broken, as in ``A + 0.5 O2 -> B``, the steps are taken twice, with half of their laws.
        species: names of the species of the model.

    Returns:
        The steps, in the order of their rate constants.

    Raises:
        InputError: one line that names the reaction, the fault and the remedy.
    """
    try:
        return _parse(label, line, species)
    except InputError as fault:
        raise InputError(f"reaction '{label}': {fault}") from None


def write_equation(reaction: Reaction) -> str:
    """Return a step as text that `parse_reaction` reads, such as ``2 Dy3L -> Dy6L2``."""
    sides = (write_side(reaction.reactants), write_side(reaction.products))
    return f"{sides[0]} -> {sides[1]}".strip()


def write_side(names: tuple[str, ...]) -> str:
    """Return one side of an equation, such as ``L + 2 Dy``; empty for a source or a sink."""
    counts = Counter(names)
    return " + ".join(f"{n} {name}" if n > 1 else name for name, n in counts.items())


def write_number(factor: float) -> str:
    """Return a statistical factor as it is written in a file: ``6``, ``0.5``."""
    return str(int(factor)) if float(factor).is_integer() else repr(float(factor))


def write_factor(factor: float) -> str:
    """Return a statistical factor for people: ``6``, ``0.5``, and ``1/3`` for many digits."""
    fraction = Fraction(factor).limit_denominator(_LARGEST_DENOMINATOR)
    plain = write_number(factor)
    return str(fraction) if len(plain) > 6 and float(fraction) == factor else plain


def _parse(label: str, line: str, species: Collection[str]) -> tuple[Reaction, ...]:
    if len(line) > LONGEST_LINE:
        raise InputError(f"{len(line)} characters in one line; at most {LONGEST_LINE}")
    parts = [part.strip() for part in line.split("#", 1)[0].split(";")]
    if not parts[0]:
        raise InputError("no equation; write one such as 'A + B -> C ; k'")
    if len(parts) > 3:
        raise InputError(
            f"{len(parts)} parts between semicolons; at most three: equation ; constants ; laws"
        )
    times = _whole_after(parts[0])
    steps = _steps(_arrows(label, parts[0], species, times))
    if len(parts) == 1 or not parts[1]:
        raise InputError(f"no rate constant for {quoted(parts[0])}; add one after a semicolon")
    constants = [_constant(text.strip(), species) for text in parts[1].split(",")]
    if len(parts) == 2 and times > 1:
        whole = f"{write_side(steps[0].reactants)} -> {write_side(steps[0].products)}"
        raise InputError(
            f"{quoted(parts[0])} has a broken coefficient, of which mass action may mean two "
            f"things; add its rate law, as '; k ; k*A', or write {quoted(whole)}"
        )
    if len(parts) == 2:
        return _with_mass_action(steps, constants)
    laws = [law.strip() for law in parts[2].split(",")]
    return tuple(_in_parts(one, times) for one in _with_laws(steps, constants, laws, species))


def _whole_after(equation: str) -> int:
    """Return how often an equation has to be taken until all its coefficients are whole."""
    found = re.findall(rf"(?:^|[+>→⇌])\s*({_COUNT})\s*{NAME}", equation)
    times = 1
    for count in found:
        times = lcm(times, _fraction(count).denominator)
        if times > MOST_PARTS:
            raise InputError(
                f"with the coefficient {quoted(count)} the step has to be taken more than "
                f"{MOST_PARTS} times at once to be whole; write a third as 1/3"
            )
    return times


def _fraction(count: str) -> Fraction:
    if count.endswith("/0") or not re.search("[1-9]", count.partition("/")[2] or "1"):
        raise InputError(f"coefficient {quoted(count)} divides by 0; mend it")
    return Fraction(count)


def _in_parts(reaction: Reaction, times: int) -> Reaction:
    """Return a step that is taken several times at once with its law divided by as many."""
    if times == 1 or reaction.law is None:
        return reaction
    return replace(reaction, law=reaction.law.divided(times))


def _arrows(label: str, equation: str, species: Collection[str], times: int) -> list[_Arrow]:
    signs = _ARROW.findall(equation)
    texts = _ARROW.split(equation)
    if not signs:
        hint = "'=' does not say which way; " if "=" in equation else ""
        raise InputError(f"no arrow in {quoted(equation)}; {hint}{_advice()}")
    sides = [read_side(text.strip(), species, times) for text in texts]
    if len(sides) > 2 and not all(sides[1:-1]):
        raise InputError(f"nothing between two arrows of {quoted(equation)}; name what is there")
    arrows = []
    for i, sign in enumerate(signs):
        left, right = sides[i], sides[i + 1]
        if Counter(left) == Counter(right):
            raise InputError(f"{quoted(equation)} changes nothing; mend one of its sides")
        name = label if len(signs) == 1 else f"{label}_{i + 1}"
        arrows.append(_Arrow(name, left, right, sign in _REVERSIBLE))
    return arrows


_TERM_ADVICE: Final = "write a whole coefficient and a name, as '2 Dy3L'"


def _advice() -> str:
    return f"write {' '.join(_ONE_WAY)} for one way, {' '.join(_REVERSIBLE)} for both"


def read_side(text: str, species: Collection[str], times: int = 1) -> tuple[str, ...]:
    """Read one side, ``L + 2Dy``, to names repeated as often as their coefficients.

    Args:
        text: the side, without blanks around it; empty for a source or a sink.
        species: names of the species of the model.
        times: how often the step is taken at once, for coefficients such as 0.5.

    Raises:
        InputError: the text is no sum of known species.
    """
    names: list[str] = []
    for name, count in _terms(text):
        refuse_unknown("species", name, species)
        if times > 1 or not (count or "1").isdigit():
            whole = _fraction(count or "1") * times
            if whole.denominator > 1:
                raise InputError(
                    f"cannot read {quoted(f'{count} {name}')} as a species; {_TERM_ADVICE}"
                )
            count = str(whole)
        names.extend([name] * read_count(count, f"species '{name}'", MOST_MOLECULES))
    return tuple(names)


def names_of_side(text: str) -> tuple[str, ...]:
    """Return the names in one side of an equation, known or not; see `read_side`."""
    return tuple(name for name, _ in _terms(text))


def check_factor(factor: float, name: str = "") -> None:
    """Refuse a statistical factor that none can be.

    Args:
        factor: the number.
        name: of its rate constant, for the message; may be empty.

    Raises:
        InputError: it is not above 0, or absurd.
    """
    if not 0 < factor <= MOST_FACTOR:
        of = f" of '{name}'" if name else ""
        raise InputError(
            f"statistical factor '{write_number(factor)}'{of}; "
            f"it must be above 0 and at most {MOST_FACTOR:.0f}"
        )


def _terms(text: str) -> list[tuple[str, str | None]]:
    """Cut one side into names and the digits before them."""
    if not text:
        return []
    if "=" in text:
        raise InputError(f"'=' does not say which way; {_advice()}")
    if any(sign in text for sign in "<>-⇄↔⟶←"):
        raise InputError(f"cannot read the arrow near {quoted(text)}; {_advice()}")
    return [_term(term.strip()) for term in text.split("+")]


def _term(text: str) -> tuple[str, str | None]:
    match = _TERM.fullmatch(text)
    if match is None:
        found = quoted(text) if text else "nothing beside a '+'"
        raise InputError(f"cannot read {found} as a species; {_TERM_ADVICE}")
    return match["species"], match["count"]


def _steps(arrows: list[_Arrow]) -> list[_Step]:
    steps = []
    for arrow in arrows:
        steps.append(_Step(arrow.name, arrow.left, arrow.right, None))
        if arrow.reversible:
            back = f"{arrow.name}_reverse"
            steps.append(_Step(back, arrow.right, arrow.left, arrow.name))
    return steps


def _constant(text: str, species: Collection[str]) -> tuple[float, str]:
    """Read ``6 k_bind`` to its statistical factor and name."""
    match = _CONSTANT.fullmatch(text)
    if match is None:
        found = (
            f"cannot read {quoted(text)} as a rate constant" if text else "a constant is missing"
        )
        raise InputError(f"{found}; write its name, as 'k' or '6 k'; values belong in the study")
    name = match["name"]
    check_name("rate constant", name)
    if name in species:
        raise InputError(f"rate constant '{name}' has the name of a species; rename one of them")
    factor = float(match["factor"] or 1)
    check_factor(factor, name)
    return factor, name


def _with_mass_action(
    steps: list[_Step], constants: list[tuple[float, str]]
) -> tuple[Reaction, ...]:
    if len(constants) != len(steps):
        raise InputError(
            f"{len(steps)} rate constant(s) needed, {len(constants)} given; "
            "one for each one-way arrow, two for each reversible one"
        )
    return tuple(
        Reaction(
            step.name,
            step.reactants,
            step.products,
            name,
            factor=int(factor) if factor.is_integer() else factor,
            reverse_of=step.reverse_of,
        )
        for step, (factor, name) in zip(steps, constants, strict=True)
    )


def _with_laws(
    steps: list[_Step],
    constants: list[tuple[float, str]],
    laws: list[str],
    species: Collection[str],
) -> tuple[Reaction, ...]:
    names = [name for _, name in constants]
    if len(set(names)) < len(names):
        raise InputError("a constant is listed twice beside a rate law; list each once")
    if any(factor != 1 for factor, _ in constants):
        raise InputError("a statistical factor beside a rate law; write it into the law")
    if len(laws) != len(steps):
        raise InputError(
            f"{len(steps)} rate law(s) needed, {len(laws)} given; "
            "one for each one-way arrow, two for each reversible one, separated by commas"
        )
    known = (*species, *names, TIME)
    reactions = []
    for step, text in zip(steps, laws, strict=True):
        law = _law(text, known)
        used = tree_names(law.tree)
        own = tuple(name for name in names if name in used)
        if not own:
            raise InputError(f"the rate law {quoted(text)} holds none of its constants; add one")
        reactions.append(
            Reaction(
                step.name,
                step.reactants,
                step.products,
                own[0],
                law=law,
                further_rate_constants=own[1:],
                reverse_of=step.reverse_of,
            )
        )
    unused = [n for n in names if all(n not in reaction.rate_constants for reaction in reactions)]
    if unused:
        raise InputError(f"constant '{unused[0]}' is listed but not in the rate law; drop it")
    return tuple(reactions)


def _law(text: str, known: Collection[str]) -> RateLaw:
    if not text:
        raise InputError("a rate law is empty; write it, or drop its semicolon or comma")
    return read_rate_law(text, known)
