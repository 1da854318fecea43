from pathlib import Path

from assemblysim.report.document.collected import filed_tables
from assemblysim.report.document.nodes import (
    Cell,
    Document,
    Folded,
    Heading,
    Pair,
    Paragraph,
    Section,
    Table,
    listed_parts,
    opened,
    table_blocks,
)

ONE, TWO, THREE = (Paragraph(text) for text in ("one", "two", "three"))


def table(caption):
    return Table.of(caption, ("name", "a", "b"), [("x", "1", Cell("2", mark="bad"))])


def test_parts_within_parts_are_read_in_their_order():
    parts = (Pair((ONE,), (Folded("more", (TWO,)),)), THREE)

    assert list(opened(parts)) == [ONE, TWO, THREE]


def test_tables_of_a_kind_are_numbered_and_none_is_nothing():
    parts = (
        *table_blocks("a", table("1"), None, table("2")),
        Folded("", table_blocks("a", table("3"), mechanism="x/y")),
    )
    section = Section("s", "", parts)
    found = filed_tables(Document("t", "", (), "", (), (section,)))

    assert [(one.stem, one.table.caption) for one in found] == [
        ("a", "1"), ("a_2", "2"), ("a_x-y", "3"),
    ]  # fmt: skip
    assert not any(Path(one.stem).parent.name for one in found)


def test_a_table_turned_has_a_row_for_each_column():
    turned = table("c").transposed_to("letter")

    assert turned.columns == ("letter", "x")
    assert [[cell.text for cell in row] for row in turned.rows] == [["a", "1"], ["b", "2"]]
    assert turned.rows[1][1].mark == "bad"


def test_no_sentences_make_no_heading():
    assert listed_parts("Mind", []) == ()
    assert listed_parts("Mind", ["this"])[0] == Heading("Mind")


def test_a_column_in_which_no_row_says_anything_is_left_out():
    rows = [("a", "–", "", "1"), ("b", "–", Cell("", "a note"), "–")]
    table = Table.of("c", ("name", "empty", "noted", "said"), rows).telling()

    assert table.columns == ("name", "noted", "said")
    assert [cell.text for cell in table.rows[1]] == ["b", "", "–"]
