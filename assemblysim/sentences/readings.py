"""What one further measurement would decide, in a sentence."""

from __future__ import annotations

from assemblysim.language import time_label
from assemblysim.prediction.design.discrimination import READING_ERROR
from assemblysim.result.evidence import DecidingReading

# From this probability of pointing to the right mechanism on, a measurement is said to tell.
TELLING = 0.75


def where_words(one: DecidingReading) -> str:
    """Say in which experiment, as " in A"; "" where there is one alone."""
    return f" in {one.experiment}" if one.experiment else ""


def deciding_words(one: DecidingReading) -> str:
    """Say whether a measurement would tell two mechanisms apart."""
    first, second = one.between
    verb = "would tell" if one.probability > TELLING else "would hardly tell"
    return (
        f"One measurement of {one.signal} at {time_label(float(f'{one.time_h:.2g}'))}"
        f"{where_words(one)}, good to {100 * READING_ERROR:.0f} %, {verb} {first} from {second}: "
        f"it points to the right one with probability {one.probability:.2f} (0.5 is a coin toss; "
        f"medians {one.median_a:.2g} and {one.median_b:.2g} {one.unit})."
    )
