from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from scipy.stats import norm

from assemblysim.prediction.design.discrimination import most_telling_reading
from assemblysim.result.checks import Check
from assemblysim.result.evidence import AlternativeResult, LeaveOneOut, LogEvidence
from assemblysim.result.mechanism import ModeResult
from assemblysim.result.numbers import Estimate
from assemblysim.sentences.cautions import cautions
from assemblysim.sentences.readings import deciding_words
from assemblysim.sentences.verdict import change_words, sensitivity_words, verdict_words
from assemblysim.study.results.predictions import SignalCourses
from assemblysim.study.results.verdict import comparison_result, discriminating, prior_sensitivity


def stored(value, *, error=0.05, changed=None, rate_constants=2, modes=(1.0,), **more):
    """One mechanism's result, as far as the comparison reads it."""
    same = Estimate(value, 0.1)
    return SimpleNamespace(
        log_evidence=(
            LogEvidence("bridge sampling", value, error),
            LogEvidence("SMC", value, 0.05),
        ),
        parameters={key: SimpleNamespace(kind="rate") for key in "ab"[:rate_constants]},
        unknown_count=rate_constants,
        checks=(Check("R-hat", 1.0, 1.02, True),),
        prior_changes=dict.fromkeys(("wide", "narrow", "faster", "slower"), same) | (changed or {}),
        modes=tuple(ModeResult(-1.0 * i, w, 0.01, (), {"k_a": 4.0}) for i, w in enumerate(modes)),
        **{
            "first_estimate": None,
            "aicc": 10.0 - 2 * value,
            "bic": 10.0 - 2 * value,
            "elpd_loo": LeaveOneOut(value, 1.0, 0),
            "measurements": 12,
            "alternatives": (),
            **more,
        },
    )


def compared(**mechanisms):
    return comparison_result(mechanisms, np.random.default_rng(0))


def told(fixed=None, **mechanisms):
    """The cautions about a comparison."""
    result = SimpleNamespace(
        mechanisms=mechanisms,
        comparison=compared(**mechanisms),
        measurement=SimpleNamespace(fixed=fixed or {}),
    )
    return cautions(result)


def interpreted(value, posterior, alone):
    """A mechanism with two interpretations: A's posterior probability, and ln Z under each."""
    chances = {"A": posterior, "B": 1 - posterior}
    every = (
        AlternativeResult("interpretation", name, 0.5, Estimate(p, 0.01), Estimate(z, 0.05))
        for (name, p), z in zip(chances.items(), alone, strict=True)
    )
    return stored(value, alternatives=tuple(every))


def test_each_interpretation_has_its_weight_and_its_verdict():
    """A is four times as probable as B under `a`, which leads; under B alone `b` would."""
    mechanisms = {
        "a": interpreted(0.0, 0.8, (0.47, -0.92)),
        "b": interpreted(-2.0, 0.1, (-3.6, 4.0)),
    }

    found = comparison_result(mechanisms, np.random.default_rng(0), {"A": "from mixing"})

    first, second = found.alternatives
    chance = 1 / (1 + np.exp(-2))
    assert (first.name, first.title, second.title) == ("A", "from mixing", "B")
    assert first.posterior == pytest.approx(0.8 * chance + 0.1 * (1 - chance))
    assert first.posterior + second.posterior == pytest.approx(1.0)
    assert first.verdict.mechanisms == ("a",)
    assert second.verdict.mechanisms == ("b",)
    assert second.probabilities["b"] == pytest.approx(1 / (1 + np.exp(-4.92)))


def test_an_interpretation_that_the_draws_do_not_reach_has_no_verdict():
    lost = replace(interpreted(0.0, 1.0, (0.0, 0.0)).alternatives[1], log_evidence=None)
    one = interpreted(0.0, 1.0, (0.0, 0.0))
    one.alternatives = (one.alternatives[0], lost)

    found = comparison_result({"a": one, "b": interpreted(-1.0, 0.5, (-1.0, -1.0))},
                              np.random.default_rng(0))  # fmt: skip

    assert [alone.verdict is None for alone in found.alternatives] == [False, True]


def test_each_change_of_the_priors_has_its_own_probabilities():
    changed = {"narrow": Estimate(np.log(4), 0.2)}
    mechanisms = {"a": stored(0.0), "b": stored(-0.1, changed=changed)}
    found = prior_sensitivity(mechanisms)
    said = [change_words(one.change, mechanisms) for one in found]

    assert [one.split("constants ")[1].split(" (")[0] for one in said] == [
        "twice as wide",
        "half as wide",
        "shifted up by a quarter of their width",
        "shifted down by a quarter of it",
    ]
    assert found[1].probabilities["b"] == pytest.approx(4 / 5)
    assert sensitivity_words(found[1], "a") == (
        "b becomes the most probable, with 80 % (log evidences good to 0.2)."
    )
    assert sensitivity_words(found[0], "a").startswith("a stays the most probable, with 52 %")


def test_priors_that_cut_off_a_posterior_in_play_judge_nothing():
    cut = {"narrow": None}
    found = prior_sensitivity({"true": stored(-100.0, changed=cut), "wrong": stored(-600.0)})
    other = prior_sensitivity({"true": stored(-100.0), "wrong": stored(-600.0, changed=cut)})

    assert found[1].probabilities is None
    assert sensitivity_words(found[1], "true") == (
        "Cannot be judged: that cuts off the posterior of true."
    )
    assert other[1].probabilities["true"] == 1.0


def test_a_rival_that_narrower_priors_cut_off_is_named():
    cut = {"narrow": None}
    found = prior_sensitivity({"a": stored(0.0), "b": stored(-1.0, changed=cut)})

    assert found[1].probabilities == {"a": 1.0, "b": 0.0}
    assert sensitivity_words(found[1], "a") == (
        "a stays the most probable, with 100 % (log evidences good to 0.1); that cuts off b."
    )


def test_nested_sampling_that_disagrees_takes_the_verdict_away_and_laplace_never_does():
    def with_third(third):
        one = stored(0.0)
        one.log_evidence = (*one.log_evidence, third)
        return one

    laplace = LogEvidence("Laplace", -9.0, float("nan"))
    near = LogEvidence("nested sampling (dynesty)", 0.2, 0.1)
    far = LogEvidence("nested sampling (dynesty)", 2.0, 0.1)

    for third in (laplace, near):
        assert compared(a=with_third(third), b=stored(-9.0)).decided, third
    found = compared(a=with_third(far), b=stored(-9.0))
    assert not found.decided
    assert found.left_open == ()
    assert "2.00 ± 0.10 by nested sampling (dynesty)" in verdict_words(found.verdict)


def test_what_is_fixed_instead_of_inferred_is_pointed_out():
    silent = told({"background": 0.0, "response_A": 1.0}, a=stored(0.0), b=stored(-4.0))
    found = told({"background": 1e-3, "noise": 0.15}, a=stored(0.0), b=stored(-4.0))
    words = told({"background": 1e-3, "noise": 0.15}, a=stored(0.0, measurements=0))

    assert silent == []
    assert [one.split(".")[0] for one in found] == [
        "The background is fixed",
        "Fixed, not inferred: noise",
    ]
    assert not any("fixed" in one.lower() for one in words)


def test_a_second_way_to_explain_the_data_is_told_of():
    calm = told(a=stored(0.0, modes=(0.995, 0.005)), b=stored(-4.0, modes=(0.6, 0.4)))
    loud = told(a=stored(0.0, modes=(0.7, 0.3)), b=stored(-4.0))

    assert calm == []  # too light, and of a mechanism that is out
    assert loud == [
        "a explains the data in another way too, with 30 % of its probability: k_a 4 times larger."
    ]


def test_criteria_that_prefer_another_mechanism_are_shown():
    found = told(
        a=stored(0.0),
        b=stored(-1.0, aicc=2.0, bic=3.0, elpd_loo=LeaveOneOut(4.0, 1.0, 0)),
    )

    assert found == [
        "AICc prefers b to a, by 8.0.",
        "BIC prefers b to a, by 7.0.",
        "Leave-one-out prediction prefers b to a, by 4.0 in log density.",
    ]


def test_a_leave_one_out_figure_that_cannot_be_relied_on_is_pointed_out():
    found = told(a=stored(0.0, elpd_loo=LeaveOneOut(0.0, 1.0, 2)), b=stored(-4.0))

    assert found == [
        "The leave-one-out figure of a rests on observations with Pareto k-hat above 0.7 and "
        "should not be relied on."
    ]


def test_an_estimate_that_was_made_anew_is_told_of():
    found = told(a=stored(0.0, first_estimate=LogEvidence("SMC", 1.0, 0.2)), b=stored(-4.0))

    assert found == [
        "The two estimates of the log evidence of a lay more than two combined errors apart at "
        "first; the one by SMC was made anew with more effort (1.00 ± 0.20 before)."
    ]


def test_words_alone_are_called_weak():
    found = told(a=stored(0.0, measurements=0), b=stored(-1.0, measurements=0))

    assert found[-1].startswith("The data are statements in words only.")


TIMES = np.array([1.0, 2.0, 4.0])


def drawn(share_of_b, spread=0.01, draws=400):
    """Draws of two signals: A stays, B rises to a share that scatters between draws."""
    rng = np.random.default_rng(int(share_of_b * 100))
    course = np.array([[50.0, 0.1], [50.0, 0.5], [50.0, 1.0]]) * np.array([1.0, share_of_b])
    return course * np.exp(spread * rng.standard_normal((draws, 1, 2)))


def reading(one, other, floor=0.5):
    rng = np.random.default_rng(1)
    return most_telling_reading(("A", "B"), TIMES, (one, other), floor, rng)


def test_a_reading_that_differs_by_far_tells_for_certain():
    found = reading(drawn(40.0), drawn(2.0))

    assert found.signal == "B"
    assert found.probability > 0.99
    assert found.first == pytest.approx(40.0 * found.second / 2.0, rel=0.01)


def test_two_mechanisms_that_expect_the_same_are_a_coin_toss():
    found = reading(drawn(20.0), drawn(20.01), floor=0.5)

    assert found.probability < 0.5 + 0.5 * np.sqrt(11 / 400)


def test_the_probability_is_that_of_the_bayes_rule():
    # log readings N(0, s) and N(d, s), s from spread and reading error: right with Phi(d / 2s);
    # the bins are coarse, which costs a little
    spread = 0.4
    sd = np.hypot(spread, 0.15)
    found = reading(drawn(30.0, spread, 4000), drawn(15.0, spread, 4000), floor=3.0)

    assert found.probability == pytest.approx(norm.cdf(np.log(2) / (2 * sd)), abs=0.04)


def test_differences_below_the_detection_limit_do_not_count():
    low = drawn(0.4)[:, :, 1:], drawn(0.01)[:, :, 1:]

    assert most_telling_reading(("B",), TIMES, low, 0.9, np.random.default_rng(0)) is None


def test_deciding_readings_are_put_into_words_best_first():
    records = {
        name: SignalCourses(("A", "B"), TIMES, drawn(fraction))
        for name, fraction in (("a", 40.0), ("b", 2.0), ("c", 40.01))
    }
    pairs = [("a", "b"), ("a", "c"), ("b", "c")]
    found = discriminating(records, pairs, 0.5, "%", (), np.random.default_rng(0))

    assert found[-1].between == ("a", "c")
    assert deciding_words(found[0]).startswith("One measurement of B at ")
    assert "would tell" in deciding_words(found[0])
    assert "would hardly tell a from c" in deciding_words(found[-1])
    there = discriminating(records, pairs, 0.5, "%", (), np.random.default_rng(0), "reactor 2")
    assert " h in reactor 2, good to 15 %, would tell " in deciding_words(there[0])
