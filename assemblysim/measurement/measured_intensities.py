"""A table of intensities ready for a likelihood: numbers, and limits where there is none."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

# Below this a signal cannot be told from zero; it keeps logarithms finite.
SMALLEST_SIGNAL = 1e-300


@dataclass(frozen=True, eq=False)
class MeasuredIntensities:
    """The N spectra of one experiment, columns in the order of the measurement's signals.

    Attributes:
        signals: names, length I.
        rows: what each spectrum is called, length N.
        times: shape (T,), h, increasing: the sampling times.
        at: shape (N,), which sampling time a spectrum belongs to; replicates are neighbours.
        values: shape (N, I), nan where nothing was measured, 0 where nothing was detected; with
            additive noise they may be 0 or negative.
        limits: shape (N, I), detection limits in units of the values; nan without a limit.
        below: shape (N, I), what stayed below them.
        absent: shape (N,), spectra that are left out; None where none is.
        sds: shape (N, I), standard deviations that are known, in units of the values, above 0
            everywhere; None where none is.
        in_concentrations: shape (I,), signals of unknown scale whose limits are in units of what is
            expected, and not of the values; None where none is.
        covariances: shape (N, I, I), known ones of a spectrum's measured intensities over what was
            measured, or over the limit, of both; None where none are.
    """

    signals: tuple[str, ...]
    rows: tuple[str, ...]
    times: np.ndarray
    at: np.ndarray
    values: np.ndarray
    limits: np.ndarray
    below: np.ndarray
    absent: np.ndarray | None = None
    sds: np.ndarray | None = None
    covariances: np.ndarray | None = None
    in_concentrations: np.ndarray | None = None

    @cached_property
    def observed(self) -> np.ndarray:
        """Shape (N, I), where there is a number."""
        return self._present(np.isfinite(self.values) & ~self.below)

    @cached_property
    def censored(self) -> np.ndarray:
        """Shape (N, I), where an intensity stayed below the detection limit."""
        return self._present(self.below)

    def _present(self, cells: np.ndarray) -> np.ndarray:
        return cells if self.absent is None else cells & ~self.absent[:, None]

    @cached_property
    def replicated(self) -> bool:
        """Whether any sampling time has several spectra."""
        return len(self.times) < len(self.at)

    def in_sds(self, sizes: np.ndarray) -> np.ndarray:
        """Multiply sizes, (B, N, I) or broadcast to it, by the known standard deviations."""
        return sizes if self.sds is None else np.asarray(sizes * self.sds)

    def every(self, step: int) -> MeasuredIntensities:
        """Return the spectra of the last sampling time and of every so many before it."""
        kept = np.arange(len(self.times))[::-step][::-1]
        rows = np.flatnonzero(np.isin(self.at, kept))

        def part(cells: np.ndarray | None) -> np.ndarray | None:
            return None if cells is None else cells[rows]

        return replace(
            self,
            rows=tuple(self.rows[i] for i in rows),
            times=self.times[kept],
            at=np.searchsorted(kept, self.at[rows]),
            values=self.values[rows],
            limits=self.limits[rows],
            below=self.below[rows],
            absent=part(self.absent),
            sds=part(self.sds),
            covariances=part(self.covariances),
        )

    @cached_property
    def starts(self) -> np.ndarray:
        """Shape (T,), the first spectrum of each sampling time."""
        return np.searchsorted(self.at, np.arange(len(self.times)))


@dataclass(frozen=True, eq=False)
class Groups:
    """Intensities in G groups of M that share one unknown scale factor: spectra, or columns.

    Attributes:
        intensities: the intensities.
        by_column: whether a group is a column (per species) rather than a spectrum.
    """

    intensities: MeasuredIntensities
    by_column: bool

    def grouped(self, rows: np.ndarray) -> np.ndarray:
        """Turn (..., N, I) into (..., G, M)."""
        return np.swapaxes(rows, -1, -2) if self.by_column else rows

    def expected(self, signals: np.ndarray) -> np.ndarray:
        """Turn signals at the sampling times, (B, T, I), into (B, G, M)."""
        rows = np.maximum(signals[:, self.intensities.at], SMALLEST_SIGNAL)
        return np.ascontiguousarray(self.grouped(rows))

    @cached_property
    def values(self) -> np.ndarray:
        """Shape (G, M)."""
        return self.grouped(self.intensities.values)

    @cached_property
    def limits(self) -> np.ndarray:
        """Shape (G, M)."""
        return self.grouped(self.intensities.limits)

    @cached_property
    def observed(self) -> np.ndarray:
        """Shape (G, M)."""
        return self.grouped(self.intensities.observed)

    @cached_property
    def censored(self) -> np.ndarray:
        """Shape (G, M)."""
        return self.grouped(self.intensities.censored)

    @cached_property
    def informative(self) -> np.ndarray:
        """Shape (G,): with an unknown scale, two numbers are the least, one above zero."""
        observed = self.observed.sum(axis=1)
        return np.asarray((observed > 0) & (observed + self.censored.sum(axis=1) > 1))

    @cached_property
    def names(self) -> tuple[str, ...]:
        """What each of the G groups is called as an observation."""
        if self.by_column:
            return tuple(f"all intensities of {name}" for name in self.intensities.signals)
        return tuple(f"spectrum at {row}" for row in self.intensities.rows)

    @cached_property
    def below(self) -> np.ndarray:
        """Shape (G, J): places of a group's intensities below the limit, padded with -1."""
        censored = self.censored & self.informative[:, None]
        width = int(censored.sum(axis=1).max(initial=0))
        places = np.full((len(censored), width), -1)
        for group, row in enumerate(censored):
            found = np.flatnonzero(row)
            places[group, : len(found)] = found
        return places
