"""One mechanism's part of summary.json: its network, its parameters, its checks and criteria."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import numpy as np

from assemblysim.inference.fitting import Conclusions
from assemblysim.inference.identifiability.identification import (
    identifiability_summary,
    parameter_summary,
)
from assemblysim.inference.model.experiment import within
from assemblysim.inference.model.parameters import values_from_normal
from assemblysim.inference.model.problem import (
    Problem,
    courses_of,
    signals_of,
)
from assemblysim.inference.sampling.modes import Mode
from assemblysim.mechanism.network.network import Reaction
from assemblysim.mechanism.network.overview import is_large
from assemblysim.mechanism.reading.describe import write_rate_equations
from assemblysim.mechanism.reading.equation import write_equation
from assemblysim.study.definition.study import Study
from assemblysim.study.problem.activation import activation_summary
from assemblysim.study.results.storage import Progress

INTERVAL = (0.025, 0.5, 0.975)


def mechanism_summary(
    study: Study, problem: Problem, found: Conclusions, draws: np.ndarray, fit: Progress
) -> dict[str, Any]:
    """Put one mechanism's results into the form that is stored.

    Args:
        study: what was asked.
        problem: the mechanism and its data.
        found: the conclusions from its draws.
        draws: shape (E, N, W, P), standard-normal coordinates.
        fit: what sampling cost.
    """
    network = problem.network
    return {
        "description": study.system.description(problem.mechanism),
        "species": [
            {"name": s.name, "composition": [list(pair) for pair in s.composition]}
            for s in network.species
        ],
        "reactions": [_reaction(r) for r in network.reactions],
        "rate_equations": [] if is_large(network) else list(write_rate_equations(network)),
        "checks": [asdict(check) for check in found.checks],
        "parameters": _parameters(problem, found, draws),
        "activation": activation_summary(study, problem, found.values),
        "ties": {parameter.name: parameter.describe() for parameter in problem.derived},
        "identifiability": identifiability_summary(found.identifiability),
        "log_evidence": [asdict(one) for one in found.log_evidence],
        "first_hearing": None
        if found.log_evidence[1] == fit.start.log_evidence
        else asdict(fit.start.log_evidence),
        "prior_changes": {
            name: None if one is None else {"value": one.value, "error": one.error}
            for name, one in found.changed.items()
        },
        "modes": [_mode(mode) for mode in found.modes],
        "log_likelihood_max": found.log_likelihood_max,
        "aicc": found.criteria.aicc,
        "bic": found.criteria.bic,
        "elpd_loo": asdict(found.leave_one_out),
        "optima": [
            {"log_density": o.log_density, "basin_count": o.basin_count} for o in fit.start.optima
        ],
        "readings": sum(
            0 if e.table is None else int(np.isfinite(e.table.values).sum())
            for e in problem.experiments
        ),
        "statements": _statements(problem, found),
        "fit": {"chi_square_p": None, "sentence": _noise_sentence(problem, found)},
        "failed_integrations": fit.failed,
        "likelihood_calls": fit.calls,
        "steps": min(state.steps for state in fit.states),
        "seconds": round(fit.seconds, 1),
    }


def _mode(mode: Mode) -> dict[str, Any]:
    return {
        "log_density": mode.optimum.log_density,
        "weight": mode.weight,
        "error": mode.error,
        "words": mode.words,
    }


def _reaction(reaction: Reaction) -> dict[str, Any]:
    """Describe a one-way reaction."""
    return {
        "name": reaction.name,
        "equation": write_equation(reaction),
        "rate": reaction.rate_constant,
        "further_rate_constants": list(reaction.further_rate_constants),
        "law": reaction.law and reaction.law.text,
        "factor": reaction.factor,
        "reverse_of": reaction.reverse_of,
        "reactants": list(reaction.reactants),
        "products": list(reaction.products),
    }


def _parameters(problem: Problem, found: Conclusions, draws: np.ndarray) -> dict[str, Any]:
    """Summarise every unknown."""
    flat = draws.reshape(-1, draws.shape[-1])
    values = values_from_normal(problem.parameters, flat)
    lower, median, upper = np.quantile(values, INTERVAL, axis=0)
    return {
        parameter.name: {
            "unit": parameter.unit,
            "median": median[i],
            "lower": lower[i],
            "upper": upper[i],
            "map": found.most_probable[i],
            **parameter_summary(found.identifiability.parameters[i]),
            "prior": parameter.prior.describe(parameter.unit),
            "kind": parameter.kind,
        }
        for i, parameter in enumerate(problem.parameters)
    }


def _statements(problem: Problem, found: Conclusions) -> list[dict[str, Any]]:
    """Say of each statement how probable its relation is and what it costs the mechanism."""
    everything = problem.named(found.values)
    summary = []
    for experiment in problem.experiments:
        likelihood = experiment.statements
        if likelihood is None:
            continue
        batch = courses_of(problem, experiment, everything)
        concentrations = batch.concentrations[:, experiment.statement_places]
        signals = signals_of(problem, experiment, everything, concentrations)
        named = within(experiment, everything)
        reading = (named.get("limit"), named.get("statement_noise"), named.get("fraction"))
        holds = likelihood.probabilities(signals, *reading).mean(axis=0)
        logs = likelihood.pointwise(signals, *reading).mean(axis=0)
        summary += [
            {
                "experiment": experiment.name,
                "text": text,
                "reading": statement.reading,
                "signal": statement.signal,
                "relation": statement.relation,
                "from_h": statement.start,
                "to_h": statement.end,
                "probability": holds[i],
                "log_contribution": logs[i],
            }
            for i, (text, statement) in enumerate(
                zip(likelihood.observations, likelihood.statements, strict=True)
            )
        ]
    return summary


def _noise_sentence(problem: Problem, found: Conclusions) -> str:
    """Say how much scatter the mechanism needs to describe the readings."""
    parameters = problem.measurement.noise_parameters(shared=False)
    unknown = [name for name in parameters.own_names if name in problem.parameter_names]
    if not unknown or parameters.is_additive(unknown[0]):
        return ""
    parts = []
    for name in unknown:
        column = found.values[:, problem.parameter_names.index(name)]
        lower, median, upper = 100 * np.quantile(column, INTERVAL)
        signal = parameters.signal_of(name)
        of = f" for {signal}" if signal else ""
        parts.append(f"{median:.0f} %{of} ({lower:.0f} to {upper:.0f} %)")
    return (
        f"Describing the readings takes a relative scatter of {', '.join(parts)}; "
        "where replicates agree better than that, the mechanism is not good enough."
    )
