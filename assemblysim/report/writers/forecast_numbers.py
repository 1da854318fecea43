"""The numbers behind the forecast as rows for programs: windows, control, turnovers, fluxes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from assemblysim.report.sections.forecast.forecast import stored_forecast
from assemblysim.result.predictions import MechanismForecastResult, WindowResult
from assemblysim.result.summary import StudyResult

_LEVELS = ("lower", "median", "upper")
_ENDS = ("median", "lower", "upper")
# Of a mechanism's name where several are averaged.
AVERAGED = "(averaged)"

Row = Sequence[str | float | None]
InPlay = Mapping[str, MechanismForecastResult]


def forecast_rows(result: StudyResult) -> dict[str, tuple[Sequence[str], Iterator[Row]]]:
    """Return columns and rows by the name of the table; none where no forecast is stored."""
    found = stored_forecast(result)
    if found is None:
        return {}
    in_play, unit = found.mechanisms, found.conditions.unit
    held = {AVERAGED: found.windows, **{name: one.windows for name, one in in_play.items()}}
    windows = ("quantity", *_ENDS, "probability", "probability_beyond_window")
    return {
        "windows": (("mechanism", "species", *windows), _windows(held)),
        "rate_control": (
            ("mechanism", "quantity", "species", "step", *_ENDS),
            _control(in_play),
        ),
        "turnovers": (("mechanism", "step", "quantity", *_ENDS), _turnovers(in_play)),
        "fluxes": (
            ("mechanism", "step", "time (h)", *(f"{k} ({unit}/h)" for k in _LEVELS)),
            _fluxes(in_play),
        ),
    }  # fmt: skip


def _windows(mechanisms: Mapping[str, Mapping[str, WindowResult]]) -> Iterator[Row]:
    for name, windows in mechanisms.items():
        for species, one in windows.items():
            start, end, best, beyond = one.start, one.end, one.best, one.end.probability_beyond
            rows: dict[str, Row] = {
                "start": (start.median, start.lower, start.upper, start.probability, None),
                "end": (end.median, end.lower, end.upper, None, beyond),
                "peak_time": (one.peak_time.median, one.peak_time.lower, one.peak_time.upper),
                "peak_share": (one.peak_share.median, one.peak_share.lower, one.peak_share.upper),
                "best": (best.time, best.lower, best.upper, best.probability, None),
            }
            for quantity, values in rows.items():
                yield (name, species, quantity, *values, *(None,) * (5 - len(values)))


def _control(mechanisms: InPlay) -> Iterator[Row]:
    for name, one in mechanisms.items():
        for kind, by_species in one.rate_control.items():
            for species, steps in by_species.items():
                for step, degree in steps.items():
                    yield (name, kind, species, step, degree.median, degree.lower, degree.upper)


def _turnovers(mechanisms: InPlay) -> Iterator[Row]:
    for name, one in mechanisms.items():
        for step, turned in one.extents.items():
            shares = {f"share_of_{block}": share for block, share in turned.shares.items()}
            for label, found in {f"extent ({turned.unit})": turned.extent, **shares}.items():
                yield (name, step, label, found.median, found.lower, found.upper)


def _fluxes(mechanisms: InPlay) -> Iterator[Row]:
    for name, one in mechanisms.items():
        flux = one.flux
        if flux is None:
            continue
        levels = np.array([flux.lower, flux.median, flux.upper])
        for place, step in enumerate(flux.steps):
            for at, time in enumerate(flux.times_h):
                yield (name, step, float(time), *levels[:, at, place].tolist())
