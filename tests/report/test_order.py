"""The one list of sections, which every writer follows."""

import re

from quick_pictures import BLANK
from report_example import result_of, summary
from report_pages import Page, document

from assemblysim.report import order
from assemblysim.report.document.collected import filed_tables
from assemblysim.report.document.naming import titled
from assemblysim.report.document.nodes import Listing, Section, Table, View, table_blocks
from assemblysim.report.writers.latex import latex_tables
from assemblysim.report.writers.markdown import render_markdown
from assemblysim.report.writers.page import render_page
from assemblysim.report.writers.terminal import plain_text


def made_up_section(study):
    table = Table.of("A made-up table", ("what", "how much"), [("salt", "7")])
    parts = (Listing(("A made-up sentence.",)), *table_blocks("made_up", table))
    return (Section("made-up", "A made-up section", parts, link="Made up"),)


def page_of(written):
    return render_page(written, {picture.stem: BLANK for picture in written.pictures})


def test_a_section_that_joins_the_list_is_in_every_form(monkeypatch):
    monkeypatch.setattr(order, "APPENDIX", (*order.APPENDIX, made_up_section))
    written = document(summary())
    page, markdown = Page(page_of(written)), render_markdown(written)

    assert page.all("a", href="#made-up")
    assert "A made-up section A made-up sentence. A made-up table" in page.text
    assert "## A made-up section\n\n- A made-up sentence." in markdown
    assert filed_tables(written)[-1].stem == "made_up"
    assert "A made-up table" in latex_tables(filed_tables(written), written.names)
    assert "│ salt │ 7" in plain_text(View(written.appendix[-1].parts))


def test_page_and_markdown_follow_the_list():
    written = document(summary())
    main = [section.title for section in written.sections if section.title]
    behind = [section.title for section in written.appendix]
    markdown = re.findall(r"^## (.*?)(?: \(probability.*\))?$", render_markdown(written), re.M)
    main, behind = [*map(titled, main)], [*map(titled, behind)]
    page = re.findall(r"<h2>(.*?)</h2>", page_of(written))

    assert markdown == [*main, *behind]
    assert page == [*main, "Appendix", *behind]
    assert main[0] == "Mechanisms"
    assert behind[:2] == ["Experiments", "both"]
    assert behind[-1] == "Provenance"


def test_every_anchor_is_given_once():
    written = document(summary(words=True))
    anchors = [section.anchor for section in (*written.sections, *written.appendix)]

    assert len(set(anchors)) == len(anchors)
    assert set(result_of(summary()).mechanisms) <= {name.removeprefix("m-") for name in anchors}
