"""The model of a PEtab problem, and what each experiment sets in it, period by period."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from assemblysim.errors import InputError
from assemblysim.exchange.petab.formulas import Formulas, petab_number
from assemblysim.exchange.petab.problem import Period, Value
from assemblysim.exchange.sbml.content.meanings import SBML_TIME
from assemblysim.exchange.sbml.mechanism.dynamics import TEMPERATURE, Dynamics, additions_of, heated
from assemblysim.exchange.sbml.mechanism.writing import (
    MechanismNumbers,
    identifiers_beside,
    sbml_of,
)
from assemblysim.inference.model.experiment import ExperimentProblem, within
from assemblysim.inference.model.parameters import NamedValues
from assemblysim.inference.model.problem import Problem
from assemblysim.kinetics.reactor.protocol import Protocol, holding, segments
from assemblysim.mechanism.network.network import Network
from assemblysim.mechanism.network.rate_law import Expression, Name, Product, Sum

# h; by so much later something is added, since what is sampled then was taken before it.
LATER = 1e-9
_COURSE = ("temperature_start", "temperature_slope", "temperature_since")


@dataclass(frozen=True, eq=False)
class PetabModel:
    """One model for all experiments of a problem.

    Attributes:
        problem: whose it is.
    """

    problem: Problem

    @cached_property
    def network(self) -> Network:
        """The steps, what is held standing on both sides.

        Raises:
            InputError: experiments differ in their steps, or in what is held.
        """
        first = self.problem.experiments[0]
        for one in self.problem.experiments:
            if one.network.reactions != first.network.reactions:
                what = "other steps"
            elif one.protocol.held != first.protocol.held:
                what = "other species held"
            else:
                continue
            raise InputError(
                f"experiment '{one.name}' has {what} than '{first.name}', and a PEtab problem one "
                "model; export them as studies of their own"
            )
        return holding(first.network, first.protocol.held)

    @cached_property
    def heats(self) -> bool:
        """Whether rate constants change with temperature here."""
        temperatures = self.problem.temperatures
        if temperatures is None or not any(temperatures.energies):
            return False
        programmes = (one.protocol.programme for one in self.problem.experiments)
        reference = temperatures.reference
        return any(one is not None and set(one.kelvin) != {reference} for one in programmes)

    @cached_property
    def numbers(self) -> tuple[str, ...]:
        """Names of the model's parameters that the problem has numbers for."""
        energies = self._energies.values() if self.heats else ()
        return tuple(dict.fromkeys((*self.network.rate_constant_names, *energies)))

    @cached_property
    def _energies(self) -> dict[str, str]:
        temperatures = self.problem.temperatures
        if temperatures is None:
            return {}
        names = self.problem.network.rate_constant_names
        every = dict(zip(names, temperatures.energies, strict=True))
        return {k: every[k] for k in self.network.rate_constant_names if every[k]}

    @cached_property
    def shared(self) -> frozenset[str]:
        """Those that are one unknown, the same in every experiment."""
        own = [dict(one.aliases) for one in self.problem.experiments]
        unknown = set(self.problem.parameter_names)
        return frozenset(
            n for n in self.numbers if n in unknown and all(a.get(n, n) == n for a in own)
        )

    @cached_property
    def formulas(self) -> Formulas:
        """How numbers are written."""
        taken = {*identifiers_beside(self.network), *_COURSE, TEMPERATURE}
        taken |= {f"{k}_now" for k in self._energies}
        return Formulas(self.problem, taken | {*self.numbers} - self.shared)

    def here(self, experiment: ExperimentProblem, name: str) -> str:
        """Return what stands for a number in an experiment."""
        return self.formulas.of(dict(experiment.aliases).get(name, name))

    @cached_property
    def _set(self) -> dict[str, list[str]]:
        """What each parameter that is not an unknown is in each experiment."""
        return {
            name: [self.here(one, name) for one in self.problem.experiments]
            for name in self.numbers
            if name not in self.shared
        }

    @cached_property
    def fixed(self) -> dict[str, float]:
        """Values of those that are one number throughout."""
        found = {}
        for name, values in self._set.items():
            if len(set(values)) == 1 and _is_number(values[0]):
                found[name] = float(values[0])
        return found

    def periods(self, index: int) -> tuple[Period, ...]:
        """Return what an experiment sets, and when."""
        experiment = self.problem.experiments[index]
        own = dict(experiment.aliases)
        start: dict[str, Value] = {
            species: self.formulas.of(own.get(entry, entry)) if isinstance(entry, str) else entry
            for species, entry in zip(
                experiment.network.species_names, experiment.initial, strict=True
            )
        }
        for name, values in self._set.items():
            if name not in self.fixed:
                start[name] = values[index]
        changes: dict[float, dict[str, Value]] = {0.0: start}
        if self.heats:
            self._add_courses(experiment, changes)
        for one in additions_of(experiment.protocol):
            later = changes.setdefault(one.time + LATER, {})
            for species in self.network.species_names:
                if species in one.held:
                    continue
                before = later.get(species, species)
                more = one.added.get(species, 0.0)
                diluted = f"{petab_number(one.fraction)} * ({before})"
                later[species] = f"{diluted} + {petab_number(more)}" if more else diluted
        return tuple(Period(time, changes[time]) for time in sorted(changes))

    def _add_courses(
        self, experiment: ExperimentProblem, changes: dict[float, dict[str, Value]]
    ) -> None:
        temperatures, protocol = self.problem.temperatures, experiment.protocol
        reference = 0.0 if temperatures is None else temperatures.reference
        plain = Protocol(protocol.programme)
        for piece in segments(plain, float(experiment.window) + 1.0):
            first = reference if piece.first is None else piece.first
            last = first if piece.last is None else piece.last
            slope = (last - first) / (piece.end - piece.begin)
            values = (first, slope, piece.begin)
            changes.setdefault(piece.begin, {}).update(zip(_COURSE, values, strict=True))

    def text(self, name: str, title: str, titles: Mapping[str, str], values: NamedValues) -> str:
        """Return the model as SBML.

        Args:
            name: its identifier.
            title: for people.
            titles: of species.
            values: nominal ones, a batch of one: what parameters have where nothing is set.
        """
        own = within(self.problem.experiments[0], values)
        nominal = {n: self.fixed.get(n, float(own.get(n)[0])) for n in self.numbers}
        constants = {n: nominal[n] for n in self.network.rate_constant_names}
        numbers = MechanismNumbers(constants, {})
        set_later = frozenset(n for n in self._set if n not in self.fixed)
        return sbml_of(
            self.network,
            numbers,
            name=name,
            title=title,
            titles=titles,
            dynamics=self._dynamics(set_later, nominal),
        )

    def _dynamics(self, varying: frozenset[str], nominal: Mapping[str, float]) -> Dynamics:
        if not self.heats or self.problem.temperatures is None:
            return Dynamics(varying=varying)
        model = self.problem.temperatures
        places = {k: i for i, k in enumerate(self.problem.network.rate_constant_names)}
        start, slope, since = map(Name, _COURSE)
        passed = Sum(((1, Name(SBML_TIME)), (-1, since)))
        rules: dict[str, Expression] = {
            TEMPERATURE: Sum(((1, start), (1, Product(((1, slope), (1, passed))))))
        }
        for constant, energy in self._energies.items():
            power = model.powers[places[constant]] if model.powers else 0.0
            factors = heated(constant, energy, model.reference, power)
            rules[f"{constant}_now"] = Product(tuple(factors))
        energies = {one: nominal[one] for one in self._energies.values()}
        course = dict(zip(_COURSE, (model.reference, 0.0, 0.0), strict=True))
        return Dynamics(
            {**energies, **course},
            varying | {*_COURSE},
            rules,
            {constant: f"{constant}_now" for constant in self._energies},
        )


def _is_number(text: str) -> bool:
    try:
        return bool(np.isfinite(float(text)))
    except ValueError:
        return False
