"""The dimension of a rate constant: which powers of concentration and time its unit has."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from assemblysim.units import factors, written

# A whole number, or a sympy expression while the equations for it are being solved.
Exponent = Any


@dataclass(frozen=True)
class Dimension:
    """Powers of concentration and time in a unit: mM^-1 h^-1 is (-1, -1)."""

    concentration: Exponent
    time: Exponent

    def times(self, other: Dimension) -> Dimension:
        """Return the dimension of a product."""
        return Dimension(self.concentration + other.concentration, self.time + other.time)

    def raised(self, exponent: Exponent) -> Dimension:
        """Return the dimension of this to a power."""
        return Dimension(self.concentration * exponent, self.time * exponent)

    @classmethod
    def read(cls, unit: str) -> Dimension:
        """Return the dimension of a unit, in which only concentrations and times count."""
        known = factors(unit)
        concentration = sum(power for name, power in known if name in ("mM", "%"))
        return cls(concentration, sum(power for name, power in known if name == "h"))

    @property
    def timed(self) -> bool:
        """Whether it is that of a rate constant, and not of a Michaelis constant."""
        return bool(self.time == -1)

    @property
    def order(self) -> float:
        """The order of a step whose rate constant has it, such as 2 for 1/(mM h)."""
        return 1.0 - float(self.concentration)

    def write(self, concentration: str) -> str:
        """Return the unit as text, such as ``1/(mM h)``; ``1`` where there is none."""
        return written(((concentration, self.concentration), ("h", self.time))) or "1"


NONE = Dimension(0, 0)
CONCENTRATION = Dimension(1, 0)
RATE = Dimension(1, -1)
DURATION = Dimension(0, 1)
