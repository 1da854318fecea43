"""How a separate mode of a posterior differs from the main one, in words."""

from __future__ import annotations

from assemblysim.language import number_words
from assemblysim.result.mechanism import ModeResult, SwappedConstants


def mode_words(mode: ModeResult) -> str:
    """Say how a mode differs from the first: constants swapped, or values so many times larger."""
    parts = [*map(_swap, mode.swapped), *(_ratio(n, r) for n, r in mode.ratios.items())]
    return "; ".join(parts) or "no value differs by more than a factor of three"


def _swap(swap: SwappedConstants) -> str:
    text = f"{swap.first} and {swap.second} exchanged"
    return text if swap.response is None else f"{text}, {swap.response} changed by their ratio"


def _ratio(name: str, ratio: float) -> str:
    factor = max(ratio, 1 / ratio)
    size = f"{factor:.2g}" if factor < 100 else number_words(float(f"{factor:.0e}"))
    return f"{name} {size} times {'larger' if ratio > 1 else 'smaller'}"
