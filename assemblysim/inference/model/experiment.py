"""One experiment as the likelihood sees it: its start, what was done, when samples were taken."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

import numpy as np

from assemblysim.inference.model.parameters import NamedValues
from assemblysim.kinetics.reactor.protocol import UNTOUCHED, Protocol
from assemblysim.kinetics.reactor.reactor import Reactor
from assemblysim.kinetics.reactor.temperature import RateConstants
from assemblysim.kinetics.trajectory import TrajectoryBatch
from assemblysim.measurement.data import IntensityTable, Measurement
from assemblysim.measurement.likelihoods.intensities import IntensityLikelihood
from assemblysim.measurement.statements.likelihood import StatementLikelihood
from assemblysim.mechanism.network.network import Network

# h; times closer than this are one moment, written in two ways.
SAME_MOMENT = 1e-9


@dataclass(frozen=True)
class Clock:
    """When samples were really taken.

    Attributes:
        dead_time: h between mixing and the start of the study's clock, or a parameter's name.
        uncertain: (time on the study's clock in h, parameter) pairs; the parameter is the time
            at which it was taken, by the same clock.
        latest: h after mixing, when no sample is later.
        usual_delay: h, the dead time, or the median of what is known of it.
    """

    dead_time: float | str = 0.0
    uncertain: tuple[tuple[float, str], ...] = ()
    latest: float = np.inf
    usual_delay: float = 0.0

    @property
    def exact(self) -> bool:
        """Whether all times are known."""
        return not self.uncertain and not isinstance(self.dead_time, str)


@dataclass(frozen=True, eq=False)
class Distortion:
    """Smooth factors by which signals differ from what a mechanism would show.

    Attributes:
        names: shape (I, K) as tuples, the parameters of each signal.
        basis: shape (T, K), the power of each of them over the experiment's times.
    """

    names: tuple[tuple[str, ...], ...]
    basis: np.ndarray

    def factors(self, named: NamedValues) -> np.ndarray:
        """Return the factors, shape (B, T, I)."""
        logs = np.log(np.stack([named.stack(each) for each in self.names], axis=1))
        return np.asarray(np.exp(np.einsum("bif,tf->bti", logs, self.basis)))


@dataclass(frozen=True)
class Vessels:
    """The errors of samples that are vessels of their own, one for each of T sampling times.

    Where each sample is a vial that is worked up whole, or one of many tubes in a block, an error
    of one, in what went in or how warm it is, has nothing to do with the next. Each has unknowns
    for it, sampled with the others: its signals err together, and every form of the likelihood is
    exact.

    Attributes:
        factors: (species, parameter of each of the T vessels) pairs: by what its concentration at
            the start is multiplied, all of them where the species is "".
        warmer: by how many K each of the T vessels is warmer than stated; () where none is.
    """

    factors: tuple[tuple[str, tuple[str, ...]], ...] = ()
    warmer: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.factors or self.warmer)

    @property
    def names(self) -> tuple[str, ...]:
        """Names of all parameters."""
        return (*(name for _, names in self.factors for name in names), *self.warmer)


NO_VESSELS: Final = Vessels()


@dataclass(frozen=True, eq=False)
class ExperimentProblem:
    """One experiment as the likelihood sees it.

    Attributes:
        name: the experiment's name.
        network: the reactions that take place in it.
        measurement: how its signals become intensities.
        initial: for each species of the network a concentration (mM) or a parameter's name.
        table: the intensities, if there are any.
        intensities: their likelihood.
        statements: the likelihood of the statements, if there are any.
        window: h, the last time that the experiment was followed to.
        protocol: what was done to the reactor.
        clock: when samples were taken.
        dilution: by how much a sample was diluted before it was measured.
        aliases: (name, name here) of the parameters that this experiment has for itself.
        alternatives: (words, protocol) of what else may have been done.
        distortion: of the signals; None for none.
        vessels: errors of samples that are vessels of their own.
    """

    name: str
    network: Network
    measurement: Measurement
    initial: tuple[float | str, ...]
    table: IntensityTable | None
    intensities: IntensityLikelihood | None
    statements: StatementLikelihood | None
    window: float
    protocol: Protocol = UNTOUCHED
    clock: Clock = Clock()
    dilution: float = 1.0
    aliases: tuple[tuple[str, str], ...] = ()
    alternatives: tuple[tuple[str, Protocol], ...] = ()
    distortion: Distortion | None = None
    vessels: Vessels = NO_VESSELS

    def under(self, course: str) -> ExperimentProblem:
        """Return the experiment as it was if a course of temperature is true, "" as stated."""
        protocol = dict(self.alternatives).get(course)
        return self if protocol is None else replace(self, protocol=protocol)

    @cached_property
    def times(self) -> np.ndarray:
        """All times at which a signal is needed, shape (T,), h, increasing."""
        parts = [part.times for part in (self.intensities, self.statements) if part is not None]
        return np.unique(np.concatenate(parts))

    @cached_property
    def usual_times(self) -> np.ndarray:
        """When the samples were taken, as far as is known before the data: shape (T,), h."""
        return self.at_moments(self.times + self.clock.usual_delay)

    def at_moments(self, times: np.ndarray) -> np.ndarray:
        """Return times, those that rounding alone parts from a moment of the protocol on it."""
        programme = self.protocol.programme
        knots = () if programme is None else programme.times
        found = np.array(times, dtype=float)
        for moment in (*knots, *self.protocol.moments):
            found[np.abs(found - moment) < SAME_MOMENT] = moment
        return found

    def coarse(self, most: int) -> ExperimentProblem:
        """Return the experiment with no more sampling times than about so many, evenly chosen.

        Where something belongs to single samples, or nothing would be left out, it is the same.
        """
        intensities = self.intensities
        if intensities is None or self.vessels or self.distortion or not self.clock.exact:
            return self
        step = -(-len(intensities.times) // most)
        few = intensities.every(step) if step > 1 else intensities
        same = few.noise_names == intensities.noise_names
        return replace(self, intensities=few) if step > 1 and same else self

    def without_wild_spectra(self) -> ExperimentProblem:
        """Return the experiment with every spectrum as the mechanism says."""
        if self.intensities is None:
            return self
        plain = self.intensities.without_wild_spectra()
        return replace(self, measurement=plain.measurement, intensities=plain)

    @cached_property
    def stated_initial(self) -> np.ndarray:
        """Shape (S,), mM: what is known of the start, 0 where it is a parameter."""
        return np.array([0.0 if isinstance(entry, str) else entry for entry in self.initial])

    @cached_property
    def response_names(self) -> tuple[str, ...]:
        """Names of the response factors of the I signals, as all experiments call them."""
        return tuple(f"response_{signal.name}" for signal in self.measurement.signals)

    @cached_property
    def reading_places(self) -> np.ndarray | slice:
        """Which of the times the intensities were taken at."""
        return self._places(self.intensities)

    @cached_property
    def statement_places(self) -> np.ndarray | slice:
        """Which of the times the statements are about."""
        return self._places(self.statements)

    def _places(self, part: IntensityLikelihood | StatementLikelihood | None) -> np.ndarray | slice:
        """Return a slice, which copies nothing, where a part of the data has all the times."""
        times = self.times[:0] if part is None else part.times
        everywhere = len(times) == len(self.times)
        return slice(None) if everywhere else np.searchsorted(self.times, times)


def within(experiment: ExperimentProblem, named: NamedValues) -> NamedValues:
    """Return the values under the names that are common to all experiments."""
    if not experiment.aliases:
        return named
    places, fixed = dict(named.places), dict(named.fixed)
    for name, own in experiment.aliases:
        if own in named.places:
            places[name] = named.places[own]
        else:
            places.pop(name, None)  # where it is unknown in another experiment
            fixed[name] = named.fixed[own]
    return NamedValues(named.values, places, fixed)


def initial_of(experiment: ExperimentProblem, named: NamedValues) -> np.ndarray:
    """Return the initial concentrations, shape (B, S), mM."""
    initial = np.empty((named.batch, len(experiment.initial)))
    initial[:] = experiment.stated_initial
    for i, entry in enumerate(experiment.initial):
        if isinstance(entry, str):
            initial[:, i] = named.get(entry)
    return initial


def sampling_times(experiment: ExperimentProblem, named: NamedValues) -> np.ndarray:
    """Return when the samples were taken, h after mixing.

    Returns:
        Shape (T,) where that is known, else (B, T), not in order where two may have been
        exchanged.
    """
    clock, times = experiment.clock, experiment.times
    if clock.exact:
        return experiment.usual_times
    found = np.repeat(times[None], named.batch, axis=0)
    for time, name in clock.uncertain:
        found[:, np.searchsorted(times, time)] = named.get(name)
    late = clock.dead_time
    found += named.get(late)[:, None] if isinstance(late, str) else late
    return np.asarray(np.clip(found, 0.0, clock.latest))


@dataclass(frozen=True, eq=False)
class InOrder:
    """Times as an integrator takes them, and the way back to the order that they were asked in.

    Attributes:
        times: shape (T,), h; or (B, T + 1), each vector's own in order and one common end.
        places: shape (B, T), where in `times` each time that was asked for stands; None where
            they were in order.
    """

    times: np.ndarray
    places: np.ndarray | None = None

    def put_back(self, columns: np.ndarray) -> np.ndarray:
        """Return columns over `times`, (N B, T + 1, S), over the times asked for, (N B, T, S)."""
        if self.places is None:
            return columns
        places = self.places.repeat(len(columns) // max(1, len(self.places)), axis=0)
        return np.take_along_axis(columns, places[:, :, None], axis=1)


def times_in_order(experiment: ExperimentProblem, times: np.ndarray) -> InOrder:
    """Sort times of shape (B, T) and end them together; those of shape (T,) are in order.

    The end does not depend on the vectors, so that no result depends on its neighbours.
    """
    if times.ndim == 1:
        return InOrder(times)
    order = np.argsort(times, axis=1, kind="stable")
    latest = np.full((len(times), 1), experiment.clock.latest)
    ordered = np.concatenate([np.take_along_axis(times, order, axis=1), latest], axis=1)
    return InOrder(ordered, np.argsort(order, axis=1))


def when_taken(experiment: ExperimentProblem, times: np.ndarray, batch: int) -> np.ndarray:
    """Return when each vessel's sample was taken, and a common end: shape (B T, 2), h.

    Args:
        experiment: whose samples they are.
        times: shape (T,) or (B, T).
        batch: B.
    """
    own = np.broadcast_to(times, (batch, times.shape[-1])).reshape(-1, 1)
    # The end does not depend on the vectors, so that no result depends on its neighbours.
    end = float(times[-1]) if times.ndim == 1 else experiment.clock.latest
    return np.append(own, np.full(own.shape, end), axis=1)


def from_vessels(
    experiment: ExperimentProblem, every: TrajectoryBatch, batch: int
) -> TrajectoryBatch:
    """Put the samples of B vectors together, of shape (B T, 2, S) from their vessels."""
    shape = (batch, len(experiment.times))
    worst = every.status.reshape(shape).max(axis=1)
    return replace(
        every,
        times=experiment.times,
        concentrations=every.concentrations[:, 0].reshape(*shape, -1),
        reached=every.reached.reshape(shape).min(axis=1),
        status=worst,
        steps=every.steps.reshape(shape).sum(axis=1),
    )


def in_vessels(reactor: Reactor, vessels: Vessels, own: NamedValues, count: int) -> Reactor:
    """Return the T vessels of each of B reactors, those of the first one first.

    Args:
        reactor: what is stated to run.
        vessels: their errors.
        own: the values of B vectors.
        count: T.
    """
    initial = reactor.initial.repeat(count, axis=0)
    for species, names in vessels.factors:
        factor = own.stack(names).reshape(-1, 1)
        places = [i for i, n in enumerate(reactor.network.species_names) if species in ("", n)]
        initial[:, places] *= factor
    constants = _each(reactor.rate_constants, count)
    if vessels.warmer:
        shift = own.stack(vessels.warmer).reshape(-1, 1)
        constants = _warmed(constants, _kelvin(reactor.protocol), shift)
    return replace(reactor, rate_constants=constants, initial=initial)


def _each(constants: RateConstants, count: int) -> RateConstants:
    return replace(
        constants,
        at_reference=constants.at_reference.repeat(count, axis=0),
        energies=constants.energies.repeat(count, axis=0),
    )


def _warmed(constants: RateConstants, kelvin: float, shift: np.ndarray) -> RateConstants:
    """Return constants that are at `kelvin` what others are so much above it, shape (B T, 1)."""
    alone = replace(constants, at_reference=np.ones(constants.at_reference.shape))
    factor = alone.at_each(kelvin + shift) / alone.factors(kelvin)
    return replace(constants, at_reference=constants.at_reference * factor)


def _kelvin(protocol: Protocol) -> float:
    if protocol.programme is None or not protocol.programme.constant:
        raise ValueError("vessels of another temperature than one that is stated and kept")
    return protocol.programme.kelvin[0]
