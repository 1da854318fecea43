import io
import sys

import numpy as np
import pytest
from report_example import result_of, summary
from report_kinds import single

from assemblysim.report.document.nodes import Cell, Table, TableBlock, View
from assemblysim.report.sections.criteria import criteria_table
from assemblysim.report.views import comparison_view, effort_view, prediction_view, verdict_view
from assemblysim.report.writers.terminal import plain_text, terminal_width


def test_the_comparison_shows_verdict_ranking_and_caveats():
    text = plain_text(comparison_view(result_of(summary(words=True))))

    assert text.startswith("SYNTHETIC DATA")
    assert "These data cannot tell 'both' and 'stepwise' apart." in text
    assert text.index("│ both ") < text.index("│ stepwise ") < text.index("│ template ")
    assert "49 times less probable" in text


def test_a_mechanism_alone_is_ranked_in_the_terminal():
    text = plain_text(comparison_view(result_of(single())))

    assert "Posterior probability of each mechanism" in text
    assert "│ stepwise " in text


def test_the_predictions_show_one_mechanism_or_all_with_their_average():
    everything = plain_text(prediction_view(result_of(summary())))
    one = plain_text(prediction_view(result_of(summary()), "template"))

    assert "averaged by their probabilities over" in everything
    assert "'template': lifetimes" in one
    assert "both" not in one
    assert "averaged" not in one


def test_plain_text_has_no_escape_codes():
    assert "\x1b" not in plain_text(comparison_view(result_of(summary())))


@pytest.mark.parametrize("text", ["[red]x[/red]", "d[Dy2L]/dt", "[/]"])
def test_brackets_are_text_and_not_markup(text):
    table = Table(text, (text,), ((Cell(text, text),),))

    assert plain_text(View((TableBlock(table, "t"),))).count(text) == 4


def test_a_fit_ends_with_what_was_found_and_what_it_cost():
    content = summary()
    content["mechanisms"]["template"]["checks"][0]["passed"] = False
    text = plain_text(effort_view(result_of(content)), width=200)
    rows = {line.split()[1]: line for line in text.splitlines() if line.startswith("│")}

    assert "412000" in rows["both"]
    assert "−31.2" in rows["both"]
    assert "3.9 min" in rows["both"]
    assert "passed" in rows["both"]
    assert "FAILED: R-hat across ensembles" in rows["template"]


def test_the_verdict_alone_is_what_a_run_ends_with_and_bears_titles():
    content = summary()
    content["mechanisms"]["both"]["title"] = "two Dy3L join and through Dy5L2"
    lines = plain_text(verdict_view(result_of(content))).splitlines()

    assert "Verdict" in lines[0]
    assert (
        "These data cannot tell 'two Dy₃L join and through Dy₅L₂' and 'stepwise' apart." in lines[1]
    )


def test_criteria_of_information_stand_with_differences_and_akaike_weights():
    content = summary()
    for name, value in (("both", 10.0), ("stepwise", 12.0), ("template", 30.0)):
        content["mechanisms"][name] |= {"aicc": value, "bic": None}
    table = criteria_table(result_of(content))
    aicc, bic = table.columns.index("AICc"), table.columns.index("BIC")
    likely = [1.0, np.exp(-1.0), np.exp(-10.0)]

    assert [row[aicc].note for row in table.rows] == [
        f"Δ {delta}, w {'< 0.001' if w < 1e-3 else f'{w / sum(likely):.2f}'}"
        for delta, w in zip(("0.0", "2.0", "20.0"), likely, strict=True)
    ]
    assert {row[bic].text for row in table.rows} == {"–"}


WIDE = Table.of(
    "Ten columns with words that are longer than what each of them has in a narrow terminal",
    ("mechanism", *(f"log-likelihood {i}" for i in range(9))),
    [("both_routes_growth_reversible", *(f"−{i}.25 ± 0.01" for i in range(9)))],
)


@pytest.mark.parametrize("width", [60, 80, 100])
def test_tables_fit_the_width_and_break_no_word(width):
    text = plain_text(View((TableBlock(WIDE, "t"),)), width)

    assert max(map(len, text.splitlines())) <= width
    assert text.count("both_routes_growth_reversible") == text.count("┏")
    assert text.count("log-likelihood") == 9
    assert all(f"−{i}.25 ± 0.01" in text for i in range(9))


@pytest.mark.parametrize(("width", "parts"), [(200, 1), (40, 2)])
def test_a_parted_table_tells_its_rows_apart_in_every_part(width, parts):
    """Of "species | probability then" nobody knew under which mechanism a species was meant."""
    rows = [
        (species, f"route{i}", "0.53 (0.43 to 0.69) h", "16 (10 to 20) mM", "from start to end")
        for species in ("Dy2L", "Dy3L")
        for i in range(2)
    ]
    table = Table.of("t", ("species", "mechanism", "from", "height", "when"), rows)
    text = plain_text(View((TableBlock(table, "t"),)), width)

    assert max(map(len, text.splitlines())) <= width
    assert text.count("┏") >= parts
    assert text.count("mechanism") == text.count("species") == text.count("┏")
    assert text.count("route0") == 2 * text.count("┏")


def test_a_word_longer_than_the_line_is_folded():
    for columns in (("name",), ("name", "of what", "and of what else")):
        table = Table.of("t", columns, [["x" * 90] * len(columns)])
        text = plain_text(View((TableBlock(table, "t"),)), 40)

        assert max(map(len, text.splitlines())) <= 40
        assert text.count("x") >= 90 * len(columns)


def test_the_width_is_that_of_the_terminal(monkeypatch):
    monkeypatch.setenv("COLUMNS", "60")
    monkeypatch.setattr(sys, "stdout", io.StringIO())
    assert terminal_width() == 100
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    assert terminal_width() == 60
    monkeypatch.setenv("COLUMNS", "5")
    assert terminal_width() == 40
