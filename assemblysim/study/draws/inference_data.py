"""What is stored of a mechanism's posterior: draws, and what they expect of the data.

The groups and their dimensions are those of ArviZ's schema for InferenceData. A chain is an
independent ensemble; its draws stand in the order of their steps, thinned so that R-hat and
effective sizes computed from them mean what they say.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from assemblysim.inference.identifiability.reported import with_responses
from assemblysim.inference.model.experiment import ExperimentProblem, within
from assemblysim.inference.model.likelihood import log_likelihood
from assemblysim.inference.model.parameters import NamedValues, values_from_normal
from assemblysim.inference.model.problem import Problem, courses_of, signals_of
from assemblysim.inference.sampling.diagnosis import independent_draws
from assemblysim.inference.sampling.ensembles import EnsembleState, kept_draws
from assemblysim.measurement.likelihoods.intensities import (
    IntensityLikelihood,
    intensity_likelihood,
)
from assemblysim.measurement.simulation.display import display_intensities
from assemblysim.measurement.simulation.simulation import simulate_like

# Of the draws of one chain: those from which a table is drawn anew.
DRAWN_ANEW = 100
DRAWN_FROM_PRIOR = 1000
# Vectors that are integrated together; courses of large networks take room.
_BATCH = 500
# How far densities are spread that more draws than so many have alike; steps that fill evenly.
_TIE, _FEW_TIES, _GOLDEN = 1e-10, 4, 0.6180339887498949


@dataclass(frozen=True, eq=False)
class Readings:
    """The X intensities of a study, and tables drawn anew from posterior draws.

    They are in the units in which the report shows them: per spectrum % of the spectrum's total,
    per species % of the column's largest, absolute the unit itself.

    Attributes:
        experiments: of each intensity.
        times: shape (X,), h.
        signals: of each intensity.
        observed: shape (X,); 0 where it stayed below its limit.
        below: shape (X,), whether it did.
        drawn: shape (E, D, X).
    """

    experiments: tuple[str, ...]
    times: np.ndarray
    signals: tuple[str, ...]
    observed: np.ndarray
    below: np.ndarray
    drawn: np.ndarray


@dataclass(frozen=True, eq=False)
class PosteriorDraws:
    """What is stored of one mechanism's posterior, E chains of K draws.

    Attributes:
        names: of the P unknowns, and of the responses that follow from contrasts among them.
        units: of each, "" where it has none.
        posterior: shape (E, K, P), in these units.
        log_density: shape (E, K), log of likelihood times prior at them, in the coordinates in
            which every prior is a standard normal.
        observations: names of the U observations.
        log_likelihood: shape (E, K, U), of each observation given the others.
        prior: shape (D, P).
        readings: what was measured; None where there are only statements.
        autocorrelation_time: of the sampler, in steps, the longest of all unknowns.
        walkers: of an ensemble, whose draws at a step stand side by side.
    """

    names: tuple[str, ...]
    units: tuple[str, ...]
    posterior: np.ndarray
    log_density: np.ndarray
    observations: tuple[str, ...]
    log_likelihood: np.ndarray
    prior: np.ndarray
    readings: Readings | None
    autocorrelation_time: float
    walkers: int


def posterior_draws(
    problem: Problem, states: tuple[EnsembleState, ...], rng: np.random.Generator
) -> PosteriorDraws:
    """Thin the draws of a mechanism's ensembles and compute what belongs to them.

    Args:
        problem: the mechanism and the data.
        states: its E ensembles.
        rng: source of randomness of what is drawn anew.
    """
    draws = kept_draws(states)
    found = independent_draws(draws)
    ensembles, count, _ = found.chains.shape
    last = min(state.steps for state in states)
    first = last - draws.shape[1]
    density = np.stack([state.log_density[first:last][found.places] for state in states])
    values = values_from_normal(problem.parameters, found.chains)
    flat = values.reshape(ensembles * count, -1)
    pointwise = np.concatenate(
        [
            log_likelihood(problem, flat[i : i + _BATCH]).pointwise
            for i in range(0, len(flat), _BATCH)
        ]
    )
    normal = rng.standard_normal((DRAWN_FROM_PRIOR, len(problem.parameters)))
    parameters, posterior = with_responses(problem, found.chains)
    return PosteriorDraws(
        names=tuple(parameter.name for parameter in parameters),
        units=tuple(parameter.unit for parameter in parameters),
        posterior=posterior,
        log_density=density.reshape(ensembles, count),
        observations=problem.observations,
        log_likelihood=without_ties(pointwise).reshape(ensembles, count, -1),
        prior=with_responses(problem, normal)[1],
        readings=_readings(problem, values, rng),
        autocorrelation_time=found.autocorrelation_time,
        walkers=draws.shape[2],
    )


def without_ties(pointwise: np.ndarray) -> np.ndarray:
    """Return log-densities, shape (D, U), with those that many draws have alike spread by 1e-10.

    An intensity below its limit may be sure in every draw, and ArviZ 1 refuses an observation whose
    least probable draws all have one density.
    """
    lowest = pointwise == pointwise.min(axis=0)
    often = lowest.sum(axis=0) > _FEW_TIES
    spread = _TIE * (np.arange(len(pointwise)) * _GOLDEN % 1.0)[:, None]
    return np.asarray(np.where(lowest & often, pointwise - spread, pointwise))


def _readings(problem: Problem, values: np.ndarray, rng: np.random.Generator) -> Readings | None:
    """Draw tables anew from some draws of each chain, (E, K, P); None where there is no table."""
    tables = [
        (experiment, experiment.intensities)
        for experiment in problem.experiments
        if experiment.intensities is not None and experiment.intensities.observations
    ]
    if not tables:
        return None
    ensembles, count, parameters = values.shape
    chosen = np.linspace(0, count - 1, min(DRAWN_ANEW, count)).astype(int)
    named = problem.named(values[:, chosen].reshape(-1, parameters))
    parts = [_drawn_anew(problem, one, table, named, rng) for one, table in tables]
    drawn = np.concatenate(parts, axis=1).reshape(ensembles, len(chosen), -1)
    shown = [(one.name, table.measured, _shown(table)) for one, table in tables]
    places = [np.nonzero(np.isfinite(table.values)) for _, table, _ in shown]
    each = list(zip(shown, places, strict=True))
    return Readings(
        experiments=tuple(name for (name, _, _), (row, _) in each for _ in row),
        times=np.concatenate([table.times[table.at][row] for (_, table, _), (row, _) in each]),
        signals=tuple(table.signals[i] for (_, table, _), (_, column) in each for i in column),
        observed=np.concatenate([values[at] for (_, _, values), at in each]),
        below=np.concatenate([table.below[at] for (_, table, _), at in each]),
        # One that gives no table is left out of every chain, so that all stay of one length.
        drawn=drawn[:, np.isfinite(drawn).all(axis=(0, 2))],
    )


def _drawn_anew(
    problem: Problem,
    experiment: ExperimentProblem,
    table: IntensityLikelihood,
    named: NamedValues,
    rng: np.random.Generator,
) -> np.ndarray:
    """Return a table for each of B draws, shape (B, X) over what was measured; nan for none."""
    batch = courses_of(problem, experiment, named)
    concentrations = batch.concentrations[:, experiment.reading_places]
    signals = signals_of(experiment, named, concentrations)
    noise = within(experiment, named).stack(table.noise_names)
    measured = np.isfinite(table.measured.values)
    found = np.full((len(signals), int(measured.sum())), np.nan)
    for i in np.nonzero(batch.completed)[0]:
        drawn = simulate_like(table, signals[i], noise[i], "none", rng)
        if drawn is not None:
            found[i] = _shown(intensity_likelihood(drawn, table.measurement))[measured]
    return found


def _shown(table: IntensityLikelihood) -> np.ndarray:
    """Return intensities in display units, shape (N, I), 0 where they stayed below a limit."""
    return np.where(table.measured.below, 0.0, display_intensities(table))
