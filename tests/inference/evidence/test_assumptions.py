from dataclasses import replace

import numpy as np
import pytest
from quadrature import by_quadrature, grid_draws
from small_study import WORDS, small_study

from assemblysim.inference.evidence.assumptions import assumed_evidences, weighed_alternatives
from assemblysim.inference.model.likelihood import log_likelihood, log_likelihood_gradients
from assemblysim.inference.model.parameters import normal_from_values, values_from_normal
from assemblysim.kinetics.reactor.protocol import Protocol
from assemblysim.measurement.data import Statement
from assemblysim.measurement.statements.interpretations import Interpretation
from assemblysim.result.evidence import LogEvidence
from assemblysim.study.problem.problems import build_problem

# One sentence that A and B read differently, after those that they read alike.
EARLY = Statement("B", "maximum", 0.25, 0.25, "", "peak", ("A",))
LATE = Statement("B", "maximum", 8.0, 8.0, "", "peak", ("B",))
WEIGHTS = {"A": 0.3, "B": 0.7}


def study_of(folder, words, weights):
    study = small_study(folder, words=words)
    names = tuple(Interpretation(name, name, weight) for name, weight in weights.items())
    return replace(study, interpretations=names)


@pytest.fixture(scope="module")
def problems(tmp_path_factory):
    """The problem with both interpretations, and with each alone."""
    folder = tmp_path_factory.mktemp("s")
    both = study_of(folder, (*WORDS[1:], EARLY, LATE), WEIGHTS)
    alone = {
        name: study_of(folder, (*WORDS[1:], replace(row, interpretations=())), {name: 1.0})
        for name, row in (("A", EARLY), ("B", LATE))
    }
    return (
        build_problem(both, "chain"),
        {name: build_problem(one, "chain") for name, one in alone.items()},
    )


def with_courses(problem, weight=0.25):
    """The same, where A may have been held constant; it stands for a course of temperature."""
    (experiment,) = problem.experiments
    other = replace(experiment, alternatives=(("held", Protocol(held=("A",))),))
    weights = (("", 1 - weight), ("held", weight))
    return replace(problem, experiments=(other,), course_weights=weights)


def some_values(problem, count=40, seed=1):
    rng = np.random.default_rng(seed)
    return values_from_normal(problem.parameters, rng.standard_normal((count, 2)))


def draws_of(problem, seed):
    """Posterior draws as of two ensembles of 200 walkers with five steps each, standard-normal."""
    found = grid_draws(problem, 2000, np.random.default_rng(seed))
    return normal_from_values(problem.parameters, found).reshape(2, 5, 200, 2)


def test_the_likelihood_is_the_mean_over_interpretations(problems):
    both, alone = problems
    values = some_values(both)

    total = log_likelihood(both, values).total

    each = [np.log(w) + log_likelihood(alone[n], values).total for n, w in WEIGHTS.items()]
    np.testing.assert_allclose(total, np.logaddexp(*each), rtol=1e-9)


def test_interpretations_that_read_alike_are_as_good_as_one(tmp_path):
    one = build_problem(small_study(tmp_path, words=WORDS), "chain")
    two = build_problem(study_of(tmp_path, WORDS, WEIGHTS), "chain")
    values = some_values(one)

    there, here = log_likelihood(one, values), log_likelihood(two, values)

    np.testing.assert_allclose(here.total, there.total, rtol=1e-12)
    np.testing.assert_allclose(here.pointwise, there.pointwise, rtol=1e-9)
    np.testing.assert_allclose(here.case_probabilities, [[0.3, 0.7]] * 40, rtol=1e-9)


def test_an_observation_left_out_leaves_the_likelihood_of_the_others(problems, tmp_path):
    both, values = with_courses(problems[0]), some_values(problems[0])
    words = (*WORDS[2:], EARLY, LATE)
    without = with_courses(build_problem(study_of(tmp_path, words, WEIGHTS), "chain"))

    found = log_likelihood(both, values)

    place = both.observations.index("A absent at 8 h")
    others = log_likelihood(without, values).total
    np.testing.assert_allclose(found.total - found.pointwise[:, place], others, rtol=1e-9)
    # each tells of the course that the others came from, so they do not add up
    assert np.abs(found.pointwise.sum(axis=1) - found.total).max() > 0.1


def test_the_evidence_is_the_mean_of_those_of_each_interpretation(problems):
    both, alone = problems

    each = [np.log(w) + by_quadrature(alone[n]) for n, w in WEIGHTS.items()]

    assert by_quadrature(both) == pytest.approx(np.logaddexp(*each), abs=1e-9)


def test_each_interpretation_has_the_weight_and_the_evidence_that_quadrature_gives_it(problems):
    both, alone = problems
    whole = by_quadrature(both)
    exact = {name: by_quadrature(one) for name, one in alone.items()}

    found = weighed_alternatives(both, LogEvidence("exact", whole, 0.0), draws_of(both, 3))

    assert [(a.kind, a.name, a.prior) for a in found] == [
        ("interpretation", name, weight) for name, weight in WEIGHTS.items()
    ]
    for one in found:
        posterior = WEIGHTS[one.name] * np.exp(exact[one.name] - whole)
        assert abs(one.posterior.value - posterior) < 4.5 * one.posterior.error + 0.002
        assert abs(one.evidence.value - exact[one.name]) < 4.5 * one.evidence.error + 0.01
        assert abs(one.posterior.value - WEIGHTS[one.name]) > 5 * one.posterior.error


def test_courses_with_weights_are_averaged_over(problems):
    both, _ = problems
    mixed, values = with_courses(both), some_values(both)
    (experiment,) = mixed.experiments
    held = replace(both, experiments=(experiment.under("held"),))

    each = [np.log(0.75) + log_likelihood(both, values).total,
            np.log(0.25) + log_likelihood(held, values).total]  # fmt: skip

    np.testing.assert_allclose(log_likelihood(mixed, values).total, np.logaddexp(*each), rtol=1e-9)
    assert [(case.course, case.interpretation) for case in mixed.cases] == [
        ("", "A"), ("", "B"), ("held", "A"), ("held", "B")
    ]  # fmt: skip
    whole = by_quadrature(mixed)
    found = weighed_alternatives(mixed, LogEvidence("exact", whole, 0.0), draws_of(mixed, 4))
    course = {one.name: one for one in found if one.kind == "course"}
    posterior = 0.25 * np.exp(by_quadrature(held) - whole)
    assert abs(course["held"].posterior.value - posterior) < (
        4.5 * course["held"].posterior.error + 0.002
    )
    assert assumed_evidences(mixed, LogEvidence("exact", whole, 0.0), draws_of(mixed, 4)) == {}


def test_the_gradient_of_a_mean_over_cases_is_that_of_its_value(problems):
    mixed = with_courses(problems[0])
    positions = np.random.default_rng(2).standard_normal((6, 2))

    totals, gradients = log_likelihood_gradients(mixed, positions)

    def total(at):
        return log_likelihood(mixed, values_from_normal(mixed.parameters, at)).total

    steps = 1e-3 * np.eye(2)
    expected = np.stack(
        [(total(positions + step) - total(positions - step)) / 2e-3 for step in steps], axis=1
    )
    np.testing.assert_allclose(totals, total(positions), rtol=1e-7)
    np.testing.assert_allclose(gradients, expected, rtol=2e-2, atol=2e-3)


def test_the_course_of_a_failed_integration_is_graded_alike(problems):
    mixed = with_courses(problems[0])
    short = replace(mixed, tolerance=replace(mixed.tolerance, max_steps=1))

    found = log_likelihood(short, some_values(short, 5))

    assert found.failed.all()
    assert (found.total < -1e11).all()
