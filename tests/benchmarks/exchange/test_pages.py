"""Pages that need peers are followed: what is not printed is told."""

import pytest

from benchmarks import pages
from benchmarks.pages.__main__ import DOCS, PAGES, main, missing_lines

PAGE = "# One\n\n```python\nx = 2\nprint(x)\n```\n\nand\n\n```text\n{}\n```\n"


def test_a_line_that_was_not_printed_is_missing():
    assert missing_lines(PAGE.format("2")) == []
    assert missing_lines(PAGE.format("3")) == ["3"]
    assert pages.__doc__


@pytest.mark.parametrize(("printed", "status"), [("2", 0), ("3", 1)])
def test_a_page_that_prints_something_else_is_a_fault(
    printed, status, tmp_path, capsys, monkeypatch
):
    (tmp_path / "one.md").write_text(PAGE.format(printed))
    monkeypatch.setattr("benchmarks.pages.__main__.DOCS", tmp_path)

    assert main(["one.md"]) == status
    assert ("prints what it says" in capsys.readouterr().out) == (status == 0)


def test_the_pages_are_there_and_hold_programs_with_what_they_print():
    for page in PAGES:
        text = (DOCS / page).read_text("utf-8")
        assert text.count("```python") > text.count("```text") > 0
