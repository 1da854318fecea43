"""What a report leaves on disk: the page, its Markdown, figures, tables and references."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from assemblysim.files.writing.manifest import remove_results, start_manifest, write_result
from assemblysim.report.content.bibliography import bibtex
from assemblysim.report.content.stored import read_stored
from assemblysim.report.document.collected import filed_tables
from assemblysim.report.document.nodes import Document, Picture
from assemblysim.report.order import document_of
from assemblysim.report.sections.methods import methods_text
from assemblysim.report.writers.latex import latex_tables
from assemblysim.report.writers.markdown import render_markdown
from assemblysim.report.writers.numbers import number_files
from assemblysim.report.writers.page import render_page
from assemblysim.report.writers.recording import rendered
from assemblysim.report.writers.results_workbook import results_workbook
from assemblysim.report.writers.sheets import csv_text, workbook
from assemblysim.study.locating import refuse_study_folder
from assemblysim.study.workers import OneWorker, Workers

# Excel takes a CSV file for UTF-8 only with this mark.
_EXCEL_UTF8 = "utf-8-sig"
# The page with sliders, where it lies beside the report.
EXPLORER = "explorer.html"
_FOLDERS = ("figures", "tables", "numbers")


def write_report(
    results: Path, workers: Workers | None = None, *, folder: Path | None = None
) -> Path:
    """Write the report of a study from what it has stored.

    Beside ``report.html`` stand ``report.md``, ``references.bib``, ``results.xlsx`` with a sheet
    for each question, its numbers and charts, and three folders:
    ``figures`` with every figure as SVG, PDF and 600-dpi PNG; ``tables`` with every table as
    CSV, ``tables.xlsx`` and ``tables.tex``; ``numbers`` with the same for programs. What an earlier
    report left there and this one does not goes; files of others stay.

    Args:
        results: the study's results folder, with summary.json.
        workers: where the figures are drawn; None in this process.
        folder: where to; the results folder where None. It gets a manifest of its own, so that
            only what a report left there is ever replaced.

    Returns:
        The path of the page.

    Raises:
        InputError: there is no summary, or stored courses or draws cannot be read; or the folder
            is a study's own.
        RunError: the folder cannot be written to.
    """
    study = read_stored(results)
    place = results if folder is None else _started(folder)
    document = document_of(study)
    drawn: dict[str, str] = {}
    files: list[Path] = []

    def leave(name: str, content: bytes) -> None:
        files.append(place / name)
        write_result(files[-1], content, durable=False)

    for stem, forms in _drawn(document.pictures, workers or OneWorker()):
        drawn[stem] = forms["svg"].decode()
        for kind, content in forms.items():
            leave(f"figures/{stem}.{kind}", content)
    for name, content in _tables(document):
        leave(f"tables/{name}", content)
    numbers = number_files(study)
    for name, text in numbers.items():
        leave(f"numbers/{name}", text.encode())
    leave("results.xlsx", results_workbook(study, numbers))
    cited = bibtex(methods_text(study.result).keys, study.result.source)
    leave("references.bib", cited.encode())
    leave("report.md", render_markdown(document).encode())
    linked = EXPLORER if (place / EXPLORER).is_file() else None
    leave("report.html", render_page(document, drawn, linked).encode())
    remove_results(place, _FOLDERS, files)
    return place / "report.html"


def _started(folder: Path) -> Path:
    """Make a folder for reports, unless it is there."""
    refuse_study_folder(folder)
    start_manifest(folder)
    return folder


def _drawn(every: tuple[Picture, ...], workers: Workers) -> Iterator[tuple[str, dict[str, bytes]]]:
    """Draw every figure; yield its stem and the content of its files, by their kind."""
    for one, forms in zip(every, workers.map(_draw, every), strict=True):
        yield one.stem, forms


def _draw(picture: Picture) -> dict[str, bytes]:
    return rendered(picture.draw())


def _tables(document: Document) -> Iterator[tuple[str, bytes]]:
    """Yield the files that hold the tables, by their names."""
    tables = filed_tables(document)
    for one in tables:
        yield f"{one.stem}.csv", csv_text(one.table).encode(_EXCEL_UTF8)
    yield "tables.xlsx", workbook(tables, document.title, document.names)
    yield "tables.tex", latex_tables(tables, document.names).encode()
