"""A study's experiments in plain words: how each was conducted, and what they share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from assemblysim.inference.model.prior import Prior
from assemblysim.inference.model.problem import Problem
from assemblysim.language import listed, time_label
from assemblysim.measurement.statements.redundancy import repetitions
from assemblysim.sentences.checks import ALL_COUNT, wild_words
from assemblysim.sentences.conditions import conditions_words, temperature_words
from assemblysim.sentences.responses import exchanged_words, reference_words
from assemblysim.study.definition.schema import MeasurementTable
from assemblysim.study.definition.study import Experiment, Study
from assemblysim.study.results.experiments import experiment_conditions, temperature_points
from assemblysim.study.results.mechanism_result import exchanged_responses

LONG = 1e4  # h, from which on digits are grouped


def experiment_words(experiment: Experiment, unit: str) -> tuple[str, ...]:
    """Say what was mixed, when samples were taken and what was done, one phrase for each.

    Args:
        experiment: one of a study's.
        unit: of concentrations.
    """
    conditions = experiment.conditions
    start = " and ".join(_start(name, known, unit) for name, known in experiment.initial)
    times = experiment.times.tolist()
    samples = f"{len(times)} samples from {_label(times[0])} to {_label(times[-1])}"
    if len(times) == 1:
        samples = f"1 sample at {_label(times[0])}"
    facts = experiment_conditions(experiment, unit, window_h=times[-1], sampled_h=tuple(times))
    done = conditions_words(facts) or ("left alone, at a temperature that is not stated",)
    others = (
        f"or, {name}: {temperature_words(temperature_points(one))}"
        for name, one in conditions.alternatives
    )
    group = (f"of the group {conditions.group}",) if conditions.group else ()
    table = () if experiment.table is None else experiment.table.notices
    return (f"starts from {start}", samples, *done, *others, *group, *table)


def _start(name: str, known: float | Prior, unit: str) -> str:
    return (
        f"{known:g} {unit} {name}" if isinstance(known, float) else f"an unknown amount of {name}"
    )


def _label(time: float) -> str:
    if time >= LONG:
        return f"{time:,.0f} h"
    return time_label(time) if time else "the start"


def sharing_words(study: Study) -> tuple[str, ...]:
    """Say what several experiments share and what each has for itself; nothing of a single one."""
    if len(study.experiments) < 2:
        return ()
    sharing, found = study.sharing, []
    patterns = () if sharing is None else sharing.per_experiment
    alone = [*patterns, *_by_nature(study)]
    if alone:
        found.append(f"each experiment has its own: {', '.join(alone)}")
    if sharing is not None and sharing.per_group:
        members: dict[str, list[str]] = {}
        for name, group in sharing.experiments:
            members.setdefault(group, []).append(name)
        groups = "; ".join(f"{group}: {', '.join(names)}" for group, names in members.items())
        found.append(f"each group has its own: {', '.join(sharing.per_group)} ({groups})")
    found.append("shared by all: everything else" if found else "shared by all: every parameter")
    return tuple(found)


def wording_words(study: Study, problem: Problem) -> tuple[str, ...]:
    """Say how words are read, and what of them counts twice; nothing where there are none.

    Args:
        study: as read.
        problem: of any of its mechanisms.
    """
    told = [one for one in problem.experiments if one.statements is not None]
    found: list[str] = []
    usual = study.statement_settings.error_rate
    if len(study.interpretations) > 1:
        for one in study.interpretations:
            found.append(f"interpretation {one.name}, probability {one.weight:.3g}: {one.title}")
    for experiment in told:
        likelihood = experiment.statements
        if likelihood is None:
            continue
        where = f"{experiment.name}: " if len(study.experiments) > 1 else ""
        for sentence in likelihood.sentences[0]:
            if sentence.silent:
                found.append(
                    f"{where}{sentence.name} is silence: something visible is not mentioned with "
                    f"probability {sentence.rate:g}"
                )
            elif sentence.rate != usual:
                found.append(
                    f"{where}'{sentence.name}' is wrong with probability {sentence.rate:g}, others "
                    f"with {usual:g}"
                )
        every = repetitions(likelihood.sentences, likelihood.samples)
        found += [f"{where}{one.words}" for one in every]
    return tuple(found)


WILD_SPECTRA: Final = MeasurementTable.model_fields["wild_spectra"].default


def signal_words(study: Study) -> tuple[str, ...]:
    """Say which signals are standards, and which have coefficients that are parameters."""
    every = [study.measurement, *(one.own.measurement for one in study.experiments if one.own)]
    found: dict[str, None] = {}
    for signal in (signal for measurement in every for signal in measurement.signals):
        if signal.standard:
            amount = f"{signal.standard:g} {study.concentration_unit}"
            found[f"{signal.name} is a standard, {amount} in every sample"] = None
        if signal.divisor:
            found[f"{signal.name} is a ratio, {_sum(signal.terms)} over {_sum(signal.divisor)}"] = (
                None
            )
        if signal.weighted:
            plain = [n if count == 1 else f"{count:g} {n}" for n, count in signal.terms]
            terms = [*plain, *(f"{name} {species}" for species, name in signal.weighted)]
            names = listed(list(dict.fromkeys(name for _, name in signal.weighted)))
            found[f"{signal.name} = {' + '.join(terms)}, with the coefficient {names}"] = None
    return tuple(found)


def _sum(terms: Sequence[tuple[str, float]]) -> str:
    return " + ".join(n if count == 1 else f"{count:g} {n}" for n, count in terms)


def response_words(problem: Problem) -> tuple[str, ...]:
    """Say what is assumed of response factors; nothing where signals are concentrations."""
    found: list[str] = []
    measured = {id(one.measurement): one.measurement for one in problem.experiments}
    groups = exchanged_responses(problem)
    for measurement in measured.values():
        if not measurement.scale.responses_unknown:
            continue
        here = [e for e in problem.experiments if e.measurement is measurement]
        names = {dict(e.aliases).get(name, name) for e in here for name in e.response_names}
        own = [one for one in groups if names.intersection(one.names)]
        found += map(exchanged_words, own)
        if not own or any(one.stated for one in own):
            fixed = {name: value for name, value in problem.fixed if name in names}
            first = measurement.signals[0].name
            found.append(reference_words(fixed, measurement.relative_to, first))
    return tuple(found)


def measurement_words(study: Study, problem: Problem) -> tuple[str, ...]:
    """Say what is assumed of coefficients, response factors and spectra that may be wrong.

    Args:
        study: as read.
        problem: of any of its mechanisms.
    """
    return (*signal_words(study), *response_words(problem), *wild_spectra_words(study))


def wild_spectra_words(study: Study) -> tuple[str, ...]:
    """Say whether spectra may be wrong as a whole; nothing where there are none, or none may."""
    told: dict[str, list[str]] = {}
    for experiment in study.experiments:
        measurement = study.measurement_of(experiment)
        if experiment.table is not None and measurement.wild_spectra > 0:
            may_be = measurement.may_have_wild_spectra
            words = wild_words(measurement.wild_spectra) if may_be else ALL_COUNT
            told.setdefault(words, []).append(experiment.name)
    stated = study.measurement.wild_spectra not in (0, WILD_SPECTRA)
    if stated and all(one.table is None for one in study.experiments):
        return ("there is no table of spectra, so that wild_spectra does not count",)
    if len(told) == 1:
        return tuple(told)
    return tuple(f"{', '.join(names)}: {words}" for words, names in told.items())


def course_words(study: Study) -> tuple[str, ...]:
    """Say how probable each course of temperature is, where that is stated."""
    if len(study.course_weights) < 2:
        return ()
    return tuple(
        f"{name or 'as stated'}, probability {weight:.3g}" for name, weight in study.course_weights
    )


def _by_nature(study: Study) -> list[str]:
    """Return what belongs to its experiment without being listed."""
    all_conditions = [experiment.conditions for experiment in study.experiments]
    starts = any(isinstance(k, Prior) for e in study.experiments for _, k in e.initial)
    late = any(isinstance(one.dead_time, Prior) for one in all_conditions)
    uncertain = any(one.time_errors for one in all_conditions)
    return [
        *(["unknown starts"] if starts else []),
        *(["dead time"] if late else []),
        *(["uncertain sampling times"] if uncertain else []),
    ]
