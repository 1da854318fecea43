"""Whole-number vectors that are orthogonal to rows of whole numbers: what no reaction changes.

They are found in arithmetic modulo a prime, which is fast, and each is checked in whole numbers.
The rank modulo a prime is at most the rank, so there are no more such vectors than it says; since
all that it says are checked to be such vectors, there are no fewer. Where a check fails, exact
fractions decide.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

SparseRow = Mapping[int, int]  # numbers by column; zeros are left out
_PRIME = (1 << 61) - 1
_LARGEST = math.isqrt(_PRIME // 2)  # numerators and denominators up to this are told apart


def null_space(rows: Iterable[SparseRow], columns: int) -> list[list[int]]:
    """Return independent whole-number vectors x with row @ x = 0 for every row.

    Args:
        rows: with numbers in so many columns.
        columns: length of each vector.

    Returns:
        As many vectors as there are, without a common factor, first entry other than 0 positive.
    """
    different = _up_to_sign(rows)
    found = _modular(different, columns)
    return _exact(different, columns) if found is None else found


def _up_to_sign(rows: Iterable[SparseRow]) -> list[dict[int, int]]:
    """Return each row once, whichever its sign."""
    known: dict[tuple[tuple[int, int], ...], None] = {}
    for row in rows:
        entries = sorted((i, n) for i, n in row.items() if n)
        if entries:
            sign = 1 if entries[0][1] > 0 else -1
            known[tuple((i, sign * n) for i, n in entries)] = None
    return [dict(entries) for entries in known]


def _modular(rows: Sequence[SparseRow], columns: int) -> list[list[int]] | None:
    """Return the vectors by arithmetic modulo a prime; None where they cannot be told from it."""
    turn = list(_in_turn(rows))
    known = _newest_first(turn, columns)
    column = {place: i for i, place in known.items()}
    echelon = _modular_echelon({known[i]: n for i, n in row.items()} for row in turn)
    residues = [
        {-column[p]: -row[free] for p, row in echelon.items() if free in row} | {-column[free]: 1}
        for free in range(columns)
        if free not in echelon
    ]
    # Whichever the order of the rows, each vector ends in a column in which no other has a number.
    vectors = []
    for _, residue in sorted(_modular_echelon(residues).items(), reverse=True):
        entries = {-i: _fraction(n) for i, n in residue.items()}
        basis = {i: entry for i, entry in entries.items() if entry is not None}
        if len(basis) < len(entries):
            return None
        vectors.append(_whole(basis, columns))
    if any(sum(n * x[i] for i, n in row.items()) for row in rows for x in vectors):
        return None
    return vectors


def _in_turn(rows: Sequence[SparseRow]) -> Iterator[SparseRow]:
    """Give next, always, a row with the fewest columns that no row before it had.

    Rows in reduced form have numbers in as many columns as rows were short of the columns that
    they brought: thousands in any order, some dozens in this one, for steps between random pairs.
    """
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


def _newest_first(rows: Sequence[SparseRow], columns: int) -> dict[int, int]:
    """Return a place for each column: the later rows come to it, the earlier."""
    order = dict.fromkeys(i for row in rows for i in row)
    order |= dict.fromkeys(range(columns))
    return {i: columns - 1 - number for number, i in enumerate(order)}


def _modular_echelon(rows: Iterable[SparseRow]) -> dict[int, dict[int, int]]:
    """Return independent rows in reduced echelon form, as `Echelon.rows`, modulo the prime."""
    echelon: dict[int, dict[int, int]] = {}
    for given in rows:
        row = {i: n % _PRIME for i, n in given.items() if n % _PRIME}
        for pivot in [i for i in row if i in echelon]:
            _subtract_modular(row, row[pivot], echelon[pivot])
        if not row:
            continue
        pivot = min(row)
        inverse = pow(row[pivot], -1, _PRIME)
        row = {i: n * inverse % _PRIME for i, n in row.items()}
        for other in echelon.values():
            if pivot in other:
                _subtract_modular(other, other[pivot], row)
        echelon[pivot] = row
    return echelon


def _subtract_modular(row: dict[int, int], times: int, other: SparseRow) -> None:
    for i, n in other.items():
        rest = (row.get(i, 0) - times * n) % _PRIME
        if rest:
            row[i] = rest
        else:
            row.pop(i, None)


def _fraction(residue: int) -> Fraction | None:
    """Return the fraction of small numbers that a residue stands for; None where none does.

    Method: Euclid's algorithm, stopped half-way (Wang, Proc. SYMSAC 1981, 212).
    """
    before, now = (_PRIME, 0), (residue, 1)
    while now[0] > _LARGEST:
        times = before[0] // now[0]
        before, now = now, (before[0] - times * now[0], before[1] - times * now[1])
    return Fraction(*now) if 0 < abs(now[1]) <= _LARGEST else None


def _exact(rows: Sequence[SparseRow], columns: int) -> list[list[int]]:
    echelon = Echelon()
    for row in rows:
        if len(echelon.rows) == columns:
            break
        echelon.add(row)
    vectors = []
    for free in (i for i in range(columns) if i not in echelon.rows):
        basis = {pivot: -row[free] for pivot, row in echelon.rows.items() if free in row}
        vectors.append(_whole({**basis, free: Fraction(1)}, columns))
    return vectors


def _whole(basis: Mapping[int, Fraction], columns: int) -> list[int]:
    """Return the shortest whole-number vector along a sparse one, its first entry positive."""
    scale = math.lcm(*(n.denominator for n in basis.values()))
    whole = {i: int(n * scale) for i, n in basis.items() if n}
    shared = math.gcd(*whole.values())
    sign = 1 if whole[min(whole)] > 0 else -1
    return [sign * whole.get(i, 0) // shared for i in range(columns)]


@dataclass
class Echelon:
    """Independent rows in reduced echelon form, in exact arithmetic; zeros are not stored.

    Attributes:
        rows: by pivot column; 1 there, and 0 in every other row's pivot column.
    """

    rows: dict[int, dict[int, Fraction]] = field(default_factory=dict)

    def add(self, numbers: SparseRow) -> bool:
        """Add a row of whole numbers; False where it follows from those before."""
        row = {i: Fraction(n) for i, n in numbers.items() if n}
        for pivot in [i for i in row if i in self.rows]:
            _subtract(row, row[pivot], self.rows[pivot])
        if not row:
            return False
        pivot = min(row)
        leading = row[pivot]
        row = {i: n / leading for i, n in row.items()}
        for other in self.rows.values():
            if pivot in other:
                _subtract(other, other[pivot], row)
        self.rows[pivot] = row
        return True


def _subtract(row: dict[int, Fraction], times: Fraction, other: Mapping[int, Fraction]) -> None:
    for i, n in other.items():
        rest = row.get(i, 0) - times * n
        if rest:
            row[i] = rest
        else:
            row.pop(i, None)
