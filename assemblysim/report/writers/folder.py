"""What a report leaves on disk: the page, its Markdown, figures, tables and references."""

from __future__ import annotations

from itertools import repeat
from pathlib import Path

from assemblysim.files.writing import write_whole
from assemblysim.report.content.bibliography import bibtex
from assemblysim.report.content.stored import read_stored
from assemblysim.report.document.collected import filed_tables
from assemblysim.report.document.nodes import Document, Picture
from assemblysim.report.figures.drawing import FORMATS, store
from assemblysim.report.order import document_of
from assemblysim.report.sections.methods import methods_text
from assemblysim.report.writers.latex import latex_tables
from assemblysim.report.writers.markdown import render_markdown
from assemblysim.report.writers.numbers import number_files
from assemblysim.report.writers.page import render_page
from assemblysim.report.writers.sheets import csv_text, workbook
from assemblysim.study.workers import OneWorker, Workers

# Excel takes a CSV file for UTF-8 only with this mark.
_EXCEL_UTF8 = "utf-8-sig"


def write_report(results: Path, workers: Workers | None = None) -> Path:
    """Write the report of a study from what it has stored.

    Beside ``report.html`` stand ``report.md``, ``references.bib``, and three folders:
    ``figures`` with every figure as SVG, PDF and 600-dpi PNG; ``tables`` with every table as
    CSV, ``tables.xlsx`` and ``tables.tex``; ``numbers`` with the same for programs.

    Args:
        results: the study's results folder, with summary.json.
        workers: where the figures are drawn; None in this process.

    Returns:
        The path of the page.

    Raises:
        InputError: there is no summary, or stored courses or draws cannot be read.
        RunError: the folder cannot be written to.
    """
    study = read_stored(results)
    document = document_of(study)
    folder = _emptied(results / "figures", FORMATS)
    drawn = _write_figures(document.pictures, folder, workers or OneWorker())
    _write_tables(document, _emptied(results / "tables", ("csv",)))
    numbers = _emptied(results / "numbers", ("csv",))
    for name, text in number_files(study).items():
        (numbers / name).write_text(text, encoding="utf-8")
    cited = bibtex(methods_text(study.result).keys, study.result.source)
    write_whole(results / "references.bib", cited.encode())
    write_whole(results / "report.md", render_markdown(document).encode())
    page = results / "report.html"
    write_whole(page, render_page(document, drawn).encode())
    return page


def _write_figures(every: tuple[Picture, ...], folder: Path, workers: Workers) -> dict[str, str]:
    """Store every figure; return them as SVG, by stem."""
    drawn = workers.map(_write_figure, every, repeat(folder))
    return {one.stem: svg for one, svg in zip(every, drawn, strict=True)}


def _write_figure(picture: Picture, folder: Path) -> str:
    return store(picture.draw(), folder, picture.stem)


def _write_tables(document: Document, folder: Path) -> None:
    tables = filed_tables(document)
    for one in tables:
        (folder / f"{one.stem}.csv").write_text(csv_text(one.table), _EXCEL_UTF8)
    write_whole(folder / "tables.xlsx", workbook(tables, document.title, document.names))
    write_whole(folder / "tables.tex", latex_tables(tables, document.names).encode())


def _emptied(folder: Path, kinds: tuple[str, ...]) -> Path:
    """Make a folder where it is not there; files of an earlier report go."""
    folder.mkdir(exist_ok=True)
    for kind in kinds:
        for old in folder.glob(f"*.{kind}"):
            old.unlink()
    return folder
