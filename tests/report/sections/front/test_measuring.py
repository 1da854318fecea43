"""What to measure next in short: few rows, letters for mechanisms, and all of it behind."""

from dataclasses import replace
from pathlib import Path

from forecast_example import outlook_summary
from report_example import result_of

from assemblysim.report.content.stored import StoredStudy
from assemblysim.report.sections.forecast.next_spectrum import next_section
from assemblysim.report.sections.front.measuring import measuring_section, short_design_table
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

PAIR, START = ("both", "stepwise"), ChangedStart("80C", "mM")
LETTERS = {"both": "A", "stepwise": "B", "template": "C"}


def candidate(time, decided):
    plan, chance = SpectrumPlan("new time", (time,), START), Estimate(decided, 0.02)
    pairs = (PairDecided(("stepwise", "template"), Estimate(0.05, 0.02)), PairDecided(PAIR, chance))
    return DesignCandidate(
        plan=plan, spectra=(plan,), information_nats=Estimate(decided, 0.02), open_nats=1.0,
        decided=chance, pair=PAIR, pair_decided=chance, pairs=pairs,
        log_bayes_factor=Estimate(2.0, 0.1), narrowing=None, few_draws=0.0,
    )  # fmt: skip


DESIGN = DesignResult(
    version=DESIGN_VERSION, asked=SpectraAsked(False, (), START, None),
    probabilities={"both": 0.77, "stepwise": 0.23}, decided_from=0.95, draws=400, inputs={},
    relative_limit=False, candidates=tuple(candidate(h, 0.9 - h / 10) for h in range(1, 9)),
    together=None, experiments=(), assumed=None,
)  # fmt: skip


def study(design):
    return StoredStudy(Path(), result_of(outlook_summary()), {}, design)


def tables(sections):
    return [part for one in sections for part in one.parts if hasattr(part, "table")]


def test_the_best_spectra_name_what_they_may_decide_by_letters():
    table = short_design_table(DESIGN, LETTERS)
    unlikely = short_design_table(replace(DESIGN, candidates=(candidate(1, 0.02),)), LETTERS)

    assert [row[1].text for row in table.rows[:2]] == ["A from B (0.80)", "A from B (0.70)"]
    assert table.rows[0][0].text == "A spectrum at 1 h"
    assert len(table.rows) == 5
    assert unlikely.rows[0][1].text == "no two"
    both = replace(DESIGN, candidates=(candidate(1, 0.9), candidate(2, 0.02)))
    assert len(short_design_table(both, LETTERS).rows) == 1


def test_all_that_was_looked_at_stands_behind():
    (short,) = tables(measuring_section(study(DESIGN)))
    (whole,) = tables(next_section(study(DESIGN)))

    assert len(short.table.rows) == 5
    assert len(whole.table.rows) == 8
    assert short.kind != whole.kind


def test_without_a_design_the_one_measurement_of_each_pair_is_shown():
    (short,) = tables(measuring_section(study(None)))

    assert "The one measurement that would tell most" in short.table.caption
    assert tables(next_section(study(None)))


def test_without_a_forecast_there_is_no_section():
    bare = replace(study(DESIGN), result=replace(study(DESIGN).result, forecast=None))

    assert measuring_section(bare) == next_section(bare) == ()
