"""Which rate constants a mechanism's equations could tell apart at best: from perfect data."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from assemblysim.errors import InputError
from assemblysim.mechanism.network.monomial import Monomial, monomial_of
from assemblysim.mechanism.network.names import TIME
from assemblysim.mechanism.network.network import Network

# Concentrations and the time, (S + 1,), and constants (P,) to the derivatives of some rates, shape
# (laws, P).
ByConstant = Callable[[np.ndarray, np.ndarray], np.ndarray]

_SMALL = 1e-9  # of the largest singular value: roundoff is 1e-15, true derivatives are above 1e-6


def inseparable_constants(network: Network) -> tuple[str, ...]:
    """Return the rate constants that no measurement of concentrations can settle.

    The question is whether dc/dt, known for all S species at any composition, decides the
    P constants: its derivatives by the constants, stacked over several scattered
    compositions (and times, where a rate law names the time), must have P independent columns.
    This is the best case; fewer observed species, times and precision only make it worse.

    Args:
        network: the mechanism.

    Returns:
        Names of the constants that can change together without changing any dc/dt; empty
        where every constant can be found in principle.

    Raises:
        InputError: a rate law has no finite value at concentrations about 1.
    """
    products = [(i, m) for i, r in enumerate(network.reactions) if (m := monomial_of(r))]
    others = [i for i, r in enumerate(network.reactions) if monomial_of(r) is None]
    of_products, of_others = _products(network, products), _by_algebra(network, others)
    count, species = len(network.rate_constant_names), len(network.species)
    change = np.zeros((species, len(others)))
    for row, column, sign in _entries(network, others):
        change[row, column] += sign
    values = _scattered(1, count)[0]
    points = _scattered(count + 2, species + 1)
    with np.errstate(all="ignore"):
        rows = [of_products(point[:-1]) + change @ of_others(point, values) for point in points]
    stacked = np.vstack(rows).astype(float)
    if not np.all(np.isfinite(stacked)):
        raise InputError("a rate law has no finite value at ordinary concentrations; mend it")
    return _dependent(stacked, network.rate_constant_names)


def _scattered(count: int, width: int) -> np.ndarray:
    """Return numbers between 0.5 and 2 without any order; numpy.random is slow to import."""
    places = np.arange(1.0, count * width + 1).reshape(count, width)
    return np.asarray(0.5 + 1.5 * (1e4 * np.abs(np.sin(places)) % 1.0))


def _entries(network: Network, reactions: Sequence[int]) -> list[tuple[int, int, int]]:
    """Return (species, place in `reactions`, change) of what takes part in some reactions."""
    place = {name: i for i, name in enumerate(network.species_names)}
    return [
        (place[name], column, sign)
        for column, r in enumerate(reactions)
        for names, sign in (
            (network.reactions[r].reactants, -1),
            (network.reactions[r].products, 1),
        )
        for name in names
    ]


def _products(
    network: Network, products: Sequence[tuple[int, Monomial]]
) -> Callable[[np.ndarray], np.ndarray]:
    """Return the function that gives d(dc/dt)/d(constant) by the rates that are products."""
    place = {name: i for i, name in enumerate(network.species_names)}
    constant = {name: i for i, name in enumerate(network.rate_constant_names)}
    columns = np.array([constant[m.constant] for _, m in products], dtype=int)
    factors = np.array([m.factor for _, m in products], dtype=float)
    widest = max((len(m.species) for _, m in products), default=0)
    # Beyond the S concentrations stands a 1, with which shorter products are filled up.
    used = np.full((len(products), widest), len(place))
    for row, (_, product) in enumerate(products):
        used[row, : len(product.species)] = [place[name] for name in product.species]
    entries = _entries(network, [r for r, _ in products])
    species, rates, signs = np.array(entries, dtype=int).reshape(-1, 3).T

    def by_constant(concentrations: np.ndarray) -> np.ndarray:
        unit_rates = factors * np.append(concentrations, 1.0)[used].prod(axis=1)
        total = np.zeros((len(place), len(constant)))
        np.add.at(total, (species, columns[rates]), signs * unit_rates[rates])
        return total

    return by_constant


def _by_algebra(network: Network, reactions: Sequence[int]) -> ByConstant:
    """Return the function that gives d(rate)/d(constant) of some rates, as algebra finds it."""
    if not reactions:
        return lambda _, constants: np.zeros((0, len(constants)))
    # Algebra is slow to import, and needed only for laws that are no products.
    import sympy

    from assemblysim.mechanism.network.laws import rate_constant_symbols, rate_laws, species_symbols

    constants = rate_constant_symbols(network)
    state = (*species_symbols(network), sympy.Symbol(TIME))
    laws = rate_laws(network)
    derivatives = sympy.Matrix([[laws[r].diff(k) for k in constants] for r in reactions])
    found = sympy.lambdify([state, constants], derivatives, "numpy", dummify=True)
    return lambda point, values: np.asarray(found(point, values), dtype=float)


def _dependent(columns: np.ndarray, names: tuple[str, ...]) -> tuple[str, ...]:
    """Return the names of the columns that take part in a linear dependence."""
    sizes = np.linalg.norm(columns, axis=0)
    scaled = columns / np.where(sizes > 0, sizes, 1.0)
    # The triangle has the same singular values and directions, and is small.
    _, singular, directions = np.linalg.svd(np.linalg.qr(scaled, mode="r"))
    full = np.zeros(len(names))
    full[: len(singular)] = singular
    null = directions[full <= _SMALL * max(full.max(), _SMALL)]
    return tuple(
        name
        for name, weights in zip(names, null.T, strict=True)
        if np.any(np.abs(weights) > _SMALL**0.5)
    )
