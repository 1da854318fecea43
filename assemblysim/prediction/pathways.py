"""Which way a product is made: each reaction's fraction of its integrated net formation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np

from assemblysim.kinetics.reactor.reactor import Reactor
from assemblysim.mechanism.network.network import Network
from assemblysim.mechanism.properties.balance import stoichiometry
from assemblysim.prediction.courses.fine_courses import integrated_in_parts
from assemblysim.prediction.courses.intervals import interval_of, mixture_weights, upper_limit_of
from assemblysim.result.predictions import RouteFraction


@dataclass(frozen=True, eq=False)
class PathwayFractions:
    """How much of each product each reaction made.

    Attributes:
        routes: for each of K (product, reaction) pairs their names.
        values: shape (D, K), from 0 to 1; the fractions of one product add up to 1; nan where
            the draw could not be integrated or nothing of the product was made.
    """

    routes: tuple[tuple[str, str], ...]
    values: np.ndarray


def pathway_fractions_in(reactor: Reactor, window: float) -> PathwayFractions:
    """Compute by which reactions products were made within the window, for D draws.

    A reaction counts with its net extent, that is less its reverse, times the number of
    product molecules it makes; one that runs backwards on the whole made nothing. Products
    are species that two reactions or more form as they are written, and those that are
    not consumed but by reverse reactions.

    Args:
        reactor: what runs.
        window: h.

    Returns:
        The fractions of every draw; of nothing, where no product is of that kind.

    Raises:
        ValueError: the arrays do not fit the network.
    """
    network = reactor.network
    routes = routes_of(network)
    values = np.full((len(reactor), len(routes)), np.nan)
    if not routes:  # an open network may make nothing that stays
        return PathwayFractions(routes, values)
    for part, batch in integrated_in_parts(reactor, np.array([window])):
        completed = batch.trajectories.completed
        extents = np.where(completed[:, None], batch.extents[:, -1], np.nan)
        values[part] = route_fractions(*made_by_routes(network, routes, extents))
    return PathwayFractions(routes, values)


def average_pathways(
    mechanisms: Sequence[PathwayFractions], probabilities: Sequence[float]
) -> dict[str, dict[str, RouteFraction]]:
    """Summarise one mechanism, or several together, weighted by their probabilities.

    Args:
        mechanisms: the fractions of every draw of each.
        probabilities: of each mechanism.

    Returns:
        The fraction of each reaction, for the products that every mechanism has fractions of: one
        of what another mechanism does not make, or makes in one way on the way to something else,
        has no average. A mechanism that makes the product without the reaction counts with 0.
    """
    weights = mixture_weights([len(m.values) for m in mechanisms], list(probabilities))
    products: dict[str, dict[str, RouteFraction]] = {}
    everywhere = set.intersection(*({product for product, _ in m.routes} for m in mechanisms))
    places = [{route: i for i, route in enumerate(m.routes)} for m in mechanisms]
    for product, reaction in dict.fromkeys(route for m in mechanisms for route in m.routes):
        if product not in everywhere:
            continue
        route = (product, reaction)
        columns = [_column(m, place, route) for m, place in zip(mechanisms, places, strict=True)]
        values = np.concatenate(columns)
        one, limit = interval_of(values, weights), upper_limit_of(values, weights)
        fraction = RouteFraction(one.median, one.lower, one.upper, limit)
        products.setdefault(product, {})[reaction] = fraction
    return products


def _column(
    found: PathwayFractions, place: dict[tuple[str, str], int], route: tuple[str, str]
) -> np.ndarray:
    if route not in place:
        return np.zeros(len(found.values))
    return np.asarray(found.values[:, place[route]])


def _partners(network: Network) -> dict[str, str]:
    """Return for each direction of a reversible reaction the name of the other one."""
    pairs = {r.name: r.reverse_of for r in network.reactions if r.reverse_of is not None}
    return pairs | {forward: back for back, forward in pairs.items()}


def routes_of(network: Network) -> tuple[tuple[str, str], ...]:
    """Return the (product, reaction) pairs whose fractions are of interest."""
    changes = stoichiometry(network)
    names = [r.name for r in network.reactions]
    backward = {r.name for r in network.reactions if r.reverse_of is not None}
    found = []
    for name, row in zip(network.species_names, changes, strict=True):
        making = [names[r] for r in np.flatnonzero(row > 0)]
        using = [names[r] for r in np.flatnonzero(row < 0)]
        final = all(route in backward for route in using)
        if len([route for route in making if route not in backward]) >= 2 or (making and final):
            found += [(name, route) for route in making]
    return tuple(found)


def made_by_routes(
    network: Network, routes: tuple[tuple[str, str], ...], extents: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return what each route made of its product, and what all routes to the product made.

    Args:
        network: with R one-way reactions.
        routes: K (product, reaction) pairs, those of one product together.
        extents: of the reactions, shape (..., R), mM.

    Returns:
        Two arrays of shape (..., K), mM.
    """
    place = {r.name: i for i, r in enumerate(network.reactions)}
    species = {name: i for i, name in enumerate(network.species_names)}
    changes, partners = stoichiometry(network), _partners(network)
    made = np.zeros((*extents.shape[:-1], len(routes)))
    for column, (product, route) in enumerate(routes):
        net = extents[..., place[route]]
        if route in partners:
            net = net - extents[..., place[partners[route]]]
        change = changes[species[product], place[route]]
        made[..., column] = np.maximum(change * net, 0.0)
    # The routes of one product stand together.
    counts = [len(list(group)) for _, group in groupby(product for product, _ in routes)]
    starts = np.concatenate([[0], np.cumsum(counts)[:-1]]).astype(int)
    total = np.repeat(np.add.reduceat(made, starts, axis=-1), counts, axis=-1)
    return made, total


def route_fractions(made: np.ndarray, total: np.ndarray) -> np.ndarray:
    """Return what was made as a fraction of the total; nan where nothing was made."""
    return np.where(total > 0, made / np.where(total > 0, total, 1.0), np.nan)
