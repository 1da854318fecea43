"""Which parameters a study has: their units, what experiments have for themselves, what is tied."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from assemblysim.errors import InputError, did_you_mean
from assemblysim.inference.parameters import Kind, Parameter
from assemblysim.inference.priors import Prior
from assemblysim.inference.ties import ExpressionTie, Tie, in_order, log_slopes, names_in
from assemblysim.kinetics.temperature import GAS_CONSTANT
from assemblysim.measurement.data import Measurement
from assemblysim.mechanism.names import quoted
from assemblysim.mechanism.system import System
from assemblysim.study.heating import Heating
from assemblysim.study.knowledge import parameter_units
from assemblysim.study.places import at
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
    if sharing is not None:
        for name, unit in list(units.items()):
            _add(units, {own: unit for own in sharing.own(name) if own != name})
    return units


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
            inputs = names_in(text, units, name)
            ties.append(ExpressionTie(name, inputs, text, 1.0))
        in_order(tuple(ties))
    return tuple(table.items())


class Unknowns:
    """Collects what is unknown, what is stated and what follows from others, each name once."""

    def __init__(self, study: Study, units: Mapping[str, str]) -> None:
        self._priors = dict(study.priors)
        self._stated = dict(study.stated)
        self._tied = dict(study.tied)
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

    def tie_of(self, name: str) -> str | None:
        """Return the expression that a parameter is tied to, if it is."""
        return self._tied.get(name)

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
            inputs = names_in(self._tied[name], self._units, name)
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
                inputs = names_in(self._tied[key], self._units, key)
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
        """Return how the energy of a tied rate constant follows from those it is tied to.

        Raises:
            InputError: it does not follow, and nothing is said of it.
        """
        text = self._tied.get(constant)
        name = heating.energy(constant)
        if text is None or self.knows(name):
            return None
        inputs = names_in(text, self._units, constant)
        powers = log_slopes(text, inputs)
        if powers is None or any(one not in rates for one in inputs):
            raise InputError(
                f"[tied]: how '{constant}' changes with temperature does not follow from "
                f'"{text}"; tie {name} as well'
            )
        energies = {heating.energy(one): power for one, power in powers.items()}
        total = " + ".join(
            one if power == 1 else f"{power:.17g} * {one}" for one, power in energies.items()
        )
        return ExpressionTie(name, tuple(energies), total.replace("+ -", "- "), self._rt)
