"""Null spaces of sparse rows modulo a prime: what is left over of them is eliminated densely.

Rows are taken so that each brings as few new columns as can be. One of the new columns follows
from the others then; the rest are left, a few hundred of thousands. Every column is a sum of those
that are left, and each row that brought nothing new is an equation between them.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from assemblysim.errors import InputError

SparseRow = Mapping[int, int]  # numbers by column; zeros are left out

PRIMES = (2097143, 2097133, 2097131, 2097097, 2097091, 2097083)
_EXACT = 2000  # products of two residues, whose sum is exact in a float
MOST_LEFT = 4000  # columns, which take some ten seconds
MOST_EQUATIONS = 30_000_000  # numbers in them, which take 120 MB
MOST_NUMBERS = 12_000_000  # in all vectors
_ABREAST = 256  # columns that are followed at once
_FEW = 32  # rows that are reduced one by one
_TOGETHER = 1024  # rows, after which to look whether more are needed


@dataclass(frozen=True)
class RowOrder:
    """The turn of the rows.

    Attributes:
        giving: rows, each with the column that follows from those of the rows before and `left`.
        left: the columns that no row gives, L of them.
        over: rows that bring no column.
    """

    giving: tuple[tuple[SparseRow, int], ...]
    left: tuple[int, ...]
    over: tuple[SparseRow, ...]


def planned(rows: Sequence[SparseRow], columns: int) -> RowOrder:
    """Find a turn of the rows.

    Args:
        rows: with whole numbers, none 0, in so many columns.
        columns: of the table.

    Raises:
        InputError: too much is left over for a dense table.
    """
    giving, left, over = list[tuple[SparseRow, int]](), list[int](), list[SparseRow]()
    seen = set[int]()
    for row in _in_turn(rows):
        new = sorted(row.keys() - seen)
        if new:
            giving.append((row, new[-1]))
            left.extend(new[:-1])
            seen.update(new)
        else:
            over.append(row)
    untouched = [i for i in range(columns) if i not in seen]
    free = max(0, len(left) - len(over)) + len(untouched)
    if over and (len(left) > MOST_LEFT or len(left) * len(over) > MOST_EQUATIONS):
        raise InputError(
            f"when as many as can be are eliminated one by one, {len(over)} equations between "
            f"{len(left)} are left, at most {MOST_LEFT} and {MOST_EQUATIONS} numbers"
        )
    if free * columns > MOST_NUMBERS:
        raise InputError(
            f"{free} or more sums of {columns} terms, at most {MOST_NUMBERS} numbers in all"
        )
    return RowOrder(tuple(giving), (*left, *untouched), tuple(over))


def _in_turn(rows: Sequence[SparseRow]) -> Iterator[SparseRow]:
    """Give next, always, a row with the fewest columns that no row before it had."""
    among: dict[int, list[int]] = {}
    for number, row in enumerate(rows):
        for i in row:
            among.setdefault(i, []).append(number)
    new = [len(row) for row in rows]
    heap = [(count, number) for number, count in enumerate(new)]
    heapq.heapify(heap)
    while heap:
        count, number = heapq.heappop(heap)
        if count != new[number]:  # it stands in the heap with fewer, or was given
            continue
        new[number] = -1
        yield rows[number]
        for i in rows[number]:
            for other in among.pop(i, ()):
                if new[other] > 0:
                    new[other] -= 1
                    heapq.heappush(heap, (new[other], other))


def residues(plan: RowOrder, columns: int, prime: int) -> np.ndarray | None:
    """Return the null space modulo a prime, each vector 0 where another one ends.

    Args:
        plan: of the rows.
        columns: of the table, C.
        prime: one of `PRIMES`.

    Returns:
        Shape (N, C), in the order of their last numbers; None where the prime divides a number
        that has to be divided by.
    """
    if any(row[i] % prime == 0 for row, i in plan.giving):
        return None
    inverses = [pow(-row[i] % prime, -1, prime) for row, i in plan.giving]
    known, size = _nothing(len(plan.left)), len(plan.left)
    if plan.over:
        table = np.empty((len(plan.over), size), dtype=np.int32)
        for start in range(0, size, _ABREAST):
            units = np.eye(size, min(_ABREAST, size - start), -start, dtype=np.int64)
            sums = _followed(plan, inverses, columns, units, prime)
            for number, row in enumerate(plan.over):
                table[number, start : start + _ABREAST] = _sum(row, sums) % prime
        for start in range(0, len(table), _TOGETHER):
            if len(known[1]) < size:
                known = _joined(known, table[start : start + _TOGETHER].astype(float), prime)
    free = np.setdiff1d(np.arange(size), known[1])
    found = np.empty((len(free), columns), dtype=np.int32)
    for start in range(0, len(free), _ABREAST):
        chosen = free[start : start + _ABREAST]
        values = np.zeros((size, len(chosen)), dtype=np.int64)
        values[chosen, np.arange(len(chosen))] = 1
        values[known[1]] = -known[0][:, chosen].astype(np.int64) % prime
        sums = _followed(plan, inverses, columns, values, prime)
        found[start : start + len(chosen)] = sums.T
    return _from_the_end(found, prime)


def _followed(
    plan: RowOrder, inverses: Sequence[int], columns: int, values: np.ndarray, prime: int
) -> np.ndarray:
    """Return the values of all columns that go with those of the columns left."""
    sums = np.zeros((columns, values.shape[1]), dtype=np.int64)
    sums[list(plan.left)] = values
    for (row, column), inverse in zip(plan.giving, inverses, strict=True):
        sums[column] = _sum(row, sums) % prime * inverse % prime  # its own is 0 yet
    return sums


def _sum(row: SparseRow, sums: np.ndarray) -> np.ndarray:
    total: np.ndarray = np.array(list(row.values())) @ sums[list(row)]
    return total


def _from_the_end(vectors: np.ndarray, prime: int) -> np.ndarray:
    rows, pivots = _echelon(vectors[:, ::-1].astype(float), prime)
    order = np.argsort(-np.array(pivots, dtype=int))
    return rows[order, ::-1].astype(np.int64)


_Rows = tuple[np.ndarray, list[int]]  # in reduced echelon form, with their pivots


def _nothing(columns: int) -> _Rows:
    return np.empty((0, columns)), []


def _echelon(rows: np.ndarray, prime: int) -> _Rows:
    """Reduce rows modulo a prime, in place; each of the result begins, with 1, at its pivot."""
    if len(rows) <= _FEW:
        return _one_by_one(rows, prime)
    half = len(rows) // 2
    return _joined(_echelon(rows[:half], prime), rows[half:], prime)


def _joined(known: _Rows, rows: np.ndarray, prime: int) -> _Rows:
    upper, pivots = known
    _subtract(rows, rows[:, pivots], upper, prime)
    lower, more = _echelon(rows, prime)
    if not more:
        return known
    _subtract(upper, upper[:, more], lower, prime)
    return np.vstack([upper, lower]), pivots + more


def _subtract(rows: np.ndarray, times: np.ndarray, others: np.ndarray, prime: int) -> None:
    """Subtract times @ others from rows, modulo a prime."""
    for top in range(0, len(rows), _ABREAST):
        few = rows[top : top + _ABREAST]
        for start in range(0, len(others), _EXACT):
            part = slice(start, start + _EXACT)
            few[:] = _reduced(few - times[top : top + _ABREAST, part] @ others[part], prime)


def _reduced(numbers: np.ndarray, prime: int) -> np.ndarray:
    rest: np.ndarray = numbers - prime * np.floor(numbers * (1 / prime))
    rest[rest < 0] += prime  # where the quotient was rounded
    rest[rest >= prime] -= prime
    return rest


def _one_by_one(rows: np.ndarray, prime: int) -> _Rows:
    pivots, kept = list[int](), list[int]()
    for number, row in enumerate(rows):
        if not row.any():
            continue
        pivot = int(np.argmax(row != 0))
        row[:] = _reduced(row * pow(int(row[pivot]), -1, prime), prime)
        others = np.flatnonzero(rows[:, pivot])
        others = others[others != number]
        rows[others] = _reduced(rows[others] - np.outer(rows[others, pivot], row), prime)
        pivots.append(pivot)
        kept.append(number)
    return rows[kept], pivots
