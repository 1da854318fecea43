"""The predictions of all mechanisms together, weighted by their probabilities."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from assemblysim.report.content import words
from assemblysim.report.content.following import by_experiment, lifetime_table, pathway_table
from assemblysim.report.content.stored import ranked_names, species_names, window
from assemblysim.report.document.nodes import (
    FigureBlock,
    Picture,
    TableBlock,
    table_blocks,
)
from assemblysim.report.figures import alternatives, figures
from assemblysim.result.mechanism import MechanismResult
from assemblysim.result.predictions import PathwayTable
from assemblysim.result.summary import StudyResult


def pathway_parts(result: StudyResult) -> tuple[FigureBlock, ...]:
    """Draw which step makes how much; nothing where each product is made in one way."""
    picture = _pathways(result)
    if picture is None:
        return ()
    caption = (
        "Fraction of each product made by each step, where there is more than one; lines: "
        "95 % intervals."
    )
    return (FigureBlock(picture, caption),)


def averaged_tables(
    result: StudyResult, shown: Sequence[str] | None = None
) -> tuple[TableBlock, ...]:
    """Return the predictions averaged over mechanisms by their probabilities.

    Args:
        result: of the study.
        shown: species whose lifetimes the page shows, where all are too many to be read; a file
            has those of all. None for all.
    """
    averaged = result.averaged
    hours = {one.experiment: one.window_h for one in result.conditions}
    lifetimes = by_experiment(averaged.lifetimes, averaged.lifetimes_by_experiment, list(hours))
    pathways = by_experiment(averaged.pathways, averaged.pathways_by_experiment, list(hours))
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
    tables = (
        pathway_table(one, f"Pathway fractions{w}, averaged likewise") for _, one, w in pathways
    )
    return (*blocks, *table_blocks("averaged", *tables))


def _everywhere(one: MechanismResult) -> tuple[tuple[str, PathwayTable, str], ...]:
    """Return the pathway fractions in each experiment, with words on where."""
    return by_experiment(one.pathways, one.pathways_by_experiment, ())


def _pathways(result: StudyResult) -> Picture | None:
    """Draw the pathway fractions where some product is made in more than one way."""
    known = species_names(result)
    rows = [
        (words.sentence(f"{name}{where}", known), product, reaction, fraction)
        for name in ranked_names(result)
        for _, pathways, where in _everywhere(result.mechanisms[name])
        for product, fractions in pathways.items()
        for reaction, fraction in fractions.items()
        if len(fractions) > 1
    ]
    if not rows:
        return None
    draw = partial(figures.pathway_figure, rows)
    return Picture("pathways", alternatives.describe_pathways(rows), draw)
