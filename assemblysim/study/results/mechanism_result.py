"""One mechanism's part of the result: its network, its unknowns, its checks and criteria."""

from __future__ import annotations

import numpy as np

from assemblysim.inference.evidence.assumptions import WeighedAlternative
from assemblysim.inference.evidence.prior_changes import widened_intervals
from assemblysim.inference.fitting import Conclusions
from assemblysim.inference.identifiability.reported import values_of
from assemblysim.inference.model.parameters import normal_from_values, values_from_normal
from assemblysim.inference.model.problem import Problem
from assemblysim.inference.sampling.modes import Mode
from assemblysim.mechanism.network.network import Reaction, Species
from assemblysim.mechanism.network.overview import is_large
from assemblysim.mechanism.reading.describe import write_rate_equations
from assemblysim.mechanism.reading.equation import write_equation
from assemblysim.prediction.lifetimes import average_lifetimes
from assemblysim.prediction.pathways import average_pathways
from assemblysim.result.evidence import AlternativeResult, LogEvidence
from assemblysim.result.mechanism import (
    ExchangedResponses,
    MechanismResult,
    ModeResult,
    OptimumResult,
    StoredReaction,
    StoredSpecies,
)
from assemblysim.result.numbers import Estimate
from assemblysim.result.predictions import LifetimeTable, PathwayTable
from assemblysim.result.unknowns import ParameterResult
from assemblysim.study.definition.study import Study
from assemblysim.study.problem.activation import activation_barriers
from assemblysim.study.results.experiments import stored_prior
from assemblysim.study.results.posterior_checks import posterior_checks
from assemblysim.study.results.predictions import Predictions
from assemblysim.study.results.statement_results import statement_results
from assemblysim.study.results.storage import Progress

INTERVAL = (0.025, 0.5, 0.975)


def mechanism_result(
    study: Study,
    problem: Problem,
    found: Conclusions,
    draws: np.ndarray,
    fit: Progress,
    predictions: Predictions,
    checks_rng: np.random.Generator,
) -> MechanismResult:
    """Put one mechanism's results into the form that is stored; forecasts follow.

    Args:
        study: what was asked.
        problem: the mechanism and its data.
        found: the conclusions from its draws.
        draws: shape (E, N, W, P), standard-normal coordinates.
        fit: what sampling cost.
        predictions: lifetimes and pathway fractions.
        checks_rng: source of randomness of the posterior predictive checks.
    """
    network, first = problem.network, fit.start.log_evidence
    by_experiment, pathways = _in_each(problem, predictions, study.concentration_unit)
    several = len(pathways) > 1
    return MechanismResult(
        title=study.hypothesis(problem.mechanism).title_in(study.system),
        description=study.hypothesis(problem.mechanism).description(study.system),
        species=tuple(stored_species(s, study.system.title_of(s.name)) for s in network.species),
        reactions=tuple(stored_reaction(r, _title(study, r)) for r in network.reactions),
        rate_equations=() if is_large(network) else tuple(write_rate_equations(network)),
        checks=found.checks,
        parameters=_parameters(problem, found, draws),
        activation=activation_barriers(study, problem, found.values),
        derived=followed(problem),
        identifiability=found.identifiability.together,
        log_evidence=found.log_evidence,
        first_estimate=None if found.log_evidence[1] == first else first,
        prior_changes={name: _estimate(one) for name, one in found.changed.items()},
        modes=tuple(_mode(mode) for mode in found.modes),
        log_likelihood_max=found.log_likelihood_max,
        aicc=found.criteria.aicc,
        bic=found.criteria.bic,
        elpd_loo=found.leave_one_out,
        optima=tuple(OptimumResult(o.log_density, o.basin_count) for o in fit.start.optima),
        measurements=_measurements(problem),
        statements=statement_results(problem, found),
        predictive_checks=posterior_checks(problem, found.values, checks_rng),
        lifetimes=by_experiment[problem.experiments[0].name],
        lifetimes_by_experiment=by_experiment if several else {},
        pathways=pathways[problem.experiments[0].name],
        forecast=None,
        failed_integrations=fit.failed,
        likelihood_calls=fit.calls,
        steps=min(state.steps for state in fit.states),
        seconds=round(fit.seconds, 1),
        alternatives=tuple(_alternative(one) for one in found.alternatives),
        pathways_by_experiment=pathways if several else {},
        responses=exchanged_responses(problem),
        wider_responses=_wider_responses(problem, draws),
    )


def _measurements(problem: Problem) -> int:
    """Return how many numbers were measured."""
    tables = [one.table for one in problem.experiments if one.table is not None]
    return sum(int(np.isfinite(table.values).sum()) for table in tables)


def _in_each(
    problem: Problem, predictions: Predictions, unit: str
) -> tuple[dict[str, LifetimeTable], dict[str, PathwayTable]]:
    """Return lifetimes and pathway fractions in each experiment."""
    names = [one.name for one in problem.experiments]
    lifetimes = [average_lifetimes([one], [1.0], unit) for one in predictions.lifetimes]
    pathways = [average_pathways([one], [1.0]) for one in predictions.pathways]
    return dict(zip(names, lifetimes, strict=True)), dict(zip(names, pathways, strict=True))


def _estimate(evidence: LogEvidence | None) -> Estimate | None:
    return None if evidence is None else Estimate(evidence.value, evidence.error)


def _alternative(one: WeighedAlternative) -> AlternativeResult:
    return AlternativeResult(one.kind, one.name, one.prior, one.posterior, _estimate(one.evidence))


def _mode(mode: Mode) -> ModeResult:
    swapped = tuple(swap.names for swap in mode.swapped)
    return ModeResult(mode.optimum.log_density, mode.weight, mode.error, swapped, mode.ratios)


def _title(study: Study, reaction: Reaction) -> str:
    return study.system.title_of(reaction.reverse_of or reaction.name)


def stored_species(species: Species, title: str = "") -> StoredSpecies:
    """Return what is stored of a species, with its title if it has one."""
    return StoredSpecies(species.name, tuple(species.composition), title or None)


def stored_reaction(reaction: Reaction, title: str = "") -> StoredReaction:
    """Return what is stored of a one-way reaction, with the title of its step if it has one."""
    return StoredReaction(
        name=reaction.name,
        equation=write_equation(reaction),
        rate_constant=reaction.rate_constant,
        further_rate_constants=tuple(reaction.further_rate_constants),
        law=None if reaction.law is None else reaction.law.text,
        factor=float(reaction.factor),  # as it is read back
        reverse_of=reaction.reverse_of,
        reactants=tuple(reaction.reactants),
        products=tuple(reaction.products),
        title=title or None,
    )


def _parameters(
    problem: Problem, found: Conclusions, draws: np.ndarray
) -> dict[str, ParameterResult]:
    """Summarise every unknown, with responses in place of their contrasts."""
    flat, shown = draws.reshape(-1, draws.shape[-1]), found.identifiability.reported
    values = values_of(shown, problem, flat)
    best = normal_from_values(problem.parameters, found.most_probable)
    top = values_of(shown, problem, best)
    lower, median, upper = np.quantile(values, INTERVAL, axis=0).tolist()
    every = zip(shown, found.identifiability.parameters, strict=True)
    return {
        one.parameter.name: ParameterResult(
            unit=one.parameter.unit,
            median=median[i],
            lower=lower[i],
            upper=upper[i],
            map=float(top[i]),
            determined=fixed.overall,
            determined_by=fixed.by,
            profile=fixed.interval,
            prior=stored_prior(one.parameter.prior),
            kind=one.parameter.kind,
            rises=fixed.rises if any(fixed.rises) else None,
        )
        for i, (one, fixed) in enumerate(every)
    }


def _wider_responses(problem: Problem, draws: np.ndarray) -> dict[str, tuple[float, float]]:
    flat = draws.reshape(-1, draws.shape[-1])
    return widened_intervals(problem, values_from_normal(problem.parameters, flat), flat)


def exchanged_responses(problem: Problem) -> tuple[ExchangedResponses, ...]:
    """Return what is stored of exchangeable responses."""
    return tuple(
        ExchangedResponses(one.responses, one.stated, one.spread) for one in problem.exchangeable
    )


def followed(problem: Problem) -> dict[str, str]:
    """Return formulas of what follows from others, but for exchangeable responses."""
    responses = {name for one in problem.exchangeable for name in one.responses}
    return {one.name: one.describe() for one in problem.derived if one.name not in responses}
