"""Certain and candidate steps as one network, with arrows as thick as the steps are needed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import chain

from matplotlib.figure import Figure

from assemblysim.report.content.steps import arrows_of
from assemblysim.report.figures.appearance import HUES, TWO_COLUMNS_CM, Look
from assemblysim.report.schemes.scheme import Sizes, drawn_scheme, weighted_arrows
from assemblysim.result.mechanism import StoredReaction, StoredSpecies
from assemblysim.result.steps.probabilities import StepsResult

# A candidate that is less probably needed than this is not drawn.
LEAST_NEEDED = 0.05
# More arrows cannot be told apart on a page.
MOST_DRAWN = 40


@dataclass(frozen=True)
class _Network:
    """The steps that are drawn."""

    species: tuple[StoredSpecies, ...]
    reactions: tuple[StoredReaction, ...]


def drawn_labels(found: StepsResult) -> dict[str, float]:
    """Return the probability of being needed of each step that is drawn, by label.

    Certain steps have 1. None of a candidate that is needed with less than `LEAST_NEEDED`; of too
    many the most needed.
    """
    needed = dict.fromkeys(found.certain, 1.0)
    for one in found.steps.values():
        if one.needed is not None and one.needed.value >= LEAST_NEEDED:
            needed |= dict.fromkeys(one.reactions, one.needed.value)
    ordered = sorted(needed.items(), key=lambda item: -item[1])
    return {label: p for label, p in ordered[:MOST_DRAWN] if label in found.reactions}


def step_network_figure(found: StepsResult) -> Figure:
    """Draw certain steps and the candidates that may be needed between their species.

    Args:
        found: with probabilities, which only converged runs have.

    Returns:
        A figure of two columns' width or more: arrows the thicker and darker, the more probably
        their step is needed, with the probability on them.
    """
    needed = drawn_labels(found)
    labels = {r.name: label for label in needed for r in found.reactions[label]}
    network = _Network(found.species, tuple(chain(*(found.reactions[one] for one in needed))))

    def lines(reaction: StoredReaction, _: StoredReaction | None) -> list[str]:
        label = labels[reaction.name]
        said = "certain" if label in found.certain else f"needed {needed[label]:.2f}"
        return [label.replace("_", " "), said]

    steps = arrows_of(network, lines)
    weights = {step.name: needed[labels[step.name]] for step in steps}
    looks = _looks(found)
    arrows = weighted_arrows(weights)
    return drawn_scheme(found.species, steps, looks, (), arrows, Sizes(least=TWO_COLUMNS_CM))


def _looks(found: StepsResult) -> Mapping[str, Look]:
    return {s.name: Look(HUES[i % len(HUES)], "-") for i, s in enumerate(found.species)}


def describe_step_network(found: StepsResult) -> str:
    """Say what the figure shows, for readers who cannot see it."""
    needed = drawn_labels(found)
    parts = [
        f"{label} ({'; '.join(r.equation for r in found.reactions[label])}) "
        + ("certain" if label in found.certain else f"{p:.2f}")
        for label, p in needed.items()
    ]
    return f"Steps with their probabilities of being needed: {', '.join(parts)}."
