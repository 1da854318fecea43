"""How an experiment was conducted, and how other conditions differ from it, in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from assemblysim.errors import InputError, did_you_mean
from assemblysim.inference.model.prior import PRIORS
from assemblysim.inference.model.scipy_priors import Distribution
from assemblysim.language import time_label
from assemblysim.result.conditions import ExperimentConditions, StoredEvent
from assemblysim.result.forecast import ChangedStart, ConcentrationChange
from assemblysim.result.numbers import StoredPrior

ZERO_CELSIUS = 273.15  # K
# What a chemist calls a change of a concentration by such a factor.
FACTORS: Mapping[float, str] = {
    1.0: "",
    0.125: "an eighth of",
    0.25: "a quarter of",
    0.5: "half",
    2.0: "twice",
    4.0: "four times",
}


def prior_words(stored: StoredPrior, unit: str = "") -> str:
    """Say a prior in words, such as "log-uniform between 1e-4 and 1e4 1/(mM h)".

    Raises:
        InputError: there is no such prior.
    """
    if stored.kind not in PRIORS:
        raise InputError(f"unknown prior '{stored.kind}'{did_you_mean(stored.kind, PRIORS)}")
    if stored.name:
        return Distribution(stored.name, tuple(stored.numbers.items())).describe(unit)
    return PRIORS[stored.kind](**stored.numbers).describe(unit)


def initial_words(amount: float | StoredPrior, unit: str) -> str:
    """Say an initial concentration, or what was known of it."""
    return prior_words(amount, unit) if isinstance(amount, StoredPrior) else f"{amount:g} {unit}"


def conditions_words(found: ExperimentConditions) -> tuple[str, ...]:
    """Say how an experiment was conducted, one phrase for each thing that was done."""
    words = [temperature_words(found.temperature)] if found.temperature else []
    words += [_event_words(event, found.unit) for event in found.events]
    if found.held:
        words.append(f"{', '.join(found.held)} held constant")
    if isinstance(found.dead_time_h, StoredPrior):
        words.append(f"dead time {prior_words(found.dead_time_h, 'h')}")
    elif found.dead_time_h:
        words.append(f"dead time {time_label(found.dead_time_h)}")
    for one in found.time_errors:
        which = "sampling times"
        if one.time_h is not None:
            which = f"the sample at {time_label(one.time_h)}"
        words.append(f"{which} good to {time_label(one.error_h)}")
    if found.dilution != 1:
        words.append(f"samples diluted {found.dilution:g} times before they were measured")
    return tuple(words)


def temperature_words(points: Iterable[tuple[float, float]]) -> str:
    """Say how the temperature went, such as "25 °C at the start, 80 °C at 15 min".

    Args:
        points: (h, K) pairs.
    """
    parts = [(time, f"{kelvin - ZERO_CELSIUS:.4g} °C") for time, kelvin in points]
    if len({degree for _, degree in parts}) == 1:
        return parts[0][1]
    said = [f"{degree} at {time_label(time) if time else 'the start'}" for time, degree in parts]
    return f"{', '.join(said)}, even in between"


def _event_words(event: StoredEvent, unit: str) -> str:
    when = f"at {time_label(event.time_h)}"
    if event.volume_mL < 0:
        return f"{-event.volume_mL:.4g} mL withdrawn {when}"
    parts = (f"{amount:.4g} {unit} {name}" for name, amount in event.contents.items())
    contents = " and ".join(parts)
    if event.volume_mL == 0:
        return f"held at {contents} from {time_label(event.time_h)} on"
    what = f"{event.volume_mL:.4g} mL {f'of {contents} ' if contents else ''}"
    if event.until_h is not None:
        begin = time_label(event.time_h) if event.time_h else "the start"
        return f"{what}fed evenly from {begin} to {time_label(event.until_h)}"
    return f"{what}added {when}"


def start_words(start: ChangedStart) -> str:
    """Say how a start differs: "at half the Dy", "with Dy at 100 mM"; "" if it does not."""
    kelvin = start.temperature_K
    parts = [] if kelvin is None else [f"at {kelvin - ZERO_CELSIUS:.4g} °C"]
    parts += [_change_words(change, start.unit) for change in start.changes]
    return " and ".join(part for part in parts if part)


def _change_words(change: ConcentrationChange, unit: str) -> str:
    if change.before is not None and change.before > 0:
        for factor, word in FACTORS.items():
            if abs(change.value / change.before - factor) < 1e-9 * factor:
                return f"at {word} the {change.species}" if word else ""
    return f"with {change.species} at {change.value:g} {unit}"
