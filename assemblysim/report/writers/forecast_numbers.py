"""The numbers behind the outlook as rows for programs: windows, control, turnovers, fluxes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from assemblysim.report.sections.forecast.forecast import ENDS

_LEVELS = ("lower", "median", "upper")
# Of a mechanism's name where several are averaged.
AVERAGED = "(averaged)"

Row = Sequence[Any]
Summary = Mapping[str, Any]


def forecast_rows(summary: Summary) -> dict[str, tuple[Sequence[str], Iterator[Row]]]:
    """Return columns and rows by the name of the table; none where no outlook is stored."""
    if not summary.get("outlook"):
        return {}
    every, unit = summary["mechanisms"], summary["outlook"].get("unit") or "mM"
    in_play = {name: every[name] for name in summary["outlook"]["probabilities"] if name in every}
    averaged = {AVERAGED: summary.get("averaged") or {}}
    windows = ("quantity", *ENDS, "probability", "probability_beyond_window")
    return {
        "windows": (("mechanism", "species", *windows), _windows({**averaged, **in_play})),
        "rate_control": (
            ("mechanism", "quantity", "species", "step", *ENDS),
            _control(in_play),
        ),
        "turnovers": (("mechanism", "step", "quantity", *ENDS), _turnovers(in_play)),
        "fluxes": (
            ("mechanism", "step", "time (h)", *(f"{k} ({unit}/h)" for k in _LEVELS)),
            _fluxes(in_play),
        ),
    }  # fmt: skip


def _windows(mechanisms: Summary) -> Iterator[Row]:
    for name, one in mechanisms.items():
        for species, quantities in (one.get("windows") or {}).items():
            for quantity, found in quantities.items():
                middle = found.get("median", found.get("time"))
                ends = (found.get("lower"), found.get("upper"))
                chances = (found.get("probability"), found.get("probability_beyond"))
                yield (name, species, quantity, middle, *ends, *chances)


def _control(mechanisms: Summary) -> Iterator[Row]:
    for name, one in mechanisms.items():
        for kind, by_species in (one.get("rate_control") or {}).items():
            for species, steps in by_species.items():
                for step, degree in steps.items():
                    yield (name, kind, species, step, *(degree[k] for k in ENDS))


def _turnovers(mechanisms: Summary) -> Iterator[Row]:
    for name, one in mechanisms.items():
        for step, quantities in (one.get("extents") or {}).items():
            for quantity, found in quantities.items():
                unit = found.get("unit") or "mM"
                label = f"extent ({unit})" if quantity == "extent" else quantity
                yield (name, step, label, *(found[k] for k in ENDS))


def _fluxes(mechanisms: Summary) -> Iterator[Row]:
    for name, one in mechanisms.items():
        flux = one.get("flux")
        if not flux:
            continue
        for place, step in enumerate(flux["steps"]):
            for at, time in enumerate(flux["times_h"]):
                yield (name, step, time, *(flux[k][at][place] for k in _LEVELS))
