"""Which spectra are more probably wrong than not, which were exchanged, and what that changes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

import numpy as np

from assemblysim.inference.calibration.quick import QuickSettings, fit_quickly
from assemblysim.inference.groundwork import stream
from assemblysim.inference.model.experiment import ExperimentProblem, within
from assemblysim.inference.model.likelihood import log_likelihood
from assemblysim.inference.model.problem import Problem, courses_of, filled, signals_of
from assemblysim.measurement.data import IntensityTable
from assemblysim.measurement.likelihoods.intensities import (
    IntensityLikelihood,
    intensity_likelihood,
)
from assemblysim.measurement.measured_intensities import SMALLEST_SIGNAL
from assemblysim.result.checks import ExchangedSpectra, WildSpectrum
from assemblysim.result.evidence import ComparisonResult, LeftOut
from assemblysim.result.mechanism import MechanismResult

# More probably wrong than not.
NAMED = 0.5
# Nats by which two spectra fit better in each other's place, beyond the logarithm of how many
# pairs were looked at, before they are called exchanged: strong evidence.
EXCHANGED = 3.0
# Of more pairs than this, only those of so many suspects and partners are looked at.
MANY_PAIRS, MOST_SUSPECTS, MOST_PARTNERS = 5000, 30, 8


def wild_spectra(problem: Problem, values: np.ndarray) -> tuple[WildSpectrum, ...]:
    """Return every spectrum with the chance that it is wild.

    Args:
        problem: the mechanism and the data.
        values: shape (D, P), posterior draws in the parameters' units.

    Returns:
        One for each; none where no spectrum may be.
    """
    if not problem.may_have_wild_spectra:
        return ()
    several = len(problem.experiments) > 1
    found = []
    for experiment, chance in zip(
        problem.experiments, wild_probabilities(problem, values), strict=True
    ):
        readings = experiment.intensities
        if readings is None or not readings.measurement.may_have_wild_spectra:
            continue
        measured = readings.measured
        times = measured.times[measured.at].tolist()
        means = np.nanmean(chance, axis=0).tolist()
        found += [
            WildSpectrum(experiment.name if several else "", n + 1, label, time, mean)
            for n, (label, time, mean) in enumerate(zip(measured.rows, times, means, strict=True))
        ]
    return tuple(found)


def with_wild_spectra(
    result: MechanismResult, problem: Problem, values: np.ndarray
) -> MechanismResult:
    """Return a mechanism's result with its wild spectra, and those that were exchanged."""
    wild = wild_spectra(problem, values)
    pairs = exchanged_spectra(problem, values, wild)
    return replace(result, wild_spectra=wild, exchanged_spectra=pairs)


def exchanged_spectra(
    problem: Problem, values: np.ndarray, wild: tuple[WildSpectrum, ...]
) -> tuple[ExchangedSpectra, ...]:
    """Look for spectra that took each other's place, of which one at least looks wild.

    Nothing is fitted: the log-likelihood of the table with two rows exchanged, at the posterior
    draw of greatest likelihood, is held against that of the table as it is.

    Args:
        problem: the mechanism and the data.
        values: shape (D, P), posterior draws in the parameters' units.
        wild: all spectra with the chance that they are.

    Returns:
        The best partner of each such spectrum, if it is one.
    """
    surest = sorted(wild, key=lambda one: -one.probability)
    suspects = [one for one in surest if one.probability > NAMED]
    if not suspects:
        return ()
    best = values[[int(np.argmax(log_likelihood(problem, values).total))]]
    found: dict[tuple[str, int, int], ExchangedSpectra] = {}
    for experiment in problem.experiments:
        name = experiment.name if len(problem.experiments) > 1 else ""
        rows = [one.row - 1 for one in suspects if one.experiment == name]
        for one in _exchanges(problem, experiment, best, rows) if rows else ():
            found[name, *one.rows] = replace(one, experiment=name)
    return tuple(found[place] for place in sorted(found))


def _exchanges(
    problem: Problem, experiment: ExperimentProblem, values: np.ndarray, suspects: list[int]
) -> list[ExchangedSpectra]:
    """Return the exchanges of one experiment's suspects that help at one parameter vector."""
    readings, table = experiment.intensities, experiment.table
    if readings is None or table is None:
        return []
    named = problem.named(values)
    concentrations = filled(courses_of(problem, experiment, named))
    signals = signals_of(experiment, named, concentrations)[:, experiment.reading_places]
    noise = within(experiment, named).stack(readings.noise_names)
    now = float(readings.pointwise(signals, noise).sum())
    at, labels = readings.measured.at, readings.measured.rows
    least = EXCHANGED + np.log(max(1, sum(int((at != at[i]).sum()) for i in suspects)))
    found = []
    for i, partners in _partners(readings, signals[0], suspects):
        gains = {}
        for j in partners:
            changed = intensity_likelihood(exchanged(table, i, j), readings.measurement)
            rise = float(changed.pointwise(signals, noise).sum()) - now
            if rise > least and not _still_wild(changed, signals, noise, i, j):
                gains[j] = rise
        if gains:
            j = max(gains, key=gains.__getitem__)
            first, second = min(i, j), max(i, j)
            pair = (labels[first], labels[second])
            found.append(ExchangedSpectra("", (first + 1, second + 1), pair, gains[j]))
    return found


def _partners(
    readings: IntensityLikelihood, signals: np.ndarray, suspects: list[int]
) -> Iterator[tuple[int, list[int]]]:
    """Yield each suspect with the spectra that it may have been exchanged with.

    Those are all of other times; of more than `MANY_PAIRS` pairs those of the surest suspects that
    look most alike: what was read of each beside what is expected at the other's time, as square
    roots (Hellinger's distance) of fractions of whatever shares a scale factor.
    """
    measured, scale = readings.measured, readings.measurement.scale
    at = measured.at
    if len(suspects) * len(at) <= MANY_PAIRS:
        for i in suspects:
            yield i, np.flatnonzero(at != at[i]).tolist()
        return
    read = np.maximum(np.nan_to_num(measured.values), 0.0)
    expected = np.where(np.isnan(measured.values), 0.0, signals[at])
    if scale.known:  # what is largest of a signal counts as much as of any other
        sizes = np.maximum(read.max(axis=0), SMALLEST_SIGNAL)
        read, expected = (np.sqrt(cells / sizes) for cells in (read, expected))
    else:  # fractions of what shares a scale factor
        along = 0 if scale.by_column else 1
        read, expected = (_fractions(cells, along) for cells in (read, expected))
    for i in suspects[:MOST_SUSPECTS]:
        apart = ((read[i] - expected) ** 2).sum(axis=1) + ((read - expected[i]) ** 2).sum(axis=1)
        apart[at == at[i]] = np.inf
        near = np.argsort(apart, kind="stable")[:MOST_PARTNERS]
        yield i, near[np.isfinite(apart[near])].tolist()


def _fractions(cells: np.ndarray, along: int) -> np.ndarray:
    """Return square roots of fractions of the sums along an axis."""
    sums = cells.sum(axis=along, keepdims=True)
    return np.asarray(np.sqrt(cells / np.maximum(sums, SMALLEST_SIGNAL)))


def _still_wild(
    readings: IntensityLikelihood, signals: np.ndarray, noise: np.ndarray, i: int, j: int
) -> bool:
    return bool(readings.wild_probabilities(signals, noise)[0, [i, j]].max() > NAMED)


def exchanged(table: IntensityTable, i: int, j: int) -> IntensityTable:
    """Return a table in which two rows have each other's intensities, at their own times."""
    order = np.arange(len(table.times))
    order[[i, j]] = j, i
    return replace(
        table,
        values=table.values[order],
        below=None if table.below is None else table.below[order],
        limits=None if table.limits is None else table.limits[order],
        sds=None if table.sds is None else table.sds[order],
        covariances=None if table.covariances is None else table.covariances[order],
    )


def with_left_out(
    comparison: ComparisonResult,
    seed: int,
    problems: tuple[Problem, ...],
    mechanisms: Mapping[str, MechanismResult],
) -> ComparisonResult:
    """Return a comparison that says without which spectra its verdict is.

    Args:
        comparison: of all mechanisms.
        seed: of the study.
        problems: of the same mechanisms.
        mechanisms: what was found for each.
    """
    named = _named(comparison.probabilities, mechanisms)
    if not named:
        return comparison
    keys = {(one.experiment, one.row) for one in named}
    under = tuple(
        name
        for name in comparison.probabilities
        if all(
            one.probability > NAMED
            for one in mechanisms[name].wild_spectra
            if (one.experiment, one.row) in keys
        )
    )
    leader, probability = _with_every_spectrum(seed, problems)
    exchanges = mechanisms[next(iter(comparison.probabilities))].exchanged_spectra
    left_out = LeftOut(named, under, len(under) == len(mechanisms), exchanges, leader, probability)
    return replace(comparison, verdict=replace(comparison.verdict, left_out=left_out))


def _named(
    probabilities: Mapping[str, float], mechanisms: Mapping[str, MechanismResult]
) -> tuple[WildSpectrum, ...]:
    """Return the spectra that are more probably wild than not, averaged over mechanisms."""
    weights = list(probabilities.values())
    every = [mechanisms[name].wild_spectra for name in probabilities]
    found = []
    for same in zip(*every, strict=True):
        mean = sum(w * one.probability for w, one in zip(weights, same, strict=True))
        if mean > NAMED:
            found.append(replace(same[0], probability=mean))
    return tuple(found)


def _with_every_spectrum(seed: int, problems: tuple[Problem, ...]) -> tuple[str | None, float]:
    """Return which mechanism would lead if no spectrum could be wild, and how probable it is."""
    settings = QuickSettings()
    plain = [problem.without_wild_spectra() for problem in problems]
    fits = fit_quickly(plain, settings, stream(seed, "", "every spectrum"))
    if any(fit.effective_size < settings.least for fit in fits):
        return None, float("nan")
    values = np.array([fit.log_evidence.value for fit in fits])
    chances = np.exp(values - np.logaddexp.reduce(values))
    best = int(np.argmax(chances))
    return plain[best].mechanism, float(chances[best])


def wild_probabilities(problem: Problem, values: np.ndarray) -> tuple[np.ndarray, ...]:
    """Compute the chance that each spectrum is wild, given the parameters and the data.

    Args:
        problem: mechanism and data.
        values: shape (D, P), in the parameters' units.

    Returns:
        For each experiment shape (D, N): a mean over courses of temperature; nan where an
        integration failed; of no spectra where the experiment has none.
    """
    named = problem.named(values)
    by_case = log_likelihood(problem, values).case_probabilities
    by_course = by_case.reshape(len(values), len(problem.course_weights), -1).sum(axis=2)
    found = []
    for experiment in problem.experiments:
        readings = experiment.intensities
        if readings is None:
            found.append(np.zeros((len(values), 0)))
            continue
        total = np.zeros((len(values), len(readings.measured.at)))
        noise = within(experiment, named).stack(readings.noise_names)
        for (name, _), weight in zip(problem.course_weights, by_course.T, strict=True):
            own = experiment.under(name)
            batch = courses_of(problem, own, named)
            signals = signals_of(own, named, filled(batch))[:, own.reading_places]
            chance = readings.wild_probabilities(signals, noise)
            total += weight[:, None] * np.where(batch.completed[:, None], chance, np.nan)
        found.append(total)
    return tuple(found)
