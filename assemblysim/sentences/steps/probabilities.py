"""What the probabilities of steps say, in words; none where the runs have not converged."""

from __future__ import annotations

from assemblysim.language import counted, listed, number_words
from assemblysim.result.steps.probabilities import StepProbability, StepsResult

NEEDED, NOT_NEEDED = 0.95, 0.05
# A probability this near to that before the data, in units of itself, was hardly moved by them.
UNMOVED = 0.1


def steps_verdict(found: StepsResult) -> str:
    """Say in one sentence which steps are needed, or that nothing can be said."""
    if not found.converged:
        return f"Not converged, so no probability is claimed: {listed(failed_words(found))}."
    needed = [name for name, one in found.steps.items() if _needed(one) >= NEEDED]
    absent = [name for name, one in found.steps.items() if _needed(one) <= NOT_NEEDED]
    between = [n for n in found.steps if n not in needed and n not in absent]
    parts = [
        f"{listed(names)} {'is' if len(names) == 1 else 'are'} {what}"
        for names, what in (
            (needed, f"needed with a probability of at least {NEEDED}"),
            (between, "open"),
            (absent, f"needed with at most {NOT_NEEDED}"),
        )
        if names
    ]
    return f"Of {counted(len(found.steps), 'candidate')}, {'; '.join(parts)}."


def failed_words(found: StepsResult) -> tuple[str, ...]:
    """Say which checks fail, each with its two numbers."""
    return tuple(
        f"{one.name} ({number_words(one.value)}, at most {number_words(one.bound)})"
        for one in found.checks
        if not one.passed
    )


def step_sentences(found: StepsResult) -> tuple[str, ...]:
    """Say what else there is: pairs, steps that the data say nothing about, what was assumed."""
    lines = []
    for pair in found.replaced:
        one, other = pair.names
        lines.append(
            f"{one} or {other}: at least one of them {pair.either:.2f}, {one} alone "
            f"{pair.alone[0]:.2f}, {other} alone {pair.alone[1]:.2f}."
        )
    paired = {name for pair in found.replaced for name in pair.names}
    silent = [n for n, one in found.steps.items() if unmoved(one) and n not in paired]
    if silent:
        lines.append(
            f"Of {listed(silent)} the data say nothing: as probable as before the data, and "
            "whoever assumes more finds more."
        )
    lines.append(
        f"Needed means on, and carrying at least {100 * found.needed_fraction:g} % of what is made "
        "of some species within the window, of which at least that fraction of the most that there "
        "can be is made."
    )
    lines.append(
        "The default prior of a candidate's constant ends where its step takes "
        f"{found.slowest:g} times the last sampling time: a slower one could not matter."
    )
    lines.append(
        f"All {found.subset_count} admissible subsets were weighed by their evidences, too."
        if found.complete
        else f"Of {number_words(found.subset_count)} admissible subsets the most frequent ones and "
        "their neighbours were weighed by their evidences, too."
    )
    lines.append(
        "A probability is one among these candidates. Whether any subset describes the data is not "
        "checked here: name the best ones under [mechanisms], and run does."
    )
    return (*lines, *(f"{note[:1].upper()}{note[1:]}." for note in found.notes))


def unmoved(one: StepProbability) -> bool:
    """Say whether the data left the probability of a step where it was."""
    return one.on is not None and abs(one.on.value - one.prior) < UNMOVED * one.prior


def _needed(one: StepProbability) -> float:
    return 0.0 if one.needed is None else one.needed.value
