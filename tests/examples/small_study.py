"""A study with two rate constants, small enough for quadrature and for runs of a second."""

from pathlib import Path

import numpy as np

from assemblysim.inference.model.priors import LogUniform
from assemblysim.inference.sampling.settings import (
    ConvergenceCriteria,
    FitSettings,
    SmcSettings,
    WiderPriorSmcSettings,
)
from assemblysim.measurement.data import IntensityTable, Measurement, Signal, Statement
from assemblysim.measurement.noise.registry import NOISES
from assemblysim.measurement.scales import SCALES
from assemblysim.mechanism.reading.system import read_system
from assemblysim.study.definition.settings import StatementSettings
from assemblysim.study.definition.study import Experiment, Study

MODEL = """
title = "A turns into B and on into C"
[species]
A = "M"
B = "M"
C = "M"
[reactions]
first = "A -> B ; k_first"
second = "B -> C ; k_second"
short = "A -> C ; k_short"
[mechanisms]
chain = ["first", "second"]
detour = ["first", "short"]
"""
TIMES = np.array([0.25, 0.5, 1.0, 2.0, 4.0, 8.0])
SETTINGS = FitSettings(
    ensembles=2,
    walkers=16,
    max_steps=60,
    round_steps=20,
    screened=64,
    starts=2,
    convergence=ConvergenceCriteria(r_hat=1.5, effective_size=20, autocorrelation_times=1),
    smc=SmcSettings(pilot_particles=128, runs=4, particles=128),
    prior_changes=WiderPriorSmcSettings(pilot_particles=128, runs=2, particles=128),
)
FIXED = tuple(
    {
        "response_A": 1.0,
        "response_B": 1.0,
        "response_C": 1.0,
        "background": 1e-3,
        "limit": 0.02,
        "statement_noise": 0.3,
        "fraction": 1 / 3,
    }.items()
)
PRIORS = (
    ("k_first", LogUniform(1e-2, 1e2)),
    ("k_second", LogUniform(1e-2, 1e2)),
    ("k_short", LogUniform(1e-2, 1e2)),
)
WORDS = (
    Statement("B", "maximum", 1.0, 1.0, "largest at 1 h"),
    Statement("A", "absent", 8.0, 8.0, "gone at 8 h"),
    Statement("C", "increasing", 0.25, 8.0, "rises all along"),
    Statement("C", "detected", 0.25, 0.25, "there from the start"),
)


def chain_table(k_first=1.0, k_second=0.5, noise=0.05, seed=7, replicates=1):
    """Readings of the chain with a gain of its own for each spectrum, from the closed form."""
    rng = np.random.default_rng(seed)
    times = np.repeat(TIMES, replicates)
    a = np.exp(-k_first * times)
    b = k_first / (k_second - k_first) * (np.exp(-k_first * times) - np.exp(-k_second * times))
    signals = 10 * np.stack([a, b, 1 - a - b], axis=1) + 1e-3
    gains = np.exp(rng.normal(0, 1, (len(times), 1)))
    values = signals * gains * np.exp(noise * rng.standard_normal(signals.shape))
    return IntensityTable(("A", "B", "C"), times, values)


def small_study(folder, *, table=None, words=(), fixed=FIXED, noise=0.05):
    """A study of two mechanisms with a table, statements, or both."""
    model = Path(folder) / "small.toml"
    model.write_text(MODEL)
    known = fixed if noise is None else (*fixed, ("noise", noise))
    return Study(
        folder=Path(folder),
        title="small",
        question="",
        notes=(),
        system=read_system(model),
        mechanisms=("chain", "detour"),
        seed=3,
        concentration_unit="mM",
        experiments=(
            Experiment("reactor", (("A", 10.0),), table, words, TIMES if words else TIMES[:0]),
        ),
        measurement=Measurement(
            SCALES["per spectrum"],
            NOISES["proportional"],
            tuple(Signal(n, ((n, 1.0),)) for n in "ABC"),
        ),
        fixed=known,
        priors=PRIORS,
        statement_settings=StatementSettings(0.02),
        sampling=SETTINGS,
        inputs=(),
    )
