"""Compositions such as ``5Dy 2L``: which building blocks a species is made of."""

from __future__ import annotations

import re

from assemblysim.errors import InputError
from assemblysim.language import quoted
from assemblysim.mechanism.network.names import NAME, check_name

_PART = re.compile(rf"(?P<count>[0-9]+)?[ \t]*(?P<block>{NAME})(?=\s|$)")
_SPACE = re.compile(r"\s*")
MOST_BLOCKS = 100_000  # of one kind in a species; a larger number is a slip of the pen


def parse_composition(text: str) -> tuple[tuple[str, int], ...]:
    """Read a composition: counts and building blocks, separated by spaces.

    A building block is a name of the user's choice, such as ``Dy`` or ``L``; formulas
    are not taken apart, so ``Dy6L2`` is one building block called Dy6L2.

    Args:
        text: for example ``5Dy 2L``, ``5 Dy 2 L`` or ``Dy``; empty for a species that
            stays out of the balance.

    Returns:
        Building blocks with their counts, in the order written.

    Raises:
        InputError: a part is not a count and a name, a count is 0 or absurd, or a
            building block is named twice.
    """
    counts: dict[str, int] = {}
    place = _SPACE.match(text).end()  # type: ignore[union-attr]  # matches the empty string too
    while place < len(text):
        part = _PART.match(text, place)
        if part is None:
            raise InputError(
                f"composition {quoted(text)}: cannot read {quoted(text[place:])}; "
                "write counts and building blocks with spaces between, such as '5Dy 2L'"
            )
        block = part["block"]
        check_name("building block", block)
        if block in counts:
            raise InputError(
                f"composition {quoted(text)}: '{block}' is named twice; write one count for it"
            )
        counts[block] = read_count(part["count"], f"building block '{block}'", MOST_BLOCKS)
        place = _SPACE.match(text, part.end()).end()  # type: ignore[union-attr]  # as above
    return tuple(counts.items())


def read_count(digits: str | None, what: str, most: int) -> int:
    """Return a count as an integer between 1 and `most`.

    Args:
        digits: the digits as written; None where nothing is written, which means 1.
        what: what is counted, for the message.
        most: the largest count accepted.

    Raises:
        InputError: the count is 0 or larger than `most`.
    """
    if digits is None:
        return 1
    significant = digits.lstrip("0")
    if not significant:
        raise InputError(f"{what} has the count 0; leave it out")
    if len(significant) > len(str(most)) or int(significant) > most:
        raise InputError(f"{what} has the count {quoted(digits)}; at most {most} are accepted")
    return int(significant)


def write_composition(composition: tuple[tuple[str, int], ...]) -> str:
    """Return a composition as text, such as ``5 Dy + 2 L``; ``nothing`` where it is empty."""
    return " + ".join(f"{count} {block}" for block, count in composition) or "nothing"
