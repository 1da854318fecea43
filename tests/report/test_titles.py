"""Titles in the place of names: where people read them, and nowhere else."""

from dataclasses import replace
from pathlib import Path

from report_example import mechanism_of, result_of, summary

from assemblysim.report.content.large import is_too_large
from assemblysim.report.content.steps import law_text
from assemblysim.report.content.stored import StoredStudy
from assemblysim.report.content.words import formula, sentence
from assemblysim.report.document.naming import bare, marked, marked_species, titled
from assemblysim.report.order import document_of
from assemblysim.report.sections.answer import ranking_table
from assemblysim.report.titles import title_of, titled_result, titled_study
from assemblysim.report.writers.markdown import render_markdown

BOTH = marked("both", "")


def test_a_marked_name_is_its_title_alone_and_quoted_within_a_sentence():
    name = marked("both", "through Dy5L2 and by two Dy3L")

    assert titled(name) == "through Dy5L2 and by two Dy3L"
    assert titled(f"Under {name} more.") == "Under 'through Dy5L2 and by two Dy3L' more."
    assert titled(f"Under '{name}' more.") == "Under 'through Dy5L2 and by two Dy3L' more."
    assert sentence(f"{name}: 1", ["Dy5L2"]) == "'through Dy₅L₂ and by two Dy3L': 1"
    assert bare(f"courses_{name}_0") == "courses_both_0"


def test_a_word_that_is_a_name_is_quoted_within_a_sentence_too():
    """'These data cannot tell ends and joining apart' read as if ends were ends."""
    assert marked("both", "both") == BOTH
    assert titled(BOTH) == bare(BOTH) == "both"
    assert titled(f"Both ways: {BOTH} is nearest.") == "Both ways: 'both' is nearest."


def test_the_ranking_says_a_name_beside_its_title_but_no_name_twice():
    content = summary()
    content["mechanisms"]["both"]["title"] = "the two ways"
    table = ranking_table(titled_result(result_of(content)))

    assert [(row[0].text, row[0].note) for row in table.rows[:2]] == [
        ("A the two ways", "both"), ("B stepwise", ""),
    ]  # fmt: skip


def test_text_without_names_stays_as_it_is():
    assert titled("both or neither") == bare("both or neither") == "both or neither"


def test_a_title_is_stated_or_made_of_the_description_or_of_the_name():
    one = mechanism_of("both")

    assert title_of("b_c", replace(one, title="Both ways")) == "Both ways"
    made = {
        "As published, but the dimer is final.": "as published, but the dimer is final",
        "A chain instead: alloocimene gives only the dimer, and the dimer gives pyronene then.": (
            "a chain instead"
        ),
        "Dy3L pairs. The published one.": "Dy3L pairs",
        "no clause of it is as short as that " * 3: "b c",
        "Reactions: bind, add.": "b c",
        "": "b c",
    }
    for description, title in made.items():
        assert title_of("b_c", replace(one, title="", description=description)) == title


def test_names_are_marked_wherever_a_mechanism_is_named_and_nowhere_else():
    content = summary()
    content["mechanisms"]["both"]["title"] = "the two ways"
    content["mechanisms"]["stepwise"]["title"] = "grow"  # as a step is called
    result = result_of(content)
    study = titled_study(StoredStudy(Path(), result, {"both": ()}))
    found, both = study.result, marked("both", "the two ways")

    assert list(found.mechanisms)[-1] == both
    assert both in found.comparison.probabilities
    assert both in found.comparison.left_open
    assert found.comparison.verdict.mechanisms[0] == both
    assert {both} < {name for one in found.discriminating for name in one.between}
    assert list(study.courses) == [both]
    assert found.mechanisms[both].reactions == result.mechanisms["both"].reactions
    assert found.averaged == result.averaged


def test_two_mechanisms_of_one_title_keep_their_names():
    content = summary()
    for name in ("both", "stepwise"):
        content["mechanisms"][name]["title"] = "alike"

    assert set(map(titled, titled_result(result_of(content)).mechanisms)) == set(
        content["mechanisms"]
    )


def with_titles_of_species():
    content = summary()
    for one in content["mechanisms"].values():
        for species in one["species"]:
            if species["name"] == "Dy3L":
                species["title"] = "the hemi-cluster"
    return result_of(content)


def test_a_species_is_its_title_wherever_people_read_it_and_a_name_in_files():
    result = with_titles_of_species()
    mark = marked_species("Dy3L", "the hemi-cluster")
    found = titled_result(result)

    lifetimes = found.mechanisms[BOTH].lifetimes
    assert mark in lifetimes
    assert "Dy3L" not in lifetimes
    assert titled(mark) == "the hemi-cluster"
    assert titled(f"{mark} is quickest, '{mark}' too") == (
        "the hemi-cluster is quickest, 'the hemi-cluster' too"
    )
    assert bare(f"species_{mark}") == "species_Dy3L"
    assert formula(mark) == "the hemi-cluster"
    assert formula(marked_species("D5", "open cage Dy5L2")) == "open cage Dy₅L₂"
    # Blocks are counted by their own names.
    assert all(
        dict(one.composition).keys() <= {"Dy", "L"} for one in found.mechanisms[BOTH].species
    )


def test_titles_of_species_stand_in_sentences_but_not_in_formulas_or_longer_names():
    result = with_titles_of_species()
    told = (
        "2 Dy3L -> Dy6L2",
        "[Dy3L(OH)6]+ and XDy3L or Dy3L_b, response_Dy3L",
    )
    equations = [replace(one, equation=told[0]) for one in result.mechanisms["both"].reactions]
    made = replace(result.mechanisms["both"], reactions=tuple(equations))
    found = titled_result(replace(result, mechanisms={**result.mechanisms, "both": made}))
    (first, *_) = found.mechanisms[BOTH].reactions
    assert titled(first.equation) == "2 the hemi-cluster -> Dy6L2"

    kept = replace(made, reactions=tuple(replace(one, equation=told[1]) for one in made.reactions))
    other = titled_result(replace(result, mechanisms={"both": kept})).mechanisms[BOTH]
    assert other.reactions[0].equation == told[1]


def test_a_rate_law_names_a_species_by_its_title_and_can_still_be_read():
    result = with_titles_of_species()
    one = result.mechanisms["both"]
    first = replace(one.reactions[0], law="k_chelate * Dy3L**2 / (1 + Dy3L)")
    changed = replace(one, reactions=(first, *one.reactions[1:]))
    result = replace(result, mechanisms={**result.mechanisms, "both": changed})

    found = titled_result(result).mechanisms[BOTH]

    text = sentence(law_text(found, found.reactions[0]), ())
    assert text == "k_chelate [the hemi-cluster]² / (1 + [the hemi-cluster])"
    assert not is_too_large(found)  # which reads the steps


def test_a_page_calls_species_by_their_titles():
    result = with_titles_of_species()
    page = render_markdown(document_of(StoredStudy(Path(), result, {})))
    text = titled(page)
    assert "the hemi-cluster" in text
    assert "\ue003" not in page


def test_a_species_called_like_a_unit_or_an_experiment_renames_neither():
    content = summary()
    for one in content["mechanisms"].values():
        one["species"][0]["name"], one["species"][0]["title"] = "h", "the proton"
        for name in ("lifetimes", "lifetimes_by_experiment"):
            one[name] = {"h": one["lifetimes"]["Dy3L"]} if name == "lifetimes" else {}
    plain = result_of(content)
    found = titled_result(plain).mechanisms[BOTH]
    one = plain.mechanisms["both"]

    mark = marked_species("h", "the proton")
    assert found.lifetimes == {mark: one.lifetimes["h"]}  # in units of h
    assert found.species[0].name == mark
    assert found.parameters == one.parameters  # whose units are 1/h
    assert titled_result(plain).measurement == plain.measurement
