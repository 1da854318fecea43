"""What is known before the data, as rows of PEtab's table of parameters, and back."""

from __future__ import annotations

import math

from assemblysim.exchange.petab.problem import PetabParameter, PetabPrior
from assemblysim.inference.model.prior import Prior
from assemblysim.inference.model.priors import (
    LogNormal,
    LogUniform,
    PositiveNormal,
    SignedNormal,
    Uniform,
)
from assemblysim.inference.model.scipy_priors import Distribution

# Of scipy's distributions those that PEtab 2 has, with the numbers of each in its order.
_KNOWN = {
    "gamma": ("gamma", ("a", "scale")),
    "expon": ("exponential", ("scale",)),
    "rayleigh": ("rayleigh", ("scale",)),
    "laplace": ("laplace", ("loc", "scale")),
    "cauchy": ("cauchy", ("loc", "scale")),
}


# What version 1 has, besides what is uniform on a logarithmic axis.
_FIRST = frozenset({"uniform", "log-uniform", "normal", "log-normal", "laplace"})


def petab_parameter(
    name: str, prior: Prior, nominal: float, version: int = 2
) -> tuple[PetabParameter, bool]:
    """Return the row of an unknown.

    Args:
        name: its identifier.
        prior: what is known of it.
        nominal: its value.
        version: of PEtab.

    Returns:
        The row, and whether its prior is the very one.
    """
    known = _prior(prior)
    if version == 1 and known is not None and known.distribution not in _FIRST:
        known = None
    lower, upper = prior.bounds
    if known is None:
        low, middle, high = prior.from_normal([-1.0, 0.0, 1.0])
        if prior.signed:
            given = PetabPrior("normal", (float(middle), float(high - low) / 2))
        else:
            given = PetabPrior("log-normal", (math.log(middle), math.log(high / low) / 2))
        return PetabParameter(name, lower, upper, nominal, True, given), False
    scale = "log" if isinstance(prior, LogUniform | LogNormal) else "lin"
    return PetabParameter(name, lower, upper, nominal, True, known, scale), True


def _prior(prior: Prior) -> PetabPrior | None:
    match prior:
        case LogUniform(lower, upper):
            return PetabPrior("log-uniform", (lower, upper))
        case Uniform(lower, upper):
            return PetabPrior("uniform", (lower, upper))
        case LogNormal(median, factor):
            return PetabPrior("log-normal", (math.log(median), math.log(factor)))
        case PositiveNormal(mean, deviation) | SignedNormal(mean, deviation):
            return PetabPrior("normal", (mean, deviation))
        case Distribution(name=name, numbers=numbers):
            return _by_scipy(name, dict(numbers))
    return None


def _by_scipy(name: str, numbers: dict[str, float]) -> PetabPrior | None:
    if name not in _KNOWN:
        return None
    kind, order = _KNOWN[name]
    given = {"loc": 0.0, "scale": 1.0, **numbers}
    if "loc" not in order and given["loc"]:
        return None
    return PetabPrior(kind, tuple(given[one] for one in order))
