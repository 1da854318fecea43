"""How the report writes what does not happen within the experiment: as probabilities only."""

from __future__ import annotations

from assemblysim.report.content import words
from assemblysim.report.content.words import MISSING, is_number

# Such probabilities are fractions of some hundred draws: none or all of them is no proof.
DRAWS = 300


def censored_cell_texts(hours: float, fraction: object, lower: object) -> tuple[str, str]:
    """Say that the median of a time lies beyond the experiment, and what is known of it.

    Args:
        hours: how long the experiment was followed, h.
        fraction: the probability that it lies beyond.
        lower: the 2.5 % quantile, h, where that lies within.
    """
    if not is_number(fraction):
        return MISSING, ""
    after = f"above {words.duration(lower)} with probability 0.975" if is_number(lower) else ""
    return f"beyond {hours:g} h with probability {words.drawn_probability(fraction, DRAWS)}", after


def no_maximum_texts(hours: float | None, fraction: object) -> tuple[str, str]:
    """Say of a height that there is probably no maximum within the experiment.

    Args:
        hours: how long the experiment was followed, h; None where that is not known.
        fraction: the probability that there is none.
    """
    if hours is None or not is_number(fraction):
        return MISSING, ""
    chance = words.drawn_probability(fraction, DRAWS)
    return f"no maximum within {hours:g} h", f"with probability {chance}"


def censored_note(hours: float | None, fraction: object) -> str:
    """Say how probably something does not happen within the experiment; "" where it does."""
    if hours is None or not is_number(fraction) or fraction <= words.HARDLY:
        return ""
    return f"beyond {hours:g} h with probability {words.drawn_probability(fraction, DRAWS)}"
