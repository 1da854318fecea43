"""What sentences claim of the signals, so that the page can say which hold and which are broken."""

from __future__ import annotations

from assemblysim.explorer.tables import Plain
from assemblysim.inference.model.experiment import ExperimentProblem
from assemblysim.inference.model.problem import Problem
from assemblysim.measurement.statements.relations import Claim


def told_statements(problem: Problem, experiment: ExperimentProblem) -> Plain:
    """Return the sentences of each interpretation with their claims; None where there are none."""
    statements = experiment.statements
    if statements is None:
        return None
    aliases = dict(experiment.aliases)
    titles = {one.name: one.title or one.name for one in problem.interpretations}
    readings: list[Plain] = []
    told = zip(statements.sentences, statements.samples.known, strict=True)
    for sentences, (name, known) in told:
        times = statements.samples.times[known]
        readings.append(
            {
                "name": titles.get(name, name),
                "times": times.tolist(),
                "sentences": [
                    {
                        "words": sentence.name,
                        "silent": sentence.silent,
                        "claims": [
                            _claim(statements.signals.index(signal), claim)
                            for signal, claim in sentence.claims(times).items()
                        ],
                    }
                    for sentence in sentences
                ],
            }
        )
    return {
        "readings": readings,
        "by_spectrum": statements.scale.by_row,
        "limit": aliases.get("limit", "limit"),
        "fraction": aliases.get("fraction", "fraction"),
    }


def _claim(signal: int, claim: Claim) -> dict[str, Plain]:
    return {
        "signal": signal,
        "rises": [list(pair) for pair in sorted(claim.rises)],
        "largest": None if claim.largest is None else sorted(claim.largest),
        "detected": sorted(claim.detected),
        "absent": sorted(claim.absent),
        "near": [list(pair) for pair in claim.near],
        "small": [list(pair) for pair in claim.small],
        "minor": [list(pair) for pair in claim.minor],
    }
