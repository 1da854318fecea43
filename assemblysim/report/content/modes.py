"""What the report says of a mechanism's several optima, and of the modes of its posterior."""

from __future__ import annotations

from assemblysim.language import counted
from assemblysim.result.mechanism import MechanismResult, ModeResult
from assemblysim.sentences.modes import mode_words

# Optima this close in log density explain the data about equally well.
ABOUT_EQUAL = 2.0


def separate_modes(mechanism: MechanismResult) -> tuple[str, ...]:
    """Say how many optima the search found, and what separate modes the posterior has."""
    optima, modes = mechanism.optima, mechanism.modes
    if len(optima) < 2 and len(modes) < 2:
        return ()
    best = optima[0].log_density
    equal = sum(best - one.log_density < ABOUT_EQUAL for one in optima)
    starts = sum(one.basin_count for one in optima)
    found = counted(len(optima), "optimum", "optima")
    maximisations = counted(starts, "maximisation")
    text = f"{maximisations} ended in {found}; {optima[0].basin_count} in the best."
    if equal > 1:
        text += f" {equal} of them explain the data about equally well, within 2 nats."
    if len(modes) < 2:
        return (f"{text} No valley of any depth lies between those that matter.",)
    first = f"The main one holds {_fraction(modes[0])} of the probability."
    others = (
        f"Another holds {_fraction(one)}, and differs by: {mode_words(one)}." for one in modes[1:]
    )
    return (text, first, *others)


def _fraction(mode: ModeResult) -> str:
    """Write a weight with its standard error."""
    weight, error = 100 * mode.weight, 100 * mode.error
    return f"{weight:.1f} ± {max(error, 0.1):.1f} %" if weight >= 0.05 else "less than 0.1 %"
