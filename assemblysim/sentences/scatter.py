"""How much scatter a mechanism needs to describe the measurements, in a sentence."""

from __future__ import annotations

from assemblysim.result.conditions import MeasurementModel
from assemblysim.result.mechanism import MechanismResult
from assemblysim.result.unknowns import ParameterResult


def scatter_words(mechanism: MechanismResult, measurement: MeasurementModel) -> str:
    """Say how large the noise is; "" where it is fixed, or no fraction of what is measured."""
    noises = {n: p for n, p in mechanism.parameters.items() if _relative(n)}
    if not noises or measurement.noise == "constant" or not mechanism.measurements:
        return ""
    parts = [_size(one, _signal(name, measurement)) for name, one in noises.items()]
    return (
        f"Describing the measurements takes a relative scatter of {', '.join(parts)}; "
        "where replicates agree better than that, the mechanism is not good enough."
    )


def _relative(name: str) -> bool:
    return name.startswith("noise") and not name.startswith(("noise_additive", "noise_factor"))


def _signal(name: str, measurement: MeasurementModel) -> str:
    return next((s for s in measurement.signals if name.endswith(f"_{s}")), "")


def _size(one: ParameterResult, signal: str) -> str:
    of = f" for {signal}" if signal else ""
    return f"{100 * one.median:.0f} %{of} ({100 * one.lower:.0f} to {100 * one.upper:.0f} %)"
