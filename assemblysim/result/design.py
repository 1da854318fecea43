"""Which spectrum to take next: what was asked, and what each would tell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from assemblysim.result.forecast import ChangedStart
from assemblysim.result.numbers import Estimate

# Raise when the layout of design.json changes, so that one of another is not shown.
DESIGN_VERSION = 2
SpectrumKind = Literal["replicate", "new time", "other start", "together"]


@dataclass(frozen=True)
class PairDecided:
    """How probably an experiment decides between two mechanisms, if one of them is true.

    Attributes:
        between: their names, the more probable first.
        decided: probability that one of them will have 0.95 or more of what both have.
    """

    between: tuple[str, str]
    decided: Estimate


@dataclass(frozen=True)
class SpectraAsked:
    """Which spectra came into question.

    Attributes:
        replicates_only: whether only times that were measured already.
        times_h: that were asked for; empty for a grid.
        start: how conditions differ from the experiment's.
        narrow: the quantity that should become narrower; None for the mechanism alone.
    """

    replicates_only: bool
    times_h: tuple[float, ...]
    start: ChangedStart
    narrow: str | None


@dataclass(frozen=True)
class SpectrumPlan:
    """A spectrum that one could take.

    Attributes:
        kind: a replicate, a new time, another start, or several of these together.
        times_h: when, after the start.
        start: how conditions differ from the experiment's.
    """

    kind: SpectrumKind
    times_h: tuple[float, ...]
    start: ChangedStart


@dataclass(frozen=True)
class ExpectedGain:
    """What an experiment is expected to tell about the mechanism.

    Attributes:
        information_nats: expected information; at most `open_nats`.
        open_nats: entropy of the probabilities before.
        decided: probability that one mechanism will have 0.95 or more.
        pair: the two most probable mechanisms; one alone where there is one.
        pair_decided: probability that one of the two will have 0.95 or more of what both have,
            if one of them is true.
        pairs: for every two mechanisms the same probability.
        log_bayes_factor: expected ln of the Bayes factor of the true one of the two against the
            other, of which each outcome counts up to 5 nats.
        few_draws: fraction of outcomes whose density rests on fewer than ten draws of the true
            mechanism: with many of them more draws are needed.
    """

    information_nats: Estimate
    open_nats: float
    decided: Estimate
    pair: tuple[str, ...]
    pair_decided: Estimate
    pairs: tuple[PairDecided, ...]
    log_bayes_factor: Estimate
    few_draws: float


@dataclass(frozen=True)
class DesignCandidate(ExpectedGain):
    """Spectra with what they would tell.

    Attributes:
        plan: what would be done.
        spectra: the same one by one.
        narrowing: fraction of the variance of the quantity asked for that goes; None without one.
    """

    plan: SpectrumPlan
    spectra: tuple[SpectrumPlan, ...]
    narrowing: Estimate | None


@dataclass(frozen=True)
class DesignResult:
    """The ranking of possible next spectra, as design.json holds it.

    Attributes:
        version: of the layout.
        asked: which spectra came into question.
        probabilities: of the mechanisms in play.
        decided_from: the probability from which on a mechanism counts as decided for.
        draws: of each mechanism.
        inputs: digests of the study's files.
        relative_limit: whether the detection limit of a new spectrum is taken relative to itself
            though amounts are absolute.
        candidates: the most telling first.
        together: the best few together; None where fewer were asked for.
    """

    version: int
    asked: SpectraAsked
    probabilities: Mapping[str, float]
    decided_from: float
    draws: int
    inputs: Mapping[str, str]
    relative_limit: bool
    candidates: tuple[DesignCandidate, ...]
    together: DesignCandidate | None
