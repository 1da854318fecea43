"""What each sentence says under one mechanism, as it is stored."""

from __future__ import annotations

import numpy as np

from assemblysim.inference.fitting import Conclusions
from assemblysim.inference.model.experiment import ExperimentProblem, within
from assemblysim.inference.model.likelihood import source_reader
from assemblysim.inference.model.parameters import NamedValues
from assemblysim.inference.model.problem import Problem, courses_of, signals_of
from assemblysim.measurement.data import Statement
from assemblysim.measurement.statements.likelihood import StatementLikelihood
from assemblysim.result.mechanism import StatementResult, StoredClaim


def statement_results(problem: Problem, found: Conclusions) -> tuple[StatementResult, ...]:
    """Say of each sentence how probable its claims are and what it costs the mechanism.

    A sentence that interpretations read differently is told for each of them, over the draws as
    they are if that interpretation is true.
    """
    everything = problem.named(found.values)
    every: list[StatementResult] = []
    for experiment in problem.experiments:
        if experiment.statements is not None:
            every += _of_experiment(problem, experiment, everything, found.case_probabilities)
    return tuple(every)


def _of_experiment(
    problem: Problem,
    experiment: ExperimentProblem,
    named: NamedValues,
    case_probabilities: np.ndarray,
) -> list[StatementResult]:
    likelihood = experiment.statements
    if likelihood is None:
        return []
    holds, logs = _in_every_case(problem, experiment, likelihood, named)
    every = []
    for n, text in enumerate(likelihood.observations):
        told = [sentences[n] for sentences in likelihood.sentences]
        alike = all(sentence.rows == told[0].rows for sentence in told)
        for k, sentence in enumerate(told[:1] if alike else told):
            own = slice(None) if alike else slice(k, None, len(told))
            weights = case_probabilities[:, own]
            weights = weights / max(float(weights.sum()), np.finfo(float).tiny)
            every.append(
                StatementResult(
                    experiment.name,
                    text,
                    "" if alike else problem.interpretations[k].name,
                    tuple(_stored(row) for row in sentence.rows),
                    sentence.silent,
                    sentence.rate,
                    float((weights * holds[:, own, n]).sum()),
                    float((weights * logs[:, own, n]).sum()),
                )
            )
    return every


def _in_every_case(
    problem: Problem,
    experiment: ExperimentProblem,
    likelihood: StatementLikelihood,
    named: NamedValues,
) -> tuple[np.ndarray, np.ndarray]:
    """Return the probability that each sentence's claims hold, and its log, shape (D, K, n)."""
    reader = source_reader(within(experiment, named))
    holds, logs = [], []
    for course, _ in problem.course_weights:
        own = experiment.under(course)
        batch = courses_of(problem, own, named)
        concentrations = batch.concentrations[:, own.statement_places]
        signals = signals_of(own, named, concentrations)
        holds.append(likelihood.probabilities(signals, reader))
        logs.append(likelihood.log_probabilities(signals, reader))
    return np.concatenate(holds, axis=1), np.concatenate(logs, axis=1)


def _stored(row: Statement) -> StoredClaim:
    return StoredClaim(row.text, row.reading, row.signal, row.relation, row.start, row.end)
