"""An SBML model as a mechanism: the text of its file, and its numbers in h and mM."""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from assemblysim.errors import InputError
from assemblysim.exchange.sbml.content.meanings import SBML_TIME, numeral, over
from assemblysim.exchange.sbml.content.model import SbmlContent, SbmlReaction
from assemblysim.exchange.sbml.course.numbers import folded, polynomial
from assemblysim.exchange.sbml.course.quantities import Quantities
from assemblysim.exchange.sbml.mechanism.naming import MechanismNames
from assemblysim.exchange.sbml.mechanism.rate_forms import both_ways, flattened
from assemblysim.exchange.sbml.mechanism.rates import ConcentrationRates
from assemblysim.exchange.sbml.mechanism.steps import MechanismSteps, Way
from assemblysim.files.places import at
from assemblysim.mechanism.network.names import TIME
from assemblysim.mechanism.network.network import Network
from assemblysim.mechanism.network.rate_law import Name, beyond_files, replaced, tree_names
from assemblysim.mechanism.reading.system import System
from assemblysim.mechanism.reading.system_text import read_system_text

_LABEL: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,49}")


@dataclass(frozen=True, eq=False)
class ImportedMechanism:
    """A mechanism that was read from SBML.

    Attributes:
        text: of the mechanism file.
        rate_constants: by name, in h and mM; only those that have a value.
        initial: by species, mM; likewise.
        notes: sentences on what was taken how.

    Example:
        >>> import assemblysim as asm
        >>> network = asm.read_system("models/ring.toml").network("one_way")
        >>> constants, start = {"k_bind": 2.0, "k_pair": 1.0}, {"M": "1 mM", "L": "1 mM"}
        >>> path = asm.write_sbml("one_way.xml", network, constants, start)
        >>> found = asm.read_sbml(path).mechanism
        >>> found.network.rate_constant_names, found.rate_constants["k_bind"]
        (('k_bind', 'k_pair'), 2.0)
    """

    text: str
    rate_constants: Mapping[str, float]
    initial: Mapping[str, float]
    notes: tuple[str, ...]

    @cached_property
    def system(self) -> System:
        """The system of the text."""
        return read_system_text(self.text, "imported")

    @cached_property
    def network(self) -> Network:
        """Its only mechanism."""
        return self.system.network(*self.system.mechanism_names)


def imported_mechanism(quantities: Quantities) -> ImportedMechanism:
    """Return the mechanism that a model is.

    Mass action is recognised whatever the kinetic law looks like; a difference of two terms is a
    reversible step; other laws are written over concentrations. Amounts become concentrations,
    what is held stands on both sides of its steps, assignment rules are put in place, and numbers
    are converted to h and mM by the units that the model states.

    Args:
        quantities: of the model.

    Raises:
        InputError: one line: what a mechanism file cannot say, such as a choice, a size that
            varies, or coefficients that are no fractions of whole numbers.
    """
    with at(quantities.content.path):
        importer = _Importer(quantities)
        for r, reaction in enumerate(quantities.content.reactions):
            importer.add(r, reaction)
        found = importer.mechanism()
        _ = found.system  # refuses what the file's own rules forbid
    return found


class _Importer:
    """Gathers the lines of a mechanism file."""

    def __init__(self, quantities: Quantities) -> None:
        self._content: SbmlContent = quantities.content
        self._rates = ConcentrationRates(quantities)
        self._names = MechanismNames()
        self._species = {one: self._names.name(one) for one in self._rates.followed}
        self._steps = MechanismSteps(tuple(self._species.values()), self._names)
        self._labels: dict[str, str] = {}
        self._notes: list[str] = []

    def add(self, number: int, reaction: SbmlReaction) -> None:
        """Add the line of one reaction."""
        left, right, multiple = self._rates.sides(number)
        left, right = (tuple(self._species[one] for one in side) for side in (left, right))
        if Counter(left) == Counter(right):
            self._notes.append(f"reaction '{reaction.name}' changes nothing, and is left out")
            return
        rate = folded(over(self._rates.rate(number), numeral(float(multiple))))
        if beyond_files(rate):
            raise InputError(
                f"reaction '{reaction.name}': its rate holds a choice or a function that mechanism "
                "files do not have; follow the model by read_sbml(...).simulate"
            )
        if polynomial(rate) == {}:
            self._notes.append(f"reaction '{reaction.name}' has the rate 0, and is left out")
            return
        names = {one: self._named(one) for one in tree_names(rate)}
        rate = replaced(flattened(rate), {one: Name(new) for one, new in names.items()})
        forth, back = both_ways(rate)
        ways = [
            Way(law, reactants)
            for law, reactants in ((forth, left), (back, right))
            if law is not None
        ]
        sides = (left, right) if forth is not None else (right, left)
        self._steps.add(self._label(reaction), sides, ways)

    def _named(self, identifier: str) -> str:
        if identifier == SBML_TIME:
            return TIME
        if identifier in self._species:
            return self._species[identifier]
        local = identifier.partition(".")[2]
        name = self._names.name(f"{local}_{identifier.partition('.')[0]}" if local else identifier)
        self._steps.values[name] = self._rates.value(identifier)
        return name

    def _label(self, reaction: SbmlReaction) -> str:
        """Return a label that no other line has."""
        wanted = reaction.title if _LABEL.fullmatch(reaction.title) else reaction.name.lstrip("_")
        label, count = wanted[:50] or "step", 1
        while label in self._labels or f"{label}_reverse" in self._labels:
            count += 1
            label = f"{wanted[:50]}_{count}"
        self._labels[label] = reaction.name
        return label

    def mechanism(self) -> ImportedMechanism:
        """Return what was gathered."""
        if not self._steps.lines:
            raise InputError("holds no reaction that changes anything; nothing to import")
        units = self._units()
        constants = self._steps.converted(*units)
        used = {name for line in self._steps.named for name in line}
        initial = {
            name: self._rates.concentration(one) * units[1]
            for one, name in self._species.items()
            if name in used
        }
        below = next((name for name, value in initial.items() if value < 0), None)
        if below is not None:
            raise InputError(
                f"species '{below}' starts at {initial[below]:g} mM; a mechanism follows "
                "concentrations from 0 up"
            )
        unfollowed = [n for n in self._content.rules if n in self._content.species]
        if unfollowed:
            self._notes.append(
                f"{', '.join(unfollowed)}: assigned by rules, put in place where rates name them"
            )
        unstated = [name for name, value in (constants | initial).items() if math.isnan(value)]
        if unstated:
            self._notes.append(f"no value is stated for {', '.join(unstated)}")
        text = self._text(initial, constants)
        return ImportedMechanism(text, _stated(constants), _stated(initial), tuple(self._notes))

    def _units(self) -> tuple[float, float]:
        """Return h in a unit of time, and mM in a unit of concentration."""
        units = self._content.units
        if units.hours is None:
            self._notes.append("states no unit of time that is known; its times are taken as h")
        if units.millimoles is None or units.litres is None:
            self._notes.append(
                "states no units of amount and size that are known; its concentrations are taken "
                "as mM"
            )
            return units.hours or 1.0, 1.0
        return units.hours or 1.0, units.millimoles / units.litres

    def _text(self, initial: Mapping[str, float], constants: Mapping[str, float]) -> str:
        title = " ".join((self._content.title or self._content.name).split())
        lines = [f"title = {_quoted(title)}", *self._numbers(initial, constants), "", "[species]"]
        titles = []
        for one, name in self._species.items():
            if name in initial:
                species = self._content.species[one]
                blocks = " ".join(f"{_count(n)}{block}" for block, n in species.composition)
                lines.append(f"{name} = {_quoted(blocks)}")
                shown = " ".join(species.title.split())
                if shown and shown != name:
                    titles.append(f"{name} = {_quoted(shown)}")
        lines += ["", "[reactions]"]
        lines += [f"{label} = {_quoted(line)}" for label, line in self._steps.lines.items()]
        if titles:
            lines += ["", "[titles]", *titles]
        return "\n".join(lines) + "\n"

    def _numbers(
        self, initial: Mapping[str, float], constants: Mapping[str, float]
    ) -> Sequence[str]:
        """Return the numbers as comments: a mechanism file has none, a study has."""
        units = self._steps.units()
        return [
            "",
            "# Numbers of the SBML model, for a study or for simulate; a mechanism file has none.",
            *(f"# {name} = {value!r} {units[name]}" for name, value in _stated(constants).items()),
            *(f"# initial {name} = {value!r} mM" for name, value in _stated(initial).items()),
        ]


def _stated(numbers: Mapping[str, float]) -> dict[str, float]:
    return {name: value for name, value in numbers.items() if not math.isnan(value)}


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _count(number: int) -> str:
    return "" if number == 1 else str(number)
