"""How rate constants depend on temperature, and how the temperature of a reactor goes on.

Arrhenius: ``k(T) = k(T0) exp(-Ea/R (1/T - 1/T0))``; Eyring (J. Chem. Phys. 1935, 3, 107): the same
with the activation enthalpy and a factor ``T/T0``. Written about a reference temperature T0 among
those of the experiments, the constant and the energy are hardly correlated; the constant at
1/T = 0 and the energy are almost one number (Schwaab & Pinto, Chem. Eng. Sci. 2007, 62, 2750).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Final

import numpy as np

from assemblysim.errors import InputError

GAS_CONSTANT: Final = 8.31446261815324e-3  # kJ/(mol K), CODATA 2018, exact
BOLTZMANN_OVER_PLANCK: Final = 1.380649e-23 / 6.62607015e-34  # 1/(K s), CODATA 2018, exact
SECONDS_PER_HOUR: Final = 3600.0


@dataclass(frozen=True, eq=False)
class RateConstants:
    """Rate constants of B parameter vectors at every temperature.

    Attributes:
        at_reference: shape (B, P), in the order of ``network.rate_constant_names``.
        energies: shape (B, P), kJ/mol: activation energies, or activation enthalpies.
        reference: K, the temperature that `at_reference` is for.
        powers: of T beside the exponential for each of the P constants, none by default:
            Eyring's rate constants have 1, a Michaelis constant has 0, and what is the root of a
            rate constant a half.
    """

    at_reference: np.ndarray
    energies: np.ndarray
    reference: float = 298.15
    powers: tuple[float, ...] = ()

    @classmethod
    def isothermal(cls, rate_constants: np.ndarray) -> RateConstants:
        """Return constants, shape (B, P), of a study that has one temperature."""
        return cls(rate_constants, np.zeros(rate_constants.shape))

    def __len__(self) -> int:
        return len(self.at_reference)

    def __getitem__(self, part: slice | np.ndarray) -> RateConstants:
        """Return some of the B parameter vectors."""
        return RateConstants(
            self.at_reference[part], self.energies[part], self.reference, self.powers
        )

    @property
    def exponents(self) -> tuple[float, ...]:
        """The powers of T beside the exponential, length P."""
        return self.powers or (0.0,) * self.energies.shape[1]

    def factors(self, kelvin: float) -> np.ndarray:
        """Return what the constants at the reference are multiplied by at a temperature, (B, P)."""
        if kelvin == self.reference:
            return np.ones(self.energies.shape)
        slowness = (1 / kelvin - 1 / self.reference) / GAS_CONSTANT
        return np.asarray(
            (kelvin / self.reference) ** np.array(self.exponents)
            * np.exp(-self.energies * slowness)
        )

    def by_energy(self, kelvin: float) -> np.ndarray:
        """Return the derivatives of `factors` by the energies, shape (B, P), mol/kJ."""
        slowness = (1 / kelvin - 1 / self.reference) / GAS_CONSTANT
        return np.asarray(-slowness * self.factors(kelvin))

    def at(self, kelvin: float) -> np.ndarray:
        """Return the constants at a temperature, shape (B, P)."""
        return np.asarray(self.at_reference * self.factors(kelvin))

    def at_each(self, kelvin: np.ndarray) -> np.ndarray:
        """Return the constants at each vector's own temperature, shape (B, 1): shape (B, P)."""
        slowness = (1 / kelvin - 1 / self.reference) / GAS_CONSTANT
        power = (kelvin / self.reference) ** np.array(self.exponents)
        return np.asarray(self.at_reference * power * np.exp(-self.energies * slowness))


@dataclass(frozen=True)
class Programme:
    """The temperature of a reactor: linear between knots, constant after the last.

    Attributes:
        times: h, the first 0; one that is there twice is a step.
        kelvin: K, one for each time.

    Raises:
        InputError: the times go back or do not begin at 0, a temperature is not above 0 K, or
            a time is there three times.
    """

    times: tuple[float, ...]
    kelvin: tuple[float, ...]

    def __post_init__(self) -> None:
        if len(self.times) != len(self.kelvin) or not self.times:
            raise InputError(
                f"{len(self.times)} times and {len(self.kelvin)} temperatures; give one of each"
            )
        if self.times[0] != 0:
            raise InputError(
                f"begins at {self.times[0]:g} h instead of 0 h, the moment of mixing; "
                "state the temperature at the start"
            )
        for before, after in pairwise(self.times):
            if not after >= before:
                raise InputError(
                    f"time runs backwards, from {before:g} h to {after:g} h; sort the times"
                )
        for time in self.times:
            if self.times.count(time) > 2:
                raise InputError(
                    f"{time:g} h is there {self.times.count(time)} times; a step needs two"
                )
        for value in self.kelvin:
            if not 0 < value < np.inf:
                raise InputError(f"{value:g} K is no temperature; write one above 0 K")

    @cached_property
    def constant(self) -> bool:
        """Whether the temperature never changes."""
        return len(set(self.kelvin)) == 1

    def at(self, time: float) -> float:
        """Return the temperature at a time, K; after a step that happens there."""
        last = int(np.searchsorted(self.times, time, side="right")) - 1
        if last + 1 == len(self.times):
            return self.kelvin[-1]
        begin, end = self.times[last], self.times[last + 1]
        fraction = (time - begin) / (end - begin)
        return self.kelvin[last] + fraction * (self.kelvin[last + 1] - self.kelvin[last])

    def course(self, times: np.ndarray) -> np.ndarray:
        """Return the temperature at times of any shape, K; an infinite time is the last one."""
        # A step is a ramp without length: interpolation takes its later end.
        return np.asarray(np.interp(times, self.times, self.kelvin))

    def before(self, time: float) -> float:
        """Return the temperature at a time above 0, K; before a step that happens there."""
        first = int(np.searchsorted(self.times, time, side="left"))
        if first == len(self.times):
            return self.kelvin[-1]
        begin, end = self.times[first - 1], self.times[first]
        fraction = (time - begin) / (end - begin)
        return self.kelvin[first - 1] + fraction * (self.kelvin[first] - self.kelvin[first - 1])
