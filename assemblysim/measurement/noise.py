"""The noise parameters of a measurement: one size for all signals, or one for each."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from assemblysim.errors import InputError
from assemblysim.measurement.data import Measurement, Noise


@dataclass(frozen=True, eq=False)
class NoiseSizes:
    """Noise parameters of B parameter vectors, sorted by what they are the size of.

    Attributes:
        reading: shape (B, k), of a reading; k is 1, or the number of signals.
        additive: shape (B, k), of its additive part; 0 where the noise has none.
        sampling: shape (B, 1), of the error that replicates share; 0 where they share none.
    """

    reading: np.ndarray
    additive: np.ndarray
    sampling: np.ndarray


@dataclass(frozen=True)
class NoiseLayout:
    """Which noise parameters there are, in the order in which they are passed on.

    Attributes:
        kind: how a reading scatters.
        signals: the signals that have a size of their own; empty where all share one.
        shared: whether replicates share a sampling error, of one size for all signals.
    """

    kind: Noise
    signals: tuple[str, ...] = ()
    shared: bool = False

    @cached_property
    def reading_names(self) -> tuple[str, ...]:
        """Names of the k sizes of a reading's error."""
        return self._each("noise")

    @cached_property
    def additive_names(self) -> tuple[str, ...]:
        """Names of the k sizes of its additive part, of two-component noise only."""
        return self._each("noise_additive") if self.kind == "two-component" else ()

    @cached_property
    def names(self) -> tuple[str, ...]:
        """All Q names: of a reading, of its additive part, of a sampling."""
        sampling = ("sampling_error",) if self.shared else ()
        return (*self.reading_names, *self.additive_names, *sampling)

    def _each(self, name: str) -> tuple[str, ...]:
        return tuple(f"{name}_{signal}" for signal in self.signals) or (name,)

    def sizes(self, noise: np.ndarray) -> NoiseSizes:
        """Sort noise parameters, shape (B, Q), by what they are the size of."""
        k = len(self.reading_names)
        additive = noise[:, k : 2 * k] if self.additive_names else np.zeros_like(noise[:, :k])
        sampling = noise[:, -1:] if self.shared else np.zeros_like(noise[:, :1])
        return NoiseSizes(noise[:, :k], additive, sampling)

    def is_additive(self, name: str) -> bool:
        """Say whether a parameter is added to a signal rather than relative to it."""
        return self.kind == "constant" or name in self.additive_names

    def signal_of(self, name: str) -> str | None:
        """Return the signal that a parameter belongs to; None where it belongs to all."""
        for names in (self.reading_names, self.additive_names):
            if self.signals and name in names:
                return self.signals[names.index(name)]
        return None


def noise_layout(measurement: Measurement, *, shared: bool) -> NoiseLayout:
    """Return the noise parameters of a measurement.

    Args:
        measurement: how signals become readings.
        shared: whether replicates share a sampling error.

    Raises:
        InputError: two noise parameters would have the same name.
    """
    own = tuple(s.name for s in measurement.signals) if measurement.noise_per_signal else ()
    layout = NoiseLayout(measurement.noise, own, shared)
    for name in layout.additive_names:
        if name in layout.reading_names:
            raise InputError(
                f"noise_per_signal: signals '{name.removeprefix('noise_additive_')}' and "
                f"'{layout.signal_of(name)}' would share the parameter '{name}'; "
                "rename one of them"
            )
    return layout


def refuse_unsupported(measurement: Measurement, row_times: np.ndarray) -> None:
    """Refuse a combination of settings for which there is no likelihood.

    Args:
        measurement: how signals become readings.
        row_times: shape (N,), h, of the spectra; equal times are replicates.

    Raises:
        InputError: sizes by signal beside a sampling error that is shared under unknown gains.
    """
    unknown_gain = measurement.scale != "absolute" and measurement.noise == "proportional"
    replicated = len(np.unique(row_times)) < len(row_times)
    if measurement.noise_per_signal and measurement.share_replicates and unknown_gain:
        if not replicated:
            return
        raise InputError(
            f"noise_per_signal does not go with replicates that share a sampling error on the "
            f"scale '{measurement.scale}'; write share_replicates = false, or leave it out"
        )
