"""Whether a mechanism would give data like the real ones, and which spectra fit none, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np

from assemblysim.language import listed, time_label
from assemblysim.prediction.checks.predictive_checks import STATISTICS
from assemblysim.result.checks import ExchangedSpectra, PredictiveCheckResult, WildSpectrum
from assemblysim.result.evidence import LackOfFit, LeftOut

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


# By the name of a fault: what is wrong then, and what would tell.
FAULT_WORDS: Final[Mapping[str, tuple[str, str]]] = {
    "starting amounts": (
        "starting amounts are not as stated",
        "determine the starting amounts anew, or repeat the experiment at half of them",
    ),
    "drift in time": (
        "responses drift in time",
        "measure one and the same mixture at the beginning and at the end of the series",
    ),
    "drift in log time": (
        "responses drift, early more than late",
        "measure one and the same mixture at the beginning and at the end of the series",
    ),
    "smooth difference": (
        "a step or a species is missing, or something else changes smoothly",
        "repeat the experiment at other concentrations, where a missing step shows differently",
    ),
}


def lack_of_fit_sentences(lack_of_fit: LackOfFit, nearest: Sequence[str]) -> list[str]:
    """Say that none of the mechanisms describes the data, why, and what experiment would tell.

    Args:
        lack_of_fit: what speaks against them.
        nearest: the mechanisms that come nearest.
    """
    verb = "is" if len(nearest) == 1 else "are"
    reasons = [STATISTICS[name] for name in lack_of_fit.checks]
    if lack_of_fit.wild:
        reasons.append(f"{lack_of_fit.wild} of {lack_of_fit.spectra} spectra do not fit it")
    if lack_of_fit.scatter:
        reasons.append(
            f"intensities would have to scatter by {100 * lack_of_fit.scatter:.0f} %, far beyond "
            "what is stated of their noise"
        )
    text = f"None of the mechanisms compared describes these data; {listed(nearest)} {verb} nearest"
    text += f" ({'; '.join(reasons)})." if reasons else "."
    if not lack_of_fit.faults:
        return [text]
    known = [
        f"{FAULT_WORDS[one.name][0]} (ln Bayes factor {one.log_bayes_factor:.1f}, with "
        f"{one.leader} the most probable then)"
        for one in lack_of_fit.faults
    ]
    return [text, f"Possible reasons: {'; '.join(known)}.", to_tell(lack_of_fit)]


def to_tell(lack_of_fit: LackOfFit) -> str:
    """Say what experiment would tell why no mechanism describes the data."""
    telling = dict.fromkeys(FAULT_WORDS[one.name][1] for one in lack_of_fit.faults)
    return f"To tell: {'; '.join(telling)}."


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
