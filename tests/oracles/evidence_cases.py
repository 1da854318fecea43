"""Kinetic problems whose log evidence is known: closed Gaussian integrals, and quadrature.

Each is a real problem, integrated by the engine and read through a measurement model; its exact
log evidence is worked out here from closed forms that share nothing with them.
`test_evidence_cases.py` proves each one by a second computation.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.special import log_ndtr, logsumexp
from scipy.stats import multivariate_normal

from assemblysim.inference.model.experiment import ExperimentProblem
from assemblysim.inference.model.parameters import Parameter
from assemblysim.inference.model.posterior import Posterior
from assemblysim.inference.model.priors import LogNormal, LogUniform, PositiveNormal
from assemblysim.inference.model.problem import (
    Problem,
)
from assemblysim.kinetics.engines.integration import Tolerance
from assemblysim.measurement.data import IntensityTable, Measurement, Signal
from assemblysim.measurement.likelihoods.intensities import intensity_likelihood
from assemblysim.measurement.noise.registry import NOISES
from assemblysim.measurement.scales import SCALES
from assemblysim.mechanism.network.network import Network, Reaction, Species

PRECISE = Tolerance(rtol=1e-9)


@dataclass(frozen=True, eq=False)
class EvidenceCase:
    """A problem with its exact log evidence.

    Attributes:
        name: short.
        problem: mechanism and data.
        log_evidence: natural log, exact.
    """

    name: str
    problem: Problem
    log_evidence: float

    @cached_property
    def target(self):
        """Log of likelihood times prior in standard-normal coordinates."""
        return Posterior(self.problem)

    @property
    def dimension(self):
        return len(self.problem.parameters)


def problem_of(network, signals, noise, readings, initial, unknowns, stated):
    """Put a problem together.

    Signals are (name, {species: coefficient}) pairs, readings are times and values.
    """
    times, values = readings
    measurement = Measurement(
        SCALES["absolute"],
        NOISES[noise],
        tuple(Signal(n, tuple(terms.items())) for n, terms in signals),
    )
    table = IntensityTable(tuple(n for n, _ in signals), times, values)
    likelihood = intensity_likelihood(table, measurement)
    responses = {f"response_{n}": 1.0 for n, _ in signals}
    known = {**responses, "background": 0.0, **stated}
    experiment = ExperimentProblem(
        "reactor", network, measurement, initial, table, likelihood, None, float(times[-1])
    )
    parameters = tuple(Parameter(n, "", "rate", prior) for n, prior in unknowns.items())
    for unknown in unknowns:
        known.pop(unknown, None)
    return Problem("case", network, parameters, tuple(known.items()), (experiment,), PRECISE)


def decays(rate_constants):
    """A1 -> ; k1 and so on, side by side."""
    names = [f"A{i + 1}" for i in range(len(rate_constants))]
    reactions = [Reaction(f"loss_{n}", (n,), (), f"k_{n}") for n in names]
    network = Network(tuple(Species(n, ()) for n in names), tuple(reactions))
    return network, {f"k_{n}": rate for n, rate in zip(names, rate_constants, strict=True)}


def log_gaussian_integral(y, design, mean, spread, sigma):
    """Log of the density of y = design x + e over a normal prior of x that is nowhere cut."""
    covariance = design @ np.diag(spread**2) @ design.T + sigma**2 * np.eye(len(y))
    return multivariate_normal(design @ mean, covariance).logpdf(y)


def gaussian_posterior(y, design, mean, spread, sigma):
    """Mean and covariance of x given y, before any cut."""
    precision = np.diag(spread**-2.0) + design.T @ design / sigma**2
    covariance = np.linalg.inv(precision)
    return covariance @ (mean / spread**2 + design.T @ y / sigma**2), covariance


def linear_gaussian():
    """Five initial amounts that decay at known rates, seen as two weighted sums of all five.

    The signals are linear in the amounts, whose priors lie ten standard deviations from 0.
    """
    rate_constants = np.array([0.1, 0.3, 1.0, 3.0, 10.0])
    network, stated = decays(rate_constants)
    times = np.geomspace(0.05, 12.0, 9)
    left = np.exp(-np.outer(times, rate_constants))
    weights = np.array([[1.0, 1.0, 1.0, 1.0, 1.0], [2.0, 0.5, 1.0, 0.5, 2.0]])
    design = (left[:, None, :] * weights).reshape(-1, 5)
    mean, spread, sigma = np.full(5, 10.0), np.full(5, 1.0), 0.8
    truth = np.array([11.0, 9.5, 8.7, 10.4, 9.1])
    y = design @ truth + sigma * np.random.default_rng(41).standard_normal(len(design))
    names = network.species_names
    problem = problem_of(
        network,
        [(n, dict(zip(names, w, strict=True))) for n, w in zip("pq", weights, strict=True)],
        "constant",
        (times, y.reshape(-1, 2)),
        tuple(f"initial_{n}" for n in names),
        {f"initial_{n}": PositiveNormal(10.0, 1.0) for n in names},
        {**stated, "noise": sigma},
    )
    exact = log_gaussian_integral(y, design, mean, spread, sigma)
    return EvidenceCase("linear-Gaussian, five unknowns", problem, float(exact))


def decay_of_unknown_scale():
    """A decays at a known rate, seen through an unknown response factor whose prior is cut at 0."""
    network, stated = decays([0.5])
    times = np.array([0.0, 0.5, 1.0, 2.0, 4.0])
    y = np.array([2.1, 5.4, 0.6, 1.2, 3.3])
    design, sigma = 10 * np.exp(-0.5 * times)[:, None], 4.0
    mean, spread = np.array([1.0]), np.array([1.0])
    problem = problem_of(
        network,
        [("A1", {"A1": 1.0})],
        "constant",
        (times, y[:, None]),
        (10.0,),
        {"response_A1": PositiveNormal(1.0, 1.0)},
        {**stated, "noise": sigma},
    )
    centre, covariance = gaussian_posterior(y, design, mean, spread, sigma)
    exact = log_gaussian_integral(y, design, mean, spread, sigma)
    exact += log_ndtr(centre[0] / np.sqrt(covariance[0, 0])) - log_ndtr(mean[0] / spread[0])
    return EvidenceCase("decay with unknown scale", problem, float(exact))


def one_rate_constant():
    """A -> B with a log-uniform rate constant, by quadrature over its logarithm."""
    network = Network(
        (Species("A", (("M", 1),)), Species("B", (("M", 1),))),
        (Reaction("turn", ("A",), ("B",), "k"),),
    )
    times = np.array([0.2, 0.5, 1.0, 2.0, 4.0])
    rng = np.random.default_rng(43)

    def course(k):
        a = 10 * np.exp(-np.multiply.outer(k, times))
        return np.stack([a, 10 - a], axis=-1)

    values = course(0.7) * np.exp(0.1 * rng.standard_normal((5, 2)))
    problem = problem_of(
        network,
        [("A", {"A": 1.0}), ("B", {"B": 1.0})],
        "proportional",
        (times, values),
        (10.0, 0.0),
        {"k": LogUniform(1e-2, 1e2)},
        {"noise": 0.1},
    )
    log_k = np.linspace(np.log(1e-2), np.log(1e2), 400_001)
    total = np.full(len(log_k), -np.inf)
    chosen = np.abs(log_k - np.log(0.7)) < 1.5  # beyond it lie 1e-60 of the integral
    z = (np.log(values) - np.log(course(np.exp(log_k[chosen])))) / 0.1
    total[chosen] = -0.5 * (z**2).sum(axis=(1, 2)) - 10 * np.log(0.1 * np.sqrt(2 * np.pi))
    exact = logsumexp(total) + np.log(log_k[1] - log_k[0]) - np.log(np.log(1e4))
    return EvidenceCase("one rate constant", problem, float(exact))


@dataclass(frozen=True, eq=False)
class TwoModes(EvidenceCase):
    """Two modes that the data cannot tell apart.

    Attributes:
        first_faster: posterior weight of the mode in which the first step is the faster one.
    """

    first_faster: float


def exchanged_constants():
    """A -> B -> C of which only C is seen: exact under exchange of the two constants.

    The likelihood has two equal peaks, some twenty standard deviations apart; the priors, which
    differ, set their weights.
    """
    network = Network(
        tuple(Species(n, (("M", 1),)) for n in "ABC"),
        (Reaction("one", ("A",), ("B",), "k1"), Reaction("two", ("B",), ("C",), "k2")),
    )
    times = np.array([0.1, 0.2, 0.4, 0.7, 1.0, 1.5, 2.5, 4.0, 6.0, 9.0])

    def product(k1, k2):
        gap = k2 - k1
        return 10 * (1 - (k2 * np.exp(-k1 * times) - k1 * np.exp(-k2 * times)) / gap)

    rng = np.random.default_rng(44)
    values = product(3.0, 0.3)[:, None] * np.exp(0.1 * rng.standard_normal((10, 1)))
    medians, spread = np.array([2.0, 1.0]), np.log(3.0)
    problem = problem_of(
        network,
        [("C", {"C": 1.0})],
        "proportional",
        (times, values),
        (10.0, 0.0, 0.0),
        {"k1": LogNormal(2.0, 3.0), "k2": LogNormal(1.0, 3.0)},
        {"noise": 0.1},
    )
    # One mode by the trapezoid rule over logarithms, the other is its mirror image.
    fast = np.linspace(np.log(0.9), np.log(12.0), 801)
    slow = np.linspace(np.log(0.15), np.log(0.6), 401)
    grid = np.stack(np.meshgrid(fast, slow, indexing="ij"), axis=-1).reshape(-1, 2)
    k = np.exp(grid)[:, :, None]
    z = (np.log(values[:, 0]) - np.log(product(k[:, 0], k[:, 1]))) / 0.1
    likelihood = -0.5 * (z**2).sum(axis=1) - 10 * np.log(0.1 * np.sqrt(2 * np.pi))
    area = np.log((fast[1] - fast[0]) * (slow[1] - slow[0]))

    def mode(order):
        score = (grid[:, order] - np.log(medians)) / spread
        prior = -0.5 * (score**2).sum(axis=1) - 2 * np.log(spread * np.sqrt(2 * np.pi))
        return logsumexp(likelihood + prior) + area

    first, second = mode([0, 1]), mode([1, 0])
    exact = np.logaddexp(first, second)
    return TwoModes("two modes", problem, float(exact), float(np.exp(first - exact)))


@dataclass(frozen=True, eq=False)
class NestedPair:
    """A problem, and the same with one unknown held at the edge of its prior.

    Attributes:
        wide: with the unknown.
        narrow: with the unknown at 0.
        log_ratio: log evidence of narrow over wide, by Savage and Dickey: posterior over prior
            density of the unknown at 0.
    """

    wide: EvidenceCase
    narrow: EvidenceCase
    log_ratio: float


def nested_pair():
    """A decay from an unknown amount, with an unknown background or none."""
    network, stated = decays([0.5])
    times = np.array([0.25, 0.5, 1.0, 2.0, 3.0, 4.0, 6.0, 8.0])
    design = np.stack([np.exp(-0.5 * times), np.ones(8)], axis=1)
    sigma, mean, spread = 0.5, np.array([10.0, 0.0]), np.array([5.0, 1.0])
    y = design @ [9.0, 0.2] + sigma * np.random.default_rng(46).standard_normal(8)
    y = np.maximum(y, 0.05)  # a table holds no negative reading
    amount, background = PositiveNormal(10.0, 5.0), PositiveNormal(0.0, 1.0)
    known = {**stated, "noise": sigma}

    def case(name, unknowns, log_evidence):
        problem = problem_of(
            network,
            [("A1", {"A1": 1.0})],
            "constant",
            (times, y[:, None]),
            ("initial_A1",),
            unknowns,
            known,
        )
        return EvidenceCase(name, problem, float(log_evidence))

    wide, log_ratio = _cut_pair(y, design, mean, spread, sigma)
    centre, covariance = gaussian_posterior(y, design[:, :1], mean[:1], spread[:1], sigma)
    narrow = log_gaussian_integral(y, design[:, :1], mean[:1], spread[:1], sigma)
    narrow += log_ndtr(centre[0] / np.sqrt(covariance[0, 0])) - log_ndtr(mean[0] / spread[0])
    both = {"initial_A1": amount, "background": background}
    return NestedPair(
        case("with background", both, wide),
        case("without background", {"initial_A1": amount}, narrow),
        float(log_ratio),
    )


def _cut_pair(y, design, mean, spread, sigma):
    """Log evidence of two unknowns cut at 0, and the Savage-Dickey ratio of the second at 0."""
    centre, covariance = gaussian_posterior(y, design, mean, spread, sigma)
    inside = multivariate_normal(-centre, covariance).logcdf(np.zeros(2))  # both above 0
    prior_inside = log_ndtr(mean / spread).sum()
    log_evidence = log_gaussian_integral(y, design, mean, spread, sigma) + inside - prior_inside
    # Density of the second unknown at 0: the marginal times the chance that the first is above 0.
    sd = np.sqrt(covariance[1, 1])
    slope = covariance[0, 1] / covariance[1, 1]
    first = centre[0] - slope * centre[1]
    first_sd = np.sqrt(covariance[0, 0] - slope * covariance[0, 1])
    density = -0.5 * (centre[1] / sd) ** 2 - np.log(sd) + log_ndtr(first / first_sd) - inside
    prior = -0.5 * (mean[1] / spread[1]) ** 2 - np.log(spread[1]) - log_ndtr(mean[1] / spread[1])
    return log_evidence, density - prior


MAKERS = {
    "linear-Gaussian, five unknowns": linear_gaussian,
    "decay with unknown scale": decay_of_unknown_scale,
    "one rate constant": one_rate_constant,
    "two modes": exchanged_constants,
    "with background": lambda: nested_pair().wide,
    "without background": lambda: nested_pair().narrow,
}


def all_cases():
    """Every case, the nested pair as two."""
    return tuple(make() for make in MAKERS.values())
