"""A table of intensities made ready for a likelihood: numbers, and limits where there is none."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from assemblysim.errors import InputError, did_you_mean
from assemblysim.language import time_label
from assemblysim.measurement.data import IntensityTable, Measurement

# Below this a signal cannot be told from zero; it keeps logarithms finite.
SMALLEST_SIGNAL = 1e-300


@dataclass(frozen=True, eq=False)
class Readings:
    """The N spectra of one experiment, columns in the order of the measurement's signals.

    Attributes:
        signals: names, length I.
        rows: what each spectrum is called, length N.
        times: shape (T,), h, increasing: the sampling times.
        at: shape (N,), which sampling time a spectrum belongs to; replicates are neighbours.
        values: shape (N, I), nan where nothing was measured, 0 where nothing was detected.
        limits: shape (N, I), detection limits in units of the values; nan without a limit.
    """

    signals: tuple[str, ...]
    rows: tuple[str, ...]
    times: np.ndarray
    at: np.ndarray
    values: np.ndarray
    limits: np.ndarray

    @cached_property
    def observed(self) -> np.ndarray:
        """Shape (N, I), where there is a number above zero."""
        return np.asarray(self.values > 0)

    @cached_property
    def censored(self) -> np.ndarray:
        """Shape (N, I), where a reading stayed below the detection limit."""
        return np.asarray(self.values == 0)

    @cached_property
    def replicated(self) -> bool:
        """Whether any sampling time has several spectra."""
        return len(self.times) < len(self.at)

    @cached_property
    def starts(self) -> np.ndarray:
        """Shape (T,), the first spectrum of each sampling time."""
        return np.searchsorted(self.at, np.arange(len(self.times)))


def arrange(table: IntensityTable, measurement: Measurement) -> Readings:
    """Put a table into the order of the measurement's signals and find its detection limits.

    A signal that the table does not have was not measured. The limit is a share of the
    spectrum's total (per spectrum) or of the column's largest reading (per species, absolute;
    of the table's largest where an absolute column has no reading above zero).

    Raises:
        InputError: the table has an unknown signal, or a zero without a detection limit.
    """
    names = tuple(signal.name for signal in measurement.signals)
    values = np.full((len(table.times), len(names)), np.nan)
    for column, name in enumerate(table.signals):
        if name not in names:
            raise InputError(
                f"intensities: unknown signal '{name}'{did_you_mean(name, names)}; "
                "list it under signals in [measurement]"
            )
        values[:, names.index(name)] = table.values[:, column]
    times, at = np.unique(table.times, return_inverse=True)
    _refuse_zeros_without_limit(names, table.times, values, measurement.detection_limit)
    limits = _limits(values, measurement)
    return Readings(names, _row_names(table.times, times, at), times, at, values, limits)


def _refuse_zeros_without_limit(
    names: tuple[str, ...], times: np.ndarray, values: np.ndarray, limit: float | None
) -> None:
    zeros = np.argwhere(values == 0)
    if limit is None and len(zeros):
        row, column = zeros[0]
        raise InputError(
            f"intensities: '{names[column]}' is 0 at {time_label(times[row])}, which says nothing "
            "without a detection limit; state detection_limit in [measurement]"
        )


def _limits(values: np.ndarray, measurement: Measurement) -> np.ndarray:
    if measurement.detection_limit is None:
        return np.full(values.shape, np.nan)
    known = np.nan_to_num(values)
    if measurement.scale == "per spectrum":
        whole = known.sum(axis=1, keepdims=True)
    else:
        whole = known.max(axis=0, keepdims=True)
    if measurement.scale == "absolute":
        if not known.any():
            raise InputError(
                "intensities: no reading is above zero, so there is no scale for the detection "
                "limit; give at least one reading above it"
            )
        whole = np.where(whole > 0, whole, known.max())
    return np.broadcast_to(measurement.detection_limit * whole, values.shape).copy()


def _row_names(row_times: np.ndarray, times: np.ndarray, at: np.ndarray) -> tuple[str, ...]:
    counts = np.bincount(at, minlength=len(times))
    number = np.arange(len(at)) - np.searchsorted(at, at) + 1
    return tuple(
        f"{time_label(t)}, replicate {k}" if counts[i] > 1 else time_label(t)
        for t, i, k in zip(row_times, at, number, strict=True)
    )


@dataclass(frozen=True, eq=False)
class Groups:
    """Readings in G groups of M that share one unknown scale: spectra, or columns.

    Attributes:
        readings: the readings.
        by_column: whether a group is a column (per species) rather than a spectrum.
    """

    readings: Readings
    by_column: bool

    def grouped(self, rows: np.ndarray) -> np.ndarray:
        """Turn (..., N, I) into (..., G, M)."""
        return np.swapaxes(rows, -1, -2) if self.by_column else rows

    def expected(self, signals: np.ndarray) -> np.ndarray:
        """Turn signals at the sampling times, (B, T, I), into (B, G, M)."""
        rows = np.maximum(signals[:, self.readings.at], SMALLEST_SIGNAL)
        return np.ascontiguousarray(self.grouped(rows))

    @cached_property
    def values(self) -> np.ndarray:
        """Shape (G, M)."""
        return self.grouped(self.readings.values)

    @cached_property
    def limits(self) -> np.ndarray:
        """Shape (G, M)."""
        return self.grouped(self.readings.limits)

    @cached_property
    def observed(self) -> np.ndarray:
        """Shape (G, M)."""
        return self.grouped(self.readings.observed)

    @cached_property
    def censored(self) -> np.ndarray:
        """Shape (G, M)."""
        return self.grouped(self.readings.censored)

    @cached_property
    def informative(self) -> np.ndarray:
        """Shape (G,): with an unknown scale, two readings are the least, one above zero."""
        observed = self.observed.sum(axis=1)
        return np.asarray((observed > 0) & (observed + self.censored.sum(axis=1) > 1))

    @cached_property
    def names(self) -> tuple[str, ...]:
        """What each of the G groups is called as a unit of the data."""
        if self.by_column:
            return tuple(f"all readings of {name}" for name in self.readings.signals)
        return tuple(f"spectrum at {row}" for row in self.readings.rows)

    @cached_property
    def informative_names(self) -> tuple[str, ...]:
        """Names of the groups that say anything."""
        return tuple(n for n, keep in zip(self.names, self.informative, strict=True) if keep)

    @cached_property
    def below(self) -> np.ndarray:
        """Shape (G, J): places of a group's readings below the limit, padded with -1."""
        censored = self.censored & self.informative[:, None]
        width = int(censored.sum(axis=1).max(initial=0))
        places = np.full((len(censored), width), -1)
        for group, row in enumerate(censored):
            found = np.flatnonzero(row)
            places[group, : len(found)] = found
        return places
