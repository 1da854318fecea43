"""Whether a likelihood is finite, never above its bound, and smooth, at many vectors.

The bound of a block is the largest density that any readings could have there: of each unknown
factor one reading stands in for it, and the others have at most the height of their density.
"""

from __future__ import annotations

import numpy as np
from scipy.special import gammaln

from assemblysim.measurement.likelihoods.intensities import IntensityLikelihood

STEP = 1e-5
DEGREES = 4


def vectors(
    made: IntensityLikelihood, count: int, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Draw signals (B, T, I) and sizes (B, Q) from priors twice as wide as the default's."""
    shape = (count, len(made.times), len(made.measurement.signals))
    sizes = 0.2 * 10 ** rng.normal(scale=0.8, size=(count, len(made.noise_names)))
    if made.noise_names[-1] == "sampling_error":
        sizes[:, -1] = sizes[:, 0] * 10 ** rng.uniform(-8, 15, count)
    return np.exp(3.0 * rng.normal(size=shape)), sizes


def largest_density(
    made: IntensityLikelihood, signals: np.ndarray, noise: np.ndarray
) -> np.ndarray:
    """Return the log of a bound of the whole table's density, shape (B,)."""
    measured, measurement = made.measured, made.measurement
    sizes = made.parameters.sizes(noise)
    spread = measurement.noise.spread({name: one[:, None, :] for name, one in sizes.items()})
    expected = signals[:, measured.at]
    seen, scale = measured.observed, measurement.scale
    if measurement.noise.logarithmic:
        sd, slope = np.broadcast_to(spread.relative, expected.shape), np.ones_like(expected)
    elif scale.known:
        additive = spread.additive * (1.0 if measured.sds is None else measured.sds)
        sd, slope = np.hypot(additive, spread.relative * expected), np.ones_like(expected)
    else:
        known = seen | measured.censored
        here = np.where(known, expected, 0.0)
        slope = here / np.sqrt((here**2).sum(axis=scale.axis, keepdims=True))
        total = np.where(seen, measured.values, 0.0).sum(axis=scale.axis, keepdims=True)
        unit = 1.0 if measured.sds is None else measured.sds / total
        # The least size is that of a scale factor of 0, the factor's chance that of one reading.
        sd = np.broadcast_to(spread.additive * unit, expected.shape)
    height = np.log(3 / 8) if not measurement.tails.normal else -0.5 * np.log(2 * np.pi)
    logs = np.where(seen, height - np.log(sd), 0.0)
    if scale.known:
        return np.asarray(logs.sum(axis=(1, 2)))
    if spread.relative.any() and not measurement.noise.logarithmic:
        # The factor has at most a hundred totals, over which densities are summed.
        groups = seen.any(axis=scale.axis).sum()
        return np.asarray(logs.sum(axis=(1, 2)) + groups * np.log(100.0))
    stands = np.where(seen, height - np.log(sd) + np.log(np.maximum(slope, 1e-300)), -np.inf)
    one = stands.max(axis=scale.axis)
    bound = logs.sum(axis=(1, 2)) - np.where(np.isfinite(one), one, 0.0).sum(axis=1)
    if not measurement.tails.normal and "sampling_error" in made.noise_names:
        bound = bound + _of_blocks(made)
    return np.asarray(bound)


def _of_blocks(made: IntensityLikelihood) -> float:
    """Return by how much t of n' dimensions is higher in its middle than n' of one."""
    seen, total = made.measured.observed, 0.0
    if made.measurement.scale.by_column:
        freedom = [int(column.sum()) - 1 for column in seen.T]
    else:
        blocks = [seen[rows] for rows in made.blocks.rows]
        freedom = [int(one.sum()) - int(one.any(axis=1).sum()) for one in blocks]
    for free in freedom:
        total += gammaln((DEGREES + free) / 2) - gammaln(DEGREES / 2)
        total -= 0.5 * free * np.log(DEGREES * np.pi) + free * np.log(3 / 8)
    return max(float(total), 0.0)


def smoothness(made: IntensityLikelihood, count: int, rng: np.random.Generator) -> str:
    """Return what was found, in words; the numbers have to be 0 and below 1.

    The second difference over steps of a hundred-thousandth of every size, and of every signal in
    proportion to how sharply it is known, is held against 4e-8 of the log-likelihood, which a jump
    of more than the accuracy would exceed.
    """
    signals, noise = vectors(made, count, rng)
    of_noise, of_signals = rng.normal(size=noise.shape), rng.normal(size=signals.shape)
    sharp = np.minimum(1.0, 0.1 * noise.min(axis=1) / signals.max(axis=(1, 2)))[:, None, None]
    total = [
        made.pointwise(
            signals * np.exp(k * STEP * sharp * of_signals), noise * np.exp(k * STEP * of_noise)
        ).sum(axis=1)
        for k in (-1, 0, 1)
    ]
    bend = np.abs(total[0] - 2 * total[1] + total[2])
    jump = bend / (4e-8 * np.maximum(1.0, np.abs(total[1])))
    above = total[1] - largest_density(made, signals, noise)
    return (
        f"{int((~np.isfinite(total)).sum())} not finite, {int((above > 1e-6).sum())} above the "
        f"bound, {int((jump > 1).sum())} jumps, the largest {jump.max():.2g}"
    )
