"""Which spectrum to take next: possible ones ranked by what they would tell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from assemblysim.errors import InputError
from assemblysim.inference.groundwork import stream
from assemblysim.inference.model.prior import Prior
from assemblysim.measurement.data import Measurement
from assemblysim.prediction.design.design import (
    DECIDED,
    Imagined,
    Narrowing,
    best_together,
    draw_truths,
    expected_gain,
    expected_narrowing,
)
from assemblysim.result.design import (
    DESIGN_VERSION,
    DesignCandidate,
    DesignResult,
    ExpectedGain,
    ProposedExperiment,
    SpectraAsked,
)
from assemblysim.result.on_disk import stored_design
from assemblysim.result.summary import StudyResult
from assemblysim.sentences.conditions import start_words
from assemblysim.study.definition.study import Study
from assemblysim.study.problem.changed_conditions import UNCHANGED, Start
from assemblysim.study.questions.planned_spectra import (
    Ensemble,
    Plan,
    assumed_of_words,
    measured_times,
    quantity_draws,
    stored_ensemble,
    stored_plan,
)
from assemblysim.study.questions.proposed_experiments import (
    EARLY,
    Imagination,
    proposed_experiments,
)
from assemblysim.study.results.experiments import changed_start
from assemblysim.study.results.stored_posterior import in_play, result_of

# A time between two measured ones must be apart from both: by a factor of the root of this.
GAP = 1.25
# Of what was put in, for experiments with less of it.
DILUTIONS = (0.5, 0.25)


@dataclass(frozen=True)
class Depth:
    """How finely plans are told apart.

    Attributes:
        draws: of each mechanism.
        outcomes: imagined from each mechanism at most.
        all_outcomes: in all, where there are many mechanisms.
        least_outcomes: of each, however many mechanisms there are.
        times: that come into question at most; of a longer list every few.
    """

    draws: int
    outcomes: int
    all_outcomes: int
    least_outcomes: int
    times: int


# Errors of about 0.02 in a probability, and a minute for thirty plans.
THOROUGH = Depth(draws=400, outcomes=120, all_outcomes=360, least_outcomes=40, times=30)
# A tenth of the cost: enough to name what is worth asking ``design`` about.
QUICK = Depth(draws=200, outcomes=60, all_outcomes=120, least_outcomes=16, times=10)


@dataclass(frozen=True)
class Wish:
    """What spectra come into question.

    Attributes:
        start: the concentrations at t = 0.
        times: h; empty for a grid over the experiment and a little beyond it.
        replicates_only: whether only times that were measured already come into question.
        narrow: a quantity that should become narrower; None for the mechanism alone.
        together: how many spectra to choose that tell most when all are taken.
        depth: how finely they are told apart.
    """

    start: Start = UNCHANGED
    times: tuple[float, ...] = ()
    replicates_only: bool = False
    narrow: str | None = None
    together: int = 3
    depth: Depth = THOROUGH


@dataclass(frozen=True, eq=False)
class Judged:
    """A plan with what it would tell.

    Attributes:
        plan: the spectra.
        spectra: the same one by one.
        gain: about the mechanism.
        narrowing: of the quantity that was wished for; None without one.
    """

    plan: Plan
    spectra: tuple[Plan, ...]
    gain: ExpectedGain
    narrowing: Narrowing | None


def design_study(study: Study, results: Path, wish: Wish) -> DesignResult:
    """Rank possible spectra by what they would tell.

    Args:
        study: as read.
        results: the folder of its fit.
        wish: which spectra come into question.

    Returns:
        What was asked, the ranked candidates, and the best few together.

    Raises:
        InputError: there is no stored fit, or nothing is left to decide.
    """
    ensemble = stored_ensemble(study, results, wish.depth.draws)
    if len(ensemble.in_play.names) == 1 and wish.narrow is None:
        alone = f"{study.folder / 'study.toml'}: {ensemble.in_play.names[0]} alone is in play"
        if result_of(study, results).comparison.verdict.edges:
            raise InputError(
                f"{alone} while default priors are as narrow as they are; state wider ones under "
                "[priors], as the verdict says, and fit again, or name a quantity with --narrow"
            )
        raise InputError(
            f"{alone}, so nothing is left to decide between mechanisms (whether it describes the "
            "data, the verdict says); name a quantity with --narrow"
        )
    plans = plans_for(study, wish)
    rng = stream(study.seed, "", "design")
    imagination = imagination_of(ensemble, wish.depth, rng)
    judged, joint = judge(imagination, plans, wish)
    in_play, measurement = ensemble.in_play, study.measurement
    start = changed_start(study, wish.start)
    return DesignResult(
        version=DESIGN_VERSION,
        asked=SpectraAsked(wish.replicates_only, wish.times, start, wish.narrow),
        probabilities=dict(zip(in_play.names, in_play.probabilities.tolist(), strict=True)),
        decided_from=DECIDED,
        draws=in_play.draws,
        inputs=dict(study.inputs),
        relative_limit=measurement.scale.known and _has_relative_limit(measurement),
        candidates=tuple(_candidate(study, one) for one in judged),
        together=None if joint is None else _candidate(study, joint),
        experiments=_experiments(study, imagination, wish),
        assumed=assumed_of_words(ensemble),
    )


def design_for_report(study: Study, results: Path, result: StudyResult) -> DesignResult | None:
    """Rank spectra and experiments as ``design`` does when it is asked for nothing special.

    Args:
        study: as it was fitted.
        results: the folder of its fit.
        result: that is stored there.

    Returns:
        What is to be stored, of one mechanism that is in play alone for its rate constant that is
        known least; None where a design of this fit is stored already, or where no draws were made
        that could be believed.
    """
    if stored_design(results, result) is not None:
        return None
    wish = Wish(depth=QUICK)
    alone = list(in_play(result.comparison.probabilities))
    if len(alone) == 1:
        if result.comparison.verdict.lack_of_fit is not None:
            return None
        wish = replace(wish, narrow=result.mechanisms[alone[0]].least_known or None)
    try:
        return design_study(study, results, wish)
    except InputError:
        return None


def _has_relative_limit(measurement: Measurement) -> bool:
    every = [measurement.limit_of(signal.name) for signal in measurement.signals]
    return any(one is not None and one.relative for one in every)


def _experiments(
    study: Study, imagination: Imagination, wish: Wish
) -> tuple[ProposedExperiment, ...]:
    """Propose experiments where the mechanism is asked about and no spectra were named."""
    named = wish.times or wish.replicates_only or wish.narrow or wish.start != UNCHANGED
    if named or len(imagination.ensemble.in_play.names) < 2:
        return ()
    grid = grid_of(study.experiments[0].times, wish.depth.times)
    return proposed_experiments(study, imagination, few_of(grid), grid[:EARLY])


def imagination_of(ensemble: Ensemble, depth: Depth, rng: np.random.Generator) -> Imagination:
    """Choose what outcomes are imagined from: of many mechanisms fewer of each."""
    shared = depth.all_outcomes // len(ensemble.in_play.names)
    each = min(depth.outcomes, max(depth.least_outcomes, shared))
    return Imagination(ensemble, draw_truths(ensemble.in_play, each, rng), rng)


def judge(
    imagination: Imagination, plans: Sequence[Plan], wish: Wish
) -> tuple[list[Judged], Judged | None]:
    """Imagine every plan and rank them by expected information, or by narrowing if wished for.

    Args:
        imagination: with the mechanisms in play.
        plans: the spectra that come into question.
        wish: for the quantity, and how many spectra to choose together.

    Returns:
        The plans, the best first; and the best few together, None where fewer were asked for.
    """
    ensemble, rng = imagination.ensemble, imagination.rng
    in_play = ensemble.in_play
    numbers = None if wish.narrow is None else quantity_draws(ensemble, wish.narrow)
    imagined = {plan: imagination.of(plan) for plan in plans}

    def judged(plan: Plan, outcomes: Imagined, spectra: Sequence[Plan] = ()) -> Judged:
        gain, several = expected_gain(outcomes, in_play, rng), tuple(spectra) or (plan,)
        if numbers is None:
            return Judged(plan, several, gain, None)
        return Judged(plan, several, gain, expected_narrowing(outcomes, in_play, numbers, rng))

    ranked = sorted((judged(p, o) for p, o in imagined.items()), key=_worth, reverse=True)
    if wish.together < 2 or len(plans) < wish.together or len(in_play.names) < 2:
        return ranked, None
    chosen = best_together(imagined, in_play, wish.together, rng)
    outcomes = imagined[chosen[0]]
    for plan in chosen[1:]:
        outcomes = outcomes.beside(imagined[plan])
    times = tuple(sorted(t for plan in chosen for t in plan.times))
    return ranked, judged(Plan("together", wish.start, times), outcomes, chosen)


def plans_for(study: Study, wish: Wish) -> list[Plan]:
    """List the spectra that come into question.

    Args:
        study: whose first experiment they belong to, or are variants of.
        wish: what is wanted; where nothing is stated, replicates, new times, and half and a quarter
            of each starting concentration and half of all at a few times.
    """
    measured = study.experiments[wish.start.experiment].times
    changed = bool(wish.start.changes) or wish.start.programme is not None
    if wish.replicates_only:
        if changed:
            raise InputError(
                "--replicate: a replicate is taken of the experiment as it was; "
                "leave out --initial and --temperature"
            )
        times = tuple(t for t in (wish.times or measured.tolist()) if t in measured)
        if not times:
            raise InputError("--replicate: none of the --times was measured; leave them out")
        return [_plan(study, Start(wish.start.experiment), t) for t in times]
    times = wish.times or grid_of(measured, wish.depth.times)
    plans = [_plan(study, wish.start, t) for t in times]
    if not wish.times and not changed:
        few = few_of(times)
        plans += [_plan(study, start, t) for start in _diluted(study, wish.start) for t in few]
    return plans


def few_of(times: Sequence[float]) -> list[float]:
    """Return four of many times, without the first and the last."""
    chosen = np.asarray(times)[np.linspace(1, len(times) - 2, 4).astype(int)]
    return [float(time) for time in dict.fromkeys(chosen.tolist())]


def grid_of(measured: np.ndarray, most: int = THOROUGH.times) -> tuple[float, ...]:
    """Return the measured times after the start and others between and beyond them, h.

    Of more than the most every few.
    """
    after = measured[measured > 0]
    between = np.sqrt(after[1:] * after[:-1])[after[1:] >= GAP * after[:-1]]
    around = np.concatenate([[after[0] / 2], after, between, [1.5 * after[-1]]])
    known = set(after.tolist())
    times = [t if t in known else _handy(t) for t in np.sort(around).tolist()]
    found = list(dict.fromkeys(times))
    kept = np.unique(np.linspace(0, len(found) - 1, min(most, len(found))).astype(int))
    return tuple(found[i] for i in kept.tolist())


def _handy(time: float) -> float:
    """Round a time, h, to what one sets a clock to: whole minutes, or two digits of hours."""
    minutes = round(60 * time)
    return minutes / 60 if 0 < minutes < 60 else float(f"{time:.2g}")


def _diluted(study: Study, start: Start) -> list[Start]:
    """Return starts with less of one thing that was put in, then with half of everything."""
    given = study.experiments[start.experiment].initial
    known = [(n, v) for n, v in given if not isinstance(v, Prior) and v > 0]
    found = [
        Start(start.experiment, ((name, fraction * value),))
        for name, value in known
        for fraction in DILUTIONS
    ]
    if len(known) > 1:
        found.append(Start(start.experiment, tuple((n, v / 2) for n, v in known)))
    return found


def _plan(study: Study, start: Start, time: float) -> Plan:
    if start_words(changed_start(study, start)):
        return Plan("other start", start, (time,))
    measured = time in measured_times(study.experiments[start.experiment])
    return Plan("replicate" if measured else "new time", start, (time,))


def _worth(one: Judged) -> float:
    return (
        one.gain.information_nats.value if one.narrowing is None else one.narrowing.fraction.value
    )


def _candidate(study: Study, one: Judged) -> DesignCandidate:
    """Return what is stored of a plan."""
    gain, narrowing = one.gain, one.narrowing
    few_draws = max(gain.few_draws, 0.0 if narrowing is None else narrowing.few_draws)
    return DesignCandidate(
        **vars(replace(gain, few_draws=few_draws)),
        plan=stored_plan(study, one.plan),
        spectra=tuple(stored_plan(study, plan) for plan in one.spectra),
        narrowing=None if narrowing is None else narrowing.fraction,
    )
