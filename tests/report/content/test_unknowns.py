from report_example import mechanism_summary

from assemblysim.report.content import unknowns
from assemblysim.report.content.unknowns import parameter_table, settled
from assemblysim.report.sections.methods import methods_text


def rows(mechanism):
    table = parameter_table(mechanism)
    return {
        row[0].text: dict(zip(table.columns, row, strict=True)) for row in table.rows
    }  # fmt: skip


def test_the_profile_interval_stands_beside_the_posterior_with_open_sides():
    found = rows(mechanism_summary("both"))
    in_words = rows(mechanism_summary("both", words=True))

    assert found["k_grow"]["profile, 95 %"].text == "0.0021 to 0.0042"
    assert found["k_chelate"]["profile, 95 %"].text == "0.071 to open"
    assert in_words["k_couple"]["profile, 95 %"].text == "open"


def test_two_tests_that_differ_are_both_shown():
    found = rows(mechanism_summary("both"))

    assert found["k_chelate"]["by these data"].note == (
        "posterior: determined; profile: bounded on one side"
    )
    assert found["k_chelate"]["by these data"].mark == "notable"
    assert found["k_grow"]["by these data"].note == ""
    assert found["k_grow"]["by these data"].mark == ""


def test_a_result_without_profiles_is_still_a_table():
    mechanism = mechanism_summary("both")
    for one in mechanism["parameters"].values():
        del one["profile"], one["determined_by"]
    del mechanism["identifiability"]

    assert rows(mechanism)["k_grow"]["profile, 95 %"].text == "–"
    assert settled(mechanism) == []


def test_what_is_settled_is_said_with_its_interval():
    assert settled(mechanism_summary("both", words=True)) == [
        "Of k_couple and k_close only k_couple · k_close is determined; "
        "k_couple · k_close = 1.8 (1.4 to 2.4) × 10⁻⁵ mM⁻² h⁻².",
        "In principle more, or more precise, data of the same kind could determine k_couple and "
        "k_close (rank 5 of 5).",
    ]
    assert settled(mechanism_summary("template")) == []


def test_the_explanation_names_both_tests():
    assert "posterior" in unknowns.EXPLANATION
    assert "1.92" in unknowns.EXPLANATION


def test_methods_cite_the_profile_likelihood_where_it_was_used():
    content = {"mechanisms": {"both": mechanism_summary("both")}}
    methods = methods_text(content)

    assert any("profile likelihood [" in text for text in methods.paragraphs)
    assert any("Raue" in text for text in methods.references)
    del content["mechanisms"]["both"]["identifiability"]
    assert not any("Raue" in text for text in methods_text(content).references)
