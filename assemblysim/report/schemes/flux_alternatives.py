"""What the figures of fluxes show in words, for readers who cannot see them."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from assemblysim.report.content.words import number
from assemblysim.report.schemes.flux_diagram import flows
from assemblysim.result.mechanism import MechanismResult
from assemblysim.result.predictions import FluxResult, StepTurnover


def describe_flux_diagram(
    name: str, mechanism: MechanismResult, extents: Mapping[str, StepTurnover]
) -> str:
    """Say what each step turned over, the most first, and which ran backwards."""
    ranked = sorted(flows(mechanism, extents).values(), key=lambda f: -(f.turnover or 0.0))
    parts = [
        f"{f.step} is not known"
        if f.turnover is None
        else f"{f.step} {number(f.turnover, 2)} {f.unit}{' backwards' if f.backwards else ''}"
        f"{', ' + f.moved if f.moved else ''}"
        for f in ranked
    ]
    return (
        f"Scheme of mechanism {name} with arrows as wide as what each step moves; net turnovers: "
        f"{'; '.join(parts)}."
    )


def describe_fluxes(name: str, flux: FluxResult, *, log_time: bool) -> str:
    """Say when the net flux of each step is largest, and where it runs back."""
    scale = "logarithmic" if log_time else "linear"
    times, medians = flux.times_h, flux.median
    parts = []
    for step, course in zip(flux.steps, medians.T, strict=True):
        if not np.isfinite(course).any():
            parts.append(f"{step} is not known")
            continue
        top = int(np.nanargmax(np.abs(course)))
        back = ", backwards" if course[top] < 0 else ""
        parts.append(
            f"{step} is largest, {number(abs(course[top]), 2)} {flux.unit}{back}, at "
            f"{times[top]:.3g} h and ends at {number(_rounded(course[-1], course[top]), 2)}"
        )
    return (
        f"Net flux of every step with 95 % bands under mechanism {name}, {scale} time axis. "
        f"Medians: {'; '.join(parts)}."
    )


def _rounded(end: float, largest: float) -> float:
    """Take for nothing what cannot be seen beside the largest value."""
    return float(end) if abs(end) > 1e-4 * abs(largest) else 0.0
