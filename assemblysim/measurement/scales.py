"""What is unknown about the intensity axis: each scale one class."""

from __future__ import annotations

from abc import ABC
from dataclasses import dataclass
from typing import ClassVar, Final

import numpy as np

from assemblysim.errors import InputError


@dataclass(frozen=True)
class Scale(ABC):
    """A scale of intensities: which of them share a scale factor that nobody knows.

    Attributes:
        name: as a study file writes it.
        explanation: what it means, for the reference page.
        in_methods: the same as a clause of a paper's methods.
        in_forecast: what it adds to the error of a new intensity, for the forecast.
        axis: along which a table's intensities share an unknown factor: -1 where those of a row
            do, -2 where those of a column do, None where the scale is known.
        without_signal: what to say of such a row or column with nothing above zero.
        shown_in: what displayed numbers are in where it is unknown, with and without a table.
        responses_unknown: whether signals have unknown response factors by default.
    """

    name: ClassVar[str]
    explanation: ClassVar[str]
    in_methods: ClassVar[str]
    in_forecast: ClassVar[str] = ""
    axis: ClassVar[int | None] = None
    without_signal: ClassVar[str] = ""
    shown_in: ClassVar[tuple[str, str] | None] = None
    responses_unknown: ClassVar[bool] = False

    @property
    def known(self) -> bool:
        """Whether intensities are in the unit of the signals."""
        return self.axis is None

    @property
    def by_row(self) -> bool:
        """Whether the intensities of a spectrum share an unknown factor."""
        return self.axis == -1

    @property
    def by_column(self) -> bool:
        """Whether the intensities of a signal share an unknown factor."""
        return self.axis == -2

    def whole(self, values: np.ndarray) -> np.ndarray:
        """Return what values, shape (..., N, I), are fractions of: the column's largest."""
        return np.asarray(values.max(axis=-2, keepdims=True, initial=0.0))

    def limits(self, known: np.ndarray, fraction: float) -> np.ndarray:
        """Return the detection limits of a table, shape (N, I), 0 where nothing was measured."""
        return np.broadcast_to(fraction * self.whole(known), known.shape).copy()

    def recorded(self, values: np.ndarray, fractions: np.ndarray) -> np.ndarray:
        """Set to 0 what of simulated values, shape (N, I), stays below the detection limit.

        Args:
            values: the simulated ones.
            fractions: shape (I,), the limit of each signal; 0 where it has none.
        """
        return np.where(values < fractions * values.max(axis=0), 0.0, values)

    def total(self, values: np.ndarray, sampled: np.ndarray) -> np.ndarray:
        """Return the unit of an additive error, which is a group's total where it is unknown.

        Args:
            values: shape (..., N', I), at any times.
            sampled: shape (..., N, I), those that were or will be measured, 0 elsewhere.
        """
        if self.axis is None:
            return np.ones((1,) * values.ndim)
        return np.asarray((values if self.by_row else sampled).sum(axis=self.axis, keepdims=True))

    def multiplied(self, values: np.ndarray, factors: np.ndarray) -> np.ndarray:
        """Multiply groups of simulated values, shape (N, I), by the first of their factors."""
        return values if self.axis is None else values * factors.take([0], axis=self.axis)

    def groups_of(self, measured: np.ndarray) -> list[np.ndarray]:
        """Split a mask, shape (T, I), into one for each group that shares an unknown factor."""
        shape = measured.shape
        number = np.arange(shape[0])[:, None] if self.by_row else np.arange(shape[1])
        return [measured & (number == group) for group in range(number.size)]

    def reference(self, signals: np.ndarray) -> np.ndarray:
        """Return what statements hold signals, (B, T, I), against: the largest of all."""
        return np.asarray(signals.max(axis=(1, 2), keepdims=True))

    def reference_gradient(self, signals: np.ndarray, gradients: np.ndarray) -> np.ndarray:
        """Return the gradient of the log reference.

        Args:
            signals: shape (B, T, I).
            gradients: shape (B, T, I, P), of the log signals.

        Returns:
            Shape (B, 1 or T, 1, P).
        """
        flat = gradients.reshape(len(gradients), -1, gradients.shape[-1])
        largest = signals.reshape(len(signals), -1).argmax(axis=1)
        return np.asarray(flat[np.arange(len(flat)), largest][:, None, None])


@dataclass(frozen=True)
class Absolute(Scale):
    """Intensities are in the unit of the signals."""

    name = "absolute"
    explanation = "the numbers are concentrations; every column carries its unit"
    in_methods = "intensities are taken as concentrations on a common scale"

    def limits(self, known: np.ndarray, fraction: float) -> np.ndarray:
        """Take the table's largest where a column has nothing above zero."""
        if not known.any():
            raise InputError(
                "intensities: no intensity is above zero, so there is no scale for the detection "
                "limit; give at least one intensity above it"
            )
        whole = self.whole(known)
        whole = np.where(whole > 0, whole, known.max())
        return np.broadcast_to(fraction * whole, known.shape).copy()


@dataclass(frozen=True)
class PerSpecies(Scale):
    """Every signal has an unknown scale factor."""

    name = "per species"
    explanation = "every column has an unknown scale of its own"
    in_methods = "every signal has an unknown scale of its own"
    in_forecast = " and an unknown scale factor of each signal"
    axis = -2
    without_signal = (
        "never detected, so the limit, a fraction of the column's largest value, is unknown; "
        "take it out of 'signals', or state a detection_limit in concentrations"
    )
    shown_in = ("% of its largest intensity", "% of its own maximum")


@dataclass(frozen=True)
class PerSpectrum(Scale):
    """Every spectrum has an unknown scale factor."""

    name = "per spectrum"
    explanation = "every row has an unknown scale of its own, as in ESI-MS"
    in_methods = (
        "every spectrum has an unknown scale factor, which is integrated out exactly, so that "
        "only ratios of intensities within a spectrum count"
    )
    in_forecast = " and an unknown scale factor of each spectrum"
    axis = -1
    without_signal = "no signal in this spectrum; delete the row"
    shown_in = ("% of the spectrum's total", "% of the spectrum's total")
    responses_unknown = True

    def whole(self, values: np.ndarray) -> np.ndarray:
        """Return the spectrum's total."""
        return np.asarray(values.sum(axis=-1, keepdims=True))

    def recorded(self, values: np.ndarray, fractions: np.ndarray) -> np.ndarray:
        """Take the signals from the largest down, each held against the total of those before."""
        order = np.argsort(-values, axis=1)
        falling = np.take_along_axis(values, order, axis=1)
        before = np.cumsum(falling, axis=1) - falling
        # Of two signals with one limit the smaller is lost where the larger is.
        kept = falling >= fractions[order] * before
        result = np.zeros(values.shape)
        np.put_along_axis(result, order, np.where(kept, falling, 0.0), axis=1)
        return result

    def reference(self, signals: np.ndarray) -> np.ndarray:
        """Return the spectrum's total."""
        return self.whole(signals)

    def reference_gradient(self, signals: np.ndarray, gradients: np.ndarray) -> np.ndarray:
        """Return the mean of the log signals' gradients, weighted by the signals."""
        weights = signals[..., None]
        total = weights.sum(axis=2, keepdims=True)
        return np.asarray((weights * gradients).sum(axis=2, keepdims=True) / total)


# Adding a scale takes its class and its place here.
SCALES: Final[dict[str, Scale]] = {
    scale.name: scale for scale in (Absolute(), PerSpecies(), PerSpectrum())
}
