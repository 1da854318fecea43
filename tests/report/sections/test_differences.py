"""What differs, and under which priors of the ratios, as sentences and tables."""

from dataclasses import replace
from pathlib import Path

from report_example import result_of, summary

from assemblysim.report.content.stored import StoredStudy
from assemblysim.report.sections.differences import (
    difference_section,
    difference_table,
    width_probability_table,
    width_table,
)
from assemblysim.result.evidence import DifferenceResult, RatioWidth
from assemblysim.result.numbers import Estimate
from assemblysim.sentences.verdict import difference_words


def difference(value, constant="k_couple"):
    groups = ("dy6", "hnp_dy6")
    return DifferenceResult(constant, groups, ("stepwise",), ("both",), Estimate(value, 0.12))


def of_widths():
    result = result_of(summary())
    comparison = result.comparison
    stated = (difference(2.0), difference(-0.4, "k_grow"))
    known = (comparison.probabilities, comparison.verdict)
    widths = (
        RatioWidth(0.5, 3.16, None, None, (), ("stepwise",)),
        RatioWidth(1.0, 10.0, *known, stated, ()),
        RatioWidth(2.0, 100.0, *known, (difference(1.3),), ()),
    )
    return replace(result, comparison=replace(comparison, differences=stated, ratio_widths=widths))


def texts(table):
    return [[cell.text for cell in row] for row in table.rows]


def test_evidence_for_against_and_none_are_three_sentences():
    assert difference_words(difference(2.04)) == (
        "The evidence that k_couple differs between dy6 and hnp_dy6 is positive "
        "(ln Bayes factor 2.0 ± 0.1)."
    )
    assert difference_words(difference(-3.5)) == (
        "The evidence that k_couple is the same in dy6 and hnp_dy6 is strong "
        "(ln Bayes factor 3.5 ± 0.1)."
    )
    assert difference_words(difference(-0.4)) == (
        "These data cannot tell whether k_couple differs between dy6 and hnp_dy6 "
        "(ln Bayes factor of a difference -0.4 ± 0.1)."
    )
    assert "a difference 0.0 ± 0.1" in difference_words(difference(-0.02))


def test_each_width_has_its_column_and_its_verdict():
    result = of_widths()
    columns = list(difference_table(result).columns)

    assert columns[1:] == ["factor 3.2", "factor 10 (stated)", "factor 100"]
    assert [row[0] for row in texts(difference_table(result))] == ["k_couple", "k_grow"]
    assert texts(difference_table(result))[1][1] == texts(difference_table(result))[1][3] == "–"
    verdicts = texts(width_table(result))
    assert verdicts[0][1] == "the draws of stepwise do not tell"
    assert verdicts[1][1].startswith("These data cannot tell both and stepwise apart.")
    assert texts(width_probability_table(result))[0][:3] == ["both", "–", "0.77"]


def test_the_section_is_there_where_something_may_differ_alone():
    (section,) = difference_section(StoredStudy(Path(), of_widths(), {}))

    assert section.title == "What differs between the groups"
    assert difference_section(StoredStudy(Path(), result_of(summary()), {})) == ()
