"""`scale_factors.ScaleFactorLikelihood` in compiled code, without numpy's overhead."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from assemblysim.measurement.likelihoods.orthants import (
    NEAR,
    NEGLIGIBLE,
    RULE_NODES,
    correlation_rule,
    laguerre_rule,
    log_mean_product,
)
from assemblysim.measurement.measured_intensities import SMALLEST_SIGNAL, Groups

try:
    from assemblysim.kinetics.engines import _kernel
except ImportError:
    _kernel = None  # type: ignore[assignment]


@dataclass(frozen=True, eq=False)
class ScaleFactorTables:
    """The intensities of U informative groups as lists, as the kernel takes them.

    Attributes:
        begin: shape (2 U + 1,): a group's numbers, then its limits, begin here.
        place: shape (N,), which of the T I signals an entry is about.
        log: shape (N,), log of a number or of a limit.
        loading: shape (U,), sd of the log factor given the numbers, in sd of an intensity.
        rule: shape (U, 5, Q), see `orthants.correlation_rule`.
        widest: how many limits a group has at most.
    """

    begin: np.ndarray
    place: np.ndarray
    log: np.ndarray
    loading: np.ndarray
    rule: np.ndarray
    widest: int

    def pointwise(self, signals: np.ndarray, noise: np.ndarray) -> np.ndarray:
        """Return log-likelihoods, shape (B, U), for signals (B, T, I) and noise (B, 1)."""
        log_signals = np.maximum(signals, SMALLEST_SIGNAL)
        np.log(log_signals, out=log_signals)
        shape = len(signals), len(self.loading)
        points, left_open = np.empty(shape), np.empty(shape, dtype=np.uint8)
        margins = np.empty((*shape, self.widest))
        found = _kernel.gain_points(
            begin=self.begin,
            place=self.place,
            log=self.log,
            rule=self.rule,
            far_rule=laguerre_rule(),
            nearest_limit=NEAR,
            negligible=NEGLIGIBLE,
            log_signals=np.ascontiguousarray(log_signals, dtype=float),
            sigma=np.ascontiguousarray(noise[:, 0], dtype=float),
            points=points,
            rooms=margins,
            open=left_open,
        )
        if found:
            batch, group = np.nonzero(left_open)
            points[batch, group] += log_mean_product(margins[batch, group], self.loading[group])
        return points


def scale_factor_tables(groups: Groups) -> ScaleFactorTables | None:
    """Make the tables; None without the kernel, or where no group says anything."""
    chosen = np.flatnonzero(groups.informative)
    if _kernel is None or len(chosen) == 0:
        return None
    intensities = groups.intensities
    width = len(intensities.signals)
    place = groups.grouped(intensities.at[:, None] * width + np.arange(width))
    parts = [
        np.flatnonzero(row)
        for group in chosen
        for row in (groups.observed[group], groups.censored[group])
    ]
    sizes = np.array([len(part) for part in parts])
    places = np.concatenate(parts)
    rows = np.repeat(chosen, sizes.reshape(-1, 2).sum(axis=1))
    observed = groups.observed[rows, places]
    positive = np.where(observed, groups.values[rows, places], groups.limits[rows, places])
    loading = 1 / np.sqrt(sizes[::2])
    # With two numbers or more in each group six nodes are good to 3e-11 for two limits.
    nodes = 6 if sizes[::2].min() > 1 and sizes[1::2].max() < 3 else RULE_NODES
    return ScaleFactorTables(
        np.concatenate(([0], np.cumsum(sizes))).astype(np.int32),
        place[rows, places].astype(np.int32),
        np.log(np.where(positive > 0, positive, 1.0)),
        loading,
        np.ascontiguousarray(correlation_rule(loading, nodes)),
        int(sizes[1::2].max()),
    )
