"""Recovery of barriers from simulated experiments at three temperatures."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from assemblysim.inference.groundwork import lay_groundwork, smc_task
from assemblysim.inference.model.parameters import values_from_normal
from assemblysim.inference.model.temperature_laws import barrier_from_constant
from assemblysim.inference.sampling.settings import FitSettings, SmcSettings
from assemblysim.inference.sampling.smc import run_smc
from assemblysim.result.mechanism import ActivationBarrier
from assemblysim.study.definition.reading import read_study
from assemblysim.study.problem.activation import activation_barriers
from assemblysim.study.problem.problems import build_problem

STUDY = read_study(Path("fits/three_temperatures_synthetic"))
EFFORT = FitSettings(
    screened=256, starts=4, smc=SmcSettings(pilot_particles=256, runs=2, particles=256)
)


def draws(experiments: int) -> tuple[tuple[ActivationBarrier, ...], dict[str, np.ndarray]]:
    """Return barriers and draws from the first experiments of the study."""
    study = replace(STUDY, experiments=STUDY.experiments[:experiments])
    problem = build_problem(study, "two_Dy3L")
    task = smc_task(problem, lay_groundwork(problem, EFFORT, 1), EFFORT.smc)
    found = run_smc(task, np.random.default_rng(1))
    values = values_from_normal(problem.parameters, found.positions)
    named = dict(zip(problem.parameter_names, values.T, strict=True))
    return activation_barriers(study, problem, values), named


def test_energies_and_barriers_are_recovered_from_three_temperatures() -> None:
    barriers, named = draws(3)
    truth = dict(STUDY.truth.values)
    for step in ("chelate", "grow", "dimerise"):
        lower, upper = np.quantile(named[f"Ea_{step}"], [0.025, 0.975])
        assert lower < truth[f"Ea_{step}"] < upper
        assert upper - lower < 12
        one = next(b for b in barriers if (b.name, b.temperature_K) == (f"k_{step}", 333.15))
        true = float(barrier_from_constant(np.array(truth[f"k_{step}"]), 333.15, 2))
        assert abs(one.median - true) < 0.5
        assert one.lower < true < one.upper


def test_one_temperature_leaves_energies_open() -> None:
    # The negative control: at 40 degC alone, referred to 60 degC, an energy is what it was.
    _, named = draws(1)
    lower, upper = np.quantile(named["Ea_grow"], [0.025, 0.975])
    assert upper - lower > 60
