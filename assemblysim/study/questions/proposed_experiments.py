"""Experiments of several spectra that tell mechanisms apart: series, early samples, crossovers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from assemblysim.inference.model.likelihood import log_likelihood
from assemblysim.inference.model.prior import Prior
from assemblysim.prediction.design.design import (
    DECIDED,
    Imagined,
    InPlay,
    Truths,
    expected_case_information,
    expected_gain,
    expected_log_bayes_factors,
    imagine,
)
from assemblysim.result.design import (
    ExperimentKind,
    PairTold,
    ProposedExperiment,
    SpectrumKind,
)
from assemblysim.study.definition.study import Study
from assemblysim.study.problem.changed_conditions import Start
from assemblysim.study.problem.crossover import possible_crossovers
from assemblysim.study.questions.planned_spectra import (
    Ensemble,
    Plan,
    PlannedSpectra,
    measured_times,
    planned_spectra,
    stored_plan,
)

# Spectra with which experiments are compared; a series has as many starts.
SPECTRA: Final = 3
# Most spectra of one experiment that are looked into; nobody takes more for one question.
MOST_SPECTRA: Final = 12
# Of what was put in: of one thing in a series of ratios, of all in one of dilutions.
RATIOS: Final = (0.25, 0.5, 2.0)
DILUTED: Final = (0.5, 0.25, 0.125)
# Of the times of series, those of a crossover: it has a signal for each labelled form.
MIXED: Final = 2
# Early times that one more sample may have.
EARLY: Final = 4
# Nats below which spectra tell nothing, so that no more are looked into.
VAIN: Final = 0.05
# Nats from which on the true one of two mechanisms is decided for, if both are as probable.
ENOUGH: Final = float(np.log(DECIDED / (1 - DECIDED)))


@dataclass(frozen=True)
class Series:
    """Spectra that make one experiment.

    Attributes:
        kind: what is varied.
        varied: the species whose start is varied, or the motif of a crossover; "" where it is all
            of them, or the time alone.
        plans: one for each spectrum.
    """

    kind: ExperimentKind
    varied: str
    plans: tuple[Plan, ...]


@dataclass(eq=False)
class Imagination:
    """Outcomes of plans, imagined from the same truths; the first ones of each plan are kept.

    Attributes:
        ensemble: the mechanisms in play.
        truths: what outcomes are imagined from.
        rng: source of the outcomes' errors.
    """

    ensemble: Ensemble
    truths: Truths
    rng: np.random.Generator
    _spectra: dict[Plan, PlannedSpectra] = field(default_factory=dict)
    _first: dict[Plan, Imagined] = field(default_factory=dict)

    def of(self, plan: Plan) -> Imagined:
        """Return the first outcomes of a plan."""
        if plan not in self._first:
            self._first[plan] = self.again(plan)
        return self._first[plan]

    def again(self, plan: Plan) -> Imagined:
        """Return further outcomes of a plan, as of another spectrum."""
        if plan not in self._spectra:
            self._spectra[plan] = planned_spectra(self.ensemble, plan)
        return imagine(self._spectra[plan], self.ensemble.in_play, self.truths, self.rng)

    def taken(self, plans: Sequence[Plan], times: int) -> Iterator[Imagined]:
        """Return the outcomes of plans taken once, twice, and so on, each with all before."""
        so_far: Imagined | None = None
        for turn in range(times):
            for plan in plans:
                new = self.again(plan) if turn else self.of(plan)
                so_far = new if so_far is None else so_far.beside(new)
            if so_far is not None:
                yield so_far


def proposed_experiments(
    study: Study, imagination: Imagination, times: Sequence[float], early: Sequence[float]
) -> tuple[ProposedExperiment, ...]:
    """Rank series of ratios, dilutions and co-reactants, crossovers, and one more early sample.

    Args:
        study: whose first experiment they vary.
        imagination: with the mechanisms in play.
        times: h, when the spectra of a series or crossover may be taken, all at one of them.
        early: h, when one more early sample may be taken.

    Returns:
        For each kind, and each thing that is varied, the most telling one; of these the one that
        tells most about the mechanism first, all with the same number of spectra. That is the
        expected ln Bayes factor of the true mechanism against another, each by its probability:
        where draws do not resolve what an experiment tells, the information is known far worse.
    """
    cases = interpretation_probabilities(imagination.ensemble)
    groups: dict[tuple[ExperimentKind, str], list[Series]] = {}
    for series in possible_series(study, imagination.ensemble, times, early):
        groups.setdefault((series.kind, series.varied), []).append(series)
    found = [
        _judged(study, imagination, _most_telling(imagination, options, cases), cases)
        for options in groups.values()
    ]
    return tuple(one for _, one in sorted(found, key=lambda pair: -pair[0]))


def possible_series(
    study: Study, ensemble: Ensemble, times: Sequence[float], early: Sequence[float]
) -> Iterator[Series]:
    """Yield the experiments that come into question; an unknown start is not varied."""
    first = study.experiments[0]
    blocks = {one.name: bool(one.composition) for one in study.system.species}
    known = {
        name
        for problem in ensemble.problems
        for name in problem.experiments[0].network.species_names
    }
    given = [
        (name, start)
        for name, start in first.initial
        if not isinstance(start, Prior) and start > 0 and name in known
    ]
    for time in times:
        for name, start in given if len(given) > 1 else ():
            kind: ExperimentKind = "ratio series" if blocks[name] else "co-reactant series"
            starts = [Start(0, ((name, ratio * start),)) for ratio in RATIOS]
            yield Series(kind, name, tuple(Plan("other start", s, (time,)) for s in starts))
        if given:
            starts = [Start(0, tuple((n, part * v) for n, v in given)) for part in DILUTED]
            every = tuple(Plan("other start", s, (time,)) for s in starts)
            yield Series("dilution series", "", every)
    labelled = study.system.expansion is not None
    for mixed in () if labelled else possible_crossovers(study.system.species, ensemble.problems):
        for time in times[:: max(1, -(-len(times) // MIXED))]:
            yield Series("crossover", mixed.core, (Plan("other start", Start(), (time,), mixed),))
    measured = measured_times(first)
    for time in early:
        kind_of_one: SpectrumKind = "replicate" if time in measured else "new time"
        yield Series("early sample", "", (Plan(kind_of_one, Start(), (time,)),))


def interpretation_probabilities(ensemble: Ensemble) -> np.ndarray | None:
    """Return the probability of each of the K interpretations given each draw, shape (M, D, K).

    Returns:
        None where the words are read in one way.
    """
    names = [one.name for one in ensemble.problems[0].interpretations]
    if len(names) < 2:
        return None
    found = []
    for problem, values in zip(ensemble.problems, ensemble.values, strict=True):
        cases = log_likelihood(problem, values).case_probabilities
        own = [[case.interpretation == name for case in problem.cases] for name in names]
        found.append(cases @ np.array(own, dtype=float).T)
    return np.stack(found)


def _most_telling(
    imagination: Imagination, options: Sequence[Series], cases: np.ndarray | None
) -> Series:
    """Return the option that tells most, about the mechanism and about the interpretation."""
    in_play, rng = imagination.ensemble.in_play, imagination.rng

    def told(series: Series) -> float:
        (outcomes,) = imagination.taken(series.plans, 1)
        worth = _told_of_all(expected_log_bayes_factors(outcomes, in_play, rng), in_play)
        if cases is None:
            return worth
        about = expected_case_information(outcomes, in_play, cases, rng)
        return worth + about.information_nats.value

    return options[0] if len(options) == 1 else max(options, key=told)


def _judged(
    study: Study, imagination: Imagination, series: Series, cases: np.ndarray | None
) -> tuple[float, ProposedExperiment]:
    """Return what an experiment tells on the whole, nats, and all that is said of it."""
    in_play, rng, size = imagination.ensemble.in_play, imagination.rng, len(series.plans)
    by_count = {}
    for turn, outcomes in enumerate(imagination.taken(series.plans, MOST_SPECTRA // size), start=1):
        count = turn * size
        by_count[count] = expected_log_bayes_factors(outcomes, in_play, rng)
        if count == SPECTRA:
            compared = outcomes
        if count >= SPECTRA and _is_settled(by_count[SPECTRA], by_count[count]):
            break
    place = _best_told(by_count[SPECTRA])
    course = tuple((count, pairs[place].log_bayes_factor) for count, pairs in by_count.items())
    proposed = ProposedExperiment(
        kind=series.kind,
        varied=series.varied,
        spectra=tuple(stored_plan(study, plan) for plan in series.plans),
        gain=expected_gain(compared, in_play, rng),
        compared=SPECTRA,
        told=by_count[SPECTRA][place],
        by_spectra=course,
        needed=next((count for count, told in course if told.value >= ENOUGH), None),
        interpretations=(
            None if cases is None else expected_case_information(compared, in_play, cases, rng)
        ),
    )
    return _told_of_all(by_count[SPECTRA], in_play), proposed


def _told_of_all(pairs: Sequence[PairTold], in_play: InPlay) -> float:
    """Return the expected ln Bayes factor of the true mechanism against another, nats."""
    known = dict(zip(in_play.names, in_play.probabilities.tolist(), strict=True))
    weights = [known[one] * known[other] for one, other in (pair.between for pair in pairs)]
    return float(np.average([pair.log_bayes_factor.value for pair in pairs], weights=weights))


def _best_told(pairs: Sequence[PairTold]) -> int:
    return int(np.argmax([one.log_bayes_factor.value for one in pairs]))


def _is_settled(compared: Sequence[PairTold], so_far: Sequence[PairTold]) -> bool:
    """Say whether the best-told pair is decided, or nothing was told from which to go on."""
    place = _best_told(compared)
    first, now = compared[place].log_bayes_factor, so_far[place].log_bayes_factor
    return now.value >= ENOUGH or first.value < max(2 * first.error, VAIN)
