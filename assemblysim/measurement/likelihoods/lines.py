"""Groups of readings about a line through one unknown number, which is integrated out.

Reading j is y_j = slope_j x + e_j; the e_j are independent, of size (additive_j^2 + (relative_j
slope_j x)^2)^(1/2), and normal or Student's t of four degrees of freedom. x is a group's scale
factor, with a flat prior, or the error that replicates share, which is normal. The integrand may
have a mode at every reading; the lengths on which it varies are known, so that panels of nodes are
laid clear of its singularities. The compiled kernel does it to 1e-11, and halves panels where that
takes more; this file is its reference, and serves without it.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from assemblysim.measurement.likelihoods.normal import LOG_TWO_PI, log_sum_exp
from assemblysim.measurement.likelihoods.students_t import DEGREES, log_chance_below, log_density

try:
    from assemblysim.kinetics.engines import _kernel
except ImportError:
    _kernel = None  # type: ignore[assignment]

_NODES, _MOST_PANELS = 40, 4000
_REACH, _TAIL = 32.0, float(np.log(1e-13))


@dataclass(frozen=True, eq=False)
class Lines:
    """K groups of n cells in all, at B vectors.

    Attributes:
        begin: shape (K + 1,): a group's cells begin here.
        censored: shape (n,), 1 where a reading stayed below its number.
        number: shape (B, n).
        slope: shape (B, n).
        additive: shape (B, n), above 0.
        relative: shape (B, n).
        width: shape (B, K), sd of the shared error; 0 where x is flat.
        low: between which and
        high: x lies.
        heavy: whether errors are Student's t.
    """

    begin: np.ndarray
    censored: np.ndarray
    number: np.ndarray
    slope: np.ndarray
    additive: np.ndarray
    relative: np.ndarray
    width: np.ndarray
    low: float = -np.inf
    high: float = np.inf
    heavy: bool = True


@dataclass(frozen=True, eq=False)
class LineGradients:
    """Log-likelihoods of groups, and derivatives.

    Attributes:
        points: shape (B, K).
        by_number: shape (B, n).
        by_size: shape (B, n), by the log of a reading's size, where that is additive.
    """

    points: np.ndarray
    by_number: np.ndarray
    by_size: np.ndarray


def lines_are_compiled() -> bool:
    """Say whether the kernel does it."""
    return hasattr(_kernel, "line_points")


def line_points(lines: Lines) -> np.ndarray:
    """Return log-likelihoods, shape (B, K)."""
    if not lines_are_compiled():
        return line_points_in_numpy(lines)
    return _by_kernel(lines, derived=False).points


def line_gradients(lines: Lines) -> LineGradients | None:
    """Return log-likelihoods with derivatives, of heavy tails; None without a kernel to do it."""
    if not lines_are_compiled():
        return None
    return _by_kernel(lines, derived=True)


def _by_kernel(lines: Lines, *, derived: bool) -> LineGradients:
    points = np.empty(lines.width.shape)
    by_number, by_size = np.zeros((2, *(lines.number.shape if derived else (0,))))
    if points.size:
        cells = (lines.number, lines.slope, lines.additive, lines.relative)
        number, slope, additive, relative = (
            np.ascontiguousarray(one, dtype=float) for one in cells
        )
        _kernel.line_points(
            begin=np.ascontiguousarray(lines.begin, dtype=np.int32),
            censored=np.ascontiguousarray(lines.censored, dtype=np.uint8),
            number=number,
            slope=slope,
            additive=additive,
            relative=relative,
            width=np.ascontiguousarray(lines.width, dtype=float),
            heavy=int(lines.heavy),
            low=lines.low,
            high=lines.high,
            points=points,
            by_number=by_number,
            by_size=by_size,
        )
    return LineGradients(points, by_number, by_size)


def line_points_in_numpy(lines: Lines, degrees: float = DEGREES) -> np.ndarray:
    """Return the same as `line_points` of heavy tails, for t of any degrees of freedom."""
    points = np.empty(lines.width.shape)
    for b in range(len(points)):
        for k, (first, last) in enumerate(pairwise(lines.begin)):
            part = np.s_[b, first:last]
            cells = _Cells(
                lines.censored[first:last] > 0,
                lines.number[part],
                lines.slope[part],
                lines.additive[part],
                lines.relative[part],
                float(lines.width[b, k]),
                float(degrees),
            )
            points[b, k] = _integral(cells, lines.low, lines.high)
    return points


@dataclass(frozen=True, eq=False)
class _Cells:
    censored: np.ndarray
    number: np.ndarray
    slope: np.ndarray
    additive: np.ndarray
    relative: np.ndarray
    width: float
    degrees: float

    def log_integrand(self, x: np.ndarray) -> np.ndarray:
        at = self.slope[:, None] * x
        size = np.hypot(self.additive[:, None], self.relative[:, None] * at)
        z = np.clip((self.number[:, None] - at) / size, -1e45, 1e45)
        seen = log_density(z, self.degrees) - np.log(size)
        below = log_chance_below(z, self.degrees)
        total = np.where(self.censored[:, None], below, seen).sum(axis=0)
        if self.width > 0:
            total = total - 0.5 * (x / self.width) ** 2 - np.log(self.width) - 0.5 * LOG_TWO_PI
        return np.asarray(total)

    def singularities(self) -> tuple[np.ndarray, np.ndarray]:
        """Return where 1 + z^2 / degrees or a size vanishes, and how far from the real line."""
        spread = 1 + self.degrees * self.relative**2
        with np.errstate(divide="ignore", over="ignore", invalid="ignore"):
            place = self.number / (self.slope * spread)
            height = np.hypot(self.additive * np.sqrt(spread), self.relative * self.number)
            away = np.sqrt(min(self.degrees, 9.0)) * height / (self.slope * spread)
            bend = self.additive / (self.relative * self.slope)
        places, aways = np.append(place, np.zeros_like(bend)), np.append(away, bend)
        known = np.abs(places) + aways < 1e300
        return places[known], np.maximum(aways[known], 1e-14 * np.abs(places[known]))


def _integral(cells: _Cells, low: float, high: float) -> float:
    place, away = cells.singularities()
    if cells.width > 0:
        drop = max(-float((cells.log_integrand(np.zeros(1)) + np.log(cells.width))[0]), 0.0)
        last = cells.width * np.sqrt(2 * (_REACH + drop))
        low, high, start, ends = max(low, -last), min(high, last), 0.0, (-last, last)
    else:
        usable = ~cells.censored & (cells.slope > 1e-3)
        start = (cells.number / np.maximum(cells.slope, 1e-3))[usable][0] if usable.any() else 0.0
        start, ends = float(np.clip(start, low, high)), (place.min(), place.max())
    at, weight = np.polynomial.legendre.leggauss(_NODES)
    found: list[float] = []
    for up, end, must in ((1.0, high, ends[1]), (-1.0, low, ends[0])):
        x = start
        for _ in range(_MOST_PANELS):
            passed = up * (x - place)
            half = float((0.5625 * passed + 0.9375 * np.hypot(passed, away)).min(initial=np.inf))
            half = min(half / np.sqrt(1 + len(cells.number) / 8), 0.5 * abs(end - x))
            if cells.width > 0:
                half = min(half, 1.5 * cells.width)
            if not 4e-16 * abs(x) < half < 1e300:
                break
            terms = cells.log_integrand(x + up * half * (1 + at)) + np.log(weight * half)
            found.append(float(log_sum_exp(terms)))
            x += 2 * up * half
            if up * (x - must) > 0 and found[-1] < max(found) + _TAIL:
                break
    return float(log_sum_exp(np.array(found)))
