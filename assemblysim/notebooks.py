"""Tables as notebooks show them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape


def html_table(
    caption: str, heads: Sequence[str], rows: Iterable[Sequence[str]], after: str = ""
) -> str:
    """Return a table as HTML, with everything in it as plain text.

    Args:
        caption: above it.
        heads: of the columns.
        rows: a cell for each column.
        after: a paragraph below; none where empty.
    """
    body = "".join(f"<tr>{_cells(row, 'td')}</tr>" for row in rows)
    below = f"<p>{escape(after)}</p>" if after else ""
    head = f"<tr>{_cells(heads, 'th')}</tr>"
    return f"<table><caption>{escape(caption)}</caption>{head}{body}</table>{below}"


def _cells(row: Sequence[str], tag: str) -> str:
    return "".join(f"<{tag}>{escape(cell)}</{tag}>" for cell in row)
