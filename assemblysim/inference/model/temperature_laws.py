"""How a rate constant depends on temperature: one class for each law, found by its name."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import ClassVar, Final, Literal

import numpy as np

from assemblysim.inference.model.prior import Prior
from assemblysim.inference.model.priors import LogUniform, SignedNormal
from assemblysim.kinetics.reactor.temperature import (
    BOLTZMANN_OVER_PLANCK,
    GAS_CONSTANT,
    SECONDS_PER_HOUR,
)

# J/(mol K): steps that join two molecules lose order, dissociations gain it.
ENTROPY: Final = SignedNormal(-50.0, 60.0)
# 1/s, and 1/(M s): from hardly any encounter to every vibration.
FREQUENCY: Final = (1e3, 1e16)


class TemperatureLaw(ABC):
    """A law by which a rate constant follows from an energy and a partner of it.

    Attributes:
        name: as a study has it.
        title: as printed.
        energy: begins the name of a rate constant's energy, in kJ/mol.
        energy_symbol: the energy as printed.
        partner: begins the name of the other number of the separate form.
        partner_kind: what that number counts as among the parameters.
        power: of T beside the exponential.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    energy: ClassVar[str]
    energy_symbol: ClassVar[str]
    partner: ClassVar[str]
    partner_kind: ClassVar[Literal["rate", "entropy"]]
    power: ClassVar[float]

    @abstractmethod
    def partner_unit(self, unit: str) -> str:
        """Return the unit of the partner where the rate constant has the unit `unit`."""

    @abstractmethod
    def partner_prior(self, order: float) -> Prior:
        """Return the default prior of the partner, for a step of some order."""

    @abstractmethod
    def constant(
        self, partner: np.ndarray, energy: np.ndarray, kelvin: float, order: float
    ) -> np.ndarray:
        """Return the rate constant at a temperature, mM^(1 - order)/h, any shape."""

    @abstractmethod
    def formula(self, partner: str, energy: str) -> str:
        """Write the constant as it follows from the names of both."""


class Arrhenius(TemperatureLaw):
    """``k = A exp(-Ea/RT)``."""

    name = "arrhenius"
    title = "Arrhenius"
    energy = energy_symbol = "Ea"
    partner = "A"
    partner_kind = "rate"
    power = 0.0

    def partner_unit(self, unit: str) -> str:
        """Return the rate constant's own unit."""
        return unit

    def partner_prior(self, order: float) -> Prior:
        """Return the default prior of A, in mM^(1 - order)/h."""
        factor = SECONDS_PER_HOUR * 1000.0 ** (1 - order)
        return LogUniform(FREQUENCY[0] * factor, FREQUENCY[1] * factor)

    def constant(
        self, partner: np.ndarray, energy: np.ndarray, kelvin: float, order: float
    ) -> np.ndarray:
        """Return the rate constant at a temperature; A has its unit, whatever the order."""
        del order
        return np.asarray(partner * np.exp(-energy / (GAS_CONSTANT * kelvin)))

    def formula(self, partner: str, energy: str) -> str:
        """Write the constant as it follows from the names of both."""
        return f"{partner} exp(-{energy}/RT)"


class Eyring(TemperatureLaw):
    """``k = (kB T/h) exp(dS/R - dH/RT)``, standard state 1 M."""

    name = "eyring"
    title = "Eyring"
    energy = "dH"
    energy_symbol = "ΔH‡"
    partner = "dS"
    partner_kind = "entropy"
    power = 1.0

    def partner_unit(self, unit: str) -> str:
        """Return the unit of entropies, whatever the rate constant's is."""
        del unit
        return "J/(mol K)"

    def partner_prior(self, order: float) -> Prior:
        """Return the default prior of the entropy of activation, of every order."""
        del order
        return ENTROPY

    def constant(
        self, partner: np.ndarray, energy: np.ndarray, kelvin: float, order: float
    ) -> np.ndarray:
        """Return the rate constant at a temperature, mM^(1 - order)/h."""
        return constant_from_barrier(energy - kelvin * partner / 1000, kelvin, order)

    def formula(self, partner: str, energy: str) -> str:
        """Write the constant as it follows from the names of both."""
        return f"(kB T/h) exp({partner}/R - {energy}/RT)"


TEMPERATURE_LAWS: Final[dict[str, TemperatureLaw]] = {
    law.name: law for law in (Arrhenius(), Eyring())
}


def constant_from_barrier(barrier: np.ndarray, kelvin: float, molecules: float) -> np.ndarray:
    """Return a rate constant from its free energy of activation.

    Args:
        barrier: any shape, kJ/mol, standard state 1 M.
        kelvin: the temperature, K.
        molecules: the order of the step, n.

    Returns:
        The same shape, mM^(1 - n)/h.
    """
    top = np.log(BOLTZMANN_OVER_PLANCK * kelvin * SECONDS_PER_HOUR)
    # 1 M is 1000 mM.
    shift = (1 - molecules) * np.log(1000.0)
    return np.asarray(np.exp(top + shift - barrier / (GAS_CONSTANT * kelvin)))


def barrier_from_constant(constant: np.ndarray, kelvin: float, molecules: float) -> np.ndarray:
    """Return the free energy of activation, kJ/mol; the inverse of `constant_from_barrier`."""
    top = np.log(BOLTZMANN_OVER_PLANCK * kelvin * SECONDS_PER_HOUR)
    shift = (1 - molecules) * np.log(1000.0)
    return np.asarray(GAS_CONSTANT * kelvin * (top + shift - np.log(constant)))
