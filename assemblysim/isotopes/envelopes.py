"""The isotope envelope of an ion: where its peaks are, and how high.

Peaks nearer to each other than a stated width are one peak, at the mean of their masses weighted
by abundance, as an instrument that does not part them shows them.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
from scipy.constants import physical_constants

from assemblysim.errors import InputError
from assemblysim.isotopes.table import isotopes_of

# CODATA's, as scipy has it, in u.
ELECTRON_MASS: Final = float(physical_constants["electron mass in u"][0])

WIDTH: Final = 0.05  # u; isotopologues of one mass number are nearer, those of two are not
FAINTEST: Final = 1e-13  # of all ions; rarer isotopologues are left out on the way
_BINS_IN_WIDTH: Final = 20  # within one bin peaks are one already on the way
_MOST_PRODUCTS: Final = 1_000_000  # of two distributions; of larger ones bins are joined first
_FWHM: Final = 2 * math.sqrt(2 * math.log(2))  # of a Gaussian, in standard deviations

Atoms = Mapping[str, int]


@dataclass(frozen=True, eq=False)
class Envelope:
    """The isotope peaks of an ion.

    Attributes:
        mz: shape (K,), u per elementary charge, increasing; u where the charge is 0.
        fractions: shape (K,), of all these ions; the sum is 1 but for what is too faint.
    """

    mz: np.ndarray
    fractions: np.ndarray

    @property
    def heights(self) -> np.ndarray:
        """Shape (K,): the fractions over that of the highest peak."""
        return np.asarray(self.fractions / self.fractions.max())

    @property
    def highest(self) -> float:
        """The m/z of the highest peak."""
        return float(self.mz[self.fractions.argmax()])

    def profile(self, mz: np.ndarray, resolution: float) -> np.ndarray:
        """Return the intensity that an instrument of one resolution shows.

        Args:
            mz: shape (N,), where.
            resolution: m/z over the full width at half maximum of a peak, above 0.

        Returns:
            Shape (N,), per u, so that the area over m/z is the sum of the fractions.

        Raises:
            InputError: the resolution is not above 0.
        """
        if not resolution > 0:
            raise InputError(f"the resolution {resolution:g} is not above 0; write one as 20000")
        spread = self.mz / (resolution * _FWHM)
        scaled = (mz[:, None] - self.mz) / spread
        heights = self.fractions / (spread * np.sqrt(2 * np.pi))
        return np.asarray(np.exp(-0.5 * scaled**2) @ heights)


def envelope(atoms: Atoms, charge: int, *, width: float = WIDTH) -> Envelope:
    """Return the isotope peaks of an ion.

    Args:
        atoms: element, or isotope as 13C, to its number.
        charge: in elementary charges; of either sign. 0 for a molecule.
        width: u; peaks nearer to their neighbour are one.

    Raises:
        InputError: no atoms, an unknown isotope, or a width that is not above 0.

    Method: the distributions of the elements are convolved, each by repeated squaring; what falls
    into one bin of a twentieth of the width is kept as its sum and its mean mass, which both are
    exact under convolution. Bins of very broad distributions (a hundred tin atoms) are wider.
    """
    if not atoms:
        raise InputError("an ion without atoms has no envelope; write its formula")
    if not width > 0:
        raise InputError(f"the width {width:g} u is not above 0; write one as {WIDTH:g}")
    bin_width = width / _BINS_IN_WIDTH
    whole = _NOTHING
    for symbol, count in atoms.items():
        if count:
            whole = _convolved(whole, _many(symbol, count, bin_width), bin_width)
    masses, fractions = _merged(*whole, width)
    return Envelope((masses - charge * ELECTRON_MASS) / max(abs(charge), 1), fractions)


def most_abundant_isotopes_mz(atoms: Atoms, charge: int) -> float:
    """Return m/z with the most abundant isotope of each element.

    That is the monoisotopic mass where the lightest isotope of every element is the most
    abundant, as in organic molecules; it need not be the highest peak of the envelope.

    Raises:
        InputError: an isotope is unknown.
    """
    mass = sum(
        n * max(isotopes_of(symbol), key=lambda one: one.fraction).mass
        for symbol, n in atoms.items()
    )
    return (mass - charge * ELECTRON_MASS) / max(abs(charge), 1)


def average_mz(atoms: Atoms, charge: int) -> float:
    """Return m/z with the mean mass of each element, where no ion has a peak.

    Raises:
        InputError: an isotope is unknown.
    """
    mass = sum(
        n * sum(one.mass * one.fraction for one in isotopes_of(symbol))
        for symbol, n in atoms.items()
    )
    return (mass - charge * ELECTRON_MASS) / max(abs(charge), 1)


_Peaks = tuple[np.ndarray, np.ndarray]
_NOTHING: Final[_Peaks] = (np.zeros(1), np.ones(1))


@lru_cache(maxsize=4096)
def _many(symbol: str, count: int, bin_width: float) -> _Peaks:
    """Return masses and fractions of a number of atoms of one kind, by repeated squaring."""
    if count == 1:
        isotopes = isotopes_of(symbol)
        return np.array([i.mass for i in isotopes]), np.array([i.fraction for i in isotopes])
    half = _many(symbol, count // 2, bin_width)
    both = _convolved(half, half, bin_width)
    return _convolved(both, _many(symbol, 1, bin_width), bin_width) if count % 2 else both


def _convolved(one: _Peaks, other: _Peaks, bin_width: float) -> _Peaks:
    while len(one[0]) * len(other[0]) > _MOST_PRODUCTS:
        bin_width *= 2
        one, other = _binned(*one, bin_width), _binned(*other, bin_width)
    masses = (one[0][:, None] + other[0]).ravel()
    fractions = (one[1][:, None] * other[1]).ravel()
    kept = fractions > FAINTEST
    return _binned(masses[kept], fractions[kept], bin_width)


def _binned(masses: np.ndarray, fractions: np.ndarray, bin_width: float) -> _Peaks:
    bins = np.rint(masses / bin_width).astype(np.int64)
    return _summed(masses, fractions, np.unique(bins, return_inverse=True)[1])


def _merged(masses: np.ndarray, fractions: np.ndarray, width: float) -> _Peaks:
    order = np.argsort(masses)
    masses, fractions = masses[order], fractions[order]
    group = np.concatenate([[0], np.cumsum(np.diff(masses) > width)])
    return _summed(masses, fractions, group)


def _summed(masses: np.ndarray, fractions: np.ndarray, group: np.ndarray) -> _Peaks:
    """Return the mean mass and the sum of each group."""
    total = np.bincount(group, fractions)
    return np.bincount(group, fractions * masses) / total, total
