"""What to do with a fitted mechanism: when to stop, which step governs, where the material goes."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from assemblysim.inference.model.problem import Problem
from assemblysim.kinetics.reactor.reactor import Reactor
from assemblysim.mechanism.network.overview import is_large
from assemblysim.mechanism.properties.balance import building_blocks, composition_matrix
from assemblysim.prediction.flux import Fluxes, net_fluxes_in, summarise_extents
from assemblysim.prediction.rate_control import RateControl, rate_control_in, summarise_control
from assemblysim.prediction.windows import (
    Level,
    Windows,
    average_windows,
    scarcest_block,
    windows_in,
)
from assemblysim.result.forecast import ForecastConditions
from assemblysim.result.predictions import FluxResult, MechanismForecastResult, WindowResult
from assemblysim.study.definition.study import Study
from assemblysim.study.problem.changed_conditions import UNCHANGED, Start
from assemblysim.study.results.stored_posterior import in_play
from assemblysim.study.workers import Workers

# Draws of each mechanism: 95 % intervals whose ends are good to a seventh of their width.
DRAWS = 400
# Of these, for degrees of control: sensitivities cost as much as everything else together.
CONTROL_DRAWS = 200
# Of a network that is too large to be drawn, whose sensitivities take a minute otherwise.
FEWER_DRAWS = 50
# Of a component, from which on an intermediate is worth stopping for, where nothing is asked.
SHARE = 0.2
# Digits of stored fluxes: finer than a figure shows.
DIGITS = 5


@dataclass(frozen=True, eq=False)
class MechanismForecastDraws:
    """What one mechanism leads to, draw by draw.

    Attributes:
        control: degrees of rate control.
        fluxes: net flux and extent of every step.
        windows: while intermediates hold more than a fraction; None without building blocks.
        drawable: whether the network is small enough for fluxes over time to be of use.
    """

    control: RateControl
    fluxes: Fluxes
    windows: Windows | None
    drawable: bool

    def result(self, unit: str) -> MechanismForecastResult:
        """Return what is stored, printed and given to machines.

        Args:
            unit: of the study's concentrations, in which extents and fluxes are.
        """
        return MechanismForecastResult(
            {} if self.windows is None else average_windows([self.windows], [1.0]),
            summarise_control(self.control),
            summarise_extents(self.fluxes, unit),
            _flux_result(self.fluxes, unit) if self.drawable else None,
        )


@dataclass(frozen=True, eq=False)
class StudyForecast:
    """What to do with the mechanisms that a comparison left in play.

    Attributes:
        conditions: what the forecast is about.
        mechanisms: those in play.
        windows: averaged over them.
    """

    conditions: ForecastConditions
    mechanisms: Mapping[str, MechanismForecastResult]
    windows: Mapping[str, WindowResult]


def forecast_in(
    problem: Problem, values: np.ndarray, start: Start, until: float, level: Level | None
) -> MechanismForecastDraws:
    """Predict windows, rate control and fluxes from draws of one mechanism.

    Args:
        problem: the mechanism.
        values: shape (D, P), in the parameters' units.
        start: the concentrations at t = 0.
        until: h.
        level: which fraction of which component; None where nothing has a composition.
    """
    reactor = start.reactor(problem, problem.named(values))
    held = None if level is None else windows_in(reactor, until, level)
    return MechanismForecastDraws(
        rate_control_in(reactor[:CONTROL_DRAWS], until),
        net_fluxes_in(reactor, until),
        None if held is None else _without_put_in(held, reactor),
        drawable=not is_large(reactor.network),
    )


def level_in(
    problem: Problem,
    values: np.ndarray,
    start: Start,
    fraction: float,
    block: str | None,
    shared: Collection[str],
) -> Level | None:
    """Return the fraction of a component that an intermediate should exceed.

    Args:
        problem: a mechanism.
        values: shape (D, P), draws of it.
        start: the concentrations at t = 0.
        fraction: between 0 and 1.
        block: the component; None for the scarcest of the shared ones.
        shared: building blocks of all mechanisms in play, as `shared_blocks` gives.

    Returns:
        The level; None where no species has a composition, or none is asked for and no shared
        building block is there at the start.
    """
    network = problem.experiments[start.experiment].network
    if block is not None:
        return Level(block, fraction) if building_blocks(network.species) else None
    initial = start.of(problem, problem.named(values))
    held = (initial @ composition_matrix(network.species)).any(axis=0)
    names = building_blocks(network.species)
    there = [n for n, yes in zip(names, held.tolist(), strict=True) if yes and n in shared]
    return Level(scarcest_block(network, initial, there), fraction) if there else None


def shared_blocks(problems: Iterable[Problem]) -> set[str]:
    """Return the building blocks that species of every mechanism are made of."""
    every = [set(building_blocks(problem.network.species)) for problem in problems]
    return set.intersection(*every) if every else set()


def study_forecast(
    study: Study,
    problems: Sequence[Problem],
    draws: Mapping[str, np.ndarray],
    probabilities: Mapping[str, float],
    workers: Workers,
) -> StudyForecast:
    """Forecast every mechanism in play in a study's own first experiment.

    Args:
        study: as read.
        problems: one for each mechanism.
        draws: of each mechanism, as `some_draws` chose them.
        probabilities: of all mechanisms.
        workers: where the work is done.

    Returns:
        What it is about, the mechanisms in play, and the windows averaged over them.
    """
    weights = in_play(probabilities)
    by_name = {problem.mechanism: problem for problem in problems}
    chosen, values = [by_name[name] for name in weights], [draws[name] for name in weights]
    level = level_in(chosen[0], values[0], UNCHANGED, SHARE, None, shared_blocks(chosen))
    until, count = chosen[0].experiments[0].window, len(weights)
    asked = ([UNCHANGED] * count, [until] * count, [level] * count)
    made = workers.map(forecast_in, chosen, values, *asked)
    found: dict[str, MechanismForecastDraws] = dict(zip(weights, made, strict=True))
    mechanisms = {name: one.result(study.concentration_unit) for name, one in found.items()}
    conditions = forecast_conditions(study, UNCHANGED, until, level, min(map(len, values)), weights)
    return StudyForecast(conditions, mechanisms, averaged_windows(found, weights))


def forecast_conditions(
    study: Study,
    start: Start,
    until: float,
    level: Level | None,
    draws: int,
    probabilities: Mapping[str, float],
) -> ForecastConditions:
    """Put together what a forecast is about; `draws` of each mechanism are used."""
    return ForecastConditions(
        study.experiments[start.experiment].name,
        until,
        study.concentration_unit,
        None if level is None else level.block,
        None if level is None else level.fraction,
        draws,
        probabilities,
    )


def draws_for(problem: Problem) -> int:
    """Return how many draws of a mechanism predictions use at most."""
    return FEWER_DRAWS if is_large(problem.network) else DRAWS


def some_draws(problem: Problem, values: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return as many of the draws, shape (D, P), as predictions use, without repetition."""
    return values[rng.choice(len(values), min(draws_for(problem), len(values)), replace=False)]


def averaged_windows(
    found: Mapping[str, MechanismForecastDraws], probabilities: Mapping[str, float]
) -> dict[str, WindowResult]:
    """Average windows over mechanisms by their probabilities; empty where one has none."""
    held = [one.windows for one in found.values() if one.windows is not None]
    if len(held) < len(found):
        return {}
    return average_windows(held, [probabilities[name] for name in found])


def _without_put_in(found: Windows, reactor: Reactor) -> Windows:
    """Leave out species that were put in, as `without_starting_materials` does."""
    names = reactor.network.species_names
    put_in = np.atleast_1d(reactor.initial.any(axis=0)).tolist()
    kept = [i for i, n in enumerate(found.species) if not put_in[names.index(n)]]
    return found.only(kept)


def _flux_result(found: Fluxes, unit: str) -> FluxResult:
    return FluxResult(
        found.steps,
        f"{unit}/h",
        found.times,
        _rounded(found.flux[2]),
        _rounded(found.flux[0]),
        _rounded(found.flux[4]),
    )


def _rounded(values: np.ndarray) -> np.ndarray:
    return np.array([[float(f"{v:.{DIGITS}g}") for v in row] for row in values.tolist()])
