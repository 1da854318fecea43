"""Yields under several conditions at once: amounts, ratios, temperatures and times as a grid."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np

from assemblysim.errors import InputError, RunError, did_you_mean
from assemblysim.files.places import at
from assemblysim.kinetics.reactor.reactor import Reactor, courses
from assemblysim.kinetics.reactor.temperature import Programme
from assemblysim.mechanism.properties.balance import building_blocks, composition_matrix
from assemblysim.mechanism.properties.balance import stoichiometry as changes_of
from assemblysim.prediction.courses.bands import bands
from assemblysim.prediction.courses.fine_courses import PREDICTION_TOLERANCE
from assemblysim.study.definition.study import Study
from assemblysim.study.problem.changed_conditions import (
    read_temperature,
    refuse_in_empty,
    something_comes_in,
)
from assemblysim.study.problem.options import written_values
from assemblysim.study.questions.drawn_reactors import (
    DrawnReactors,
    drawn_reactors,
    endless_blocks,
)
from assemblysim.study.questions.forecasting import Question
from assemblysim.units import kelvin, quantity

TEMPERATURE, TIME = "temperature", "time"
MOST_AXES, MOST_CONDITIONS = 2, 400
# Of the highest: what differs by less is as good, as integrations are no more exact.
_ALIKE = 1e-6
# Median and the ends of 95 %.
LEVELS = (0.5, 0.025, 0.975)


@dataclass(frozen=True)
class Axis:
    """A condition that is varied.

    Attributes:
        name: a species, a ratio of two as "L/Fe", "temperature" or "time".
        unit: as written; "" of a ratio.
        shown: the values as written.
        values: in the study's unit of concentration, K or h, or the ratio.
    """

    name: str
    unit: str
    shown: tuple[float, ...]
    values: tuple[float, ...]

    @property
    def label(self) -> str:
        """The name with its unit."""
        return f"{self.name} ({self.unit})" if self.unit else self.name


@dataclass(frozen=True, eq=False)
class VariedConditions:
    """What all mechanisms in play lead to under each of several conditions.

    Attributes:
        axes: one or two, of N and M values; M is 1 where there is one axis.
        until_h: when it is looked at; the last time where time is an axis.
        product: the species that is asked about.
        unit: of concentrations.
        block: what yields are fractions of; "" for the most that the conditions allow.
        species: names of the S species.
        concentrations: shape (3, N, M, S), the `LEVELS`.
        yields: likewise, 0 to 1; nan where nothing has a composition or things are added.
        best: shape (N, M), how probably each is the best for the product.
        draws: how many count.
        failed: of how many draws some condition could not be followed; they are left out.
    """

    axes: tuple[Axis, ...]
    until_h: float
    product: str
    unit: str
    block: str
    species: tuple[str, ...]
    concentrations: np.ndarray
    yields: np.ndarray
    best: np.ndarray
    draws: int
    failed: int


def read_axes(study: Study, texts: tuple[str, ...], option: str = "--vary") -> tuple[Axis, ...]:
    """Read what is varied, such as "L/Fe=1, 1.5, 2" or "temperature=20 to 80 degC in 4".

    Raises:
        InputError: a name or a value is at fault, or there are too many.
    """
    axes = tuple(_axis(study, text, option) for text in texts)
    if len(axes) > MOST_AXES:
        raise InputError(f"{option}: {len(axes)} conditions are varied; vary {MOST_AXES} at most")
    if len({one.name for one in axes}) < len(axes):
        raise InputError(f"{option}: '{axes[0].name}' is given twice; keep one")
    _refuse_what_is_set_twice(axes, option)
    count = int(np.prod([len(one.values) for one in axes]))
    if count > MOST_CONDITIONS:
        raise InputError(f"{option}: {count} conditions; ask for {MOST_CONDITIONS} at most")
    return axes


def _refuse_what_is_set_twice(axes: tuple[Axis, ...], option: str) -> None:
    """Refuse ratios of a species to itself, and two conditions that would set one species."""
    for one in axes:
        above, _, below = one.name.partition("/")
        if above == below:
            raise InputError(f"{option}: '{one.name}' is 1 at any amount; name two species")
    for one, other in itertools.permutations(axes, 2):
        above, _, below = one.name.partition("/")
        names = other.name.split("/")
        if (below and above == names[0]) or [above, below] == names[::-1]:
            raise InputError(
                f"{option}: '{one.name}' and '{other.name}' both set the amount of {above}; "
                f"vary another species, or one of the two"
            )


def _axis(study: Study, text: str, option: str) -> Axis:
    name, sign, written = (part.strip() for part in text.partition("="))
    species = study.system.species_names
    if not sign or not written:
        raise InputError(
            f'{option}: {text!r} is not name=values; write it as "{species[0]}=1, 2, 4 mM", '
            '"temperature=20 to 80 degC" or "time=1, 6, 24 h"'
        )
    first, slash, second = (part.strip() for part in name.partition("/"))
    known = species if slash else (*species, TEMPERATURE, TIME)
    for one in (first, *([second] if slash else [])):
        if one not in known:
            raise InputError(f"{option}: unknown condition '{one}'{did_you_mean(one, known)}")
    name, place = (f"{first}/{second}" if slash else first), f"{option} {name}"
    with at(place):
        values, unit = written_values(written)
        if slash:
            if unit:
                raise InputError(f"'{unit}' fits no ratio; write numbers alone, as 1, 1.5, 2")
            inside = [quantity(value, "") for value in values]
        elif first == TEMPERATURE:
            inside = [kelvin(f"{value!r} {unit}") for value in values]
        else:
            wanted = "h" if first == TIME else study.concentration_unit
            inside = [quantity(f"{value!r} {unit}", wanted) for value in values]
    if first == TEMPERATURE:
        for value in values:
            read_temperature(study, f"{value:g} {unit}", place)
    if min(inside) < 0 or (first == TIME and min(inside) <= 0):
        raise InputError(f"{place}: {min(values):g} {unit} is too small; write values above 0")
    return Axis(name, unit, tuple(values), tuple(inside))


def varied_conditions(
    study: Study, results: Path, question: Question, axes: tuple[Axis, ...], product: str | None
) -> VariedConditions:
    """Predict what there is under every combination of varied conditions.

    Args:
        study: as read.
        results: the folder of its fit.
        question: what is not varied: the start, how long, and the block of yields, None for the
            most of each species that the conditions allow.
        axes: one or two, from `read_axes`.
        product: a species; None for the one that no step uses and of which there is most.

    Raises:
        InputError: there is no stored fit, or the question does not fit the study.
        RunError: no draw could be followed.
    """
    drawn = drawn_reactors(study, results, question)
    if product is not None and product not in drawn.species:
        raise InputError(
            f"--product: unknown species '{product}'{did_you_mean(product, drawn.species)}"
        )
    _refuse_unknown_block(drawn, question.block)
    moments = np.array(next((a.values for a in axes if a.name == TIME), (drawn.until,)))
    shape = tuple(len(one.values) for one in axes)
    still = [one for one in axes if one.name != TIME]
    amounts, held, done = [], [], []
    for reactor in drawn.reactors.values():
        block = "" if drawn.moments else question.block
        cells = [_followed(drawn, one, moments, block) for one in _reactors(reactor, still)]
        amounts.append(np.stack([a for a, _, _ in cells], axis=1))
        held.append(np.stack([y for _, y, _ in cells], axis=1))
        done.append(np.all([d for _, _, d in cells], axis=0))
    kept = np.concatenate(done)
    if not kept.any():
        raise RunError("no draw of the posterior could be followed under all these conditions")
    size = (int(kept.sum()), *_grid_shape(axes, shape), len(drawn.species))
    every = [_arranged(np.concatenate(x)[kept], axes, size) for x in (amounts, held)]
    if drawn.moments:
        every[1] = np.full_like(every[1], np.nan)
    name = product or _usual_product(drawn, every)
    made = [one[..., drawn.species.index(name)].reshape(size[0], -1) for one in every]
    # As what is shown: a yield, unless this species has none.
    best = _best(made[1] if np.isfinite(made[1]).all() else made[0])
    return VariedConditions(
        axes,
        float(moments[-1]) if len(moments) > 1 else float(moments[0]),
        name,
        study.concentration_unit,
        question.block or "",
        drawn.species,
        bands(every[0], LEVELS),
        bands(every[1], LEVELS),
        best.reshape(size[1:3]),
        size[0],
        int((~kept).sum()),
    )


def _refuse_unknown_block(drawn: DrawnReactors, block: str | None) -> None:
    reactors = drawn.reactors.values()
    known = {name for one in reactors for name in building_blocks(one.network.species)}
    if block and block not in known:
        raise InputError(f"--of: no building block '{block}'{did_you_mean(block, sorted(known))}")


def _best(made: np.ndarray) -> np.ndarray:
    """Return how probably each condition is the best, from shape (D, C); equal ones share."""
    highest = made.max(axis=1, keepdims=True)
    alike = made >= highest * (1 - _ALIKE)
    return np.asarray(np.mean(alike / alike.sum(axis=1, keepdims=True), axis=0))


def _grid_shape(axes: tuple[Axis, ...], shape: tuple[int, ...]) -> tuple[int, int]:
    return (shape[0], shape[1]) if len(axes) == MOST_AXES else (shape[0], 1)


def _arranged(values: np.ndarray, axes: tuple[Axis, ...], size: tuple[int, ...]) -> np.ndarray:
    """Return values of shape (D, cells, times, S) as (D, N, M, S), time where it stands."""
    if len(axes) == MOST_AXES and axes[0].name == TIME:
        values = values.swapaxes(1, 2)
    return values.reshape(size)


def _reactors(reactor: Reactor, axes: list[Axis]) -> Iterator[Reactor]:
    """Yield a reactor for each combination, the last axis fastest."""
    names = reactor.network.species_names
    varied = [one.name.partition("/")[0] for one in axes if one.name != TEMPERATURE]
    refuse_in_empty(reactor.protocol, varied, "--vary")
    for values in itertools.product(*(one.values for one in axes)):
        initial, protocol = reactor.initial.copy(), reactor.protocol
        for axis, value in sorted(zip(axes, values, strict=True), key=partial(_turn, axes)):
            above, _, below = axis.name.partition("/")
            if axis.name == TEMPERATURE:
                protocol = replace(protocol, programme=Programme((0.0,), (value,)))
            elif below and above in names and below in names:
                if not initial[:, names.index(below)].any():
                    raise InputError(
                        f"--vary {axis.name}: there is no {below} at the start; write --initial "
                        f'{below}="1 mM", or vary amounts'
                    )
                initial[:, names.index(above)] = value * initial[:, names.index(below)]
            elif not below and above in names:
                initial[:, names.index(above)] = value
        if not initial.any() and not something_comes_in(reactor.network, protocol):
            raise InputError("--vary: nothing to start from; leave a concentration above 0")
        yield replace(reactor, initial=initial, protocol=protocol)


def _turn(axes: list[Axis], chosen: tuple[Axis, float]) -> int:
    """Return when an axis is set: amounts, then ratios to what is not set, then other ratios."""
    below = chosen[0].name.partition("/")[2]
    return 0 if not below else 1 + (below in {one.name.partition("/")[0] for one in axes})


def _followed(
    drawn: DrawnReactors, reactor: Reactor, moments: np.ndarray, block: str | None
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return concentrations and yields, (D, T, S) among all species, and which draws ended."""
    order = np.argsort(moments)
    found = courses(reactor, moments[order], PREDICTION_TOLERANCE)
    back = np.argsort(order)
    concentrations = found.concentrations[:, back]
    most = most_of_each(reactor, block)[:, None]
    with np.errstate(divide="ignore", invalid="ignore"):
        yields = np.where(most > 0, concentrations / most, 0.0)
    yields = np.where(np.isnan(most), np.nan, yields)
    placed = drawn.placed(reactor, concentrations), drawn.placed(reactor, yields)
    return (*placed, found.completed)


def most_of_each(reactor: Reactor, block: str | None) -> np.ndarray:
    """Return how much there could be of each species, shape (B, S), mM.

    Args:
        reactor: B reactors.
        block: the building block that limits; None for the one that there is least of, for what
            the species holds of it. One of a species that is held limits nothing.

    Returns:
        nan of species without a composition, and where `block` is "".
    """
    network = reactor.network
    counts, names = composition_matrix(network.species), building_blocks(network.species)
    totals = reactor.initial @ counts
    with np.errstate(divide="ignore", invalid="ignore"):
        most = np.where(counts > 0, totals[:, None, :] / counts, np.inf)
    most[..., [name in endless_blocks(reactor) for name in names]] = np.inf
    if block is not None:
        most = most[..., [i for i, name in enumerate(names) if name == block]]
    least = most.min(axis=2, initial=np.inf)
    return np.where(np.isfinite(least), least, np.nan)


def _usual_product(drawn: DrawnReactors, every: list[np.ndarray]) -> str:
    """Return what no step uses but its own way back, of which most is made; else what is most."""
    last, put_in = set(drawn.species), set[str]()
    for reactor in drawn.reactors.values():
        network = reactor.network
        forward = [i for i, one in enumerate(network.reactions) if one.reverse_of is None]
        used = np.asarray(np.any(changes_of(network)[:, forward] < 0, axis=1))
        names = network.species_names
        last -= {name for name, yes in zip(names, list(used), strict=True) if yes}
        started = np.asarray(np.any(reactor.initial > 0, axis=0))
        put_in |= {name for name, yes in zip(names, list(started), strict=True) if yes}
    made = [name for name in drawn.species if name not in put_in]
    among = [name for name in made if name in last] or made or list(drawn.species)
    amounts = np.median(every[0], axis=0).max(axis=(0, 1))
    return max(among, key=lambda name: float(amounts[drawn.species.index(name)]))
