from dataclasses import replace

from report_example import mechanism_of, result_of, summary

from assemblysim.report.content import unknowns
from assemblysim.report.content.unknowns import parameter_table, settled
from assemblysim.report.sections.methods import methods_text
from assemblysim.result.mechanism import ExchangedResponses


def rows(mechanism):
    table = parameter_table(mechanism)
    return {
        row[0].text: dict(zip(table.columns, row, strict=True)) for row in table.rows
    }  # fmt: skip


def test_the_profile_interval_stands_beside_the_posterior_with_open_sides():
    found = rows(mechanism_of("both"))
    in_words = rows(mechanism_of("both", words=True))

    assert found["k_grow"]["profile, 95 %"].text == "0.0021 to 0.0042"
    assert found["k_chelate"]["profile, 95 %"].text == "0.071 to open"
    assert in_words["k_couple"]["profile, 95 %"].text == "open"


def test_two_tests_that_differ_are_both_shown():
    found = rows(mechanism_of("both"))

    assert found["k_chelate"]["by these data"].note == (
        "posterior: determined; profile: bounded on one side"
    )
    assert found["k_chelate"]["by these data"].mark == "notable"
    assert found["k_grow"]["by these data"].note == ""
    assert found["k_grow"]["by these data"].mark == ""


def test_what_is_settled_is_said_with_its_interval():
    assert settled(mechanism_of("both", words=True)) == [
        "Of k_couple and k_close only k_couple · k_close is determined; "
        "k_couple · k_close = 1.8 (1.4 to 2.4) × 10⁻⁵ mM⁻² h⁻².",
        "In principle more, or more precise, data of the same kind could determine k_couple and "
        "k_close (rank 2 of 2).",
    ]
    assert settled(mechanism_of("template")) == []


def test_the_explanation_names_both_tests():
    assert "posterior" in unknowns.EXPLANATION
    assert "1.92" in unknowns.EXPLANATION


def test_methods_cite_the_profile_likelihood():
    methods = methods_text(result_of(summary()))

    assert any("profile likelihood [" in text for text in methods.paragraphs)
    assert any("Raue" in text for text in methods.references)


def test_what_was_assumed_of_responses_and_what_it_decides_is_said():
    responses = (ExchangedResponses(("response_Dy3L", "response_Dy6L2"), (), 2.0),)
    both = mechanism_of("both")
    known = both.parameters["k_grow"]
    wider = {"k_grow": (known.lower / 2, 2 * known.upper)}
    said = settled(replace(both, responses=responses, wider_responses=wider))

    assert any("Of the responses of Dy3L and Dy6L2 nothing is stated" in one for one in said)
    assert any("that of k_grow becomes" in one for one in said)
    assert unknowns.parameter_label("contrast_Dy3L") == "response, over those before it, of Dy3L"
    assert unknowns.parameter_label("noise_factor") == "factor of the stated errors"
    assert unknowns.parameter_label("noise_factor_A") == "factor of the stated errors of A"
