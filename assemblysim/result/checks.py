"""Whether a mechanism's draws may be trusted, and whether it would give data like the real ones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Check:
    """One criterion of convergence: a number held against its bound.

    Attributes:
        name: what is checked.
        value: what was found.
        bound: what it must keep to.
        passed: whether it does.
    """

    name: str
    value: float
    bound: float
    passed: bool


@dataclass(frozen=True)
class WildSpectrum:
    """A spectrum and the chance that it is wrong as a whole.

    Attributes:
        experiment: it belongs to; "" where the study has one alone.
        row: its number in the table, the first is 1.
        label: its time and, among replicates, its number.
        time_h: when the sample was taken.
        probability: that it is wild, given the data.
    """

    experiment: str
    row: int
    label: str
    time_h: float
    probability: float


@dataclass(frozen=True)
class ExchangedSpectra:
    """Two spectra that fit much better each in the place of the other.

    Attributes:
        experiment: they belong to; "" where the study has one alone.
        rows: their numbers in the table, the first is 1.
        labels: their times.
        gain: how much the log-likelihood rises when they change places, nats.
    """

    experiment: str
    rows: tuple[int, int]
    labels: tuple[str, str]
    gain: float


@dataclass(frozen=True, eq=False)
class ModelResiduals:
    """Standardised residuals of one experiment, averaged over the draws.

    Attributes:
        signals: names of the I signals.
        times_h: shape (N,), h, of the spectra.
        mean: shape (N, I), in units of their standard deviation; nan where there is none.
    """

    signals: tuple[str, ...]
    times_h: np.ndarray
    mean: np.ndarray


@dataclass(frozen=True, eq=False)
class PredictiveCheckResult:
    """How well data drawn anew from the posterior look like the real ones.

    Attributes:
        passed: whether no statistic fails; None where the draws are too few to say.
        threshold: p below which one of several statistics fails.
        replicated: how many times the data were drawn anew.
        statistics: p-values by the statistic's name, small where the real data look worse.
        trends: p-values of the trend of each signal alone.
        residuals: one for each experiment with measurements.
    """

    passed: bool | None
    threshold: float
    replicated: int
    statistics: Mapping[str, float]
    trends: Mapping[str, float]
    residuals: tuple[ModelResiduals, ...]

    @property
    def failed(self) -> tuple[str, ...]:
        """Names of the statistics that fail."""
        return tuple(name for name, p in self.statistics.items() if p < self.threshold)
