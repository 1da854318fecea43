"""The time axes of figures: linear or logarithmic, in hours or years, with what was sampled."""

from __future__ import annotations

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
_FINEST = 0.01  # of a panel's width or height


def shown_logarithmic(sampled: Sequence[float], end: float) -> bool:
    """Say whether a time axis to `end`, h, is best logarithmic for samples at these times, h."""
    early = [t for t in sampled if t > 0]
    return bool(early) and min(early) < _EARLY * end


def time_axis(
    axes: Axes, course: StoredCourse, sampled: Sequence[float], *, log_time: bool
) -> None:
    """Set up a time axis, h, that shows when was sampled; of many years, linear, in years."""
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
        if _in_years(end):
            most = end / HOURS_OF_A_YEAR
            years = np.asarray(MaxNLocator(4, steps=[1, 2, 5, 10]).tick_values(0.0, most))
            years = years[(years >= 0) & (years <= 1.001 * most)]
            axes.set_xticks(HOURS_OF_A_YEAR * years, [f"{year:g}" for year in years])
        else:
            steps = [1, 1.2, 2, 2.4, 5, 6, 10] if end <= 100 else [1, 2, 2.5, 5, 10]
            axes.xaxis.set_major_locator(MaxNLocator(4, steps=steps))
    if not measurements:
        for time in sampled:
            axes.axvline(time, color=FAINT, linewidth=0.5, linestyle=(0, (1, 2)), zorder=0)


def time_axis_label(course: StoredCourse, *, log_time: bool) -> str:
    """Name the unit of a time axis; decades are those of hours."""
    return "time (years)" if _in_years(float(course.times[-1])) and not log_time else "time (h)"


def _in_years(end: float) -> bool:
    return end > 2 * HOURS_OF_A_YEAR


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
