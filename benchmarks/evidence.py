"""Hold stored log evidence against independent methods: ``python -m benchmarks.evidence``.

    python -m benchmarks.evidence fits/dy6 fits/hnp_dy6 --error 0.02 --out evidence.json
    python -m benchmarks.evidence fits/both_ligands --nested --out evidence.json

Every mechanism's likelihood is averaged over draws of the prior, which uses neither the search
nor the samplers; its own standard error says how good that is, and draws are made until it is as
asked. Where the posterior is too small a part of the prior for that, nested sampling serves, which
uses neither of them either. The stored figures are those of ``results/summary.json`` where the
study was run, else of ``accepted/claims.json``. A command that was stopped goes on.
"""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from scipy.special import logsumexp

from assemblysim.inference.evidence.nested import nested_sampling
from assemblysim.inference.groundwork import stream
from assemblysim.inference.model.posterior import Posterior
from assemblysim.inference.model.target import Target, log_standard_normal
from assemblysim.result.evidence import LogEvidence
from assemblysim.study.definition.reading import read_study
from assemblysim.study.definition.study import Study
from assemblysim.study.problem.problems import build_problem
from benchmarks.stored.rows import Job, Row, Summary, make_and_tell, options

_BATCH = 8192
# Below a thousand effective draws a standard error is not known well enough to stop by.
_LEAST_SIZE = 1000


@dataclass(frozen=True)
class PriorMean:
    """The mean of the likelihood over draws of the prior.

    Attributes:
        log_evidence: its log, and the standard error of that (to first order).
        effective_size: of the draws weighted by their likelihood; below a few hundred the
            error itself is not known.
        draws: how many there were.
    """

    log_evidence: LogEvidence
    effective_size: float
    draws: int


def prior_mean(
    target: Target, dimension: int, draws: int, rng: np.random.Generator, error: float = 0.0
) -> PriorMean:
    """Average the likelihood over draws of the prior.

    Args:
        target: log of likelihood times prior in standard-normal coordinates.
        dimension: P, number of unknowns.
        draws: how many draws of the prior at most.
        rng: the stream of random numbers.
        error: standard error at which to stop earlier, in nats.
    """
    first = second = -np.inf  # logs of the sums of weights and of their squares
    drawn = 0
    while drawn < draws:
        position = rng.standard_normal((min(_BATCH, draws - drawn), dimension))
        log_weights = target(position) - log_standard_normal(position)
        first = float(np.logaddexp(first, logsumexp(log_weights)))
        second = float(np.logaddexp(second, logsumexp(2 * log_weights)))
        drawn += len(position)
        size = float(np.exp(2 * first - second))
        reached = float(np.sqrt(max(1 / size - 1 / drawn, 0.0)))
        if reached <= error and size >= _LEAST_SIZE:
            break
    evidence = LogEvidence("Monte Carlo over the prior", first - float(np.log(drawn)), reached)
    return PriorMean(evidence, size, drawn)


def row(folder: Path, mechanism: str, error: float, draws: int, seed: int) -> Row:
    """Return the brute force of one mechanism beside what is stored of it."""
    problem = build_problem(_study(folder), mechanism)
    rng = stream(seed, mechanism, "brute force")
    found = prior_mean(Posterior(problem), len(problem.parameters), draws, rng, error)
    value, reached = found.log_evidence.value, found.log_evidence.error
    other = _stored(folder, mechanism)
    told = Row(
        value=round(value, 4),
        error=round(reached, 4),
        effective_size=round(found.effective_size),
        draws=found.draws,
        stored=other,
    )
    say(f"{folder.name} {mechanism}: {value:.3f} +- {reached:.3f}; stored {_numbers(other)}")
    return told


def nested_row(folder: Path, mechanism: str, seed: int) -> Row:
    """Return the nested sampling of one mechanism beside what is stored of it."""
    problem = build_problem(_study(folder), mechanism)
    found = nested_sampling(
        Posterior(problem), len(problem.parameters), stream(seed, mechanism, "nested sampling")
    )
    other = _stored(folder, mechanism)
    said = f"{found.value:.3f} +- {found.error:.3f}; stored {_numbers(other)}"
    say(f"{folder.name} {mechanism}: {said}")
    return Row(value=round(found.value, 4), error=round(found.error, 4), stored=other)


def _stored(folder: Path, mechanism: str) -> list[dict[str, Any]]:
    found = stored_evidence(folder)[mechanism]["log_evidence"][:2]
    return [{key: one[key] for key in ("method", "value", "error")} for one in found]


def summary(rows: dict[str, Row]) -> Summary:
    """Return how many stored estimates lie within three combined errors, by study."""
    found: Summary = {}
    for name, one in rows.items():
        of_study = found.setdefault(name.split()[0], {"estimates": 0, "within 3 errors": 0})
        for other in one["stored"]:
            off = abs(other["value"] - one["value"]) / np.hypot(other["error"], one["error"])
            of_study["estimates"] += 1
            of_study["within 3 errors"] += int(off <= 3)
    return found


def main() -> None:
    """Print one line a mechanism, and how many estimates agree."""
    parser = options(argparse.ArgumentParser(description=__doc__.splitlines()[0]))
    parser.add_argument("studies", nargs="+", type=Path)
    parser.add_argument("--error", type=float, default=0.02, help="standard error to reach, nats")
    parser.add_argument("--draws", type=int, default=20_000_000, help="at most so many draws")
    parser.add_argument("--nested", action="store_true", help="nested sampling in its place")
    asked = parser.parse_args()
    how = () if asked.nested else (asked.error, asked.draws)
    jobs: list[Job] = [
        (f"{folder.name} {name}", (folder, name, *how))
        for folder in asked.studies
        for name in _study(folder).mechanisms
    ]
    make_and_tell(asked, nested_row if asked.nested else row, jobs, summary)


def say(line: str) -> None:
    """Write one line at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


@cache
def _study(folder: Path) -> Study:
    return read_study(folder)


def _numbers(estimates: list[dict[str, Any]]) -> str:
    return ", ".join(f"{one['value']:.3f} +- {one['error']:.3f}" for one in estimates)


def stored_evidence(folder: Path) -> dict[str, Any]:
    """Return the mechanisms of a study's newest results."""
    for place in ("results/summary.json", "accepted/claims.json"):
        path = folder / place
        if path.exists():
            return dict(json.loads(path.read_text(encoding="utf-8"))["mechanisms"])
    raise SystemExit(f"{folder}: neither results nor claims; run the study first")


if __name__ == "__main__":
    main()
