"""Which steps the data ask for: probabilities of switches, as facts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from assemblysim.result.checks import Check
from assemblysim.result.evidence import LogEvidence
from assemblysim.result.mechanism import StoredReaction, StoredSpecies
from assemblysim.result.numbers import Estimate
from assemblysim.result.predictions import AveragedPredictions

STEPS_VERSION: Final = 2


@dataclass(frozen=True)
class StepProbability:
    """One candidate, or several that go together.

    Attributes:
        reactions: labels.
        prior: probability of being on before the data, exclusions regarded.
        on: probability of being on; None where the runs have not converged.
        needed: probability of being on and mattering; likewise.
        on_by_run: what each run found.
        needed_by_run: likewise.
        weighed: probability of being on by the evidences of subsets; None where they were not
            weighed, or cannot be.
        on_by_prior: probability of being on for other prior probabilities of all candidates;
            None where too few draws are worth anything there.
    """

    reactions: tuple[str, ...]
    prior: float
    on: Estimate | None
    needed: Estimate | None
    on_by_run: tuple[float, ...]
    needed_by_run: tuple[float, ...]
    weighed: Estimate | None
    on_by_prior: Mapping[str, float | None]


@dataclass(frozen=True)
class StepSubset:
    """A subset of the candidates.

    Attributes:
        on: names of the candidates that are on.
        frequency: among the draws; None where the runs have not converged.
        log_evidence: of the subset alone; None where it was not weighed.
    """

    on: tuple[str, ...]
    frequency: float | None
    log_evidence: LogEvidence | None


@dataclass(frozen=True)
class ReplacedPair:
    """Two candidates of which the data ask for one, but do not say which.

    Attributes:
        names: of both.
        either: probability that at least one is on.
        alone: probability that the first alone is on, and the second alone.
    """

    names: tuple[str, str]
    either: float
    alone: tuple[float, float]


@dataclass(frozen=True)
class StepsResult:
    """What ``steps`` found.

    Attributes:
        study: its name.
        seed: of all random numbers.
        versions: of everything that a number depends on.
        inputs: digests of the study's files.
        certain: labels of the reactions that take place.
        needed_fraction: what a needed step carries of some species' formation.
        slowest: how many times the last sampling time the slowest candidate takes.
        steps: by name.
        subsets: the most frequent ones, and the best by evidence.
        replaced: pairs that stand for each other.
        checks: of convergence, and whether both estimates agree.
        complete: whether all admissible subsets were weighed.
        subset_count: how many admissible ones there are.
        notes: what was excluded without being asked, and what the prior says.
        seconds: of computing.
        species: that certain steps and candidates turn into each other.
        reactions: one-way ones of each certain step and candidate, by label.
        windows_h: how long each experiment is followed, h, by its name.
        averaged: lifetimes and routes over the draws of all subsets; None where the runs have not
            converged.
        version: of this layout.
    """

    study: str
    seed: int
    versions: Mapping[str, str]
    inputs: Mapping[str, str]
    certain: tuple[str, ...]
    needed_fraction: float
    slowest: float
    steps: Mapping[str, StepProbability]
    subsets: tuple[StepSubset, ...]
    replaced: tuple[ReplacedPair, ...]
    checks: tuple[Check, ...]
    complete: bool
    subset_count: int
    notes: tuple[str, ...]
    seconds: float
    species: tuple[StoredSpecies, ...] = ()
    reactions: Mapping[str, tuple[StoredReaction, ...]] = field(default_factory=dict)
    windows_h: Mapping[str, float] = field(default_factory=dict)
    averaged: AveragedPredictions | None = None
    version: int = STEPS_VERSION

    @property
    def converged(self) -> bool:
        """Whether any probability is claimed."""
        return all(check.passed for check in self.checks)
