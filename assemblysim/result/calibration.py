"""What simulated studies say of a study's own fit: what calibration.json holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

# Raise when the layout of calibration.json changes, so that one of another is not shown.
CALIBRATION_VERSION = 2


@dataclass(frozen=True)
class Share:
    """How often something happened.

    Attributes:
        hits: how often.
        count: of how many.
        lower: lower end of the 95 % interval of the probability.
        upper: upper end.
    """

    hits: int
    count: int
    lower: float
    upper: float


@dataclass(frozen=True)
class Reliability:
    """Verdicts whose most probable mechanism was given about the same probability.

    Attributes:
        lower: least probability of the class.
        upper: end of the class.
        stated: mean probability that was stated; nan where the class is empty.
        right: how often the most probable mechanism was the true one.
    """

    lower: float
    upper: float
    stated: float
    right: Share


@dataclass(frozen=True)
class SimulatedRecord:
    """What one simulated study says: names and numbers only.

    Attributes:
        index: its number.
        truth: the true mechanism.
        outcome: how the verdict compares with it.
        leans: whether the verdict leans on the edge of a default prior.
        suffices: whether all that is left open beside the truth contains it.
        probabilities: of the mechanisms.
        left_open: by the verdict.
        values: true values of the parameters.
        log_evidence: value and error for each mechanism.
        trusted: whether the fit of the true mechanism is good enough to count.
        calls: likelihood calls.
        not_integrated: truths drawn before that could not be integrated.
        no_table: truths drawn before that gave no table a study could have.
        ranks: of the true values among posterior draws.
        below: share of the posterior below each.
        prediction_ranks: of the true predictions among those of the draws.
    """

    index: int
    truth: str
    outcome: str
    leans: bool
    suffices: bool
    probabilities: Mapping[str, float]
    left_open: tuple[str, ...]
    values: Mapping[str, float]
    log_evidence: Mapping[str, tuple[float, float]]
    trusted: bool
    calls: int
    not_integrated: int
    no_table: int
    ranks: Mapping[str, int]
    below: Mapping[str, float]
    prediction_ranks: Mapping[str, int]


@dataclass(frozen=True)
class Covered:
    """How many of all truths lie inside central intervals.

    Attributes:
        share: of them.
        error: its standard error, which knows that those of one study go together.
        count: how many truths.
    """

    share: float
    error: float
    count: int


@dataclass(frozen=True)
class CoverageResult:
    """How often central intervals of parameters hold the truth, by level ("0.5", "0.95").

    Attributes:
        all: of all parameters together.
        parameters: of each.
    """

    all: Mapping[str, Covered]
    parameters: Mapping[str, Mapping[str, Share]]


@dataclass(frozen=True)
class RankResult:
    """How far the ranks of one parameter's truths are from uniform.

    Attributes:
        count: how many ranks.
        largest_gap: of their distribution function from the uniform one, with its sign: positive
            where truths lie too often low in the posterior.
        p_value: with which uniform ranks leave their band as clearly.
        inside: whether they stay inside the 95 % band.
        ranks: in order; empty where they are not kept.
    """

    count: int
    largest_gap: float
    p_value: float
    inside: bool
    ranks: tuple[int, ...] = ()


@dataclass(frozen=True)
class RanksResult:
    """The ranks of all parameters.

    Attributes:
        draws: that each truth was ranked among.
        judged: whether they ought to be uniform.
        inside: of how many parameters they stay inside the band.
        together_p_value: of all together.
        parameters: of each, over all mechanisms.
        mechanisms: by mechanism, then parameter.
    """

    draws: int
    judged: bool
    inside: int
    together_p_value: float
    parameters: Mapping[str, RankResult]
    mechanisms: Mapping[str, Mapping[str, RankResult]]


@dataclass(frozen=True)
class CalibrationCondition:
    """What simulated studies with one kind of error say.

    Attributes:
        studies: how many.
        not_fitted: of them, fits of the true mechanism that are not good enough to count.
        not_integrated: truths that could not be integrated, and were drawn anew.
        no_table: truths that gave no table a study could have.
        wrong_with_confidence: how often.
        outcomes: how often each, by its name.
        sure_of_richer: how often a mechanism that contains the truth has 0.99 or more.
        suffices: undecided studies in which all that is open beside the truth contains it.
        recovery: by true mechanism, how often each outcome.
        reliability: in classes of the stated probability.
        coverage: of parameters.
        predictions: by kind of prediction, then level.
        ranks: of parameters.
    """

    studies: int
    not_fitted: int
    not_integrated: int
    no_table: int
    wrong_with_confidence: Share
    outcomes: Mapping[str, int]
    sure_of_richer: int
    suffices: int
    recovery: Mapping[str, Mapping[str, int]]
    reliability: tuple[Reliability, ...]
    coverage: CoverageResult
    predictions: Mapping[str, Mapping[str, Covered]]
    ranks: RanksResult


@dataclass(frozen=True)
class CalibrationResult:
    """A calibration of a study.

    Attributes:
        version: of the layout.
        study, title: of the study.
        seed: of all random numbers.
        source: where truths are drawn from, "prior" or "posterior".
        studies: how many simulated ones with errors as the model says.
        made_from: fingerprint of all that they depend on.
        versions: of everything that a number depends on.
        inputs: digests of the study's files.
        settings: of the quick and of the careful fits, in full.
        mechanisms: names, in the study's order.
        contained_in: for each mechanism those that contain it.
        conditions: by kind of error; "none" first.
    """

    version: int
    study: str
    title: str
    seed: int
    source: str
    studies: int
    made_from: str
    versions: Mapping[str, str]
    inputs: Mapping[str, str]
    settings: Mapping[str, str]
    mechanisms: tuple[str, ...]
    contained_in: Mapping[str, tuple[str, ...]]
    conditions: Mapping[str, CalibrationCondition]
