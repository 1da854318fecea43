"""Whether a mechanism would give data like the real ones, and which spectra fit none, in words."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from assemblysim.language import listed, time_label
from assemblysim.prediction.checks.predictive_checks import STATISTICS
from assemblysim.result.checks import ExchangedSpectra, PredictiveCheckResult, WildSpectrum
from assemblysim.result.evidence import LeftOut

ALL_COUNT = (
    "every spectrum counts: on the scale 'per species' the unknown factor of a column ties all "
    "spectra together, and none can be found wrong by itself"
)


def check_words(found: PredictiveCheckResult, mechanism: str) -> str:
    """Say in one or two sentences whether a mechanism is good enough."""
    p_values = found.statistics
    if not p_values:
        return f"{mechanism}: there are no measurements to check it with."
    if found.passed is None:
        return f"{mechanism}: {found.replicated} new draws of the data are too few to check it."
    if found.passed:
        least = min(p_values, key=lambda name: p_values[name])
        return (
            f"{mechanism} would give data like these (smallest p {p_values[least]:.2g}, "
            f"of {least})."
        )
    reasons = "; ".join(f"{STATISTICS[n]} (p {p_values[n]:.2g})" for n in found.failed)
    words = f"{mechanism} does not fit: {reasons}."
    worst = _worst(found)
    return f"{words} Worst: {worst}." if worst else words


def _worst(found: PredictiveCheckResult) -> str:
    """Name the signal and the sampling time at which the mean residual is largest."""
    largest, words = 0.0, ""
    for one in found.residuals:
        for time in np.unique(one.times_h).tolist():
            rows = one.mean[one.times_h == time]
            for name, column in zip(one.signals, rows.T, strict=True):
                known = column[np.isfinite(column)]
                size = abs(float(known.sum())) / np.sqrt(len(known)) if len(known) else 0.0
                if size > largest:
                    side = "above" if known.sum() > 0 else "below"
                    largest = size
                    words = f"{name} at {time_label(time)} was measured {side} the course"
    return words


def wild_words(probability: float) -> str:
    """Say that spectra may be wrong, and how probable that is before the data."""
    return (
        f"every spectrum may be wrong as a whole, with probability {probability:g} before the "
        "data: it then has a wide density that is the same for all mechanisms"
    )


def without_words(left_out: LeftOut, text: str, *, decides: bool) -> str:
    """Say without which spectra a verdict is, and what seems to be wrong with them.

    Args:
        left_out: these spectra.
        text: the verdict without them.
        decides: whether it is one.
    """
    several = len(left_out.spectra) > 1
    which = f"{'spectra' if several else 'spectrum'} {spectra_words(left_out.spectra)}"
    if left_out.fit_none:
        does = f"{'fit' if several else 'fits'} no mechanism"
    else:
        does = f"{'do' if several else 'does'} not fit {listed(left_out.under)}"
    if decides:
        text = f"Without the {which}, which {does}, {text[0].lower()}{text[1:]}"
    else:
        text = f"{text} The {which} {does}."
    return " ".join([text, *map(swapped_words, left_out.exchanged)])


def spectra_words(spectra: Sequence[WildSpectrum]) -> str:
    """Name spectra by their rows and times: ``in row 17 (8 h)``."""
    shown = [
        f"row {one.row} ({one.experiment + ', ' if one.experiment else ''}{one.label})"
        for one in spectra
    ]
    return f"in {listed(shown)}"


def swapped_words(one: ExchangedSpectra) -> str:
    """Say that two spectra seem to have changed places, and what to do about it."""
    where = f" of {one.experiment}" if one.experiment else ""
    (first, second), (early, late) = one.rows, one.labels
    return (
        f"Rows {first} ({early}) and {second} ({late}){where} would fit in each other's place, "
        f"better by {one.gain:.0f} nats: if they were exchanged, put them right in the table and "
        "fit again."
    )
