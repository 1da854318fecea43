"""The experiments: what was put in, for how long it was followed, how much was observed."""

from __future__ import annotations

from assemblysim.report.content import words
from assemblysim.report.content.stored import StoredStudy, Summary
from assemblysim.report.content.words import MISSING
from assemblysim.report.document.nodes import Cell, Section, Table, TableBlock


def experiment_section(study: StoredStudy) -> tuple[Section, ...]:
    """Build the section; none where no experiment is stored."""
    table = experiment_table(study.summary)
    if table is None:
        return ()
    parts = (TableBlock(table, "conditions"),)
    return (Section("conditions", "Experiments", parts, link="Experiments"),)


def experiment_table(summary: Summary) -> Table | None:
    """Show the experiments: initial concentrations, duration, how much was observed."""
    rows = []
    for one in summary.get("conditions") or []:
        initial = ", ".join(f"{name} {amount}" for name, amount in one["initial"].items())
        times = [words.duration(t) for t in one.get("sampled_h") or []]
        rows.append(
            (
                one["experiment"],
                Cell(initial, "; ".join(one.get("conduct") or ())),
                words.duration(one.get("window_h")),
                str(one.get("readings") or 0),
                str(one.get("statements") or 0),
                ", ".join(times) or MISSING,
            )
        )
    if not rows:
        return None
    columns = ("experiment", "at the start", "followed for", "intensities", "statements")
    return Table.of("Conditions, and what was observed", (*columns, "sampled at"), rows)
