"""A PEtab problem put together as a posterior: its unknowns, its data, and what they mean."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import numpy as np

from assemblysim.errors import InputError
from assemblysim.exchange.petab.incoming.estimation import PetabEstimation
from assemblysim.exchange.petab.incoming.observables import (
    Named,
    SumsOfParameters,
    linear,
    placeholders_of,
)
from assemblysim.exchange.petab.incoming.tables import read_tables
from assemblysim.exchange.petab.priors import prior_of
from assemblysim.exchange.petab.problem import Observable, PetabProblem, PetabReading, Value
from assemblysim.exchange.sbml.content.model import SbmlContent, SbmlUnits
from assemblysim.exchange.sbml.content.reading import read_content
from assemblysim.exchange.sbml.course.numbers import value_of
from assemblysim.exchange.sbml.course.quantities import Quantities
from assemblysim.exchange.sbml.mechanism.importing import ImportedMechanism, imported_mechanism
from assemblysim.files.places import at
from assemblysim.inference.model.experiment import ExperimentProblem
from assemblysim.inference.model.parameters import Parameter
from assemblysim.inference.model.problem import Problem
from assemblysim.kinetics.engines.integration import DEFAULT_TOLERANCE
from assemblysim.measurement.data import IntensityTable, Measurement, Signal
from assemblysim.measurement.likelihoods.intensities import intensity_likelihood
from assemblysim.measurement.noise.registry import NOISES
from assemblysim.measurement.scales import SCALES
from assemblysim.mechanism.network.network import Network, Species
from assemblysim.mechanism.network.rate_law import Name, tree_names

_NOISES = {"normal": "constant", "log-normal": "proportional", "log10-normal": "proportional"}


def read_petab(path: Path | str) -> PetabEstimation:
    """Read a PEtab problem of version 1 or 2; needs the extra ``sbml``.

    Read are problems of one SBML model that is a mechanism, with experiments of one period,
    observables that are sums of species with coefficients and an offset, normal or log-normal
    noise, and priors cut at their bounds; coefficients, offsets and sizes are of parameters.

    Args:
        path: the problem's YAML file.

    Returns:
        The problem, for its posterior and samplers.

    Raises:
        InputError: one line that names the file, the place and what is not read.

    Example:
        >>> import assemblysim as asm
        >>> notes = asm.read_study("fits/ring").write_petab("petab")
        >>> found = read_petab("petab/one_way/problem.yaml")
        >>> found.log_likelihood(found.nominal[None]).shape
        (1,)
    """
    place = Path(path)
    try:
        tables, model = read_tables(place)
    except (KeyError, ValueError) as fault:
        raise InputError(f"{place}: a table lacks {fault}, or a number is none; mend it") from None
    content = replace(read_content(model), units=SbmlUnits(1.0, 1.0, 1.0))
    with at(str(place)):
        return _Reader(tables, content).estimation()


@dataclass(frozen=True)
class ReadFormula:
    """An observable in one experiment.

    Attributes:
        coefficients: of species; each value a number, or the unknown that it is.
        offset: what is added.
        noise: its size.
    """

    coefficients: Mapping[str, Value]
    offset: Value
    noise: Value


class _Reader:
    """Puts a problem's tables and model together."""

    def __init__(self, tables: PetabProblem, content: SbmlContent) -> None:
        self._tables, self._content = tables, content
        self._known = {one.name: one for one in tables.parameters}
        self._fixed: dict[str, float] = {"no background": 0.0}
        self._sums = SumsOfParameters()
        self._experiments: list[ExperimentProblem] = []
        self._places: dict[int, tuple[int, float, str]] = {}
        self._signal_of: dict[int, str] = {}

    @cached_property
    def _quantities(self) -> Quantities:
        return Quantities(self._content)

    def _volume(self, species: str) -> float:
        return self._quantities.start(self._content.species[species].compartment)

    @cached_property
    def _mechanism(self) -> ImportedMechanism:
        found = imported_mechanism(self._quantities)
        network = found.network
        strangers = [n for n in network.species_names if n not in self._content.species]
        strangers += [n for n in network.rate_constant_names if n not in self._content.values]
        if strangers:
            raise InputError(
                f"{', '.join(strangers)}: not in the model under that name, since its rates are "
                "written another way; follow it by read_sbml(...).simulate"
            )
        return found

    @cached_property
    def _network(self) -> Network:
        """The mechanism, with the species that no reaction changes, which may be observed, too."""
        known, content = self._mechanism.network, self._content
        others = [
            Species(name, one.composition)
            for name, one in content.species.items()
            if name not in known.species_names and name not in content.rules
        ]
        return Network((*known.species, *others), known.reactions)

    @cached_property
    def _sizes(self) -> dict[str, float]:
        """What a concentration is multiplied by for what each species' identifier means."""
        return {
            name: self._volume(name) if one.by_amount else 1.0
            for name, one in self._content.species.items()
        }

    def estimation(self) -> PetabEstimation:
        """Return what was put together."""
        self._refuse_strangers()
        names = {one.name: one for one in self._tables.observables}
        wanted: dict[str, list[int]] = {}
        for number, reading in enumerate(self._tables.readings):
            if reading.observable not in names:
                raise InputError(f"measurement of '{reading.observable}', which is no observable")
            if not math.isfinite(reading.time):
                raise InputError("a measurement of the steady state, which is not read")
            wanted.setdefault(reading.experiment, []).append(number)
        for experiment, numbers in wanted.items():
            self._add(experiment, names, numbers)
        unknown = [one for one in self._tables.parameters if one.estimate]
        parameters = tuple(Parameter(one.name, "", "constant", prior_of(one)) for one in unknown)
        problem = Problem(
            self._tables.name,
            self._network,
            parameters,
            tuple(self._fixed.items()),
            tuple(self._experiments),
            DEFAULT_TOLERANCE,
            derived=self._sums.derived,
        )
        return PetabEstimation(
            problem,
            np.array([one.nominal for one in unknown]),
            self._log_jacobian(names),
            tuple(self._places[number] for number in range(len(self._tables.readings))),
        )

    def _refuse_strangers(self) -> None:
        """Refuse changes of what is neither a parameter nor a species."""
        for periods in self._tables.experiments.values():
            for target in periods[0].changes:
                if target in self._content.compartments or target in self._content.rules:
                    raise InputError(f"a condition sets '{target}', which is not read")
        for one in self._tables.observables:
            if one.distribution not in _NOISES:
                raise InputError(
                    f"observable '{one.name}': noise '{one.distribution}', which is not read; "
                    "normal and log-normal, of either base, are"
                )

    def _log_jacobian(self, names: dict[str, Observable]) -> float:
        logs = (
            math.log(one.value)
            for one in self._tables.readings
            if names[one.observable].distribution != "normal"
        )
        return math.fsum(logs)

    def _changes(self, experiment: str) -> dict[str, Value]:
        periods = self._tables.experiments.get(experiment)
        if periods is None:
            if experiment:
                raise InputError(f"measurement in '{experiment}', which is no experiment")
            return {}
        return dict(periods[0].changes)

    def _value(self, name: str, changes: dict[str, Value]) -> Value:
        """Return a number, or the unknown that a name is, in an experiment."""
        given = changes.get(name)
        if isinstance(given, float):
            return given
        if given is not None and given != name:
            return self._formula(given, lambda one: self._value(one, {}))
        if name in self._known:
            one = self._known[name]
            return name if one.estimate else one.nominal
        if name in self._content.initial and name not in self._content.species:
            return self._assigned(name, changes)
        stated = self._content.values.get(name)
        if stated is None:
            raise InputError(f"'{name}' has no value that is read; state it in the tables")
        return stated

    def _assigned(self, name: str, changes: dict[str, Value]) -> Value:
        """Return what the model assigns at the start."""
        tree = self._content.initial[name]
        values = {one: self._value(one, changes) for one in tree_names(tree)}
        if isinstance(tree, Name):
            return values[tree.name]
        unknown = [one for one, value in values.items() if isinstance(value, str)]
        if unknown:
            raise InputError(
                f"'{name}' starts from a formula of {', '.join(unknown)}, which is not read; name "
                "one parameter"
            )
        numbers = {one: float(value) for one, value in values.items()}
        return value_of(tree, numbers.__getitem__)

    def _start(self, species: str, changes: dict[str, Value]) -> Value:
        """Return a species' concentration at the start, or the unknown that is it."""
        if species in changes:
            found = self._value(species, changes)
        elif species in self._content.initial:
            found = self._assigned(species, changes)
        else:
            return self._quantities.amount_at_start(species) / self._volume(species)
        size = self._sizes[species]
        if size == 1:
            return found
        if isinstance(found, float):
            return found / size
        return self._sums.value(((1 / size, (found,)),))

    def _formula(self, text: str, named: Named) -> Value:
        """Return the value of a formula without species: a number, or the unknown that it is."""
        return self._sums.value(linear(text, (), named).offset)

    def _add(self, experiment: str, names: dict[str, Observable], numbers: list[int]) -> None:
        """Add an experiment's measurements, those with one noise and offset together."""
        changes = self._changes(experiment)
        groups: dict[tuple[str, Value], list[str]] = {}
        formulas: dict[str, ReadFormula] = {}
        for signal, own in self._signals(numbers).items():
            observable = names[own[0].observable]
            with at(f"observable '{observable.name}'"):
                formulas[signal] = self._formulas(observable, own, changes)
            offset = formulas[signal].offset
            groups.setdefault((observable.distribution, offset), []).append(signal)
        for (kind, offset), observed in groups.items():
            chosen = [n for n in numbers if self._signal_of[n] in observed]
            label = experiment or "experiment"
            title = label if len(groups) == 1 else f"{label}: {', '.join(observed)}"
            self._add_group(
                title, kind, offset, {o: formulas[o] for o in observed}, chosen, changes
            )

    def _signals(self, numbers: list[int]) -> dict[str, list[PetabReading]]:
        """Return measurements by signal: one for each observable and set of its parameters."""
        sets: dict[str, list[object]] = {}
        found: dict[str, list[PetabReading]] = {}
        for number in numbers:
            one = self._tables.readings[number]
            known = sets.setdefault(one.observable, [])
            given = (one.parameters, one.noise_parameters)
            if given not in known:
                known.append(given)
            place = known.index(given)
            signal = f"{one.observable} {place + 1}" if place else one.observable
            self._signal_of[number] = signal
            found.setdefault(signal, []).append(one)
        return found

    def _formulas(
        self, observable: Observable, own: Iterable[PetabReading], changes: dict[str, Value]
    ) -> ReadFormula:
        places = placeholders_of(observable, [*own])

        def named(name: str) -> Value:
            if name in places:
                value = places[name]
                return value if isinstance(value, float) else self._value(value, changes)
            if name in self._content.species:  # what a condition sets it to is its start alone
                raise InputError(f"'{name}' is a species; a formula of parameters is read")
            return self._value(name, changes)

        found = linear(observable.formula, self._network.species_names, named)
        coefficients = {
            species: self._sums.value(
                tuple((n * self._sizes[species], names) for n, names in parts)
            )
            for species, parts in found.terms
        }
        with at("noise"):
            noise = self._formula(observable.noise, named)
        return ReadFormula(coefficients, self._sums.value(found.offset), noise)

    def _add_group(  # all that an experiment is
        self,
        title: str,
        kind: str,
        offset: Value,
        formulas: dict[str, ReadFormula],
        numbers: list[int],
        changes: dict[str, Value],
    ) -> None:
        signals = tuple(_signal(name, found) for name, found in formulas.items())
        measurement = Measurement(
            SCALES["absolute"],
            NOISES[_NOISES[kind]],
            signals,
            share_replicates=False,
            noise_per_signal=True,
        )
        aliases = {f"noise_{name}": self._size(one.noise, kind) for name, one in formulas.items()}
        aliases["background"] = self._own(offset)
        for signal in signals:
            self._fixed[f"response_{signal.name}"] = 1.0
        network = self._network
        for constant in network.rate_constant_names:
            aliases[constant] = self._own(self._value(constant, changes))
        table = self._table([*formulas], numbers)
        intensities = intensity_likelihood(table, measurement)
        for number in numbers:
            reading = self._tables.readings[number]
            self._places[number] = (len(self._experiments), reading.time, self._signal_of[number])
        self._experiments.append(
            ExperimentProblem(
                title,
                network,
                measurement,
                tuple(self._start(one, changes) for one in network.species_names),
                table,
                intensities,
                None,
                float(table.times[-1]),
                aliases=tuple((k, own) for k, own in aliases.items() if own != k),
            )
        )

    def _own(self, value: Value) -> str:
        """Return the name of a number: an unknown's own, or one that is fixed."""
        if isinstance(value, str):
            return value
        name = f"fixed at {value!r}"
        self._fixed[name] = value
        return name

    def _size(self, value: Value, kind: str) -> str:
        """Return the name of the size of a noise, which is that of natural logarithms here."""
        if kind != "log10-normal":
            return self._own(value)
        if isinstance(value, float):
            return self._own(value * math.log(10))
        return self._own(self._sums.value(((math.log(10), (value,)),)))

    def _table(self, signals: list[str], numbers: list[int]) -> IntensityTable:
        """Return measurements as spectra; several of one signal at one time are replicates."""
        rows: dict[tuple[float, int], dict[str, float]] = {}
        for number in numbers:
            one, signal, count = self._tables.readings[number], self._signal_of[number], 0
            while signal in rows.get((one.time, count), {}):
                count += 1
            rows.setdefault((one.time, count), {})[signal] = one.value
        order = sorted(rows)
        values = np.array([[rows[row].get(name, np.nan) for name in signals] for row in order])
        times = np.array([time for time, _ in order])
        return IntensityTable(tuple(signals), times, values, below=np.zeros(values.shape, bool))


def _signal(name: str, found: ReadFormula) -> Signal:
    numbers = [(one, c) for one, c in found.coefficients.items() if isinstance(c, float)]
    unknown = [(one, c) for one, c in found.coefficients.items() if isinstance(c, str)]
    return Signal(name, tuple(numbers), tuple(unknown))
