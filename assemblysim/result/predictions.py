"""What one mechanism predicts: lifetimes, pathway fractions, windows, rate control and fluxes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from assemblysim.result.numbers import Interval, LifetimeQuantity

# By species, then quantity: "onset", "time_of_maximum", "half_life", ...
LifetimeTable = Mapping[str, Mapping[str, LifetimeQuantity]]


@dataclass(frozen=True)
class RouteFraction(Interval):
    """The fraction of a product that one step makes.

    Attributes:
        limit: one-sided: with a probability of 95 % it makes no more; None without a draw.
    """

    limit: float | None


# By product, then reaction.
PathwayTable = Mapping[str, Mapping[str, RouteFraction]]


@dataclass(frozen=True)
class WindowStart(Interval):
    """From when on an intermediate exceeds its share, h, and how probably it ever does."""

    probability: float | None


@dataclass(frozen=True)
class WindowEnd(Interval):
    """Until when it does, h, and how probably it still does when the experiment ends."""

    probability_beyond: float | None


@dataclass(frozen=True)
class BestMoment:
    """When to stop the reaction for an intermediate.

    Attributes:
        time: h, at which it most probably exceeds its share.
        probability: that it does then.
        expected_share: of the component, then.
        lower, upper: central 95 % of the time of its peak, h.
    """

    time: float
    probability: float
    expected_share: float
    lower: float | None
    upper: float | None


@dataclass(frozen=True)
class WindowResult:
    """While an intermediate holds more than a fraction of a component.

    Attributes:
        start, end: of the window.
        peak_time: h.
        peak_share: of the component, at the peak.
        best: when to stop.
    """

    start: WindowStart
    end: WindowEnd
    peak_time: Interval
    peak_share: Interval
    best: BestMoment


@dataclass(frozen=True)
class ControlDegree(Interval):
    """d ln(quantity) / d ln k of one step, and in how many of the draws there is one."""

    probability: float | None


# By quantity ("yield", "rate", "maximum", "time_of_maximum"), species, then step.
ControlTable = Mapping[str, Mapping[str, Mapping[str, ControlDegree]]]


@dataclass(frozen=True)
class StepTurnover:
    """What passed through one step.

    Attributes:
        extent: net, in `unit`.
        unit: of concentrations.
        shares: of the total of each building block.
    """

    extent: Interval
    unit: str
    shares: Mapping[str, Interval]


@dataclass(frozen=True, eq=False)
class FluxResult:
    """Net flux of every step over time.

    Attributes:
        steps: names of the N steps.
        unit: of the fluxes.
        times_h: shape (G,).
        median, lower, upper: shape (G, N), 95 %.
    """

    steps: tuple[str, ...]
    unit: str
    times_h: np.ndarray
    median: np.ndarray
    lower: np.ndarray
    upper: np.ndarray


@dataclass(frozen=True, eq=False)
class MechanismForecastResult:
    """What to do with one mechanism: when to stop, which step governs, where the material goes.

    Attributes:
        windows: by species.
        rate_control: degrees of control.
        extents: by step.
        flux: None of a network that is too large to be drawn.
    """

    windows: Mapping[str, WindowResult]
    rate_control: ControlTable
    extents: Mapping[str, StepTurnover]
    flux: FluxResult | None


@dataclass(frozen=True)
class AveragedPredictions:
    """Predictions averaged over mechanisms by their probabilities.

    Attributes:
        lifetimes, pathways: in the first experiment.
        windows: likewise.
        lifetimes_by_experiment, pathways_by_experiment: where there are several.
    """

    lifetimes: LifetimeTable
    pathways: PathwayTable
    windows: Mapping[str, WindowResult]
    lifetimes_by_experiment: Mapping[str, LifetimeTable] = field(default_factory=dict)
    pathways_by_experiment: Mapping[str, PathwayTable] = field(default_factory=dict)
