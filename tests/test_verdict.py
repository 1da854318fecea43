import numpy as np
import pytest

from assemblysim.prediction.courses import Courses
from assemblysim.prediction.discrimination import largest_difference
from assemblysim.study.verdict import comparison_summary, discriminating, prior_sensitivity


def stored(value, *, error=0.05, importance=None, size=500.0, inside=1.0, rates=2, **more):
    """One mechanism's summary, as far as the comparison reads it."""
    second = value if importance is None else importance
    return {
        "log_evidence": [
            {"method": "bridge sampling", "value": value, "error": error},
            {"method": "importance sampling", "value": second, "error": 0.05},
        ],
        "parameters": dict.fromkeys("ab"[:rates]),
        "checks": [{"name": "R-hat", "value": 1.0, "bound": 1.02, "passed": True}],
        "population_size": size,
        "narrow_prior": {"rates": rates, "share_inside": inside},
        "aicc": 10.0 - 2 * value,
        "bic": 10.0 - 2 * value,
        "elpd_loo": {"value": value, "error": 1.0, "bad_k": 0},
        "readings": 12,
        **more,
    }


def summary_of(**mechanisms):
    return comparison_summary(mechanisms, np.random.default_rng(0))


def test_half_as_wide_priors_double_the_evidence_for_each_constant_left_inside():
    (found,) = prior_sensitivity({"a": stored(0.0, inside=1.0), "b": stored(0.0, inside=0.25)})

    # 2 constants: a gains a factor of 4 and keeps all; b gains 4 and keeps a quarter
    assert found["probabilities"]["a"] == pytest.approx(4 / 5)
    assert found["sentence"] == "a stays the most probable, with 80 %."


def test_priors_that_miss_every_posterior_are_said_to():
    (found,) = prior_sensitivity({"a": stored(0.0, inside=0.0)})

    assert found["probabilities"] is None
    assert found["sentence"] == "No mechanism's posterior reaches into priors half as wide."


def test_two_estimates_that_disagree_are_shown():
    calm = summary_of(a=stored(0.0), b=stored(-4.0))
    loud = summary_of(a=stored(0.0, importance=3.0), b=stored(-4.0))
    unknown = summary_of(a=stored(0.0, importance=3.0, size=50.0), b=stored(-4.0))

    assert calm["cautions"] == []
    assert loud["cautions"] == [
        "The two estimates of the log evidence of a differ by 3.0: 0.0 by bridge sampling, "
        "3.0 by importance sampling."
    ]
    assert unknown["cautions"] == []


def test_criteria_that_prefer_another_mechanism_are_shown():
    found = summary_of(
        a=stored(0.0),
        b=stored(-1.0, aicc=2.0, bic=3.0, elpd_loo={"value": 4.0, "error": 1.0, "bad_k": 0}),
    )

    assert found["cautions"] == [
        "AICc prefers b to a, by 8.0.",
        "BIC prefers b to a, by 7.0.",
        "Leave-one-out prediction prefers b to a, by 4.0 in log density.",
    ]


def test_a_leave_one_out_figure_that_cannot_be_relied_on_is_pointed_out():
    found = summary_of(
        a=stored(0.0, elpd_loo={"value": 0.0, "error": 1.0, "bad_k": 2}), b=stored(-4.0)
    )

    assert found["cautions"] == [
        "The leave-one-out figure of a rests on units with Pareto k-hat above 0.7 and should "
        "not be relied on."
    ]


def test_words_alone_are_called_weak():
    found = summary_of(a=stored(0.0, readings=0), b=stored(-1.0, readings=0))

    assert found["cautions"][-1].startswith("The data are statements in words only.")


def courses(share_of_b, width=0.01):
    """Courses of two signals whose second one rises to a share at 4 h."""
    times = np.array([0.0, 1.0, 2.0, 4.0])
    middle = np.stack([np.full(4, 50.0), share_of_b * np.array([0.0, 0.2, 0.5, 1.0])], axis=1)
    spread = np.exp(1.96 * width * np.array([-1, -0.34, 0, 0.34, 1]))[:, None, None]
    return Courses(
        "pot",
        times,
        ("A", "B"),
        np.zeros((5, 4, 2)),
        ("A", "B"),
        middle * spread,
        np.zeros((2, 4, 2)),
        np.zeros(0),
        np.zeros((0, 2)),
        "%",
    )


def test_the_reading_that_differs_most_is_found_with_its_separation():
    found = largest_difference(courses(20.0), courses(5.0), floor=3.0)
    sd = np.sqrt(2 * 0.01**2 + 2 * 0.15**2)

    assert (found.signal, found.time) == ("B", 4.0)
    assert (found.first, found.second) == (20.0, 5.0)
    assert found.separation == pytest.approx(np.log(4) / sd, rel=0.01)


def test_differences_below_the_detection_limit_do_not_count():
    assert largest_difference(courses(0.4), courses(0.01), floor=0.5) is None


def test_deciding_readings_are_put_into_words_best_first():
    found = discriminating(
        {"a": courses(20.0), "b": courses(5.0), "c": courses(19.0)}, ["a", "b", "c"], 3.0, "%"
    )

    assert [one["between"] for one in found] == [["a", "b"], ["b", "c"], ["a", "c"]]
    assert found[0]["sentence"] == (
        "B read at 4 h to within 15 % would tell a from b: 20 against 5 % expected "
        "(6.5 standard deviations apart)."
    )
    assert "would hardly tell a from c" in found[-1]["sentence"]
