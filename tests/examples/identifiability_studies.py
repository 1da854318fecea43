"""Small problems whose identifiability is known, with posterior draws from a plain emcee run."""

from pathlib import Path

import emcee
import numpy as np

from assemblysim.inference.model.parameters import normal_from_values
from assemblysim.inference.model.posterior import Posterior
from assemblysim.inference.model.priors import LogUniform
from assemblysim.measurement.data import IntensityTable, Measurement, Signal
from assemblysim.measurement.noise.registry import NOISES
from assemblysim.measurement.scales import SCALES
from assemblysim.mechanism.reading.system import read_system
from assemblysim.study.definition.settings import StatementSettings
from assemblysim.study.definition.study import Experiment, Study
from assemblysim.study.problem.problems import build_problem

TIMES = np.array([0.25, 0.5, 1.0, 2.0, 4.0, 8.0])
MODEL = """
title = "A turns into B and on into C"
[species]
A = "M"
B = "M"
C = "M"
[reactions]
first = "A -> B ; k_first"
second = "B -> C ; k_second"
short = "A -> C ; k_b"
doubled = "A -> B ; k_a, k_b ; k_a*k_b*A"
[mechanisms]
decay = ["first"]
chain = ["first", "second"]
redundant = ["doubled", "second"]
"""
WIDE = LogUniform(1e-3, 1e3)


def problem_of(folder, mechanism, table, *, scale="absolute", noise="proportional", **options):
    """A problem; `priors`, `fixed` by name, `initial` of A: an amount (mM) or a prior."""
    model = Path(folder) / "model.toml"
    model.write_text(MODEL)
    signals = options.get("signals") or table.signals
    fixed = {"background": 1e-6, "noise": 0.05, **options.get("fixed", {})}
    priors = {k: WIDE for k in ("k_first", "k_second", "k_a", "k_b")} | options.get("priors", {})
    study = Study(
        folder=Path(folder),
        title="small",
        question="",
        notes=(),
        system=read_system(model),
        mechanisms=(mechanism,),
        seed=3,
        concentration_unit="mM",
        experiments=(
            Experiment(
                "reactor",
                (("A", options.get("initial", 10.0)),),
                table,
                options.get("words", ()),
                TIMES if options.get("words") else TIMES[:0],
            ),
        ),
        measurement=Measurement(
            SCALES[scale], NOISES[noise], tuple(Signal(n, ((n, 1.0),)) for n in signals)
        ),
        fixed=tuple((n, v) for n, v in fixed.items() if n not in priors),
        priors=tuple(priors.items()),
        statement_settings=StatementSettings(0.02),
        sampling=None,
        inputs=(),
    )
    return build_problem(study, mechanism)


def chain_signals(k_first, k_second, times=TIMES, start=10.0):
    """A, B and C of the chain, shape (T, 3), mM, from the closed form."""
    a = np.exp(-k_first * times)
    b = k_first / (k_second - k_first) * (np.exp(-k_first * times) - np.exp(-k_second * times))
    return start * np.stack([a, b, 1 - a - b], axis=1)


def chain_readings(k_first, k_second, names="ABC", *, noise=0.05, seed=4):
    """Readings of some of the three species with proportional noise."""
    columns = ["ABC".index(name) for name in names]
    signals = chain_signals(k_first, k_second)[:, columns] + 1e-6
    scatter = np.random.default_rng(seed).standard_normal(signals.shape)
    return IntensityTable(tuple(names), TIMES, signals * np.exp(noise * scatter))


def draws_of(problem, *starts, steps=600, walkers=32):
    """Posterior draws, shape (1, N, W, P), of an ensemble started about some values."""
    centres = np.array([normal_from_values(problem.parameters, np.array(s)) for s in starts])
    rng = np.random.default_rng(8)
    first = centres[np.arange(walkers) % len(centres)]
    first = first + 0.01 * rng.standard_normal(first.shape)
    moves = [(emcee.moves.DEMove(), 0.7), (emcee.moves.DESnookerMove(), 0.3)]
    sampler = emcee.EnsembleSampler(
        walkers, first.shape[1], Posterior(problem), moves=moves, vectorize=True
    )
    sampler.random_state = np.random.RandomState(3).get_state()  # emcee's own kind
    sampler.run_mcmc(first, steps)
    return sampler.get_chain(discard=steps // 3)[None]
