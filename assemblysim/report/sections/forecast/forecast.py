"""The forecast that a run stored, in the form in which ``predict`` makes one anew."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from assemblysim.report.content.stored import Summary

ENDS = ("median", "lower", "upper")
# Of less probable windows no from and to is said, and of less probable maxima no control: the
# medians would be those of a few draws.
LIKELY = 0.5


def stored_forecast(summary: Summary) -> dict[str, Any] | None:
    """Return the stored outlook in the form of a forecast; None where none is stored."""
    conditions = summary.get("outlook")
    if not conditions:
        return None
    every = summary["mechanisms"]
    return {
        "conditions": conditions,
        "probabilities": conditions["probabilities"],
        "averaged": summary.get("averaged") or {},
        "mechanisms": {name: every[name] for name in conditions["probabilities"] if name in every},
    }


def is_likely(one: Mapping[str, Any]) -> bool:
    """Say whether what a degree of control is of probably happens."""
    return bool(one.get("probability", 1.0) >= LIKELY)
