"""How much work goes into one mechanism, and the bounds its draws must keep to."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Gates:
    """Bounds that draws must keep to before a number is drawn from them.

    Attributes:
        r_hat: rank-normalised R-hat across independent ensembles, at most (Vehtari et al.,
            Bayesian Anal. 2021, 16, 667).
        effective_size: bulk and tail effective sample size of each parameter, at least.
        autocorrelation_times: length of the kept chain in integrated autocorrelation
            times, at least.
        failed_share: share of failed integrations among the calls, at most.
    """

    r_hat: float = 1.02
    effective_size: float = 400.0
    autocorrelation_times: float = 10.0
    failed_share: float = 0.05


@dataclass(frozen=True)
class FitSettings:
    """How much work goes into one mechanism.

    Attributes:
        ensembles: independent emcee ensembles.
        walkers: walkers of each, at least twice the number of unknowns.
        max_steps: steps of each ensemble before "not converged" is said.
        round_steps: steps between two looks at the gates, and between two checkpoints.
        screened: prior draws looked at before the search.
        starts: how many of them the search climbs from.
        gates: bounds that the draws must keep to.
    """

    ensembles: int = 4
    walkers: int = 32
    max_steps: int = 4000
    round_steps: int = 100
    screened: int = 512
    starts: int = 6
    gates: Gates = field(default_factory=Gates)
