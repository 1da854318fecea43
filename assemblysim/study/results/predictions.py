"""Predictions of one mechanism from its draws: lifetimes, pathway fractions, courses with bands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from assemblysim.inference.model.experiment import ExperimentProblem, within
from assemblysim.inference.model.parameters import NamedValues
from assemblysim.inference.model.problem import Problem, courses_of, filled, reactor_of, signals_of
from assemblysim.kinetics.reactor.reactor import Reactor, courses
from assemblysim.measurement.data import Measurement
from assemblysim.measurement.simulation.display import (
    display_intensities,
    display_signals,
    display_unit,
    display_unread,
)
from assemblysim.measurement.simulation.simulation import simulate_intensities
from assemblysim.mechanism.properties.balance import composition_matrix
from assemblysim.prediction.assembly_courses import assembly_courses_in
from assemblysim.prediction.courses.bands import (
    bands_of_known,
    course_times,
    species_bands,
)
from assemblysim.prediction.lifetimes import (
    Lifetimes,
    average_lifetimes,
    lifetimes_in,
)
from assemblysim.prediction.pathways import PathwayFractions, average_pathways
from assemblysim.result.courses import (
    PREDICTIVE_QUANTILES,
    RATIO,
    AssemblyCourses,
    Courses,
)
from assemblysim.result.predictions import AveragedPredictions
from assemblysim.study.definition.study import Study

# Points of a drawn course; half of them even in the logarithm of time.
GRID = 120
# Share of the scarcest component from which on a species counts as there, where no
# detection limit is stated.
PRESENT_SHARE = 0.005
# Of a spectrum's total: where the background makes more, the fractions are those of nothing.
MOST_BACKGROUND = 0.1


@dataclass(frozen=True, eq=False)
class SignalCourses:
    """Drawn courses of the signals in one experiment.

    Attributes:
        signals: names of the I signals.
        times: shape (G,), h, after the start.
        expected: shape (D, G, I), display unit.
    """

    signals: tuple[str, ...]
    times: np.ndarray
    expected: np.ndarray


@dataclass(frozen=True, eq=False)
class Predictions:
    """What follows from one mechanism's draws, for each experiment.

    Attributes:
        lifetimes: of every intermediate, one for each experiment.
        pathways: fractions of the reactions that make each product, one for each experiment.
        signals: one for each experiment.
    """

    lifetimes: tuple[Lifetimes, ...]
    pathways: tuple[PathwayFractions, ...]
    signals: tuple[SignalCourses, ...]


def averaged(
    predictions: Mapping[str, Predictions],
    probabilities: Mapping[str, float],
    unit: str,
    experiments: Sequence[str],
) -> AveragedPredictions:
    """Average predictions over mechanisms, in the first experiment and in each; windows follow.

    Args:
        predictions: by mechanism.
        probabilities: of the mechanisms.
        unit: of the study's concentrations.
        experiments: their names.
    """
    names = list(probabilities)
    weights = [probabilities[name] for name in names]
    every = [predictions[name] for name in names]
    lifetimes = {
        experiment: average_lifetimes([one.lifetimes[i] for one in every], weights, unit)
        for i, experiment in enumerate(experiments)
    }
    pathways = {
        experiment: average_pathways([one.pathways[i] for one in every], weights)
        for i, experiment in enumerate(experiments)
    }
    first, several = experiments[0], len(experiments) > 1
    return AveragedPredictions(
        lifetimes[first],
        pathways[first],
        {},
        lifetimes if several else {},
        pathways if several else {},
    )


def predict_study(
    problem: Problem, values: np.ndarray, study: Study, rng: np.random.Generator
) -> tuple[Predictions, tuple[Courses, ...], tuple[AssemblyCourses, ...]]:
    """Predict every experiment of a study from draws of one mechanism.

    Args:
        problem: the mechanism.
        values: shape (D, P), draws in the parameters' units.
        study: for units and the experiments' names.
        rng: the stream of the posterior-predictive readings.
    """
    named = problem.named(values)
    found_lifetimes, assembled, courses = [], [], []
    for experiment in problem.experiments:
        reactor, window = reactor_of(problem, experiment, named), experiment.window
        thresholds = presence_threshold(experiment, reactor.initial)
        every = lifetimes_in(reactor, window, thresholds)
        found_lifetimes.append(without_starting_materials(every, reactor))
        drawn_at = course_times(window, GRID, experiment.protocol.moments)
        assembled.append(assembly_courses_in(reactor, drawn_at))
        courses.append(experiment_courses(problem, experiment, named, study, rng))
    signals = tuple(signals for _, signals in courses)
    pathways = tuple(one.pathways for one in assembled)
    names = [one.name for one in problem.experiments]
    return (
        Predictions(tuple(found_lifetimes), pathways, signals),
        tuple(drawn for drawn, _ in courses),
        tuple(one.result(name) for one, name in zip(assembled, names, strict=True)),
    )


def without_starting_materials(found: Lifetimes, reactor: Reactor) -> Lifetimes:
    """Leave out species that were put in: one that a step gives back is no intermediate."""
    largest = reactor.initial.max(axis=0)
    names = reactor.network.species_names
    there = {name for name, start in zip(names, largest, strict=True) if start > 0}
    kept = [i for i, name in enumerate(found.species) if name not in there]
    species = tuple(found.species[i] for i in kept)
    return Lifetimes(species, found.quantities, found.window, found.values[:, kept])


def presence_threshold(experiment: ExperimentProblem, initial: np.ndarray) -> np.ndarray:
    """Return from which concentration on a species counts as there, shape (D,), mM.

    The detection limit as a fraction of the scarcest component's total: what a species at the
    limit would be if the whole of that component were in the assigned species. Of a reactor that
    starts without anything, the total is that of all that is added or fed.
    """
    initial = np.where(initial.any(axis=1, keepdims=True), initial, _brought(experiment))
    totals = initial @ composition_matrix(experiment.network.species)
    scarcest = np.where(totals > 0, totals, np.inf).min(axis=1, initial=np.inf)
    fraction = experiment.measurement.detection_limit or PRESENT_SHARE
    return np.asarray(fraction * np.where(np.isfinite(scarcest), scarcest, initial.sum(axis=1)))


def _brought(experiment: ExperimentProblem) -> np.ndarray:
    """Return all that is added and fed, in the volume of all together, shape (S,), mM."""
    names, protocol = experiment.network.species_names, experiment.protocol
    found = np.zeros(len(names))
    for _, volume, contents in protocol.added:
        for name, concentration in contents:
            if name in names:
                found[names.index(name)] += volume * concentration
    volumes = protocol.volume + sum(volume for _, volume, _ in protocol.added)
    return np.asarray(found / volumes)


@dataclass(frozen=True, eq=False)
class ChangedRun:
    """What runs in place of an experiment.

    Attributes:
        reactor: of as many parameter vectors.
        until: h.
    """

    reactor: Reactor
    until: float


def experiment_courses(
    problem: Problem,
    experiment: ExperimentProblem,
    named: NamedValues,
    study: Study,
    rng: np.random.Generator,
    changed: ChangedRun | None = None,
) -> tuple[Courses, SignalCourses]:
    """Return one experiment's courses with their bands, and the signals of every draw.

    Args:
        problem: the mechanism.
        experiment: one of its experiments.
        named: D parameter vectors.
        study: for units.
        rng: the stream of the posterior-predictive readings.
        changed: what runs instead, over the same readings; None for the experiment itself.
    """
    if changed is None:
        changed = ChangedRun(reactor_of(problem, experiment, named), experiment.window)
    times = _drawn_times(experiment, changed.until)
    batch = courses(changed.reactor, times)
    done = batch.completed
    signals = signals_of(experiment, named, batch.concentrations)[done]
    measurement = experiment.measurement
    names = tuple(signal.name for signal in measurement.signals)
    readings = experiment.intensities
    if readings is None:
        shown = display_unread(measurement, signals)
        predicted = shown
        data_times, data = np.zeros(0), np.zeros((0, len(names)))
    else:
        # The samples are where the likelihood has them, whose times may be uncertain.
        taken = courses_of(problem, experiment, named)
        concentrations = filled(taken)[:, experiment.reading_places]
        sampled = signals_of(experiment, named, concentrations)[done]
        noise = within(experiment, named).stack(readings.noise_names)[done]
        shown = display_signals(readings, signals, sampled)
        predicted = simulate_intensities(readings, signals, sampled, noise, rng)
        delay = experiment.clock.usual_delay
        data_times = readings.times[readings.measured.at] + delay
        data = display_intensities(readings)
    nothing = spectrum_of_nothing(experiment, named, batch.completed, signals)
    unit = _shown_unit(measurement, study.concentration_unit, read=readings is not None)
    found = Courses(
        experiment=experiment.name,
        times=batch.times,
        species=batch.species,
        concentrations=species_bands(batch),
        signals=names,
        expected=bands_of_known(np.where(nothing, np.nan, shown)),
        predictive=bands_of_known(np.where(nothing, np.nan, predicted), PREDICTIVE_QUANTILES),
        data_times=data_times,
        data=data,
        display_unit=unit,
    )
    # from the first sample on: before it nobody measures
    late = times >= experiment.usual_times[0]
    signals_drawn = SignalCourses(names, times[late], shown[:, late].astype(np.float32))
    return found, signals_drawn


def _shown_unit(measurement: Measurement, unit: str, *, read: bool) -> str:
    """Return what displayed signals are in; ratios of sums are in no unit."""
    ratios = [bool(one.divisor) for one in measurement.signals]
    if not measurement.scale.known or not any(ratios):
        return display_unit(measurement, unit, read=read)
    return RATIO if all(ratios) else f"{unit}, {RATIO}s in none"


def _drawn_times(experiment: ExperimentProblem, window: float) -> np.ndarray:
    """Return times of a drawn course, those of the samples among them."""
    drawn_at = course_times(window, GRID, experiment.protocol.moments)
    usual = experiment.usual_times
    return np.unique(np.concatenate([drawn_at, usual[usual <= window]]))


def spectrum_of_nothing(
    experiment: ExperimentProblem, named: NamedValues, done: np.ndarray, signals: np.ndarray
) -> np.ndarray:
    """Say where a draw's spectrum would be background, shape (D', G, 1): fractions of nothing.

    Args:
        experiment: whose signals they are.
        named: the values of all D draws.
        done: shape (D,), which of them were integrated: D'.
        signals: shape (D', G, I), background included.
    """
    measurement = experiment.measurement
    if measurement.scale.known or not measurement.scale.by_row:
        return np.zeros((*signals.shape[:2], 1), dtype=bool)
    background = within(experiment, named).get("background")[done]
    total = signals.sum(axis=-1)
    share = signals.shape[-1] * background[:, None]
    return np.asarray((share > MOST_BACKGROUND * total) | (total <= 0))[..., None]
