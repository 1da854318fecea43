"""The main part of a report: a first screen that answers, few words, nothing twice."""

import re
from pathlib import Path

import pytest
from forecast_example import outlook_summary
from quick_pictures import BLANK
from report_example import result_of, summary, verdict
from report_kinds import does_not_fit, not_converged, single, ten_mechanisms, thirty_species
from report_pages import Page, document

from assemblysim.report.content.stored import StoredStudy
from assemblysim.report.document.naming import titled
from assemblysim.report.document.nodes import FigureBlock, SideBySide, TableBlock, opened
from assemblysim.report.figures.control_map import control_map, describe_control, telling_control
from assemblysim.report.sections.answer import caveats_shown
from assemblysim.report.sections.forecast.control import control_section
from assemblysim.report.sections.front.fit import fit_table
from assemblysim.report.sections.front.sureness import alternatives_words, short_sensitivity_table
from assemblysim.report.writers.page import render_page
from assemblysim.result.predictions import ControlDegree

MOST_WORDS = 2500
KINDS = {
    "readings": (summary, "cannot tell 'both' and 'stepwise' apart"),
    "words": (lambda: summary(words=True), "cannot tell 'both' and 'stepwise' apart"),
    "outlook": (outlook_summary, "cannot tell 'both' and 'stepwise' apart"),
    "ten": (ten_mechanisms, "cannot tell 4 of the 10 mechanisms compared apart"),
    "thirty species": (thirty_species, "cannot tell 'growth' and 'growth reversible' apart"),
    "not converged": (not_converged, "No verdict: the draws of 'both' and 'stepwise'"),
}


def page_of(written):
    return Page(render_page(written, {picture.stem: BLANK for picture in written.pictures}))


def first_screen(written):
    """The texts of the answer, and the stems of its pictures."""
    (answer,) = [one for one in written.sections if one.anchor == "answer"]
    texts = [text for part in opened(answer.parts) for text in texts_of(part)]
    pictures = [p.picture.stem for p in opened(answer.parts) if isinstance(p, FigureBlock)]
    return " ".join(map(titled, texts)), pictures


def texts_of(part):
    return (*getattr(part, "items", ()), *([part.text] if hasattr(part, "text") else []))


@pytest.mark.parametrize("kind", KINDS)
def test_the_first_screen_has_question_answer_probabilities_doubt_and_next_step(kind):
    make, verdict = KINDS[kind]
    content = make()
    written = document(content)
    text, pictures = first_screen(written)

    assert written.question
    assert verdict in text
    assert ("probabilities" in pictures) == (len(content["mechanisms"]) > 1)
    assert ("leading" in pictures) == (kind != "thirty species")
    assert re.search("Before you use this .{30,} The next experiment .{30,}", text)
    assert len(text.split()) < 350


def test_one_mechanism_has_no_probability_and_is_told_to_get_rivals():
    text, pictures = first_screen(document(single()))

    assert pictures == ["leading"]
    assert "Add rivals" in text


def test_at_most_three_caveats_stand_on_the_first_screen_and_the_others_below():
    content = summary()
    content["notes"] = [f"A note of number {i}." for i in range(9)]
    written = document(content)
    front, whole = first_screen(written)[0], page_of(written).text

    assert len(re.findall(r"A note of number", front)) <= 3
    assert all(f"A note of number {i}." in whole for i in range(9))


def test_the_warning_that_draws_failed_takes_the_place_of_a_caveat():
    content = {**not_converged(), "notes": [f"A note of number {i}." for i in range(9)]}
    written = document(content)
    front, whole = first_screen(written)[0], page_of(written).text

    assert caveats_shown(result_of(summary())) == 3
    assert caveats_shown(result_of(content)) == 2
    assert len(re.findall(r"A note of number", front)) <= 2
    assert all(f"A note of number {i}." in whole for i in range(9))


@pytest.mark.parametrize("make", [outlook_summary, ten_mechanisms, lambda: summary(words=True)])
def test_what_is_not_folded_is_short(make):
    page = page_of(document(make()))

    assert 100 < page.words_to_read < MOST_WORDS
    assert len(page.text.split()) > 1.5 * page.words_to_read


def test_no_table_of_the_main_part_has_a_row_of_dashes_or_an_interval_of_no_width():
    written = document(outlook_summary())
    tables = [
        part.table
        for section in written.sections
        for part in opened(section.parts)
        if isinstance(part, TableBlock)
    ]

    assert len(tables) >= 4
    for row in (row for table in tables for row in table.rows):
        assert not all(cell.text == "–" for cell in row[1:])
        assert not any(re.search(r"(?<![\d.])([\d.]+) to \1(?![\d.])", cell.note) for cell in row)


def test_the_table_of_fit_says_who_fits_who_does_not_and_by_what():
    table = fit_table(result_of(summary()))

    assert {row[0].text: row[1].text for row in table.rows} == {
        "both": "yes", "stepwise": "yes", "template": "no",
    }  # fmt: skip
    assert all(re.match(r"[<\d. ]+, \w+", row[2].text) for row in table.rows)
    assert fit_table(result_of(summary(words=True))) is None


def test_other_priors_are_a_short_table_of_who_leads():
    table = short_sensitivity_table(result_of(summary()))

    assert table.rows[0][0].text == "as in the study"
    assert {row[1].text for row in table.rows} <= {
        "both",
        "stepwise",
        "template",
        "cannot be judged",
    }
    assert short_sensitivity_table(result_of(single())) is None


def test_without_alternatives_nothing_is_said_of_them():
    assert alternatives_words(result_of(summary())) == ""


def test_a_verdict_is_another_where_others_lead_or_are_open_not_where_they_change_places():
    content = summary()
    content["comparison"]["verdict"] = verdict("undecided", ["both", "stepwise", "template"])
    content["comparison"]["alternatives"] = [
        {"kind": "course", "name": title and "c", "title": title or "as stated",
         "prior": 0.3, "posterior": 0.3, "probabilities": None,
         "verdict": verdict("undecided", names)}
        for title, names in (("slow", ["both", "template", "stepwise"]),
                             ("quick", ["stepwise", "both", "template"]),
                             ("at once", ["both", "stepwise"]),
                             ("", ["both", "template"]))
    ]  # fmt: skip

    assert alternatives_words(result_of(content)).endswith(
        "The verdict would be another if 'quick', 'at once' or the temperature's course as stated "
        "were certain."
    )


def test_where_the_draws_leave_one_alternative_open_only_the_others_are_spoken_of():
    content = summary()
    content["comparison"]["verdict"] = verdict("undecided", ["both", "stepwise"])
    content["comparison"]["alternatives"] = [
        {"kind": "course", "name": "c", "title": "slow", "prior": 0.3, "posterior": 0.3,
         "probabilities": None, "verdict": one}
        for one in (verdict("undecided", ["both", "stepwise"]), None)
    ]  # fmt: skip

    assert alternatives_words(result_of(content)).endswith(
        "would be. Whichever of the others is true, the verdict stays."
    )
    content["comparison"]["alternatives"].pop()
    assert alternatives_words(result_of(content)).endswith("Whichever is true, the verdict stays.")


def test_the_map_of_control_has_a_number_for_every_step_that_a_mechanism_has():
    rows = [
        ("Dy6L2", "A", {"grow": ControlDegree(0.4, 0.3, 0.5, None),
                        "close": ControlDegree(-0.1, -0.2, 0.0, None)}),
        ("Dy6L2", "B", {"grow": ControlDegree(0.9, 0.8, 1.0, None)}),
    ]  # fmt: skip
    (axes,) = control_map(rows).axes

    assert [t.get_text() for t in axes.texts] == ["0.40", "−0.10", "0.90"]
    assert [t.get_text() for t in axes.get_yticklabels()] == ["Dy₆L₂, A", "Dy₆L₂, B"]
    assert "Dy₆L₂ under B: grow 0.90" in describe_control(rows)


def test_of_many_steps_the_map_has_those_that_matter_and_names_yields_that_none_governs():
    def degrees(**medians):
        return {s: ControlDegree(one, one, one, None) for s, one in medians.items()}

    many = degrees(**{f"s{i}": i / 20 for i in range(20)})
    rows = [("Dy6L2", "A", many), ("Dy6L2", "B", degrees(s1=0.01, s2=-0.04))]
    shown, said = telling_control(rows)

    assert [(row[1], list(row[2])) for row in shown] == [("A", [f"s{i}" for i in range(10, 20)])]
    assert said == (
        " The 10 of 20 steps that matter most. No step matters (less than 0.05) for Dy₆L₂ under B."
    )
    assert telling_control(rows[1:])[0] == []


def test_yields_that_nothing_governs_are_named_by_product():
    idle = {"grow": ControlDegree(0.01, 0.0, 0.02, None)}
    rows = [("P", letter, idle) for letter in "ABC"]

    assert telling_control(rows)[1].endswith(" for P under A, B and C.")


@pytest.mark.parametrize(("products", "in_a_file_alone"), [(10, False), (11, True), (25, True)])
def test_a_table_of_control_that_is_too_wide_for_a_page_stands_in_a_file_alone(
    products, in_a_file_alone
):
    """With intervals in all cells a step and 13 quantities took 835 px of the 680 of A4."""
    content = outlook_summary()
    forecast = content["mechanisms"]["both"]["forecast"]
    one = next(iter(next(iter(forecast["rate_control"].values())).values()))
    degree = next(iter(one.values()))
    wide = {f"s{i}": degree for i in range(30)}
    forecast["rate_control"] = {"yield": {f"P{i}": wide for i in range(products)}}
    (section,) = control_section(StoredStudy(Path(), result_of(content), {}))
    filed = [part.only_filed for part in section.parts if isinstance(part, TableBlock)]

    assert (True in filed) == in_a_file_alone
    assert ("in the folder tables" in repr(section.parts)) == in_a_file_alone


def test_many_mechanisms_are_drawn_four_at_most():
    (mechanisms,) = [s for s in document(ten_mechanisms()).sections if s.anchor == "mechanisms"]
    (row,) = [part for part in mechanisms.parts if isinstance(part, SideBySide)]

    assert len(row.parts) == 4


def test_mechanisms_too_large_to_be_drawn_are_rows_of_one_table():
    (section,) = [s for s in document(thirty_species()).sections if s.anchor == "mechanisms"]
    (table,) = [p.table for p in section.parts if getattr(p, "kind", "") == "large_networks"]

    assert not any(isinstance(part, SideBySide) for part in section.parts)
    assert [[cell.text for cell in row[:5]] for row in table.rows] == [
        ["growth", "30", "28", "28 with 2", "2"],
        ["growth reversible", "30", "28", "28 with 2", "2"],
    ]


def test_where_nothing_fits_what_would_tell_stands_once_as_the_next_experiment():
    content = does_not_fit()
    content["comparison"]["verdict"]["lack_of_fit"]["faults"][0]["name"] = "smooth difference"
    text, _ = first_screen(document(content))

    assert text.count("at other concentrations, where a missing step shows differently") == 1
    assert "The next experiment Repeat the experiment at other concentrations" in text
    assert "To tell" not in text


def test_steps_that_stand_for_a_description_are_listed_without_a_heading():
    content = summary()
    content["mechanisms"]["both"]["description"] = "Reactions: chelate, grow."
    (mechanisms,) = [s for s in document(content).sections if s.anchor == "mechanisms"]
    (row,) = [part for part in mechanisms.parts if isinstance(part, SideBySide)]

    assert row.parts[0].caption == "Both: chelate, grow."


def test_a_rival_that_a_prior_cuts_off_makes_nobody_certain():
    content = ten_mechanisms()
    names = list(content["comparison"]["probabilities"])
    content["comparison"]["prior_sensitivity"] = [
        {"change": "narrow", "probabilities": {n: float(n == names[0]) for n in names},
         "cut_off": names[1:], "error": 0.1}
    ]  # fmt: skip
    table = short_sensitivity_table(result_of(content))

    assert [cell.text for cell in table.rows[1][1:]] == ["cannot be judged", ""]


def test_the_verdict_says_of_the_excluded_no_less_than_the_table():
    text, _ = first_screen(document(ten_mechanisms()))

    assert "There is at least strong evidence against 'template with dead end'" in text
