"""Samples that are vessels of their own: courses, gradients, marginals and coverage."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.optimize import minimize
from scipy.stats import multivariate_normal, norm
from two_reactors import assert_gradient

from assemblysim.errors import InputError
from assemblysim.exchange.petab.exporting import exported_problem
from assemblysim.explorer.study import explored_study
from assemblysim.inference.model.likelihood import log_likelihood, log_likelihood_gradients
from assemblysim.inference.model.parameters import values_from_normal
from assemblysim.inference.model.problem import courses_of
from assemblysim.kinetics.engines.integration import Tolerance
from assemblysim.kinetics.reactor.temperature import GAS_CONSTANT
from assemblysim.study.definition.reading import read_study
from assemblysim.study.problem.problems import build_problem

MODEL = 'species.A = "X"\nspecies.B = "X"\nreactions.turn = "A -> B ; k"\n'
TIMES = np.array([0.5, 1.0, 2.0, 4.0])
LABELS = ("30_min", "1_h", "2_h", "4_h")
FINE = Tolerance(1e-11, 1e-14, 100_000)
K_ALONE = 'k = { log_uniform = ["0.01 1/h", "10 1/h"] }'
START = 'vessels = { start = "10 %" }'
ALL = 'vessels = { start = "5 %", temperature = "1 K", time = "2 min" }\ntemperature = "25 degC"'


def study_of(folder, vessels, values, times=TIMES, priors=K_ALONE):
    (folder / "model.toml").write_text(MODEL)
    rows = [f"{t:g},{a},{b}" for t, (a, b) in zip(times, values, strict=True)]
    (folder / "data.csv").write_text("\n".join(["time (h),A (mM),B (mM)", *rows]) + "\n")
    (folder / "study.toml").write_text(
        f'title = "vessels"\nmodel = "model.toml"\nseed = 1\n[[experiments]]\nname = "one"\n'
        f'initial = {{ A = "1 mM" }}\ndata = "data.csv"\n{vessels}\n[measurement]\n'
        f'scale = "absolute"\nsignals = ["A", "B"]\nnoise = "constant"\nwild_spectra = 0\n'
        f"[priors]\n{priors}\n"
    )
    return read_study(folder)


def problem_of(*given, **more):
    study = study_of(*given, **more)
    return replace(build_problem(study, "all"), tolerance=FINE)


VALUES = np.array([[0.8, 0.2], [0.6, 0.4], [0.4, 0.7], [0.1, 0.8]])


def test_each_vessel_starts_is_warm_and_is_taken_as_its_own_numbers_say(tmp_path):
    problem = problem_of(tmp_path, ALL, VALUES)
    position = 0.5 * np.random.default_rng(1).standard_normal((3, len(problem.parameters)))
    named = problem.named(values_from_normal(problem.parameters, position))
    found = courses_of(problem, problem.experiments[0], named).concentrations

    for column, label in enumerate(LABELS):
        kelvin = 298.15 + named.get(f"warmer_{label}")
        slowness = (1 / kelvin - 1 / 298.15) / GAS_CONSTANT
        rate = named.get("k") * np.exp(-named.get("Ea_k") * slowness)
        start = named.get(f"start_{label}")
        left = start * np.exp(-rate * named.get(f"time_{label}"))
        np.testing.assert_allclose(found[:, column, 0], left, rtol=1e-7, atol=1e-12)
        np.testing.assert_allclose(found[:, column].sum(axis=1), start, rtol=1e-12)


def test_gradients_are_those_of_the_likelihood_and_no_vector_feels_its_neighbours(tmp_path):
    problem = problem_of(tmp_path, ALL, VALUES)

    assert_gradient(problem)
    position = 0.5 * np.random.default_rng(2).standard_normal((4, len(problem.parameters)))
    values = values_from_normal(problem.parameters, position)
    together = log_likelihood(problem, values).total
    np.testing.assert_array_equal(together[1:2], log_likelihood(problem, values[1:2]).total)


def test_a_species_may_have_an_error_of_its_own(tmp_path):
    problem = problem_of(tmp_path, 'vessels = { start = { A = "5 %" } }', VALUES)

    assert [n for n in problem.parameter_names if n.startswith("start")] == [
        f"start_A_{label}" for label in LABELS
    ]
    assert problem.parameters[-2].prior.describe() == (
        "normal with mean 1 and standard deviation 0.05, cut at 0"
    )


@pytest.mark.parametrize("noise", [0.02, 0.1, 0.5])
def test_the_integral_over_the_errors_is_the_normal_with_both_covariances(tmp_path, noise):
    """The course is in proportion to the start: what is left of a vessel is a normal of two."""
    problem = problem_of(
        tmp_path, START, VALUES[:1], TIMES[:1], f'k = "0.7 1/h"\nnoise = "{noise} mM"'
    )
    assert problem.parameter_names == ("start_30_min",)
    nodes = np.linspace(-8.0, 8.0, 2001)
    values = values_from_normal(problem.parameters, nodes[:, None])
    likelihood = np.exp(log_likelihood(problem, values).total)
    found = np.log(likelihood @ norm.pdf(nodes) * (nodes[1] - nodes[0]))

    left = np.exp(-0.7 * TIMES[0])
    course = np.array([left, 1 - left])
    covariance = noise**2 * np.eye(2) + 0.1**2 * np.outer(course, course)
    expected = multivariate_normal(course, covariance).logpdf(VALUES[0])
    assert found == pytest.approx(expected, abs=1e-7)


def fitted(problem):
    """The most probable ln k and its standard deviation, by the curvature of all unknowns."""

    def cost(position):
        total, gradient = log_likelihood_gradients(problem, position[None])
        return position @ position / 2 - total[0], position - gradient[0]

    best = minimize(cost, np.zeros(len(problem.parameters)), jac=True, method="BFGS").x
    shift = 1e-3 * np.eye(len(best))
    total = log_likelihood_gradients(problem, np.concatenate([best + shift, best - shift]))[1]
    curvature = np.eye(len(best)) - (total[: len(best)] - total[len(best) :]) / 2e-3
    values = np.log(values_from_normal(problem.parameters, np.stack([best, best + shift[0]]))[:, 0])
    deviation = np.sqrt(np.linalg.inv(curvature)[0, 0]) * (values[1] - values[0]) / 1e-3
    return values[0], deviation


def covered(folder, vessels, sets=24):
    """How many of some sets of data have the true ln k within 1.96 standard deviations."""
    random = np.random.default_rng(5)
    inside = 0
    for _ in range(sets):
        left = np.exp(-0.7 * TIMES)
        starts = 1 + 0.1 * random.standard_normal(len(TIMES))
        values = starts[:, None] * np.stack([left, 1 - left], axis=1)
        values += 0.01 * random.standard_normal(values.shape)
        priors = f'{K_ALONE}\nnoise = "0.01 mM"'
        problem = build_problem(study_of(folder, vessels, values.round(6), TIMES, priors), "all")
        found, deviation = fitted(problem)
        inside += abs(found - np.log(0.7)) < 1.96 * deviation
    return inside


def test_intervals_cover_the_truth_and_without_the_errors_they_do_not(tmp_path):
    # Of 24 sets 22.8 +- 1.1 are expected.
    assert covered(tmp_path, START) >= 19
    assert covered(tmp_path, "") <= 16


def test_where_a_vessel_cannot_be_followed_it_is_said(tmp_path):
    study = study_of(tmp_path, START, VALUES)

    with pytest.raises(InputError, match="vessels of their own, which PEtab cannot say"):
        exported_problem(study, "all")
    with pytest.raises(InputError, match="vessels of their own, which the explorer's page"):
        explored_study(study, tmp_path, None)


@pytest.mark.parametrize(
    ("vessels", "says"),
    [
        (f'{ALL}\ntime_error = "1 min"', "vessels: time: is what time_error says; keep one"),
        (
            f'{ALL}\ntemperature_alternatives = {{ other = "30 degC" }}',
            "vessels: temperature: does not go with temperature_alternatives; take one of them out",
        ),
        ('vessels = { weight = "1 %" }', "weight"),
    ],
)
def test_what_does_not_go_together_is_refused(tmp_path, vessels, says):
    with pytest.raises(InputError) as refused:
        study_of(tmp_path, vessels, VALUES)

    assert says in str(refused.value)
