"""What is known before the data, as rows of PEtab's table of parameters, and back."""

from __future__ import annotations

import math

import numpy as np

from assemblysim.errors import InputError
from assemblysim.exchange.petab.cut_prior import CutPrior
from assemblysim.exchange.petab.problem import PetabParameter, PetabPrior
from assemblysim.files.places import at
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


def prior_of(one: PetabParameter) -> Prior:
    """Return the prior of a row of PEtab's table; uniform within the bounds where none is stated.

    Raises:
        InputError: there is no such prior here, or it has no weight between its bounds.
    """
    known, lower, upper = one.prior, one.lower, one.upper
    with at(f"parameter '{one.name}'"):
        if known is None:
            return _uniform(lower, upper)
        numbers = known.numbers
        if known.distribution in ("uniform", "log-uniform") and len(numbers) == 2:
            low, high = np.fmax(numbers[0], lower), np.fmin(numbers[1], upper)
            flat = _uniform if known.distribution == "uniform" else LogUniform
            return flat(float(low), float(high))
        found = _by_name(known, lower == 0)
        low, high = found.bounds
        slack = 1e-9 * max(abs(lower), abs(upper), 1.0)
        within = (not lower > low + slack) and (not upper < high - slack)
        if within or (
            float(found.from_normal(-8.0)) >= lower and float(found.from_normal(8.0)) <= upper
        ):
            return found
        return CutPrior(found, float(np.fmax(lower, low)), float(np.fmin(upper, high)))


def _uniform(lower: float, upper: float) -> Prior:
    if not math.isfinite(lower) or not math.isfinite(upper) or lower >= 0:
        return Uniform(lower, upper)  # which refuses what is not finite
    return Distribution("uniform", (("loc", lower), ("scale", upper - lower)))


def _by_name(known: PetabPrior, positive: bool) -> Prior:
    numbers = known.numbers
    match known.distribution, len(numbers):
        case "log-normal", 2:
            return LogNormal(math.exp(numbers[0]), math.exp(numbers[1]))
        case "normal", 2:
            return PositiveNormal(*numbers) if positive else SignedNormal(*numbers)
        case (("exponential" | "rayleigh"), 1):
            name = "expon" if known.distribution == "exponential" else "rayleigh"
            return Distribution(name, (("scale", numbers[0]),))
        case "gamma", 2:
            return Distribution("gamma", (("a", numbers[0]), ("scale", numbers[1])))
        case "chisquare", 1:
            return Distribution("chi2", (("df", numbers[0]),))
        case (("cauchy" | "laplace"), 2):
            return Distribution(known.distribution, (("loc", numbers[0]), ("scale", numbers[1])))
        case "log-laplace", 2:
            shape = (("c", 1 / numbers[1]), ("scale", math.exp(numbers[0])))
            return Distribution("loglaplace", shape)
    raise InputError(f"prior '{known.distribution}' of {len(numbers)} numbers, which is not read")
