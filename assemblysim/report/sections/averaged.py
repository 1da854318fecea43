"""The predictions of all mechanisms together, weighted by their probabilities."""

from __future__ import annotations

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


def averaged_tables(result: StudyResult) -> tuple[TableBlock, ...]:
    """Return the predictions averaged over mechanisms by their probabilities."""
    averaged = result.averaged
    hours = {one.experiment: one.window_h for one in result.conditions}
    lifetimes = by_experiment(averaged.lifetimes, averaged.lifetimes_by_experiment, list(hours))
    pathways = by_experiment(averaged.pathways, averaged.pathways_by_experiment, list(hours))
    return table_blocks(
        "averaged",
        *(
            lifetime_table(
                one,
                hours.get(experiment, window(result)),
                f"Lifetimes{where}, averaged by their probabilities over the mechanisms that have "
                "the intermediate: median and 95 % interval",
            )
            for experiment, one, where in lifetimes
        ),
        *(
            pathway_table(one, f"Pathway fractions{where}, averaged likewise")
            for _, one, where in pathways
        ),
    )


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
