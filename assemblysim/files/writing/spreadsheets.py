"""Tables as CSV of which a spreadsheet takes no text for a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

# Beginnings that a spreadsheet takes for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def not_a_formula(text: str) -> str:
    """Return a text of a study as it may stand in a cell; a number stays one."""
    if not text.startswith(_FORMULA):
        return text
    try:
        float(text)
    except ValueError:
        return f"'{text}"
    return text


def csv_table(rows: Iterable[Sequence[object]]) -> str:
    """Write rows as CSV, with a line end behind each."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    for row in rows:
        writer.writerow([not_a_formula(one) if isinstance(one, str) else one for one in row])
    return stream.getvalue()
