"""How a study is computed, as far as its file may change it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from assemblysim.errors import InputError
from assemblysim.inference.sampling.settings import FitSettings
from assemblysim.measurement.statements.sentences import Rates
from assemblysim.study.definition.schema import settings_from


@dataclass(frozen=True)
class StatementSettings:
    """How statements in words are weighed.

    Attributes:
        error_rate: fraction of sentences that are expected to be wrong, whatever the mechanism.
        unmentioned_rate: chance that something visible is not mentioned; needed where silence is
            evidence.
    """

    error_rate: float = 0.02
    unmentioned_rate: float | None = None

    def __post_init__(self) -> None:
        """Refuse a rate that is none.

        Raises:
            InputError: the error rate is not between 0 and 0.5, or the other not between 0 and 1.
        """
        if not 0 < self.error_rate < 0.5:
            raise InputError(
                f"error_rate: {self.error_rate} is not between 0 and 0.5; write one such as 0.02"
            )
        if self.unmentioned_rate is not None and not 0 < self.unmentioned_rate <= 1:
            raise InputError(
                f"unmentioned_rate: {self.unmentioned_rate} is not between 0 and 1; write one such "
                "as 0.5"
            )

    @property
    def rates(self) -> Rates:
        """The same for a likelihood."""
        return Rates(self.error_rate, self.unmentioned_rate)


def read_sampling(table: dict[str, Any]) -> FitSettings:
    """Make the settings of the search and the sampler from the table ``[sampling]``.

    Args:
        table: fields of `FitSettings`, and the convergence criteria under
            ``[sampling.convergence]``.

    Returns:
        The settings, with the defaults of what the table does not name.

    Raises:
        InputError: an unknown key, or a number that no run could be done with.
    """
    settings = settings_from(FitSettings, table)
    least = {
        "ensembles": 2,
        "walkers": 4,
        "max_steps": 1,
        "round_steps": 1,
        "screened": 1,
        "starts": 1,
    }
    for name, bound in least.items():
        if getattr(settings, name) < bound:
            raise InputError(f"{name}: {getattr(settings, name)} is too few; write {bound} or more")
    if not settings.size_sought >= 1:
        raise InputError(
            f"size_sought: {settings.size_sought} is below 1, where the convergence criteria are; "
            "write 1 or more"
        )
    if settings.walkers % 2:
        raise InputError(f"walkers: {settings.walkers} is odd; write an even number")
    _refuse_idle(settings)
    convergence = settings.convergence
    if not convergence.r_hat > 1:
        raise InputError(
            f"convergence r_hat: {convergence.r_hat} is not above 1; write one such as 1.01"
        )
    if not 0 <= convergence.failed_fraction <= 1:
        raise InputError(
            f"convergence failed_fraction: {convergence.failed_fraction} is not between 0 and 1; "
            "write one such as 0.05"
        )
    return settings


def _refuse_idle(settings: FitSettings) -> None:
    """Refuse SMC runs that could not be done."""
    for name in ("smc", "prior_changes"):
        effort = getattr(settings, name)
        if effort.runs < 2:
            raise InputError(f"{name} runs: {effort.runs} is too few; write 2 or more")
        if not 0 < effort.ess_threshold < 1:
            raise InputError(f"{name} ess_threshold: {effort.ess_threshold} is not between 0 and 1")
        for part in ("particles", "pilot_particles", "most_rounds", "independent_moves"):
            if getattr(effort, part) < 1:
                raise InputError(f"{name} {part}: {getattr(effort, part)} is too few; write 1")
    if settings.smc.runs < settings.ensembles:
        raise InputError(
            f"smc runs: {settings.smc.runs} is fewer than the {settings.ensembles} "
            "ensembles that start from them; write as many"
        )
