"""How often a study like this one would be wrong: a stored calibration as tables and sentences."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from assemblysim.inference.calibration.recovery import OUTCOMES
from assemblysim.report.content.stored import StoredStudy
from assemblysim.report.content.words import MISSING, is_number, number, probability
from assemblysim.report.document.nodes import (
    Cell,
    FigureBlock,
    Heading,
    Listing,
    Node,
    Paragraph,
    Picture,
    Section,
    Table,
    View,
    table_blocks,
)
from assemblysim.report.figures.calibration_figure import rank_figure
from assemblysim.result.calibration import CalibrationResult, Covered, RankResult, Share
from assemblysim.sentences.calibration import condition_sentences

# Shorter heads for the kinds of errors.
_KINDS = {
    "none": "as the model says",
    "shared": "shared by replicates",
    "understated": "twice as large",
    "heavy-tails": "heavy tails",
}


def calibration_section(study: StoredStudy) -> tuple[Section, ...]:
    """Build the section; none where no calibration belongs to the results."""
    found = study.calibration
    if found is None:
        return ()
    ranks = found.conditions["none"].ranks
    picture = Picture(
        "calibration_ranks",
        describe_ranks(ranks.parameters),
        partial(rank_figure, ranks.parameters, ranks.draws),
    )
    caption = (
        "Where true values rank among posterior draws, less what a correct posterior gives; band: "
        "95 % for the whole line. In brackets: simulated studies."
    )
    parts = (*_parts(found), FigureBlock(picture, caption))
    title = "How often would this study be wrong?"
    return (Section("calibration", title, parts, link=title),)


def calibration_view(found: CalibrationResult) -> View:
    """Return what ``calibrate`` shows in the terminal."""
    return View(_parts(found))


def _parts(found: CalibrationResult) -> tuple[Node, ...]:
    """Say what was done, what came out for each kind of error, and show all tables."""
    parts: list[Node] = [Paragraph(headline(found))]
    for name, one in found.conditions.items():
        if len(found.conditions) > 1:
            parts.append(Heading(f"Errors {_KINDS.get(name, name)}"))
        parts.append(Listing(tuple(condition_sentences(one, name))))
    tables = (
        misspecification_table(found),
        recovery_table(found),
        reliability_table(found),
        coverage_table(found),
    )
    return (*parts, *table_blocks("calibration", *tables))


def headline(found: CalibrationResult) -> str:
    """Return the sentence that says how often one would be misled."""
    where = "the priors" if found.source == "prior" else "the posterior of the data at hand"
    count = found.conditions["none"].studies
    return (
        f"{count} studies were simulated with truths from {where}, each mechanism true in turn, at "
        "this study's own sampling times, replicates and detection limit, and fitted with "
        "quick settings."
    )


def misspecification_table(found: CalibrationResult) -> Table:
    """Compare kinds of errors: how often one is misled, and what the intervals hold."""
    rows: list[tuple[Cell | str, ...]] = []
    for name, one in found.conditions.items():
        wrong = one.wrong_with_confidence
        rows.append(
            (
                _KINDS.get(name, name),
                Cell(
                    _percent(wrong.hits, wrong.count),
                    f"{100 * wrong.lower:.1f} to {100 * wrong.upper:.1f} %",
                    "bad" if wrong.hits > 0.05 * wrong.count else "",
                ),
                _percent(one.outcomes["right"], one.studies),
                _percent(one.outcomes["cannot tell"], one.studies),
                *(_coverage(covered) for covered in one.coverage.all.values()),
            )
        )
    levels = found.conditions["none"].coverage.all
    return Table.of(
        "Simulated studies by the errors of their measurements; ± is the standard error",
        (
            "errors",
            "wrong with confidence (95 %)",
            "right",
            "cannot tell",
            *(f"{100 * float(level):g} % intervals hold" for level in levels),
        ),
        rows,
    )


def recovery_table(found: CalibrationResult, condition: str = "none") -> Table:
    """Show for data made by each mechanism how the verdict turned out."""
    one = found.conditions[condition]
    rows: list[tuple[Cell | str, ...]] = [
        (name, *(Cell(str(counts[outcome]) if counts[outcome] else MISSING,
                            mark=_outcome_mark(outcome, counts[outcome]))
                       for outcome in OUTCOMES))
        for name, counts in one.recovery.items()
    ]  # fmt: skip
    return Table.of(
        "Verdicts on data made by each mechanism: number of simulated studies",
        ("true mechanism", *OUTCOMES),
        rows,
    )


def reliability_table(found: CalibrationResult, condition: str = "none") -> Table:
    """Hold stated probabilities against how often they came true."""
    rows: list[tuple[Cell | str, ...]] = []
    for one in found.conditions[condition].reliability:
        right = one.right
        interval = f"{probability(right.lower)} to {probability(right.upper)}"
        rows.append(
            (
                f"{one.lower:g} to {one.upper:g}",
                str(right.count),
                probability(one.stated),
                Cell(
                    probability(right.hits / right.count) if right.count else MISSING,
                    interval if right.count else "",
                ),
            )
        )
    return Table.of(
        "Probability of the most probable mechanism, and how often it was the true one",
        ("stated probability", "studies", "mean stated", "came true (95 %)"),
        rows,
    )


def coverage_table(found: CalibrationResult, condition: str = "none") -> Table:
    """Show coverage and ranks of every parameter, over all mechanisms that have it."""
    one = found.conditions[condition]
    ranks, covered = one.ranks.parameters, one.coverage.parameters
    rows: list[tuple[Cell | str, ...]] = []
    for name, check in ranks.items():
        levels = covered[name]
        rows.append(
            (
                name,
                str(check.count),
                *(_covered(float(level), fraction) for level, fraction in levels.items()),
                f"{check.largest_gap:+.2f}",
                Cell(number(check.p_value, 2), mark="" if check.inside else "notable"),
            )
        )
    levels = next(iter(covered.values()), {})
    return Table.of(
        "Each parameter over all mechanisms that have it: how often its intervals hold the truth "
        "(95 % binomial interval), and the ranks of the truths",
        (
            "parameter",
            "studies",
            *(f"{100 * float(level):g} % interval" for level in levels),
            "largest gap of the ranks",
            "p",
        ),
        rows,
    )


def describe_ranks(parameters: Mapping[str, RankResult]) -> str:
    """Say what the figure of ranks shows, for readers who cannot see it."""
    parts = [
        f"{name} {check.largest_gap:+.2f} ({'inside' if check.inside else 'outside'})"
        for name, check in parameters.items()
    ]
    return (
        "Distribution of the ranks of true values among posterior draws, less the uniform one, "
        f"with 95 % bands. Largest gap of each parameter: {', '.join(parts)}."
    )


def _outcome_mark(outcome: str, count: int) -> str:
    if not count:
        return ""
    return {"right": "good", "wrong with confidence": "bad", "wrong": "notable"}.get(outcome, "")


def _percent(hits: int, count: int) -> str:
    return f"{100 * hits / count:.1f} %" if count else MISSING


def _coverage(one: Covered) -> str:
    if not is_number(one.share):
        return MISSING
    return f"{100 * one.share:.1f} ± {100 * one.error:.1f} %"


def _covered(level: float, fraction: Share) -> Cell:
    outside = not fraction.lower <= level <= fraction.upper
    return Cell(
        _percent(fraction.hits, fraction.count),
        f"{100 * fraction.lower:.0f} to {100 * fraction.upper:.0f} %",
        "notable" if outside else "",
    )
