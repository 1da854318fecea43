"""How far single errors may lie out: the tails of the distribution that noise is drawn from."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar, Final

import numpy as np

from assemblysim.measurement.measured_intensities import MeasuredIntensities
from assemblysim.measurement.noise_model import NoiseModel, ScatterModel
from assemblysim.measurement.scales import Scale


@dataclass(frozen=True, eq=False)
class Alike:
    """What of a table's errors one rare event makes large together.

    Attributes:
        rows: shape (N,), which sampling a spectrum belongs to.
        by_column: whether it is a column rather than the spectra of a sampling.
        together: whether it is more than one intensity at a time.
    """

    rows: np.ndarray
    by_column: bool
    together: bool


@dataclass(frozen=True)
class Tails(ABC):
    """The shape of errors of a given size.

    Attributes:
        name: as a study file writes it.
        explanation: what it means, for the reference page.
        in_methods: the same as the end of a clause on the error in a paper's methods.
        in_forecast: the same, of a new intensity, for the forecast.
        degrees: of freedom of Student's t; infinite where errors are normal.
    """

    name: ClassVar[str]
    explanation: ClassVar[str]
    in_methods: ClassVar[str]
    in_forecast: ClassVar[str]
    degrees: ClassVar[float]

    @property
    def normal(self) -> bool:
        """Whether errors are normal, which other programs take them for."""
        return bool(np.isinf(self.degrees))

    @abstractmethod
    def likelihood(
        self,
        noise: NoiseModel,
        intensities: MeasuredIntensities,
        scale: Scale,
        own: tuple[str, ...],
        *,
        shared: bool,
    ) -> ScatterModel:
        """Return the likelihood of a table; arguments as those of the noise model's."""

    @abstractmethod
    def as_normal(self, standardised: np.ndarray) -> np.ndarray:
        """Turn errors in units of their size into the normal quantiles of the same chance."""

    def stretches(
        self, shape: tuple[int, ...], alike: Alike, rng: np.random.Generator
    ) -> tuple[np.ndarray, np.ndarray]:
        """Draw by what normal errors, shape (..., N, I), are multiplied.

        Args:
            shape: of the errors.
            alike: which of them are large together.
            rng: source of randomness; of normal errors nothing is drawn.

        Returns:
            Of own and of shared errors, each to be broadcast to the shape.
        """
        one = np.ones((1,) * len(shape))
        if np.isinf(self.degrees):
            return one, one
        if not alike.together:
            return self._stretch(shape, rng), one
        batch, columns = shape[:-2], shape[-1]
        if alike.by_column:
            stretch = self._stretch((*batch, 1, columns), rng)
        else:
            samplings = int(alike.rows.max(initial=-1)) + 1
            stretch = self._stretch((*batch, samplings, 1), rng)[..., alike.rows, :]
        return stretch, stretch

    def _stretch(self, shape: tuple[int, ...], rng: np.random.Generator) -> np.ndarray:
        """Draw one over the root of a chi-square mean, by which a normal error becomes t."""
        return np.asarray(1 / np.sqrt(rng.chisquare(self.degrees, shape) / self.degrees))


@dataclass(frozen=True)
class NormalTails(Tails):
    """Errors are normal."""

    name = "normal"
    explanation = "errors are normal (of the logarithm where noise is proportional)"
    in_methods = ""
    in_forecast = ""
    degrees = np.inf

    def likelihood(
        self,
        noise: NoiseModel,
        intensities: MeasuredIntensities,
        scale: Scale,
        own: tuple[str, ...],
        *,
        shared: bool,
    ) -> ScatterModel:
        """Return the noise model's own."""
        return noise.likelihood(intensities, scale, own, shared=shared)

    def as_normal(self, standardised: np.ndarray) -> np.ndarray:
        """Return them as they are."""
        return standardised


NORMAL: Final[Tails] = NormalTails()
