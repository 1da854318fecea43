"""A network as tables of numbers for the native engine, made once for each network."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache

import numpy as np

from assemblysim.errors import IntegrationError
from assemblysim.kinetics.engines import _kernel
from assemblysim.mechanism.network.monomial import Monomial, monomial_of
from assemblysim.mechanism.network.network import Network
from assemblysim.mechanism.properties.autocatalysis import direct_growers, growing_blocks
from assemblysim.mechanism.properties.balance import conserved_totals

# Beyond this size a conserved total holds so many species that removing one fills the Jacobian.
MOST_TO_ELIMINATE_FROM = 16
# What the kernel takes: states, and one-way steps.
MOST_SPECIES, MOST_STEPS = 20_000, 200_000

Rows = tuple[np.ndarray, np.ndarray, np.ndarray]


@dataclass(frozen=True)
class Elimination:
    """A species that follows from others: a constant total plus the sum of weights times them.

    Attributes:
        species: its number.
        others: numbers and weights.
    """

    species: int
    others: tuple[tuple[int, float], ...]


@dataclass(frozen=True)
class ProgramTables:
    """The tables of a network, as `_kernel.make_program` takes them."""

    species: int
    constants: int
    factors: np.ndarray
    constant_of: np.ndarray
    reactants: Rows
    law_species: Rows
    law_constants: Rows
    tapes: tuple[Rows, ...]
    change: Rows
    growing: Rows

    def program(self, eliminations: Sequence[Elimination] = ()) -> object:
        """Return the program, without some species."""
        return _kernel.make_program(
            species=self.species,
            constants=self.constants,
            factors=self.factors,
            constant_of=self.constant_of,
            reactants=self.reactants,
            slopes=self.law_species,
            slopes_by_constant=self.law_constants,
            tapes=self.tapes,
            change=self.change,
            eliminated=_rows([one.others for one in eliminations]),
            eliminated_species=np.array([one.species for one in eliminations], dtype=np.int32),
            growing=self.growing,
        )


@lru_cache(maxsize=256)
def compile_program(network: Network, *, extents: bool = False, eliminate: bool = True) -> object:
    """Compile a network for the kernel; one compiled before is looked up.

    Args:
        network: the mechanism.
        extents: whether the extent of each reaction is a state of its own, behind the species.
        eliminate: whether species may be computed from conserved totals where that is cheaper.

    Returns:
        An opaque program.
    """
    tables = program_tables(network, extents=extents)
    counted = f"{len(network.species)} species with {len(network.reactions)} one-way steps"
    if tables.species > MOST_SPECIES or len(network.reactions) > MOST_STEPS:
        followed = " and with the extents of the steps" if extents else ""
        raise IntegrationError(
            f"{counted} are too many to be integrated{followed}: {tables.species} variables, at "
            f"most {MOST_SPECIES}, and at most {MOST_STEPS} steps"
        )
    try:
        plain = tables.program()
    except ValueError as fault:
        if "too full" not in str(fault) and "too many terms" not in str(fault):
            raise
        raise IntegrationError(
            f"{counted} are too entangled to be integrated: the factors of the Jacobian would be "
            "too full; leave out steps or species that hardly matter"
        ) from None
    if not eliminate or len(network.species) > MOST_TO_ELIMINATE_FROM:
        return plain
    return _cheapest(tables, plain, network)


def program_tables(network: Network, *, extents: bool = False) -> ProgramTables:
    """Return the tables of a network; `extents` as in `compile_program`."""
    place = {name: i for i, name in enumerate(network.species_names)}
    constant = {name: i for i, name in enumerate(network.rate_constant_names)}
    found = [(r, monomial_of(reaction)) for r, reaction in enumerate(network.reactions)]
    monomials = [(r, one) for r, one in found if one is not None]
    others = [r for r, one in found if one is None]
    states = len(place) + (len(found) if extents else 0)
    laws = _laws(network, others, states)
    order = [*(r for r, _ in monomials), *others]
    return ProgramTables(
        states,
        len(constant),
        np.array([one.factor for _, one in monomials], dtype=float),
        np.array([constant[one.constant] for _, one in monomials], dtype=np.int32),
        _rows([_ones(place, one) for _, one in monomials]),
        *laws,
        _rows(_changes(network, place, order, extents)),
        _rows([(i, 1.0) for i in block] for block in _watched(network)),
    )


def _watched(network: Network) -> tuple[tuple[int, ...], ...]:
    """Return the blocks that may grow out of themselves, of no more species than the kernel takes.

    Of a larger one it is those that one step alone makes more of.
    """
    small: list[tuple[int, ...]] = []
    for block in growing_blocks(network):
        if len(block) <= _kernel.MOST_GROWING:
            small.append(block)
        else:
            small.extend((i,) for i in block if i in direct_growers(network))
    return tuple(small)


def _ones(place: dict[str, int], monomial: Monomial) -> list[tuple[int, float]]:
    return [(place[name], 1.0) for name in monomial.species]


def _changes(
    network: Network, place: dict[str, int], order: Sequence[int], extents: bool
) -> Iterable[list[tuple[int, float]]]:
    for r in order:
        reaction = network.reactions[r]
        change: dict[int, float] = {}
        for names, sign in ((reaction.reactants, -1.0), (reaction.products, 1.0)):
            for name in names:
                change[place[name]] = change.get(place[name], 0.0) + sign
        if extents:
            change[len(place) + r] = 1.0
        yield [(i, n) for i, n in change.items() if n]


def _laws(network: Network, others: list[int], states: int) -> tuple[Rows, Rows, tuple[Rows, ...]]:
    """Return species, constants and tapes of the laws that are no products."""
    if not others:
        empty = (np.zeros(0), np.zeros(0, np.int32), np.zeros(0, np.int32))
        return _rows([]), _rows([]), (empty,) * 5
    from assemblysim.kinetics.engines.tape import law_tapes  # sympy is needed for these only

    laws = law_tapes(network, others, states)
    species = _rows([[(i, 1.0) for i in row] for row in laws.species])
    constants = _rows([[(i, 1.0) for i in row] for row in laws.constants])
    return species, constants, laws.tapes


def _rows(rows: Iterable[Iterable[tuple[int, float]]]) -> Rows:
    """Return rows of (number, weight) as begin, numbers and weights, one row after the other."""
    begin, index, weight = [0], [], []
    for row in rows:
        for i, w in row:
            index.append(i)
            weight.append(w)
        begin.append(len(index))
    return (
        np.array(begin, dtype=np.int32),
        np.array(index, dtype=np.int32),
        np.array(weight, dtype=float),
    )


@dataclass
class _Totals:
    """Conserved totals as equations, from which one species after the other is expressed."""

    rows: list[dict[int, Fraction]]
    gone: list[int] = field(default_factory=list)

    def without(self, row: int, species: int) -> _Totals:
        """Return the equations with one of them solved for a species."""
        pivot = self.rows[row][species]
        solved = {i: n / pivot for i, n in self.rows[row].items()}
        rows = []
        for other, equation in enumerate(self.rows):
            times = equation.get(species, Fraction(0))
            if other == row or not times:
                rows.append(solved if other == row else equation)
                continue
            mixed = {
                i: equation.get(i, Fraction(0)) - times * solved.get(i, Fraction(0))
                for i in {*equation, *solved}
            }
            rows.append({i: n for i, n in mixed.items() if n})
        gone = [*self.gone]
        gone[row] = species
        return _Totals(rows, gone)

    def eliminations(self) -> list[Elimination]:
        """Return the species expressed so far."""
        return [
            Elimination(
                species, tuple((i, -float(n)) for i, n in sorted(row.items()) if i != species)
            )
            for row, species in zip(self.rows, self.gone, strict=True)
            if species >= 0
        ]


def _cheapest(tables: ProgramTables, plain: object, network: Network) -> object:
    """Eliminate one species after the other as long as a step becomes cheaper."""
    totals = conserved_totals(network)
    equations = _Totals(
        [{i: Fraction(n) for i, n in enumerate(t.coefficients) if n} for t in totals],
        [-1] * len(totals),
    )
    growing = set(tables.growing[1].tolist())  # a difference is not exact enough
    best, cost = plain, _kernel.cost(plain)
    for row in range(len(totals)):
        chosen = None
        for species in sorted(equations.rows[row].keys() - growing):
            trial = equations.without(row, species)
            program = tables.program(trial.eliminations())
            if _kernel.cost(program) < cost:
                best, cost, chosen = program, _kernel.cost(program), trial
        equations = chosen or equations
    return best
