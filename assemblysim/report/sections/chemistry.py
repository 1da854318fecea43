"""The chemistry behind the constants: what steps take up and give off that no rate law names."""

from __future__ import annotations

from collections.abc import Iterator

from assemblysim.language import listed, number_words
from assemblysim.report.content import words
from assemblysim.report.content.stored import StoredStudy, names_in_play
from assemblysim.report.content.words import MISSING
from assemblysim.report.document.nodes import (
    Cell,
    Heading,
    Listing,
    Node,
    Paragraph,
    Section,
    Table,
    table_blocks,
)
from assemblysim.result.mechanism import BalancedEquation, ChemistryResult, RouteResult
from assemblysim.result.summary import StudyResult
from assemblysim.sentences.chemistry import (
    EFFECTIVE,
    MOST_LISTED,
    ON_THE_ION,
    base_words,
    form_words,
    route_words,
    supply_words,
)


def chemistry_section(study: StoredStudy) -> tuple[Section, ...]:
    """Build the section, with a part for each group that has ions; none where none are stated."""
    every = study.result.chemistry
    if not every:
        return ()
    parts = tuple(node for group, found in every.items() for node in _part(study, group, found))
    parts = (*parts, Listing((EFFECTIVE, ON_THE_ION)))
    title = "What the steps take up and give off"
    return (Section("chemistry", title, parts, link="Co-reactants"),)


def _part(study: StoredStudy, group: str, found: ChemistryResult) -> Iterator[Node]:
    """Yield what is shown of the ions of the model, or of a group's own."""
    if group:
        yield Heading(f"In the group {group}")
    used = [
        f"In experiment {use.experiment}, {one}." for use in found.base for one in base_words(use)
    ]
    yield Paragraph(_about(found))
    steps, routes = step_exchange_table(study.result, found), route_table(study.result, found)
    yield from table_blocks("balanced_steps", steps, mechanism=group)
    if used:
        yield Heading("How much of the base")
    said = (*used, *supply_words(found))
    if said:
        yield Listing(said)
    yield from table_blocks("made_of_blocks", made_table(found), mechanism=group)
    yield from table_blocks("whole_routes", routes, mechanism=group)


def _about(found: ChemistryResult) -> str:
    names = listed(map(words.ions, found.co_reactants))
    return (
        f"The model does not follow {names}. With the first ion that it states of each species, "
        f"every step is balanced with these, in one way only. {words.ions(form_words(found))}"
    ).rstrip()


def step_exchange_table(result: StudyResult, found: ChemistryResult) -> Table | None:
    """Show the balanced steps of the mechanisms in play, and what each takes up or gives off."""
    every = {r.name for name in names_in_play(result) for r in result.mechanisms[name].reactions}
    alike: dict[str, list[BalancedEquation]] = {}
    for one in found.steps:
        if one.name in every:
            alike.setdefault(one.equation or one.name, []).append(one)
    if not alike:
        return None
    rows = [_step_row(ones, found.co_reactants) for ones in list(alike.values())[:MOST_LISTED]]
    more = len(alike) - len(rows)
    return Table.of(
        "Steps of the mechanisms in play, balanced between ions; numbers above 0 are taken up by "
        "one step, below 0 given off" + (f"; {more} more in summary.json" if more else ""),
        ("step", "equation", *map(words.ions, found.co_reactants)),
        rows,
    )


def _step_row(
    alike: list[BalancedEquation], co_reactants: tuple[str, ...]
) -> tuple[Cell | str, ...]:
    """Show steps that have one equation together."""
    one = alike[0]
    names = ", ".join(step.name for step in alike)
    if one.reason:
        return (names, f"not balanced: {one.reason}", *(MISSING for _ in co_reactants))
    note = f"taken {one.times} times" if one.times > 1 else ""
    amounts = (one.taken_up.get(name, 0.0) for name in co_reactants)
    return (names, Cell(words.ions(one.equation), note), *map(_exchanged, amounts))


def _exchanged(amount: float) -> str:
    return f"{amount:+.4g}".replace("-", "−") if amount else "0"


def made_table(found: ChemistryResult) -> Table | None:
    """Show what each ion takes up when it is made of its free blocks."""
    if not found.made:
        return None
    rows = (
        (
            one.name,
            words.ions(one.equation) if one.equation else f"not balanced: {one.reason}",
            MISSING if one.protons is None else number_words(one.protons),
        )
        for one in found.made
    )
    return Table.of(
        "Every stated ion made of its free building blocks; of several ions of a species the "
        "first one counts above",
        ("species", "equation", "H⁺ to base"),
        rows,
    )


def route_table(result: StudyResult, found: ChemistryResult) -> Table | None:
    """Show the whole routes of the mechanisms in play by what they come to."""
    in_play = names_in_play(result)
    shown = [n for n in found.routes if n in in_play or n not in result.mechanisms]
    by_sum: dict[str, dict[str, list[str]]] = {}
    for name in shown:
        for route in found.routes[name]:
            by_sum.setdefault(_total(route), {}).setdefault(route_words(route), []).append(name)
    rows = [
        (Cell(route), ", ".join(names), total)
        for total, routes in by_sum.items()
        for route, names in routes.items()
    ]
    if not rows:
        return None
    caption = "Whole routes from the free blocks to an end, and what they come to"
    said = list(_sums(by_sum))
    return Table.of(
        ". ".join([caption, *said]), ("steps", "in the mechanisms", "in sum"), rows[:MOST_LISTED]
    )


def _total(route: RouteResult) -> str:
    total = route.total
    return words.ions(total.equation) if total.equation else f"not balanced: {total.reason}"


def _sums(by_sum: dict[str, dict[str, list[str]]]) -> Iterator[str]:
    """Say that what the whole takes up does not depend on the way, but on where it ends."""
    if any(len(routes) > 1 for routes in by_sum.values()):
        yield "Different steps, the same sum: what the whole takes up does not depend on the route"
    if len(by_sum) > 1:
        yield "Routes that end in different species come to different sums"
