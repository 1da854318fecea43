"""Signals that are ratios of sums of species: conversions, selectivities, mean compositions."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from assemblysim.errors import InputError
from assemblysim.language import quoted
from assemblysim.measurement.data import Measurement, Signal

Terms = tuple[tuple[str, float], ...]

_PART: Final = r"\([^()/]+\)|[^()/]+"
_RATIO: Final = re.compile(rf"\s*(?P<above>{_PART})\s*/\s*(?P<below>{_PART})\s*")


def read_ratio(name: str, text: str, terms: Callable[[str], Terms]) -> Signal | None:
    """Read ``(B + 2 C) / (A + B + 2 C)`` as a signal; None where a text is no ratio.

    Args:
        name: of the signal.
        text: behind the equals sign.
        terms: reads a sum.

    Raises:
        InputError: it has a slash and is no quotient of two sums, or a sum cannot be read.
    """
    if "/" not in text:
        return None
    found = _RATIO.fullmatch(text)
    parts = [] if found is None else [found["above"], found["below"]]
    # A sum without brackets, A + B / C, may be meant in two ways.
    bare = any("+" in part and not part.strip().startswith("(") for part in parts)
    if not parts or bare:
        raise InputError(
            f'cannot read the ratio {quoted(text)}; write it as "(B + 2 C) / (A + B + 2 C)"'
        )
    above, below = (terms(part.strip().removeprefix("(").removesuffix(")")) for part in parts)
    return Signal(name, above, divisor=below)


def check_ratios(measurement: Measurement) -> None:
    """Refuse ratios for which there is no likelihood.

    Raises:
        InputError: the scale is unknown, the noise one of logarithms, a size of noise is that of
            ratios and of concentrations, or a limit is a concentration.
    """
    ratios = [one.name for one in measurement.signals if one.divisor]
    if not ratios:
        return
    first = quoted(ratios[0])
    if not measurement.scale.known:
        raise InputError(
            f'{first} is a ratio, which has no unknown scale; write scale = "absolute"'
        )
    if measurement.noise.logarithmic:
        raise InputError(
            f'{first} is a ratio, whose error is added to it; write noise = "constant" or "known"'
        )
    one_size = not measurement.noise_per_signal and not measurement.noise.stated
    if one_size and len(ratios) < len(measurement.signals):
        raise InputError(
            f"{first} is a ratio beside concentrations, and all have one size of noise; write "
            "noise_per_signal = true"
        )
    limits = [one for one in measurement.signal_limits if one.signal in ratios]
    if any(not one.relative for one in limits):
        raise InputError(f"detection_limit: {first} is a ratio and has none in concentrations")
