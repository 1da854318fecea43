"""Responses in place of their contrasts: coordinates, values, profiles and ranks of each."""

from types import SimpleNamespace

import numpy as np
import pytest

from assemblysim.inference.identifiability.profiles import DROP, Likelihood
from assemblysim.inference.identifiability.reported import (
    profile_ends,
    rank_of_reported,
    reported,
    values_of,
)
from assemblysim.inference.identifiability.sensitivity_rank import SensitivityRank
from assemblysim.inference.model.parameters import Parameter, values_from_normal
from assemblysim.inference.model.priors import LogNormal, LogUniform
from assemblysim.measurement.responses import Exchangeable

RNG = np.random.default_rng(5)


def problem_with(stated=()):
    """One rate constant and three exchangeable responses."""
    one = Exchangeable.of([f"response_{n}" for n in "ABC"], stated, 2.0)
    contrasts = [
        Parameter(name, "", "contrast", LogNormal(1.0, factor))
        for name, factor in zip(one.contrasts, one.factors, strict=True)
    ]
    parameters = (Parameter("k", "1/h", "rate", LogUniform(1e-3, 1e3)), *contrasts)
    return SimpleNamespace(
        parameters=parameters,
        parameter_names=tuple(p.name for p in parameters),
        exchangeable=(one,),
        fixed=tuple((name, 3.0) for name in stated),
    )


@pytest.mark.parametrize("stated", [(), ("response_D",)])
def test_responses_take_the_place_of_contrasts(stated):
    problem = problem_with(stated)
    every = reported(problem)
    positions = RNG.standard_normal((40_000, len(problem.parameters)))
    values = values_of(every, problem, positions)
    named = dict(zip((one.parameter.name for one in every), values.T, strict=True))
    logs = np.log(np.stack([named[f"response_{n}"] for n in "ABC"]))

    assert list(named) == ["k", "response_A", "response_B", "response_C"]
    np.testing.assert_array_equal(
        named["k"], values_from_normal(problem.parameters, positions)[:, 0]
    )
    level, width = (np.log(3.0), np.sqrt(2)) if stated else (0.0, np.sqrt(2 / 3))
    assert logs.mean(axis=1) == pytest.approx(level, abs=4 * width / 200)
    assert logs.std(axis=1) == pytest.approx(width * np.log(2.0), rel=0.02)
    if not stated:
        assert np.abs(logs.sum(axis=0)).max() < 1e-12
    for one in every[1:]:  # its own prior is that of its coordinate
        assert one.coordinates(positions).std() == pytest.approx(1.0, rel=0.02)
        assert one.parameter.prior.to_normal(named[one.parameter.name]) == pytest.approx(
            one.coordinates(positions), abs=1e-9
        )


def test_the_profile_of_a_response_is_that_of_a_normal_along_its_direction():
    problem = problem_with()
    every = reported(problem)
    root = np.random.default_rng(7).standard_normal((3, 3)) + 2 * np.eye(3)
    precision, top = 9 * root @ root.T, np.array([0.2, -0.3, 0.5])
    flat = np.array([True, False, False])

    def log_likelihoods(positions):
        gap = positions - top
        return -0.5 * np.einsum("bp,pq,bq->b", gap, precision, gap)

    def values_and_gradients(positions):
        return log_likelihoods(positions), -(positions - top) @ precision

    likelihood = Likelihood(log_likelihoods, values_and_gradients, flat)
    posterior = precision + np.diag((~flat).astype(float))
    mean = np.linalg.solve(posterior, precision @ top)
    draws = RNG.multivariate_normal(mean, np.linalg.inv(posterior), 2000)
    _, ends, _ = profile_ends(every, likelihood, mean, draws)

    for one, (lower, upper) in zip(every, ends, strict=True):
        # a response's own prior does not count in its profile; that across its direction does
        across = np.diag((~flat).astype(float))
        own = (
            np.zeros((3, 3))
            if one.parameter.name == "k"
            else np.outer(one.direction, one.direction)
        )
        free = np.linalg.inv(precision + across - own)
        centre = float(one.direction @ free @ precision @ top)
        half = np.sqrt(2 * DROP * float(one.direction @ free @ one.direction))
        assert (lower, upper) == pytest.approx((centre - half, centre + half), abs=2e-2)


def test_a_change_that_no_signal_shows_is_told_of_responses():
    problem = problem_with()
    every = reported(problem)
    (one,) = problem.exchangeable
    # k and the response of B make up for each other: k up, B down, as others stay in proportion
    null = np.array([1.0, *-one.raised("response_B")])[:, None]
    rank = SensitivityRank(problem.parameter_names, 2, 2, (null / np.linalg.norm(null),))
    found = rank_of_reported(every, rank, problem)

    assert found.parameters == ("k", "response_A", "response_B", "response_C")
    assert found.structural == 3  # of four of which one is known from the others
    exponents = dict(zip(found.parameters, np.eye(4), strict=True))
    ratio = exponents["response_A"] - exponents["response_C"]
    assert found.unchanged(ratio)
    assert not found.unchanged(exponents["response_B"])
    product = exponents["k"] + exponents["response_B"] - exponents["response_A"]
    assert found.unchanged(product)
