"""The Test Set for IVP Solvers, and how errors fall with the tolerance."""

import numpy as np
import pytest
from sample_networks import (
    BINDING,
    CHAIN,
    DIMERISATION,
    HNP_DY6,
    HNP_DY6_CONSTANTS,
    HNP_DY6_INITIAL,
)
from scipy.integrate import solve_ivp
from stiff_problems import PROBLEMS

from assemblysim.kinetics.engines.integration import ENGINES, Tolerance, integrate_batch
from assemblysim.kinetics.symbolic.compilation import compile_network

EACH = pytest.mark.parametrize("name", PROBLEMS)
# Absolute errors allowed are this share of rtol times 1 mM: below the smallest end value, 4e-18.
ATOL = 1e-16


def end_of(problem, rtol, engine):
    tolerance = Tolerance(rtol, rtol * ATOL / problem.initial.max(), 100_000)
    times = np.array([problem.end])
    batch = integrate_batch(
        problem.network,
        problem.rate_constants[None],
        problem.initial[None],
        times,
        tolerance,
        engine=engine,
    )
    assert batch.completed.all()
    return batch.concentrations[0, 0], int(batch.steps[0])


def error_of(problem, rtol, engine):
    end, steps = end_of(problem, rtol, engine)
    return np.abs(end / problem.published - 1).max(), steps


@EACH
def test_the_network_has_the_equations_of_the_test_set(name):
    problem = PROBLEMS[name]
    for state in np.random.default_rng(2).uniform(0.1, 1.0, (5, len(problem.initial))):
        rhs = compile_network(problem.network).rhs(state, problem.rate_constants)
        np.testing.assert_allclose(rhs, problem.right_hand_side(0.0, state), rtol=1e-12)


@EACH
def test_another_solver_finds_the_published_end(name):
    problem = PROBLEMS[name]
    span = (0.0, problem.end)
    found = solve_ivp(
        problem.right_hand_side, span, problem.initial, method="Radau", rtol=1e-9, atol=1e-24
    )

    np.testing.assert_allclose(found.y[:, -1], problem.published, rtol=1e-8)


@EACH
@pytest.mark.parametrize("engine", ENGINES)
def test_the_published_end_is_reached_to_1e_5_at_rtol_1e_7(name, engine):
    error, _ = error_of(PROBLEMS[name], 1e-7, engine)

    assert error < 1e-5


@EACH
def test_more_work_gives_more_digits(name):
    tolerances = 10.0 ** -np.arange(4, 9)
    errors, steps = zip(*(error_of(PROBLEMS[name], r, "native") for r in tolerances), strict=True)

    assert (np.diff(errors) < 0).all(), errors
    assert (np.diff(steps) > 0).all(), steps


SMOOTH = {
    "chain": (CHAIN, [1.0, 0.3], [1.0, 0.0, 0.0], 10.0),
    "dimerisation": (DIMERISATION, [1.0], [1.0, 0.0], 10.0),
    "binding": (BINDING, [1.0, 0.2], [1.0, 0.7, 0.0], 5.0),
    "HNP-Dy6": (HNP_DY6, HNP_DY6_CONSTANTS, HNP_DY6_INITIAL, 48.0),
}


# At 48 h alone HNP-Dy6 is a slow decay that says nothing about order; on the way it says it.
@pytest.mark.parametrize(
    ("name", "points"), [*((name, 25) for name in SMOOTH), *((name, 1) for name in [*SMOOTH][:3])]
)
def test_errors_fall_with_the_fifth_power_of_the_step(name, points):
    network, rate_constants, initial, end = SMOOTH[name]
    times = end * (np.arange(points) + 1) / points

    def course(rtol):
        tolerance = Tolerance(rtol, rtol * 1e-2, 100_000)
        arrays = np.array(rate_constants)[None], np.array(initial)[None]
        return integrate_batch(network, *arrays, times, tolerance, engine="native")

    exact = course(1e-13).concentrations
    batches = [course(r) for r in 10.0 ** -np.arange(5, 11)]
    errors = [np.abs(batch.concentrations - exact).max() for batch in batches]
    steps = [batch.steps[0] for batch in batches]

    order = -np.polyfit(np.log(steps), np.log(errors), 1)[0]
    assert order == pytest.approx(5.0, abs=0.3)
