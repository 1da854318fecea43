import itertools

import pytest
from calibration_example import calibration, uniform_records
from markdown_it import MarkdownIt
from report_example import courses, result_of, summary
from report_pages import HOSTILE, document, small

from assemblysim.report.content.stored import course_of
from assemblysim.report.document.collected import filed_tables
from assemblysim.report.document.nodes import TimeFigures
from assemblysim.report.writers.markdown import render_markdown

PARSER = MarkdownIt("commonmark").enable("table")
CALIBRATION = calibration(none=uniform_records(57))


def render(content, found=None):
    drawn = {
        name: (course_of(courses(name), result_of(content)),)
        for name in content["mechanisms"]
        if found
    }
    written = document(content, drawn, calibration=found)
    return render_markdown(written), written


def tokens(text):
    """Blocks of a text and what stands within them, by an independent reader."""
    return [t for block in PARSER.parse(text) for t in (block, *(block.children or ()))]


@pytest.fixture(scope="module")
def whole():
    return render(summary(), CALIBRATION)


def test_every_table_of_the_study_is_there_with_all_its_cells(whole):
    read = tokens(whole[0])
    tables = filed_tables(whole[1])

    assert sum(t.type == "table_open" for t in read) == len(tables)
    assert sum(t.type == "td_open" for t in read) == sum(
        len(row) for one in tables for row in one.table.rows
    )


def test_every_picture_has_its_alternative_and_lies_in_the_folder_of_figures(whole):
    text, written = whole
    shown = {t.attrs["src"]: t.content for t in tokens(text) if t.type == "image"}
    pairs = [part for part in written.parts if isinstance(part, TimeFigures)]
    unseen = {pair.linear if pair.log_first else pair.logarithmic for pair in pairs}
    expected = [p for p in written.pictures if p not in unseen]

    assert set(shown) == {f"figures/{p.stem}.svg" for p in expected}
    assert all(len(alternative) > 40 for alternative in shown.values())


def test_the_verdict_comes_before_the_first_section(whole):
    assert whole[0].index("These data cannot tell 'both' and 'stepwise' apart.") < whole[0].index(
        "\n## "
    )


def test_text_of_the_study_is_neither_markup_nor_html():
    hostile = ["# no heading", "- no list", "1. no list", "*no* _emphasis_ `code`",
               "[no](link)", "a | b", HOSTILE, "$x$ ~~y~~", "&lt;b&gt; &amp; &#65;"]  # fmt: skip
    content = small(notes=hostile, title="*t* " + HOSTILE, question="+ no list")
    read = tokens(render(content)[0])
    texts = "".join(t.content for t in read if t.type == "text")

    assert {t.type for t in read} & {"em_open", "code_inline", "link_open", "s_open"} == set()
    assert {t.content for t in read if t.type == "html_inline"} <= {"<br>"}
    assert not [t for t in read if t.type == "html_block"]
    assert all(note in texts for note in hostile)


def test_names_within_words_stay_readable_as_they_are():
    assert "| k_grow |" in render(small())[0]


def test_a_bar_in_a_cell_does_not_divide_it():
    content = small()
    content["mechanisms"]["template"]["checks"][0]["name"] = "a | b"
    read = tokens(render(content)[0])
    cells = [after.content for t, after in itertools.pairwise(read) if t.type == "td_open"]

    assert r"a \| b" in cells or "a | b" in cells
