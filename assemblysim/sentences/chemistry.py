"""The chemistry behind rate constants in words: balanced steps, who takes up base, whole routes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from assemblysim.language import counted, listed, number_words
from assemblysim.result.mechanism import BalancedEquation, BaseUse, ChemistryResult, RouteResult

EFFECTIVE = (
    "What a step takes up or gives off is in no rate law unless one names it: a rate constant is "
    "an effective one, and constant only where that is in large excess or does not change."
)
ON_THE_ION = (
    "The numbers hold for the ions that are named: another ion of the same species, or another "
    "form of a free block, changes them. What is taken up as base is counted as OH-."
)

MOST_LISTED: Final = 80  # steps; a larger network is looked through by a program
LARGE_EXCESS: Final = 0.1  # of the base may be taken up where it counts as constant


def balanced_words(found: BalancedEquation) -> str:
    """Return the equation, or why there is none."""
    if found.reason:
        return f"not balanced: {found.reason}"
    return found.equation + (f"  (taken {found.times} times)" if found.times > 1 else "")


def form_words(found: ChemistryResult) -> str:
    """Say which forms are assumed; "" where none is."""
    if not found.assumed:
        return ""
    forms = listed(f"{name} as {found.forms[name]}" for name in found.assumed)
    return f"Assumed, since no ion is stated: {forms}."


def exchange_words(found: ChemistryResult) -> Iterator[str]:
    """Say of each co-reactant which steps take it up and which give it off."""
    for name in found.co_reactants:
        amounts = [(one.name, one.taken_up.get(name, 0.0)) for one in found.steps]
        taken = [f"{step} ({number_words(n)})" for step, n in amounts if n > 0]
        given = [f"{step} ({number_words(-n)})" for step, n in amounts if n < 0]
        parts = [
            *([f"taken up by {', '.join(taken)}"] if taken else []),
            *([f"given off by {', '.join(given)}"] if given else []),
        ]
        if parts:
            yield f"{name}: {'; '.join(parts)}"


def proton_words(found: BalancedEquation) -> str:
    """Say how many H+ base takes away; "" where that is not known."""
    return "" if found.protons is None else f"{number_words(found.protons)} H+ to base"


def route_words(found: RouteResult) -> str:
    """Name the steps of a route, each with how often it is taken."""
    return " + ".join(name if n == 1 else f"{n} {name}" for name, n in found.steps)


def sum_words(routes: tuple[RouteResult, ...]) -> str:
    """Say whether whole routes come to the same sum."""
    sums = {one.total.equation for one in routes}
    if "" in sums or len(routes) < 2:
        return ""
    if len(sums) == 1:
        return "all routes come to the same sum"
    return f"the routes come to {len(sums)} sums, since they end in different products"


def base_words(found: BaseUse) -> Iterator[str]:
    """Say how much of the base the assembly needs, a sentence for each species."""
    for species, needed in found.needed.items():
        if needed <= 0:
            yield f"as much {species} as can be made takes up no base"
            continue
        part = 100 * needed / found.added
        verb = "takes up" if part <= 100 else "would take up more than there is:"
        yield (
            f"as much {species} as can be made {verb} {needed:.3g} of {found.added:.3g} "
            f"{found.unit} of base ({part:.0f} %)"
        )


def supply_words(found: ChemistryResult) -> Iterator[str]:
    """Say where base is in large excess, and where rate constants depend on how much there is."""
    for use in found.base:
        part = max(use.needed.values(), default=0.0) / use.added
        if part > LARGE_EXCESS:
            yield (
                f"Base is not in large excess in experiment {use.experiment}: there is less and "
                "less of it as the assembly goes on, and rate constants are effective ones for "
                "this mixture. With another amount of base, or of what takes it up, they may "
                "differ."
            )
        else:
            yield (
                f"Base is in large excess in experiment {use.experiment}: the assembly changes it "
                f"by at most {100 * part:.2g} %."
            )
    if not found.base and any(one.protons for one in found.made):
        yield (
            "How much base was added is not stated (base = ... in an experiment), so how much of "
            "it the assembly needs is not known."
        )


def exchange_sentences(found: ChemistryResult) -> tuple[str, ...]:
    """Return what is said of a study: how many steps could be balanced, and what base does."""
    balanced = [one for one in found.steps if not one.reason]
    names = ", ".join(found.co_reactants) or "nothing"
    of_all = f"{len(balanced)} of {counted(len(found.steps), 'step')} balanced with {names}"
    uses = (f"{use.experiment}: {words}" for use in found.base for words in base_words(use))
    return (of_all, *uses, *supply_words(found))


def chemistry_lines(found: ChemistryResult) -> list[str]:
    """Return all of it as lines of text, headings without indentation."""
    lines = [f"Steps balanced with {', '.join(found.co_reactants)}, which are not followed"]
    lines += _aligned([(one.name, balanced_words(one)) for one in found.steps[:MOST_LISTED]])
    if len(found.steps) > MOST_LISTED:
        lines.append(f"  and {len(found.steps) - MOST_LISTED} more; --json has all")
    lines += [f"  {text}" for text in (form_words(found),) if text]
    exchange = list(exchange_words(found))
    lines += ["", "Taken up and given off", *(f"  {one}" for one in exchange)] if exchange else []
    if found.made:
        lines += [
            "",
            "Species made of their free blocks; of several ions, the first one counts",
        ]
        lines += _aligned(
            [(one.name, balanced_words(one), proton_words(one)) for one in found.made]
        )
    for mechanism, routes in found.routes.items():
        if routes:
            lines += ["", f"Whole routes of {mechanism}"]
            lines += [f"  {route_words(r)}: {balanced_words(r.total)}" for r in routes]
            lines += [f"  {text}" for text in (sum_words(routes),) if text]
    return [*lines, "", EFFECTIVE, ON_THE_ION]


def _aligned(rows: list[tuple[str, ...]]) -> list[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  " + "  ".join(cell.ljust(w) for cell, w in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]
