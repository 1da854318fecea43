"""The section on steps: probabilities where they are claimed, and what fails where they are not."""

from dataclasses import replace
from types import SimpleNamespace

from assemblysim.report.document.nodes import Caution, FigureBlock
from assemblysim.report.sections.steps import named_table, steps_section, steps_view
from assemblysim.report.writers.terminal import plain_text
from assemblysim.result.checks import Check
from assemblysim.result.evidence import LogEvidence
from assemblysim.result.numbers import Estimate
from assemblysim.result.predictions import AveragedPredictions, RouteFraction
from assemblysim.result.steps.probabilities import (
    ReplacedPair,
    StepProbability,
    StepsResult,
    StepSubset,
)
from assemblysim.sentences.steps.probabilities import step_sentences, steps_verdict


def step(name, on, needed, prior=0.5):
    by_prior = {"0.1": on / 2, "0.9": None}
    estimates = (Estimate(on, 0.01), Estimate(needed, 0.01))
    return StepProbability((name,), prior, *estimates, (on,) * 4, (needed,) * 4, None, by_prior)


FOUND = StepsResult(
    study="s",
    seed=1,
    versions={},
    inputs={},
    certain=("bind",),
    needed_fraction=0.01,
    slowest=10.0,
    steps={
        "pair": step("pair", 1.0, 0.99),
        "grow": step("grow", 0.4, 0.3),
        "close": step("close", 0.51, 0.0),
    },
    subsets=(StepSubset(("pair", "close"), 0.5, LogEvidence("x", -15.5, 0.03)),),
    replaced=(ReplacedPair(("grow", "fall"), 0.97, (0.4, 0.41)),),
    checks=(Check("R-hat of the switches", 1.01, 1.1, passed=True),),
    complete=False,
    subset_count=1024,
    notes=("before the data 1.5 of 3 candidates are on, on average",),
    seconds=1.0,
)
FAILED = replace(
    FOUND,
    steps={k: replace(v, on=None, needed=None) for k, v in FOUND.steps.items()},
    checks=(Check("runs agree on probabilities", 0.31, 0.1, passed=False),),
)


def test_the_verdict_names_needed_open_and_other_steps():
    assert steps_verdict(FOUND) == (
        "Of 3 candidates, pair is needed with a probability of at least 0.95; grow is open; "
        "close is needed with at most 0.05."
    )
    sentences = step_sentences(FOUND)
    assert any("Whether any subset describes the data is not checked" in s for s in sentences)
    assert sentences[0] == (
        "grow or fall: at least one of them 0.97, grow alone 0.40, fall alone 0.41."
    )
    assert sentences[1].startswith("Of close the data say nothing: ")
    assert any("Of 1024 admissible subsets the most frequent ones" in one for one in sentences)
    assert "discovered" not in " ".join(sentences)


def test_tables_hold_both_probabilities_with_their_errors():
    text = plain_text(steps_view(FOUND), width=160)

    assert "1.000 ± 0.010 │ 0.990 ± 0.010" in text
    assert "0.400 ± 0.010 │ 0.300 ± 0.010" in text
    assert "pair, close │ 0.500     │ −15.500 ± 0.03" in text


def test_what_has_not_converged_claims_no_probability():
    view = steps_view(FAILED)
    text = plain_text(view, width=160)

    assert isinstance(view.parts[0], Caution)
    assert steps_verdict(FAILED) == (
        "Not converged, so no probability is claimed: "
        "runs agree on probabilities (0.31, at most 0.1)."
    )
    assert "±" not in text.split("The most frequent subsets")[0]
    assert "is needed" not in text


def test_a_report_has_the_section_where_steps_was_run_and_a_figure_where_it_converged():
    (section,) = steps_section(SimpleNamespace(steps=FOUND, result=SimpleNamespace(mechanisms={})))

    assert section.title == "Which steps are needed"
    assert [type(part) for part in section.parts].count(FigureBlock) == 1
    (failed,) = steps_section(SimpleNamespace(steps=FAILED, result=SimpleNamespace(mechanisms={})))
    assert FigureBlock not in [type(part) for part in failed.parts]
    assert steps_section(SimpleNamespace(steps=None, result=SimpleNamespace(mechanisms={}))) == ()


def mechanism(*reactions):
    return SimpleNamespace(reactions=[SimpleNamespace(name=name) for name in reactions])


def test_named_mechanisms_are_placed_among_the_subsets():
    labels = ("bind", "pair", "grow", "close")
    reactions = {label: (SimpleNamespace(name=label),) for label in labels}
    found = replace(FOUND, reactions=reactions)
    mechanisms = {
        "first": mechanism("bind", "pair", "close"),
        "rare": mechanism("bind", "grow"),
        "other": mechanism("bind", "pair", "elsewhere"),
        "without what is certain": mechanism("pair"),
    }

    table = named_table(found, mechanisms)

    assert [[cell.text for cell in row] for row in table.rows] == [
        ["first", "close, pair", "1", "0.500"],
        ["rare", "grow", "beyond the first 1", "–"],
        ["other", "no subset of the candidates", "–", "–"],
        ["without what is certain", "no subset of the candidates", "–", "–"],
    ]
    assert named_table(found, {"other": mechanisms["other"]}) is None


def test_predictions_over_all_subsets_are_shown_where_there_are_any():
    fraction = RouteFraction(0.9, 0.5, 1.0, 1.0)
    averaged = AveragedPredictions({}, {"P": {"pair": fraction, "close": fraction}}, {})

    shown = plain_text(steps_view(replace(FOUND, averaged=averaged, windows_h={"e": 32.0})))

    assert "Pathway fractions over all subsets" in shown
    assert "Pathway fractions over all subsets" not in plain_text(steps_view(FOUND))
