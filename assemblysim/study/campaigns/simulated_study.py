"""One simulated study: a truth, tables made from it as the real ones were, and what fits say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from assemblysim.errors import RunError
from assemblysim.inference.calibration.quick import QuickFit, QuickSettings, fit_quickly
from assemblysim.inference.calibration.recovery import outcome, simpler_suffices
from assemblysim.inference.evidence.comparison import Candidate, rank_mechanisms
from assemblysim.inference.groundwork import (
    importance_task,
    lay_groundwork,
    reference_found,
    smc_task,
    stream,
)
from assemblysim.inference.model.experiment import within
from assemblysim.inference.model.parameters import values_from_normal
from assemblysim.inference.model.problem import (
    Problem,
    courses_of,
    signals_of,
)
from assemblysim.inference.sampling.importance import importance_sample
from assemblysim.inference.sampling.settings import FitSettings, SmcSettings
from assemblysim.inference.sampling.smc import (
    combined_runs,
    evidence_task,
    exploratory_task,
    lengthened,
    smc_runs,
)
from assemblysim.measurement.data import IntensityTable
from assemblysim.measurement.likelihoods.intensities import intensity_likelihood
from assemblysim.measurement.simulation.misspecifications import Misspecification
from assemblysim.measurement.simulation.simulation import simulate_like
from assemblysim.result.calibration import SimulatedRecord
from assemblysim.study.campaigns.prediction_ranks import ranked_predictions
from assemblysim.study.doubts.prior_edges import with_edges_of_draws

Source = Literal["prior", "posterior"]
# How the draws are made among which a truth is ranked.
CAREFUL = FitSettings(
    screened=1024,
    starts=16,
    smc=SmcSettings(pilot_particles=640, runs=2, particles=400),
)
# Posterior draws that each truth is ranked among: 100 ranks.
RANKED_AMONG = 99
# Rounds of moves after SMC, each of which adds as many draws again.
MORE_ROUNDS = 25
# Truths drawn for one simulated study before giving up.
MOST_ATTEMPTS = 1000


@dataclass(frozen=True, eq=False)
class Design:
    """What all simulated studies of a calibration share.

    Attributes:
        problems: the real study's, one for each of its M mechanisms; simulated ones keep their
            priors, sampling times, replicates and gaps.
        richer: for each mechanism those that contain it.
        source: where truths are drawn from.
        truths: for each mechanism posterior draws, shape (D, P), in standard-normal coordinates;
            empty where truths come from the prior.
        seed: of all random numbers.
        settings: of the quick fits.
        search: how the draws of the true mechanism are made.
        failed_fraction: of integrations in a fit that is still trusted.
    """

    problems: tuple[Problem, ...]
    richer: Mapping[str, tuple[str, ...]]
    source: Source
    truths: Mapping[str, np.ndarray]
    seed: int
    settings: QuickSettings
    search: FitSettings
    failed_fraction: float


@dataclass(frozen=True, eq=False)
class Made:
    """The data of one simulated study with their truth.

    Attributes:
        position: shape (P,), the truth in standard-normal coordinates.
        tables: one for each experiment.
        not_integrated: truths left out before it since their integration failed.
        no_table: truths left out since what they gave was no table that says anything.
    """

    position: np.ndarray
    tables: tuple[IntensityTable, ...]
    not_integrated: int
    no_table: int


def calibrate_one(
    design: Design, misspecification: Misspecification, index: int
) -> SimulatedRecord:
    """Simulate one study, fit every mechanism to it, and say how that compares with the truth.

    It depends on its arguments alone, so it may be done anywhere and in any order. The truth
    and the normal errors are the same whatever the misspecification.

    Args:
        design: what all simulated studies share.
        misspecification: what the errors have that the model does not know.
        index: number of the study; the mechanisms are true in turn.

    Returns:
        The record that is stored: numbers and names only.
    """
    true = design.problems[index % len(design.problems)]
    made = make_data(design, true, misspecification, index)
    again = [with_tables(problem, made.tables) for problem in design.problems]
    if misspecification == "understated":
        again = [with_noise_stated(problem, true, made.position) for problem in again]
    rng = stream(design.seed, true.mechanism, f"calibration {misspecification} {index} fits")
    found = fit_quickly(again, design.settings, rng)
    fits = dict(zip((p.mechanism for p in design.problems), found, strict=True))
    fitted = again[index % len(again)]
    kept = [i for i, name in enumerate(true.parameter_names) if name in fitted.parameter_names]
    draws = careful_draws(fitted, design, misspecification, index)
    part = replace(true, parameters=tuple(true.parameters[i] for i in kept))
    made = replace(made, position=made.position[kept])
    rng = stream(design.seed, part.mechanism, f"{index} ranks")
    ranks, below = ranked(part, made.position, draws, rng)
    return replace(
        _record(design, part, misspecification, index, made, (again, fits)),
        ranks=ranks,
        below=below,
        prediction_ranks=ranked_predictions(fitted, made.position, draws, rng),
    )


def careful_draws(
    problem: Problem, design: Design, misspecification: Misspecification, index: int
) -> np.ndarray:
    """Return posterior draws of the true mechanism, shape (D, P), to rank its truth among.

    Quick fits weigh mechanisms well, but their posteriors are a tenth too narrow where there are
    several modes; here particles explore as in a fit, and draws are weighed, or where their weights
    cannot be trusted particles tempered and moved on.
    """
    rng = stream(design.seed, problem.mechanism, f"calibration {misspecification} {index} draws")
    seed = int(rng.integers(2**31))
    groundwork = lay_groundwork(problem, design.search, seed)
    task = smc_task(problem, groundwork, design.search.smc)
    explored = smc_runs(exploratory_task(task), rng)
    about = reference_found(problem, groundwork, explored, seed)
    weighed = importance_sample(importance_task(problem, about, design.search.importance), rng)
    if weighed.trusted:
        return weighed.positions
    runs = smc_runs(evidence_task(task, explored, rng), rng)[1:]
    return lengthened(task, combined_runs(runs, rng), MORE_ROUNDS, rng).positions


def ranked(
    true: Problem, truth: np.ndarray, draws: np.ndarray, rng: np.random.Generator
) -> tuple[dict[str, int], dict[str, float]]:
    """Rank a truth, shape (P,), among draws, shape (D, P); return ranks and shares below it."""
    chosen = draws[rng.choice(len(draws), RANKED_AMONG, replace=False)]
    names = true.parameter_names
    return (
        dict(zip(names, (chosen < truth).sum(axis=0).tolist(), strict=True)),
        dict(zip(names, (draws < truth).mean(axis=0).tolist(), strict=True)),
    )


def make_data(
    design: Design, true: Problem, misspecification: Misspecification, index: int
) -> Made:
    """Draw a truth and its tables; draw anew where the truth makes none, and count that.

    A truth whose integration fails is left out, as it is by the posterior. A table is left out
    by what is in it alone. Neither biases what is inferred of a mechanism's parameters. Where
    mechanisms differ in how many tables are kept, their probabilities are off by that ratio.

    Raises:
        RunError: a thousand truths made no table.
    """
    not_integrated = no_table = 0
    for attempt in range(MOST_ATTEMPTS):
        rng = stream(design.seed, true.mechanism, f"calibration {index} truth {attempt}")
        if design.source == "posterior":
            position = rng.choice(design.truths[true.mechanism])
        else:
            position = rng.standard_normal(len(true.parameters))
        signals = expected_tables(true, position)
        if signals is None:
            not_integrated += 1
            continue
        tables = _tables(true, position, signals, misspecification, rng)
        if tables is not None:
            return Made(position, tables, not_integrated, no_table)
        no_table += 1
    raise RunError(
        f"{true.mechanism}: {MOST_ATTEMPTS} truths made no table: {not_integrated} could not be "
        f"integrated, {no_table} gave an intensity below zero or none above the detection limit; "
        "state detection_limit or narrower priors, or use --from posterior"
    )


def expected_tables(problem: Problem, position: np.ndarray) -> tuple[np.ndarray, ...] | None:
    """Return each experiment's expected signals, shape (T, I); None where integration fails.

    Args:
        problem: mechanism, with the tables whose sampling times are meant.
        position: shape (P,), standard-normal coordinates.
    """
    named = problem.named(values_from_normal(problem.parameters, position[None]))
    found = []
    for experiment in problem.experiments:
        batch = courses_of(problem, experiment, named)
        if not batch.completed.all():
            return None
        found.append(signals_of(experiment, named, batch.concentrations)[0])
    return tuple(found)


def _tables(
    problem: Problem,
    position: np.ndarray,
    signals: tuple[np.ndarray, ...],
    misspecification: Misspecification,
    rng: np.random.Generator,
) -> tuple[IntensityTable, ...] | None:
    named = problem.named(values_from_normal(problem.parameters, position[None]))
    tables = []
    for experiment, expected in zip(problem.experiments, signals, strict=True):
        likelihood = experiment.intensities
        if likelihood is None:
            raise RunError(f"experiment '{experiment.name}' has no table to simulate")
        noise = within(experiment, named).stack(likelihood.noise_names)[0]
        table = simulate_like(likelihood, expected, noise, misspecification, rng)
        if table is None:
            return None
        tables.append(table)
    return tuple(tables)


def with_tables(problem: Problem, tables: tuple[IntensityTable, ...]) -> Problem:
    """Return the same problem, its priors unchanged, with other intensities."""
    experiments = tuple(
        replace(
            experiment, table=table, intensities=intensity_likelihood(table, experiment.measurement)
        )
        for experiment, table in zip(problem.experiments, tables, strict=True)
    )
    return replace(problem, experiments=experiments)


def with_noise_stated(problem: Problem, true: Problem, position: np.ndarray) -> Problem:
    """Return a problem whose noise is stated as it was drawn, instead of being inferred.

    An error larger than that is a misspecification only where the noise may not grow to explain it.
    """
    values = values_from_normal(true.parameters, position[None])[0]
    drawn = {
        p.name: float(value)
        for p, value in zip(true.parameters, values, strict=True)
        if p.kind == "noise"
    }
    return replace(
        problem,
        parameters=tuple(p for p in problem.parameters if p.kind != "noise"),
        fixed=(*problem.fixed, *drawn.items()),
    )


def _record(
    design: Design,
    true: Problem,
    misspecification: Misspecification,
    index: int,
    made: Made,
    fitted: tuple[Sequence[Problem], Mapping[str, QuickFit]],
) -> SimulatedRecord:
    """Return the record of a simulated study, without ranks."""
    problems, fits = fitted
    rng = stream(design.seed, true.mechanism, f"calibration {misspecification} {index} conclusions")
    candidates = tuple(
        Candidate(
            problem.mechanism,
            fits[problem.mechanism].log_evidence,
            fits[problem.mechanism].log_evidence,  # a quick fit has no second estimate
            len(problem.parameters),
            _trusted(fits[problem.mechanism], design),
        )
        for problem in design.problems
    )
    ranking = rank_mechanisms(candidates, rng)
    draws = {name: fit.positions for name, fit in fits.items()}
    ranking = with_edges_of_draws(ranking, problems, draws)
    richer = design.richer[true.mechanism]
    names = true.parameter_names
    return SimulatedRecord(
        index=index,
        truth=true.mechanism,
        outcome=outcome(ranking, true.mechanism, richer),
        leans=bool(ranking.verdict.edges),
        suffices=simpler_suffices(ranking, true.mechanism, richer),
        probabilities=ranking.probabilities,
        left_open=ranking.left_open,
        values=dict(
            zip(names, values_from_normal(true.parameters, made.position).tolist(), strict=True)
        ),
        log_evidence={
            name: (fit.log_evidence.value, fit.log_evidence.error) for name, fit in fits.items()
        },
        trusted=_trusted(fits[true.mechanism], design),
        calls=sum(fit.calls for fit in fits.values()),
        not_integrated=made.not_integrated,
        no_table=made.no_table,
        ranks={},
        below={},
        prediction_ranks={},
    )


def _trusted(fit: QuickFit, design: Design) -> bool:
    """Say whether a fit is good enough for a verdict; truths play no part in that."""
    failed = fit.failed > design.failed_fraction * max(1, fit.calls)
    return fit.effective_size >= design.settings.least and not failed
