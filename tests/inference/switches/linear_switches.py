"""Switches over a linear model with normal noise: every subset's evidence is a closed form."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.special import logsumexp
from scipy.stats import multivariate_normal

from assemblysim.inference.model.parameters import Parameter
from assemblysim.inference.model.priors import SignedNormal
from assemblysim.inference.model.target import log_standard_normal
from assemblysim.inference.switches.space import SwitchSpace


@dataclass(frozen=True, eq=False)
class Unknowns:
    parameters: tuple


@dataclass(frozen=True, eq=False)
class LinearPosterior:
    """One subset alone."""

    design: np.ndarray
    data: np.ndarray

    def values_and_gradients(self, positions):
        rest = self.data - positions @ self.design.T
        value = -0.5 * (rest**2).sum(axis=1) - 0.5 * len(self.data) * np.log(2 * np.pi)
        return value + log_standard_normal(positions), rest @ self.design - positions


@dataclass(frozen=True, eq=False)
class LinearSwitches:
    """y = X (switch * theta) + noise of standard deviation 1; what a `SwitchedProblem` answers."""

    space: SwitchSpace
    design: np.ndarray
    data: np.ndarray

    @cached_property
    def plain(self):
        normal = SignedNormal(0.0, 1.0)
        return Unknowns(tuple(Parameter(n, "", "rate", normal) for n in self.space.names))

    @property
    def dimension(self):
        return len(self.space)

    def active(self, switches):
        return switches > 0

    def log_likelihood(self, position, switches):
        rest = self.data - (position * switches) @ self.design.T
        return -0.5 * (rest**2).sum(axis=1) - 0.5 * len(self.data) * np.log(2 * np.pi)

    def values_and_gradients(self, positions):
        own = self.dimension
        position, switches = positions[:, :own], positions[:, own:]
        rest = self.data - (position * switches) @ self.design.T
        gradient = np.zeros_like(positions)
        gradient[:, :own] = switches * (rest @ self.design) - position
        return self.log_likelihood(position, switches) + log_standard_normal(position), gradient

    def posterior_of(self, switches):
        places = np.flatnonzero(switches)
        return LinearPosterior(self.design[:, places], self.data), places

    def subset_evidence(self, switches):
        used = self.design * switches
        covariance = np.eye(len(self.data)) + used @ used.T
        return float(multivariate_normal.logpdf(self.data, np.zeros(len(self.data)), covariance))

    def exact(self):
        """Return the log evidence of all subsets together, and each switch's probability."""
        subsets = np.array(list(self.space.subsets()))
        logs = self.space.log_prior(subsets) - self.space.log_total
        logs = logs + [self.subset_evidence(one) for one in subsets]
        total = logsumexp(logs)
        return float(total), np.exp(logs - total) @ subsets


def linear_switches(seed, count=4, exclusions=(), prior=0.5, truth=None):
    """Make data of a random truth; two columns of the design are nearly the same."""
    rng = np.random.default_rng(seed)
    space = SwitchSpace(
        tuple(f"s{i}" for i in range(count)),
        tuple((f"s{i}",) for i in range(count)),
        (prior,) * count,
        exclusions,
    )
    design = 1.5 * rng.standard_normal((6, count))
    design[:, 1] = design[:, 0] + 0.3 * design[:, 1]
    switches = space.draw(1, rng)[0] if truth is None else np.asarray(truth)
    theta = rng.standard_normal(count)
    data = design @ (switches * theta) + rng.standard_normal(6)
    return LinearSwitches(space, design, data), switches
