"""Words as the first release weighed them: every relation a product over pairs of samples."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import log_ndtr

from assemblysim.measurement.data import Statement
from assemblysim.measurement.measured_intensities import SMALLEST_SIGNAL
from assemblysim.measurement.statements.interpretations import covered_times
from assemblysim.measurement.statements.likelihood import SourceReader, StatementLikelihood


@dataclass(frozen=True, eq=False)
class PairwiseLikelihood(StatementLikelihood):
    """The same sentences, of one row each, in the products that Mitra and Hlavacek have."""

    def probabilities(self, signals: np.ndarray, reader: SourceReader) -> np.ndarray:
        """Compute the products, shape (B, 1, n); see the class it is of.

        Raises:
            ValueError: a sentence has several rows, or its relation is younger.
        """
        signals = np.maximum(signals, SMALLEST_SIGNAL)
        logs = np.log(signals / self.scale.reference(signals))
        (sentences,) = self.sentences
        found = np.empty((len(signals), 1, len(sentences)))
        for n, sentence in enumerate(sentences):
            (row,) = sentence.rows
            course = logs[:, :, self.signals.index(row.signal)]
            scores = _scores(row, course, self.times, reader) / reader.noise[:, None]
            found[:, 0, n] = np.exp(log_ndtr(scores).sum(axis=1))
        return found


def _scores(
    row: Statement, course: np.ndarray, times: np.ndarray, reader: SourceReader
) -> np.ndarray:
    """Return how far each comparison is from the edge, shape (B, C), times the noise."""
    covered = covered_times(row.start, row.end, times)
    own = course[:, covered]
    if row.relation in ("detected", "absent"):
        over = own - np.log(reader.limit)[:, None]
        return over if row.relation == "detected" else -over
    if row.relation in ("increasing", "decreasing"):
        change = np.diff(own, axis=1)
        gaps = change if row.relation == "increasing" else -change
    elif row.relation == "maximum":
        gaps = own.max(axis=1, keepdims=True) - np.delete(course, covered, axis=1)
    elif row.relation == "abundant":
        gaps = own - course.max(axis=1, keepdims=True) - np.log(reader.fraction)[:, None]
    else:
        raise ValueError(f"the first release had no '{row.relation}'")
    return np.asarray(gaps / np.sqrt(2))
