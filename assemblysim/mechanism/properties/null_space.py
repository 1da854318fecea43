"""Whole-number vectors that are orthogonal to rows of whole numbers: what no reaction changes.

They are found in arithmetic modulo primes, which is fast, and each is checked in whole numbers.
The rank modulo a prime is at most the rank, so there are no more such vectors than it says; since
all that it says are checked to be such vectors, there are no fewer. Where a check fails, another
prime is added, and exact fractions decide in the end.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np

from assemblysim.mechanism.properties.modular import PRIMES, SparseRow, planned, residues


def null_space(rows: Iterable[SparseRow], columns: int) -> list[dict[int, int]]:
    """Return independent whole-number vectors x with row @ x = 0 for every row.

    Args:
        rows: with numbers in so many columns.
        columns: length of each vector.

    Returns:
        As many vectors as there are, without their zeros and without a common factor, first entry
        positive; the last entry of each stands where no other has one.

    Raises:
        InputError: they would take minutes, or too much memory.
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


def _modular(rows: Sequence[SparseRow], columns: int) -> list[dict[int, int]] | None:
    """Return the vectors by arithmetic modulo primes; None where they cannot be told from it."""
    plan, known = planned(rows, columns), _Residues()
    for prime in PRIMES:
        found = residues(plan, columns, prime)
        if found is None:
            continue
        known = known.with_another(found, prime)
        vectors = known.vectors()
        if vectors is not None and _orthogonal(vectors, rows):
            return vectors
    return None


@dataclass(frozen=True)
class _Residues:
    """Vectors modulo a product of primes.

    Attributes:
        modulus: the product.
        ends: the last column of each vector.
        entries: of each vector, by column.
    """

    modulus: int = 1
    ends: tuple[int, ...] = ()
    entries: tuple[dict[int, int], ...] = ()

    def with_another(self, found: np.ndarray, prime: int) -> _Residues:
        """Return the vectors modulo one prime more, or modulo that alone where they differ."""
        columns = [np.flatnonzero(row) for row in found]
        entries = [
            dict(zip(at.tolist(), row[at].tolist(), strict=True))
            for at, row in zip(columns, found, strict=True)
        ]
        ends = tuple(int(at[-1]) for at in columns)
        if self.modulus == 1 or ends != self.ends:
            return _Residues(prime, ends, tuple(entries))
        inverse = pow(self.modulus, -1, prime)
        joined = [
            {
                i: one.get(i, 0)
                + self.modulus * ((other.get(i, 0) - one.get(i, 0)) * inverse % prime)
                for i in sorted({*one, *other})
            }
            for one, other in zip(self.entries, entries, strict=True)
        ]
        return _Residues(self.modulus * prime, ends, tuple(joined))

    def vectors(self) -> list[dict[int, int]] | None:
        """Return whole-number vectors with these residues; None where no small ones have."""
        known: dict[int, Fraction | None] = {}
        for residue in {n for entries in self.entries for n in entries.values()}:
            known[residue] = _fraction(residue, self.modulus)
            if known[residue] is None:
                return None
        return [_whole({i: known[n] or Fraction(0) for i, n in e.items()}) for e in self.entries]


def _orthogonal(vectors: Sequence[SparseRow], rows: Sequence[SparseRow]) -> bool:
    in_column: dict[int, list[tuple[int, int]]] = {}
    for number, row in enumerate(rows):
        for i, n in row.items():
            in_column.setdefault(i, []).append((number, n))
    for vector in vectors:
        sums: dict[int, int] = {}
        for i, n in vector.items():
            for number, times in in_column.get(i, ()):
                sums[number] = sums.get(number, 0) + times * n
        if any(sums.values()):
            return False
    return True


def _fraction(residue: int, modulus: int) -> Fraction | None:
    """Return the fraction of small numbers that a residue stands for; None where none does.

    Method: Euclid's algorithm, stopped half-way (Wang, Proc. SYMSAC 1981, 212).
    """
    largest = math.isqrt(modulus // 2)  # numerators and denominators up to this are told apart
    before, now = (modulus, 0), (residue, 1)
    while now[0] > largest:
        times = before[0] // now[0]
        before, now = now, (before[0] - times * now[0], before[1] - times * now[1])
    return Fraction(*now) if 0 < abs(now[1]) <= largest else None


def _exact(rows: Sequence[SparseRow], columns: int) -> list[dict[int, int]]:
    echelon = Echelon()
    for row in rows:
        if len(echelon.rows) == columns:
            break
        echelon.add(row)
    vectors = []
    for free in (i for i in range(columns) if i not in echelon.rows):
        basis = {pivot: -row[free] for pivot, row in echelon.rows.items() if free in row}
        vectors.append(_whole({**basis, free: Fraction(1)}))
    return vectors


def _whole(basis: Mapping[int, Fraction]) -> dict[int, int]:
    """Return the shortest whole-number vector along one, its first entry positive."""
    scale = math.lcm(*(n.denominator for n in basis.values()))
    whole = {i: int(basis[i] * scale) for i in sorted(basis) if basis[i]}
    shared = math.gcd(*whole.values())
    sign = 1 if next(iter(whole.values())) > 0 else -1
    return {i: sign * n // shared for i, n in whole.items()}


@dataclass
class Echelon:
    """Independent rows in reduced echelon form, in exact arithmetic; zeros are not stored.

    Attributes:
        rows: by pivot column; 1 there, and 0 in every other row's pivot column.
    """

    rows: dict[int, dict[int, Fraction]] = field(default_factory=dict)

    def add(self, numbers: Mapping[int, int | Fraction]) -> bool:
        """Add a row; False where it follows from those before."""
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
