"""Over time: which part of a product each route has made, and what assemblies hold on the mean."""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np

from assemblysim.kinetics.reactor.reactor import Reactor
from assemblysim.mechanism.network.network import Network
from assemblysim.mechanism.network.overview import is_large
from assemblysim.mechanism.properties.balance import building_blocks, composition_matrix
from assemblysim.prediction.courses.bands import bands_of_known
from assemblysim.prediction.courses.fine_courses import integrated_in_parts
from assemblysim.prediction.pathways import (
    PathwayFractions,
    made_by_routes,
    route_fractions,
    routes_of,
)
from assemblysim.result.courses import AssemblyCourses

# Of the most that was made of a product: a fraction of less than this tells nothing.
LEAST_MADE = 0.01
# Of the particles at the start: where assemblies are fewer, their mean composition tells nothing.
LEAST_ASSEMBLED = 1e-6


@dataclass(frozen=True, eq=False)
class AssemblyDraws:
    """Routes and mean compositions, draw by draw.

    Attributes:
        pathways: which reaction made how much by the end.
        times: shape (G,), h.
        routes: K of the pairs in `pathways`: those of products that several reactions make; none
            of a network too large to be drawn.
        fractions: shape (D, G, K), of what was made of the product until then.
        blocks: two building blocks; none where there are fewer.
        composition: shape (D, G, 2), how many of each a particle of two units or more holds.
    """

    pathways: PathwayFractions
    times: np.ndarray
    routes: tuple[tuple[str, str], ...]
    fractions: np.ndarray
    blocks: tuple[str, ...]
    composition: np.ndarray

    def result(self, experiment: str) -> AssemblyCourses:
        """Return what is stored of an experiment of this name: quantiles over the draws."""
        return AssemblyCourses(
            experiment,
            self.times,
            self.routes,
            bands_of_known(self.fractions),
            self.blocks,
            bands_of_known(self.composition),
        )


def assembly_courses_in(reactor: Reactor, times: np.ndarray) -> AssemblyDraws:
    """Follow routes and mean compositions of D draws.

    The composition is the mean over the numbers of particles: all blocks of a kind that are in
    assemblies, divided by the number of assemblies, as quantitative studies of self-assembly
    follow intermediates that nobody sees one by one.

    Args:
        reactor: what runs.
        times: shape (G,), h; pathway fractions are those at the last one.

    Raises:
        ValueError: the arrays do not fit the network.
    """
    network, draws, grid = reactor.network, len(reactor), len(times)
    routes, blocks = routes_of(network), counted_blocks(network)
    shown = [] if is_large(network) else _of_several(routes)
    at_end = np.full((draws, len(routes)), np.nan)
    fractions = np.full((draws, grid, len(shown)), np.nan)
    composition = np.full((draws, grid, len(blocks)), np.nan)
    for part, batch in integrated_in_parts(reactor, times) if routes or blocks else ():
        completed = batch.trajectories.completed[:, None, None]
        if routes:
            extents = np.where(completed, batch.extents, np.nan)
            made, total = made_by_routes(network, routes, extents)
            at_end[part] = route_fractions(made[:, -1], total[:, -1])
            fractions[part] = _known_fractions(made, total)[..., shown]
        if blocks:
            concentrations = np.where(completed, batch.trajectories.concentrations, np.nan)
            composition[part] = mean_composition(network, concentrations, blocks)
    kept = tuple(routes[i] for i in shown)
    pathways = PathwayFractions(routes, at_end)
    return AssemblyDraws(pathways, np.asarray(times), kept, fractions, blocks, composition)


def _of_several(routes: tuple[tuple[str, str], ...]) -> list[int]:
    """Return the places of the routes to products that have more than one."""
    products = [product for product, _ in routes]
    return [i for i, product in enumerate(products) if products.count(product) > 1]


def _known_fractions(made: np.ndarray, total: np.ndarray) -> np.ndarray:
    """Return the fractions, (D, G, K), where enough of the product was made."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # of draws without any number
        most = np.nanmax(total, axis=1, keepdims=True)
    return np.where(total >= LEAST_MADE * most, route_fractions(made, total), np.nan)


def counted_blocks(network: Network) -> tuple[str, ...]:
    """Return the first two building blocks of the largest species; none where it has fewer."""
    largest = max(network.species, key=lambda s: sum(n for _, n in s.composition), default=None)
    held = {} if largest is None else dict(largest.composition)
    names = [block for block in building_blocks(network.species) if held.get(block, 0)]
    return tuple(names[:2]) if len(names) >= 2 else ()


def mean_composition(
    network: Network, concentrations: np.ndarray, blocks: tuple[str, ...]
) -> np.ndarray:
    """Return how many of each block a particle of two units or more holds on the mean.

    Args:
        network: of S species.
        concentrations: shape (D, G, S), mM.
        blocks: names of B blocks.

    Returns:
        Shape (D, G, B); nan where there are next to no such particles.
    """
    counts = composition_matrix(network.species)
    columns = [building_blocks(network.species).index(block) for block in blocks]
    assembled = np.asarray(counts[:, columns].sum(axis=1) > 1, dtype=float)
    amounts = np.maximum(concentrations, 0.0) * assembled
    particles = amounts.sum(axis=-1, keepdims=True)
    least = LEAST_ASSEMBLED * np.maximum(concentrations[:, :1], 0.0).sum(axis=-1, keepdims=True)
    held = amounts @ counts[:, columns]
    there = (particles > least) & (particles > 0)
    return np.where(there, held / np.where(there, particles, 1.0), np.nan)
