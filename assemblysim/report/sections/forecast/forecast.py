"""A forecast, stored by a run or made anew by ``predict``, as the sections read it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from assemblysim.result.forecast import ForecastAnswer, ForecastConditions
from assemblysim.result.predictions import MechanismForecastResult, WindowResult
from assemblysim.result.summary import StudyResult

# Of less probable windows no from and to is said, and of less probable maxima no control: the
# medians would be those of a few draws.
LIKELY = 0.5


@dataclass(frozen=True, eq=False)
class ForecastOutcome:
    """What the mechanisms in play predict.

    Attributes:
        conditions: what it is about.
        mechanisms: the most probable first.
        windows: by species, averaged over the mechanisms.
    """

    conditions: ForecastConditions
    mechanisms: Mapping[str, MechanismForecastResult]
    windows: Mapping[str, WindowResult]


def stored_forecast(result: StudyResult) -> ForecastOutcome | None:
    """Return the forecast that a run stored; None where it stored none."""
    if result.forecast is None:
        return None
    every = {name: result.mechanisms[name].forecast for name in result.forecast.probabilities}
    known = {name: one for name, one in every.items() if one is not None}
    return ForecastOutcome(result.forecast, known, result.averaged.windows)


def answered_forecast(answer: ForecastAnswer) -> ForecastOutcome:
    """Return the forecast of an answer."""
    every = {name: one.forecast for name, one in answer.mechanisms.items()}
    known = {name: one for name, one in every.items() if one is not None}
    return ForecastOutcome(answer.conditions, known, answer.averaged.windows)
