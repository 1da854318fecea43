"""The time axes of figures: linear or logarithmic, in a unit that suits, with what was sampled."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator, NullFormatter

from assemblysim.report.content.stored import StoredCourse
from assemblysim.report.content.words import HOURS_OF_A_YEAR
from assemblysim.report.document.arrays import Floats
from assemblysim.report.figures.appearance import FAINT

# A first sample earlier than this fraction of the window is lost on a linear time axis.
_EARLY = 0.02
MOST_INTERVALS = 5
# Steps that are round by the clock and the calendar, where powers of ten are not.
_SIXTIETHS = (10.0, 15.0, 20.0, 30.0, 60.0, 120.0, 180.0, 240.0, 300.0, 360.0, 480.0, 720.0, 1440.0)
_ROUND = {
    "h": (1.0, 2.0, 3.0, 4.0, 6.0, 8.0, 12.0, 24.0, 48.0, 72.0, 96.0, 120.0, 168.0, 240.0, 336.0),
    "min": _SIXTIETHS,
    "s": (10.0, 15.0, 20.0, 30.0, 60.0, 120.0, 300.0, 600.0, 900.0, 1200.0, 1800.0, 3600.0),
    "d": (1.0, 2.0, 3.0, 5.0, 7.0, 10.0, 14.0, 28.0),
}
# Longer linear axes are in days, as times in sentences are.
_DAYS_FROM_H = 240.0
_FINEST = 0.01  # of a panel's width or height


def shown_logarithmic(sampled: Sequence[float], end: float) -> bool:
    """Say whether a time axis to `end`, h, is best logarithmic for samples at these times, h."""
    early = [t for t in sampled if t > 0]
    return bool(early) and min(early) < _EARLY * end


def time_axis(
    axes: Axes, course: StoredCourse, sampled: Sequence[float], *, log_time: bool
) -> None:
    """Set up a time axis, h, that shows when was sampled; a long linear one is in days or years."""
    end = float(course.times[-1])
    measurements = [c.measurements[0] for c in course.curves if c.measurements.shape[1]]
    marks = np.unique(np.concatenate([*measurements, np.asarray(sampled, dtype=float)]))
    if log_time:
        positive = marks[marks > 0] if (marks > 0).any() else course.times[course.times > 0]
        axes.set_xscale("log")
        axes.set_xlim(0.6 * float(positive[0]), 1.15 * end)
        axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
        axes.xaxis.set_minor_locator(LogLocator(subs=(2, 5)))
        axes.xaxis.set_minor_formatter(NullFormatter())
    else:
        axes.set_xlim(-0.02 * end, 1.02 * end)
        unit, size = _linear_unit(course)
        if unit == "years":
            most = end / HOURS_OF_A_YEAR
            years = np.asarray(MaxNLocator(4, steps=[1, 2, 5, 10]).tick_values(0.0, most))
            ticks = years[(years >= 0) & (years <= 1.001 * most)].tolist()
        else:
            ticks = round_times(end / size, "d" if unit == "days" else unit)
        axes.set_xticks([size * tick for tick in ticks], [f"{tick:g}" for tick in ticks])
    if not measurements:
        for time in sampled:
            axes.axvline(time, color=FAINT, linewidth=0.5, linestyle=(0, (1, 2)), zorder=0)


def round_times(end: float, unit: str = "h") -> list[float]:
    """Return 3 to 6 times from 0 to an end that people call round: whole days of many hours.

    Args:
        end: above 0.
        unit: of it, such as h or min.
    """
    size = 10.0 ** math.floor(math.log10(end / MOST_INTERVALS))
    steps = [one * by for by in (size, 10 * size) for one in (1, 2, 5)]
    steps += _ROUND.get(unit, ())
    step = min(one for one in steps if end / one <= MOST_INTERVALS * (1 + 1e-9))
    better = [one for one in _ROUND.get(unit, ()) if step <= one <= end / 2 and one < 2 * step]
    step = next((one for one in better if _divides(one, end)), better[0] if better else step)
    return [round(i * step, 12) for i in range(int(end / step * (1 + 1e-9)) + 1)]


def _divides(step: float, end: float) -> bool:
    return abs(end / step - round(end / step)) < 1e-9


def time_axis_label(course: StoredCourse, *, log_time: bool) -> str:
    """Name the unit of a time axis; decades are those of the unit that times are in."""
    return f"time ({course.time_unit if log_time else _linear_unit(course)[0]})"


def _linear_unit(course: StoredCourse) -> tuple[str, float]:
    """Return the unit that suits a linear axis, and how many of the stored units it has."""
    hours = float(course.times[-1]) if course.time_unit == "h" else 0.0
    if hours > 2 * HOURS_OF_A_YEAR:
        return "years", HOURS_OF_A_YEAR
    return ("days", 24.0) if hours > _DAYS_FROM_H else (course.time_unit, 1.0)


def visible_steps(axes: Axes, times: Floats, band: Floats) -> Floats:
    """Return the indices of the times that a panel needs: neighbours a hundredth of it apart.

    Bands are stored on one fine grid for linear and logarithmic time alike; what lies closer
    than that in both directions only makes the file larger.
    """
    left, right = axes.get_xlim()
    if axes.get_xscale() == "log":
        with np.errstate(divide="ignore"):
            across = np.log(times / left) / np.log(right / left)
    else:
        across = (times - left) / (right - left)
    heights = band / max(float(np.nanmax(band, initial=0.0)), 1e-300)
    kept: list[int] = []
    for i in np.flatnonzero(np.isfinite(across) & np.isfinite(band).all(axis=0)):
        if across[i] < -0.05:
            continue
        near = kept and i != len(times) - 1 and abs(across[i] - across[kept[-1]]) < _FINEST
        if not (near and np.max(np.abs(heights[:, i] - heights[:, kept[-1]])) < _FINEST):
            kept.append(int(i))
    return np.array(kept, dtype=np.intp)
