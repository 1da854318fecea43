"""The predictions of all mechanisms together, weighted by their probabilities."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from assemblysim.language import listed
from assemblysim.report.content import words
from assemblysim.report.content.following import by_experiment, lifetime_table, pathway_table
from assemblysim.report.content.steps import step_titles, typeset_titles
from assemblysim.report.content.stored import (
    StoredStudy,
    lettered,
    ranked_names,
    species_names,
    window,
)
from assemblysim.report.content.words import is_number
from assemblysim.report.document.nodes import (
    FigureBlock,
    Node,
    Paragraph,
    Picture,
    Section,
    TableBlock,
    table_blocks,
)
from assemblysim.report.figures import alternatives, figures
from assemblysim.result.mechanism import MechanismResult
from assemblysim.result.numbers import Interval
from assemblysim.result.predictions import PathwayTable, RouteFraction
from assemblysim.result.summary import StudyResult

# A mechanism's letter, a product, the title of a step, and the fraction that it makes.
PathwayRow = tuple[str, str, str, Interval]
# What surely makes less of a product is no route to it.
_LITTLE = 0.01
# Rows of a table that is read and of a figure, and products that a sentence names.
_MOST_ROUTES, _MOST_ROWS, _MOST_NAMED = 12, 16, 8


def pathway_parts(result: StudyResult) -> tuple[FigureBlock, ...]:
    """Draw which step makes how much; nothing where each product is made in one way."""
    rows = _pathways(result)
    if not rows:
        return ()
    shown = _whole_groups(rows)
    picture = Picture(
        "pathways",
        alternatives.describe_pathways(shown),
        partial(figures.pathway_figure, shown),
    )
    caption = (
        "Fraction of each product made by each step, where there is more than one; lines: "
        "95 % intervals."
    )
    left = f" The first {len(shown)} of {len(rows)} rows." * (len(shown) < len(rows))
    return (FigureBlock(picture, caption + left),)


def averaged_lifetimes(
    result: StudyResult, shown: Sequence[str] | None = None
) -> tuple[TableBlock, ...]:
    """Return the lifetimes averaged over mechanisms by their probabilities.

    Args:
        result: of the study.
        shown: species whose lifetimes the page shows, where all are too many to be read; a file
            has those of all. None for all.
    """
    averaged = result.averaged
    hours = {one.experiment: one.window_h for one in result.conditions}
    lifetimes = by_experiment(averaged.lifetimes, averaged.lifetimes_by_experiment, list(hours))
    blocks: list[TableBlock] = []
    for experiment, one, where in lifetimes:
        followed = hours.get(experiment, window(result))
        caption = (
            f"Lifetimes{where}, averaged by their probabilities over the mechanisms that have "
            "the intermediate: median and 95 % interval"
        )
        every = lifetime_table(one, followed, caption)
        some = {name: one[name] for name in shown or () if name in one}
        if every is None or not some or len(some) == len(one):
            blocks += table_blocks("averaged", every)
            continue
        left = f"; {len(some)} of {len(one)} intermediates, all are in the tables beside this page"
        blocks += table_blocks("averaged_in_short", lifetime_table(some, followed, caption + left))
        blocks.append(TableBlock(every, "averaged", only_filed=True))
    return tuple(blocks)


def averaged_routes(result: StudyResult) -> tuple[TableBlock, ...]:
    """Return every pathway fraction, averaged over mechanisms by their probabilities."""
    tables = (
        pathway_table(one, f"Pathway fractions{where}, averaged likewise", _titles(result))
        for one, where in _averaged_pathways(result)
    )
    return table_blocks("averaged", *tables)


def main_routes(result: StudyResult) -> tuple[Node, ...]:
    """Return the averaged pathway fractions that tell something; the appendix has all of them.

    What makes next to nothing is left out, and a product that one step alone makes is named in a
    sentence; of a large network the first products are shown.
    """
    titles, parts = _titles(result), list[Node]()
    for every, where in _averaged_pathways(result):
        telling = {p: _telling(fractions) for p, fractions in every.items()}
        several = {p: fractions for p, fractions in telling.items() if len(fractions) > 1}
        shown = _first(several)
        left = f"; {len(shown)} of {len(several)} products" * (len(shown) < len(several))
        caption = f"Pathway fractions{where}, averaged likewise{left}"
        if shown == every:
            parts += table_blocks("averaged", pathway_table(every, caption, titles))
            continue
        parts += table_blocks("averaged_in_short", pathway_table(shown, caption, titles))
        alone = [
            f"{p} ({titles.get(next(iter(f)), '')})" for p, f in telling.items() if len(f) == 1
        ]
        if alone and len(alone) <= _MOST_NAMED:
            parts.append(Paragraph(f"Made by one step alone{where}: {listed(alone)}.", "small"))
    return tuple(parts)


def every_route_section(study: StoredStudy) -> tuple[Section, ...]:
    """Build the section of all pathway fractions; none where the main part shows all of them."""
    shown = [one for one in main_routes(study.result) if isinstance(one, TableBlock)]
    every = averaged_routes(study.result)
    if [one.table for one in shown] == [one.table for one in every]:
        return ()
    title = "Every route"
    return (Section("every-route", title, every, link=title),)


def _averaged_pathways(result: StudyResult) -> list[tuple[PathwayTable, str]]:
    averaged, names = result.averaged, [one.experiment for one in result.conditions]
    every = by_experiment(averaged.pathways, averaged.pathways_by_experiment, names)
    return [(one, where) for _, one, where in every if one]


def _telling(fractions: Mapping[str, RouteFraction]) -> dict[str, RouteFraction]:
    """Return the routes of a product that may make a hundredth of it."""
    return {
        name: one
        for name, one in fractions.items()
        if any(is_number(end) and end >= _LITTLE for end in (one.upper, one.limit))
    }


def _first(pathways: PathwayTable) -> PathwayTable:
    """Return the first products, so many that their routes are few enough to be read."""
    found: dict[str, Mapping[str, RouteFraction]] = {}
    for product, fractions in pathways.items():
        if found and sum(map(len, found.values())) + len(fractions) > _MOST_ROUTES:
            break
        found[product] = fractions
    return found


def _titles(result: StudyResult) -> dict[str, str]:
    return step_titles(result.mechanisms.values())


def _everywhere(one: MechanismResult) -> tuple[tuple[str, PathwayTable, str], ...]:
    """Return the pathway fractions in each experiment, with words on where."""
    return by_experiment(one.pathways, one.pathways_by_experiment, ())


def _pathways(result: StudyResult) -> list[PathwayRow]:
    """Return the pathway fractions where some product is made in more than one way."""
    known, letters = species_names(result), lettered(result)
    titles = typeset_titles(result.mechanisms.values())
    return [
        (
            words.sentence(f"{letters[name]}{where}", known),
            product,
            titles.get(step, step),
            fraction,
        )
        for name in ranked_names(result)
        for _, pathways, where in _everywhere(result.mechanisms[name])
        for product, fractions in pathways.items()
        for step, fraction in _telling(fractions).items()
        if len(_telling(fractions)) > 1
    ]


def _whole_groups(rows: Sequence[PathwayRow]) -> list[PathwayRow]:
    """Return the first rows, as many whole groups of a mechanism and product as can be read."""
    groups: dict[tuple[str, str], list[PathwayRow]] = {}
    for row in rows:
        groups.setdefault(row[:2], []).append(row)
    shown: list[PathwayRow] = []
    for group in groups.values():
        if shown and len(shown) + len(group) > _MOST_ROWS:
            break
        shown += group
    return shown
