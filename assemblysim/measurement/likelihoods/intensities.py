"""The likelihood of a table of intensities, whatever its scale and noise.

| scale       | proportional noise           | constant, two-component noise   |
|-------------|------------------------------|---------------------------------|
| absolute    | density of log y             | density of y                    |
| per spectrum| of log y, gain integrated out| of y / total, amplitude likewise|
| per species | the same by column           | the same by column              |

The segments that can be left out one by one are the readings (absolute), the spectra (per
spectrum) or the columns (per species), since a shared unknown scale ties readings together; with
a shared sampling error a signal at a sampling time, a sample, or a column.

Where replicates share a sampling error (proportional noise, or an absolute scale) it is a second
noise parameter; with additive noise on an unknown scale replicates count as independent. Every
signal may have a sigma of its own, but not beside a shared sampling error on an unknown scale.
A group with an unknown scale says nothing unless two of its signals were measured and one was
above the limit; it then contributes nothing and is no unit.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from assemblysim.measurement.data import IntensityTable, Measurement
from assemblysim.measurement.likelihoods.absolute import AbsoluteLikelihood
from assemblysim.measurement.likelihoods.amplitudes import AmplitudeLikelihood
from assemblysim.measurement.likelihoods.gains import GainLikelihood
from assemblysim.measurement.likelihoods.sampling_errors import SharedErrorLikelihood
from assemblysim.measurement.likelihoods.signal_gains import SignalGainLikelihood
from assemblysim.measurement.noise import noise_layout, refuse_unsupported
from assemblysim.measurement.readings import Groups, Readings, arrange


class ScatterModel(Protocol):
    """How readings scatter about expected signals of which some scale may be unknown."""

    @property
    def noise_names(self) -> tuple[str, ...]:
        """Names of the Q noise parameters."""

    @property
    def units(self) -> tuple[str, ...]:
        """Names of the U independent segments of data."""

    def pointwise(self, signals: np.ndarray, noise: np.ndarray) -> np.ndarray:
        """Return log-likelihoods, shape (B, U), for signals (B, T, I) and noise (B, Q)."""

    def standardised_residuals(self, signals: np.ndarray, noise: np.ndarray) -> np.ndarray:
        """Return residuals in units of their standard deviation, shape (B, N, I)."""


@dataclass(frozen=True, eq=False)
class IntensityLikelihood:
    """The likelihood of one experiment's readings.

    Attributes:
        measurement: how signals become readings.
        readings: the readings, in the order of the measurement's signals.
        model: how they scatter.
    """

    measurement: Measurement
    readings: Readings
    model: ScatterModel

    @property
    def times(self) -> np.ndarray:
        """Sampling times, shape (T,), h, increasing."""
        return self.readings.times

    @property
    def noise_names(self) -> tuple[str, ...]:
        """Names of the Q noise parameters.

        ``noise`` is the relative sd of a reading, or with constant noise its sd in units of the
        signals (absolute) or of the total of its spectrum or column; ``noise_additive`` is the
        latter in two-component noise; ``sampling_error`` is the sd that replicates share. Where
        every signal has its own, there are ``noise_<signal>`` and ``noise_additive_<signal>``.
        """
        return self.model.noise_names

    @property
    def units(self) -> tuple[str, ...]:
        """Names of the U segments of data that can be left out, one by one."""
        return self.model.units

    def pointwise(self, signals: np.ndarray, noise: np.ndarray) -> np.ndarray:
        """Compute natural log-likelihoods, piece by piece of the data.

        Args:
            signals: shape (B, T, I), expected at the sampling times; values below 1e-300 count
                as 1e-300, so that the result is finite.
            noise: shape (B, Q), above 0.

        Returns:
            Shape (B, U); their sum over U is the log-likelihood.
        """
        return self.model.pointwise(signals, noise)

    def standardised_residuals(self, signals: np.ndarray, noise: np.ndarray) -> np.ndarray:
        """Compute residuals in units of their own standard deviation.

        An unknown gain or amplitude is put at its best value given the readings above the limit
        (for gains the plain mean), and the residual's smaller variance is accounted for.

        Returns:
            Shape (B, N, I), nan where nothing was measured, a reading stayed below the limit, or
            is the only one of its group.
        """
        return self.model.standardised_residuals(signals, noise)


def intensity_likelihood(table: IntensityTable, measurement: Measurement) -> IntensityLikelihood:
    """Build the likelihood of a table of readings.

    Args:
        table: the readings; its columns may be in any order, and some may be missing.
        measurement: how signals become readings.

    Returns:
        The likelihood, in the order of the measurement's signals.

    Raises:
        InputError: a signal is unknown, a reading is zero and no detection limit is stated, or
            there is no likelihood for this measurement.
    """
    readings = arrange(table, measurement)
    refuse_unsupported(measurement, table.times)
    return IntensityLikelihood(measurement, readings, _model(readings, measurement))


def _model(readings: Readings, measurement: Measurement) -> ScatterModel:
    shared = measurement.share_replicates and readings.replicated
    if measurement.scale == "absolute":
        return AbsoluteLikelihood(readings, noise_layout(measurement, shared=shared))
    groups = Groups(readings, measurement.scale == "per species")
    if measurement.noise != "proportional":
        return AmplitudeLikelihood(groups, noise_layout(measurement, shared=False))
    if measurement.noise_per_signal:
        return SignalGainLikelihood(groups)
    return SharedErrorLikelihood(groups) if shared else GainLikelihood(groups)
