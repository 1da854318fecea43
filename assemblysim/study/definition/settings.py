"""How a study is computed, as far as its file may change it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from assemblysim.errors import InputError
from assemblysim.inference.sampling.settings import FitSettings, ImportanceSettings
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
    _check_bounds(settings, _EFFORT, "")
    _check_bounds(settings.convergence, _CONVERGENCE, "convergence ")
    for name in ("smc", "prior_changes"):
        _check_bounds(getattr(settings, name), _SMC, f"{name} ")
    _check_bounds(settings.importance, _IMPORTANCE, "importance ")
    if settings.walkers % 2:
        raise InputError(f"walkers: {settings.walkers} is odd; write an even number")
    if settings.smc.runs < settings.ensembles:
        raise InputError(
            f"smc runs: {settings.smc.runs} is fewer than the {settings.ensembles} "
            "ensembles that start from them; write as many"
        )
    _check_importance(settings.importance, settings.ensembles)
    return settings


def _check_importance(settings: ImportanceSettings, ensembles: int) -> None:
    """Refuse numbers of which a least is beyond its most, or too few batches for the ensembles."""
    if settings.batches < ensembles:
        raise InputError(
            f"importance batches: {settings.batches} is fewer than the {ensembles} "
            "ensembles that start from them; write as many"
        )
    for least in ("rounds", "batches"):
        few, most = getattr(settings, least), getattr(settings, f"most_{least}")
        if most < few:
            raise InputError(
                f"importance most_{least}: {most} is fewer than {least}, {few}; write as many"
            )


# The least and the most of each setting: beyond them a run has nothing to do, or no end and no
# memory left. What may be broken lies between two decimal numbers.
_Bounds = dict[str, tuple[float, float]]
_EFFORT: _Bounds = {
    "ensembles": (2, 1000),
    "walkers": (4, 100_000),
    "max_steps": (1, 10**8),
    "round_steps": (1, 10**6),
    "screened": (1, 10**7),
    "starts": (1, 10**5),
    "size_sought": (1.0, 1e6),
}
_CONVERGENCE: _Bounds = {
    "r_hat": (1.0001, 1e6),
    "effective_size": (0.0, 1e12),
    "autocorrelation_times": (0.0, 1e12),
    "failed_fraction": (0.0, 1.0),
}
_SMC: _Bounds = {
    "pilot_particles": (1, 10**6),
    "exploratory_runs": (1, 1000),
    "exploratory_fraction": (1e-3, 100.0),
    "exploratory_ess_threshold": (0.01, 0.999),
    "runs": (2, 1000),
    "particles": (1, 10**6),
    "ess_threshold": (0.01, 0.999),
    "local_moves": (0, 1000),
    "independent_moves": (1, 1000),
    "most_rounds": (1, 10_000),
    "forgotten": (1e-3, 1.0),
    "forgotten_at_the_end": (1e-3, 1.0),
}
_IMPORTANCE: _Bounds = {
    "first_draws": (10, 10**6),
    "draws": (10, 10**6),
    "rounds": (1, 1000),
    "most_rounds": (1, 1000),
    "walkers": (40, 10**5),
    "steps": (2, 10**5),
    "batches": (4, 10_000),
    "most_batches": (4, 10_000),
    "effective_size": (1.0, 1e9),
    "error": (1e-6, 100.0),
    "worst_shape": (-10.0, 1.0),
}


def _check_bounds(settings: object, bounds: _Bounds, place: str) -> None:
    """Refuse a number that no run could be done with."""
    for name, (least, most) in bounds.items():
        found = getattr(settings, name)
        if least <= found <= most:  # not so where it is not a number
            continue
        within = f"between {least:.15g} and {most:.15g}"
        raise InputError(f"{place}{name}: {found} is not {within}; write one that is")
