"""The figures of where the material flows: their file names, what they show, how they are drawn."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from assemblysim.report.figures.appearance import step_looks
from assemblysim.report.figures.picture import CoursePictures, Picture, shown_logarithmic
from assemblysim.report.schemes import flux_alternatives
from assemblysim.report.schemes.flux_diagram import flux_diagram
from assemblysim.report.schemes.flux_figure import flux_figure


def flow_picture(summary: Mapping[str, Any], name: str, stem: str) -> Picture:
    """Return the diagram of where the material flows under one mechanism; nothing is drawn yet.

    Args:
        summary: the stored summary.
        name: of the mechanism.
        stem: of its files.
    """
    mechanism = summary["mechanisms"][name]
    observed = (summary.get("measurement") or {}).get("signals") or []
    return Picture(
        f"flows_{stem}",
        flux_alternatives.describe_flux_diagram(name, mechanism),
        partial(flux_diagram, mechanism, step_looks(summary), observed),
    )


def flux_pictures(summary: Mapping[str, Any], name: str, stem: str) -> CoursePictures:
    """Return both figures of net fluxes over time under one mechanism; nothing is drawn yet.

    Args:
        summary: the stored summary.
        name: of the mechanism.
        stem: of their files.
    """
    looks, flux = step_looks(summary), summary["mechanisms"][name]["flux"]
    linear, logarithmic = (
        Picture(
            f"flux_{stem}{'_log' if log_time else ''}",
            flux_alternatives.describe_fluxes(name, flux, log_time=log_time),
            partial(flux_figure, flux, looks, log_time=log_time),
        )
        for log_time in (False, True)
    )
    conditions = (summary.get("conditions") or [{}])[0]
    log_first = shown_logarithmic(conditions.get("sampled_h") or [], float(flux["times_h"][-1]))
    return CoursePictures(conditions.get("experiment", ""), linear, logarithmic, log_first)
