import json
import re

import pytest
from forecast_example import outlook_summary
from report_example import mechanism_of, result_of, summary, write_example
from report_kinds import page_of
from report_pages import HOSTILE, Page, named, small

from assemblysim.errors import InputError
from assemblysim.report.content import headlines
from assemblysim.report.content.following import lifetime_table
from assemblysim.report.sections.methods import methods_text
from assemblysim.report.sections.statements import statement_table
from assemblysim.report.writers.folder import write_report
from assemblysim.report.writers.page import typeset
from assemblysim.result.summary import SUMMARY_VERSION


def report(folder, content):
    return write_report(write_example(folder, content, drawn=False)).read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """The reports of a study with measurements and all that follows, and of words only."""
    folder = tmp_path_factory.mktemp("studies")
    return {
        "readings": page_of(write_example(folder / "readings", outlook_summary())),
        "words": page_of(write_example(folder / "words", summary(words=True)), of_both),
    }


def of_both(stem):
    """The figures of one mechanism are like those of the others."""
    return "both" in stem


@pytest.fixture(scope="module", params=["readings", "words"])
def page(request, pages):
    return pages[request.param]


def test_every_element_that_opens_also_closes(page):
    parsed = Page(page)

    assert parsed.faults == []
    assert parsed.open == []


def test_residuals_and_checks_are_shown_where_there_are_readings(pages):
    text = Page(pages["readings"]).text

    assert text.count("Is this mechanism good enough?") == 3
    assert text.count("How the determined unknowns lie together") == 2  # of those left open
    assert "Mechanism 'template' does not fit" in text
    assert "Is this mechanism good enough?" not in Page(pages["words"]).text


def test_nothing_is_loaded_from_anywhere(page):
    parsed = Page(page)

    assert not [t for t, _ in parsed.elements if t in ("link", "img", "iframe", "object")]
    assert [dict(a) for t, a in parsed.elements if t == "script"] == [{}]  # its own, inline
    targets = [a[k] for _, a in parsed.elements for k in ("src", "href", "xlink:href") if k in a]
    assert targets
    assert all(target.startswith("#") for target in targets)
    assert not re.search(r"url\((?!#)|@import", page)


def test_every_link_within_the_page_has_its_target(page):
    parsed = Page(page)
    names = [a["id"] for _, a in parsed.elements if "id" in a]

    assert len(names) == len(set(names))
    links = {a[k][1:] for _, a in parsed.elements for k in ("href", "xlink:href") if k in a}
    assert links <= set(names)
    assert set(re.findall(r"url\(#([^)]+)\)", page)) <= set(names)
    assert {a["for"] for a in Page(page).all("label")} <= set(names)


def test_every_figure_says_in_words_what_it_shows(page):
    figures = Page(page).all("svg", role="img")

    assert len(figures) >= 10
    assert all(len(a["aria-label"]) > 40 for a in figures)


def test_each_table_has_headings_for_its_columns_and_rows(page):
    parsed = Page(page)

    assert len(parsed.all("table")) == len([t for t, _ in parsed.elements if t == "caption"])
    assert {a.get("scope") for a in parsed.all("th")} == {"col", "row"}


def test_the_answer_comes_before_everything_else(page):
    text = Page(page).text

    order = [
        text.index("SYNTHETIC DATA"),
        text.index("A made-up study of two routes to Dy₆L₂"),
        text.index("cannot tell"),
        text.index("Before you use this"),
        text.index("The next experiment"),
        text.index("Posterior probability of each mechanism"),
        text.index("Unknowns of this mechanism"),
        text.index("Methods, to be pasted"),
        text.index("Input files, sha256"),
    ]
    assert order == sorted(order)


def test_mechanisms_stand_in_the_order_of_their_probability(pages):
    headings = re.findall(r"<h2>(both|stepwise|template)</h2>", pages["readings"])

    assert headings == ["both", "stepwise", "template"]


def test_titles_stand_where_people_read_and_names_in_files(tmp_path):
    content = summary()
    content["mechanisms"]["both"]["title"] = "two Dy3L join and through Dy5L2"
    content["mechanisms"]["stepwise"]["title"] = "through Dy5L2 only"
    page = report(tmp_path, content)
    text = Page(page).text

    assert (
        "These data cannot tell 'two Dy₃L join and through Dy₅L₂' and 'through Dy₅L₂ only' apart"
    ) in text
    assert "A two Dy₃L join and through Dy₅L₂ both 0.77" in text
    headings = re.findall(r"<h2>([^<]*)</h2>", page.partition('id="appendix"')[2])
    assert "through Dy₅L₂ only" in headings
    assert "through Dy₅L₂ only explains" not in text  # quoted within a sentence
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert {"scheme_both.svg", "parameters_both.csv"} <= {path.name for path in files}
    texts = (p.read_text(encoding="utf-8") for p in files if p.suffix in (".md", ".tex", ".csv"))
    assert not any("\ue000" in one for one in (page, *texts))


def test_linear_and_logarithmic_time_are_both_there_and_one_is_chosen(page):
    parsed = Page(page)
    radios = parsed.all("input", type="radio")

    pairs = 4 if 'id="flows"' in page else 3  # courses of each mechanism, and fluxes
    assert len(radios) == 2 * pairs
    assert sum("checked" in a for a in radios) == pairs
    assert ".log-time:checked ~ .log" in page


def test_a_study_that_did_not_converge_says_so_in_its_first_line(tmp_path):
    content = small(converged=False)
    content["mechanisms"]["template"]["checks"][0] |= {"value": 1.3, "passed": False}

    text = Page(report(tmp_path / "r", content)).text

    assert text.startswith("NOT CONVERGED The numbers below must not be used as results. "
                           "R-hat across ensembles must be at most 1.02: 'template' has 1.3. Run "
                           "the study again with --max-steps 8000")  # fmt: skip
    assert "FAILED" in text


def test_a_failed_check_is_said_first_even_where_the_run_calls_itself_converged():
    content = small()
    content["mechanisms"]["template"]["checks"][1] |= {"value": 120.0, "passed": False}

    first = headlines.banners(result_of(content))[0]

    assert (first.label, first.kind) == ("A CHECK FAILED", "bad")
    assert "ulk effective sample size must be at least 400: template has 120." in first.text


def test_measured_data_carry_no_banner():
    content = summary()
    assert headlines.banners(result_of({**content, "synthetic": False})) == []


def test_words_only_studies_say_what_words_can_decide(pages):
    text = Page(pages["words"]).text

    assert "4 sentences in words, not intensities" in text
    assert "makes it at most 49 times less probable" in text
    assert "“ Dy₅L₂ detected at 1 h”" in text or "“Dy₅L₂ detected at 1 h”" in text
    assert "times as probable under 'stepwise' as under 'template'" in text


def test_the_cost_of_a_statement_follows_the_studys_error_rate():
    content = summary(words=True)
    content["measurement"]["error_rate"] = 0.05

    assert "at most 19 times less probable" in headlines.words_caveats(result_of(content))[0]


def test_studies_with_readings_say_nothing_about_words(pages):
    assert "in words, not intensities" not in Page(pages["readings"]).text


def test_statements_on_which_mechanisms_differ_are_marked():
    table = statement_table(result_of(summary(words=True)))

    assert [row[0].mark for row in table.rows] == ["", "notable", "", ""]
    assert table.columns == ("sentence", "both", "stepwise", "template")
    assert [cell.mark for cell in table.rows[1][1:]] == ["", "", "bad"]


def test_a_sentence_that_is_trusted_otherwise_says_so():
    content = summary(words=True)
    for one in content["mechanisms"].values():
        one["statements"][1]["rate"] = 0.2
    notes = [row[0].note for row in statement_table(result_of(content)).rows]

    usual = content["measurement"]["error_rate"]
    said = [f"wrong with probability 0.2, others with {usual:g}" in note for note in notes]
    assert said == [False, True, False, False]


def test_what_did_not_happen_within_the_window_is_not_extrapolated():
    table = lifetime_table(mechanism_of("both").lifetimes, 48.0, "c")
    row = next(row for row in table.rows if row[0].text.startswith("half-life"))

    assert row[2].text == "31 (19 to > 48) h"
    assert row[2].note == "beyond 48 h with probability 0.12"


def test_many_species_have_a_row_each():
    one = mechanism_of("both").lifetimes["Dy2L"]
    table = lifetime_table({f"X{i}": one for i in range(30)}, 48.0, "c")

    assert len(table.rows) == 30
    assert table.columns[1] == "onset (above the detection limit)"


def test_numbers_that_are_not_there_do_not_stop_the_report(tmp_path):
    content = small()
    one = content["mechanisms"]["template"]
    one["parameters"]["k_grow"].update(median=None, lower=None, upper=None, map=None)
    one["elpd_loo"] |= {"value": None, "error": None}
    one["checks"][0]["value"] = None
    for evidence in one["log_evidence"]:
        evidence["error"] = None
    one["pathways"]["Dy6L2"]["dimerise"]["median"] = None
    content["comparison"]["probabilities"] = {"template": None}

    assert "Unknowns of this mechanism" in Page(report(tmp_path / "r", content)).text


def test_text_of_the_study_cannot_break_out_of_the_page(tmp_path):
    content = small(title=HOSTILE, question=HOSTILE, study=HOSTILE, notes=[HOSTILE])
    content["mechanisms"] = {"<b>x": content["mechanisms"]["template"]}
    content["mechanisms"]["<b>x"]["description"] = HOSTILE
    named(content, "<b>x")
    content["inputs"] = {HOSTILE: HOSTILE}

    page = report(tmp_path / "r", content)

    parsed = Page(page)
    assert parsed.all("script") == [{}]  # the page's own
    assert parsed.all("b") == []
    assert page.count("<script") == 1
    assert "alert(" not in re.sub("alert\\(&(#34|quot);1", "", page)
    assert parsed.faults == []


def test_rate_constants_get_subscripts_after_escaping():
    text = typeset("k_grow < k_close of Dy2L", ["Dy2L"])

    assert text == "<i>k</i><sub>grow</sub> &lt; <i>k</i><sub>close</sub> of Dy₂L"


def test_energies_of_activation_get_their_symbols():
    assert typeset("Ea_grow", []) == "<i>E</i><sub>a, grow</sub>"
    assert typeset("dH_grow", []) == "Δ<i>H</i><sup>‡</sup><sub>grow</sub>"


def test_cells_know_their_heading_for_narrow_screens(pages):
    parsed = Page(pages["readings"])
    labels = [a["data-label"] for a in parsed.all("td")]

    assert all(labels)
    assert {"by these data", "median (95 %)", "Dy₅L₂"} <= set(labels)
    assert {a["role"] for a in parsed.all("tr")} == {"row"}


def test_methods_cite_what_they_use_in_order():
    content = summary(words=True)
    content["source"] = "A. Author, J. Made-up, 2023, 1, 1."

    methods = methods_text(result_of(content))

    text, references = " ".join(methods.paragraphs), methods.references
    cited = [int(n) for group in re.findall(r"\[([\d, ]+)\]", text) for n in group.split(",")]
    assert sorted(set(cited)) == list(range(1, len(references) + 1))
    assert list(dict.fromkeys(cited)) == sorted(set(cited))
    assert references[0] == "A. Author, J. Made-up, 2023, 1, 1."
    assert "{" not in text


def test_methods_call_ratios_ratios_tails_heavy_and_covariances_known():
    content = summary()
    content["measurement"] |= {"scale": "absolute", "noise": "constant", "tails": "student-t",
                               "signals": ["x"], "ratios": ["x"], "covariances": 44}  # fmt: skip

    text = " ".join(methods_text(result_of(content)).paragraphs)

    assert "they are ratios of concentrations; each" in text
    assert "of constant size with heavy tails (Student's t, 4 degrees of freedom)" in text
    assert "To the errors of 44 intensities the covariance of what was measured" in text


def test_methods_fill_in_the_numbers():
    text = " ".join(methods_text(result_of(summary())).paragraphs)

    assert "3 mechanisms (template, stepwise and both)" in text
    assert "132 intensities of 4 signals" in text
    assert "1\u202f236\u202f000 likelihood evaluations" in text
    assert "all were passed" in text
    assert "seed 7" in text


def test_methods_say_every_detection_limit():
    content = summary()
    content["measurement"] |= {
        "signal_limits": {"Dy3L": {"number": 0.02, "relative": True},
                          "Dy6L2": {"number": 0.3, "relative": False}},
        "cell_limits": 2,
    }  # fmt: skip
    text = " ".join(methods_text(result_of(content)).paragraphs)
    assert "the detection limit of 0.50 % (2.0 % for Dy3L and 0.3 mM for Dy6L2)." in text
    assert "2 intensities have limits of their own in the table." in text

    content["measurement"] |= {"detection_limit": None, "signal_limits": {}, "cell_limits": 1}
    text = " ".join(methods_text(result_of(content)).paragraphs)
    assert "Zeros" not in text
    assert "1 intensity has a limit of its own in the table." in text


def test_methods_do_not_cite_statements_where_there_are_none():
    references = methods_text(result_of(summary())).references

    assert not any("Mitra" in reference for reference in references)


def test_figures_are_stored_as_svg_pdf_and_png(tmp_path):
    folder = write_example(tmp_path / "results", small())

    write_report(folder)

    names = sorted(path.name for path in (folder / "figures").iterdir())
    stems = [
        "corner_template", "courses_template_0", "courses_template_0_log", "species",
        "scheme_template", "leading", "overview",
    ]  # fmt: skip
    assert names == sorted(f"{stem}.{kind}" for stem in stems for kind in ("pdf", "png", "svg"))


def test_the_same_results_give_the_same_page(tmp_path):
    first = report(tmp_path / "one", small())

    assert report(tmp_path / "two", small()) == first


def test_the_page_stays_small(pages):
    assert max(len(page.encode()) for page in pages.values()) < 1_700_000


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (None, "no results"),
        ("{", "not a summary"),
        (json.dumps({"title": "x"}), f"layout 1, and this release reads layout {SUMMARY_VERSION}"),
        (json.dumps([1]), "results in layout None"),
        (json.dumps({"version": SUMMARY_VERSION}), "'study' is not there"),
    ],
)
def test_a_folder_without_a_summary_is_refused_in_one_line(tmp_path, text, fault):
    if text is not None:
        (tmp_path / "summary.json").write_text(text)

    with pytest.raises(InputError) as refused:
        write_report(tmp_path)

    message = str(refused.value)
    assert fault in message
    assert message.startswith(str(tmp_path / "summary.json"))
    assert "\n" not in message


def test_broken_courses_are_refused_by_name(tmp_path):
    folder = write_example(tmp_path / "results", small())
    (folder / "template" / "courses_0.npz").write_bytes(b"not a zip")

    with pytest.raises(InputError, match=r"courses_0\.npz"):
        write_report(folder)
