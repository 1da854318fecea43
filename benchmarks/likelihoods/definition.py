"""Log-likelihoods of a table from their definition, in extended precision and in 50 digits.

What ties intensities together is integrated out as it is written down: a shared error or a scale
factor as one number, by `quadrature`. Where spectra have factors and replicates share an error
there are several: log intensities are then generalised least squares, in 50 digits, since the
matrices nearly vanish; and what one or two stayed below, given these, is a chance of one or two
normal variables, or of two of Student's t where a block has its tails.
"""

from __future__ import annotations

import mpmath as mp
import numpy as np
from scipy.special import betainc

from assemblysim.measurement.likelihoods.intensities import IntensityLikelihood
from benchmarks.likelihoods.quadrature import (
    LOG_TWO_PI,
    Real,
    ladder,
    log_integral,
    log_normal_below,
    log_normal_density,
    log_t_below,
    log_t_density,
)

DIGITS = 50
DEGREES = 4


class Defined:
    """The likelihood of one table at one vector."""

    def __init__(self, made: IntensityLikelihood, signals: np.ndarray, noise: np.ndarray):
        self.made, self.measured, self.measurement = made, made.measured, made.measurement
        self.signals = signals[made.measured.at].astype(Real)
        sizes = dict(zip(made.noise_names, noise, strict=True))
        names = self.measured.signals
        own = [[sizes.get(f"{kind}_{n}", sizes.get(kind, 0.0)) for n in names]
               for kind in ("noise", "noise_additive")]  # fmt: skip
        self.noise, self.additive = np.array(own, dtype=Real)
        self.factor = Real(sizes.get("noise_factor", 0.0))
        self.shared = Real(sizes["sampling_error"]) if "sampling_error" in sizes else None
        heavy = not self.measurement.tails.normal
        self.density = log_t_density if heavy else log_normal_density
        self.below = log_t_below if heavy else log_normal_below
        self.heavy = heavy

    def log_likelihood(self) -> float:
        """Return it, summed over the table's blocks."""
        scale, kind = self.measurement.scale, self.measurement.noise.name
        rows, columns = np.nonzero(self.measured.observed | self.measured.censored)
        if scale.known:
            block = rows * 100 + columns
            if self.shared is not None:
                block = self.measured.at[rows] * 100 + columns
            single = self._tied if self.shared is not None else self._alone
        elif kind == "proportional" and self.shared is not None:
            block = columns if scale.by_column else self.measured.at[rows]
            single = self._several
        else:
            block = columns if scale.by_column else rows
            single = self._scaled
        parts = [single(rows[block == one], columns[block == one]) for one in np.unique(block)]
        return float(sum(parts))

    def _numbers(self, r: np.ndarray, c: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        below = self.measured.below[r, c]
        limits = np.nan_to_num(self.measured.limits[r, c])
        return np.where(below, limits, self.measured.values[r, c]).astype(Real), below

    def _each(self, z: np.ndarray, sd: np.ndarray, below: np.ndarray) -> np.ndarray:
        """Return the sum over cells, which come first, of what each says."""
        sd = np.broadcast_to(sd, z.shape)
        seen = (self.density(z[~below]) - np.log(sd[~below])).sum(axis=0)
        return seen + self.below(z[below]).sum(axis=0) if below.any() else seen

    def _on_known_scale(self, r, c):
        """Return residuals, their sd, and that of a shared error."""
        number, below = self._numbers(r, c)
        expected, kind, noise = self.signals[r, c], self.measurement.noise.name, self.noise[c]
        shared = Real(0) if self.shared is None else self.shared
        if kind == "proportional":
            return np.log(number) - np.log(expected), noise, shared, below
        if kind == "known":
            return number - expected, self.factor * self.measured.sds[r, c], shared, below
        if kind == "constant":
            return number - expected, noise, shared, below
        sd = np.sqrt(self.additive[c] ** 2 + (noise * expected) ** 2)
        return number - expected, sd, shared * expected[0], below

    def _alone(self, r, c):
        off, sd, _, below = self._on_known_scale(r, c)
        return self._each((off / sd)[:, None], sd[:, None], below)[0]

    def _tied(self, r, c):
        off, sd, tau, below = self._on_known_scale(r, c)

        def log_integrand(u):
            z = (off[:, None] - u) / sd[:, None]
            return self._each(z, sd[:, None], below) + log_normal_density(u / tau) - np.log(tau)

        places = [ladder(0, tau), *map(ladder, off, sd)]
        return log_integral(log_integrand, places)

    def _scaled(self, r, c):
        if not self._informative(r, c):
            return Real(0)
        number, below = self._numbers(r, c)
        expected, noise = self.signals[r, c], self.noise[c]
        if self.measurement.noise.name == "proportional":
            off = np.log(number) - np.log(expected)

            def of_logs(g):
                return self._each((off[:, None] - g) / noise[:, None], noise[:, None], below)

            return log_integral(of_logs, list(map(ladder, off, noise)))
        total = np.nansum(self.measured.values[r, c]).astype(Real)
        y, direction = number / total, expected / np.sqrt((expected**2).sum())
        kind = self.measurement.noise.name
        additive = self.additive[c] if kind == "two-component" else noise
        if kind == "known":
            additive = self.factor * self.measured.sds[r, c] / total
        relative = noise if kind == "two-component" else 0 * noise

        def of_amounts(x):
            mean = direction[:, None] * x
            sd = np.sqrt(additive[:, None] ** 2 + (relative[:, None] * mean) ** 2)
            return self._each((y[:, None] - mean) / sd, sd, below)

        widths = np.sqrt(additive**2 + (relative * y) ** 2) / direction
        places = list(map(ladder, y / direction, widths))
        if kind == "two-component":
            places += [ladder(0, one) for one in additive / (relative * direction)]
        high = 100.0 if kind == "two-component" else np.inf
        return log_integral(of_amounts, places, 0.0, high)

    def _informative(self, r, c):
        return self.measured.observed[r, c].any() and len(r) > 1

    def _several(self, r, c):
        """Return that of a block of log intensities with factors and shared errors."""
        with mp.workdps(DIGITS):
            value, squares, free, margins, correlation, apart = self._least_squares(r, c)
        degrees = 0
        if self.heavy:
            degrees = DEGREES + free
            value += Real(squares) / 2 + free * LOG_TWO_PI / 2
            value += Real(mp.loggamma(mp.mpf(degrees) / 2) - mp.loggamma(mp.mpf(DEGREES) / 2))
            value -= free * np.log(DEGREES * np.exp(LOG_TWO_PI) / 2) / 2
            value -= Real(degrees) / 2 * np.log1p(squares / DEGREES)
            margins = [m * np.sqrt(degrees / (DEGREES + squares)) for m in margins]
        if len(margins) == 2:
            return value + _log_two_below(margins, correlation, apart, degrees)
        if len(margins) == 1:
            return value + _log_below(np.array(margins, dtype=Real), degrees)[0]
        return value

    def _least_squares(self, r, c):
        number, below = self._numbers(r, c)
        n, at = len(r), self.measured.at[r]
        gain = c if self.measurement.scale.by_column else r
        gains = np.unique(gain)
        variance, design = mp.zeros(n, n), mp.zeros(n, len(gains))
        tau = mp.mpf(float(self.shared))
        logs = [mp.log(mp.mpf(float(y))) - mp.log(mp.mpf(float(s)))
                for y, s in zip(number, self.signals[r, c], strict=True)]  # fmt: skip
        for i in range(n):
            for j in range(n):
                if c[i] == c[j] and at[i] == at[j]:
                    variance[i, j] = tau**2
            variance[i, i] += mp.mpf(float(self.noise[c[i]])) ** 2
            design[i, int(np.searchsorted(gains, gain[i]))] = 1
        read = [i for i in range(n) if not below[i]]
        rest = [i for i in range(n) if below[i]]

        def part(matrix, some, others):
            return mp.matrix([[matrix[i, j] for j in others] for i in some])

        every = range(len(gains))
        inverse = part(variance, read, read) ** -1
        seen = part(design, read, every)
        information = seen.T * inverse * seen
        y = mp.matrix([logs[i] for i in read])
        best = mp.lu_solve(information, seen.T * inverse * y)
        away = y - seen * best
        squares, free = (away.T * inverse * away)[0], len(read) - len(gains)
        dets = -mp.log(mp.det(inverse)) + mp.log(mp.det(information))
        value = _real(-(squares + dets + free * mp.log(2 * mp.pi)) / 2)
        if not rest:
            return value, _real(squares), free, [], None, None
        unseen = part(design, rest, every)
        cross = part(variance, rest, read) * inverse
        mean = unseen * best + cross * away
        left = unseen - cross * seen
        spread = part(variance, rest, rest) - cross * part(variance, read, rest)
        spread += left * information**-1 * left.T
        margins = [_real((logs[i] - mean[k]) / mp.sqrt(spread[k, k])) for k, i in enumerate(rest)]
        if len(rest) == 1:
            return value, _real(squares), free, margins, None, None
        both = spread[0, 0] * spread[1, 1]
        apart = _real(mp.sqrt((both - spread[0, 1] ** 2) / both))
        correlation = _real(spread[0, 1] / mp.sqrt(both))
        return value, _real(squares), free, margins, correlation, apart


def _real(number):
    return Real(mp.nstr(number, 25))


def _log_below(z, degrees):
    """Return the log chance of a normal below z, or of Student's t, whose tail is a beta's."""
    if not degrees:
        return log_normal_below(z)
    size = np.abs(z).astype(float)
    tail = 0.5 * betainc(degrees / 2, 0.5, degrees / (degrees + size**2))
    with np.errstate(divide="ignore"):
        return np.where(z > 0, np.log1p(-tail), np.log(np.maximum(tail, 1e-300))).astype(Real)


def _log_two_below(margins, correlation, apart, degrees):
    """Integrate over the first of two; the second, given it, is one with its own spread."""
    first, second = sorted(margins)
    height = 0
    if degrees:
        height = Real(mp.loggamma(mp.mpf(degrees + 1) / 2) - mp.loggamma(mp.mpf(degrees) / 2))
        height -= np.log(degrees * np.exp(LOG_TWO_PI) / 2) / 2

    def log_integrand(x):
        if not degrees:
            return log_normal_density(x) + log_normal_below((second - correlation * x) / apart)
        density = height - Real(degrees + 1) / 2 * np.log1p(x * x / degrees)
        wide = np.sqrt((degrees + x * x) / (degrees + 1))
        return density + _log_below((second - correlation * x) / apart / wide, degrees + 1)

    places = [ladder(first, 1 / max(1, -first)), ladder(0, 1)]
    if correlation != 0:
        places.append(ladder(second / correlation, apart / abs(correlation)))
    return log_integral(log_integrand, places, -np.inf, float(first))
