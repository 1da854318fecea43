"""What is said of next spectra where the draws do not resolve how much they would tell."""

from dataclasses import replace
from types import SimpleNamespace

import pytest
from report_example import result_of, summary

from assemblysim.report.sections.answer import next_experiment
from assemblysim.result.design import (
    DESIGN_VERSION,
    VERY_STRONG,
    DesignCandidate,
    DesignResult,
    ExpectedGain,
    PairDecided,
    PairTold,
    ProposedExperiment,
    SpectraAsked,
    SpectrumPlan,
)
from assemblysim.result.forecast import ChangedStart
from assemblysim.result.numbers import Estimate
from assemblysim.sentences.design import NOTHING_TOLD, UNRESOLVED, design_words, factor_words


def ranking(information, few_draws):
    """One spectrum, which would decide between the two mechanisms."""
    start, pair, chance = ChangedStart("one", "mM"), ("both", "stepwise"), Estimate(0.8, 0.02)
    plan = SpectrumPlan("new time", (1.0,), start)
    one = DesignCandidate(
        information_nats=information, open_nats=0.7, decided=chance, pair=pair, pair_decided=chance,
        pairs=(PairDecided(pair, chance),), log_bayes_factor=Estimate(2.0, 0.1),
        few_draws=few_draws, plan=plan, spectra=(plan,), narrowing=None,
    )  # fmt: skip
    asked = SpectraAsked(replicates_only=False, times_h=(), start=start, narrow=None)
    return DesignResult(
        version=DESIGN_VERSION, asked=asked, probabilities={"both": 0.5, "stepwise": 0.5},
        decided_from=0.95, draws=400, inputs={}, relative_limit=False, candidates=(one,),
        together=None, experiments=(), assumed=None,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("information", "few_draws", "first"),
    [
        (Estimate(0.1, 0.14), 0.9, UNRESOLVED),
        (Estimate(0.01, 0.02), 0.05, NOTHING_TOLD),
        (Estimate(0.4, 0.02), 0.9, None),
    ],
)
def test_what_the_draws_do_not_resolve_is_not_called_nothing(information, few_draws, first):
    said = design_words(ranking(information, few_draws))

    assert said[-1].startswith("a spectrum at 1 h would decide both against stepwise")
    assert (said[0] == first) if first else (len(said) == 1)


def test_a_factor_that_counts_no_further_is_told_as_a_least_one():
    assert factor_words(Estimate(VERY_STRONG, 0.0)) == "at least 4.5"
    assert factor_words(Estimate(2.18, 0.54)) == "2.18 ± 0.54"


@pytest.mark.parametrize("few_draws", [0.0, 0.9])
def test_the_first_screen_says_of_rough_figures_that_they_are_rough(few_draws):
    found = ranking(Estimate(0.4, 0.02), 0.0)
    (one,) = found.candidates
    gain = ExpectedGain(
        Estimate(0.3, 0.02), 0.54, one.decided, one.pair, one.decided, (), Estimate(1.1, 0.1),
        few_draws,
    )  # fmt: skip
    told = PairTold(one.pair, Estimate(VERY_STRONG, 0.0))
    best = ProposedExperiment(
        "early sample", "", one.spectra, gain, 3, told, ((3, told.log_bayes_factor),), 3, None
    )
    study = SimpleNamespace(result=result_of(summary()), design=replace(found, experiments=(best,)))
    said = next_experiment(study)

    assert said.startswith("One more early sample, at 1 h: 3 spectra should tell A from B with")
    assert "with strong evidence (ln Bayes factor at least 4.5" in said
    assert said.endswith(", roughly).") == (few_draws > 0)
    hardly = replace(best, told=PairTold(one.pair, Estimate(0.4, 0.1)))
    study = SimpleNamespace(result=study.result, design=replace(found, experiments=(hardly,)))
    assert "3 spectra would hardly tell A from B (ln Bayes factor 0.40" in next_experiment(study)


def test_of_many_pairs_the_most_probable_are_named_and_all_are_counted():
    names = "abcdef"
    pairs = [(names[i], names[j]) for i in range(6) for j in range(i)]
    chances = [0.9 - 0.05 * number for number in range(len(pairs))]
    found = ranking(Estimate(0.4, 0.02), 0.0)
    every = tuple(
        PairDecided(pair, Estimate(chance, 0.02))
        for pair, chance in zip(pairs, chances, strict=True)
    )
    (one,) = found.candidates
    (said,) = design_words(replace(found, candidates=(replace(one, pairs=every),)))

    assert said == (
        "a spectrum at 1 h would decide 9 of 15 pairs, above all b against a (probability "
        "0.90 ± 0.02), c against a (probability 0.85 ± 0.02) and c against b (probability "
        "0.80 ± 0.02); it might decide 6 of 15 pairs, above all e against d (probability "
        "0.45 ± 0.02), f against a (probability 0.40 ± 0.02) and f against b (probability "
        "0.35 ± 0.02)."
    )
