"""What of a forecast was never measured, in sentences."""

from __future__ import annotations

from assemblysim.result.forecast import ForecastAnswer
from assemblysim.sentences.conditions import start_words


def forecast_cautions(found: ForecastAnswer) -> list[str]:
    """Say what of a forecast follows from the mechanism alone."""
    lines, changed = [], start_words(found.start)
    if changed:
        lines.append(
            f"Nothing was measured {changed} ({found.start.experiment}): this follows from the "
            "mechanism and its rate constants alone."
        )
    last = found.measured_until_h
    if found.conditions.until_h > last:
        lines.append(f"Nothing was measured after {last:g} h: what follows there is extrapolated.")
    return lines
