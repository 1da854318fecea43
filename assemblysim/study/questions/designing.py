"""Which spectrum to take next: possible ones ranked by what they would tell, in words first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from assemblysim.errors import InputError
from assemblysim.inference.fitting import stream
from assemblysim.inference.model.prior import Prior
from assemblysim.language import listed, time_label
from assemblysim.prediction.design.design import (
    DECIDED,
    Gain,
    Imagined,
    Narrowing,
    best_together,
    draw_truths,
    expected_gain,
    expected_narrowing,
    imagine,
)
from assemblysim.prediction.design.design_words import gain_words
from assemblysim.study.definition.study import Study
from assemblysim.study.problem.changed_conditions import UNCHANGED, Start, start_words
from assemblysim.study.questions.planned_spectra import (
    Ensemble,
    Plan,
    planned_spectra,
    quantity_draws,
    stored_ensemble,
)

# Draws of each mechanism, and outcomes imagined from each: errors of about 0.02 in a
# probability, and a minute for thirty plans.
DRAWS = 400
OUTCOMES = 120
# Share of outcomes that rest on few draws above which a figure is not to be relied on.
TOO_FEW = 0.2
# Times that come into question at most; of a longer list every few.
MOST_TIMES = 30
# A time between two measured ones must be apart from both: by a factor of the root of this.
GAP = 1.25
# Of what was put in, for experiments with less of it.
DILUTIONS = (0.5, 0.25)


@dataclass(frozen=True)
class Wish:
    """What spectra come into question.

    Attributes:
        start: the concentrations at t = 0.
        times: h; empty for a grid over the experiment and a little beyond it.
        replicates_only: whether only times that were measured already come into question.
        narrow: a quantity that should become narrower; None for the mechanism alone.
        together: how many spectra to choose that tell most when all are taken.
    """

    start: Start = UNCHANGED
    times: tuple[float, ...] = ()
    replicates_only: bool = False
    narrow: str | None = None
    together: int = 3


@dataclass(frozen=True, eq=False)
class Judged:
    """A plan with what it would tell.

    Attributes:
        plan: the spectra.
        spectra: the same one by one.
        gain: about the mechanism.
        narrowing: of the quantity that was wished for; None without one.
        sentence: in words.
    """

    plan: Plan
    spectra: tuple[Plan, ...]
    gain: Gain
    narrowing: Narrowing | None
    sentence: str


def design_study(study: Study, results: Path, wish: Wish) -> dict[str, Any]:
    """Rank possible spectra by what they would tell.

    Args:
        study: as read.
        results: the folder of its fit.
        wish: which spectra come into question.

    Returns:
        what was ``asked``, ``sentences`` and ``cautions`` in words, ``probabilities``, the ranked
        ``candidates``, the best ones ``together``, and the ``inputs`` of the study.

    Raises:
        InputError: there is no stored fit, or nothing is left to decide.
    """
    ensemble = stored_ensemble(study, results, DRAWS)
    if len(ensemble.in_play.names) == 1 and wish.narrow is None:
        raise InputError(
            f"{study.folder / 'study.toml'}: {ensemble.in_play.names[0]} alone is in play, so "
            "nothing is left to decide; name a quantity with --narrow"
        )
    plans = plans_for(study, wish)
    rng = stream(study.seed, "", "design")
    judged, joint = judge(ensemble, plans, wish, rng)
    return {
        "asked": _asked(study, wish),
        "sentences": _sentences(judged, joint),
        "cautions": _cautions(study, judged),
        "probabilities": dict(
            zip(ensemble.in_play.names, ensemble.in_play.probabilities.tolist(), strict=True)
        ),
        "decided_from": DECIDED,
        "draws": ensemble.in_play.draws,
        "inputs": dict(study.inputs),
        "candidates": [_described(one) for one in judged],
        "together": _described(joint) if joint is not None else None,
    }


def _asked(study: Study, wish: Wish) -> str:
    """Say which spectra came into question, and what they were ranked by."""
    what = "Replicates" if wish.replicates_only else "Possible next spectra"
    if wish.times:
        what += f" at {listed([time_label(t) for t in wish.times])}"
    changed = start_words(study, wish.start)
    if changed:
        what += f" {changed}"
    return f"{what}, for {wish.narrow}" if wish.narrow else what


def judge(
    ensemble: Ensemble, plans: Sequence[Plan], wish: Wish, rng: np.random.Generator
) -> tuple[list[Judged], Judged | None]:
    """Imagine every plan and rank them by expected information, or by narrowing if wished for.

    Args:
        ensemble: the mechanisms in play.
        plans: the spectra that come into question.
        wish: for the quantity, and how many spectra to choose together.
        rng: source of randomness.

    Returns:
        The plans, the best first; and the best few together, None where fewer were asked for.
    """
    in_play = ensemble.in_play
    truths = draw_truths(in_play, OUTCOMES, rng)
    numbers = None if wish.narrow is None else quantity_draws(ensemble, wish.narrow)
    imagined = {
        plan: imagine(planned_spectra(ensemble, plan), in_play, truths, rng) for plan in plans
    }

    def judged(plan: Plan, outcomes: Imagined, spectra: Sequence[Plan] = ()) -> Judged:
        gain, several = expected_gain(outcomes, in_play, rng), tuple(spectra) or (plan,)
        if numbers is None:
            return Judged(plan, several, gain, None, gain_words(plan.what, gain))
        narrowing = expected_narrowing(outcomes, in_play, numbers, rng)
        words = _narrowing_words(plan.what, narrowing, str(wish.narrow))
        return Judged(plan, several, gain, narrowing, words)

    ranked = sorted((judged(p, o) for p, o in imagined.items()), key=_worth, reverse=True)
    if wish.together < 2 or len(plans) < wish.together or len(in_play.names) < 2:
        return ranked, None
    chosen = best_together(imagined, in_play, wish.together, rng)
    outcomes = imagined[chosen[0]]
    for plan in chosen[1:]:
        outcomes = outcomes.beside(imagined[plan])
    times = tuple(sorted(t for plan in chosen for t in plan.times))
    what = f"{listed([plan.what for plan in chosen])} together"
    return ranked, judged(Plan(what, "together", wish.start, times), outcomes, chosen)


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
    times = wish.times or grid_of(measured)
    plans = [_plan(study, wish.start, t) for t in times]
    if not wish.times and not changed:
        few = np.asarray(times)[np.linspace(1, len(times) - 2, 4).astype(int)].tolist()
        plans += [_plan(study, start, t) for start in _diluted(study, wish.start) for t in few]
    return plans


def grid_of(measured: np.ndarray) -> tuple[float, ...]:
    """Return the measured times after the start and others between and beyond them, h."""
    after = measured[measured > 0]
    between = np.sqrt(after[1:] * after[:-1])[after[1:] >= GAP * after[:-1]]
    around = np.concatenate([[after[0] / 2], after, between, [1.5 * after[-1]]])
    known = set(after.tolist())
    times = [t if t in known else _handy(t) for t in np.sort(around).tolist()]
    found = list(dict.fromkeys(times))
    kept = np.unique(np.linspace(0, len(found) - 1, min(MOST_TIMES, len(found))).astype(int))
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
    changed = start_words(study, start)
    if changed:
        what = f"a spectrum at {time_label(time)} {changed}"
        return Plan(what, "other start", start, (time,))
    if time in study.experiments[start.experiment].times:
        return Plan(f"one more replicate at {time_label(time)}", "replicate", start, (time,))
    return Plan(f"a spectrum at {time_label(time)}", "new time", start, (time,))


def _worth(one: Judged) -> float:
    return one.gain.information.value if one.narrowing is None else one.narrowing.fraction.value


def _narrowing_words(what: str, found: Narrowing | None, name: str) -> str:
    if found is None:
        return f"{what}: {name} is known already."
    fraction = found.fraction
    return (
        f"{what} would take {100 * fraction.value:.0f} "
        f"± {max(1.0, 100 * fraction.error):.0f} % off the variance of {name}."
    )


def _sentences(judged: list[Judged], joint: Judged | None) -> list[str]:
    """Say the best first, then the best of every other kind, then the best few together."""
    found: dict[str, Judged] = {}
    for one in judged:
        found.setdefault(one.plan.kind, one)
    lines = [one.sentence for one in found.values()]
    best = judged[0]
    told = best.gain.information
    if best.narrowing is None and told.value < 2 * told.error:
        lines.insert(0, "None of these spectra alone would tell anything about the mechanism.")
    return lines + ([joint.sentence] if joint is not None else [])


def _cautions(study: Study, judged: list[Judged]) -> list[str]:
    found = [
        "Each figure assumes that one of the mechanisms in play is the true one and that new "
        "spectra scatter as the old ones."
    ]
    fractions = {
        one.plan.what: max(one.gain.few_draws, one.narrowing.few_draws if one.narrowing else 0.0)
        for one in judged
    }
    weak = [what for what, fraction in fractions.items() if fraction > TOO_FEW]
    if weak:
        found.append(
            f"{len(weak)} of {len(judged)} figures rest on few posterior draws, since the spectrum "
            f"would tell more than the draws resolve ({weak[0]}); take them as rough."
        )
    if study.measurement.scale.known and study.measurement.detection_limit is not None:
        found.append("The detection limit of a new spectrum is taken relative to itself.")
    return found


def _described(one: Judged) -> dict[str, Any]:
    gain = one.gain
    return {
        "what": one.plan.what,
        "kind": one.plan.kind,
        "times_h": list(one.plan.times),
        "initial": dict(one.plan.start.changes),
        "spectra": [
            {"what": p.what, "times_h": list(p.times), "initial": dict(p.start.changes)}
            for p in one.spectra
        ],
        "sentence": one.sentence,
        "information_nats": asdict(gain.information),
        "open_nats": gain.open_now,
        "decided": asdict(gain.decided),
        "pair": list(gain.pair),
        "pair_decided": asdict(gain.pair_decided),
        "pairs": [{"between": list(p.between), "decided": asdict(p.decided)} for p in gain.pairs],
        "log_bayes_factor": asdict(gain.log_bayes_factor),
        "narrowing": None if one.narrowing is None else asdict(one.narrowing.fraction),
        "few_draws": gain.few_draws,
    }
