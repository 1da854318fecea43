"""What the data say between mechanisms: evidences, probabilities, and the verdict as facts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from assemblysim.result.checks import ExchangedSpectra, WildSpectrum
from assemblysim.result.numbers import Estimate

AlternativeKind = Literal["interpretation", "course"]
VerdictKind = Literal["draws failed", "estimates disagree", "single", "favoured", "undecided"]


# How a log evidence from weighed draws names its method.
WEIGHED = "importance sampling"


@dataclass(frozen=True)
class LogEvidence:
    """A natural log evidence.

    Attributes:
        method: how it was found.
        value: the estimate.
        error: its standard error.
    """

    method: str
    value: float
    error: float


@dataclass(frozen=True)
class LeaveOneOut:
    """Expected log predictive density for an observation that was left out.

    Attributes:
        value: summed over observations.
        error: its standard error.
        bad_k: how many observations have a Pareto k-hat above 0.7, so that the draws do not tell
            the figure for them.
        recomputed: how many of these were computed anew, from draws without the observation.
    """

    value: float
    error: float
    bad_k: int
    recomputed: int = 0


@dataclass(frozen=True)
class Disagreement:
    """Two estimates of one mechanism's log evidence that do not agree within their errors."""

    mechanism: str
    first: LogEvidence
    second: LogEvidence


@dataclass(frozen=True)
class LeftOut:
    """Spectra that a verdict does without, since they are more probably wrong than not.

    Attributes:
        spectra: these, with probabilities averaged over the mechanisms.
        under: the mechanisms that they do not fit.
        fit_none: whether these are all that were compared.
        exchanged: those that would fit in the place of another.
        leader: the most probable mechanism if every spectrum counts; None where the fits for that
            did not do.
        probability: of it, then.
    """

    spectra: tuple[WildSpectrum, ...]
    under: tuple[str, ...]
    fit_none: bool
    exchanged: tuple[ExchangedSpectra, ...]
    leader: str | None
    probability: float


@dataclass(frozen=True)
class FaultResult:
    """What the comparison would be if the data had a smooth fault.

    Attributes:
        name: of the fault.
        log_bayes_factor: for the fault against none, averaged over mechanisms (Laplace).
        leader: the most probable mechanism, then.
        probability: of it, then.
    """

    name: str
    log_bayes_factor: float
    leader: str
    probability: float


@dataclass(frozen=True)
class LackOfFit:
    """Why none of the mechanisms compared is believed.

    Attributes:
        checks: names of the checks that the most probable one fails.
        faults: what explains the data better than every mechanism alone, the best first.
        wild: how many spectra fit none, where they are too many to be left out; else 0.
        spectra: of how many.
        scatter: relative sd that intensities would need, where far beyond its prior; else 0.
    """

    checks: tuple[str, ...]
    faults: tuple[FaultResult, ...]
    wild: int
    spectra: int
    scatter: float = 0.0


@dataclass(frozen=True)
class PriorEdge:
    """A rate constant whose likelihood still rises at the edge of its default prior.

    Attributes:
        mechanism: under which.
        name: of the constant.
        upper: whether it is the upper edge.
        bound: where that is, in `unit`.
        unit: of the constant.
        rise: of the profile in the last decade, nats.
    """

    mechanism: str
    name: str
    upper: bool
    bound: float
    unit: str
    rise: float


@dataclass(frozen=True)
class Verdict:
    """What the comparison comes to.

    Attributes:
        kind: "draws failed" and "estimates disagree" are no verdict; "single" has nothing to
            compare; "favoured" names one mechanism; "undecided" leaves several open.
        mechanisms: that did not pass; that disagree; the only one; the favoured; those left open.
        against: those with strong evidence against them, the most probable first.
        strength: Kass & Raftery's word for the evidence against the next best; "" where nothing
            is favoured.
        log_bayes_factor: of the favoured mechanism against the next best, the first of `against`.
        simplest: of those left open, the one that has fewest unknowns and suffices.
        simplest_unknowns: how many it has.
        disagreements: where that is why there is none.
        left_out: the spectra that it does without; None for none.
        lack_of_fit: why none of the mechanisms is believed; None where that is in no doubt.
        edges: of default priors that it leans on; None for none.
    """

    kind: VerdictKind
    mechanisms: tuple[str, ...]
    against: tuple[str, ...] = ()
    strength: str = ""
    log_bayes_factor: Estimate | None = None
    simplest: str | None = None
    simplest_unknowns: int = 0
    disagreements: tuple[Disagreement, ...] = ()
    left_out: LeftOut | None = None
    lack_of_fit: LackOfFit | None = None
    edges: tuple[PriorEdge, ...] | None = None


@dataclass(frozen=True)
class PriorSensitivity:
    """What the comparison would be with one thing changed that was assumed.

    Attributes:
        change: the priors of the rate constants "wide", "narrow", "faster" or "slower"; else the
            name of another course of temperature.
        probabilities: of all mechanisms; None where it cuts off the posterior of the best.
        cut_off: mechanisms in play whose posterior it cuts off.
        error: the largest standard error of a log evidence in play; None without probabilities.
    """

    change: str
    probabilities: Mapping[str, float] | None
    cut_off: tuple[str, ...]
    error: float | None


@dataclass(frozen=True)
class DifferenceResult:
    """Whether a constant differs between groups of experiments.

    Attributes:
        constant: its name.
        groups: that it is a constant of.
        differing: hypotheses under which it differs.
        common: those under which all these groups share it; others say nothing of it.
        log_bayes_factor: in favour of a difference: the mean evidence of the first over that of
            the second.
    """

    constant: str
    groups: tuple[str, ...]
    differing: tuple[str, ...]
    common: tuple[str, ...]
    log_bayes_factor: Estimate


@dataclass(frozen=True)
class RatioWidth:
    """What the comparison would be with another width of the priors on ratios between groups.

    Attributes:
        scale: times the width that is stated, in the logarithm of a ratio.
        factor: within which a ratio is two times in three, then; None where no such prior is
            log-normal.
        probabilities: of all hypotheses; None where the draws do not tell.
        verdict: what the comparison comes to; None likewise.
        differences: of the constants; none likewise.
        cut_off: the hypotheses whose draws do not tell.
    """

    scale: float
    factor: float | None
    probabilities: Mapping[str, float] | None
    verdict: Verdict | None
    differences: tuple[DifferenceResult, ...]
    cut_off: tuple[str, ...]


@dataclass(frozen=True)
class AlternativeResult:
    """One of several alternatives that evidence is a mean over, under one mechanism.

    Attributes:
        kind: an interpretation of the words, or a course of temperature.
        name: as the study calls it; "" for the course as stated.
        prior: probability before the data.
        posterior: probability given the data.
        log_evidence: if it is certain; None where hardly a draw is left.
    """

    kind: AlternativeKind
    name: str
    prior: float
    posterior: Estimate
    log_evidence: Estimate | None


@dataclass(frozen=True)
class AlternativeComparison:
    """One such alternative over all mechanisms, and the comparison if it is certain.

    Attributes:
        kind: an interpretation of the words, or a course of temperature.
        name: as the study calls it; "" for the course as stated.
        title: what people read.
        prior: probability before the data.
        posterior: probability given the data, over all mechanisms.
        probabilities: of the mechanisms if it is certain; None where the draws do not tell.
        verdict: if it is certain; None likewise.
    """

    kind: AlternativeKind
    name: str
    title: str
    prior: float
    posterior: float
    probabilities: Mapping[str, float] | None
    verdict: Verdict | None


@dataclass(frozen=True)
class ComparisonResult:
    """The comparison of all mechanisms, the most probable first.

    Attributes:
        probabilities: by mechanism, all taken as equally probable before the data.
        intervals: 95 %, from the errors of the evidences alone.
        log_bayes_factors: of the best against each.
        left_open: the mechanisms among which the data do not decide; empty without a verdict.
        verdict: what that comes to.
        prior_sensitivity: one for each change of what was assumed.
        alternatives: what the evidence is a mean over: interpretations, courses of temperature.
        differences: whether constants differ between groups of experiments.
        ratio_widths: the comparison with other widths of the priors on ratios, the stated one
            among them; none where no constant may differ.
        faults: the comparison if the data had a smooth fault, the most probable fault first.
        averaged: probabilities averaged over the data as they are and with each fault; empty where
            none was looked for.
    """

    probabilities: Mapping[str, float]
    intervals: Mapping[str, tuple[float, float]]
    log_bayes_factors: Mapping[str, Estimate]
    left_open: tuple[str, ...]
    verdict: Verdict
    prior_sensitivity: tuple[PriorSensitivity, ...] = ()
    alternatives: tuple[AlternativeComparison, ...] = ()
    differences: tuple[DifferenceResult, ...] = ()
    ratio_widths: tuple[RatioWidth, ...] = ()
    faults: tuple[FaultResult, ...] = ()
    averaged: Mapping[str, float] = field(default_factory=dict)

    @property
    def decided(self) -> bool:
        """Whether the verdict names a single mechanism of several, and believes it."""
        believed = self.verdict.lack_of_fit is None and not self.verdict.edges
        return self.verdict.kind == "favoured" and believed


@dataclass(frozen=True)
class DecidingReading:
    """The one further measurement that would tell most between two mechanisms.

    Attributes:
        between: the two mechanisms.
        signal: what would be measured.
        time_h: when.
        median_a, median_b: expected by the one and by the other, in `unit`.
        unit: what signals are shown in.
        probability: with which it points to the right one; a half is a coin toss.
        experiment: which it belongs to; "" where the study has one alone.
    """

    between: tuple[str, str]
    signal: str
    time_h: float
    median_a: float
    median_b: float
    unit: str
    probability: float
    experiment: str
