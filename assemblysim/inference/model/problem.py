"""One mechanism held against one study's data: from parameter values to expected signals."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

import numpy as np

from assemblysim.inference.model.derived import DerivedParameter
from assemblysim.inference.model.experiment import (
    ExperimentProblem,
    from_vessels,
    in_vessels,
    initial_of,
    sampling_times,
    times_in_order,
    when_taken,
    within,
)
from assemblysim.inference.model.parameters import NamedValues, Parameter
from assemblysim.kinetics.engines.integration import Tolerance
from assemblysim.kinetics.reactor.protocol import segments
from assemblysim.kinetics.reactor.reactor import Reactor, courses
from assemblysim.kinetics.reactor.sensitivities import sensitivities
from assemblysim.kinetics.reactor.temperature import RateConstants
from assemblysim.kinetics.trajectory import TrajectoryBatch
from assemblysim.measurement.responses import Exchangeable
from assemblysim.measurement.signals import expected_signals
from assemblysim.measurement.statements.interpretations import ONLY, Interpretation
from assemblysim.mechanism.network.network import Network

# Step of the differences along time, as a fraction of the time.
TIME_STEP: Final = 1e-3


@dataclass(frozen=True)
class Temperatures:
    """How the rate constants of a mechanism depend on temperature.

    Attributes:
        reference: K, the temperature that the constants are stated at.
        energies: for each rate constant the name of its energy, "" where it has none.
        powers: for each rate constant the power of T beside the exponential.
    """

    reference: float
    energies: tuple[str, ...]
    powers: tuple[float, ...] = ()


@dataclass(frozen=True)
class Case:
    """One way in which all data may have come about, beside what the parameters say.

    Attributes:
        course: name of the course of temperature; "" as experiments state it.
        interpretation: of the words; "" where there is only one.
        weight: probability before the data.
    """

    course: str
    interpretation: str
    weight: float


@dataclass(frozen=True, eq=False)
class Problem:
    """Everything that a log-likelihood of one mechanism depends on.

    Attributes:
        mechanism: its name.
        network: all its reactions; an experiment may have fewer.
        parameters: the P unknowns.
        fixed: names and values of what is not unknown.
        experiments: fitted together, sharing the parameters.
        tolerance: of the integrations.
        temperatures: how rate constants depend on temperature; None where they need not.
        derived: what follows from other numbers, each after those that it needs.
        interpretations: of the words of all experiments, with their weights.
        course_weights: (name, weight) of each course of temperature that counts, the one that
            experiments state first, which is called "".
        exchangeable: responses of which only the ratios count, each with their contrasts.
    """

    mechanism: str
    network: Network
    parameters: tuple[Parameter, ...]
    fixed: tuple[tuple[str, float], ...]
    experiments: tuple[ExperimentProblem, ...]
    tolerance: Tolerance
    temperatures: Temperatures | None = None
    derived: tuple[DerivedParameter, ...] = ()
    interpretations: tuple[Interpretation, ...] = ONLY
    course_weights: tuple[tuple[str, float], ...] = (("", 1.0),)
    exchangeable: tuple[Exchangeable, ...] = ()

    @cached_property
    def cases(self) -> tuple[Case, ...]:
        """The K cases: every interpretation under every course of temperature."""
        return tuple(
            Case(course, one.name, weight * one.weight)
            for course, weight in self.course_weights
            for one in self.interpretations
        )

    @property
    def parameter_names(self) -> tuple[str, ...]:
        """Names of the P unknowns."""
        return tuple(p.name for p in self.parameters)

    @property
    def observations(self) -> tuple[str, ...]:
        """Names of the U observations of all experiments."""
        several = len(self.experiments) > 1
        return tuple(
            f"{experiment.name}: {one}" if several else one
            for experiment in self.experiments
            for part in (experiment.intensities, experiment.statements)
            if part is not None
            for one in part.observations
        )

    @property
    def reading_count(self) -> int:
        """How many intensities and sentences there are: n of AICc and BIC."""
        return sum(
            (0 if e.table is None else int(np.isfinite(e.table.values).sum()))
            + (0 if e.statements is None else len(e.statements.observations))
            for e in self.experiments
        )

    @cached_property
    def may_have_wild_spectra(self) -> bool:
        """Whether a spectrum of any experiment may be wrong as a whole."""
        return any(
            e.intensities is not None and e.measurement.may_have_wild_spectra
            for e in self.experiments
        )

    @cached_property
    def derivatives(self) -> int:
        """How many derivatives a vector's largest course has: times, species, and all by which."""
        sizes = [
            (len(one.times), len(one.network.species), len(one.network.rate_constant_names))
            for one in self.experiments
        ]
        return max(times * species * (species + constants) for times, species, constants in sizes)

    def coarse(self, most: int) -> Problem:
        """Return the problem with no more sampling times of an experiment than about so many."""
        found = tuple(one.coarse(most) for one in self.experiments)
        same = all(a is b for a, b in zip(found, self.experiments, strict=True))
        return self if same else replace(self, experiments=found)

    def without_wild_spectra(self) -> Problem:
        """Return the problem in which every spectrum is as the mechanism says."""
        if not self.may_have_wild_spectra:
            return self
        return replace(
            self, experiments=tuple(one.without_wild_spectra() for one in self.experiments)
        )

    def named(self, values: np.ndarray) -> NamedValues:
        """Name the columns of parameter values, shape (B, P), and add what is fixed or follows."""
        if not self.derived:
            return NamedValues(values, self._places, self._stated)
        columns = [*values.T]
        for parameter in self.derived:
            given = {name: self._column(name, columns, len(values)) for name in parameter.inputs}
            columns.append(np.broadcast_to(parameter.value(given), (len(values),)))
        return NamedValues(np.stack(columns, axis=1), self._places, self._stated)

    def _column(self, name: str, columns: list[np.ndarray], batch: int) -> np.ndarray:
        place = self._places.get(name)
        return np.full(batch, self._stated[name]) if place is None else columns[place]

    @cached_property
    def _places(self) -> dict[str, int]:
        names = (*self.parameter_names, *(parameter.name for parameter in self.derived))
        return {name: i for i, name in enumerate(names)}

    @cached_property
    def _stated(self) -> dict[str, float]:
        return dict(self.fixed)


def rate_constants_of(problem: Problem, network: Network, named: NamedValues) -> RateConstants:
    """Return the rate constants of B vectors at every temperature, in the network's order.

    Args:
        problem: a mechanism.
        network: all of its reactions, or those of an experiment.
        named: the values, under the names that are common to all experiments.
    """
    names = network.rate_constant_names
    constants = named.stack(names)
    model = problem.temperatures
    if model is None:
        return RateConstants.isothermal(constants)
    places = {name: i for i, name in enumerate(problem.network.rate_constant_names)}
    energies = np.zeros(constants.shape)
    for i, name in enumerate(names):
        energy = model.energies[places[name]]
        if energy:
            energies[:, i] = named.get(energy)
    powers = tuple(model.powers[places[name]] for name in names) if model.powers else ()
    return RateConstants(constants, energies, model.reference, powers)


def reactor_of(problem: Problem, experiment: ExperimentProblem, named: NamedValues) -> Reactor:
    """Return what runs in an experiment, for B parameter vectors."""
    own = within(experiment, named)
    return Reactor(
        experiment.network,
        rate_constants_of(problem, experiment.network, own),
        initial_of(experiment, own),
        experiment.protocol,
    )


def signals_of(
    experiment: ExperimentProblem,
    named: NamedValues,
    concentrations: np.ndarray,
) -> np.ndarray:
    """Return the expected signals, shape (B, T, I), from concentrations, shape (B, T, S), mM."""
    own = within(experiment, named)
    if experiment.dilution != 1.0:
        concentrations = concentrations / experiment.dilution
    seen = expected_signals(
        experiment.network.species_names,
        experiment.measurement.signals,
        concentrations,
        own.stack(experiment.response_names),
        own.get("background"),
        {name: own.get(name) for name in experiment.measurement.coefficients},
    )
    distortion = experiment.distortion
    return seen if distortion is None else seen * distortion.factors(own)


def courses_of(
    problem: Problem, experiment: ExperimentProblem, named: NamedValues
) -> TrajectoryBatch:
    """Integrate an experiment for B parameter vectors.

    Returns:
        The courses; their columns are the samples at ``experiment.times``, in that order, taken
        when they were taken.
    """
    if experiment.vessels:
        times = when_taken(experiment, sampling_times(experiment, named), named.batch)
        every = courses(vessels_of(problem, experiment, named), times, problem.tolerance)
        return from_vessels(experiment, every, named.batch)
    reactor = reactor_of(problem, experiment, named)
    ordered = times_in_order(experiment, sampling_times(experiment, named))
    batch = courses(reactor, ordered.times, problem.tolerance)
    if ordered.places is None:
        return batch
    found = ordered.put_back(batch.concentrations)
    return replace(batch, times=experiment.times, concentrations=found)


def vessels_of(problem: Problem, experiment: ExperimentProblem, named: NamedValues) -> Reactor:
    """Return the vessels of an experiment's T samples, those of the first of B vectors first."""
    stated = reactor_of(problem, experiment, named)
    own = within(experiment, named)
    return in_vessels(stated, experiment.vessels, own, len(experiment.times))


def filled(batch: TrajectoryBatch) -> np.ndarray:
    """Return the concentrations with harmless numbers where an integration failed."""
    if not np.count_nonzero(batch.status):
        return batch.concentrations
    return np.where(batch.completed[:, None, None], batch.concentrations, 0.0)


@dataclass(frozen=True, eq=False)
class CourseChanges:
    """How the courses at B vectors change to N shifted ones beside each, to first order.

    Attributes:
        everything: returns the changes, shape (N B, T, S), mM.
        weighed: returns their sums with weights of shape (B, T, S), shape (N B,); without writing
            down the changes where that can be.
    """

    everything: Callable[[], np.ndarray]
    weighed: Callable[[np.ndarray], np.ndarray]

    @classmethod
    def of(cls, change: np.ndarray) -> CourseChanges:
        """Return changes that are written down."""

        def weighed(weights: np.ndarray) -> np.ndarray:
            parts = change.reshape(len(weights), -1, *change.shape[1:])
            return np.asarray(np.einsum("bnts,bts->bn", parts, weights).ravel())

        return cls(lambda: change, weighed)


def courses_with_changes(
    problem: Problem, experiment: ExperimentProblem, named: NamedValues, shifted: NamedValues
) -> tuple[TrajectoryBatch, CourseChanges]:
    """Return the courses at B vectors, and how they change to N shifted ones beside each."""
    if experiment.vessels:
        return _in_vessels_with_changes(problem, experiment, named, shifted)
    reactor = reactor_of(problem, experiment, named)
    moved = reactor_of(problem, experiment, shifted)
    times = sampling_times(experiment, named)
    ordered = times_in_order(experiment, times)
    found = sensitivities(
        reactor,
        ordered.times,
        problem.tolerance,
        by_energy=experiment.protocol.programme is not None,
        by_initial=any(isinstance(entry, str) for entry in experiment.initial),
    )
    batch, each = found.trajectories, shifted.batch // named.batch
    done = batch.completed.repeat(each)
    if times.ndim == 1:
        return batch, CourseChanges(
            lambda: np.where(done[:, None, None], found.change(reactor, moved), 0.0),
            lambda weights: np.where(done, found.weighed_change(reactor, moved, weights), 0.0),
        )
    change = ordered.put_back(found.change(reactor, moved))
    batch = replace(
        batch, times=experiment.times, concentrations=ordered.put_back(batch.concentrations)
    )
    later = sampling_times(experiment, shifted) - times.repeat(each, axis=0)
    by_time = _rates_of_change(problem, experiment, reactor, times)
    change += by_time.repeat(each, axis=0) * later[:, :, None]
    return batch, CourseChanges.of(np.where(done[:, None, None], change, 0.0))


def _in_vessels_with_changes(
    problem: Problem, experiment: ExperimentProblem, named: NamedValues, shifted: NamedValues
) -> tuple[TrajectoryBatch, CourseChanges]:
    """Do it where each sample is a vessel of its own."""
    reactor = vessels_of(problem, experiment, named)
    times = sampling_times(experiment, named)
    batch, each = named.batch, shifted.batch // named.batch
    count, size = times.shape[-1], len(experiment.network.species)
    moved = vessels_of(problem, experiment, shifted)
    order = np.arange(batch * each * count).reshape(batch, each, count)
    beside = moved[order.transpose(0, 2, 1).ravel()]  # those beside a vessel stand together
    found = sensitivities(reactor, when_taken(experiment, times, batch), problem.tolerance)
    change = found.change(reactor, beside)[:, 0]
    if times.ndim == 2:
        later = sampling_times(experiment, shifted) - times.repeat(each, axis=0)
        later = later.reshape(batch, each, count).transpose(0, 2, 1).reshape(-1, 1)
        by_time = _rates_of_change(problem, experiment, reactor, times.reshape(-1, 1))[:, 0]
        change += by_time.repeat(each, axis=0) * later
    change = change.reshape(batch, count, each, size).transpose(0, 2, 1, 3)
    change = change.reshape(batch * each, count, size)
    together = from_vessels(experiment, found.trajectories, batch)
    done = together.completed.repeat(each)[:, None, None]
    return together, CourseChanges.of(np.where(done, change, 0.0))


def _rates_of_change(
    problem: Problem, experiment: ExperimentProblem, reactor: Reactor, times: np.ndarray
) -> np.ndarray:
    """Return dc/dt at times of shape (B, T), shape (B, T, S), mM/h.

    Differences of one and the same course, between moments at which something is done to the
    reactor: a sample at such a moment was taken before it, so its derivative is the one from the
    left, and just behind it the one from the right. Nothing is said of the jump in between, which
    no derivative can tell.
    """
    step = TIME_STEP * np.maximum(times, TIME_STEP * experiment.times[-1])
    done = segments(experiment.protocol, experiment.clock.latest)
    at = np.searchsorted([segment.end for segment in done[:-1]], times, side="left")
    begin = np.array([0.0, *(np.nextafter(segment.begin, np.inf) for segment in done[1:])])[at]
    end = np.array([segment.end for segment in done])[at]
    step = np.minimum(step, (end - begin) / 2)
    middle = np.clip(times, begin + step, end - step)
    three = [np.clip(middle + way * step, begin, end) for way in (-1, 0, 1)]
    together = np.concatenate(three, axis=1)
    ordered = times_in_order(experiment, together)
    batch = courses(reactor, ordered.times, problem.tolerance)
    early, here, late = np.split(ordered.put_back(batch.concentrations), 3, axis=1)
    step = np.where(step > 0, step, np.inf)[:, :, None]
    bend = (early - 2 * here + late) / step**2
    return np.asarray((late - early) / (2 * step) + bend * (times - middle)[:, :, None])
