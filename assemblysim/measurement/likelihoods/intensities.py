"""The likelihood of a table of intensities, whatever its scale and noise.

| scale       | proportional noise           | constant, two-component noise   |
|-------------|------------------------------|---------------------------------|
| absolute    | density of log y             | density of y                    |
| per spectrum| of log y, factor integrated out| of y / total, factor likewise|
| per species | the same by column           | the same by column              |

The segments that can be left out one by one are the intensities (absolute), the spectra (per
spectrum) or the columns (per species), since a shared unknown scale ties intensities together; with
a shared sampling error a signal at a sampling time, a sample, or a column.

Where replicates share a sampling error (proportional noise, or an absolute scale) it is a second
noise parameter; with additive noise on an unknown scale replicates count as independent. Every
signal may have a sigma of its own, but not beside a shared sampling error per spectrum.
Where spectra may be wild, the segments are the blocks that `wild_spectra.mixture` is a product of.
A group with an unknown scale says nothing unless two of its signals were measured and one was
above the limit; it then contributes nothing and is no unit.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from assemblysim.language import time_label
from assemblysim.measurement.arranging import arrange
from assemblysim.measurement.data import IntensityTable, Measurement
from assemblysim.measurement.likelihoods.network import NetworkLikelihood
from assemblysim.measurement.measured_intensities import MeasuredIntensities
from assemblysim.measurement.noise_model import SAMPLING_ERROR, NoiseParameters, ScatterModel
from assemblysim.measurement.signal_gradients import CellGradients, SignalGradients
from assemblysim.measurement.wild_spectra.densities import log_wild_densities, may_be_wild
from assemblysim.measurement.wild_spectra.mixture import WildSpectra


@dataclass(frozen=True, eq=False)
class Blocks:
    """The parts of a table that do not depend on each other, given signals and noise.

    Attributes:
        names: what each of the K blocks is called.
        rows: for each, which of the N spectra have intensities in it.
    """

    names: tuple[str, ...]
    rows: tuple[np.ndarray, ...]


@dataclass(frozen=True, eq=False)
class IntensityLikelihood:
    """The likelihood of one experiment's intensities.

    Attributes:
        measurement: how signals become intensities.
        measured: what was measured, in the order of the measurement's signals.
        model: how they scatter.
    """

    measurement: Measurement
    measured: MeasuredIntensities
    model: ScatterModel

    @property
    def times(self) -> np.ndarray:
        """Sampling times, shape (T,), h, increasing."""
        return self.measured.times

    @property
    def noise_names(self) -> tuple[str, ...]:
        """Names of the Q noise parameters.

        ``noise`` is the relative sd of an intensity, or with constant noise its sd in units of the
        signals (absolute) or of the total of its spectrum or column; ``noise_additive`` is the
        latter in two-component noise; ``sampling_error`` is the sd that replicates share. Where
        every signal has its own, there are ``noise_<signal>`` and ``noise_additive_<signal>``.
        """
        return self.model.noise_names

    @property
    def parameters(self) -> NoiseParameters:
        """The noise parameters, by name and by what they are the size of."""
        return self.measurement.noise_parameters(shared=SAMPLING_ERROR in self.noise_names)

    @property
    def observations(self) -> tuple[str, ...]:
        """Names of the U observations that can be left out, one by one."""
        mixture = self.mixture
        if mixture is None:
            return self.model.observations
        what = "sample" if SAMPLING_ERROR in self.noise_names else "spectrum"
        names = zip(self.blocks.names, mixture.informative, strict=True)
        return tuple(f"{what} at {name}" for name, informative in names if informative)

    def pointwise(self, signals: np.ndarray, noise: np.ndarray) -> np.ndarray:
        """Compute natural log-likelihoods, piece by piece of the data.

        Args:
            signals: shape (B, T, I), expected at the sampling times; values below 1e-300 count
                as 1e-300, so that the result is finite.
            noise: shape (B, Q), above 0.

        Returns:
            Shape (B, U); their sum over U is the log-likelihood.
        """
        mixture = self.mixture
        if mixture is None:
            return self.model.pointwise(signals, noise)
        return mixture.blockwise(signals, noise)[:, mixture.informative]

    @cached_property
    def blocks(self) -> Blocks:
        """The K blocks whose log-likelihoods add up.

        A column each where signals have unknown scales; a sampling time each where replicates
        share a sampling error; otherwise a spectrum each. They are the same whichever spectra are
        left out; those that say nothing are among them.
        """
        measured = self.measured
        if self.measurement.scale.by_column:
            known = np.isfinite(measured.values) | measured.below
            return Blocks(measured.signals, tuple(np.flatnonzero(column) for column in known.T))
        if SAMPLING_ERROR in self.noise_names:
            rows = (np.flatnonzero(measured.at == time) for time in range(len(self.times)))
            return Blocks(tuple(time_label(time) for time in self.times), tuple(rows))
        return Blocks(measured.rows, tuple(np.arange(len(measured.at))[:, None]))

    def blockwise(self, signals: np.ndarray, noise: np.ndarray) -> np.ndarray:
        """Compute natural log-likelihoods of independent blocks, shape (B, K); see `pointwise`.

        Their sum over K is the log-likelihood; blocks that say nothing have 0.
        """
        if self.mixture is not None:
            return self.mixture.blockwise(signals, noise)
        sums = np.zeros((len(self.blocks.names), len(signals)))
        np.add.at(sums, self.model.block_of, self.model.pointwise(signals, noise).T)
        return np.ascontiguousarray(sums.T)

    def cell_gradients(self, signals: np.ndarray, noise: np.ndarray) -> CellGradients | None:
        """Compute log-likelihoods of blocks with derivatives, whether or not spectra may be wild.

        Returns:
            None where the scatter has no derivatives but differences.
        """
        if not isinstance(self.model, NetworkLikelihood):
            return None
        return self.model.cell_gradients(signals, noise)

    def gradients(self, signals: np.ndarray, noise: np.ndarray) -> SignalGradients | None:
        """Compute the log-likelihood of the table and its derivatives; see `pointwise`.

        Returns:
            None where there are no derivatives but differences.
        """
        if self.mixture is not None:
            return self.mixture.gradients(signals, noise)
        cells = self.cell_gradients(signals, noise)
        return None if cells is None else cells.summed(np.ones(cells.points.shape), signals[0].size)

    def without(self, absent: np.ndarray) -> IntensityLikelihood:
        """Return the likelihood of the table with some of its spectra left out.

        Limits, units and blocks stay those of the whole table, so that blocks of different
        subsets can be compared; names of noise parameters stay too.

        Args:
            absent: shape (N,), true for the spectra that are left out.
        """
        measured = replace(self.measured, absent=np.asarray(absent, dtype=bool))
        return replace(self, measured=measured, model=_model(self.measurement, measured))

    def every(self, step: int) -> IntensityLikelihood:
        """Return the likelihood of the spectra of every so many sampling times alone."""
        measured = self.measured.every(step)
        return replace(self, measured=measured, model=_model(self.measurement, measured))

    def without_wild_spectra(self) -> IntensityLikelihood:
        """Return the likelihood in which every spectrum is as the mechanism says."""
        if not self.measurement.may_have_wild_spectra:
            return self
        return replace(self, measurement=replace(self.measurement, wild_spectra=0.0))

    @cached_property
    def mixture(self) -> WildSpectra | None:
        """What weighs which spectra are wild; None where none may be."""
        if not self.measurement.may_have_wild_spectra:
            return None
        scale, logarithmic = self.measurement.scale, self.measurement.noise.logarithmic
        return WildSpectra(
            self.without_wild_spectra(),
            self.blocks.rows,
            may_be_wild(self.measured, scale),
            log_wild_densities(self.measured, scale, logarithmic=logarithmic),
            self.measurement.wild_spectra,
        )

    def wild_probabilities(self, signals: np.ndarray, noise: np.ndarray) -> np.ndarray:
        """Compute the chance that each spectrum is wild, given the parameters.

        Args:
            signals: shape (B, T, I), as for `pointwise`.
            noise: shape (B, Q).

        Returns:
            Shape (B, N); 0 where none may be.
        """
        if self.mixture is None:
            return np.zeros((len(signals), len(self.measured.at)))
        return self.mixture.probabilities(signals, noise)

    def standardised_residuals(self, signals: np.ndarray, noise: np.ndarray) -> np.ndarray:
        """Compute residuals in units of their own standard deviation.

        An unknown scale factor is put at its best value given the intensities above the limit
        (of log intensities the plain mean), and the residual's smaller variance is accounted for.

        Returns:
            Shape (B, N, I), nan where nothing was measured, an intensity stayed below the limit, or
            is the only one of its group.
        """
        return self.model.standardised_residuals(signals, noise)


def intensity_likelihood(table: IntensityTable, measurement: Measurement) -> IntensityLikelihood:
    """Build the likelihood of a table of intensities.

    Args:
        table: the intensities; its columns may be in any order, and some may be missing.
        measurement: how signals become intensities.

    Returns:
        The likelihood, in the order of the measurement's signals.

    Raises:
        InputError: a signal is unknown, an intensity is zero and no detection limit is stated, or
            there is no likelihood for this measurement.
    """
    measured = arrange(table, measurement)
    measurement.refuse_unsupported(table.times)
    return IntensityLikelihood(measurement, measured, _model(measurement, measured))


def _model(measurement: Measurement, measured: MeasuredIntensities) -> ScatterModel:
    shared = measurement.share_replicates and measured.replicated
    return measurement.tails.likelihood(
        measurement.noise, measured, measurement.scale, measurement.own_sizes, shared=shared
    )
