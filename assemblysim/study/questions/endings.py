"""Where a fitted mixture comes to rest, whether its product is a trap, and how soon species go."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from assemblysim.kinetics.reactor.reactor import Reactor, courses
from assemblysim.mechanism.properties.detailed_balance import detailed_balance
from assemblysim.prediction.courses.fine_courses import PREDICTION_TOLERANCE
from assemblysim.prediction.courses.intervals import interval_of, share_of
from assemblysim.prediction.disappearance import LEFT, disappearance_in
from assemblysim.prediction.rest import one_way_steps, rest_in
from assemblysim.result.numbers import Interval, LifetimeQuantity
from assemblysim.study.definition.study import Study
from assemblysim.study.questions.drawn_reactors import DrawnReactors, drawn_reactors, fractions_of
from assemblysim.study.questions.forecasting import Question

# A product of which less than this part of what the window's end had is left at rest is a trap.
KEPT = 0.5


@dataclass(frozen=True)
class Remainder:
    """What there is of a species at rest.

    Attributes:
        concentration: in the study's unit.
        fraction: of the block; all None where there is none.
    """

    concentration: Interval
    fraction: Interval


@dataclass(frozen=True)
class MadeMost:
    """The species that holds most when the window ends, of those that were not put in.

    Attributes:
        species: its name.
        fraction: of the block when the window ends; a concentration where there is no block.
        fraction_at_rest: likewise, at rest.
        trap: how probably less than `KEPT` of it is left at rest.
    """

    species: str
    fraction: Interval
    fraction_at_rest: Interval
    trap: float | None


@dataclass(frozen=True)
class WhereItEnds:
    """What becomes of a mixture, over all mechanisms in play.

    Attributes:
        unit: of concentrations.
        until_h: the end of the window.
        block: the building block that fractions are of; "" where there is none.
        rest: by species.
        reached_h: from when on it is at rest; None beyond what was followed.
        restless: how probably it never comes to rest.
        product: None where nothing is made.
        one_way: steps of the mechanisms in play that no step leads back.
        draws: how many were followed.
        disappearance: DT50 and DT90, h, of each species that is used.
        failed: how many draws could not be followed; they are left out of all but DT50 and DT90.
        balanced: whether a rest without steps of one way is an equilibrium: nothing is held, and
            the constants agree round every cycle.
    """

    unit: str
    until_h: float
    block: str
    rest: Mapping[str, Remainder]
    reached_h: Interval
    restless: float | None
    product: MadeMost | None
    one_way: tuple[str, ...]
    draws: int
    disappearance: Mapping[str, Mapping[str, LifetimeQuantity]]
    failed: int = 0
    balanced: bool = True


def where_it_ends(study: Study, results: Path, question: Question) -> WhereItEnds:
    """Follow draws of every mechanism in play until nothing changes any more.

    Args:
        study: as read.
        results: the folder of its fit.
        question: the start, the window, and the building block of fractions.

    Raises:
        InputError: there is no stored fit, or the question does not fit the study.
    """
    drawn = drawn_reactors(study, results, question)
    block = drawn.block_of(question.block)
    ends, rests, times, units = [], [], [], []
    for reactor in drawn.reactors.values():
        found = rest_in(reactor, drawn.until)
        end = courses(reactor, np.array([drawn.until]), PREDICTION_TOLERANCE)
        done = end.completed & ~np.isnan(found.times)
        part, last = reactor[done], found.concentrations[done]
        every = np.stack((end.concentrations[done, -1], last), axis=1)
        held = fractions_of(part, every, block) if block else every
        ends.append(drawn.placed(reactor, held))
        rests.append(drawn.placed(reactor, last))
        times.append(found.times[done])
        units.append(drawn.placed(reactor, (part.initial > 0).astype(float)))
    both, amounts, when = np.concatenate(ends), np.concatenate(rests), np.concatenate(times)
    put_in = np.asarray(np.any(np.concatenate(units) > 0, axis=0))
    every_draw = sum(len(one) for one in drawn.reactors.values())
    alike = np.ones(len(when))
    one_way = [step for one in drawn.reactors.values() for step in one_way_steps(one.network)]
    return WhereItEnds(
        study.concentration_unit,
        drawn.until,
        block,
        {
            name: Remainder(
                interval_of(amounts[:, i], alike),
                interval_of(both[:, 1, i], alike) if block else Interval(None, None, None),
            )
            for i, name in enumerate(drawn.species)
        },
        interval_of(when, alike),
        share_of(np.isinf(when), when, alike),
        _product(drawn.species, both, put_in) if len(when) else None,
        tuple(dict.fromkeys(one_way)),
        len(when),
        _disappearance(drawn),
        every_draw - len(when),
        all(_balanced(study, reactor) for reactor in drawn.reactors.values()),
    )


def _balanced(study: Study, reactor: Reactor) -> bool:
    """Say whether steps that have all their way back end in an equilibrium."""
    if reactor.protocol.held:
        return False
    found = detailed_balance(reactor.network, study.system.constants)
    return not (found.cycles or found.with_own_laws or found.changing)


def _product(names: tuple[str, ...], both: np.ndarray, put_in: np.ndarray) -> MadeMost | None:
    """Return what holds most at the window's end, from shares (D, 2, S) then and at rest."""
    most = np.where(put_in, -1.0, np.median(both[:, 0], axis=0))
    i = int(most.argmax())
    if most[i] <= 0:
        return None
    then, later, alike = both[:, 0, i], both[:, 1, i], np.ones(len(both))
    gone = share_of(later < KEPT * then, later, alike)
    return MadeMost(names[i], interval_of(then, alike), interval_of(later, alike), gone)


def _disappearance(drawn: DrawnReactors) -> dict[str, dict[str, LifetimeQuantity]]:
    """Return DT50 and DT90 over the draws of the mechanisms that use a species."""
    columns: dict[str, list[np.ndarray]] = {}
    for reactor in drawn.reactors.values():
        found = disappearance_in(reactor, drawn.until)
        for i, name in enumerate(found.species):
            columns.setdefault(name, []).append(found.times[:, i])
    shown = {}
    for name in [one for one in drawn.species if one in columns]:
        every = np.concatenate(columns[name])
        alike = np.ones(len(every))
        shown[name] = {which: _quantity(every[:, k], alike) for k, which in enumerate(LEFT)}
    return shown


def _quantity(values: np.ndarray, weights: np.ndarray) -> LifetimeQuantity:
    found, beyond = interval_of(values, weights), share_of(np.isinf(values), values, weights)
    return LifetimeQuantity(found.median, found.lower, found.upper, "h", beyond)
