"""Hold the stored log evidence of a study against brute force: ``python -m benchmarks.evidence``.

    python -m benchmarks.evidence fits/dy6 fits/hnp_dy6 --draws 2000000

Every mechanism's likelihood is averaged over draws of the prior, which uses neither the search
nor the samplers; its own standard error says how good that is. The stored figures are those of
``results/summary.json`` where the study was run, else of ``accepted/claims.json``.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from scipy.special import logsumexp

from assemblysim.inference.fitting import stream
from assemblysim.inference.model.posterior import Posterior
from assemblysim.inference.model.target import Target, log_standard_normal
from assemblysim.result.evidence import LogEvidence
from assemblysim.study.definition.reading import read_study
from assemblysim.study.problem.problems import build_problem

_BATCH = 8192


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


def prior_mean(target: Target, dimension: int, draws: int, rng: np.random.Generator) -> PriorMean:
    """Average the likelihood over draws of the prior.

    Args:
        target: log of likelihood times prior in standard-normal coordinates.
        dimension: P, number of unknowns.
        draws: how many draws of the prior.
        rng: the stream of random numbers.
    """
    parts = []
    for begin in range(0, draws, _BATCH):
        position = rng.standard_normal((min(_BATCH, draws - begin), dimension))
        parts.append(target(position) - log_standard_normal(position))
    log_weights = np.concatenate(parts)
    total = float(logsumexp(log_weights))
    size = float(np.exp(2 * total - logsumexp(2 * log_weights)))
    error = float(np.sqrt(max(1 / size - 1 / draws, 0.0)))
    evidence = LogEvidence("Monte Carlo over the prior", total - float(np.log(draws)), error)
    return PriorMean(evidence, size, draws)


def main() -> None:
    """Print a table: one mechanism a line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("studies", nargs="+", type=Path)
    parser.add_argument("--draws", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    say("study mechanism | brute force, error, effective size | stored, error | difference | s")
    for folder in asked.studies:
        study, stored = read_study(folder), stored_evidence(folder)
        for name in study.mechanisms:
            begun = time.perf_counter()
            problem = build_problem(study, name)
            rng = stream(asked.seed, name, "brute force")
            found = prior_mean(Posterior(problem), len(problem.parameters), asked.draws, rng)
            value, error = found.log_evidence.value, found.log_evidence.error
            other = stored[name]["log_evidence"][0]
            say(
                f"{folder.name} {name} | {value:.3f} {error:.3f} {found.effective_size:.0f} | "
                f"{other['value']:.3f} {other['error']:.3f} | {other['value'] - value:+.3f} | "
                f"{time.perf_counter() - begun:.0f}"
            )


def say(line: str) -> None:
    """Write one line at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def stored_evidence(folder: Path) -> dict[str, Any]:
    """Return the mechanisms of a study's newest results."""
    for place in ("results/summary.json", "accepted/claims.json"):
        path = folder / place
        if path.exists():
            return dict(json.loads(path.read_text(encoding="utf-8"))["mechanisms"])
    raise SystemExit(f"{folder}: neither results nor claims; run the study first")


if __name__ == "__main__":
    main()
