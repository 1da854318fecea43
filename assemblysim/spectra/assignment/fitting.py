"""How much of each ion a spectrum holds: non-negative least squares on cells, with errors.

Weights come from fitted values, never from measured ones, which would pull sums down where there
are few counts. How much noise a unit of intensity has is inferred from the residuals. MzCells that
rise far above what all ions together explain do not count; they are unexplained intensity.

Where nothing is measured in a list of peaks, the intensity is below its threshold, not zero.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.optimize import nnls
from scipy.sparse import csr_array, diags_array, hstack

from assemblysim.spectra.assignment.bordered import Bordered, blocks_of, least_non_negative
from assemblysim.spectra.assignment.cells import MzCells

_ROUNDS: Final = 8
_OUTLIER: Final = 5.0  # standard deviations above the fit; such a cell is unexplained
_SHAPE_ERROR: Final = 0.1  # of the fit; a peak's shape may be so wrong before a cell is an outlier
_CLIPPED: Final = 3.0  # standard deviations, for the variance of residuals
_OF_CLIPPED: Final = 0.995  # mean of min(z², 9) of a standard normal
_MOST_LEVERAGE: Final = 0.8  # of one cell
_VARIANCE_GROUPS: Final = 12  # of cells by their fitted value
_KNOT_DISTANCE: Final = 40.0  # u per elementary charge; the background is smooth over so much
_RIDGE: Final = 1e-9  # of the diagonal; keeps ions that no cell tells apart solvable
_LEAST_COUNTS: Final = 2.0  # of counting error, however little is seen


@dataclass(frozen=True)
class CellNoise:
    """The variance of what is measured in a cell.

    Attributes:
        per_intensity: variance over the expected intensity; one count where counts are shown.
        constant: variance where nothing is expected.
    """

    per_intensity: float
    constant: float

    def variance(self, expected: np.ndarray) -> np.ndarray:
        """Return the variance at expected intensities, above 0."""
        return np.asarray(self.constant + self.per_intensity * np.maximum(expected, 0.0))


@dataclass(frozen=True, eq=False)
class CellFit:
    """A spectrum taken apart.

    Attributes:
        amounts: shape (K,), intensity of each ion over its whole envelope, none below 0.
        free: shape (K,), the same without that bound: not biased where an ion is absent.
        covariance: shape (K, K), of `free`.
        expected: shape (C,), fitted intensities of the cells.
        background: shape (C,), the part of it that is no ion's.
        counted: shape (C,), False where a cell is unexplained, or the detector saturated.
        noise: of the cells.
        design: shape (C, X), what ions and background put into each cell.
        equations: the normal equations of these, factorised.
    """

    amounts: np.ndarray
    free: np.ndarray
    covariance: np.ndarray
    expected: np.ndarray
    background: np.ndarray
    counted: np.ndarray
    noise: CellNoise
    design: csr_array
    equations: Bordered

    def standardised(self, cells: MzCells) -> np.ndarray:
        """Return residuals over their standard deviations, shape (C,)."""
        spread = np.sqrt(self.noise.variance(self.expected))
        return np.asarray((cells.intensities - self.expected) / spread)

    def added(self, cells: MzCells, further: csr_array) -> tuple[np.ndarray, np.ndarray]:
        """Return how much of each further envelope there would be, one at a time, with errors.

        Args:
            cells: that were fitted.
            further: shape (C, N), what one unit of each puts into each cell.
        """
        weights = self.counted / self.noise.variance(self.expected)
        weighted = further.multiply(weights[:, None]).tocsr()
        across = np.asarray((self.design.T @ weighted).todense())
        own = np.asarray(further.multiply(weighted).sum(axis=0)).ravel()
        left = own - np.einsum("xn,xn->n", across, self.equations.solve(across))
        left = np.maximum(left, 1e-12 * np.maximum(own, 1e-300))
        amounts = (weighted.T @ (cells.intensities - self.expected)) / left
        errors = np.sqrt(1 / left + (_LEAST_COUNTS * self.noise.per_intensity) ** 2)
        return np.asarray(amounts), np.asarray(errors)


def fit_cells(
    cells: MzCells, ions: csr_array, *, threshold: float | None = None, outliers: bool = True
) -> CellFit:
    """Fit the ions of a spectrum with a smooth background.

    Args:
        cells: with what is measured; those in which the detector was saturated do not count.
        ions: shape (C, K), what one unit of each ion puts into each cell.
        threshold: of a list of peaks, below which none is in it; None of a profile.
        outliers: whether cells far above the fit are left out.
    """
    number = ions.shape[1]
    background = _background(cells) if threshold is None else csr_array((len(cells.low), 0))
    design = csr_array(hstack([ions, background], format="csr"))
    measured = cells.intensities
    follows = ~cells.full
    counted = follows
    noise = CellNoise(1.0, max(float(np.mean(np.abs(measured))), 1e-300))
    expected = np.maximum(measured, 0.0)
    amounts, labels = np.zeros(design.shape[1]), None
    least = 0.0 if threshold is None else (0.5 * threshold) ** 2
    for step in range(_ROUNDS):
        weights = counted / noise.variance(expected)
        filled = _filled(measured, expected, threshold)
        normal, moments = _normal(design, weights, filled)
        labels = blocks_of(normal, number) if labels is None else labels
        amounts = least_non_negative(normal, moments, labels, amounts > 0)
        expected = design @ amounts
        rest = _filled(measured, expected, threshold) - expected
        seen = counted & (measured > 0)
        spread = np.sqrt(noise.variance(expected)) if step else np.ones(len(rest))
        taken = _leverage(design, normal, weights, (amounts > 0, labels))
        rest = rest / np.sqrt(1 - taken)
        noise = _noise((rest, expected, spread), (counted, seen), least)
        if outliers and step >= 1:
            allowed = noise.variance(expected) + (_SHAPE_ERROR * expected) ** 2
            counted = follows & (measured - expected <= _OUTLIER * np.sqrt(allowed))
    weights = counted / noise.variance(expected)
    normal, moments = _normal(design, weights, _filled(measured, expected, threshold))
    equations = Bordered(normal, number, blocks_of(normal, number))
    free = equations.solve(moments)
    covariance = equations.inverse()[:number, :number]
    covariance[np.diag_indices(number)] += (_LEAST_COUNTS * noise.per_intensity) ** 2
    return CellFit(
        amounts[:number],
        free[:number],
        covariance,
        expected,
        background @ amounts[number:],
        counted,
        noise,
        design,
        equations,
    )


def _filled(measured: np.ndarray, expected: np.ndarray, threshold: float | None) -> np.ndarray:
    """Take a peak that is not in a list as what is expected, and at most the threshold."""
    if threshold is None:
        return measured
    return np.where(measured > 0, measured, np.minimum(expected, threshold))


def _background(cells: MzCells) -> csr_array:
    """Return hat functions over m/z, in intensity per u, shape (C, N)."""
    middle = cells.middle
    if not middle.size:
        return csr_array((0, 0))
    span = max(float(middle[-1] - middle[0]), 1e-9)
    knots = np.linspace(middle[0], middle[-1], max(2, 1 + round(span / _KNOT_DISTANCE)))
    place = np.clip(np.searchsorted(knots, middle, "right") - 1, 0, len(knots) - 2)
    right = (middle - knots[place]) / (knots[place + 1] - knots[place])
    width = cells.high - cells.low
    rows = np.tile(np.arange(len(middle)), 2)
    values = np.concatenate([(1 - right) * width, right * width])
    hats = csr_array(
        (values, (rows, np.concatenate([place, place + 1]))), shape=(len(middle), len(knots))
    )
    used = np.asarray(hats.sum(axis=0)).ravel() > 0
    return csr_array(hats[:, np.flatnonzero(used)])


def _normal(
    design: csr_array, weights: np.ndarray, measured: np.ndarray
) -> tuple[csr_array, np.ndarray]:
    """Return the matrix and the right side of the normal equations."""
    weighted = design.multiply(weights[:, None]).tocsr()
    normal = csr_array(design.T @ weighted)
    scale = normal.diagonal()
    scale[scale <= 0] = max(float(scale.max(initial=0.0)), 1.0)
    return csr_array(normal + diags_array(_RIDGE * scale)), weighted.T @ measured


def _noise(
    cells: tuple[np.ndarray, np.ndarray, np.ndarray],
    which: tuple[np.ndarray, np.ndarray],
    least: float,
) -> CellNoise:
    """Infer variances from residuals, those that stand out clipped.

    Args:
        cells: measured less fitted intensities, fitted ones, and standard deviations so far.
        which: the cells that count, and those of them with anything in them.
        least: variance that every cell has.

    Method: cells are grouped by their fitted value, and a line without negative coefficients goes
    through the variances of the groups. Groups in which most cells are empty tell nothing: single
    counts there look like outliers.
    """
    (rest, expected, spread), (counted, seen) = cells, which
    order = np.flatnonzero(counted)[np.argsort(expected[counted], kind="stable")]
    groups = [g for g in np.array_split(order, _VARIANCE_GROUPS) if g.size]
    groups = [g for g in groups if seen[g].mean() > 0.5] or groups
    before = np.array([np.mean(spread[g] ** 2) for g in groups])
    variances = before * np.array([_clipped_variance(rest[g] / spread[g]) for g in groups])
    means = np.array([max(float(expected[g].mean()), 0.0) for g in groups])
    sizes = np.array([len(g) for g in groups])
    floor = max(float(variances.max(initial=0.0)) * 1e-6, 1e-300)
    weights = np.sqrt(sizes) / np.maximum(before, floor)
    scale = max(float(means.max(initial=0.0)), 1e-300)
    table = np.column_stack([np.ones(len(means)), means / scale])
    (constant, slope), _ = nnls(table * weights[:, None], variances * weights)
    return CellNoise(float(slope / scale), max(float(constant), least, floor))


def _leverage(
    design: csr_array, normal: csr_array, weights: np.ndarray, used: tuple[np.ndarray, np.ndarray]
) -> np.ndarray:
    """Return which part of each cell's noise the fit has taken up, shape (C,), below 1.

    Args:
        design: shape (C, X).
        normal: shape (X, X).
        weights: shape (C,).
        used: columns that are above 0, and the block of each ion.
    """
    places, labels = np.flatnonzero(used[0]), used[1]
    if not places.size:
        return np.zeros(design.shape[0])
    own = labels[places[places < len(labels)]]
    part = csr_array(normal[places][:, places])
    inverse = Bordered(part, len(own), own).inverse()
    columns = csr_array(design[:, places])
    # Only entries of columns that share a cell count.
    pattern = part.tocoo()
    needed = csr_array((inverse[pattern.row, pattern.col], (pattern.row, pattern.col)), part.shape)
    taken = weights * np.asarray(columns.multiply(columns @ needed).sum(axis=1)).ravel()
    return np.asarray(np.clip(taken, 0.0, _MOST_LEVERAGE))


def _clipped_variance(rest: np.ndarray) -> float:
    squares = rest**2
    variance = float(np.median(squares)) / 0.4549 or float(squares.mean())
    for _ in range(8):
        variance = float(np.minimum(squares, _CLIPPED**2 * variance).mean()) / _OF_CLIPPED
    return variance
