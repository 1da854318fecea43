"""Concentrations together with their derivatives by constants and by initial values.

The states are one block of S after the other: the concentrations c, then for each constant
``s_j dc/dk_j``, then for each species ``s dc/dc0_j``. The scales s make all of them
concentrations of ordinary size, so that one absolute tolerance fits. Each block of derivatives
obeys ``dY/dt = (dF/dc) Y + s dF/dk``: linear, with the Jacobian of the concentrations. LSODA is
given that Jacobian block after block along the diagonal and none of the coupling between blocks,
which costs Newton's iteration one round and saves a dense factorisation of all states.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from assemblysim.kinetics.engines.lsoda import Equations
from assemblysim.kinetics.symbolic.compilation import Callback, CompiledKinetics

# Measured over rate constants of six decades: a third of the time saved, and the derivatives
# stay as accurate as the concentrations, to which their steps are chosen anyhow.
ABSOLUTE_SLACK = 100.0
RELATIVE_SLACK = 10.0


@dataclass(frozen=True, eq=False)
class SensitivityScales:
    """What the derivatives are multiplied by while they are integrated.

    Attributes:
        by_rate: shape (P,), the constants themselves, or 1 for a constant that is 0.
        by_initial: the largest initial concentration, mM.
    """

    by_rate: np.ndarray
    by_initial: float


def sensitivity_scales(rate_constants: np.ndarray, scale: float) -> SensitivityScales:
    """Choose the scales for rate constants, shape (P,), and a largest concentration, mM."""
    return SensitivityScales(np.where(rate_constants > 0, rate_constants, 1.0), scale)


def sensitivity_equations(
    kinetics: CompiledKinetics,
    rate_constants: np.ndarray,
    initial: np.ndarray,
    scales: SensitivityScales,
    max_steps: int,
) -> Equations:
    """Put together the equations of concentrations and derivatives.

    Args:
        kinetics: the network's functions.
        rate_constants: shape (P,).
        initial: shape (S,), mM.
        scales: of the derivatives.
        max_steps: steps to spend.

    Returns:
        Equations of S * (1 + P + S) states.
    """
    species, constants = len(initial), len(rate_constants)
    fill, filled = kinetics.sensitivity_parts(rate_constants, scales.by_rate, max_steps)
    start = np.zeros((1 + constants + species, species))
    start[0] = initial
    start[1 + constants :] = np.eye(species) * scales.by_initial
    rhs = _right_hand_side(fill, filled, species, constants)
    jacobian = _block_diagonal(fill, filled, species, len(start))
    absolute, relative = np.full(start.shape, scales.by_initial), np.ones(start.shape)
    absolute[1:] *= ABSOLUTE_SLACK
    relative[1:] *= RELATIVE_SLACK
    return Equations(
        rhs, jacobian, start.ravel(), species, absolute.ravel(), relative.ravel(), species - 1
    )


def _right_hand_side(fill: Callback, filled: np.ndarray, species: int, constants: int) -> Callback:
    """Return the function that computes all states' derivatives with one matrix product."""
    slopes_end = species + species**2
    transposed = filled[species:slopes_end].reshape(species, species).T
    forcing = filled[slopes_end:].reshape(constants, species)
    blocks = np.empty((1 + constants + species, species))
    flat, derivatives = blocks.reshape(-1), blocks[1:]

    def rhs(state: np.ndarray, time: float) -> np.ndarray:
        fill(state[:species], time)
        np.matmul(state[species:].reshape(-1, species), transposed, out=derivatives)
        derivatives[:constants] += forcing
        blocks[0] = filled[:species]
        return flat

    return rhs


def _block_diagonal(fill: Callback, filled: np.ndarray, species: int, blocks: int) -> Callback:
    """Return the function that repeats dF/dc along the diagonal, as LSODA stores a band."""
    slopes = filled[species : species + species**2, None]
    row, column = np.divmod(np.arange(species**2), species)
    diagonal = row - column + species - 1
    band = np.zeros((2 * species - 1, blocks, species))
    flat = band.reshape(2 * species - 1, -1)

    def jacobian(state: np.ndarray, time: float) -> np.ndarray:
        fill(state[:species], time)
        band[diagonal, :, column] = slopes
        return flat

    return jacobian
