"""Which parameters a study has: their units, what each experiment has for itself, derived ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from assemblysim.errors import InputError, refuse_unknown
from assemblysim.files.places import at
from assemblysim.inference.model.derived import (
    DerivedByExpression,
    DerivedParameter,
    energy_coefficients,
    in_order,
    names_of,
)
from assemblysim.inference.model.parameters import Kind, Parameter
from assemblysim.inference.model.prior import SIGNED_UNITS, Prior
from assemblysim.kinetics.reactor.temperature import GAS_CONSTANT
from assemblysim.measurement.data import Measurement
from assemblysim.mechanism.constants.constant_units import constant_units
from assemblysim.mechanism.constants.constants import C0, NUMBER
from assemblysim.mechanism.constants.dimension import Dimension
from assemblysim.mechanism.constants.rate_constant_units import rate_constant_dimensions
from assemblysim.mechanism.reading.system import System
from assemblysim.study.definition.heating import Heating
from assemblysim.study.definition.priors_and_fixed import noise_unit
from assemblysim.study.definition.sharing import Sharing, suffix
from assemblysim.study.definition.study import Study

# What a parameter is where the study says nothing of it.
Default = Prior | float | DerivedParameter | None
ROOM_TEMPERATURE: Final = 298.15  # K, of RT where a study states no temperature

# Names of axes and of a column in draws.nc.
STORED_BESIDE_DRAWS = ("chain", "draw", "ensemble")


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
        Units of the rate constants with their energies (or entropies), of ``response_<signal>``,
        ``background``, the noise, and of ``limit``, ``statement_noise`` and ``fraction``, which
        statements need. Initial concentrations belong to their experiment and are not among them.

    Raises:
        InputError: two parameters would have one name, or one the name of an axis of the draws.
    """
    every = system.rate_constant_units(concentration_unit)
    units: dict[str, str] = {}
    for name in dict.fromkeys(n for m in mechanisms for n in system.network(m).rate_constant_names):
        unit = "" if every[name] == "1" else every[name]
        _add(units, {name: unit} if heating is None else heating.units(name, unit))
    noises = measurement.noise_parameters(shared=measurement.share_replicates).names
    for further in (
        {f"response_{signal.name}": "" for signal in measurement.signals},
        {"background": concentration_unit},
        {name: noise_unit(measurement, name, concentration_unit) for name in noises},
        dict.fromkeys(("limit", "statement_noise", "fraction"), ""),
    ):
        _add(units, further)
    for name, unit in _constants(system, concentration_unit).items():
        if name not in units:
            heated = heating is not None and heating.varies and not name.startswith(NUMBER)
            _add(units, {name: unit, **({enthalpy(name): "kJ/mol"} if heated else {})})
    if sharing is not None:
        for name, unit in list(units.items()):
            _add(units, {own: unit for own in sharing.own(name) if own != name})
    for name in STORED_BESIDE_DRAWS:
        if name in units:
            raise InputError(f"'{name}' has its own meaning in stored draws; rename the constant")
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


class Unknowns:
    """Collects what is unknown, what is fixed and what follows from others, each name once."""

    def __init__(self, study: Study, units: Mapping[str, str]) -> None:
        self._priors = dict(study.priors)
        self._fixed = dict(study.fixed)
        self._derived = {**dict(study.system.constants), **dict(study.derived)}
        self._units = units
        self._sharing = study.sharing
        self._count = len(study.experiments)
        kelvin = ROOM_TEMPERATURE if study.heating is None else study.heating.reference
        self._rt = GAS_CONSTANT * kelvin
        self._found: dict[str, Parameter | float | DerivedParameter] = {}
        self._aliases: list[dict[str, str]] = [{} for _ in study.experiments]

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """What is unknown, in the order in which it was added."""
        return tuple(one for one in self._found.values() if isinstance(one, Parameter))

    @property
    def fixed(self) -> dict[str, float]:
        """What is fixed."""
        return {name: one for name, one in self._found.items() if isinstance(one, float)}

    @property
    def derived(self) -> tuple[DerivedParameter, ...]:
        """What follows from others, each after what it needs.

        Raises:
            InputError: something is needed that the mechanism does not have.
        """
        derived = tuple(
            one for one in self._found.values() if not isinstance(one, (Parameter, float))
        )
        for parameter in derived:
            for name in parameter.inputs:
                if name not in self._found:
                    raise InputError(
                        f"[derived]: '{parameter.name}' needs '{name}', which this mechanism does "
                        "not have; give it a prior under [priors]"
                    )
        return in_order(derived)

    def add_what_derived_ones_need(self) -> None:
        """Add what the study says of numbers that only derived ones of this mechanism need."""
        for parameter in [
            one for one in self._found.values() if not isinstance(one, Parameter | float)
        ]:
            for name in parameter.inputs:
                if name not in self._found and self.mentions(name):
                    self.add(name, self._units[name], "constant", None)

    def aliases(self, experiment: int) -> tuple[tuple[str, str], ...]:
        """Return (common name, own name) of what an experiment has for itself."""
        return tuple(self._aliases[experiment].items())

    def knows(self, name: str) -> bool:
        """Say whether the study itself says what a parameter is, in every experiment."""
        return self.mentions(name) or all(self.mentions(own) for own in self._own(name))

    def mentions(self, name: str) -> bool:
        """Say whether the study says something of a parameter under its common name."""
        return name in self._priors or name in self._fixed or name in self._derived

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
        if name in self._derived:
            inputs = names_of(self._derived[name], self._units, name)
        every = [(needed, self._own(needed)) for needed in inputs]
        found = list(own)
        for experiment in range(self._count):
            ends = {names[experiment].removeprefix(needed) for needed, names in every} - {""}
            if len(ends) == 1:
                found[experiment] = name + ends.pop()
            elif ends:  # some by group, some by experiment
                found[experiment] = f"{name}_{suffix(self._sharing.experiments[experiment][0])}"
        return tuple(found)

    def add(self, name: str, unit: str, kind: Kind, default: Default) -> None:
        """Take the study's own word on a number, or the default.

        Where experiments have it for themselves, each has its own; what is said of the common
        name holds for all that say nothing of their own.

        Raises:
            InputError: nothing is said of the number and there is no default, or the name is
                taken.
        """
        inputs = () if default is None or isinstance(default, (Prior, float)) else default.inputs
        alone = kind in ("initial", "time")  # of one experiment by its name
        if alone and name in self._found:
            raise InputError(f"2 parameters would be called '{name}'; rename a rate constant")
        names = (name,) * self._count if alone else self._own(name, inputs)
        for experiment, own in enumerate(names):
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
        default: Default,
        experiment: int,
    ) -> Parameter | float | DerivedParameter:
        for key in dict.fromkeys((own, name)):
            if key in self._fixed:
                return float(self._fixed[key])
            if key in self._priors:
                return Parameter(own, unit, kind, self._priors[key])
            if key in self._derived:
                inputs = names_of(self._derived[key], self._units, key)
                parameter = DerivedByExpression(own, inputs, self._derived[key], self._rt)
                return self._of_experiment(parameter, experiment)
        if default is None:
            raise InputError(
                f"[priors]: '{name}'{_in(self._units.get(name, unit))} needs a prior or a value; "
                "state one"
            )
        if isinstance(default, Prior):
            return Parameter(own, unit, kind, default)
        if isinstance(default, (int, float)):
            return float(default)
        return self._of_experiment(replace(default, name=own), experiment)

    def _of_experiment(self, parameter: DerivedParameter, experiment: int) -> DerivedParameter:
        """Return a parameter that needs what its experiment has for itself."""
        renamed = {name: self._own(name)[experiment] for name in parameter.inputs}
        if all(name == own for name, own in renamed.items()):
            return parameter
        return parameter.renamed(renamed)

    def derived_energy(
        self, constant: str, heating: Heating, rate_constants: Sequence[str]
    ) -> DerivedParameter | None:
        """Return how the energy of a derived constant follows from those that it needs.

        Args:
            constant: a rate constant, an equilibrium constant or a free energy.
            heating: how rate constants depend on temperature.
            rate_constants: names of all rate constants.

        Raises:
            InputError: it does not follow, and nothing is said of it.
        """
        text, name = self._derived.get(constant), energy_name(constant, heating, rate_constants)
        if text is None or self.knows(name):
            return None
        inputs = names_of(text, self._units, constant)
        factors = energy_coefficients(text, inputs)
        if factors is None:
            raise InputError(
                f"[derived]: how '{constant}' changes with temperature does not follow from "
                f'"{text}"; derive {name} as well'
            )
        energies = {
            energy_name(one, heating, rate_constants): factor
            for one, factor in factors.items()
            if factor and not one.startswith(NUMBER)
        }
        total = " + ".join(
            one if factor == 1 else f"{factor:.17g} * {one}" for one, factor in energies.items()
        )
        return DerivedByExpression(
            name, tuple(energies), total.replace("+ -", "- ") or "0", self._rt
        )

    def power_of_temperature(
        self, constant: str, heating: Heating, rate_constants: Sequence[str]
    ) -> float:
        """Return the power of T that a rate constant has beside the exponential.

        What is a product of powers of others has that of the product.
        """
        by_law = heating.law.power
        text = self._derived.get(constant)
        if not by_law or text is None:
            return by_law
        factors = energy_coefficients(text, names_of(text, self._units, constant)) or {}
        if not factors:
            return by_law
        return sum(
            factor * self.power_of_temperature(one, heating, rate_constants)
            for one, factor in factors.items()
            if one in rate_constants or one in self._derived
        )


def _in(unit: str) -> str:
    return f" (in {unit})" if unit else ""


def energy_name(constant: str, heating: Heating, rate_constants: Sequence[str]) -> str:
    """Return the name of the energy with which a constant goes with temperature."""
    return heating.energy(constant) if constant in rate_constants else enthalpy(constant)
