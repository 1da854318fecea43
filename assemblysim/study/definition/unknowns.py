"""Which parameters a study has: their units, what each experiment has for itself, derived ones."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from assemblysim.errors import InputError, refuse_unknown
from assemblysim.files.places import at
from assemblysim.inference.model.derived import (
    DerivedByExpression,
    in_order,
    names_of,
)
from assemblysim.inference.model.experiment import Vessels
from assemblysim.inference.model.prior import SIGNED_UNITS, Prior
from assemblysim.language import time_label
from assemblysim.measurement.data import Measurement
from assemblysim.measurement.responses import RESPONSE, contrast_name
from assemblysim.mechanism.constants.constant_units import constant_units
from assemblysim.mechanism.constants.constants import C0, NUMBER
from assemblysim.mechanism.constants.dimension import Dimension
from assemblysim.mechanism.constants.rate_constant_units import rate_constant_dimensions
from assemblysim.mechanism.reading.system import System
from assemblysim.study.definition.conditions import Conditions
from assemblysim.study.definition.heating import Heating
from assemblysim.study.definition.priors_and_fixed import noise_unit
from assemblysim.study.definition.schema import StudyTable
from assemblysim.study.definition.sharing import Sharing, suffix
from assemblysim.study.definition.signals import OwnMeasurement

# Numbers of every measurement, beside responses and noise; statements need all but the first.
_STATEMENTS: Final = ("limit", "statement_noise", "fraction")
_NAMES: Final = re.compile(r"(?<![\w.])[A-Za-z]\w*")
_TIME: Final = re.compile(r"\btime_\w+")
# An amount at the start and the expression for it agree to such a part.
AGREES: Final = 0.01
# Axes of draws.nc, and a column of it.
_STORED_BESIDE_DRAWS: Final = ("chain", "draw", "ensemble")


def measurement_units(measurement: Measurement, concentration_unit: str) -> dict[str, str]:
    """Return the unit of every parameter that a measurement may have, "" for pure numbers.

    Raises:
        InputError: two of them would have one name.
    """
    noises = measurement.noise_parameters(shared=measurement.share_replicates).names
    units: dict[str, str] = {}
    for further in (
        {f"response_{signal.name}": "" for signal in measurement.signals},
        dict.fromkeys(measurement.coefficients, ""),
        {"background": concentration_unit},
        {name: noise_unit(measurement, name, concentration_unit) for name in noises},
        dict.fromkeys(_STATEMENTS, ""),
    ):
        _add(units, further)
    return units


def study_units(  # all that a study says of its parameters
    system: System,
    mechanisms: Sequence[str],
    measurement: Measurement,
    concentration_unit: str,
    heating: Heating | None,
    sharing: Sharing | None,
    owns: Sequence[OwnMeasurement | None] = (),
) -> dict[str, str]:
    """Return the unit of every parameter that a study can have, "" for pure numbers.

    Args:
        system: the chemistry.
        mechanisms: those of the study.
        measurement: how signals become readings.
        concentration_unit: ``mM`` or ``%``.
        heating: how rate constants depend on temperature.
        sharing: which parameters experiments have for themselves; those are listed beside the
            common name.
        owns: how each experiment was measured, where not as `measurement` says.

    Returns:
        Units of the rate constants with their energies (or entropies), of ``response_<signal>``,
        ``background``, the noise, and of ``limit``, ``statement_noise`` and ``fraction``, which
        statements need. Initial concentrations belong to their experiment and are not among them.

    Raises:
        InputError: two parameters would have one name, or one that of an axis of the draws.
    """
    every = system.rate_constant_units(concentration_unit)
    units: dict[str, str] = {}
    for name in dict.fromkeys(n for m in mechanisms for n in system.network(m).rate_constant_names):
        unit = "" if every[name] == "1" else every[name]
        _add(units, {name: unit} if heating is None else heating.units(name, unit))
    measured = measurement_units(measurement, concentration_unit)
    _add(units, measured)
    for name, unit in _constants(system, concentration_unit).items():
        if name not in units:
            heated = heating is not None and heating.varies and not name.startswith(NUMBER)
            _add(units, {name: unit, **({enthalpy(name): "kJ/mol"} if heated else {})})
    further = {own.name: own.measurement for own in owns if own is not None}
    here = {label: measurement_units(one, concentration_unit) for label, one in further.items()}
    for label, these in here.items():
        _add(units, {f"{name}_{label}": unit for name, unit in these.items()})
    if sharing is None:
        return _without_contrasts(units)
    labels = ["" if own is None else own.name for own in owns] or [""] * len(sharing.experiments)
    like: dict[str, tuple[str, str | None]] = {
        f"{n}_{label}": (n, label) for label, these in here.items() for n in these
    }
    like |= {name: (name, "") for name in measured}
    for name, unit in list(units.items()):
        common, measured_as = like.get(name, (name, None))
        places = zip(sharing.own(name, common), labels, strict=True)
        found = [own for own, one in places if own != name and measured_as in (None, one)]
        _add(units, dict.fromkeys(found, unit))
    return _without_contrasts(units)


def _without_contrasts(units: dict[str, str]) -> dict[str, str]:
    """Return units of parameters, none of which is called as a contrast of responses would be.

    Raises:
        InputError: one is.
    """
    for name in units:
        if name.startswith(RESPONSE) and contrast_name(name) in units:
            raise InputError(
                f"2 parameters would be called '{contrast_name(name)}'; rename a rate constant"
            )
    return units


def _constants(system: System, concentration_unit: str) -> dict[str, str]:
    """Return the units of what the model's [constants] name, "" for pure numbers."""
    if not system.constants:
        return {}
    dimensions = rate_constant_dimensions(system.whole_network())
    found = constant_units(system.constants, dimensions, concentration_unit)
    return {name: "" if unit == "1" else unit for name, unit in found.items()}


def enthalpy(constant: str) -> str:
    """Return the name of the reaction enthalpy of an equilibrium constant or a free energy."""
    return f"dH_{constant}"


def _add(units: dict[str, str], added: Mapping[str, str]) -> None:
    for name, unit in added.items():
        if name in units:
            raise InputError(f"2 parameters would be called '{name}'; rename a rate constant")
        if name in _STORED_BESIDE_DRAWS:
            raise InputError(f"'{name}' has its own meaning in stored draws; rename the constant")
        units[name] = unit


def read_derived(
    table: Mapping[str, str],
    units: Mapping[str, str],
    definitions: Sequence[tuple[str, str]] = (),
) -> tuple[tuple[str, str], ...]:
    """Read ``[derived]``: parameters as expressions of others.

    Args:
        table: parameter to expression, such as ``k_close = "2 * k_grow"``.
        units: of every parameter.
        definitions: of the model's [constants].

    Raises:
        InputError: a name is unknown, the model gives it already, units do not fit, an
            expression cannot be read, or they run in a circle.
    """
    with at("[derived]"):
        derived = []
        for name, text in table.items():
            refuse_unknown("parameter", name, units)
            if name in dict(definitions):
                raise InputError(f"{name}: the model's [constants] give it already; take it out")
            inputs = names_of(text, units, name)
            parameter = DerivedByExpression(name, inputs, text, 1.0)
            _check_unit(parameter, units)
            derived.append(parameter)
        in_order(tuple(derived))
    return tuple(table.items())


def _check_unit(parameter: DerivedByExpression, units: Mapping[str, str]) -> None:
    """Refuse an expression that has another unit, or none; energies may hold plain numbers.

    Method: were time and concentration counted in other units, the expression would have to
    change as its unit does.
    """
    if units[parameter.name] in SIGNED_UNITS or C0 in parameter.text:
        return
    draw = np.random.default_rng(0)
    given = {name: draw.uniform(0.5, 2.0, 1) for name in parameter.inputs}
    scaled = {name: value * _scale(units[name]) for name, value in given.items()}
    before = float(np.ravel(parameter.value(given))[0])
    other = replace(parameter, rt=parameter.rt * _scale("kJ/mol"))
    after = float(np.ravel(other.value(scaled))[0])
    wanted = before * _scale(units[parameter.name])
    if np.isfinite(wanted) and abs(after - wanted) > 1e-9 * abs(wanted):
        unit = units[parameter.name] or "a pure number"
        raise InputError(
            f"{parameter.name}: '{parameter.text}' is not in {unit}; mend it, with constants of "
            "that unit"
        )


def _scale(unit: str) -> float:
    """Return by what a number grows when time, concentration and energy count in other units."""
    if unit in SIGNED_UNITS:
        return 13.0
    dimension = Dimension.read(unit)
    return float(7.0**dimension.concentration * 11.0**dimension.time)


def energy_name(constant: str, heating: Heating, rate_constants: Sequence[str]) -> str:
    """Return the name of the energy with which a constant goes with temperature."""
    return heating.energy(constant) if constant in rate_constants else enthalpy(constant)


@dataclass(frozen=True)
class Place:
    """Which experiment of a study unknowns belong to.

    Attributes:
        experiment: its name.
        several: whether the study has more, so that names must tell them apart.
    """

    experiment: str
    several: bool

    def start(self, species: str) -> str:
        """Return the name of an unknown initial concentration."""
        return f"initial_{species}" + (f"_{self.experiment}" if self.several else "")

    @property
    def dead_time(self) -> str:
        """Name of the time between mixing and the start of the study's clock."""
        return f"dead_time{self._behind}"

    def sampling_times(
        self, conditions: Conditions, times: Iterable[float]
    ) -> tuple[tuple[float, str], ...]:
        """Return (time in h, name) of the uncertain ones of sampling times, none at 0.

        Args:
            conditions: which of them are uncertain.
            times: h, in order.
        """
        found: dict[str, float] = {}
        for time in times:
            if not conditions.time_error(time) or not time:
                continue
            name = f"time_{suffix(time_label(time))}{self._behind}"
            if name in found:
                name = f"time_{suffix(f'{60 * time:.6g} min')}{self._behind}"
            found[name] = time
        return tuple((time, name) for name, time in found.items())

    def vessels(self, conditions: Conditions, times: Sequence[float]) -> Vessels:
        """Return the names of the errors of samples that are vessels of their own.

        Args:
            conditions: which errors they have.
            times: h, in order.
        """
        every = [time_label(time) for time in times]
        twice = {label for label in every if every.count(label) > 1}
        marks = [
            suffix(f"{60 * time:.6g} min" if label in twice else label)
            for time, label in zip(times, every, strict=True)
        ]

        def named(what: str) -> tuple[str, ...]:
            return tuple(f"{what}_{mark}{self._behind}" for mark in marks)

        errors = conditions.vessels
        starts = [(name, named(f"start_{name}" if name else "start")) for name, _ in errors.start]
        return Vessels(tuple(starts), named("warmer") if errors.temperature else ())

    @property
    def _behind(self) -> str:
        return f"_{suffix(self.experiment)}" if self.several else ""

    def units(
        self,
        initial: Sequence[tuple[str, float | Prior]],
        conditions: Conditions,
        times: Iterable[float],
        concentration: str,
    ) -> dict[str, str]:
        """Return the unit of each of the unknowns that an experiment has by its nature.

        Args:
            initial: (species, concentration or its prior) pairs.
            conditions: how it was conducted.
            times: of its samples, h, in order.
            concentration: unit of concentrations.
        """
        starts = [self.start(name) for name, known in initial if isinstance(known, Prior)]
        late = [self.dead_time] if isinstance(conditions.dead_time, Prior) else []
        uncertain = [name for _, name in self.sampling_times(conditions, times)]
        found = {**dict.fromkeys(starts, concentration), **dict.fromkeys([*late, *uncertain], "h")}
        vessels = self.vessels(conditions, list(times))
        factors = [name for _, names in vessels.factors for name in names]
        return {**found, **dict.fromkeys(factors, ""), **dict.fromkeys(vessels.warmer, "K")}

    def own_units(
        self,
        initial: Sequence[tuple[str, float | Prior]],
        conditions: Conditions,
        times: Iterable[float],
        concentration: str,
    ) -> dict[str, str]:
        """Return the same with all amounts at the start, unknown or not."""
        starts = dict.fromkeys([self.start(name) for name, _ in initial], concentration)
        return {**starts, **self.units(initial, conditions, times, concentration)}


@dataclass(frozen=True)
class Starts:
    """Amounts at the starts of experiments and what is uncertain of their clocks.

    Attributes:
        units: by name.
        amounts: those at the start by name, as they are stated.
        unit: of these.
    """

    units: Mapping[str, str]
    amounts: Mapping[str, float | Prior]
    unit: str

    def derived(
        self,
        table: Mapping[str, str],
        units: Mapping[str, str],
        definitions: Sequence[tuple[str, str]],
    ) -> tuple[tuple[str, str], ...]:
        """Read as `read_derived`; refuse times, and amounts that have errors of their own, too."""
        found = read_derived(table, {**self.units, **units}, definitions)
        with at("[derived]"):
            for name, text in found:
                if name not in self.units:
                    continue
                if name not in self.amounts:
                    raise InputError(
                        f"{name}: a time has an error of its own and cannot follow from others; "
                        "take it out"
                    )
                self._check_amount(name, text)
        return found

    def _check_amount(self, name: str, text: str) -> None:
        stated = self.amounts[name]
        if isinstance(stated, Prior):
            raise InputError(
                f"{name}: 'initial' states an error of its own for it; write a plain number there"
            )
        if self.amounts.keys() >= set(_NAMES.findall(text)):
            inputs = names_of(text, self.units, name)
            given = {one: np.array([_middle(self.amounts[one])]) for one in inputs}
            follows = float(np.ravel(DerivedByExpression(name, inputs, text, 1.0).value(given))[0])
            if not abs(follows - stated) <= AGREES * abs(stated):
                raise InputError(
                    f"{name}: '{text}' is {follows:.4g} {self.unit} at the amounts stated, and "
                    f"'initial' says {stated:.4g} {self.unit}; mend one of them"
                )


def _middle(amount: float | Prior) -> float:
    return float(amount.quantile(0.5)) if isinstance(amount, Prior) else amount


def starts_in_expressions(
    table: StudyTable,
    initial: Sequence[Sequence[tuple[str, float | Prior]]],
    all_conditions: Sequence[Conditions],
) -> Starts:
    """Return what `[derived]` may name of experiments' own: amounts at the start, and clocks.

    Where sampling times are uncertain any ``time_...`` will do; which there are is known later.
    """
    amounts: dict[str, float | Prior] = {}
    units: dict[str, str] = {}
    for one, given, conditions in zip(table.experiments, initial, all_conditions, strict=True):
        place = Place(one.name, len(table.experiments) > 1)
        amounts |= {place.start(species): amount for species, amount in given}
        units |= place.own_units(given, conditions, [], table.concentration)
        if conditions.time_errors:
            said = " ".join((*table.derived, *table.derived.values()))
            units |= dict.fromkeys(_TIME.findall(said), "h")
    return Starts(units, amounts, table.concentration)
