"""What every noise model knows, whatever it is: its parameters, its likelihood, its draws."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar, Final, NamedTuple, Protocol

import numpy as np

from assemblysim.errors import InputError
from assemblysim.measurement.measured_intensities import MeasuredIntensities
from assemblysim.measurement.scales import Scale

# Noise parameters by what they are the size of, each of shape (B, k) or, to go with signals,
# (B, 1, k); k is 1, or the number of signals.
Sizes = Mapping[str, np.ndarray]

# The size of the error that replicates share.
SAMPLING_ERROR: Final = "sampling_error"


class DefaultPrior(NamedTuple):
    """A prior as a study file would write it, such as log_normal = [0.2, 2.5]."""

    kind: str
    numbers: tuple[float, ...]


# Relative error of a spectrum's peaks: 20 %, known to a factor of 2.5.
RELATIVE_NOISE: Final = DefaultPrior("log_normal", (0.2, 2.5))
RELATIVE_SAMPLING_ERROR: Final = DefaultPrior("log_normal", (0.1, 2.5))


class ScatterModel(Protocol):
    """How intensities scatter about expected signals of which some scale may be unknown."""

    @property
    def noise_names(self) -> tuple[str, ...]:
        """Names of the Q noise parameters."""

    @property
    def observations(self) -> tuple[str, ...]:
        """Names of the U independent observations."""

    @property
    def block_of(self) -> np.ndarray:
        """Shape (U,), the spectrum, sampling time or column that an observation belongs to."""

    def pointwise(self, signals: np.ndarray, noise: np.ndarray) -> np.ndarray:
        """Return log-likelihoods, shape (B, U), for signals (B, T, I) and noise (B, Q)."""

    def standardised_residuals(self, signals: np.ndarray, noise: np.ndarray) -> np.ndarray:
        """Return residuals in units of their standard deviation, shape (B, N, I)."""


@dataclass(frozen=True, eq=False)
class Scatter:
    """How intensities scatter about their expectation, for B parameter vectors.

    Attributes:
        expected: shape (B, T, I), signals as the noise sees them, such as their logarithms.
        own: shape (B, T, I), sd of an intensity.
        sampling: shape (B, T, I), sd of the error that replicates share.
    """

    expected: np.ndarray
    own: np.ndarray
    sampling: np.ndarray


@dataclass(frozen=True, eq=False)
class Spread:
    """The sd of an intensity as an additive and a relative part, each of the shape of sizes."""

    additive: np.ndarray
    relative: np.ndarray


@dataclass(frozen=True)
class NoiseModel(ABC):
    """How intensities scatter about their expectation.

    Attributes:
        name: as a study file writes it.
        explanation: what it means, for the reference page.
        in_methods: the same as an object of a paper's methods.
        in_forecast: the same, of a new intensity, for the forecast.
        sizes: its parameters; the first is the size of an intensity's own error.
        additive: which of them, and of the sampling error, are added to a signal; the others are
            relative to it.
        logarithmic: whether it counts ratios, so that no signal may vanish.
        stated: whether a table states the standard deviation of each intensity, which the first
            size multiplies.
        takes_covariances: whether known covariances of intensities may stand beside it.
    """

    name: ClassVar[str]
    explanation: ClassVar[str]
    in_methods: ClassVar[str]
    in_forecast: ClassVar[str]
    sizes: ClassVar[tuple[str, ...]] = ("noise",)
    additive: ClassVar[frozenset[str]] = frozenset()
    logarithmic: ClassVar[bool] = False
    stated: ClassVar[bool] = False
    takes_covariances: ClassVar[bool] = False

    @property
    def relative(self) -> bool:
        """Whether any part of an intensity's error is relative to its signal."""
        return not self.additive.issuperset(self.sizes)

    def default_prior(self, size: str, largest: float) -> DefaultPrior:
        """Return the default prior of one of the sizes, or of the sampling error.

        Args:
            size: which.
            largest: the largest intensity that it is the error of.
        """
        if size in self.additive:
            return DefaultPrior("log_uniform", (1e-4 * largest, largest))
        return RELATIVE_SAMPLING_ERROR if size == SAMPLING_ERROR else RELATIVE_NOISE

    @abstractmethod
    def refuse_unsupported(self, scale: Scale, *, per_signal: bool, shared: bool) -> None:
        """Raise InputError where there is no likelihood."""

    @abstractmethod
    def likelihood(
        self, intensities: MeasuredIntensities, scale: Scale, own: tuple[str, ...], *, shared: bool
    ) -> ScatterModel:
        """Return the likelihood of a table.

        Args:
            intensities: the table.
            scale: what is unknown about its intensity axis.
            own: the signals that have a size of their own; empty where all share one.
            shared: whether replicates share a sampling error.
        """

    def numbers(self, values: np.ndarray) -> np.ndarray:
        """Return positive values as the noise sees them."""
        return values

    @abstractmethod
    def spread(self, sizes: Sizes) -> Spread:
        """Return the sd of an intensity."""

    @abstractmethod
    def scatter(self, signals: np.ndarray, sizes: Sizes) -> Scatter:
        """Return how intensities scatter on a known scale, for signals (B, T, I) above 0."""

    @abstractmethod
    def draw(
        self,
        expected: np.ndarray,
        errors: tuple[np.ndarray, np.ndarray],
        sizes: Sizes,
    ) -> np.ndarray:
        """Add errors to expected signals.

        Args:
            expected: shape (B, N, I).
            errors: standard normal, of intensities and of samplings, shape (B, N, I) or (N, I).
            sizes: of shape (B, 1, k) or (B, N, I), additive ones in the unit of the signals.
        """

    @abstractmethod
    def margins(
        self, intensities: MeasuredIntensities, scale: Scale, signals: np.ndarray, sizes: Sizes
    ) -> np.ndarray:
        """Return limits as quantiles of a standard normal, shape (B, N, I); nan if unknown.

        The unknown factor of a spectrum or column is put at its best value given the intensities
        above the limit, and its error is added to that of an intensity below.

        Args:
            intensities: the table.
            scale: what is unknown about its intensity axis.
            signals: shape (B, T, I), above 0.
            sizes: of shape (B, 1, k).
        """

    @abstractmethod
    def fitted_factor(self, shown: np.ndarray, expected: np.ndarray) -> np.ndarray:
        """Return the factors, shape (B, I), that lay expected signals upon columns.

        Args:
            shown: shape (N, I), 0 where there is no number.
            expected: shape (B, N, I), above 0.
        """


@dataclass(frozen=True)
class NoiseParameters:
    """Which noise parameters there are, in the order in which they are passed on.

    Attributes:
        model: how an intensity scatters.
        signals: the signals that have a size of their own; empty where all share one.
        shared: whether replicates share a sampling error, of one size for all signals.

    Raises:
        InputError: two noise parameters would have the same name.
    """

    model: NoiseModel
    signals: tuple[str, ...] = ()
    shared: bool = False

    def __post_init__(self) -> None:
        known: set[str] = set()
        for size in self.model.sizes:
            for name in self._each(size):
                if name in known:
                    raise InputError(
                        f"noise_per_signal: signals '{name.removeprefix(f'{size}_')}' and "
                        f"'{self.signal_of(name)}' would share the parameter '{name}'; "
                        "rename one of them"
                    )
            known.update(self._each(size))

    @cached_property
    def own_names(self) -> tuple[str, ...]:
        """Names of the sizes of an intensity's own error."""
        return self._each(self.model.sizes[0])

    @cached_property
    def names(self) -> tuple[str, ...]:
        """All Q names: of an intensity's own error first, of a sampling last."""
        own = tuple(name for size in self.model.sizes for name in self._each(size))
        return (*own, SAMPLING_ERROR) if self.shared else own

    def _each(self, size: str) -> tuple[str, ...]:
        return tuple(f"{size}_{signal}" for signal in self.signals) or (size,)

    def sizes(self, noise: np.ndarray) -> Sizes:
        """Sort noise parameters, shape (B, Q), by what they are the size of.

        Returns:
            Shape (B, k) for each size; 0 for a sampling error that is not shared.
        """
        k = len(self.own_names)
        parts = {size: noise[:, i * k : (i + 1) * k] for i, size in enumerate(self.model.sizes)}
        sampling = noise[:, -1:] if self.shared else np.zeros_like(noise[:, :1])
        return {**parts, SAMPLING_ERROR: sampling}

    def size_of(self, name: str) -> str:
        """Return which size a parameter is, whatever signal it belongs to."""
        found = (size for size in self.model.sizes if name in self._each(size))
        return next(found, SAMPLING_ERROR)

    def in_signals(self, noise: np.ndarray, total: np.ndarray) -> Sizes:
        """Return the sizes of noise parameters (B, Q) beside signals, shape (B, 1, k) or more.

        Args:
            noise: the parameters.
            total: what additive sizes are in units of; see `Scale.total`.
        """
        sizes = {name: size[:, None, :] for name, size in self.sizes(noise).items()}
        added = self.model.additive
        return {n: size * total if n in added else size for n, size in sizes.items()}

    def is_additive(self, name: str) -> bool:
        """Say whether a parameter is added to a signal rather than relative to it."""
        return self.size_of(name) in self.model.additive

    def signal_of(self, name: str) -> str | None:
        """Return the signal that a parameter belongs to; None where it belongs to all."""
        for size in self.model.sizes:
            if self.signals and name in self._each(size):
                return self.signals[self._each(size).index(name)]
        return None
