"""``python -m benchmarks.designs``: do recommended sampling times decide more often than even ones?

The study of fits/hnp_dy6_synthetic with one spectrum at each time and 40 % noise leaves it open
whether Dy5L2 is a dead end or a pathway. Pilot studies of that kind are simulated and fitted; for
each, sampling times are recommended from some of the posterior draws. Then a truth is taken from
the other draws, spectra are simulated from it at the recommended and at as many evenly spaced
times, and the mechanisms' probabilities follow from weighing thousands of draws that took no part
in the recommendation. With --refit both mechanisms are also fitted anew to old and new spectra
together, which takes much longer; a fit that is not trusted gives no verdict and is left out.
Prints, and with --out stores, how often either set decides.
"""

from __future__ import annotations

import argparse
import itertools
import json
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
from scipy.special import logsumexp, softmax

from assemblysim.inference.calibration.quick import QuickFit, QuickSettings, fit_quickly
from assemblysim.inference.groundwork import lay_groundwork, smc_task, stream
from assemblysim.inference.model.parameters import values_from_normal
from assemblysim.inference.model.problem import Problem
from assemblysim.inference.sampling.smc import lengthened, run_smc
from assemblysim.measurement.data import IntensityTable
from assemblysim.measurement.likelihoods.intensities import IntensityLikelihood
from assemblysim.measurement.responses import CONTRAST
from assemblysim.prediction.design.design import DECIDED, best_together, draw_truths, imagine
from assemblysim.study.campaigns.simulated_study import CAREFUL, MORE_ROUNDS, with_tables
from assemblysim.study.definition.reading import read_study
from assemblysim.study.problem.changed_conditions import Start
from assemblysim.study.problem.problems import build_problem
from assemblysim.study.questions.designing import THOROUGH, grid_of
from assemblysim.study.questions.planned_spectra import Ensemble, Plan, ensemble_of, planned_spectra
from assemblysim.study.results.versions import versions
from assemblysim.study.workers import OneWorker, Workers

STUDY = Path(__file__).parent.parent / "fits" / "hnp_dy6_synthetic"
MECHANISMS = ("dead_end", "both")
NOISE = 0.4
# A pilot is open where there is no verdict.
OPEN = DECIDED
MOST_PILOTS = 60
# Draws of each mechanism that times are recommended from, as the command uses.
DRAWS = 400
JUDGING = 3000
TRUE = 1000


@dataclass(frozen=True, eq=False)
class Pilot:
    """One study that left the mechanism open.

    Attributes:
        number: of the pilot.
        problems: of both mechanisms, with its table.
        design: draws from which sampling times were recommended.
        judge: other draws, by which new spectra are weighed.
        truths: still others, from which they are simulated.
        times: by name, "recommended" and "even", h.
    """

    number: int
    problems: tuple[Problem, ...]
    design: Ensemble
    judge: Ensemble
    truths: Ensemble
    times: dict[str, tuple[float, ...]]


@dataclass(frozen=True)
class Answer:
    """What one repetition came to.

    Attributes:
        pilot: number of the pilot.
        truth: the true mechanism.
        probability: by set of times, what the true mechanism has afterwards.
        refitted: the same from fits made anew; empty without --refit, and without what was
            not trusted.
    """

    pilot: int
    truth: str
    probability: dict[str, float]
    refitted: dict[str, float]


def one_spectrum_each() -> tuple[Problem, ...]:
    """Return the two problems with one spectrum at each time; its readings are to be replaced."""
    study = read_study(STUDY)
    table = study.experiments[0].table
    if table is None:
        raise SystemExit("the study has no table")
    times, first = np.unique(table.times, return_index=True)
    single = replace(
        study.experiments[0], table=IntensityTable(table.signals, times, table.values[first])
    )
    thin = replace(study, experiments=(single,))
    return tuple(build_problem(thin, name) for name in MECHANISMS)


def simulated(problem: Problem, seed: int) -> IntensityTable:
    """Simulate a table from truth.toml with 40 % noise."""
    truth = read_study(STUDY).truth
    if truth is None:
        raise SystemExit("the study has no truth")
    known = {**dict(problem.fixed), **dict(truth.values), "noise": NOISE}
    known.setdefault("background", 1e-3)
    # All responses of the truth are 1, and so are their contrasts.
    known |= {name: 1.0 for name in problem.parameter_names if name.startswith(CONTRAST)}
    values = np.array([[known[name] for name in problem.parameter_names]])
    alone = ensemble_of({problem.mechanism: 1.0}, [problem], [values])
    times = problem.experiments[0].times
    spectra = planned_spectra(alone, Plan("new time", Start(), tuple(times.tolist())))
    return table_of(spectra.simulate(0, 0, np.random.default_rng(seed)))


def table_of(outcome: IntensityLikelihood | None) -> IntensityTable:
    """Return the table behind a simulated outcome."""
    if outcome is None:
        raise SystemExit("a truth gave no table")
    readings = outcome.measured
    return IntensityTable(readings.signals, readings.times[readings.at], readings.values)


def recommended_times(
    ensemble: Ensemble, start: Start, grid: Sequence[float], count: int, rng: np.random.Generator
) -> tuple[float, ...]:
    """Choose sampling times that decide most when one spectrum is taken at each.

    Args:
        ensemble: the mechanisms in play.
        start: the concentrations at t = 0.
        grid: h, the times that come into question; one that is listed twice may be chosen twice.
        count: how many to choose.
        rng: source of randomness.

    Returns:
        The times in order, h.
    """
    truths = draw_truths(ensemble.in_play, THOROUGH.outcomes, rng)
    imagined = {
        (i, time): imagine(
            planned_spectra(ensemble, Plan("new time", start, (time,))),
            ensemble.in_play,
            truths,
            rng,
        )
        for i, time in enumerate(grid)
    }
    chosen = best_together(imagined, ensemble.in_play, count, rng)
    return tuple(sorted(time for _, time in chosen))


def make_pilot(number: int, seed: int, count: int) -> Pilot | None:
    """Simulate and fit one study; None where it was decided already."""
    rng = stream(seed, "", f"pilot {number}")
    thin = one_spectrum_each()
    table = simulated(thin[1], int(rng.integers(2**31)))
    problems = tuple(with_tables(p, (table,)) for p in thin)
    fits = fit_quickly(problems, QuickSettings(), rng)
    chances = probabilities(fits)
    if chances.max() > OPEN:
        return None
    prior = dict(zip(MECHANISMS, chances.tolist(), strict=True))
    values = [many_draws(p, rng) for p in problems]
    # each mechanism's draws in three parts: to recommend from, to judge by, and to be true
    ends = np.cumsum([0, DRAWS, JUDGING, TRUE]).tolist()
    design, judge, truths = (
        ensemble_of(prior, problems, [v[low:high] for v in values])
        for low, high in itertools.pairwise(ends)
    )
    measured = problems[0].experiments[0].times
    grid = grid_of(measured) * 2  # two spectra may be taken at one time
    chosen = recommended_times(design, Start(), grid, count, rng)
    even = tuple((measured[-1] * np.arange(1, count + 1) / count).tolist())
    return Pilot(number, problems, design, judge, truths, {"recommended": chosen, "even": even})


def open_pilots(wanted: int, seed: int, spectra: int, at_once: int, pool: Workers) -> list[Pilot]:
    """Make pilots, some at once, until as many as wanted are open."""
    pilots: list[Pilot] = []
    for first in range(0, MOST_PILOTS, at_once):
        numbers = range(first, first + at_once)
        made = pool.map(make_pilot, numbers, [seed] * at_once, [spectra] * at_once)
        pilots += [one for one in made if one is not None]
        if len(pilots) >= wanted:
            break
    return pilots[:wanted]


def many_draws(problem: Problem, rng: np.random.Generator) -> np.ndarray:
    """Return posterior draws in random order, shape (D, P), tempered as carefully as in a fit."""
    groundwork = lay_groundwork(problem, CAREFUL, int(rng.integers(2**31)))
    task = smc_task(problem, groundwork, CAREFUL.smc)
    positions = lengthened(task, run_smc(task, rng), MORE_ROUNDS, rng).positions
    return values_from_normal(problem.parameters, rng.permutation(positions))


def probabilities(fits: Sequence[QuickFit]) -> np.ndarray:
    """Return the probabilities of the mechanisms, equal before the data."""
    return np.asarray(softmax([fit.log_evidence.value for fit in fits]))


def repeat(pilot: Pilot, seed: int, index: int, refit: bool) -> Answer:
    """Take new spectra of one truth at both sets of times, and weigh the mechanisms by them."""
    rng = stream(seed, "", f"repetition {index}")
    in_play = pilot.truths.in_play
    true = int(rng.choice(len(MECHANISMS), p=in_play.probabilities))
    draw = int(rng.integers(in_play.draws))
    value = pilot.truths.values[true][draw : draw + 1]
    alone = ensemble_of({MECHANISMS[true]: 1.0}, [pilot.problems[true]], [value])
    found, again = {}, {}
    for name, times in pilot.times.items():
        plan = Plan("new time", Start(), times)
        outcome = planned_spectra(alone, plan).simulate(0, 0, rng)
        found[name] = float(weighed(pilot.judge, plan, outcome)[true])
        if refit:
            more = [with_more(problem, table_of(outcome)) for problem in pilot.problems]
            fits = fit_quickly(more, QuickSettings(), rng)
            if min(fit.effective_size for fit in fits) >= QuickSettings().least:
                again[name] = float(probabilities(fits)[true])
    return Answer(pilot.number, MECHANISMS[true], found, again)


def weighed(judge: Ensemble, plan: Plan, outcome: IntensityLikelihood | None) -> np.ndarray:
    """Return the probabilities of the mechanisms after new spectra."""
    spectra = planned_spectra(judge, plan)
    densities = spectra.log_densities(outcome)
    logs = logsumexp(densities, axis=1) - np.log(judge.in_play.draws)
    return np.asarray(softmax(logs + np.log(judge.in_play.probabilities)))


def with_more(problem: Problem, more: IntensityTable) -> Problem:
    """Return a problem with further spectra beside its own."""
    old = problem.experiments[0].table
    if old is None:
        raise SystemExit("the study has no table")
    times = np.concatenate([old.times, more.times])
    order = np.argsort(times, kind="stable")
    values = np.vstack([old.values, more.values])[order]
    return with_tables(problem, (IntensityTable(old.signals, times[order], values),))


def summarised(probabilities: Sequence[dict[str, float]]) -> dict[str, dict[str, float]]:
    """Return how often either set of times decides, and wrongly, with standard errors."""
    fractions: dict[str, dict[str, float]] = {}
    decided: dict[str, np.ndarray] = {}
    for name in ("recommended", "even"):
        p = np.array([one[name] for one in probabilities])
        decided[name] = ((p >= DECIDED) | (p <= 1 - DECIDED)).astype(float)
        fractions[name] = {
            "decided": float(decided[name].mean()),
            "error": float(decided[name].std(ddof=1) / np.sqrt(len(p))),
            "wrongly": float((p <= 1 - DECIDED).mean()),
            "mean_probability_of_the_truth": float(p.mean()),
        }
    gap = decided["recommended"] - decided["even"]
    error = float(gap.std(ddof=1) / np.sqrt(len(gap)))
    fractions["difference"] = {"decided": float(gap.mean()), "error": error, "pairs": len(gap)}
    return fractions


def main() -> None:
    """Run and say."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.designs", description=__doc__)
    parser.add_argument("--repetitions", type=int, default=200)
    parser.add_argument("--pilots", type=int, default=10, help="open studies to design for")
    parser.add_argument("--spectra", type=int, default=4, help="new spectra in either set")
    parser.add_argument("--seed", type=int, default=20230916)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--refit", action="store_true", help="fit both mechanisms anew, too")
    parser.add_argument("--out", type=Path)
    asked = parser.parse_args()
    begun = time.perf_counter()
    pool = OneWorker() if asked.workers == 1 else ProcessPoolExecutor(asked.workers)
    pilots = open_pilots(asked.pilots, asked.seed, asked.spectra, asked.workers, pool)
    for pilot in pilots:
        chances = pilot.design.in_play.probabilities.round(3).tolist()
        sys.stdout.write(f"pilot {pilot.number}: {chances}, {pilot.times}\n")
    chosen = [pilots[i % len(pilots)] for i in range(asked.repetitions)]
    count = len(chosen)
    answers: list[Answer] = []
    repetitions = ([asked.seed] * count, range(count), [asked.refit] * count)
    for answer in pool.map(repeat, chosen, *repetitions):
        answers.append(answer)
        told = f"{answer.truth} {answer.probability} {answer.refitted}"
        sys.stdout.write(f"{len(answers)} of {count}: {told}\n")
        sys.stdout.flush()
    fractions = {"weighed": summarised([a.probability for a in answers])}
    trusted = [a.refitted for a in answers if len(a.refitted) == 2]
    if len(trusted) > 1:
        fractions["refitted"] = summarised(trusted)
    for way, found in fractions.items():
        for name, one in found.items():
            sys.stdout.write(f"{way}, {name}: {one}\n")
    if asked.out:
        content = {
            "study": STUDY.name,
            "mechanisms": MECHANISMS,
            "noise": NOISE,
            "spectra": asked.spectra,
            "seed": asked.seed,
            "versions": versions(),
            "seconds": round(time.perf_counter() - begun, 1),
            "pilots": {p.number: p.times for p in pilots},
            "rates": fractions,
            "answers": [asdict(answer) for answer in answers],
        }
        asked.out.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
