"""Responses of a study: no order of signals matters, and what is stated is relative to one."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from small_study import FIXED, TIMES, small_study

from assemblysim.errors import InputError
from assemblysim.inference.model.parameters import values_from_normal
from assemblysim.inference.model.posterior import Posterior
from assemblysim.inference.model.priors import LogNormal
from assemblysim.measurement.data import IntensityTable, Signal
from assemblysim.study.problem.problems import build_problem
from assemblysim.study.questions.in_words import response_words

FREE = tuple((name, value) for name, value in FIXED if not name.startswith("response_"))
VALUES = 10 * np.random.default_rng(0).lognormal(0.0, 0.5, (len(TIMES), 3))
RESPONSES = ("response_A", "response_B", "response_C")
VECTORS = 1000


def problem_of(tmp_path, order="ABC", *, labels=None, fixed=(), priors=(), **measurement):
    """The small study with its signals listed in an order, perhaps under other labels."""
    labels = labels or {name: name for name in order}
    names = [labels[one] for one in order]
    table = IntensityTable(tuple(names), TIMES, VALUES[:, ["ABC".index(one) for one in order]])
    study = small_study(tmp_path, table=table, fixed=(*FREE, *fixed), noise=None)
    signals = tuple(Signal(labels[one], ((one, 1.0),)) for one in order)
    study = replace(
        study,
        priors=(*study.priors, *priors),
        measurement=replace(study.measurement, signals=signals, **measurement),
    )
    return build_problem(study, "chain")


def log_responses(problem, names, positions):
    """Logs of responses over their geometric mean, shape (B, I)."""
    named = problem.named(values_from_normal(problem.parameters, positions))
    logs = np.log(named.stack(names))
    return logs - logs.mean(axis=1, keepdims=True)


def same_responses(problem, names, other, others, positions):
    """Positions of the other problem at which it has the same responses, and all else the same."""
    count = len(other.parameters)
    places = [i for i, p in enumerate(other.parameters) if p.kind in ("response", "contrast")]
    zero = log_responses(other, others, np.zeros((1, count)))
    by_place = np.eye(count)[places]
    slopes = log_responses(other, others, by_place) - zero
    wanted = log_responses(problem, names, positions) - zero
    found = np.array(positions)
    found[:, places] = wanted @ np.linalg.pinv(slopes)
    return found


def test_no_order_of_signals_changes_a_posterior(tmp_path):
    here, there = problem_of(tmp_path, "ABC"), problem_of(tmp_path, "CAB")
    positions = np.random.default_rng(1).standard_normal((VECTORS, len(here.parameters)))

    assert here.parameter_names == there.parameter_names
    logs = Posterior(here)(positions)
    np.testing.assert_allclose(Posterior(there)(positions), logs, rtol=1e-10, atol=1e-10)


def test_no_names_of_signals_change_a_posterior_but_the_first_at_1_did(tmp_path):
    labels = {"A": "third", "B": "first", "C": "second"}
    renamed = [f"response_{labels[one]}" for one in "ABC"]
    here, there = problem_of(tmp_path), problem_of(tmp_path, "CBA", labels=labels)
    positions = np.random.default_rng(2).standard_normal((VECTORS, len(here.parameters)))
    moved = same_responses(here, RESPONSES, there, renamed, positions)

    assert np.abs(moved - positions).max() > 0.1
    np.testing.assert_allclose(
        Posterior(there)(moved), Posterior(here)(positions), rtol=1e-10, atol=1e-10
    )

    # The former rule: the first one listed is 1, each other has a prior of its own relative to it.
    def former(order):
        priors = [(f"response_{one}", LogNormal(1.0, 2.0)) for one in order[1:]]
        return problem_of(tmp_path, order, priors=priors)

    before, after = former("ABC"), former("CAB")
    positions = positions[:, : len(before.parameters)]
    moved = same_responses(before, RESPONSES, after, RESPONSES, positions)
    change = Posterior(after)(moved) - Posterior(before)(positions)
    assert np.abs(change).max() > 0.1


def test_a_stated_response_is_relative_to_the_one_that_is_named(tmp_path):
    prior = (("response_B", LogNormal(0.5, 1.2)),)
    for order in ("ABC", "BCA"):
        problem = problem_of(tmp_path, order, priors=prior, relative_to="A")
        (exchanged,) = problem.exchangeable

        assert dict(problem.fixed)["response_A"] == 1.0
        assert exchanged.responses == ("response_C",)
        assert exchanged.stated == ("response_A",)
        assert "response_B" in problem.parameter_names
        assert response_words(problem)[-1] == (
            "responses are relative to that of A, as relative_to says"
        )


@pytest.mark.parametrize(
    ("fixed", "stated", "left"),
    [
        ({"response_C": 1.0}, {"response_C"}, {"response_A", "response_B"}),
        ({"response_C": 0.5}, {"response_A", "response_C"}, {"response_B"}),
        ({"response_A": 2.0}, {"response_A"}, {"response_B", "response_C"}),
    ],
)
def test_without_a_name_it_is_the_one_at_1_or_the_first_listed(tmp_path, fixed, stated, left):
    problem = problem_of(tmp_path, fixed=tuple(fixed.items()))
    (exchanged,) = problem.exchangeable

    assert set(exchanged.stated) == stated
    assert set(exchanged.responses) == left
    words = response_words(problem)[-1]
    assert all(name.removeprefix("response_") in words for name in stated)


def test_what_is_stated_is_exchanged_with_by_its_geometric_mean(tmp_path):
    fixed = (("response_A", 1.0), ("response_B", 4.0))
    problem = problem_of(tmp_path, fixed=fixed)
    middle = problem.named(
        values_from_normal(problem.parameters, np.zeros((1, len(problem.parameters))))
    )

    assert middle.get("response_C") == pytest.approx(2.0)
    (contrast,) = [p for p in problem.parameters if p.kind == "contrast"]
    assert contrast.prior == LogNormal(1.0, 2.0 ** np.sqrt(1.5))


def test_a_response_that_has_a_prior_is_no_reference(tmp_path):
    with pytest.raises(InputError) as caught:
        problem_of(tmp_path, priors=(("response_B", LogNormal(1.0, 2.0)),), relative_to="B")
    assert "relative_to: response_B has no value; state one, or take" in str(caught.value)


def test_what_follows_in_proportion_leaves_the_others_exchangeable(tmp_path):
    study = small_study(
        tmp_path, table=IntensityTable(("A", "B", "C"), TIMES, VALUES), fixed=FREE, noise=None
    )
    study = replace(study, derived=(("response_B", "2 * response_A"),))
    problem = build_problem(study, "chain")
    (exchanged,) = problem.exchangeable
    values = values_from_normal(problem.parameters, np.ones((1, len(problem.parameters))))
    named = problem.named(values)

    assert exchanged.responses == ("response_A", "response_C")
    assert exchanged.free
    assert named.get("response_B") == pytest.approx(2 * named.get("response_A"))
    assert named.get("response_A") * named.get("response_C") == pytest.approx(1.0)


def test_a_wider_prior_of_responses_is_stated_in_one_place(tmp_path):
    problem = problem_of(tmp_path, response_spread=5.0)
    factors = [p.prior.factor for p in problem.parameters if p.kind == "contrast"]

    assert factors == pytest.approx([5.0 ** np.sqrt(1 + 1 / n) for n in (1, 2)])
    assert "factor of 9.7 of each other" in response_words(problem)[0]
    assert all(a > b for a, b in pairwise(factors))
