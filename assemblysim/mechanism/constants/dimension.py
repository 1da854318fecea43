"""The dimension of a rate constant: which powers of concentration and time its unit has."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

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

    def write(self, concentration: str) -> str:
        """Return the unit as text, such as ``1/(mM h)``; ``1`` where there is none."""
        powers = ((concentration, self.concentration), ("h", self.time))
        above = [_power(unit, n) for unit, n in powers if n > 0]
        below = [_power(unit, -n) for unit, n in powers if n < 0]
        if not below:
            return " ".join(above) or "1"
        divisor = below[0] if len(below) == 1 else f"({' '.join(below)})"
        return f"{' '.join(above) or '1'}/{divisor}"


NONE = Dimension(0, 0)
CONCENTRATION = Dimension(1, 0)
RATE = Dimension(1, -1)


def _power(unit: str, exponent: Exponent) -> str:
    if exponent == 1:
        return unit
    return f"{unit}^{float(exponent):g}"
