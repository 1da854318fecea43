"""Every table of a report with the name of its file."""

from __future__ import annotations

import re
from dataclasses import dataclass

from assemblysim.report.document.naming import bare, titled
from assemblysim.report.document.nodes import Cell, Document, Table, TableBlock


@dataclass(frozen=True)
class FiledTable:
    """A table that is stored.

    Attributes:
        stem: of its file; unique within the study.
        mechanism: that it is about; "" where it is about the study.
        table: what it shows.
    """

    stem: str
    mechanism: str
    table: Table


def filed_tables(document: Document) -> tuple[FiledTable, ...]:
    """Return all tables in the order of reading; several of a kind are numbered."""
    found: dict[str, FiledTable] = {}
    for part in document.parts:
        if not isinstance(part, TableBlock):
            continue
        stem = f"{part.kind}_{file_stem(part.mechanism)}" if part.mechanism else part.kind
        place, free = 1, stem
        while free in found:
            place += 1
            free = f"{stem}_{place}"
        found[free] = FiledTable(free, titled(part.mechanism), _titled(part.table))
    return tuple(found.values())


def _titled(table: Table) -> Table:
    """Put titles in the place of names everywhere in a table."""
    rows = (
        tuple(Cell(titled(cell.text), titled(cell.note), cell.mark) for cell in row)
        for row in table.rows
    )
    return Table(titled(table.caption), tuple(map(titled, table.columns)), tuple(rows))


def file_stem(name: str) -> str:
    """Make a file name from a mechanism's name."""
    return re.sub(r"[^A-Za-z0-9_-]", "-", bare(name))
