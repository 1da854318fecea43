"""Sentences about a signal's course as evidence, each with a chance of being wrong.

A statement is true with probability e + (1 - 2 e) P, where P is the probability that its relation
holds for log signals read with noise sigma_q:

* detected, absent: Phi(+-(x(t) - log limit) / sigma_q) at each sampling time it is about;
* maximum: Phi((x(t) - x(t')) / (sqrt 2 sigma_q)) for every sampling time t' that it is not about,
  with t the largest among those it is about;
* increasing, decreasing: the same of consecutive sampling times within its range;
* abundant: Phi((x(t) - max x - log fraction) / (sqrt 2 sigma_q)), max over all sampling times.

x is the log of the signal or, where the scale is per spectrum, of its fraction of all signals.
After Mitra & Hlavacek, Bioinformatics 36, 3177 (2020).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.special import log_ndtr

from assemblysim.errors import InputError, did_you_mean
from assemblysim.language import time_label
from assemblysim.measurement.data import Statement
from assemblysim.measurement.measured_intensities import SMALLEST_SIGNAL
from assemblysim.measurement.scales import Scale

# A time written as 0.0833 h means 5 min: within 1 % or a minute it is the same time.
_RELATIVE_TOLERANCE = 0.01
_MINUTE = 1 / 60


@dataclass(frozen=True, eq=False)
class StatementLikelihood:
    """The likelihood of the statements about one experiment.

    Attributes:
        statements: the n statements.
        times: shape (T,), h, the sampling times they are about.
        signals: names of the I signals.
        scale: per spectrum, the statements are about fractions of all signals.
        error_rate: the chance that a statement is wrong though its relation holds, or the reverse.
    """

    statements: tuple[Statement, ...]
    times: np.ndarray
    signals: tuple[str, ...]
    scale: Scale
    error_rate: float

    @cached_property
    def observations(self) -> tuple[str, ...]:
        """The statements in short, such as ``Dy5L2 detected at 1 h``."""
        return tuple(_short(statement) for statement in self.statements)

    @cached_property
    def _covered(self) -> tuple[np.ndarray, ...]:
        """For each statement the indices of the sampling times it is about."""
        return tuple(covered_times(statement, self.times) for statement in self.statements)

    def log_relations(
        self,
        signals: np.ndarray,
        limit: np.ndarray,
        sigma_q: np.ndarray,
        fraction: np.ndarray,
    ) -> np.ndarray:
        """Compute the log probability that each relation holds.

        Args:
            signals: shape (B, T, I), expected at the sampling times.
            limit: shape (B,), detection limit: a fraction of the spectrum's total (per
                spectrum), or of the largest of all signals at the sampling times.
            sigma_q: shape (B,), sd of a log signal as the source's reader saw it.
            fraction: shape (B,), what fraction of a signal's own maximum counts as abundant.

        Returns:
            Shape (B, n).
        """
        signals = np.maximum(signals, SMALLEST_SIGNAL)
        signals = signals / self.scale.reference(signals)
        x = np.log(np.maximum(signals, SMALLEST_SIGNAL)).reshape(len(signals), -1)
        plan = self._comparisons
        known = np.empty((len(x), x.shape[1] + len(plan.tops) + 4))
        known[:, : x.shape[1]] = x
        for i, places in enumerate(plan.tops, start=x.shape[1]):
            known[:, i] = x[:, places].max(axis=1)
        known[:, -4], known[:, -3], known[:, -2] = 0.0, np.log(limit), np.log(fraction)
        known[:, -1] = -np.inf
        differences = known[:, plan.above] - known[:, plan.below] - known[:, plan.margin]
        scores = log_ndtr(differences * plan.fraction / sigma_q[:, None])
        return np.asarray(np.add.reduceat(scores, plan.begin, axis=1))

    @cached_property
    def _comparisons(self) -> _Comparisons:
        shape = (len(self.times), len(self.signals))
        return _comparisons(
            [
                (statement.relation, self.signals.index(statement.signal), covered)
                for statement, covered in zip(self.statements, self._covered, strict=True)
            ],
            *shape,
        )

    def probabilities(
        self,
        signals: np.ndarray,
        limit: np.ndarray,
        sigma_q: np.ndarray,
        fraction: np.ndarray,
    ) -> np.ndarray:
        """Return the probability that each relation holds, shape (B, n); see `log_relations`."""
        return np.asarray(np.exp(self.log_relations(signals, limit, sigma_q, fraction)))

    def pointwise(
        self,
        signals: np.ndarray,
        limit: np.ndarray,
        sigma_q: np.ndarray,
        fraction: np.ndarray,
    ) -> np.ndarray:
        """Return the log probability of each statement, shape (B, n); see `log_relations`."""
        holds = self.log_relations(signals, limit, sigma_q, fraction)
        if self.error_rate == 0:
            return holds
        right = math.log1p(-2 * self.error_rate) + holds
        return np.asarray(np.logaddexp(math.log(self.error_rate), right))


def statement_likelihood(
    statements: tuple[Statement, ...],
    sampled: np.ndarray,
    signals: tuple[str, ...],
    scale: Scale,
    error_rate: float,
) -> StatementLikelihood:
    """Check statements against what was sampled.

    Args:
        statements: what is claimed.
        sampled: shape (T,), h, increasing.
        signals: names of the I signals.
        scale: of the intensity axis.
        error_rate: at least 0, below one half.

    Returns:
        Their likelihood.

    Raises:
        InputError: a statement is about an unknown signal or about no sampling time (about less
            than two, where it claims a rise or fall), or the error rate is out of range.
    """
    if not 0 <= error_rate < 0.5:
        raise InputError(
            f"statements: error rate {error_rate:g} is not between 0 and 0.5; "
            "state the fraction of statements that are wrong, such as 0.02"
        )
    for statement in statements:
        if statement.signal not in signals:
            raise InputError(
                f"statements: '{_short(statement)}': unknown signal '{statement.signal}'"
                f"{did_you_mean(statement.signal, signals)}; list it under signals"
            )
        needed = 2 if statement.relation in ("increasing", "decreasing") else 1
        found = len(covered_times(statement, sampled))
        if found < needed:
            raise InputError(
                f"statements: '{_short(statement)}' covers {found} of the sampling times and "
                f"needs {needed}; sampled: {', '.join(time_label(t) for t in sampled)}"
            )
    return StatementLikelihood(
        tuple(statements), np.asarray(sampled, dtype=float), signals, scale, error_rate
    )


def covered_times(statement: Statement, sampled: np.ndarray) -> np.ndarray:
    """Return the indices of the sampling times (h) that a statement is about.

    Its ends count as a sampling time that is within 1 % or one minute of them.
    """
    slack = np.maximum(_RELATIVE_TOLERANCE * sampled, _MINUTE)
    return np.flatnonzero((sampled >= statement.start - slack) & (sampled <= statement.end + slack))


def _short(statement: Statement) -> str:
    start, end = time_label(statement.start), time_label(statement.end)
    when = f"at {start}" if start == end else f"from {start} to {end}"
    return f"{statement.signal} {statement.relation} {when}"


@dataclass(frozen=True, eq=False)
class _Comparisons:
    """Every relation as comparisons of two numbers, all of which have to hold.

    The numbers are the T I log signals (time by time), the largest of some sets of them, and
    0, the log limit, the log fraction and minus infinity. A comparison's score is
    above - below - margin.

    Attributes:
        tops: places of log signals, one array for each largest.
        above: shape (C,), which number.
        below: shape (C,).
        margin: shape (C,).
        fraction: shape (C,), 1, or 1 / sqrt 2 where two intensities are compared.
        begin: shape (n,), where each relation's comparisons begin.
    """

    tops: tuple[np.ndarray, ...]
    above: np.ndarray
    below: np.ndarray
    margin: np.ndarray
    fraction: np.ndarray
    begin: np.ndarray


def _comparisons(
    relations: list[tuple[str, int, np.ndarray]], times: int, signals: int
) -> _Comparisons:
    """Put the comparisons of (relation, signal, covered times) together."""
    tops: list[np.ndarray] = []
    entries = times * signals
    largest = sum(relation in ("maximum", "abundant") for relation, _, _ in relations)
    zero, limit, fraction, endless = (entries + largest + i for i in range(4))
    begin: list[int] = []
    rows: list[tuple[int, int, int, float]] = []
    for relation, signal, covered in relations:
        everywhere = np.arange(times) * signals + signal
        among, top = everywhere[covered].tolist(), entries + len(tops)
        begin.append(len(rows))
        if relation in ("maximum", "abundant"):
            tops.append(everywhere[covered] if relation == "maximum" else everywhere)
        if relation == "detected":
            rows += [(i, limit, zero, 1.0) for i in among]
        elif relation == "absent":
            rows += [(limit, i, zero, 1.0) for i in among]
        elif relation == "abundant":
            rows += [(i, top, fraction, math.sqrt(0.5)) for i in among]
        elif relation == "maximum":
            others = np.delete(everywhere, covered).tolist()
            rows += [(top, i, zero, math.sqrt(0.5)) for i in others]
        else:
            earlier, later = among[:-1], among[1:]
            pairs = (later, earlier) if relation == "increasing" else (earlier, later)
            rows += [(i, j, zero, math.sqrt(0.5)) for i, j in zip(*pairs, strict=True)]
        if len(rows) == begin[-1]:  # a maximum among all sampling times always holds
            rows.append((zero, zero, endless, 1.0))
    above, below, margin, scale = (np.array(column) for column in zip(*rows, strict=True))
    return _Comparisons(tuple(tops), above, below, margin, scale, np.array(begin))
