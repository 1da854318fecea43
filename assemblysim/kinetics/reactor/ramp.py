"""A network under a linear temperature ramp, as a larger network that knows no temperature.

With ``u = T0/T`` and a factor ``f = k(T)/k(T0)`` for each rate constant, a ramp of b K/h makes

    du/dt = -(b/T0) u^2        df/dt = (Ea b / (R T0^2)) f u^2  [+ (b/T0) f u  by Eyring]

which are mass-action steps of "species" u and f. So every engine integrates a ramp as it is, with
its derivatives, and no rate law needs an exponential. u and f count in units of the concentration
that absolute errors are a fraction of.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from assemblysim.kinetics.reactor.temperature import GAS_CONSTANT, RateConstants
from assemblysim.mechanism.network.monomial import monomial_of
from assemblysim.mechanism.network.network import Network, Reaction, Species

# No name in a mechanism file ends in two underscores and a number.
_CLOCK, _COOLING = "inverse_temperature__0", "cooling__0"


@dataclass(frozen=True)
class Ramp:
    """A stretch of time in which the temperature changes evenly.

    Attributes:
        hours: how long it takes, h.
        first: temperature at its begin, K.
        last: temperature at its end, K.
    """

    hours: float
    first: float
    last: float

    @property
    def heating_rate(self) -> float:
        """K/h."""
        return (self.last - self.first) / self.hours


@lru_cache(maxsize=128)
def ramped(network: Network, powers: tuple[float, ...]) -> Network:
    """Return the network with u and the P factors as further species, behind its own.

    Its constants are the network's own P, then P growth constants of the factors, then the one
    of u. Its reactions are the network's R, then these.

    Args:
        network: the mechanism.
        powers: of T beside the exponential, for each rate constant.
    """
    names = network.rate_constant_names
    factor = {name: f"factor__{i}" for i, name in enumerate(names)}
    steps = [_hastened(step, factor) for step in network.reactions]
    for i, name in enumerate(names):
        one, clock = factor[name], (_CLOCK, _CLOCK)
        steps.append(Reaction(f"growth__{i}", (one, *clock), (one, one, *clock), f"energy__{i}"))
    for i, (name, power) in enumerate(zip(names, powers, strict=True)):
        if power:
            one = factor[name]
            steps.append(Reaction(f"gain__{i}", (one, _CLOCK), (one, one, _CLOCK), _COOLING, power))
    steps.append(Reaction("tick__0", (_CLOCK, _CLOCK), (_CLOCK,), _COOLING))
    added = (*(Species(factor[name], ()) for name in names), Species(_CLOCK, ()))
    return _in_order(Network((*network.species, *added), tuple(steps)), names)


@lru_cache(maxsize=128)
def with_counters(network: Network) -> Network:
    """Return the network with R further species, behind its own: one that each reaction makes.

    From nothing on they are the reactions' extents.
    """
    names = [f"extent__{i}" for i in range(len(network.reactions))]
    steps = tuple(
        replace(step, products=(*step.products, name))
        for step, name in zip(network.reactions, names, strict=True)
    )
    return Network((*network.species, *(Species(name, ()) for name in names)), steps)


def _in_order(network: Network, names: tuple[str, ...]) -> Network:
    """Check that the constants come in the order that `ramp_rate_constants` fills."""
    if network.rate_constant_names[: len(names)] != names:
        raise ValueError(f"rate constants are in another order: {network.rate_constant_names}")
    return network


def _hastened(step: Reaction, factor: dict[str, str]) -> Reaction:
    """Return a step whose constants are multiplied by their factors; nothing else changes."""
    if step.law is None:
        own = factor[step.rate_constant]
        return replace(
            step,
            reactants=(own, *step.reactants),
            products=(own, *step.products),
            reverse_of=None,
        )
    if monomial_of(step) is not None:
        law = step.law.times(factor[step.rate_constant], in_front=False)
    else:
        law = step.law.with_factors(factor)
    return replace(step, law=law, reverse_of=None)


def ramp_rate_constants(rate_constants: RateConstants, ramp: Ramp, unit: np.ndarray) -> np.ndarray:
    """Return the constants of a `ramped` network, shape (B, P').

    Args:
        rate_constants: of the B parameter vectors.
        ramp: the stretch of time.
        unit: shape (B,), mM: the amount of u and of each factor at the begin.
    """
    here = rate_constants.at(ramp.first) / unit[:, None]
    cooling = ramp.heating_rate / ramp.first / unit
    gained = ramp.heating_rate / (GAS_CONSTANT * ramp.first**2)
    growth = rate_constants.energies * gained / unit[:, None] ** 2
    return np.concatenate([here, growth, cooling[:, None]], axis=1)


def ramp_start(network: Network, start: np.ndarray, unit: np.ndarray) -> np.ndarray:
    """Return the start of a `ramped` network, shape (B, S + P + 1), from shape (B, S), mM."""
    added = np.repeat(unit[:, None], len(network.rate_constant_names) + 1, axis=1)
    return np.concatenate([start, added], axis=1)
