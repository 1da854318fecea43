import re
from concurrent.futures import ProcessPoolExecutor

import pytest
from calibration_example import calibration, uniform_records
from quick_pictures import blanks
from report_example import result_of, summary, write_example
from report_pages import HOSTILE, Page, document, named, small

from assemblysim.errors import RunError
from assemblysim.files.codec import store_json
from assemblysim.files.writing.manifest import start_manifest, write_result
from assemblysim.report.document.collected import filed_tables
from assemblysim.report.sections.methods import methods_text
from assemblysim.report.writers.folder import EXPLORER, write_report


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    """A written report of three mechanisms, with courses and a calibration."""
    folder = write_example(tmp_path_factory.mktemp("study") / "results", summary(), drawn=True)
    store_json(folder / "calibration.json", calibration(none=uniform_records(57)))
    with blanks():
        write_report(folder)
    return folder


def stems(folder, kind):
    return {path.stem for path in folder.glob(f"*.{kind}")}


def test_every_figure_of_the_page_is_stored_in_three_forms_and_has_an_alternative(results):
    shown = Page((results / "report.html").read_text(encoding="utf-8")).all("svg", role="img")
    stored = stems(results / "figures", "svg")

    assert len(shown) == len(stored) == 18
    assert stored == stems(results / "figures", "pdf") == stems(results / "figures", "png")
    assert len({figure["aria-label"] for figure in shown}) == len(shown)


def test_every_table_of_the_page_is_stored_and_no_other(results):
    page = (results / "report.html").read_text(encoding="utf-8")
    tables = page.count('<table role="table"')

    assert tables == len(stems(results / "tables", "csv")) > 15


def test_the_first_lines_of_a_stored_table_are_those_of_the_page(results):
    lines = (results / "tables" / "checks_both.csv").read_text("utf-8-sig").splitlines()

    assert lines[0] == "check,value,bound,result"
    assert lines[1] == "R-hat across ensembles,1.01,1.02,passed"


def test_tables_have_names_of_their_own():
    content = small()
    content["mechanisms"] = {"a b": content["mechanisms"]["template"],
                             "a/b": content["mechanisms"]["template"]}  # fmt: skip
    named(content, "a b", "a/b")
    found = [one.stem for one in filed_tables(document(content))]

    assert len(set(found)) == len(found)
    assert {"steps_a-b", "steps_a-b_2"} <= set(found)


@pytest.mark.usefixtures("blank_pictures")
def test_what_an_earlier_report_left_is_removed_and_nothing_else(tmp_path):
    folder = write_example(tmp_path / "results", small(), drawn=False)
    start_manifest(folder)
    for name in ("figures/old.pdf", "tables/old.csv", "numbers/old.csv"):
        write_result(folder / name, b"old")
    for name in ("figures/mine.pdf", "tables/mine.csv", "tables/mine.txt", "report.md"):
        (folder / name).write_text("mine")

    write_report(folder)

    left = {path.name for path in folder.rglob("*") if path.stem in ("old", "mine")}
    assert left == {"mine.pdf", "mine.csv", "mine.txt"}
    assert (folder / "kept" / "report.md").read_text() == "mine"


@pytest.mark.usefixtures("blank_pictures")
def test_the_page_links_the_explorer_where_it_lies_beside_it(tmp_path):
    folder = write_example(tmp_path / "results", small(), drawn=False)

    alone = write_report(folder).read_text(encoding="utf-8")
    (folder / EXPLORER).write_text("")
    beside = write_report(folder).read_text(encoding="utf-8")

    assert f'href="{EXPLORER}"' in beside
    assert EXPLORER not in alone


def test_the_bibliography_holds_what_the_methods_cite_and_nothing_else(results):
    written = re.findall(r"^@\w+\{(\w+),", (results / "references.bib").read_text(), re.MULTILINE)

    assert tuple(written) == methods_text(result_of(summary())).keys
    assert "words" not in written


def test_text_of_the_study_is_no_command_anywhere(tmp_path):
    content = small(title=HOSTILE, notes=[HOSTILE, "\\input{x} & $y$ # 50 %"], source="{\\x}%")
    content["mechanisms"]["=1+1"] = content["mechanisms"].pop("template")
    named(content, "=1+1")
    folder = write_example(tmp_path / "results", content, drawn=False)

    write_report(folder)

    assert "<script" not in (folder / "report.md").read_text().replace("\\<script", "")
    assert not re.search(r"(^|,)=1", (folder / "tables" / "ranking.csv").read_text("utf-8-sig"))
    assert "title = {{x\\%}}" in (folder / "references.bib").read_text()


@pytest.mark.usefixtures("blank_pictures")
def test_a_folder_that_cannot_be_written_to_is_said_in_one_line(tmp_path):
    folder = write_example(tmp_path / "results", small(), drawn=False)
    (folder / "references.bib").mkdir()

    with pytest.raises(RunError, match=r"references\.bib: is a directory"):
        write_report(folder)


def test_figures_drawn_by_two_processes_are_those_of_one(tmp_path):
    alone, shared = (
        write_example(tmp_path / name, small(), drawn=True) for name in ("alone", "shared")
    )
    write_report(alone)
    with ProcessPoolExecutor(2) as pool:
        write_report(shared, pool)

    def content(folder):
        return {p.name: p.read_bytes() for p in (folder / "figures").iterdir()}

    assert len(content(alone)) > 3
    assert content(alone) == content(shared)
    assert (alone / "report.html").read_bytes() == (shared / "report.html").read_bytes()
