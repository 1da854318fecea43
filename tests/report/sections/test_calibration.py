from dataclasses import replace

import numpy as np
import pytest
from calibration_example import calibration, record, uniform_records
from report_example import summary, write_example
from report_pages import Page, small

from assemblysim.errors import InputError
from assemblysim.files.codec import store_json
from assemblysim.report.figures.calibration_figure import rank_figure
from assemblysim.report.sections.calibration import (
    calibration_view,
    coverage_table,
    misspecification_table,
    recovery_table,
    reliability_table,
)
from assemblysim.report.writers.folder import write_report
from assemblysim.report.writers.terminal import plain_text
from assemblysim.result.calibration import RankResult
from assemblysim.result.on_disk import stored_calibration

INPUTS = summary()["inputs"]
WRONG = [record(i, "wrong with confidence", probability=0.995) for i in range(3)]
FOUND = calibration(none=uniform_records(57), shared=[*uniform_records(27), *WRONG])
HEADING = "How often would this study be wrong?"


def store(path, content):
    store_json(path, content)


def page(results, content=None):
    return Page(write_report(results).read_text(encoding="utf-8"))


@pytest.fixture
def results(tmp_path):
    return write_example(tmp_path / "results", small(), drawn=False)


@pytest.mark.usefixtures("blank_pictures")
def test_a_report_without_a_calibration_has_no_such_section(results):
    assert HEADING not in page(results).text


def test_the_report_says_first_how_often_one_is_wrong_with_confidence(results):
    store(results / "calibration.json", FOUND)
    shown = page(results)

    assert HEADING in shown.text
    section = shown.text[shown.text.rindex(HEADING) :]
    first = section.index("Wrong with confidence (probability 0.99 or more")
    assert first < section.index("intervals hold")
    assert "0 of 57 simulated studies, 0.0 %" in section
    assert "3 of 30 simulated studies, 10.0 %" in section
    assert "Errors shared by replicates" in section
    assert shown.faults == []
    assert (results / "figures" / "calibration_ranks.svg").is_file()


@pytest.mark.usefixtures("blank_pictures")
def test_an_accepted_calibration_beside_the_results_serves_too(results):
    store(results.parent / "accepted" / "calibration.json", FOUND)

    assert HEADING in page(results).text


@pytest.mark.usefixtures("blank_pictures")
def test_a_calibration_of_other_files_is_not_shown(results):
    store(results / "calibration.json", replace(FOUND, inputs={"study.toml": "other"}))

    assert stored_calibration(results, INPUTS) is None
    assert HEADING not in page(results).text


@pytest.mark.parametrize("text", ["", "[]", "{}"])
def test_a_broken_calibration_is_refused_in_one_line(text, results):
    (results / "calibration.json").write_text(text)

    with pytest.raises(InputError) as refused:
        write_report(results)
    assert str(refused.value) == (
        f"{results}/calibration.json: not a calibration; run 'assemblysim calibrate' again or "
        "delete it"
    )


def cells(table):
    return [[cell.text for cell in row] for row in table.rows]


def test_the_tables_hold_the_counts():
    assert cells(misspecification_table(FOUND))[1][:4] == [
        "shared by replicates",
        "10.0 %",
        "90.0 %",
        "0.0 %",
    ]
    assert misspecification_table(FOUND).rows[1][1].mark == "bad"
    assert cells(recovery_table(FOUND, "shared"))[0] == ["template", "9", "–", "–", "–", "1", "–"]
    assert cells(reliability_table(FOUND, "shared"))[2:] == [
        ["0.9 to 0.99", "27", "0.97", "1.00"],
        ["0.99 to 1", "3", "0.995", "0.00"],
    ]
    assert [row[:2] for row in cells(coverage_table(FOUND))] == [["k_grow", "57"], ["noise", "57"]]


def test_the_terminal_shows_sentences_and_tables():
    text = plain_text(calibration_view(FOUND))

    assert "• Wrong with confidence" in text
    assert "Errors shared by replicates" in text
    assert "true mechanism" in text


def ranked(ranks):
    return RankResult(len(ranks), 0.0, 1.0, True, tuple(ranks.tolist()))


def test_the_figure_has_a_panel_for_each_parameter_and_marks_what_leaves_its_band():
    ranks = np.random.default_rng(1).integers(0, 100, 60)
    figure = rank_figure({"good": ranked(ranks), "bad": ranked(ranks // 2)}, 99)
    shown = [axes for axes in figure.axes if axes.axison]
    lines = [axes.lines[-1].get_color() for axes in shown]

    assert [axes.get_title(loc="left") for axes in shown] == ["good (60)", "bad (60)"]
    assert lines[0] != lines[1]
