"""A mechanism file in plain words and equations: what ``assemblysim check`` prints."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from assemblysim.errors import InputError
from assemblysim.mechanism.constants.rate_constant_units import rate_constant_dimensions
from assemblysim.mechanism.network.formula import write_composition
from assemblysim.mechanism.network.names import TIME
from assemblysim.mechanism.network.network import Network, Reaction
from assemblysim.mechanism.network.overview import Overview, is_large, overview, overview_sentences
from assemblysim.mechanism.properties.balance import (
    ConservedTotal,
    conserved_totals,
    stoichiometry,
    write_sum,
)
from assemblysim.mechanism.properties.detailed_balance import balance_sentences
from assemblysim.mechanism.properties.separable import inseparable_constants
from assemblysim.mechanism.reading.equation import write_equation, write_factor
from assemblysim.mechanism.reading.system import System

MOST_TERMS = 12  # of a conserved total that is written out
MOST_TOTALS = 30  # of a large network that are written out
MOST_CONSTANTS = 100  # whose separability is looked at in a large network: it takes seconds

CONVENTION = (
    "The rate of a mass-action step is k times the concentrations of its reactants, without 1/n!: "
    "for 2 A -> B it is k [A]^2, so A is used up at 2 k [A]^2 and B is made at k [A]^2."
)


def describe(system: System, concentration: str = "mM") -> str:
    """Return a system as text: what was read, and what follows from it.

    Args:
        system: a mechanism file, read.
        concentration: unit of concentrations, ``mM`` or ``%``.

    Returns:
        Several lines: species, steps with their rates, units of the rate constants, then
        for each mechanism its conserved totals, rate equations, the constants that no
        measurement of its species could settle, and what is known of detailed balance. Of a
        large network species, steps and equations are counted, not listed.
    """
    whole = system.whole_network()
    if is_large(whole):
        listed = [["Network", *(f"  {line}" for line in overview_sentences(overview(whole)))]]
    else:
        listed = [
            ["Species and their building blocks", *_species(system)],
            ["Steps and their rates v", *_steps(system), "", CONVENTION],
        ]
    parts = [
        [system.title, *([f"source: {system.source}"] if system.source else [])],
        *listed,
        ["Rate constants", *_constants(system, concentration)],
        *_definitions(system, concentration),
        *(_mechanism(system, name) for name in system.mechanism_names),
    ]
    if system.notes:
        parts.append(["Note", *(f"  {note}" for note in system.notes)])
    return "\n\n".join("\n".join(part) for part in parts) + "\n"


def write_rate(reaction: Reaction) -> str:
    """Return the rate of a step as text, such as ``6 k_bind [A]^2 [B]``; a law as written."""
    if reaction.law is not None:
        return " ".join(reaction.law.text.split())
    factor = "" if reaction.factor == 1 else f"{write_factor(reaction.factor)} "
    powers = Counter(reaction.reactants)
    terms = (f" [{name}]" if n == 1 else f" [{name}]^{n}" for name, n in powers.items())
    return f"{factor}{reaction.rate_constant}{''.join(terms)}"


def write_rate_equations(network: Network) -> tuple[str, ...]:
    """Return ``d[A]/dt = -2 v(pair) + v(split)`` for each species, length S."""
    change = stoichiometry(network)
    names = [f"v({reaction.name})" for reaction in network.reactions]
    return tuple(
        f"d[{species}]/dt = {write_sum(row, names) or '0'}"
        for species, row in zip(network.species_names, change.tolist(), strict=True)
    )


def _species(system: System) -> list[str]:
    rows = [
        (
            one.name,
            write_composition(one.composition) if one.composition else "not in the balance",
            system.title_of(one.name),
        )
        for one in system.species
    ]
    return aligned(rows)


def _steps(system: System) -> list[str]:
    rows = [
        (
            step.name,
            write_equation(step),
            f"v = {write_rate(step)}",
            _remark(step, system),
            system.title_of(label),
        )
        for label, steps in system.reactions
        for step in steps
    ]
    return aligned(rows)


def _remark(step: Reaction, system: System) -> str:
    if not step.reactants or not step.products:
        return "open: no balance"
    composed = {one.name for one in system.species if one.composition}
    if not composed & set(step.reactants) or not composed & set(step.products):
        return "no building blocks: no balance"
    return "balanced" if step.law is None else "balanced; rate law as written"


def _constants(system: System, concentration: str) -> list[str]:
    users: dict[str, list[str]] = {}
    for _, steps in system.reactions:
        for step in steps:
            for name in step.rate_constants:
                users.setdefault(name, []).append(step.name)
    rows = []
    for name, unit in system.rate_constant_units(concentration).items():
        used = users[name]
        named = ", ".join(used) if len(used) <= MOST_TERMS else f"{len(used)} steps"
        rows.append((name, "pure number" if unit == "1" else unit, named))
    return aligned(rows)


def _definitions(system: System, concentration: str) -> list[list[str]]:
    """Return the part on constants that follow from others and those that only they name."""
    if not system.constants:
        return []
    # Algebra is slow to import, and needed only where constants follow from others.
    from assemblysim.mechanism.constants.constant_units import constant_units

    whole = system.whole_network()
    units = constant_units(system.constants, rate_constant_dimensions(whole), concentration)
    defined, rate_constants = dict(system.constants), set(whole.rate_constant_names)
    rows = [(name, units[name], f"= {text}") for name, text in system.constants]
    rows += [
        (name, unit, "free")
        for name, unit in units.items()
        if name not in {*defined, *rate_constants}
    ]
    shown = [(n, "pure number" if unit == "1" else unit, remark) for n, unit, remark in rows]
    return [["Constants that follow from others", *aligned(shown)]]


def _mechanism(system: System, name: str) -> list[str]:
    network = system.network(name)
    large = is_large(network)
    title = system.title_of(name)
    titled = f"{name}, '{title}'" if title else name
    lines = [f"Mechanism {titled}: {system.description(name)}"]
    if large:
        found = overview(network)
        lines += [f"  {line}" for line in overview_sentences(found)]
        lines.append(f"  steps that share a constant: {_shared(found)}")
    lines += [f"  {line}" for line in _conserved(network)]
    if not large:
        lines.extend(f"  {line}" for line in write_rate_equations(network))
    if network.timed_steps:
        laws = "rate law" if len(network.timed_steps) == 1 else "rate laws"
        lines.append(
            f"  {TIME} in the {laws} of {', '.join(network.timed_steps)}: the time since mixing, h"
        )
    lines.append(f"  {_prospect(network)}")
    lines.extend(f"  {line}" for line in _detailed_balance(system, network))
    return lines


def _shared(found: Overview) -> str:
    return ", ".join(f"{name} {steps}" for name, steps in found.constants)


def _conserved(network: Network) -> list[str]:
    try:
        totals = conserved_totals(network)
    except InputError as fault:  # of a network that no other command has to know them of
        return [f"conserved: not looked for, {fault}"]
    if not totals:
        return ["nothing is conserved: the mechanism is open"]
    shown = totals[:MOST_TOTALS] if is_large(network) else totals
    lines = [f"conserved: {_written(total, network)}" for total in shown]
    if len(shown) < len(totals):
        lines.append(f"conserved: {len(totals) - len(shown)} other sums")
    return lines


def _written(total: ConservedTotal, network: Network) -> str:
    """Write a conserved total, or what it counts where it has too many terms."""
    terms = sum(n != 0 for n in total.coefficients)
    written = total.write(network.species_names)
    if terms <= MOST_TERMS:
        return written + ("" if total.name == written else f" ({total.name})")
    if total.name == written:
        return f"a sum over {terms} species"
    return f"{total.name}, in {terms} species"


def _detailed_balance(system: System, network: Network) -> tuple[str, ...]:
    sides = {(_counted(r.reactants), _counted(r.products)) for r in network.reactions}
    if not any((right, left) in sides for left, right in sides):
        return ()
    return balance_sentences(network, system.constants)


def _counted(side: Sequence[str]) -> tuple[str, ...]:
    return tuple(sorted(side))


def _prospect(network: Network) -> str:
    if is_large(network) and len(network.rate_constant_names) > MOST_CONSTANTS:
        return (
            f"in principle identifiable: not looked at, {len(network.rate_constant_names)} rate "
            f"constants in a large network, at most {MOST_CONSTANTS}"
        )
    lost = inseparable_constants(network)
    if not lost:
        return "in principle identifiable, were every species followed: all rate constants"
    return (
        f"not identifiable, even were every species followed: {', '.join(lost)} "
        "(they can change together without changing any concentration)"
    )


def aligned(rows: Iterable[tuple[str, ...]]) -> list[str]:
    """Return rows of text with their columns under each other, two spaces in."""
    table = list(rows)
    widths = [max(len(cell) for cell in column) for column in zip(*table, strict=True)]
    return [
        "  " + "  ".join(cell.ljust(w) for cell, w in zip(row, widths, strict=True)).rstrip()
        for row in table
    ]
