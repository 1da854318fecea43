"""How each experiment was conducted, and what was observed of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from assemblysim.result.numbers import StoredPrior


@dataclass(frozen=True)
class StoredEvent:
    """Something added to, or withdrawn from, the reactor; or held at another value from then on.

    Attributes:
        time_h: when.
        volume_mL: added; below 0 what is withdrawn; 0 where only something is held.
        contents: concentrations of what is added, or of what is held, in the study's unit.
        until_h: when a feed ends that begins then; None where all is added at once.
    """

    time_h: float
    volume_mL: float
    contents: Mapping[str, float]
    until_h: float | None = None


@dataclass(frozen=True)
class TimeError:
    """How well a sampling time is known: its standard deviation; of all others without a time."""

    time_h: float | None
    error_h: float


@dataclass(frozen=True)
class ExperimentConditions:
    """One experiment.

    Attributes:
        experiment: its name.
        unit: of concentrations, "mM" or "%".
        initial: concentrations at t = 0, or what was known of them.
        temperature: (h, K) pairs, linear in between; empty where none is stated.
        events: additions and withdrawals.
        held: species whose concentration is held constant.
        dead_time_h: between mixing and the start of the clock, or what was known of it.
        time_errors: of uncertain sampling times.
        dilution: of samples, before they were measured.
        window_h: how long it was followed.
        measurements: how many numbers were measured.
        statements: how many statements there are.
        sampled_h: the sampling times.
    """

    experiment: str
    unit: str
    initial: Mapping[str, float | StoredPrior]
    temperature: tuple[tuple[float, float], ...]
    events: tuple[StoredEvent, ...]
    held: tuple[str, ...]
    dead_time_h: float | StoredPrior
    time_errors: tuple[TimeError, ...]
    dilution: float
    window_h: float
    measurements: int
    statements: int
    sampled_h: tuple[float, ...]


@dataclass(frozen=True)
class TemperatureModel:
    """How rate constants depend on temperature.

    Attributes:
        reference_K: at which they are stated.
        law: "arrhenius" or "eyring".
        form: "reference" or "separate".
        varies: whether the experiments have more than one temperature.
    """

    reference_K: float
    law: str
    form: str
    varies: bool


@dataclass(frozen=True)
class StoredLimit:
    """The detection limit of one signal.

    Attributes:
        number: the limit.
        relative: whether it is a fraction, as that of all signals; if not, it is in units of the
            signals.
    """

    number: float
    relative: bool


@dataclass(frozen=True)
class MeasurementModel:
    """What is measured, and how well.

    Attributes:
        scale: "absolute", "per species" or "per spectrum".
        noise: its kind.
        detection_limit: as a fraction; None where none is stated for all signals.
        signal_limits: those of single signals, which go before that of all.
        cell_limits: how many intensities have a limit of their own in the table.
        signals: their names.
        fixed: names and values of what is not unknown.
        error_rate: with which a statement is wrong.
        wild_spectra: with which a spectrum is wrong as a whole; 0 where none may be.
        tails: "normal" or "student-t": those of the noise.
        ratios: names of the signals that are ratios of concentrations, in any experiment.
        covariances: how many intensities have known ones of what was measured; None in older
            results.
    """

    scale: str
    noise: str
    detection_limit: float | None
    signal_limits: Mapping[str, StoredLimit]
    cell_limits: int
    signals: tuple[str, ...]
    fixed: Mapping[str, float]
    error_rate: float
    wild_spectra: float = 0.0
    tails: str = "normal"
    ratios: tuple[str, ...] = ()
    covariances: int | None = None


@dataclass(frozen=True)
class SamplingEffort:
    """How the draws were made.

    Attributes:
        ensembles: independent ones.
        walkers: of each.
        max_steps: each walker makes at most.
        starts: of the search for optima.
    """

    ensembles: int
    walkers: int
    max_steps: int
    starts: int
