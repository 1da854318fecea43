"""Collects the unknowns of one problem, with what is fixed and what follows from others."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Final, Literal

from assemblysim.errors import InputError
from assemblysim.inference.model.derived import (
    DerivedByExpression,
    DerivedByRatios,
    DerivedParameter,
    energy_coefficients,
    in_order,
    names_of,
)
from assemblysim.inference.model.parameters import Kind, Parameter
from assemblysim.inference.model.prior import Prior
from assemblysim.kinetics.reactor.temperature import GAS_CONSTANT
from assemblysim.mechanism.constants.constants import NUMBER
from assemblysim.mechanism.network.network import Network
from assemblysim.study.definition.heating import Heating
from assemblysim.study.definition.hypotheses import RATIO, Differing
from assemblysim.study.definition.sharing import suffix
from assemblysim.study.definition.study import Study
from assemblysim.study.definition.unknowns import energy_name
from assemblysim.study.problem.naming import Naming

# What a parameter is where the study says nothing of it.
Default = Prior | float | DerivedParameter | None
SAME_POWER: Final = 1e-9
ROOM_TEMPERATURE: Final = 298.15  # K, of RT where a study states no temperature


class Unknowns:
    """Collects what is unknown, what is fixed and what follows from others, each name once."""

    def __init__(
        self, study: Study, units: Mapping[str, str], naming: Naming, networks: Sequence[Network]
    ) -> None:
        """Begin with nothing.

        Args:
            study: what is said of parameters.
            units: of every parameter that there is.
            naming: what they are called in each experiment.
            networks: of each experiment; a constant that is in some is of these alone.
        """
        self._priors = dict(study.priors)
        self._fixed = dict(study.fixed)
        self._derived = {**dict(study.system.constants), **dict(study.derived)}
        self._units = units
        self._naming = naming
        self._experiments = tuple(one.name for one in study.experiments)
        self._count = len(study.experiments)
        everywhere = {name for network in networks for name in network.rate_constant_names}
        self._missing = tuple(everywhere.difference(n.rate_constant_names) for n in networks)
        if study.heating is not None:
            energy = study.heating.energy
            self._missing = tuple(one | {energy(n) for n in one} for one in self._missing)
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
        groups = self._naming.hypothesis.groups
        return self.mentions(name) or all(
            self.mentions(own) or self._naming.hypothesis.fixed_in(name, group) is not None
            for own, group in zip(self._own(name), groups, strict=True)
        )

    def mentions(self, name: str) -> bool:
        """Say whether the study says something of a parameter under its common name."""
        return name in self._priors or name in self._fixed or name in self._derived

    def in_expressions(self, name: str) -> bool:
        """Say whether a number follows from others, or others from it."""
        return name in self._derived or any(
            name in re.findall(r"[A-Za-z]\w*", text) for text in self._derived.values()
        )

    def unit(self, name: str) -> str:
        """Return the unit of a parameter of the study."""
        return self._units[name]

    def own_names(self, name: str) -> tuple[str, ...]:
        """Return what a parameter is called in each experiment."""
        return self._own(name)

    def enter(self, own: str, one: Parameter | float | DerivedParameter) -> None:
        """Take a number, under the name it has in its experiments, before the study is asked."""
        self._found[own] = one

    def said_of(self, name: str, own: str) -> float | Literal["nothing", "something", "follows"]:
        """Say what the study itself says of a number where it has a name of its own.

        Args:
            name: as all experiments call it.
            own: its name in one or several of them.

        Returns:
            Its value; that it follows as a product of powers of numbers of its kind, so that no
            scale of these matters; or whether something else is said.
        """
        experiment = self._own(name).index(own)
        group = self._naming.hypothesis.groups[experiment]
        given = self._naming.hypothesis.fixed_in(name, group)
        if given is not None:
            return given
        for key in dict.fromkeys((own, self._naming.common(name, experiment))):
            if key in self._fixed:
                return float(self._fixed[key])
            if key in self._derived:
                return "follows" if self._is_scaled(key) else "something"
            if key in self._priors:
                return "something"
        return "nothing"

    def _is_scaled(self, name: str) -> bool:
        """Say whether a number follows from others of its kind whatever their common scale."""
        text = self._derived[name]
        inputs = names_of(text, self._units, name)
        if text.strip() in inputs:
            return True
        powers = energy_coefficients(text, inputs) or {}
        alike = all(one.partition("_")[0] == name.partition("_")[0] for one in inputs)
        return alike and abs(sum(powers.values()) - 1) < SAME_POWER

    def _own(self, name: str, inputs: Sequence[str] = ()) -> tuple[str, ...]:
        """Return what a parameter is called in each experiment.

        What follows from something that an experiment has for itself is its own as well.
        """
        own = self._naming.of(name)
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
                found[experiment] = f"{name}_{suffix(self._experiments[experiment])}"
        return tuple(found)

    def add(
        self,
        name: str,
        unit: str,
        kind: Kind,
        default: Default,
        among: Collection[int] | None = None,
    ) -> None:
        """Take the study's own word on a number, or the default.

        Where experiments have it for themselves, each has its own; what is said of the common
        name holds for all that say nothing of their own.

        Raises:
            InputError: nothing is said of the number and there is no default; or an unknown of an
                experiment would have a name that is taken.
        """
        inputs = () if default is None or isinstance(default, (Prior, float)) else default.inputs
        alone = kind in ("initial", "time", "vessel")  # of one experiment by its name
        if alone and name in self._found:
            raise InputError(f"2 parameters would be called '{name}'; rename a rate constant")
        names = (name,) * self._count if alone else self._own(name, inputs)
        for experiment, own in enumerate(names):
            if name in self._missing[experiment] or (among is not None and experiment not in among):
                continue
            if own != name:
                self._aliases[experiment][name] = own
            if own in self._found:
                continue
            group = self._naming.hypothesis.groups[experiment]
            given = self._naming.hypothesis.fixed_in(name, group)
            differing = self._naming.hypothesis.differing_of(name, group)
            if given is not None:
                self._found[own] = given
            elif differing is not None:
                of = (name, unit, kind)
                self._found[own] = self._differing(own, of, default, differing, experiment)
            else:
                self._found[own] = self._taken(name, own, unit, kind, default, experiment)

    def _differing(
        self,
        own: str,
        of: tuple[str, str, Kind],
        default: Default,
        differing: Differing,
        experiment: int,
    ) -> DerivedParameter:
        """Return a group's constant, adding the common one and the ratios where they are new."""
        name, unit, kind = of
        if name not in self._found:
            self._found[name] = self._taken(name, name, unit, kind, default, experiment)
            self._add_ratios(differing, experiment)
        group = self._naming.hypothesis.groups[experiment]
        powers = zip(differing.ratios, differing.powers(group), strict=True)
        used = [(name, 1.0), *((one, power) for one, power in powers if power)]
        return DerivedByRatios(own, tuple(n for n, _ in used), tuple(p for _, p in used))

    def _add_ratios(self, differing: Differing, experiment: int) -> None:
        """Add what the groups' constants are to each other.

        Raises:
            InputError: a number or an expression is given for the ratios of more than two groups.
        """
        said = f"ratio_{differing.constant}"
        if len(differing.groups) > 2 and (said in self._fixed or said in self._derived):
            raise InputError(
                f"[priors]: '{said}' stands for {len(differing.ratios)} ratios among "
                f"{len(differing.groups)} groups; write a prior, {{ log_normal = [1, 10] }}"
            )
        prior = differing.prior or self._priors.get(said, RATIO)
        stated = differing.prior is None and len(differing.groups) == 2
        for one, own in zip(differing.ratios, differing.priors(prior), strict=True):
            default = Parameter(one, "", "ratio", own)
            self._found[one] = (
                self._taken(one, one, "", "ratio", own, experiment) if stated else default
            )

    def _taken(  # one number under its two names
        self,
        name: str,
        own: str,
        unit: str,
        kind: Kind,
        default: Default,
        experiment: int,
    ) -> Parameter | float | DerivedParameter:
        for key in dict.fromkeys((own, self._naming.common(name, experiment))):
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
            return Parameter(own, unit, kind, default, stated=False)
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
