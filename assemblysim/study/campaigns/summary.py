"""What simulated studies say together: ranks, coverage, recovery, and how often one is misled."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

import numpy as np

from assemblysim.inference.calibration.ranks import check_ranks
from assemblysim.inference.calibration.recovery import CONFIDENT, OUTCOMES, fraction, reliability
from assemblysim.measurement.simulation.misspecifications import Misspecification
from assemblysim.result.calibration import (
    CalibrationCondition,
    CoverageResult,
    Covered,
    RankResult,
    RanksResult,
    Reliability,
    Share,
    SimulatedRecord,
)
from assemblysim.study.campaigns.prediction_ranks import PREDICTED_AMONG
from assemblysim.study.campaigns.simulated_study import RANKED_AMONG, Source

Number = TypeVar("Number", int, float)
LEVELS = (0.5, 0.8, 0.95)


def condition_summary(
    records: Sequence[SimulatedRecord],
    mechanisms: Sequence[str],
    source: Source,
    misspecification: Misspecification,
) -> CalibrationCondition:
    """Put the records of one kind of error together.

    Args:
        records: of the simulated studies.
        mechanisms: names, in the study's order.
        source: where the truths were drawn from.
        misspecification: what the errors have that the model does not know.

    Returns:
        The part of calibration.json.
    """
    trusted = [record for record in records if record.trusted]
    return CalibrationCondition(
        studies=len(records),
        not_fitted=len(records) - len(trusted),
        not_integrated=sum(record.not_integrated for record in records),
        no_table=sum(record.no_table for record in records),
        wrong_with_confidence=_counted(records, "wrong with confidence"),
        outcomes={name: _count(records, name) for name in OUTCOMES},
        sure_of_richer=sum(
            record.outcome == "richer than the truth"
            and max(record.probabilities.values()) >= CONFIDENT
            for record in records
        ),
        suffices=sum(record.suffices for record in records if record.outcome == "cannot tell"),
        recovery={
            name: {
                outcome: _count([r for r in records if r.truth == name], outcome)
                for outcome in OUTCOMES
            }
            for name in mechanisms
        },
        reliability=_reliability(records),
        coverage=coverage_summary(trusted),
        predictions=prediction_summary(trusted),
        ranks=rank_summary(
            trusted, mechanisms, judged=source == "prior" and misspecification == "none"
        ),
    )


def _count(records: Sequence[SimulatedRecord], outcome: str) -> int:
    return sum(record.outcome == outcome for record in records)


def _counted(records: Sequence[SimulatedRecord], outcome: str) -> Share:
    """Count an outcome among the studies that came to a verdict."""
    judged = [record for record in records if record.outcome != "no verdict"]
    return fraction(_count(judged, outcome), len(judged))


def _reliability(records: Sequence[SimulatedRecord]) -> tuple[Reliability, ...]:
    judged = [record for record in records if record.outcome != "no verdict"]
    best = [max(r.probabilities, key=r.probabilities.__getitem__) for r in judged]
    stated = [r.probabilities[name] for r, name in zip(judged, best, strict=True)]
    right = [r.truth == name for r, name in zip(judged, best, strict=True)]
    return reliability(stated, right)


def coverage_summary(records: Sequence[SimulatedRecord]) -> CoverageResult:
    """Count how often central intervals hold the truth.

    Args:
        records: of simulated studies; ``below`` is the fraction of the posterior below each truth.

    Returns:
        For each level the fraction over all parameters, with a standard error that knows that the
        parameters of one study are not independent; and counts by parameter.
    """
    below = _by_parameter(r.below for r in records)
    return CoverageResult(
        covered([list(record.below.values()) for record in records]),
        {
            name: {
                f"{level:g}": fraction(sum(_inside(v, level) for v in values), len(values))
                for level in LEVELS
            }
            for name, values in below.items()
        },
    )


def prediction_summary(records: Sequence[SimulatedRecord]) -> dict[str, dict[str, Covered]]:
    """Count how often central intervals of predictions hold what is true.

    Args:
        records: of simulated studies; ``prediction_ranks`` are those of the true predictions.

    Returns:
        By the kind of prediction ("time_of_maximum", "half_life", "fraction"), for each level the
        share over all species, with an error that knows that those of one study go together.
    """
    kinds: dict[str, list[list[float]]] = {}
    for record in records:
        of_one: dict[str, list[float]] = {}
        for name, rank in record.prediction_ranks.items():
            of_one.setdefault(name.split(" ")[0], []).append((rank + 0.5) / (PREDICTED_AMONG + 1))
        for kind, below in of_one.items():
            kinds.setdefault(kind, []).append(below)
    return {kind: covered(below) for kind, below in kinds.items()}


def covered(below: Sequence[Sequence[float]]) -> dict[str, Covered]:
    """Return for each level how many of all are inside, with an error between the studies.

    Args:
        below: of each study, the share of the posterior below each truth.
    """
    sizes = np.array([len(part) for part in below], dtype=float)
    every = {}
    for level in LEVELS:
        hits = np.array([sum(_inside(v, level) for v in part) for part in below], dtype=float)
        mean = float(hits.sum() / sizes.sum()) if len(below) else float("nan")
        spread = np.sqrt(((hits - mean * sizes) ** 2).sum()) / max(sizes.sum(), 1.0)
        every[f"{level:g}"] = Covered(mean, float(spread), int(sizes.sum()))
    return every


def _inside(below: float, level: float) -> bool:
    return abs(below - 0.5) < 0.5 * level


def rank_summary(
    records: Sequence[SimulatedRecord], mechanisms: Sequence[str], *, judged: bool
) -> RanksResult:
    """Hold the ranks of the truths against uniform ones, by parameter and by mechanism.

    Args:
        records: of simulated studies.
        mechanisms: names, in the study's order.
        judged: whether ranks ought to be uniform.
    """
    parameters = {
        name: _ranked(values) for name, values in _by_parameter(r.ranks for r in records).items()
    }
    least = min((one.p_value for one in parameters.values()), default=1.0)
    return RanksResult(
        draws=RANKED_AMONG,
        judged=judged,
        inside=sum(one.inside for one in parameters.values()),
        together_p_value=min(1.0, least * len(parameters)),
        parameters=parameters,
        mechanisms={
            name: {
                parameter: replace(_ranked(values), ranks=())
                for parameter, values in _by_parameter(
                    r.ranks for r in records if r.truth == name
                ).items()
            }
            for name in mechanisms
        },
    )


def _ranked(ranks: Sequence[int]) -> RankResult:
    return check_ranks(np.array(ranks), RANKED_AMONG)


def _by_parameter(tables: Iterable[Mapping[str, Number]]) -> dict[str, list[Number]]:
    found: dict[str, list[Number]] = {}
    for table in tables:
        for name, value in table.items():
            found.setdefault(name, []).append(value)
    return found
