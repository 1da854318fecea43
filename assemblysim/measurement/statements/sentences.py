"""Sentences of a source: rows that were said together, and how far each is to be trusted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from assemblysim.errors import InputError
from assemblysim.language import quoted
from assemblysim.measurement.data import Statement
from assemblysim.measurement.statements.interpretations import Samples
from assemblysim.measurement.statements.relations import Claim, claim_of


@dataclass(frozen=True)
class Rates:
    """How often words mislead.

    Attributes:
        error: the chance that a sentence is wrong though its relations hold, or the reverse.
        unmentioned: the chance that something visible is not mentioned; None where the study does
            not say.
    """

    error: float = 0.02
    unmentioned: float | None = None


@dataclass(frozen=True)
class Sentence:
    """One sentence of the source, as one interpretation reads it.

    Attributes:
        name: its label, or what its only row says.
        rows: its claims, all of which hold where it is right.
        silent: whether it is none, but silence.
        rate: the chance that it is wrong; of silence, that something visible is not mentioned.
    """

    name: str
    rows: tuple[Statement, ...]
    silent: bool
    rate: float

    def probability(self, holds: np.ndarray) -> np.ndarray:
        """Return the probability that it was written, if its claims hold with a probability."""
        if self.silent:
            return np.asarray(self.rate + (1 - self.rate) * holds)
        return np.asarray(self.rate + (1 - 2 * self.rate) * holds)

    def claims(self, sampled: np.ndarray) -> dict[str, Claim]:
        """Return what it claims of each signal at sampling times of shape (N,), h.

        Raises:
            InputError: it is about none of them, or it contradicts itself.
        """
        found: dict[str, Claim] = {}
        for row in self.rows:
            found[row.signal] = found.get(row.signal, Claim()) + claim_of(row, sampled)
            if found[row.signal].impossible(len(sampled)):
                raise InputError(
                    f"statements: {quoted(self.name)} contradicts itself about {row.signal}, with "
                    f"'{row.text}'; give the rows that are said apart a label each"
                )
        return found


def sentences_by_interpretation(
    statements: Sequence[Statement], samples: Samples, rates: Rates
) -> dict[str, tuple[Sentence, ...]]:
    """Return the sentences of each interpretation, in the same order for all.

    Args:
        statements: all rows.
        samples: when samples were taken, and what each interpretation knows of them.
        rates: where a row states none.

    Raises:
        InputError: an interpretation lacks a sentence, or the rows of a sentence do not go
            together.
    """
    names = tuple(name for name, _ in samples.known)
    labels = dict.fromkeys(_name(row) for row in statements)
    found: dict[str, list[Sentence]] = {name: [] for name in names}
    for label in labels:
        own = [row for row in statements if _name(row) == label]
        for name in names:
            rows = tuple(r for r in own if not r.interpretations or name in r.interpretations)
            if not rows:
                some = sorted({one for row in own for one in row.interpretations})
                raise InputError(
                    f"statements: {quoted(label)} is said under {' and '.join(some)} but not under "
                    f"{name}, and saying less is no advantage; give what {name} reads in its place "
                    "the same label in the column 'sentence'"
                )
            sentence = _sentence(label, rows, rates)
            sentence.claims(samples.of(name))
            found[name].append(sentence)
    _refuse_unlike(found)
    return {name: tuple(sentences) for name, sentences in found.items()}


def _name(row: Statement) -> str:
    return row.sentence or row.text


def _sentence(label: str, rows: tuple[Statement, ...], rates: Rates) -> Sentence:
    silent = {row.relation == "unmentioned" for row in rows}
    if len(silent) > 1:
        raise InputError(
            f"statements: {quoted(label)} is a sentence and silence at once; give rows with "
            "'unmentioned' a label of their own"
        )
    if silent == {True}:
        rate = _own(label, "unmentioned_rate", [row.unmentioned_rate for row in rows])
        rate = rates.unmentioned if rate is None else rate
        if rate is None:
            raise InputError(
                f"statements: {quoted(label)} is silence, and how often something visible is not "
                "mentioned is not stated; state unmentioned_rate = 0.5, for instance, under "
                "[statements]"
            )
        return Sentence(label, rows, silent=True, rate=rate)
    rate = _own(label, "error_rate", [row.error_rate for row in rows])
    return Sentence(label, rows, silent=False, rate=rates.error if rate is None else rate)


def _own(label: str, key: str, given: list[float | None]) -> float | None:
    """Return the rate that the rows of a sentence state; None where they state none."""
    stated = sorted({one for one in given if one is not None})
    if len(stated) > 1:
        raise InputError(
            f"statements: {quoted(label)} has {key} {stated[0]:g} and {stated[-1]:g}; a sentence "
            "has one"
        )
    return stated[0] if stated else None


def _refuse_unlike(found: dict[str, list[Sentence]]) -> None:
    """Refuse a sentence that is trusted more under one interpretation than under another."""
    (first, sentences), *others = found.items()
    for name, same in others:
        for one, other in zip(sentences, same, strict=True):
            if (one.rate, one.silent) != (other.rate, other.silent):
                raise InputError(
                    f"statements: {quoted(one.name)} has rate {one.rate:g} under {first} and "
                    f"{other.rate:g} under {name}; a sentence is trusted alike, however it is read"
                )
