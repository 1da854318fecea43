"""What the data settle of a mechanism's unknowns, and whether more data could help."""

from __future__ import annotations

from collections.abc import Mapping

from assemblysim.language import listed
from assemblysim.result.unknowns import Combination, Determined, IdentifiabilityResult

# More names than this make a sentence that nobody reads.
LISTED = 4


def combination_words(one: Combination) -> str:
    """Say what is determined of a combination's members."""
    members = listed(one.names)
    if not one.structural:
        return f"of {members} only {one.text} is determined"
    return (
        f"only {one.text} is determined: no data of this kind can tell {members} apart"
        if one.determined
        else f"no data of this kind can settle more of {members} than {one.text}, and these data "
        "do not determine that either"
    )


def prospect_words(
    found: IdentifiabilityResult, classes: Mapping[str, Determined]
) -> tuple[str, ...]:
    """Say whether more of the same data could help; of statements, whether measurements could."""
    ranks = f"(rank {found.rank} of {len(found.parameters)})"
    if found.rank == len(found.parameters):
        loose = [n for n in found.parameters if classes[n] != "determined"]
        what = listed(loose) if len(loose) <= LISTED else "those that these data leave open"
        data = (
            "more, or more precise, data of the same kind"
            if found.measured
            else "measurements of these signals at these times"
        )
        return (f"In principle {data} could determine {what} {ranks}.",) if loose else ()
    alone = found.without_effect
    together = [name for name in found.structurally_non_identifiable if name not in alone]
    of_what = "anything measured" if found.measured else "any signal in the statements"
    sentences = [f"{listed(alone)} had no effect on {of_what} {ranks}."] if alone else []
    if together:
        sentences.append(
            f"No data of this kind, however precise, can determine {listed(together)} one by one "
            f"{ranks}."
        )
    return tuple(sentences)
