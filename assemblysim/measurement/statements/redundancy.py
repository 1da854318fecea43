"""Rows that follow from others, and sentences that repeat one another: facts that count twice.

Rises, falls, a single maximum and the detection limit order the noisy signals of one species; what
the order of other rows implies is not said anew. A rule that is not known here is not found.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from assemblysim.measurement.data import Statement
from assemblysim.measurement.statements.interpretations import Samples
from assemblysim.measurement.statements.relations import Claim, claim_of
from assemblysim.measurement.statements.sentences import Sentence


@dataclass(frozen=True)
class Repetition:
    """Something that is said twice.

    Attributes:
        what: the row, or the two sentences where `given` is empty.
        given: rows that it follows from.
        same_sentence: whether all of these are in its own sentence, where they count once.
    """

    what: tuple[str, ...]
    given: tuple[str, ...]
    same_sentence: bool

    @property
    def words(self) -> str:
        """Say it in one line."""
        if not self.given:
            first, second = self.what
            return f"sentences '{first}' and '{second}' repeat one another; keep one"
        said = f"{self.what[0]} follows from {' and '.join(self.given)}"
        if self.same_sentence:
            return f"{said}, in its own sentence: it adds nothing there"
        return f"{said}, and counts twice; leave it out, or make them one sentence"


def repetitions(
    sentences: Sequence[tuple[Sentence, ...]], samples: Samples
) -> tuple[Repetition, ...]:
    """Find what is said twice under any interpretation.

    Args:
        sentences: for each interpretation its sentences, in the order of `samples`.
        samples: when samples were taken.
    """
    found: dict[Repetition, None] = {}
    for told, (_, known) in zip(sentences, samples.known, strict=True):
        found |= dict.fromkeys(_under_one(told, samples.times[known]))
    return tuple(found)


def _under_one(sentences: tuple[Sentence, ...], sampled: np.ndarray) -> Iterator[Repetition]:
    alike: set[str] = set()
    for one, other in combinations(sentences, 2):
        if (
            one.silent == other.silent
            and _follows(one, other, sampled)
            and _follows(other, one, sampled)
        ):
            alike |= {one.name, other.name}
            yield Repetition((one.name, other.name), (), same_sentence=False)
    rows = [(sentence, row) for sentence in sentences for row in sentence.rows]
    for sentence, row in rows:
        if sentence.name in alike:
            continue
        others = [
            (own, other)
            for own, other in rows
            if other is not row and other.signal == row.signal and not own.silent
        ]
        needed = _needed(row, [other for _, other in others], sampled)
        if needed:
            own = all(other in sentence.rows for other in needed)
            given = tuple(_named(other) for other in needed)
            yield Repetition((_named(row),), given, same_sentence=own)


def _named(row: Statement) -> str:
    return f"{row.place} ('{row.text}')" if row.place else f"'{row.text}'"


def _follows(one: Sentence, other: Sentence, sampled: np.ndarray) -> bool:
    """Say whether all that one sentence claims follows from another."""
    return all(
        implied(
            claim_of(row, sampled),
            [claim_of(given, sampled) for given in other.rows if given.signal == row.signal],
            len(sampled),
        )
        for row in one.rows
    )


def _needed(row: Statement, others: list[Statement], sampled: np.ndarray) -> list[Statement]:
    """Return as few other rows as a row follows from; none where it does not."""
    claim = claim_of(row, sampled)
    claims = {id(other): claim_of(other, sampled) for other in others}

    def follows(given: list[Statement]) -> bool:
        return implied(claim, [claims[id(other)] for other in given], len(sampled))

    if not follows(others):
        return []
    alone = [[other] for other in others if follows([other])]
    if alone:
        return alone[0]
    kept = list(others)
    for other in others:
        fewer = [one for one in kept if one is not other]
        if follows(fewer):
            kept = fewer
    return kept


def implied(claim: Claim, given: Sequence[Claim], count: int) -> bool:
    """Say whether a claim holds wherever others hold, at `count` sampling times."""
    if not given:
        return False
    whole = sum(given, Claim())
    above = _order(whole, count)
    limit = count
    top = {t for t in range(count) if above[t, :count].all()}
    return (
        all(above[high, low] for low, high in claim.rises)
        and all(above[t, limit] for t in claim.detected)
        and all(above[limit, t] for t in claim.absent)
        and (claim.largest is None or _is_largest(claim.largest, whole, above, count))
        and all(
            t in top or any(above[t, u] and _at_least(s, share) for u, s in whole.near)
            for t, share in claim.near
        )
        and all(any(above[u, t] and s <= share for u, s in whole.small) for t, share in claim.small)
        and all(any(u == t and s <= share for u, s in whole.minor) for t, share in claim.minor)
    )


def _order(whole: Claim, count: int) -> np.ndarray:
    """Return which of the signals, and of the limit, are known to be at least which others."""
    above = np.eye(count + 1, dtype=bool)
    for low, high in whole.rises:
        above[high, low] = True
    for t in whole.detected:
        above[t, count] = True
    for t in whole.absent:
        above[count, t] = True
    if whole.largest is not None and len(whole.largest) == 1:
        above[next(iter(whole.largest)), :count] = True
    for middle in range(count + 1):
        above |= above[:, middle, None] & above[None, middle]
    return above


def _is_largest(largest: frozenset[int], whole: Claim, above: np.ndarray, count: int) -> bool:
    if whole.largest is not None and whole.largest <= largest:
        return True
    others = set(range(count)) - largest
    return all(any(above[t, other] for t in largest) for other in others)


def _at_least(share: float | None, wanted: float | None) -> bool:
    """Say whether being near the largest by one fraction is so by another; None is the study's."""
    if share is None or wanted is None:
        return share is None and wanted is None
    return share >= wanted
