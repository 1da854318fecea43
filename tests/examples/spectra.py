"""Tables, measurements and brute-force integrals that the tests of the measurement share."""

import numpy as np
from scipy.integrate import quad
from scipy.optimize import minimize_scalar
from scipy.special import log_ndtr

from assemblysim.errors import InputError
from assemblysim.measurement.data import IntensityTable, Measurement, Signal
from assemblysim.measurement.likelihoods.intensities import intensity_likelihood
from assemblysim.measurement.noise.registry import NOISES
from assemblysim.measurement.responses import contrast_name
from assemblysim.measurement.scales import SCALES
from assemblysim.measurement.simulation.simulation import simulate_like

NAMES = ("Dy2L", "Dy3L", "Dy5L2", "Dy6L2")
SIGNALS = tuple(Signal(name, ((name, 1.0),)) for name in NAMES)


def goes_with(scale, noise, shared=False):
    """Whether there is a likelihood of a noise model on a scale."""
    try:
        NOISES[noise].refuse_unsupported(SCALES[scale], per_signal=False, shared=shared)
    except InputError:
        return False
    return True


# Every noise model that there is, on the scales that it goes with.
COMBINATIONS = [(s, n) for s in SCALES for n in NOISES if goes_with(s, n)]


def measurement(
    scale="per spectrum",
    noise="proportional",
    limit=None,
    share_replicates=True,
    count=4,
    per_signal=False,
):
    return Measurement(
        SCALES[scale], NOISES[noise], SIGNALS[:count], limit, share_replicates, per_signal
    )


def table(values, times=None, sds=1.0):
    values = np.array(values, dtype=float)
    times = np.arange(1.0, len(values) + 1) if times is None else np.array(times, dtype=float)
    known = np.broadcast_to(np.asarray(sds, dtype=float), values.shape)
    return IntensityTable(NAMES[: values.shape[1]], times, values, sds=known)


def likelihood(values, times=None, sds=1.0, **settings):
    made = table(values, times, sds)
    return intensity_likelihood(made, measurement(count=len(made.signals), **settings))


def simulated(signals, replicates, noise, told, rng, times=None):
    """A table drawn like one in which everything was measured; noise that is not named is 0."""
    times = np.arange(1.0, len(signals) + 1) if times is None else times
    values = np.ones((len(times) * replicates, len(told.signals)))
    names = tuple(signal.name for signal in told.signals)
    rows = np.repeat(times, replicates)
    real = intensity_likelihood(IntensityTable(names, rows, values, sds=values / 50), told)
    sizes = np.array([noise.get(name, 0.0) for name in real.noise_names])
    return simulate_like(real, np.asarray(signals), sizes, "none", rng)


def total(values, signals, sds, times=None, **settings):
    """Log-likelihood of one table for one set of signals (T, I) and noise sds (Q,)."""
    points = likelihood(values, times, **settings).pointwise(
        np.asarray(signals, dtype=float)[None], np.array([sds], dtype=float)
    )
    return points.sum()


def log_integral(log_integrand, low, high):
    """Log of the integral of exp(log_integrand), a function of arrays, by adaptive quadrature."""
    grid = np.linspace(low, high, 20001)
    log_likelihoods = log_integrand(grid)
    k = int(log_likelihoods.argmax())
    around = (grid[max(k - 1, 0)], grid[min(k + 1, 20000)])
    best = minimize_scalar(
        lambda x: -log_integrand(np.array([x]))[0], bounds=around, method="bounded"
    )
    top = max(-best.fun, log_likelihoods[k])
    wide = grid[log_likelihoods > top - 60]
    a, b = max(low, wide[0] - grid[1] + grid[0]), min(high, wide[-1] + grid[1] - grid[0])
    points = sorted({p for p in (*np.linspace(a, b, 10)[1:-1], best.x) if a < p < b})
    area = quad(
        lambda x: np.exp(log_integrand(np.array([x]))[0] - top),
        a,
        b,
        points=points,
        epsabs=0,
        epsrel=1e-11,
        limit=400,
    )[0]
    return top + np.log(area)


def normal_log_density(x, sd):
    return -0.5 * (x / sd) ** 2 - np.log(sd) - 0.5 * np.log(2 * np.pi)


def log_scale_factor_integral(logs, log_limits, log_expected, sigma):
    """Brute force over the log scale factor; nan in `log_limits` where there is a reading."""
    below = np.isfinite(log_limits)
    margin = (log_limits - log_expected)[below]
    residuals = (logs - log_expected)[~below]

    def integrand(g):
        seen = normal_log_density(residuals[:, None] - g, sigma).sum(axis=0)
        return seen + log_ndtr((margin[:, None] - g) / sigma).sum(axis=0)

    ends = np.concatenate((residuals, margin))
    return log_integral(integrand, ends.min() - 12 * sigma, ends.max() + 12 * sigma)


def true_vector(problem, truth, background):
    """The unknowns at a truth, shape (1, P), contrasts in place of exchangeable responses."""
    values = dict(truth.values)
    for group in problem.exchangeable:
        before = [values.get(name, 1.0) for name in group.stated]
        for name in group.responses:
            response = values.get(name, 1.0)
            if before:
                values[contrast_name(name)] = response / np.exp(np.mean(np.log(before)))
            before.append(response)
    return np.array([[values.get(name, background) for name in problem.parameter_names]])
