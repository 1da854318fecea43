"""What the spectrometer would show of given concentrations, before noise and scale factors."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType

import numpy as np

from assemblysim.measurement.data import Signal


def expected_signals(
    species: tuple[str, ...],
    signals: tuple[Signal, ...],
    concentrations: np.ndarray,
    responses: np.ndarray,
    background: np.ndarray,
    coefficients: Mapping[str, np.ndarray] = MappingProxyType({}),
) -> np.ndarray:
    """Compute s_i = r_i * (sum of coefficient * concentration) + b.

    A standard's concentration is the same in every sample. A ratio is the quotient of two sums,
    without background; it is 0 where there is nothing in the lower one.

    Args:
        species: names of the S species, in the order of the concentrations.
        signals: the I signals; a species that the network does not have counts as absent.
        concentrations: shape (B, T, S), mM.
        responses: shape (B, I), response factors, signal per mM.
        background: shape (B,), in units of the signals.
        coefficients: shape (B,) each, by name, of the terms whose coefficient is a parameter.

    Returns:
        Shape (B, T, I), in the unit of concentration where the response factors are 1.
    """
    seen = np.asarray(concentrations @ _coefficients(species, signals))
    for column, signal in enumerate(signals):
        if signal.standard:
            seen[:, :, column] += signal.standard
        for name, coefficient in signal.weighted:
            if name in species:
                part = concentrations[:, :, species.index(name)]
                seen[:, :, column] += coefficients[coefficient][:, None] * part
    ratios = [column for column, signal in enumerate(signals) if signal.divisor]
    if ratios:
        below = concentrations @ _coefficients(species, signals, below=True)[:, ratios]
        seen[:, :, ratios] /= np.where(below > 0, below, np.inf)
    seen *= responses[:, None, :]
    if ratios:
        seen += background[:, None, None] * np.array([not one.divisor for one in signals])
    else:
        seen += background[:, None, None]
    return seen


@lru_cache(maxsize=64)
def _coefficients(
    species: tuple[str, ...], signals: tuple[Signal, ...], *, below: bool = False
) -> np.ndarray:
    """Return how much of each signal, or of its divisor, comes from each species, shape (S, I)."""
    coefficients = np.zeros((len(species), len(signals)))
    for column, signal in enumerate(signals):
        for name, coefficient in signal.divisor if below else signal.terms:
            if name in species:
                coefficients[species.index(name), column] += coefficient
    return coefficients
