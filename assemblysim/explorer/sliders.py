"""What can be moved: each number with its range, where it starts, and what is known of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Literal

import numpy as np

from assemblysim.explorer.tables import Plain
from assemblysim.inference.model.parameters import Parameter
from assemblysim.inference.model.prior import Prior
from assemblysim.mechanism.network.network import Network
from assemblysim.mechanism.reading.equation import write_equation
from assemblysim.result.unknowns import Determined

# What a number belongs to; noise, and how a source was read, move the likelihood alone.
PARTS: Mapping[str, str] = {
    "rate": "constants",
    "energy": "constants",
    "entropy": "constants",
    "constant": "constants",
    "ratio": "constants",
    "initial": "conditions",
    "time": "measurement",
    "vessel": "measurement",
    "response": "measurement",
    "coefficient": "measurement",
    "background": "measurement",
    "noise": "measurement",
    "statement": "measurement",
}
PRIOR_RANGE = (0.025, 0.5, 0.975)
# Beyond this ratio of its ends a range is moved through in powers of ten.
MOST_ON_A_PLAIN_AXIS = 20.0


@dataclass(frozen=True)
class Known:
    """What is known of one number.

    Attributes:
        at: where its slider starts.
        median, lower, upper: of the posterior, 95 %; of the prior before a fit.
        settled: "determined" and the like; "" before a fit.
    """

    at: float
    median: float
    lower: float
    upper: float
    settled: Determined | Literal[""] = ""


@dataclass(frozen=True)
class Slider:
    """A number that can be moved.

    Attributes:
        name: of the number.
        unit: of all that follows.
        part: of the page that it stands in.
        known: of it.
        low, high: where the slider ends.
        log: whether it moves through powers of ten.
        steps: equations of the steps that it is the constant of.
    """

    name: str
    unit: str
    part: str
    known: Known
    low: float
    high: float
    log: bool
    steps: tuple[str, ...] = ()

    def plain(self) -> dict[str, Plain]:
        """Return it for the page."""
        told = asdict(self)
        return {**told.pop("known"), **told}


def slider_of(parameter: Parameter, known: Known | None, steps: tuple[str, ...] = ()) -> Slider:
    """Return the slider of an unknown, over 95 % of its prior and all of what is known of it."""
    low, middle, high = prior_range(parameter.prior)
    known = known or Known(middle, middle, low, high)
    ends = min(low, known.at, known.lower), max(high, known.at, known.upper)
    log = 0 < ends[0] * MOST_ON_A_PLAIN_AXIS < ends[1]
    part = PARTS[parameter.kind]
    return Slider(parameter.name, parameter.unit, part, known, *ends, log, steps)


def prior_range(prior: Prior) -> tuple[float, float, float]:
    """Return the quantiles 2.5, 50 and 97.5 % of a prior."""
    low, middle, high = np.asarray(prior.quantile(PRIOR_RANGE), float).tolist()
    return low, middle, high


def steps_by_constant(network: Network) -> dict[str, tuple[str, ...]]:
    """Return the equations of the steps that each constant stands in."""
    found: dict[str, list[str]] = {}
    for step in network.reactions:
        for name in step.rate_constants:
            found.setdefault(name, []).append(write_equation(step))
    return {name: tuple(equations) for name, equations in found.items()}
