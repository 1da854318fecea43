"""Spectra that were not measured yet, as experiments whose outcome can be imagined."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import numpy as np

from assemblysim.errors import InputError, did_you_mean
from assemblysim.inference.groundwork import stream
from assemblysim.inference.model.experiment import ExperimentProblem, within
from assemblysim.inference.model.parameters import NamedValues
from assemblysim.inference.model.problem import (
    Problem,
    signals_of,
)
from assemblysim.kinetics.reactor.reactor import courses
from assemblysim.language import time_label
from assemblysim.measurement.data import IntensityTable
from assemblysim.measurement.likelihoods.intensities import (
    IntensityLikelihood,
    intensity_likelihood,
)
from assemblysim.measurement.simulation.simulation import (
    simulated_likelihood,
    typical_covariance,
    typical_sds,
)
from assemblysim.prediction.design.design import InPlay
from assemblysim.prediction.pathways import pathway_fractions_in
from assemblysim.result.design import SpectraAssumed, SpectrumKind, SpectrumPlan
from assemblysim.result.forecast import ConcentrationChange
from assemblysim.study.definition.study import Experiment, Study
from assemblysim.study.problem.changed_conditions import Start
from assemblysim.study.problem.crossover import Crossover
from assemblysim.study.problem.problems import build_problem
from assemblysim.study.results.experiments import changed_start
from assemblysim.study.results.stored_posterior import probabilities_in_play, stored_values

# The reading error behind words, which new spectra have where nothing was measured.
WORDS_NOISE = "statement_noise"


@dataclass(frozen=True)
class Plan:
    """Spectra that might be taken.

    Attributes:
        kind: "new time", "replicate", "other start", or several of these "together".
        start: the concentrations at t = 0.
        times: h, not decreasing; equal ones are replicates.
        crossover: what is mixed in place of the experiment; None for the experiment itself.
    """

    kind: SpectrumKind
    start: Start
    times: tuple[float, ...]
    crossover: Crossover | None = None

    def of(self, problem: Problem) -> Problem:
        """Return a mechanism with what the spectra are taken of among its experiments."""
        return problem if self.crossover is None else self.crossover.of(problem)


@dataclass(frozen=True, eq=False)
class Ensemble:
    """The mechanisms in play, with draws from the posterior of each.

    Attributes:
        in_play: names, probabilities and D, the number of draws of each.
        problems: one for each of the M mechanisms.
        values: for each of them draws, shape (D, P), in the parameters' units.
    """

    in_play: InPlay
    problems: tuple[Problem, ...]
    values: tuple[np.ndarray, ...]


def ensemble_of(
    probabilities: Mapping[str, float],
    problems: Sequence[Problem],
    values: Sequence[np.ndarray],
) -> Ensemble:
    """Put mechanisms and their draws together; the fewest draws count for all.

    Args:
        probabilities: of the mechanisms in play.
        problems: one for each, in that order.
        values: draws of each, shape (D, P).
    """
    draws = min(len(one) for one in values)
    weights = np.array(list(probabilities.values()), dtype=float)
    in_play = InPlay(tuple(probabilities), weights / weights.sum(), draws)
    return Ensemble(in_play, tuple(problems), tuple(one[:draws] for one in values))


def stored_ensemble(study: Study, results: Path, draws: int) -> Ensemble:
    """Read the mechanisms in play and some of their draws from a stored fit.

    Raises:
        InputError: there is none, or it was made from other files.
    """
    probabilities = probabilities_in_play(study, results)
    problems = [build_problem(study, name) for name in probabilities]
    values = [
        stored_values(p, results, draws, stream(study.seed, p.mechanism, "design"))
        for p in problems
    ]
    return ensemble_of(probabilities, problems, values)


@dataclass(frozen=True, eq=False)
class PlannedSpectra:
    """A plan under every draw of every mechanism in play; see `design.PossibleExperiment`.

    An outcome is the likelihood of a simulated table; None where the table says nothing.

    Attributes:
        template: likelihood of a table with the planned times.
        signals: for each mechanism, shape (D, T, I), expected at the sampling times.
        noise: for each mechanism, shape (D, Q).
        completed: for each mechanism, shape (D,), whether the integration reached the end.
    """

    template: IntensityLikelihood
    signals: tuple[np.ndarray, ...]
    noise: tuple[np.ndarray, ...]
    completed: tuple[np.ndarray, ...]

    def simulate(
        self, mechanism: int, draw: int, rng: np.random.Generator
    ) -> IntensityLikelihood | None:
        """Draw the spectra that this draw of this mechanism would give."""
        if not self.completed[mechanism][draw]:
            return None
        signals, noise = self.signals[mechanism][draw], self.noise[mechanism][draw]
        found = simulated_likelihood(self.template, signals, noise, "none", rng)
        return None if found is None else found[1]

    def log_densities(self, outcome: IntensityLikelihood | None) -> np.ndarray:
        """Return the log density of the spectra under every draw of all mechanisms, (M, D)."""
        completed = np.stack(self.completed)
        if outcome is None:  # nothing is learnt
            return np.zeros(completed.shape)
        points = outcome.pointwise(*self._side_by_side)
        found = points.sum(axis=1).reshape(completed.shape)
        return np.where(completed, found, -np.inf)

    @cached_property
    def _side_by_side(self) -> tuple[np.ndarray, np.ndarray]:
        """Signals and noise of all mechanisms, one below the other: calls cost more than draws."""
        return np.concatenate(self.signals), np.concatenate(self.noise)


def planned_spectra(ensemble: Ensemble, plan: Plan) -> PlannedSpectra:
    """Integrate a plan for every draw of every mechanism in play.

    A replicate at a time that was measured already counts as a sample of its own: what it
    would share with the others, where replicates share a sampling error, is not used.

    Args:
        ensemble: the mechanisms and their draws.
        plan: the spectra.

    Raises:
        InputError: the scale is per species and one time alone would say nothing.
    """
    template = _template(ensemble, plan)
    signals, noise, completed = [], [], []
    for fitted, values in zip(ensemble.problems, ensemble.values, strict=True):
        problem = plan.of(fitted)
        named = problem.named(values)
        experiment = problem.experiments[plan.start.experiment]
        batch = courses(
            plan.start.reactor(problem, named),
            experiment.at_moments(template.times + experiment.clock.usual_delay),
            problem.tolerance,
        )
        concentrations = np.where(batch.completed[:, None, None], batch.concentrations, 0.0)
        signals.append(signals_of(experiment, named, concentrations))
        known = _known(problem, experiment)
        noise.append(_noise(template, within(experiment, named), known))
        completed.append(batch.completed)
    return PlannedSpectra(template, tuple(signals), tuple(noise), tuple(completed))


def measured_times(experiment: Experiment) -> frozenset[float]:
    """Return when intensities were measured, h; words about a sample are no replicate of it."""
    table = experiment.table
    return frozenset() if table is None else frozenset(table.times.tolist())


def stored_plan(study: Study, plan: Plan) -> SpectrumPlan:
    """Return what is stored of a plan."""
    start, mixed = changed_start(study, plan.start), plan.crossover
    if mixed is not None:
        one = ConcentrationChange(mixed.core, mixed.amount, None)
        start = replace(start, changes=(one,))
    return SpectrumPlan(plan.kind, plan.times, start, "" if mixed is None else mixed.block)


def quantity_draws(ensemble: Ensemble, name: str) -> np.ndarray:
    """Return a number that should become narrower, shape (M, D); nan where there is none.

    Args:
        ensemble: the mechanisms and their draws.
        name: a parameter, of which the logarithm counts; or "product/reaction", the fraction of a
            product that a reaction makes in the first experiment.

    Raises:
        InputError: no mechanism in play has it.
    """
    found = np.full((len(ensemble.problems), ensemble.in_play.draws), np.nan)
    known: dict[str, None] = {}
    for m, (problem, values) in enumerate(zip(ensemble.problems, ensemble.values, strict=True)):
        known |= dict.fromkeys(problem.parameter_names)
        if name in problem.parameter_names:
            found[m] = np.log(values[:, problem.parameter_names.index(name)])
            continue
        named = problem.named(values)
        fractions = pathway_fractions_in(
            Start().reactor(problem, named), problem.experiments[0].window
        )
        ways = [f"{product}/{reaction}" for product, reaction in fractions.routes]
        known |= dict.fromkeys(ways)
        if name in ways:
            found[m] = fractions.values[:, ways.index(name)]
    if not np.isfinite(found).any():
        raise InputError(f"--narrow: no '{name}'{did_you_mean(name, known)}; write one of these")
    return found


def assumed_of_words(ensemble: Ensemble) -> SpectraAssumed | None:
    """Say what is assumed of spectra where no intensities tell how they scatter; None elsewhere.

    Returns:
        Medians over the draws of the most probable mechanism, whose words have a reading error and
        a detection limit, or the limit that the study states.
    """
    problem, values = ensemble.problems[0], ensemble.values[0]
    known = _known(problem, problem.experiments[0])
    if problem.experiments[0].intensities is not None or WORDS_NOISE not in known:
        return None
    named = problem.named(values)
    stated = problem.experiments[0].measurement.detection_limit
    limit = float(np.median(named.get("limit"))) if stated is None else stated
    return SpectraAssumed(float(np.median(named.get(WORDS_NOISE))), limit)


def _template(ensemble: Ensemble, plan: Plan) -> IntensityLikelihood:
    problem = plan.of(ensemble.problems[0])
    experiment = problem.experiments[plan.start.experiment]
    measurement = experiment.measurement
    if measurement.scale.by_column and len(set(plan.times)) < 2:
        raise InputError(
            f"design: a spectrum at {time_label(plan.times[0])}: with scale "
            f"'{measurement.scale.name}' one time alone compares nothing; this scale cannot be "
            "designed for yet"
        )
    if "sampling_error" not in _known(
        problem, experiment
    ):  # nothing is known of what replicates share
        measurement = replace(measurement, share_replicates=False)
    assumed = assumed_of_words(ensemble)
    if assumed is not None:
        measurement = replace(measurement, detection_limit=assumed.limit)
    names = tuple(signal.name for signal in measurement.signals)
    values = np.ones((len(plan.times), len(names)))
    sds = known = None
    if experiment.intensities is not None:  # an error as large as those stated for its signal
        sds = typical_sds(experiment.intensities.measured, measurement)
        known = typical_covariance(experiment.intensities.measured)
    if sds is not None:
        sds = np.broadcast_to(sds * measurement.scale.total(values, values), values.shape)
    if known is not None:
        known = np.broadcast_to(known, (*values.shape, len(names)))
    table = IntensityTable(names, np.array(plan.times), values, sds=sds, covariances=known)
    return intensity_likelihood(table, measurement)


def _known(problem: Problem, experiment: ExperimentProblem) -> set[str]:
    every = {*problem.parameter_names, *(name for name, _ in problem.fixed)}
    return every | dict(experiment.aliases).keys()


def _noise(template: IntensityLikelihood, named: NamedValues, known: set[str]) -> np.ndarray:
    """Return the noise of planned spectra, shape (D, Q); that behind words where there is no other.

    Where the fitted replicates share a sampling error, a single planned spectrum has one of its
    own, which adds to the error of its intensities.
    """
    names = template.noise_names
    if WORDS_NOISE in known and not known.issuperset(names):
        additive = [name for name in names if name.startswith("noise_additive")]
        if additive:
            raise InputError(
                f"design: words say nothing of {additive[0]}; design needs noise = "
                '"proportional" under [measurement], or intensities'
            )
        return np.tile(named.get(WORDS_NOISE)[:, None], len(names))
    noise = named.stack(names)
    if "sampling_error" in known and "sampling_error" not in names:
        own = [i for i, n in enumerate(names) if not n.startswith("noise_additive")]
        noise[:, own] = np.hypot(noise[:, own], named.get("sampling_error")[:, None])
    return noise
