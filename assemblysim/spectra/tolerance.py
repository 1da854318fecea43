"""How far a measured m/z may lie from a peak, as a user states it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from assemblysim.errors import InputError
from assemblysim.language import quoted

_WRITTEN: Final = re.compile(r"\s*(?P<number>[0-9]*\.?[0-9]+)\s*(?P<unit>ppm|u|Da|mDa|mu)\s*")
_IN_U: Final = {"u": 1.0, "Da": 1.0, "mDa": 1e-3, "mu": 1e-3}


@dataclass(frozen=True)
class MzTolerance:
    """A tolerance of m/z.

    Attributes:
        text: as written.
        ppm: millionths of the peak's m/z, or 0.
        absolute: on the axis of m/z, u per elementary charge, or 0.
    """

    text: str
    ppm: float
    absolute: float

    def at(self, mz: float) -> float:
        """Return the half-width at a peak, in u per elementary charge."""
        return self.absolute + self.ppm * 1e-6 * mz


def read_tolerance(text: str) -> MzTolerance:
    """Read a tolerance such as ``20 ppm``, ``0.05 u`` or ``5 mDa``; the latter two are of m/z.

    Raises:
        InputError: it has no number, no unit, or is 0.
    """
    found = _WRITTEN.fullmatch(text)
    if found is None or float(found["number"]) == 0:
        raise InputError(f"{quoted(text)} is no tolerance; write one as 20 ppm or 0.05 u")
    number = float(found["number"])
    if found["unit"] == "ppm":
        return MzTolerance(text.strip(), number, 0.0)
    return MzTolerance(text.strip(), 0.0, number * _IN_U[found["unit"]])
