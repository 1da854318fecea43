"""The tables of what to measure next: no number where none is known, and cells one can read."""

from dataclasses import replace
from pathlib import Path

from forecast_example import outlook_summary
from report_example import result_of, summary

from assemblysim.report.content.stored import StoredStudy
from assemblysim.report.sections.answer import next_experiment
from assemblysim.report.sections.forecast.next_spectrum import design_table, narrowing_table
from assemblysim.report.sections.front.measuring import measuring_section
from assemblysim.result.design import (
    DESIGN_VERSION,
    DesignCandidate,
    DesignResult,
    PairDecided,
    SpectraAsked,
    SpectrumPlan,
)
from assemblysim.result.forecast import ChangedStart
from assemblysim.result.numbers import Estimate

CHANCE = Estimate(0.8, 0.02)
PAIR = ("both", "stepwise")
START = ChangedStart("80C", "mM")
PLAN = SpectrumPlan("new time", (1 / 3,), START)
FIRST = DesignCandidate(
    plan=PLAN, spectra=(PLAN,), information_nats=Estimate(0.4, 0.02), open_nats=0.54,
    decided=CHANCE, pair=PAIR, pair_decided=CHANCE, pairs=(PairDecided(PAIR, CHANCE),),
    log_bayes_factor=Estimate(2.0, 0.1), narrowing=None, few_draws=0.0,
)  # fmt: skip


def ranked(*candidates):
    return DesignResult(
        version=DESIGN_VERSION, asked=SpectraAsked(False, (), START, None),
        probabilities={"both": 0.77, "stepwise": 0.23}, decided_from=0.95, draws=400, inputs={},
        relative_limit=False, candidates=candidates, together=None, experiments=(), assumed=None,
    )  # fmt: skip


def test_information_that_rests_on_few_draws_is_no_number_and_none_is_below_zero():
    below = replace(FIRST, information_nats=Estimate(-0.02, 0.03))
    rough = replace(FIRST, information_nats=Estimate(-0.7, 0.2), few_draws=0.5)

    rows = design_table(ranked(FIRST, below, rough)).rows

    assert [row[1].text for row in rows] == ["0.40 ± 0.02", "0.00 ± 0.03", "not resolved"]


def test_a_cell_names_a_few_of_many_pairs():
    pairs = tuple(PairDecided(("a", f"b{i}"), Estimate(0.9 - i / 100, 0.02)) for i in range(7))

    cell = design_table(ranked(replace(FIRST, pairs=pairs))).rows[0][3]

    assert cell.text == "a against b0: 0.90 ± 0.02"
    assert cell.note.count("against") == 3
    assert cell.note.endswith("; and 3 pairs more")


NARROW = replace(FIRST, pairs=(), narrowing=Estimate(0.42, 0.02))


def alone_in_play(*candidates):
    """The example with one mechanism in play, and what was ranked for its constant."""
    content = outlook_summary()
    content["forecast"]["probabilities"] = {"both": 1.0}
    result = result_of(content)
    asked = SpectraAsked(False, (), START, result.mechanisms["both"].least_known)
    design = replace(ranked(*candidates), asked=asked) if candidates else None
    return StoredStudy(Path(), result, {}, design)


def test_where_one_mechanism_is_left_the_next_spectrum_is_that_which_narrows_a_constant():
    study = alone_in_play(NARROW)
    said = next_experiment(study)

    assert said.startswith("Only 'both' is left: a spectrum at 20 min would tell most of k_")
    assert said.endswith("it takes 42 ± 2 % off its variance.")
    assert "--narrow" not in said
    table = narrowing_table(study.design, 5)
    assert [[cell.text for cell in row] for row in table.rows] == [
        ["A spectrum at 20 min", "42 ± 2 %"]
    ]
    assert design_table(study.design).columns == table.columns
    assert said in repr(measuring_section(study))


def test_where_no_spectrum_narrows_it_or_none_was_ranked_another_course_is_named():
    little = replace(NARROW, narrowing=Estimate(0.02, 0.01))

    assert "repeat the whole course at other concentrations" in next_experiment(
        alone_in_play(little)
    )
    assert "another course at other concentrations would tell more" in next_experiment(
        alone_in_play()
    )


def test_the_constant_known_least_has_the_widest_interval_of_those_that_are_free():
    content = summary()
    parameters = content["mechanisms"]["both"]["parameters"]
    names = [name for name, one in parameters.items() if one["kind"] == "rate"][:2]
    for name, upper in zip(names, (3.0, 5.0), strict=True):
        parameters[name] |= {"lower": 1.0, "upper": upper}
    for name in set(parameters) - set(names):
        parameters[name] |= {"lower": 1.0, "upper": 1.1}
    one = result_of(content).mechanisms["both"]

    assert one.least_known == names[1]
    assert replace(one, derived={names[1]: "2 k"}).least_known == names[0]
    assert replace(one, parameters={}).least_known == ""
