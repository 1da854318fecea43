"""Products and ratios of parameters that the data determine where they do not the single ones."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from assemblysim.inference.identifiability.classes import (
    KNOWN_TO,
    NARROWED_TO,
    PRIOR_TAIL,
    REMAINING_SHARE,
)
from assemblysim.inference.identifiability.sensitivity_rank import SensitivityRank
from assemblysim.result.unknowns import Combination
from assemblysim.units import factors, written

# A combination counts where its 95 % interval (of the logarithm) is at most this fraction of that
# of each of its members: else it says no more than they do.
NARROWER = 0.25
MOST = 3
MEMBERS = 3
# Candidates are first thinned out by standard deviation, which costs no sorting.
ROUGHLY = 2.0


@dataclass(frozen=True, eq=False)
class Candidates:
    """The parameters that combinations may be made of.

    Attributes:
        names: of the P parameters.
        units: their units.
        posterior: shape (N, P), natural logs of posterior draws.
        prior: shape (D, P), natural logs of prior draws.
    """

    names: tuple[str, ...]
    units: tuple[str, ...]
    posterior: np.ndarray
    prior: np.ndarray


def structural_combinations(
    candidates: Candidates, rank: SensitivityRank
) -> tuple[Combination, ...]:
    """Return what signals settle of the parameters that they cannot tell apart.

    Args:
        candidates: parameters of the sensitivities; others, such as energies, have no part in a
            product.
        rank: their rank and null spaces.

    Returns:
        At most three combinations, the simplest first; none where the rank is full.
    """
    alone = set(rank.without_effect)
    unidentifiable = [
        i
        for i, n in enumerate(candidates.names)
        if n in rank.structurally_non_identifiable and n not in alone
    ]
    places = [rank.parameters.index(name) for name in candidates.names]

    def unchanged(row: np.ndarray) -> bool:
        exponents = np.zeros(len(rank.parameters))
        exponents[places] = row
        return rank.unchanged(exponents)

    fixed = filter(unchanged, exponent_rows(unidentifiable, len(candidates.names)))
    return tuple(_described(candidates, row, structural=True) for row in _irredundant(fixed, []))


def determined_combinations(
    candidates: Candidates, among: Sequence[str], known: Sequence[Combination]
) -> tuple[Combination, ...]:
    """Return combinations that the posterior determines though no member is determined.

    Args:
        candidates: the parameters.
        among: names of those that are not determined alone.
        known: combinations that need not be found again.

    Returns:
        So many combinations that there are at most three with the known ones; fewer members
        and smaller exponents first, products before ratios, then the narrower.
    """
    names = candidates.names
    if not names:
        return ()
    places = [i for i, name in enumerate(names) if name in among]
    rows = np.array(list(exponent_rows(places, len(names)))).reshape(-1, len(names))
    covariance = np.cov(candidates.posterior, rowvar=False).reshape(len(names), len(names))
    sizes = np.sqrt(np.maximum(np.einsum("ri,ij,rj->r", rows, covariance, rows), 0.0))
    own = np.sqrt(np.diag(covariance))
    smallest = np.where(rows != 0, own, np.inf).min(axis=1, initial=np.inf)
    rows = rows[sizes < ROUGHLY * NARROWER * smallest]
    widths = _width(candidates.posterior)
    good = []
    for row in rows:
        width = float(_width(candidates.posterior @ row))
        members = np.flatnonzero(row)
        if width <= NARROWER * widths[members].min() and _determined(candidates, row):
            good.append((len(members), np.abs(row).max(), (row < 0).sum(), width, row))
    ordered = (row for *_, row in sorted(good, key=lambda one: one[:4]))
    settled = [_row_of(one, names) for one in known]
    return tuple(
        _described(candidates, row, structural=False) for row in _irredundant(ordered, settled)
    )


def exponent_rows(places: Sequence[int], count: int) -> Iterable[np.ndarray]:
    """Yield exponents, shape (count,), of products of two and three: 1s first, then one 2."""
    for members in range(2, MEMBERS + 1):
        for largest in (1, 2):
            for chosen in itertools.combinations(places, members):
                for powers in _powers(members, largest):
                    row = np.zeros(count)
                    row[list(chosen)] = powers
                    yield row


def _powers(members: int, largest: int) -> list[tuple[int, ...]]:
    """Return exponents of which the first is positive and at most one is 2, or none."""
    signs = [(1, *rest) for rest in itertools.product((1, -1), repeat=members - 1)]
    if largest == 1:
        return signs
    return [
        tuple(2 * s if i == place else s for i, s in enumerate(one))
        for one in signs
        for place in range(members)
    ]


def _irredundant(rows: Iterable[np.ndarray], settled: list[np.ndarray]) -> list[np.ndarray]:
    """Keep rows that do not contain, nor follow from, those before them; at most three in all."""
    kept: list[np.ndarray] = []
    for row in rows:
        before = [*settled, *kept]
        if len(before) >= MOST:
            break
        contains = any(np.all(row[other != 0] != 0) for other in before)
        if not contains and np.linalg.matrix_rank(np.array([*before, row])) > len(before):
            kept.append(row)
    return kept


def _described(candidates: Candidates, row: np.ndarray, *, structural: bool) -> Combination:
    members = np.flatnonzero(row)
    exponents = tuple(int(row[i]) for i in members)
    lower, median, upper = np.exp(np.quantile(candidates.posterior @ row, (0.025, 0.5, 0.975)))
    return Combination(
        tuple(candidates.names[i] for i in members),
        exponents,
        structural,
        _determined(candidates, row),
        product_unit([candidates.units[i] for i in members], exponents),
        float(lower),
        float(median),
        float(upper),
    )


def _determined(candidates: Candidates, row: np.ndarray) -> bool:
    """Ask of a combination what `identifiability.classify` asks of a parameter.

    Its prior is not normal in any coordinate at hand, so draws of it stand in.
    """
    posterior, prior = candidates.posterior @ row, candidates.prior @ row
    low, high = np.quantile(prior, (PRIOR_TAIL, 1 - PRIOR_TAIL))
    closed = max((posterior < low).mean(), (posterior > high).mean()) < REMAINING_SHARE
    narrow = posterior.std() <= NARROWED_TO * prior.std()
    return bool(closed and narrow and _width(posterior) < np.log(KNOWN_TO))


def _width(logs: np.ndarray) -> np.ndarray:
    """Return the width of the 95 % interval along the first axis."""
    lower, upper = np.quantile(logs, (0.025, 0.975), axis=0)
    return np.asarray(upper - lower)


def _row_of(one: Combination, names: tuple[str, ...]) -> np.ndarray:
    row = np.zeros(len(names))
    row[[names.index(name) for name in one.names]] = one.exponents
    return row


def product_unit(units: Sequence[str], exponents: Sequence[int]) -> str:
    """Return the unit of a product of powers: of "1/(mM h)" and "1/h" with 1, -1 "1/mM"."""
    powers: dict[str, float] = {}
    for unit, exponent in zip(units, exponents, strict=True):
        for name, power in factors(unit):
            powers[name] = powers.get(name, 0) + exponent * power
    return written(powers.items())
