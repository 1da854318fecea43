"""From a table as it was read to intensities in the order of a measurement's signals."""

from __future__ import annotations

import numpy as np

from assemblysim.errors import InputError, did_you_mean
from assemblysim.language import time_label
from assemblysim.measurement.data import IntensityTable, Measurement
from assemblysim.measurement.measured_intensities import MeasuredIntensities


def arrange(table: IntensityTable, measurement: Measurement) -> MeasuredIntensities:
    """Put a table into the order of the measurement's signals and find its detection limits.

    A signal that the table does not have was not measured. The limit is a fraction of the
    spectrum's total (per spectrum) or of the column's largest intensity (per species, absolute;
    of the table's largest where an absolute column has none above zero).

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
    limits = np.full(values.shape, np.nan)
    if measurement.detection_limit is not None:
        limits = measurement.scale.limits(np.nan_to_num(values), measurement.detection_limit)
    rows = _row_names(table.times, times, at)
    return MeasuredIntensities(names, rows, times, at, values, limits)


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


def _row_names(row_times: np.ndarray, times: np.ndarray, at: np.ndarray) -> tuple[str, ...]:
    counts = np.bincount(at, minlength=len(times))
    number = np.arange(len(at)) - np.searchsorted(at, at) + 1
    return tuple(
        f"{time_label(t)}, replicate {k}" if counts[i] > 1 else time_label(t)
        for t, i, k in zip(row_times, at, number, strict=True)
    )
