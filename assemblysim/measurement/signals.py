"""What the spectrometer would show of given concentrations, before noise and scale factors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
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
    seen, below = _sums(species, signals, concentrations, coefficients)
    ratios = [column for column, signal in enumerate(signals) if signal.divisor]
    if ratios:
        seen[:, :, ratios] /= below
    seen *= responses[:, None, :]
    if ratios:
        seen += background[:, None, None] * np.array([not one.divisor for one in signals])
    else:
        seen += background[:, None, None]
    return seen


@dataclass(frozen=True, eq=False)
class SignalPull:
    """Derivatives of a number by all that signals are made of, at B vectors.

    Attributes:
        by_concentration: shape (B, T, S), per mM.
        by_response: shape (B, I).
        by_background: shape (B,).
        by_coefficient: shape (B,) each, by name.
    """

    by_concentration: np.ndarray
    by_response: np.ndarray
    by_background: np.ndarray
    by_coefficient: dict[str, np.ndarray]


def pulled_signals(
    species: tuple[str, ...],
    signals: tuple[Signal, ...],
    concentrations: np.ndarray,
    responses: np.ndarray,
    coefficients: Mapping[str, np.ndarray],
    by_signal: np.ndarray,
) -> SignalPull:
    """Carry derivatives by `expected_signals` back to what these are made of.

    Args:
        species: names of the S species, in the order of the concentrations.
        signals: the I signals.
        concentrations: shape (B, T, S), mM.
        responses: shape (B, I).
        coefficients: shape (B,) each, by name.
        by_signal: shape (B, T, I), of a number by each signal.

    Returns:
        The chain rule's sums over times, and for concentrations those over signals.
    """
    sums, below = _sums(species, signals, concentrations, coefficients)
    ratios = [column for column, signal in enumerate(signals) if signal.divisor]
    by_sum = by_signal * responses[:, None]
    plain = np.array([not one.divisor for one in signals])
    by_below = None
    if ratios:
        sums[:, :, ratios] /= below
        by_sum[:, :, ratios] /= below
        by_below = -by_sum[:, :, ratios] * sums[:, :, ratios]
    by_concentration = by_sum @ _coefficients(species, signals).T
    if by_below is not None:
        by_concentration += by_below @ _coefficients(species, signals, below=True)[:, ratios].T
    by_coefficient = {name: np.zeros(len(responses)) for name in coefficients}
    for column, signal in enumerate(signals):
        for name, coefficient in signal.weighted:
            if name in species:
                place, own = species.index(name), by_sum[:, :, column]
                by_concentration[:, :, place] += coefficients[coefficient][:, None] * own
                by_coefficient[coefficient] += (own * concentrations[:, :, place]).sum(axis=1)
    return SignalPull(
        by_concentration,
        (by_signal * sums).sum(axis=1),
        (by_signal * plain).sum(axis=(1, 2)),
        by_coefficient,
    )


def _sums(
    species: tuple[str, ...],
    signals: tuple[Signal, ...],
    concentrations: np.ndarray,
    coefficients: Mapping[str, np.ndarray],
) -> tuple[np.ndarray, np.ndarray]:
    """Return what stands above, (B, T, I), and below the line of ratios, infinite for nothing."""
    above = np.asarray(concentrations @ _coefficients(species, signals))
    for column, signal in enumerate(signals):
        if signal.standard:
            above[:, :, column] += signal.standard
        for name, coefficient in signal.weighted:
            if name in species:
                part = concentrations[:, :, species.index(name)]
                above[:, :, column] += coefficients[coefficient][:, None] * part
    ratios = [column for column, signal in enumerate(signals) if signal.divisor]
    if not ratios:
        return above, np.ones((1, 1, 0))
    below = concentrations @ _coefficients(species, signals, below=True)[:, ratios]
    return above, np.where(below > 0, below, np.inf)


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
