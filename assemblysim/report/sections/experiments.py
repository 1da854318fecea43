"""The experiments: what was put in, for how long it was followed, how much was observed."""

from __future__ import annotations

from assemblysim.report.content import words
from assemblysim.report.content.stored import StoredStudy
from assemblysim.report.content.words import MISSING
from assemblysim.report.document.nodes import Cell, Section, Table, TableBlock
from assemblysim.result.summary import StudyResult
from assemblysim.sentences.conditions import conditions_words, initial_words


def experiment_section(study: StoredStudy) -> tuple[Section, ...]:
    """Build the section; none where no experiment is stored."""
    table = experiment_table(study.result)
    if table is None:
        return ()
    parts = (TableBlock(table, "conditions"),)
    return (Section("conditions", "Experiments", parts, link="Experiments"),)


def experiment_table(result: StudyResult) -> Table | None:
    """Show the experiments: initial concentrations, duration, how much was observed."""
    rows = []
    for one in result.conditions:
        initial = ", ".join(f"{n} {initial_words(c, one.unit)}" for n, c in one.initial.items())
        times = [words.duration(t) for t in one.sampled_h]
        rows.append(
            (
                one.experiment,
                Cell(initial, "; ".join(conditions_words(one))),
                words.duration(one.window_h),
                str(one.measurements),
                str(one.statements),
                ", ".join(times) or MISSING,
            )
        )
    if not rows:
        return None
    columns = ("experiment", "at the start", "followed for", "intensities", "statements")
    return Table.of("Conditions, and what was observed", (*columns, "sampled at"), rows)
