"""A forecast, stored by a run or made anew by ``predict``, as the sections read it."""

from __future__ import annotations

from assemblysim.result.forecast import ForecastAnswer
from assemblysim.result.summary import StudyResult
from assemblysim.study.results.forecast import StudyForecast

# Of less probable windows no from and to is said, and of less probable maxima no control: the
# medians would be those of a few draws.
LIKELY = 0.5
# Between this and `LIKELY` it is open whether something happens.
UNLIKELY = 1 / 3


def stored_forecast(result: StudyResult) -> StudyForecast | None:
    """Return the forecast that a run stored; None where it stored none."""
    if result.forecast is None:
        return None
    every = {name: result.mechanisms[name].forecast for name in result.forecast.probabilities}
    known = {name: one for name, one in every.items() if one is not None}
    return StudyForecast(result.forecast, known, result.averaged.windows)


def answered_forecast(answer: ForecastAnswer) -> StudyForecast:
    """Return the forecast of an answer."""
    every = {name: one.forecast for name, one in answer.mechanisms.items()}
    known = {name: one for name, one in every.items() if one is not None}
    return StudyForecast(answer.conditions, known, answer.averaged.windows)
