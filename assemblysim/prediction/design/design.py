"""What an experiment that was not done yet would tell, before it is done.

Readings are imagined: from every mechanism in play, with parameters drawn from its posterior. For
each imagined outcome y the mechanisms' marginal densities p(y | m) are averages over their own
draws (nested Monte Carlo; Rainforth et al., Statistical Science 39, 100, 2024), and give the
posterior probabilities q that one would find. The expected information about the mechanism is
the mean of ln q(true)/w(true), w being the probabilities before. With D draws this figure is too
small on average, and the mean of the divergence sum q ln q/w too large by the same amount to
second order; their mean is the estimate. The draw that an outcome was made from is left out of its
own average, since no real spectrum comes from one of the draws.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Protocol, TypeVar

import numpy as np

from assemblysim.result.design import (
    VERY_STRONG,
    CaseInformation,
    ExpectedGain,
    PairDecided,
    PairTold,
)
from assemblysim.result.numbers import Estimate

# A verdict: what the report calls decided.
DECIDED = 0.95
# Draws that carry an average below which it is not trusted.
FEW = 10.0
# Times that the draws are resampled for the errors, which are then good to a tenth.
RESAMPLED = 60
_TINY = 1e-300

Outcome = TypeVar("Outcome")


@dataclass(frozen=True, eq=False)
class InPlay:
    """The mechanisms between which an experiment shall decide.

    Attributes:
        names: of the M mechanisms, at least one.
        probabilities: shape (M,), before the experiment; they add up to 1.
        draws: D, the number of posterior draws of each.
    """

    names: tuple[str, ...]
    probabilities: np.ndarray
    draws: int


class PossibleExperiment(Protocol[Outcome]):
    """An experiment whose outcome can be imagined and weighed."""

    def simulate(self, mechanism: int, draw: int, rng: np.random.Generator) -> Outcome:
        """Return what would be read if this draw of this mechanism were true."""

    def log_densities(self, outcome: Outcome) -> np.ndarray:
        """Return the log density of an outcome under every draw of all mechanisms, (M, D)."""


@dataclass(frozen=True, eq=False)
class Truths:
    """Which draws outcomes are imagined from; every mechanism has the same number of them.

    Attributes:
        mechanisms: shape (N,), numbers of mechanisms.
        draws: shape (N,), numbers of draws.
    """

    mechanisms: np.ndarray
    draws: np.ndarray


@dataclass(frozen=True, eq=False)
class Imagined:
    """Imagined outcomes of one experiment.

    Attributes:
        truths: what they were imagined from.
        log_densities: shape (N, M, D), of each outcome under each draw of each mechanism.
    """

    truths: Truths
    log_densities: np.ndarray

    def beside(self, other: Imagined) -> Imagined:
        """Return the outcomes of two experiments that are both done, from the same truths."""
        return Imagined(self.truths, self.log_densities + other.log_densities)


@dataclass(frozen=True)
class Narrowing:
    """How much narrower a number is expected to become.

    Attributes:
        fraction: by which its posterior variance is expected to shrink, from 0 to 1.
        few_draws: fraction of outcomes after which fewer than ten draws are left to tell.
    """

    fraction: Estimate
    few_draws: float


def draw_truths(in_play: InPlay, each: int, rng: np.random.Generator) -> Truths:
    """Choose the draws that outcomes are imagined from, the same number for each mechanism.

    Args:
        in_play: the mechanisms.
        each: outcomes of each.
        rng: source of randomness.
    """
    count = len(in_play.names)
    repeated = each > in_play.draws
    draws = [rng.choice(in_play.draws, each, replace=repeated) for _ in range(count)]
    return Truths(np.repeat(np.arange(count), each), np.concatenate(draws))


def imagine(
    experiment: PossibleExperiment[Outcome],
    in_play: InPlay,
    truths: Truths,
    rng: np.random.Generator,
) -> Imagined:
    """Imagine one outcome for each truth, and weigh it under every draw of every mechanism.

    Args:
        experiment: what would be done.
        in_play: the mechanisms.
        truths: N draws; the same ones for all experiments make their ranking less noisy.
        rng: source of the outcomes' errors.
    """
    count = len(in_play.names)
    densities = np.empty((len(truths.draws), count, in_play.draws))
    for n, (mechanism, draw) in enumerate(
        zip(truths.mechanisms.tolist(), truths.draws.tolist(), strict=True)
    ):
        densities[n] = experiment.log_densities(experiment.simulate(mechanism, draw, rng))
    return Imagined(truths, densities)


def expected_gain(imagined: Imagined, in_play: InPlay, rng: np.random.Generator) -> ExpectedGain:
    """Estimate what an experiment tells about the mechanism.

    Args:
        imagined: its outcomes.
        in_play: the mechanisms, with their probabilities before.
        rng: of the resampling of draws, for the errors.

    Returns:
        The estimates. Their errors come from resampling the draws in both their parts at once:
        outcomes are imagined from them and judged by them.
    """
    prior, truths = in_play.probabilities, imagined.truths
    weights = _resampled(len(prior), in_play.draws, rng)
    logs, effective = _log_marginals(imagined, weights)
    order = np.argsort(-prior, kind="stable")[:2]
    pair = tuple(in_play.names[i] for i in order)

    def over(values: np.ndarray, among: np.ndarray) -> Estimate:
        counted = np.where(np.isin(np.arange(len(prior)), among), prior, 0.0)
        return _estimate(values, truths, counted, weights)

    everyone = np.arange(len(prior))
    posterior = _posterior(logs + np.log(np.maximum(prior, _TINY)))
    ratio = np.log(np.maximum(posterior, _TINY) / np.maximum(prior, _TINY))
    told = np.take_along_axis(ratio, truths.mechanisms[None, :, None], axis=2)[..., 0]
    divergence = (posterior * ratio).sum(axis=2)
    decided = (posterior.max(axis=2) >= DECIDED).astype(float)
    weighed = logs + np.log(np.maximum(prior, _TINY))

    def decided_between(*two: int) -> Estimate:
        largest = _posterior(weighed[..., list(two)]).max(axis=2)
        return over((largest >= DECIDED).astype(float), np.array(two))

    ranked = np.argsort(-prior, kind="stable").tolist()
    pairs = tuple(
        PairDecided((in_play.names[a], in_play.names[b]), decided_between(a, b))
        for a, b in combinations(ranked, 2)
    )
    first = np.clip(logs[..., order[0]] - logs[..., order[-1]], -VERY_STRONG, VERY_STRONG)
    return ExpectedGain(
        over((told + divergence) / 2, everyone),
        float(-(prior * np.log(np.maximum(prior, _TINY))).sum()),
        over(decided, everyone),
        pair,
        pairs[0].decided if pairs else decided_between(*order.tolist()),
        pairs,
        over(np.where(truths.mechanisms == order[0], first, -first), order),
        float((effective < FEW).mean()),
    )


def expected_log_bayes_factors(
    imagined: Imagined, in_play: InPlay, rng: np.random.Generator
) -> tuple[PairTold, ...]:
    """Estimate for every two mechanisms the ln of the Bayes factor that an experiment gives.

    Args:
        imagined: its outcomes.
        in_play: the mechanisms, with their probabilities before.
        rng: of the resampling of draws, for the errors.

    Returns:
        For each pair, the more probable first, the mean over both of ln of the true one's Bayes
        factor against the other, of which each outcome counts up to `VERY_STRONG`.
    """
    prior, truths = in_play.probabilities, imagined.truths
    weights = _resampled(len(prior), in_play.draws, rng)
    logs, _ = _log_marginals(imagined, weights)
    found = []
    for a, b in combinations(np.argsort(-prior, kind="stable").tolist(), 2):
        factor = np.clip(logs[..., a] - logs[..., b], -VERY_STRONG, VERY_STRONG)
        counted = np.where(np.isin(np.arange(len(prior)), (a, b)), prior, 0.0)
        towards = np.where(truths.mechanisms == a, factor, -factor)
        told = _estimate(towards, truths, counted, weights)
        found.append(PairTold((in_play.names[a], in_play.names[b]), told))
    return tuple(found)


def expected_case_information(
    imagined: Imagined, in_play: InPlay, cases: np.ndarray, rng: np.random.Generator
) -> CaseInformation:
    """Estimate what an experiment tells about which of K cases is true, whatever the mechanism.

    Args:
        imagined: its outcomes.
        in_play: the mechanisms, with their probabilities before.
        cases: shape (M, D, K), probability of each case given a draw and the data so far, such
            as of the interpretations of a text.
        rng: of the resampling of draws, for the error.

    Returns:
        The expected information and what is open. Method: a case's density of an outcome is the
        average over all draws, each weighted by its probability of the case; an outcome counts for
        each case as much as its own draw does. As with mechanisms, the mean of the information
        about the true case and of the divergence is taken.
    """
    prior, truths = in_play.probabilities, imagined.truths
    weights = _resampled(len(prior), in_play.draws, rng)
    logs = _without_own(imagined)
    top = logs.max(axis=(1, 2), keepdims=True)
    sizes = np.exp(logs - np.where(np.isfinite(top), top, 0.0)) * prior[:, None]
    open_before = np.einsum("m,mdk->k", prior, cases) / cases.shape[1]
    flat = sizes.reshape(len(sizes), -1).T
    taken = [(weights * cases[..., k]).reshape(len(weights), -1) for k in range(cases.shape[2])]
    sums = np.stack([one @ flat for one in taken], axis=-1)
    before = np.einsum("bmd,m,mdk->bk", weights, prior, cases) / cases.shape[1]
    after = sums / np.maximum(sums.sum(axis=-1, keepdims=True), _TINY)
    ratio = np.log(np.maximum(after, _TINY) / np.maximum(before[:, None], _TINY))
    own = cases[truths.mechanisms, truths.draws]
    values = ((own + after) / 2 * ratio).sum(axis=-1)
    entropy = -float((open_before * np.log(np.maximum(open_before, _TINY))).sum())
    return CaseInformation(_estimate(values, truths, prior, weights), entropy)


def expected_narrowing(
    imagined: Imagined, in_play: InPlay, values: np.ndarray, rng: np.random.Generator
) -> Narrowing | None:
    """Estimate how much narrower a number becomes, by weighing the draws with each outcome.

    Args:
        imagined: the outcomes of the experiment.
        in_play: the mechanisms, with their probabilities before.
        values: shape (M, D), the number in each draw; nan throughout where a mechanism does not
            have it, which then counts for nothing.
        rng: of the resampling of draws, for the error.

    Returns:
        The expected fraction of the variance that goes; None where the number does not vary.
    """
    has = np.isfinite(values).all(axis=1)
    fraction = np.where(has, in_play.probabilities, 0.0)
    if not fraction.sum() > 0 or np.ptp(values[fraction > 0]) == 0:
        return None
    fraction = fraction / fraction.sum()
    known = np.where(has[:, None], values, 0.0)
    before = _variance(known[None], np.broadcast_to(fraction[:, None], known.shape)[None])[0][0]
    logs = _without_own(imagined) + np.log(np.maximum(fraction, _TINY))[:, None]
    logs = np.where(has[:, None], logs, -np.inf)
    top = logs.max(axis=(1, 2), keepdims=True)
    after, effective = _variance(known[None], np.exp(logs - np.where(np.isfinite(top), top, 0)))
    weights = _resampled(len(fraction), in_play.draws, rng)
    gone = np.broadcast_to(1 - after / before, (len(weights), len(after)))
    found = _estimate(gone, imagined.truths, fraction, weights)
    counted = has[imagined.truths.mechanisms]
    return Narrowing(found, float((effective[counted] < FEW).mean()))


Label = TypeVar("Label")


def best_together(
    imagined: Mapping[Label, Imagined], in_play: InPlay, count: int, rng: np.random.Generator
) -> tuple[Label, ...]:
    """Choose experiments that tell most when all are done, one after the other.

    Args:
        imagined: the outcomes of each, from the same truths, and independent given a draw.
        in_play: the mechanisms.
        count: how many to choose.
        rng: of the resampling of draws.

    Returns:
        The chosen ones, the most telling first; each once.
    """
    chosen: list[Label] = []
    so_far: Imagined | None = None
    left = dict(imagined)
    for _ in range(min(count, len(left))):
        joint = {k: v if so_far is None else so_far.beside(v) for k, v in left.items()}
        told = {k: expected_gain(v, in_play, rng).information_nats.value for k, v in joint.items()}
        best = max(told, key=lambda k: told[k])
        so_far = joint[best]
        chosen.append(best)
        del left[best]
    return tuple(chosen)


def _resampled(mechanisms: int, draws: int, rng: np.random.Generator) -> np.ndarray:
    """Return how often each draw is taken when as many are taken anew, shape (B, M, D).

    The first of the B takes each once.
    """
    anew = rng.multinomial(draws, np.full(draws, 1 / draws), size=(RESAMPLED, mechanisms))
    return np.concatenate([np.ones((1, mechanisms, draws)), anew])


def _without_own(imagined: Imagined) -> np.ndarray:
    """Return the log densities, (N, M, D), with -inf at the draw that an outcome came from."""
    logs = imagined.log_densities.copy()
    truths = imagined.truths
    logs[np.arange(len(logs)), truths.mechanisms, truths.draws] = -np.inf
    return logs


def _log_marginals(imagined: Imagined, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Average densities over the draws of each mechanism.

    Args:
        imagined: N outcomes.
        weights: shape (B, M, D), how much each draw counts.

    Returns:
        Log averages, shape (B, N, M), and the effective number of draws behind that of the
        true mechanism, shape (N,), for equal weights.
    """
    logs, truths = _without_own(imagined), imagined.truths
    rows = np.arange(len(logs))
    top = logs.max(axis=2)
    top = np.where(np.isfinite(top), top, 0.0)
    sizes = np.exp(logs - top[..., None])
    sums = np.stack([weights[:, m] @ sizes[:, m].T for m in range(sizes.shape[1])], axis=-1)
    total = np.broadcast_to(weights.sum(axis=2)[:, None], sums.shape).copy()
    total[:, rows, truths.mechanisms] -= weights[:, truths.mechanisms, truths.draws]
    own = sizes[rows, truths.mechanisms]
    effective = own.sum(axis=1) ** 2 / np.maximum((own**2).sum(axis=1), _TINY)
    average = np.log(np.maximum(sums, _TINY)) - np.log(np.maximum(total, _TINY)) + top
    return average, effective


def _posterior(logs: np.ndarray) -> np.ndarray:
    sizes = np.exp(logs - logs.max(axis=-1, keepdims=True))
    return np.asarray(sizes / sizes.sum(axis=-1, keepdims=True))


def _estimate(
    values: np.ndarray, truths: Truths, fraction: np.ndarray, weights: np.ndarray
) -> Estimate:
    """Average over outcomes of each mechanism, then over the mechanisms.

    Args:
        values: shape (B, N), by how the draws are weighted.
        truths: of the outcomes.
        fraction: shape (M,), how much each mechanism counts.
        weights: shape (B, M, D); the first ones are equal, the others resampled.
    """
    means = np.zeros(len(values))
    for m in np.flatnonzero(fraction):
        own = truths.mechanisms == m
        counted = weights[:, m, truths.draws[own]]
        total = np.maximum(counted.sum(axis=1), _TINY)
        means += fraction[m] / fraction.sum() * (counted * values[:, own]).sum(axis=1) / total
    return Estimate(float(means[0]), float(means[1:].std(ddof=1)))


def _variance(values: np.ndarray, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return weighted variances over (M, D), shape (N,), and effective numbers of draws."""
    weights = weights / np.maximum(weights.sum(axis=(1, 2), keepdims=True), _TINY)
    mean = (weights * values).sum(axis=(1, 2), keepdims=True)
    squares = (weights**2).sum(axis=(1, 2))
    plain = (weights * (values - mean) ** 2).sum(axis=(1, 2))
    # As with n - 1 instead of n: the mean was taken from the same draws.
    return plain / np.maximum(1 - squares, 1e-6), 1 / np.maximum(squares, _TINY)
