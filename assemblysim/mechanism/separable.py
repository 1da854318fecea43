"""Which rate constants a mechanism's equations could tell apart at best: from perfect data."""

from __future__ import annotations

import numpy as np
import sympy

from assemblysim.errors import InputError
from assemblysim.mechanism.balance import stoichiometry
from assemblysim.mechanism.laws import rate_laws, rate_symbols, species_symbols
from assemblysim.mechanism.network import Network

_SMALL = 1e-9  # of the largest singular value: roundoff is 1e-15, true slopes are above 1e-6


def inseparable_constants(network: Network) -> tuple[str, ...]:
    """Return the rate constants that no measurement of concentrations can settle.

    The question is whether the slopes dc/dt, known for all S species at any composition,
    decide the P constants: their derivatives by the constants, stacked over several random
    compositions, must have P independent columns. This is the best case; fewer observed
    species, times and precision only make it worse.

    Args:
        network: the mechanism.

    Returns:
        Names of the constants that can change together without changing any slope; empty
        where every constant can be found in principle.

    Raises:
        InputError: a rate law has no finite value at concentrations about 1.
    """
    constants, concentrations = rate_symbols(network), species_symbols(network)
    slopes = sympy.Matrix([[law.diff(k) for k in constants] for law in rate_laws(network)])
    by_constant = sympy.lambdify([concentrations, constants], slopes, "numpy", dummify=True)
    change = stoichiometry(network)
    draw = np.random.default_rng(0)
    values = draw.uniform(0.5, 2.0, len(constants))
    with np.errstate(all="ignore"):
        rows = [
            change @ np.asarray(by_constant(draw.uniform(0.5, 2.0, len(concentrations)), values))
            for _ in range(len(constants) + 2)
        ]
    stacked = np.vstack(rows).astype(float)
    if not np.all(np.isfinite(stacked)):
        raise InputError("a rate law has no finite value at ordinary concentrations; mend it")
    return _dependent(stacked, network.rate_names)


def _dependent(columns: np.ndarray, names: tuple[str, ...]) -> tuple[str, ...]:
    """Return the names of the columns that take part in a linear dependence."""
    sizes = np.linalg.norm(columns, axis=0)
    scaled = columns / np.where(sizes > 0, sizes, 1.0)
    _, singular, directions = np.linalg.svd(scaled)
    full = np.zeros(len(names))
    full[: len(singular)] = singular
    null = directions[full <= _SMALL * max(full.max(), _SMALL)]
    return tuple(
        name
        for name, weights in zip(names, null.T, strict=True)
        if np.any(np.abs(weights) > _SMALL**0.5)
    )
