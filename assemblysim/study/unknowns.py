"""Which parameters a study has: their units, what experiments have for themselves, what is tied."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from assemblysim.errors import InputError, did_you_mean
from assemblysim.inference.parameters import Kind, Parameter
from assemblysim.inference.priors import Prior
from assemblysim.inference.ties import (
    ExpressionTie,
    Tie,
    energy_coefficients,
    in_order,
    names_of,
)
from assemblysim.kinetics.temperature import GAS_CONSTANT
from assemblysim.measurement.data import Measurement
from assemblysim.mechanism.constant_units import constant_units
from assemblysim.mechanism.constants import NUMBER
from assemblysim.mechanism.names import quoted
from assemblysim.mechanism.places import at
from assemblysim.mechanism.rates import rate_dimensions
from assemblysim.mechanism.system import System
from assemblysim.study.heating import Heating
from assemblysim.study.knowledge import parameter_units
from assemblysim.study.sharing import Sharing
from assemblysim.study.study import Study

ROOM_TEMPERATURE: Final = 298.15  # K, of RT where a study states no temperature


def study_units(  # all that a study says of its parameters
    system: System,
    mechanisms: Sequence[str],
    measurement: Measurement,
    concentration_unit: str,
    heating: Heating | None,
    sharing: Sharing | None,
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

    Returns:
        As `parameter_units`, with energies (or entropies) beside the rate constants.

    Raises:
        InputError: two parameters would have one name.
    """
    plain = parameter_units(system, mechanisms, measurement, concentration_unit)
    rates = dict.fromkeys(n for m in mechanisms for n in system.network(m).rate_names)
    units: dict[str, str] = {}
    for name, unit in plain.items():
        added = {name: unit}
        if heating is not None and name in rates:
            added = heating.units(name, unit)
        _add(units, added)
    for name, unit in _constants(system, concentration_unit).items():
        if name not in units:
            heated = heating is not None and heating.varies and not name.startswith(NUMBER)
            _add(units, {name: unit, **({enthalpy(name): "kJ/mol"} if heated else {})})
    if sharing is not None:
        for name, unit in list(units.items()):
            _add(units, {own: unit for own in sharing.own(name) if own != name})
    return units


def _constants(system: System, concentration_unit: str) -> dict[str, str]:
    """Return the units of what the model's [constants] name, "" for pure numbers."""
    if not system.constants:
        return {}
    dimensions = rate_dimensions(system.whole_network())
    found = constant_units(system.constants, dimensions, concentration_unit)
    return {name: "" if unit == "1" else unit for name, unit in found.items()}


def enthalpy(constant: str) -> str:
    """Return the name of the reaction enthalpy of an equilibrium constant or a free energy."""
    return f"dH_{constant}"


def _add(units: dict[str, str], added: Mapping[str, str]) -> None:
    for name, unit in added.items():
        if name in units:
            raise InputError(f"2 parameters would be called '{name}'; rename a rate constant")
        units[name] = unit


def read_tied(table: Mapping[str, str], units: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """Read ``[tied]``: parameters as expressions of others.

    Args:
        table: parameter to expression, such as ``k_close = "2 * k_grow"``.
        units: of every parameter.

    Raises:
        InputError: a name is unknown, an expression cannot be read, or ties run in a circle.
    """
    with at("[tied]"):
        ties = []
        for name, text in table.items():
            if name not in units:
                raise InputError(f"unknown parameter {quoted(name)}{did_you_mean(name, units)}")
            inputs = names_of(text, units, name)
            ties.append(ExpressionTie(name, inputs, text, 1.0))
        in_order(tuple(ties))
    return tuple(table.items())


class Unknowns:
    """Collects what is unknown, what is stated and what follows from others, each name once."""

    def __init__(self, study: Study, units: Mapping[str, str]) -> None:
        self._priors = dict(study.priors)
        self._stated = dict(study.stated)
        self._tied = {**dict(study.system.constants), **dict(study.tied)}
        self._units = units
        self._sharing = study.sharing
        self._count = len(study.experiments)
        kelvin = ROOM_TEMPERATURE if study.heating is None else study.heating.reference
        self._rt = GAS_CONSTANT * kelvin
        self._found: dict[str, Parameter | float | Tie] = {}
        self._aliases: list[dict[str, str]] = [{} for _ in study.experiments]

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """What is unknown, in the order in which it was added."""
        return tuple(one for one in self._found.values() if isinstance(one, Parameter))

    @property
    def stated(self) -> dict[str, float]:
        """What is stated."""
        return {name: one for name, one in self._found.items() if isinstance(one, float)}

    @property
    def ties(self) -> tuple[Tie, ...]:
        """What follows from others, each after what it needs.

        Raises:
            InputError: something is needed that the mechanism does not have.
        """
        ties = tuple(one for one in self._found.values() if not isinstance(one, (Parameter, float)))
        for tie in ties:
            for name in tie.inputs:
                if name not in self._found:
                    raise InputError(
                        f"[tied]: '{tie.name}' needs '{name}', which this mechanism does not have; "
                        "state a value for it, or take the mechanism out"
                    )
        return in_order(ties)

    def aliases(self, experiment: int) -> tuple[tuple[str, str], ...]:
        """Return (common name, own name) of what an experiment has for itself."""
        return tuple(self._aliases[experiment].items())

    def knows(self, name: str) -> bool:
        """Say whether the study itself says something of a parameter, under any of its names."""
        every = {name, *self._own(name)}
        return any(one in self._priors or one in self._stated or one in self._tied for one in every)

    def unit(self, name: str) -> str:
        """Return the unit of a parameter of the study."""
        return self._units[name]

    def _own(self, name: str, inputs: Sequence[str] = ()) -> tuple[str, ...]:
        """Return what a parameter is called in each experiment.

        What follows from something that an experiment has for itself is its own as well.
        """
        if self._sharing is None:
            return (name,) * self._count
        own = self._sharing.own(name)
        if any(one != name for one in own):
            return own
        if name in self._tied:
            inputs = names_of(self._tied[name], self._units, name)
        found = list(own)
        for needed in inputs:
            for experiment, other in enumerate(self._own(needed)):
                if other != needed:
                    found[experiment] = name + other.removeprefix(needed)
        return tuple(found)

    def add(self, name: str, unit: str, kind: Kind, default: Prior | float | Tie | None) -> None:
        """Take the study's own word on a number, or the default.

        Where experiments have it for themselves, each has its own; what is said of the common
        name holds for all that say nothing of their own.

        Raises:
            InputError: nothing is said of the number and there is no default.
        """
        inputs = () if default is None or isinstance(default, (Prior, float)) else default.inputs
        for experiment, own in enumerate(self._own(name, inputs)):
            if own != name:
                self._aliases[experiment][name] = own
            if own in self._found:
                continue
            self._found[own] = self._taken(name, own, unit, kind, default, experiment)

    def _taken(  # one number under its two names
        self,
        name: str,
        own: str,
        unit: str,
        kind: Kind,
        default: Prior | float | Tie | None,
        experiment: int,
    ) -> Parameter | float | Tie:
        for key in dict.fromkeys((own, name)):
            if key in self._stated:
                return float(self._stated[key])
            if key in self._priors:
                return Parameter(own, unit, kind, self._priors[key])
            if key in self._tied:
                inputs = names_of(self._tied[key], self._units, key)
                tie = ExpressionTie(own, inputs, self._tied[key], self._rt)
                return self._of_experiment(tie, experiment)
        if default is None:
            raise InputError(f"[priors]: '{name}' needs a prior or a value; state one")
        if isinstance(default, Prior):
            return Parameter(own, unit, kind, default)
        if isinstance(default, (int, float)):
            return float(default)
        return self._of_experiment(replace(default, name=own), experiment)  # type: ignore[type-var]

    def _of_experiment(self, tie: Tie, experiment: int) -> Tie:
        """Return a tie that needs what its experiment has for itself."""
        renamed = {name: self._own(name)[experiment] for name in tie.inputs}
        if all(name == own for name, own in renamed.items()):
            return tie
        return tie.renamed(renamed)

    def energy_tie(self, constant: str, heating: Heating, rates: Sequence[str]) -> Tie | None:
        """Return how the energy of a tied constant follows from those it is tied to.

        Args:
            constant: a rate constant, an equilibrium constant or a free energy.
            heating: how rate constants depend on temperature.
            rates: names of all rate constants.

        Raises:
            InputError: it does not follow, and nothing is said of it.
        """
        text, name = self._tied.get(constant), energy_name(constant, heating, rates)
        if text is None or self.knows(name):
            return None
        inputs = names_of(text, self._units, constant)
        factors = energy_coefficients(text, inputs)
        if factors is None:
            raise InputError(
                f"how '{constant}' changes with temperature does not follow from "
                f'"{text}"; tie {name} as well, under [tied]'
            )
        energies = {
            energy_name(one, heating, rates): factor
            for one, factor in factors.items()
            if factor and not one.startswith(NUMBER)
        }
        total = " + ".join(
            one if factor == 1 else f"{factor:.17g} * {one}" for one, factor in energies.items()
        )
        return ExpressionTie(name, tuple(energies), total.replace("+ -", "- ") or "0", self._rt)


def energy_name(constant: str, heating: Heating, rates: Sequence[str]) -> str:
    """Return the name of the energy with which a constant goes with temperature."""
    return heating.energy(constant) if constant in rates else enthalpy(constant)
