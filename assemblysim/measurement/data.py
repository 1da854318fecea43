"""What was observed in one experiment, as values: a table of intensities, claims in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from assemblysim.errors import InputError
from assemblysim.language import time_label
from assemblysim.measurement.noise_model import NoiseModel, NoiseParameters
from assemblysim.measurement.responses import RESPONSE_SPREAD
from assemblysim.measurement.scales import Scale
from assemblysim.measurement.tails_model import NORMAL, Tails

Relation = Literal[
    "detected",
    "absent",
    "abundant",
    "maximum",
    "increasing",
    "decreasing",
    "appears between",
    "at most of maximum",
    "at most of spectrum",
    "unmentioned",
]


@dataclass(frozen=True)
class Signal:
    """One observed column: a sum of species with coefficients, or a ratio of two such sums.

    Attributes:
        name: column name.
        terms: (species, coefficient) pairs.
        weighted: (species, parameter) pairs of terms whose coefficient is a parameter.
        standard: concentration of an inert compound that it shows, the same in every sample.
        divisor: (species, coefficient) pairs of the sum below, where it is a ratio; nothing else.
    """

    name: str
    terms: tuple[tuple[str, float], ...]
    weighted: tuple[tuple[str, str], ...] = ()
    standard: float = 0.0
    divisor: tuple[tuple[str, float], ...] = ()

    def __hash__(self) -> int:
        return hash(self.name)  # cheap, since signals are looked up for every batch


@dataclass(frozen=True, eq=False)
class IntensityTable:
    """A table of intensities: one row for each spectrum, one column for each signal.

    Attributes:
        signals: names, length I.
        times: shape (N,), h, not decreasing; equal times are replicates.
        values: shape (N, I); nan is not measured.
        below: shape (N, I), what was not detected; every 0 where nothing is said.
        limits: shape (N, I), detection limits that the table states for single intensities, in
            units of the values; nan elsewhere.
        sds: shape (N, I), standard deviations that the table states for single intensities, in
            units of the values; None where it states none.
        covariances: shape (N, I, I), of what was measured of a spectrum's intensities, in units of
            the values, as they stand beside the table; None where none do.
        notices: what was recognised in the file and what was left out of it.

    Raises:
        InputError: the shapes do not fit, a value is infinite, or the times fall.
    """

    signals: tuple[str, ...]
    times: np.ndarray
    values: np.ndarray
    notices: tuple[str, ...] = ()
    below: np.ndarray | None = None
    limits: np.ndarray | None = None
    sds: np.ndarray | None = None
    covariances: np.ndarray | None = None

    def __post_init__(self) -> None:
        rows, columns = len(self.times), len(self.signals)
        if self.values.shape != (rows, columns):
            raise InputError(
                f"intensities: {rows} times and {columns} signals, but the values are "
                f"{' x '.join(map(str, self.values.shape))}; give one row for each time"
            )
        if not np.isfinite(self.times).all() or (np.diff(self.times) < 0).any():
            raise InputError("intensities: the times are not in order; sort the rows by time")
        if np.isinf(self.values).any():
            raise InputError("intensities: a value is infinite; leave out what was not measured")


@dataclass(frozen=True)
class Statement:
    """One claim of the source about one signal's course: a row of the table.

    Attributes:
        signal: the signal (or species) it is about.
        relation: what is claimed.
        start: h, first time it is about.
        end: h, last time it is about.
        reading: how the source's words were read.
        sentence: label of the source's sentence that it is a part of; "" where it is all of one.
        interpretations: of the text that it belongs to; none stands for all.
        fraction: of the spectrum or of the signal's own maximum, where the relation needs one.
        error_rate: own chance that its sentence is wrong; None is the study's.
        unmentioned_rate: own chance that something visible is not mentioned; None is the study's.
        place: where it was read, such as ``line 5``.
    """

    signal: str
    relation: Relation
    start: float
    end: float
    reading: str
    sentence: str = ""
    interpretations: tuple[str, ...] = ()
    fraction: float | None = None
    error_rate: float | None = None
    unmentioned_rate: float | None = None
    place: str = ""

    @property
    def text(self) -> str:
        """The claim in short, such as ``Dy5L2 detected at 1 h``."""
        start, end = time_label(self.start), time_label(self.end)
        when = f"at {start}" if start == end else f"from {start} to {end}"
        share = "" if self.fraction is None else f"{100 * self.fraction:.3g} %"
        if self.relation == "appears between":
            return f"{self.signal} appears between {start} and {end}"
        if self.relation == "at most of maximum":
            return f"{self.signal} at most {share} of its own maximum {when}"
        if self.relation == "at most of spectrum":
            return f"{self.signal} at most {share} of the spectrum {when}"
        words = f"{self.relation}, above {share} of its own maximum," if share else self.relation
        return f"{self.signal} {words} {when}"


@dataclass(frozen=True)
class SignalLimit:
    """The detection limit of one signal.

    Attributes:
        signal: its name.
        number: the limit.
        relative: whether it is a fraction of what `Measurement.detection_limit` is one of; if
            not, it is in units of the signals.
    """

    signal: str
    number: float
    relative: bool


@dataclass(frozen=True)
class Measurement:
    """How signals become intensities.

    Attributes:
        scale: what is unknown about the intensity axis.
        noise: how an intensity scatters about its expectation.
        signals: the I observed signals.
        detection_limit: what a zero means, as a fraction (0.005 is 0.5 %) of the
            spectrum's total (per spectrum), of the column's largest value
            (per species, absolute); None where none is stated for all signals.
        signal_limits: limits of single signals, which go before that of all.
        share_replicates: whether replicates of one sampling time share a sampling error.
        noise_per_signal: whether every signal scatters by a size of its own.
        relative_to: the signal that stated responses are relative to; None where none is named.
        response_spread: geometric standard deviation, before the data, of responses of which
            nothing is stated.
        wild_spectra: the probability that a spectrum is wrong as a whole; 0 for none. It does not
            count where a column has an unknown factor, which ties all spectra together.
        tails: the shape of errors.
    """

    scale: Scale
    noise: NoiseModel
    signals: tuple[Signal, ...]
    detection_limit: float | None = None
    share_replicates: bool = True
    noise_per_signal: bool = False
    signal_limits: tuple[SignalLimit, ...] = ()
    relative_to: str | None = None
    response_spread: float = RESPONSE_SPREAD
    wild_spectra: float = 0.0
    tails: Tails = NORMAL

    @property
    def may_have_wild_spectra(self) -> bool:
        """Whether spectra may be wrong as a whole."""
        return self.wild_spectra > 0 and not self.scale.by_column

    @property
    def coefficients(self) -> tuple[str, ...]:
        """Names of the parameters that are coefficients in signals, each once."""
        return tuple(dict.fromkeys(n for signal in self.signals for _, n in signal.weighted))

    def limit_of(self, signal: str) -> SignalLimit | None:
        """Return the detection limit of a signal; None where there is none."""
        for one in self.signal_limits:
            if one.signal == signal:
                return one
        fraction = self.detection_limit
        return None if fraction is None else SignalLimit(signal, fraction, relative=True)

    @property
    def limited_in_concentrations(self) -> np.ndarray:
        """Shape (I,), the signals whose limit is a concentration though their scale is unknown."""
        every = [self.limit_of(signal.name) for signal in self.signals]
        found = np.array([one is not None and not one.relative for one in every], dtype=bool)
        return found & (not self.scale.known)

    def limits_of(self, values: np.ndarray) -> np.ndarray:
        """Return the detection limits of a table, shape (N, I); nan where none is stated.

        Args:
            values: shape (N, I), in the order of the signals; nan or 0 where there is no number.
        """
        known = np.maximum(np.nan_to_num(values), 0.0)
        limits = np.full(known.shape, np.nan)
        every = [self.limit_of(signal.name) for signal in self.signals]
        relative = np.array([one is not None and one.relative for one in every], dtype=bool)
        if relative.any():
            limits[:, relative] = self.scale.limits(known, 1.0)[:, relative]
        for column, one in enumerate(every):
            if one is not None:
                limits[:, column] = one.number * (limits[:, column] if one.relative else 1.0)
        return limits

    @property
    def own_sizes(self) -> tuple[str, ...]:
        """The signals that have noise of a size of their own."""
        return tuple(s.name for s in self.signals) if self.noise_per_signal else ()

    def noise_parameters(self, *, shared: bool) -> NoiseParameters:
        """Return the noise parameters.

        Args:
            shared: whether replicates share a sampling error.

        Raises:
            InputError: two noise parameters would have the same name.
        """
        return NoiseParameters(self.noise, self.own_sizes, shared)

    def refuse_covariances(self) -> None:
        """Refuse settings beside which known covariances of intensities have no likelihood.

        Raises:
            InputError: another scale, noise or shape of errors than theirs.
        """
        needed = (
            ("scale", self.scale.name, "per spectrum", self.scale.by_row),
            ("noise", self.noise.name, "proportional", self.noise.takes_covariances),
            ("tails", self.tails.name, "normal", self.tails.normal),
        )
        for key, name, other, fits in needed:
            if not fits:
                raise InputError(
                    f'covariances of intensities need {key} = "{other}", and it is "{name}"; write '
                    'it, or covariance = "none" under [[experiments]] to leave them out'
                )

    def refuse_unsupported(self, row_times: np.ndarray) -> None:
        """Refuse settings for which there is no likelihood of spectra at some times, (N,), h.

        Raises:
            InputError: the noise does not go with the scale and what else is set.
        """
        shared = self.share_replicates and len(np.unique(row_times)) < len(row_times)
        self.noise.refuse_unsupported(self.scale, per_signal=self.noise_per_signal, shared=shared)
        if self.limited_in_concentrations.any():
            self._refuse_beside_concentrations()

    def _refuse_beside_concentrations(self) -> None:
        """Refuse what has no likelihood with a limit in concentrations on an unknown scale."""
        needed = (
            ("noise", self.noise.name, "proportional"),
            ("tails", self.tails.name, "normal"),
        )
        for key, name, other in needed:
            if name != other:
                raise InputError(
                    f"a detection limit in concentrations on the scale '{self.scale.name}' needs "
                    f'{key} = "{other}", and it is "{name}"; write it, or state the limit as a '
                    'fraction of the largest reading, such as "1 %"'
                )
