"""Which spectrum to take next: what was asked, and what each would tell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from assemblysim.result.forecast import ChangedStart
from assemblysim.result.numbers import Estimate

# Raise when the layout of design.json changes, so that one of another is not shown.
DESIGN_VERSION = 4
SpectrumKind = Literal["replicate", "new time", "other start", "together"]
ExperimentKind = Literal[
    "ratio series", "dilution series", "co-reactant series", "early sample", "crossover"
]
# Nats: 150 to 1, "very strong" evidence; beyond it no verdict changes, and no number of draws
# would tell by how much.
VERY_STRONG: Final = 5.0


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
class PairTold:
    """How strongly an experiment is expected to tell two mechanisms apart.

    Attributes:
        between: their names, the more probable first.
        log_bayes_factor: expected ln of the Bayes factor of the true one against the other, of
            which each outcome counts up to 5 nats.
    """

    between: tuple[str, str]
    log_bayes_factor: Estimate


@dataclass(frozen=True)
class CaseInformation:
    """What an experiment is expected to tell about which interpretation of the words is true.

    Attributes:
        information_nats: expected information; at most `open_nats`.
        open_nats: entropy of their probabilities before.
    """

    information_nats: Estimate
    open_nats: float


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
        start: how conditions differ from the experiment's; of a crossover the motif, at what it
            and its labelled form are mixed at each.
        labelled: the building block that is labelled in a crossover; "" elsewhere.
    """

    kind: SpectrumKind
    times_h: tuple[float, ...]
    start: ChangedStart
    labelled: str = ""


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
class ProposedExperiment:
    """An experiment of several spectra with what it would tell.

    Attributes:
        kind: what is varied.
        varied: the species whose start is varied, or the motif of a crossover; "" where it is all
            of them, or the time alone.
        spectra: what is taken once, one by one.
        gain: expected of `compared` spectra.
        compared: how many spectra the experiments are compared with: the set of `spectra`, or
            replicates of a single one.
        told: the pair of mechanisms that these spectra tell apart best.
        by_spectra: expected ln of the Bayes factor of this pair by the number of spectra.
        needed: of these numbers the least that is expected to decide between the two; None where
            none is.
        interpretations: what the compared spectra tell about them; None where there is one.
    """

    kind: ExperimentKind
    varied: str
    spectra: tuple[SpectrumPlan, ...]
    gain: ExpectedGain
    compared: int
    told: PairTold
    by_spectra: tuple[tuple[int, Estimate], ...]
    needed: int | None
    interpretations: CaseInformation | None


@dataclass(frozen=True)
class SpectraAssumed:
    """What is assumed of new spectra where no intensities were measured.

    Attributes:
        scatter: relative error of an intensity, the median of the reading error behind the words.
        limit: fraction of the spectrum (or column) below which nothing is seen.
    """

    scatter: float
    limit: float


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
        experiments: series, early samples and crossovers, the most telling first; none where
            certain spectra were asked for.
        assumed: of new spectra where only words are known; None where intensities are.
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
    experiments: tuple[ProposedExperiment, ...]
    assumed: SpectraAssumed | None
