"""Reports as a browser shows them. Collected only where a Chromium is, see conftest.py."""

import functools
import re
import zlib
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from checkout import ROOT
from chromium import Chromium, find_browser
from first_screens import missing, wanted_on_first_screen
from forecast_example import outlook_summary
from page_faults import (
    PAPERS,
    access_faults,
    axe_source,
    every_fault,
    first_screen_text,
    layout_faults,
)
from report_example import summary, write_example
from report_kinds import KINDS, DrawnOnce, write_kind

from assemblysim.report.content.stored import read_stored
from assemblysim.report.order import document_of

LOOKED_AT = [kind for kind in KINDS if kind != "does_not_fit"]  # which has nothing of its own
MOST_PAGES = 15  # of the main part
BARE = """<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>t</title>
<style>body {{ color: #111; background: #fff }} {style}
@media (prefers-color-scheme: dark) {{ {dark} }}</style></head>
<body><main><h1>A page</h1><p>Words.</p>{body}</main></body></html>"""


@pytest.fixture(scope="module")
def browser():
    with Chromium(find_browser()) as running:
        yield running


@pytest.fixture(scope="module")
def page_of(tmp_path_factory):
    """Give the address of the report of a kind, written once."""
    folder, pictures = tmp_path_factory.mktemp("pages"), DrawnOnce()

    @functools.cache
    def written(kind):
        if kind in KINDS:
            results = write_kind(folder / kind, kind)
        else:
            content = outlook_summary() if kind == "outlook" else summary(words=kind == "words")
            results = write_example(folder / kind, content)
        page = results / "report.html"
        page.write_text(pictures.page(results, kind), encoding="utf-8")
        return page.as_uri()

    return written


def bare(folder, body="", style="", dark=""):
    page = folder / "page.html"
    page.write_text(BARE.format(body=body, style=style, dark=dark), encoding="utf-8")
    return page.as_uri()


@pytest.mark.slow
@pytest.mark.parametrize(
    "kind", ["readings", "words", "outlook", *sorted(KINDS.keys() - {"does_not_fit"})]
)
def test_a_report_has_nothing_wrong_with_it(browser, page_of, kind):
    assert every_fault(browser, page_of(kind)) == []


@pytest.mark.parametrize("kind", ["does_not_fit", "thirty_species", "not_converged"])
def test_the_first_screen_holds_the_whole_answer(browser, page_of, kind):
    address = page_of(kind)
    document = document_of(read_stored(Path(unquote(urlsplit(address).path)).parent))
    wanted = wanted_on_first_screen(document)

    assert {"question", "answer", "picture probabilities", "doubt 1", "next experiment"} <= set(
        wanted
    )
    assert missing(document, first_screen_text(browser, address)) == []


def test_what_lies_below_the_first_screen_or_is_hidden_is_not_seen(browser, tmp_path):
    body = (
        '<p>Shown.</p><p hidden>Hidden.</p><p style="position: absolute; top: 890px">Cut.</p>'
        '<p style="position: absolute; top: 950px">Below.</p>'
        '<svg role="img" aria-label="A picture." width="9" height="9"></svg>'
    )

    seen = first_screen_text(browser, bare(tmp_path, body))

    assert "".join(seen.split()) == "ApageWords.Shown.Apicture."


def test_a_report_prints_on_both_papers(browser, page_of):
    browser.open(page_of("readings"), 1440)

    for width, height, _ in PAPERS.values():
        printed = browser.pdf(width, height)
        box = f"/MediaBox [0 0 {width * 72:.0f}".encode()[:14]
        assert printed.startswith(b"%PDF")
        assert box in printed
        assert pages_of(printed) > 4


def pages_of(printed):
    return printed.count(b"/Type /Page\n")


def test_the_main_part_of_ten_mechanisms_prints_on_few_pages_and_the_folded_part_behind_it(
    browser, page_of
):
    browser.open(page_of("ten_mechanisms"), 1440)
    whole = pages_of(browser.pdf(*PAPERS["A4"][:2]))
    browser.evaluate("document.getElementById('appendix').remove()")
    main = pages_of(browser.pdf(*PAPERS["A4"][:2]))

    assert 3 < main <= MOST_PAGES
    assert whole > main + 10


def test_what_is_printed_looks_as_on_paper_whatever_was_on_the_screen(browser, tmp_path):
    browser.open(bare(tmp_path, style="@media print { main { display: none } }"), 1440, dark=True)

    assert texts_on(browser.pdf(*PAPERS["A4"][:2])) == 0


def texts_on(printed):
    """How many pieces of text a PDF draws: the operators of its streams that show some."""
    count = 0
    for match in re.finditer(rb"stream\r?\n(.*?)\r?\nendstream", printed, re.DOTALL):
        try:
            content = zlib.decompress(match[1])
        except zlib.error:
            continue
        if b" Tf" in content:
            count += len(re.findall(rb"T[jJ]\s", content))
    return count


STYLES = (ROOT / "assemblysim/report/templates/page.css").read_text(encoding="utf-8")


def tall_table(rows, above):
    """A table as the report's, below so many px of nothing."""
    body = "".join(f"<tr><th>r{i}</th><td>v{i}</td></tr>" for i in range(rows))
    return (
        f'<style>h1, p {{ display: none }} {STYLES}</style><div style="height: {above}px"></div>'
        '<div class="scroll"><table><caption><span>Caption</span></caption>'
        f"<thead><tr><th>name</th><th>value</th></tr></thead><tbody>{body}</tbody></table></div>"
    )


@pytest.mark.parametrize(("rows", "together"), [(6, 6), (60, 2)])
def test_on_paper_a_headed_table_never_parts_from_its_first_rows(browser, tmp_path, rows, together):
    """Wherever the page ends: it holds nothing of the table, or its heads and first rows."""
    width, height, _ = PAPERS["A4"]

    def texts(rows, above):
        browser.open(bare(tmp_path, tall_table(rows, above)), 680, medium="print")
        return texts_on(browser.pdf(width, height, "1"))

    of_a_row = texts(6, 0) - texts(5, 0)
    least = texts(6, 0) - (6 - together) * of_a_row
    found = [texts(rows, above) for above in range(700, 1000, 30)]

    assert of_a_row > 0
    assert 0 in found
    assert max(found) >= least
    assert all(one == 0 or one >= least for one in found), found


def test_on_paper_a_short_table_does_not_go_along_with_what_follows(browser, tmp_path):
    body = '<div style="height: 900px; break-inside: avoid">next</div>'
    browser.open(bare(tmp_path, tall_table(2, 100) + body), 680, medium="print")

    assert texts_on(browser.pdf(*PAPERS["A4"][:2], "1")) > 0


def test_what_is_too_wide_for_paper_is_not_printed_but_said_where_it_is(browser, tmp_path):
    row = "<tr>" + "<td>−0.12 (−0.34 to 0.56)</td>" * 40 + "</tr>"
    body = (
        f'<style>{STYLES}</style><div class="scroll" tabindex="0"><table class="wide vast">'
        f"<caption><span>Caption</span></caption><thead>{row}</thead><tbody>{row * 3}</tbody>"
        "</table></div>"
    )

    faults = layout_faults(browser, bare(tmp_path, body))
    assert not [one for one in faults if one.split(":")[0] in PAPERS]
    shown = "getComputedStyle(document.querySelector('table.vast tbody')).display"
    browser.open(bare(tmp_path, body), 1440)
    assert browser.evaluate(shown) != "none"
    browser.show(680, medium="print")
    assert browser.evaluate(shown) == "none"


def test_a_good_page_has_no_faults(browser, tmp_path):
    assert layout_faults(browser, bare(tmp_path)) == []
    assert access_faults(browser, axe_source()) == []


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ('<p style="width: 60px; white-space: nowrap">a long line of text</p>', "p "),
        ('<div style="width: 2000px">wide</div>', "page: "),
        ('<img alt="none" src="data:image/png;base64,AAAA">', "missing image"),
        ('<img alt="none" src="gone.png">', "request: file:"),
        ('<script>throw new Error("broken")</script>', "exception: Error: broken"),
        ('<script>console.error("complaint")</script>', "console: complaint"),
        ('<script>fetch("http://127.0.0.1:9/x").catch(() => 0)</script>', "request: http:"),
    ],
)
def test_a_faulty_page_is_found_out(browser, tmp_path, body, fault):
    found = layout_faults(browser, bare(tmp_path, body))

    assert any(one.split(": ", 1)[1].startswith(fault) for one in found), found


def test_what_overflows_on_paper_only_is_found_there(browser, tmp_path):
    style = "@media print { p { width: 30px; white-space: nowrap } }"
    found = layout_faults(browser, bare(tmp_path, style=style))

    assert {one.split(":")[0] for one in found} == set(PAPERS)


def test_what_is_wrong_in_the_dark_only_is_found_there(browser, tmp_path):
    dark = "body { color: #333; background: #222 }"
    browser.open(bare(tmp_path, dark=dark), 1440)
    found = access_faults(browser, axe_source())

    assert len(found) == 1
    assert found[0].startswith("dark: serious color-contrast")


@pytest.mark.parametrize(
    ("picture", "fault"),
    [
        ('role="img" width="200"><circle r="9"/>', "light: serious svg-img-alt"),
        ('><g><g role="button" tabindex="0"><path d="M0 0"/></g></g>',
         "light: serious aria-command-name"),
    ],
)  # fmt: skip
def test_a_picture_or_a_part_of_one_without_words_is_found(browser, tmp_path, picture, fault):
    browser.open(bare(tmp_path, f"<svg {picture}</svg>"), 1440)
    found = access_faults(browser, axe_source())

    assert [one.split(",")[0] for one in found] == [fault]


TABLE = """<table><thead><tr><th>name</th><th>time</th></tr></thead><tbody>
<tr><td>b</td><td>3.2 h (1 to 5)</td></tr><tr><td>a</td><td>–</td></tr>
<tr><td>d</td><td>1.6 × 10⁻⁴ h</td></tr><tr><td>c</td><td>28 s</td></tr>
<tr><td>e</td><td>−2 h</td></tr><tr><td>f</td><td>&lt; 0.001</td></tr></tbody></table>"""
SORTED = """(column => {
  document.querySelectorAll("thead button")[column].click();
  return [...document.querySelectorAll("tbody tr")].map(row => row.cells[0].textContent).join("");
})(%d)"""


def test_a_click_on_a_head_sorts_a_table_by_size_whatever_the_unit(browser, tmp_path):
    script = (ROOT / "assemblysim/report/templates/sort.js").read_text(encoding="utf-8")
    browser.open(bare(tmp_path, f"{TABLE}<script>{script}</script>"), 1440)

    assert [browser.evaluate(SORTED % 1) for _ in range(3)] == ["edfcba", "bcfdea", "badcef"]
    assert browser.evaluate(SORTED % 0) == "abcdef"
    sorts = "[...document.querySelectorAll('th')].map(th => th.getAttribute('aria-sort') + '')"
    assert browser.evaluate(f"{sorts}.join()") == "ascending,null"


def test_the_tables_of_a_report_can_be_sorted(browser, page_of):
    browser.open(page_of("readings"), 1440)

    tables = "document.querySelectorAll('table')"
    assert browser.evaluate(f"[...{tables}].filter(t => t.tBodies[0].rows.length > 2).length") > 3
    long = f"[...{tables}].filter(t => t.tBodies[0].rows.length > 2)"
    assert browser.evaluate(f"{long}.every(t => t.querySelector('thead button'))")
