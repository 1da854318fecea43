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
    of the table's largest where an absolute column has none above zero), that of the signal, or
    that of the cell.

    Raises:
        InputError: the table has an unknown signal, a zero without a detection limit, or a
            negative intensity although its logarithm counts.
    """
    names = tuple(signal.name for signal in measurement.signals)
    values = np.full((len(table.times), len(names)), np.nan)
    below, own = np.zeros(values.shape, dtype=bool), np.full(values.shape, np.nan)
    sds = np.full(values.shape, np.nan)
    marked = table.values == 0 if table.below is None else table.below
    for column, name in enumerate(table.signals):
        if name not in names:
            raise InputError(
                f"intensities: unknown signal '{name}'{did_you_mean(name, names)}; "
                "list it under signals in [measurement]"
            )
        place = names.index(name)
        below[:, place] = marked[:, column]
        values[:, place] = np.where(marked[:, column], 0.0, table.values[:, column])
        if table.limits is not None:
            own[:, place] = table.limits[:, column]
        if table.sds is not None:
            sds[:, place] = table.sds[:, column]
    times, at = np.unique(table.times, return_inverse=True)
    if measurement.noise.logarithmic and (values < 0).any():
        raise InputError(
            "intensities: a value is negative; write 0 for what was not detected, or choose noise "
            "that is added"
        )
    concentrations = measurement.limited_in_concentrations
    _refuse_two_units(names, own, concentrations)
    limits = np.where(np.isfinite(own), own, measurement.limits_of(values))
    unlimited = below if measurement.noise.logarithmic is False else below | (values == 0)
    _refuse_zeros_without_limit(names, table.times, unlimited & ~np.isfinite(limits))
    rows = _row_names(table.times, times, at)
    known = _filled_sds(names, table.times, values, sds) if measurement.noise.stated else None
    relative = _relative_covariances(table, measurement, np.where(below, limits, values))
    return MeasuredIntensities(
        names, rows, times, at, values, limits, below, sds=known, covariances=relative,
        in_concentrations=concentrations if concentrations.any() else None,
    )  # fmt: skip


def _refuse_two_units(names: tuple[str, ...], own: np.ndarray, concentrations: np.ndarray) -> None:
    both = np.isfinite(own).any(axis=0) & concentrations
    if both.any():
        name = names[int(np.argmax(both))]
        raise InputError(
            f"intensities: the detection limit of '{name}' is a concentration, and that of a cell "
            "is in units of the column, whose scale is unknown; state one of them"
        )


def _relative_covariances(
    table: IntensityTable, measurement: Measurement, sizes: np.ndarray
) -> np.ndarray | None:
    """Return covariances over sizes, shape (N, I), in the order of the measurement's signals.

    Raises:
        InputError: the measurement has no likelihood for them.
    """
    if table.covariances is None:
        return None
    measurement.refuse_covariances()
    names = [signal.name for signal in measurement.signals]
    places = [names.index(name) for name in table.signals]
    known = np.zeros((*sizes.shape, sizes.shape[1]))
    known[:, np.array(places)[:, None], places] = table.covariances
    scale = np.where(sizes > 0, sizes, np.inf)
    return np.asarray(known / scale[:, :, None] / scale[:, None, :])


def _filled_sds(
    names: tuple[str, ...], times: np.ndarray, values: np.ndarray, sds: np.ndarray
) -> np.ndarray:
    """Return standard deviations of which none is missing, shape (N, I).

    What stayed below a limit has the median of its signal, unless it has its own.

    Raises:
        InputError: an intensity has none, or one that is not above zero.
    """
    wanting = np.argwhere(~(sds > 0) & (values != 0) & np.isfinite(values))
    if len(wanting):
        row, column = wanting[0]
        raise InputError(
            f"intensities: '{names[column]}' has no standard deviation above 0 at "
            f"{time_label(times[row])}, and the noise is known; state it, or choose other noise"
        )
    known = np.where(sds > 0, sds, np.nan)
    some = np.isfinite(known).any(axis=0)
    median = np.ones(len(names))
    median[some] = np.nanmedian(known[:, some], axis=0)
    median[~some] = median[some].max(initial=0.0) or 1.0
    return np.where(np.isfinite(known), known, median)


def _refuse_zeros_without_limit(
    names: tuple[str, ...], times: np.ndarray, unlimited: np.ndarray
) -> None:
    zeros = np.argwhere(unlimited)
    if len(zeros):
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
