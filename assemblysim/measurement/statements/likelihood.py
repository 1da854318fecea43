"""Sentences about signals' courses as evidence, each with a chance of being wrong.

A sentence was written with probability e + (1 - 2 e) P, where P is the probability that all its
claims hold together for log signals read with noise sigma_q; silence with P + q (1 - P). One
normal error for each signal at each sampling time serves all claims of a sentence. A log signal is
that of the signal or, where the scale is per spectrum, of its fraction of all signals. After Mitra
& Hlavacek, Bioinformatics 36, 3177 (2020), whose pairwise products are joint probabilities here.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from assemblysim.errors import InputError, did_you_mean
from assemblysim.measurement.data import Statement
from assemblysim.measurement.measured_intensities import SMALLEST_SIGNAL
from assemblysim.measurement.scales import Scale
from assemblysim.measurement.statements.compiled_claims import ClaimTables, claim_tables
from assemblysim.measurement.statements.interpretations import Samples
from assemblysim.measurement.statements.joint import Claims, joint_probability
from assemblysim.measurement.statements.paths import Numbers
from assemblysim.measurement.statements.relations import Claim
from assemblysim.measurement.statements.sentences import (
    Rates,
    Sentence,
    sentences_by_interpretation,
)

# What may be left out of a probability, as a fraction of the smallest error rate: the log of a
# sentence's probability is good to this.
NEGLIGIBLE_OF_RATE = 1e-10
SMALLEST_CHANCE = 1e-18


@dataclass(frozen=True, eq=False)
class SourceReader:
    """How the source's author saw signals, for B parameter vectors.

    Attributes:
        limit: shape (B,), detection limit: a fraction of the spectrum's total (per spectrum), or
            of the largest of all signals at the sampling times.
        noise: shape (B,), sd of a log signal.
        fraction: shape (B,), what fraction of a signal's own maximum counts as abundant.
    """

    limit: np.ndarray
    noise: np.ndarray
    fraction: np.ndarray


@dataclass(frozen=True)
class _Part:
    """What one sentence claims of one signal, and on which of its sampling times that depends."""

    signal: int
    times: tuple[int, ...]
    claim: Claim


@dataclass(frozen=True, eq=False)
class StatementLikelihood:
    """The likelihood of the n sentences about one experiment, in K interpretations.

    Attributes:
        samples: when samples were taken, by interpretation.
        signals: names of the I signals.
        scale: per spectrum, the claims are about fractions of all signals.
        sentences: for each interpretation the n sentences, in the same order.
    """

    samples: Samples
    signals: tuple[str, ...]
    scale: Scale
    sentences: tuple[tuple[Sentence, ...], ...]

    @property
    def times(self) -> np.ndarray:
        """Shape (T,), h, all sampling times that any interpretation knows of."""
        return self.samples.times

    @cached_property
    def observations(self) -> tuple[str, ...]:
        """The n sentences, by label or in short."""
        return tuple(sentence.name for sentence in self.sentences[0])

    @cached_property
    def rows(self) -> tuple[Statement, ...]:
        """All rows, each once."""
        every = (row for sentences in self.sentences for one in sentences for row in one.rows)
        return tuple(dict.fromkeys(every))

    @cached_property
    def _parts(self) -> tuple[tuple[tuple[_Part, ...], ...], ...]:
        """For each interpretation and sentence, what it claims of each signal."""
        return tuple(
            tuple(
                tuple(
                    self._part(signal, known, claim)
                    for signal, claim in sentence.claims(self.samples.times[known]).items()
                )
                for sentence in sentences
            )
            for sentences, (_, known) in zip(self.sentences, self.samples.known, strict=True)
        )

    def _part(self, signal: str, known: np.ndarray, claim: Claim) -> _Part:
        """Return a claim about the `known` times by what it depends on, so that like are alike."""
        times, alone = claim.alone(len(known))
        return _Part(self.signals.index(signal), tuple(known[list(times)].tolist()), alone)

    @cached_property
    def _distinct(self) -> tuple[_Part, ...]:
        """What is claimed of one signal, each once, however many sentences claim it."""
        sentences = (one for sentences in self._parts for one in sentences)
        return tuple(dict.fromkeys(part for parts in sentences for part in parts))

    @cached_property
    def tables(self) -> ClaimTables | None:
        """What is claimed, as compiled code takes it; None where that is not there."""
        parts = [(part.signal, part.times, part.claim) for part in self._distinct]
        least = min((one.rate for told in self.sentences for one in told), default=1.0)
        return claim_tables(parts, max(NEGLIGIBLE_OF_RATE * least, SMALLEST_CHANCE))

    @property
    def compiled(self) -> bool:
        """Whether compiled code finds the probabilities."""
        return self.tables is not None

    @cached_property
    def if_they_fail_or_hold(self) -> np.ndarray:
        """Shape (2, K, n), probability of each sentence whose claims fail, and hold."""
        both = np.array([0.0, 1.0])
        written = [[one.probability(both) for one in told] for told in self.sentences]
        return np.moveaxis(np.array(written), 2, 0)

    def probabilities(self, signals: np.ndarray, reader: SourceReader) -> np.ndarray:
        """Compute the probability that all claims of each sentence hold.

        Args:
            signals: shape (B, T, I), expected at the sampling times.
            reader: how the source's author saw them.

        Returns:
            Shape (B, K, n), good to 1e-9; to 1e-6 of itself where it is above 1e-6 of the smallest
            error rate and above 1e-12.
        """
        by_part = self._by_part(signals, reader, self.tables)
        return self._of_sentences(by_part)

    def probabilities_in_numpy(self, signals: np.ndarray, reader: SourceReader) -> np.ndarray:
        """Return the same without compiled code; see `joint.joint_probability`."""
        return self._of_sentences(self._by_part(signals, reader, None))

    def _by_part(
        self, signals: np.ndarray, reader: SourceReader, tables: ClaimTables | None
    ) -> np.ndarray:
        """Return the probability of each of the distinct parts, shape (B, U)."""
        signals = np.maximum(signals, SMALLEST_SIGNAL)
        relative = signals / self.scale.reference(signals)
        logs = np.log(np.maximum(relative, SMALLEST_SIGNAL))
        whole = np.log(np.maximum(relative.sum(axis=2), SMALLEST_SIGNAL))
        if tables is not None:
            seen = np.log(reader.limit), reader.noise, np.log(reader.fraction)
            return tables.chances(logs, whole, seen)
        columns = [_probability(part, logs, whole, reader) for part in self._distinct]
        return np.stack(columns, axis=1) if columns else np.ones((len(signals), 0))

    @cached_property
    def columns(self) -> tuple[np.ndarray, np.ndarray]:
        """Which of the distinct parts the K n sentences have, and where those of each begin."""
        place = {part: i for i, part in enumerate(self._distinct)}
        told = [[place[part] for part in parts] for one in self._parts for parts in one]
        return np.concatenate(told), np.cumsum([0, *(len(one) for one in told[:-1])])

    def _of_sentences(self, by_part: np.ndarray) -> np.ndarray:
        """Multiply those of each sentence, shape (B, K, n)."""
        shape = len(by_part), len(self._parts), len(self.observations)
        columns, begin = self.columns
        return np.multiply.reduceat(by_part[:, columns], begin, axis=1).reshape(shape)

    def log_probabilities(self, signals: np.ndarray, reader: SourceReader) -> np.ndarray:
        """Return the log probability of each sentence, shape (B, K, n); see `probabilities`."""
        fail, hold = self.if_they_fail_or_hold
        return np.asarray(np.log(fail + (hold - fail) * self.probabilities(signals, reader)))


def statement_likelihood(
    statements: tuple[Statement, ...],
    samples: Samples,
    signals: tuple[str, ...],
    scale: Scale,
    rates: Rates,
) -> StatementLikelihood:
    """Check statements against what was sampled.

    Args:
        statements: what is claimed.
        samples: when samples were taken, by interpretation.
        signals: names of the I signals.
        scale: of the intensity axis.
        rates: how often words mislead.

    Returns:
        Their likelihood.

    Raises:
        InputError: a statement is about an unknown signal or about too few sampling times, a rate
            is out of range, or the rows of a sentence do not go together.
    """
    if not 0 < rates.error < 0.5:
        raise InputError(
            f"statements: error rate {rates.error:g} is not between 0 and 0.5; "
            "state the fraction of statements that are wrong, such as 0.02"
        )
    for statement in statements:
        if statement.signal not in signals:
            raise InputError(
                f"statements: '{statement.text}': unknown signal '{statement.signal}'"
                f"{did_you_mean(statement.signal, signals)}; list it under signals"
            )
        if statement.relation == "at most of spectrum" and scale.by_column:
            raise InputError(
                f"statements: '{statement.text}': with scale '{scale.name}' signals have no common "
                "scale, so there is no fraction of a spectrum; use 'at most of maximum'"
            )
    found = sentences_by_interpretation(statements, samples, rates)
    return StatementLikelihood(samples, signals, scale, tuple(found.values()))


def _probability(
    part: _Part, logs: np.ndarray, whole: np.ndarray, reader: SourceReader
) -> np.ndarray:
    """Return the probability that what is claimed of one signal holds, shape (B,)."""
    times, claim = list(part.times), part.claim
    noise = reader.noise[:, None]
    signal = logs[:, times, part.signal] / noise
    shape = signal.shape
    lower, upper = np.full(shape, -np.inf), np.full(shape, np.inf)
    above, below = np.full(shape, -np.inf), np.full(shape, np.inf)
    limit = np.log(reader.limit) / reader.noise
    for time in claim.detected:
        lower[:, time] = limit
    for time in claim.absent:
        upper[:, time] = limit
    for time, fraction in claim.minor:
        bound = (np.log(fraction) + whole[:, times[time]]) / reader.noise
        upper[:, time] = np.minimum(upper[:, time], bound)
    for time, share in claim.near:
        least = np.log(reader.fraction) if share is None else np.log(share)
        above[:, time] = np.maximum(above[:, time], np.minimum(least, 0.0) / reader.noise)
    for time, fraction in claim.small:
        below[:, time] = np.minimum(below[:, time], np.log(fraction) / reader.noise)
    count = len(times)
    bounded = claim.detected | claim.absent | {time for time, _ in claim.minor}
    relative = {time for time, _ in claim.near} | {time for time, _ in claim.small}
    largest = frozenset(range(count)) if claim.largest is None else claim.largest
    claims = Claims(count, claim.rises, largest, frozenset(relative), frozenset(bounded))
    return joint_probability(claims, Numbers(signal, lower, upper, above, below))
