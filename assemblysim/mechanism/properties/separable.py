"""Which rate constants a mechanism's equations could tell apart at best: from perfect data."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from scipy.sparse import csr_array

from assemblysim.errors import InputError
from assemblysim.mechanism.network.monomial import Monomial, monomial_of
from assemblysim.mechanism.network.network import Network

# Concentrations (S,) and constants (P,) to the derivatives of some rates, shape (laws, P).
ByConstant = Callable[[np.ndarray, np.ndarray], np.ndarray]

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
    change = _sparse_stoichiometry(network)
    products = [(i, m) for i, r in enumerate(network.reactions) if (m := monomial_of(r))]
    others = [i for i, r in enumerate(network.reactions) if monomial_of(r) is None]
    of_products, of_others = _products(network, products), _by_algebra(network, others)
    draw = np.random.default_rng(0)
    count = len(network.rate_constant_names)
    values = draw.uniform(0.5, 2.0, count)
    rows = []
    with np.errstate(all="ignore"):
        for _ in range(count + 2):
            point = draw.uniform(0.5, 2.0, len(network.species))
            slopes = (change[:, [i for i, _ in products]] @ of_products(point)).toarray()
            rows.append(slopes + change[:, others] @ of_others(point, values))
    stacked = np.vstack(rows).astype(float)
    if not np.all(np.isfinite(stacked)):
        raise InputError("a rate law has no finite value at ordinary concentrations; mend it")
    return _dependent(stacked, network.rate_constant_names)


def _sparse_stoichiometry(network: Network) -> csr_array:
    """Return what `balance.stoichiometry` returns, stored without its zeros."""
    place = {name: i for i, name in enumerate(network.species_names)}
    rows, columns, values = [], [], []
    for column, reaction in enumerate(network.reactions):
        for names, sign in ((reaction.reactants, -1), (reaction.products, 1)):
            rows += [place[name] for name in names]
            columns += [column] * len(names)
            values += [sign] * len(names)
    shape = (len(network.species), len(network.reactions))
    change = csr_array((values, (rows, columns)), shape=shape, dtype=np.int64)
    change.eliminate_zeros()
    return change


def _products(
    network: Network, products: Sequence[tuple[int, Monomial]]
) -> Callable[[np.ndarray], csr_array]:
    """Return the function that gives d(rate)/d(constant) of rates that are products."""
    place = {name: i for i, name in enumerate(network.species_names)}
    constant = {name: i for i, name in enumerate(network.rate_constant_names)}
    columns = np.array([constant[m.constant] for _, m in products], dtype=int)
    factors = np.array([m.factor for _, m in products], dtype=float)
    rows = np.arange(len(products))
    widest = max((len(m.species) for _, m in products), default=0)
    # Beyond the S concentrations stands a 1, with which shorter products are filled up.
    used = np.full((len(products), widest), len(place))
    for row, (_, product) in enumerate(products):
        used[row, : len(product.species)] = [place[name] for name in product.species]

    def by_constant(concentrations: np.ndarray) -> csr_array:
        slopes = factors * np.append(concentrations, 1.0)[used].prod(axis=1)
        return csr_array((slopes, (rows, columns)), shape=(len(products), len(constant)))

    return by_constant


def _by_algebra(network: Network, reactions: Sequence[int]) -> ByConstant:
    """Return the function that gives d(rate)/d(constant) of some rates, as algebra finds it."""
    if not reactions:
        return lambda _, constants: np.zeros((0, len(constants)))
    # Algebra is slow to import, and needed only for laws that are no products.
    import sympy

    from assemblysim.mechanism.network.laws import rate_laws, rate_symbols, species_symbols

    constants, concentrations = rate_symbols(network), species_symbols(network)
    laws = rate_laws(network)
    slopes = sympy.Matrix([[laws[r].diff(k) for k in constants] for r in reactions])
    found = sympy.lambdify([concentrations, constants], slopes, "numpy", dummify=True)
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
