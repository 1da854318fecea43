"""The tables of what to measure next: no number where none is known, and cells one can read."""

from dataclasses import replace

from assemblysim.report.sections.forecast.next_spectrum import design_table
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
