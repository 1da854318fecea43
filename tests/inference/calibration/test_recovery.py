from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import binom

from assemblysim.inference.calibration.recovery import (
    fraction,
    outcome,
    reliability,
    simpler_suffices,
)
from assemblysim.result.evidence import ComparisonResult, PriorEdge, Verdict


def verdict_of(left_open):
    """No verdict where nothing is left open."""
    kind = {0: "draws failed", 1: "favoured"}.get(len(left_open), "undecided")
    return Verdict(kind, tuple(left_open))


def comparison(left_open, **probabilities):
    """A comparison of mechanisms with these probabilities, best first."""
    return ComparisonResult(probabilities, {}, {}, tuple(left_open), verdict_of(left_open))


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (comparison(("true",), true=0.97, other=0.03), "right"),
        (comparison(("true", "other"), true=0.995, other=0.005), "cannot tell"),
        (comparison(("other", "true"), other=0.7, true=0.3), "cannot tell"),
        (comparison(("rich",), rich=0.96, true=0.04), "richer than the truth"),
        (comparison(("rich", "true"), rich=0.99, true=0.01), "richer than the truth"),
        (comparison(("other",), other=0.97, true=0.03), "wrong"),
        (comparison(("other", "rich"), other=0.6, rich=0.39, true=0.01), "wrong"),
        (comparison(("other",), other=0.99, true=0.01), "wrong with confidence"),
        (comparison(("other", "true"), other=0.995, true=0.005), "wrong with confidence"),
        (comparison((), other=0.995, true=0.005), "no verdict"),
    ],
)
def test_a_verdict_is_put_into_its_class(found, expected):
    assert outcome(found, "true", {"rich"}) == expected


def test_a_verdict_that_leans_on_the_edge_of_a_default_prior_favours_none():
    wrong = comparison(("other",), other=0.995, true=0.005)
    edge = PriorEdge("other", "k", True, 1.0, "1/h", 2.0)
    leaning = replace(wrong, verdict=replace(wrong.verdict, edges=(edge,)))

    assert outcome(wrong, "true", {"rich"}) == "wrong with confidence"
    assert outcome(leaning, "true", {"rich"}) == "cannot tell"


def test_the_simpler_one_suffices_where_only_what_contains_it_is_left_open_beside_it():
    assert simpler_suffices(comparison(("rich", "true"), rich=0.6, true=0.4), "true", {"rich"})
    assert not simpler_suffices(
        comparison(("other", "true"), other=0.6, true=0.4), "true", {"rich"}
    )
    assert not simpler_suffices(comparison(("rich",), rich=0.98, true=0.02), "true", {"rich"})


@pytest.mark.parametrize(("hits", "count"), [(0, 200), (3, 200), (100, 200), (200, 200)])
def test_the_ends_of_a_binomial_interval_leave_two_and_a_half_per_cent(hits, count):
    found = fraction(hits, count)

    if hits:
        assert binom.sf(hits - 1, count, found.lower) == pytest.approx(0.025)
    if hits < count:
        assert binom.cdf(hits, count, found.upper) == pytest.approx(0.025)
    assert found.lower <= hits / count <= found.upper


def test_no_study_at_all_says_nothing():
    assert (fraction(0, 0).lower, fraction(0, 0).upper) == (0.0, 1.0)


def test_stated_probabilities_are_held_against_how_often_they_came_true():
    found = reliability([0.4, 0.45, 0.6, 0.95, 0.995, 1.0], [False, True, True, False, True, True])

    assert [(one.right.hits, one.right.count) for one in found] == [(1, 2), (1, 1), (0, 1), (2, 2)]
    np.testing.assert_allclose([one.stated for one in found], [0.425, 0.6, 0.95, 0.9975])
    assert np.isnan(reliability([0.4], [True])[3].stated)
