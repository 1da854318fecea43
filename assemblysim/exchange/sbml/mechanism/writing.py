"""A mechanism with its numbers as SBML Level 3 Version 2: one compartment, h, mM, mass action."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Final
from xml.etree import ElementTree
from xml.etree.ElementTree import SubElement

from assemblysim.errors import InputError
from assemblysim.exchange.sbml.content.annotations import annotate
from assemblysim.exchange.sbml.content.meanings import SBML_TIME
from assemblysim.exchange.sbml.mechanism.dynamics import Dynamics
from assemblysim.exchange.sbml.mechanism.mathml import comparison_element, math_element
from assemblysim.mechanism.constants.dimension import Dimension
from assemblysim.mechanism.constants.rate_constant_units import rate_constant_dimensions
from assemblysim.mechanism.network.names import TIME
from assemblysim.mechanism.network.network import Network, Reaction
from assemblysim.mechanism.network.rate_law import (
    Expression,
    Name,
    Negative,
    Numeral,
    Power,
    Product,
    Sum,
    replaced,
    tree_names,
)

_NAMESPACE: Final = "http://www.sbml.org/sbml/level3/version2/core"
REACTOR: Final = "reactor"


@dataclass(frozen=True)
class MechanismNumbers:
    """The numbers of a mechanism.

    Attributes:
        rate_constants: by name, in h and mM; those that are missing get no value.
        initial: by species, mM; 0 where missing.
    """

    rate_constants: Mapping[str, float] = field(default_factory=dict)
    initial: Mapping[str, float] = field(default_factory=dict)


def sbml_of(
    network: Network,
    numbers: MechanismNumbers,
    *,
    name: str = "mechanism",
    title: str = "",
    titles: Mapping[str, str] | None = None,
    dynamics: Dynamics | None = None,
) -> str:
    """Return a mechanism as the text of an SBML file.

    Args:
        network: the mechanism.
        numbers: its rate constants and initial concentrations.
        name: of the model; what cannot stand in an identifier becomes ``_``.
        title: for people.
        titles: of species, for people.
        dynamics: what changes with time; nothing where None.

    Returns:
        SBML of one litre, in h, mmol and mM. A step and its reverse are one reversible reaction;
        what a species is made of is an annotation.

    Raises:
        InputError: units of the rate constants contradict each other, or a name is that of a
            number that changes with temperature.
    """
    root = ElementTree.Element("sbml", {"xmlns": _NAMESPACE, "level": "3", "version": "2"})
    identifiers = _Identifiers(network)
    model = SubElement(
        root,
        "model",
        {
            "id": _identifier(name),
            **({"name": title} if title else {}),
            "substanceUnits": identifiers.unit("mmol"),
            "timeUnits": identifiers.unit("hour"),
            "volumeUnits": "litre",
            "extentUnits": identifiers.unit("mmol"),
        },
    )
    _units(model, network, identifiers)
    _compartment(model, identifiers)
    _species(model, network, numbers, identifiers, titles or {})
    beside = dynamics or Dynamics()
    _refuse_taken(identifiers_beside(network) | {*network.rate_constant_names}, beside)
    _parameters(model, network, numbers, identifiers, beside)
    _rules(model, beside)
    _reactions(model, network, identifiers, beside.used)
    _events(model, network, beside)
    ElementTree.indent(root)
    text = ElementTree.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'


def _refuse_taken(taken: frozenset[str], beside: Dynamics) -> None:
    for name in (*beside.parameters, *beside.rules):
        if name in taken:
            raise InputError(
                f"'{name}' is a name of the mechanism, and of what changes with temperature; "
                "rename it in the mechanism file"
            )


def identifiers_beside(network: Network) -> frozenset[str]:
    """Return the identifiers of a mechanism's SBML that are not those of its rate constants."""
    found = _Identifiers(network)
    return frozenset((*found.species, found.reactor, *found.reactions.values()))


class _Identifiers:
    """Identifiers of a model's parts: of one space in SBML, of several in a mechanism file."""

    def __init__(self, network: Network) -> None:
        # Names of species and constants are identifiers and differ; they stay as they are.
        self.species = frozenset(network.species_names)
        self._taken = {*network.species_names, *network.rate_constant_names}
        self.reactor = self._free(REACTOR)
        self.reactions = {one.name: self._free(_identifier(one.name)) for one in network.reactions}
        dimensions = rate_constant_dimensions(network)
        self.dimensions = {name: _plain(one) for name, one in dimensions.items()}
        self._units: dict[str, str] = {}

    def unit(self, name: str) -> str:
        """Return the identifier of a unit; units have a space of their own."""
        return self._units.setdefault(name, name)

    def unit_of(self, constant: str) -> str:
        """Return the identifier of a rate constant's unit."""
        concentration, time = self.dimensions[constant]
        if not concentration and not time:
            return "dimensionless"
        return _identifier(f"mM_{concentration}_h_{time}".replace("-", "minus_"))

    def _free(self, wanted: str) -> str:
        name, count = wanted, 1
        while name in self._taken:
            count += 1
            name = f"{wanted}_{count}"
        self._taken.add(name)
        return name


def _identifier(name: str) -> str:
    plain = "".join(c if c.isascii() and (c.isalnum() or c == "_") else "_" for c in name)
    return plain if plain[:1].isalpha() or plain[:1] == "_" else f"_{plain}"


def _plain(dimension: Dimension) -> tuple[Fraction, Fraction]:
    """Return the powers of mM and h as plain fractions."""
    return Fraction(str(dimension.concentration)), Fraction(str(dimension.time))


def _units(model: ElementTree.Element, network: Network, identifiers: _Identifiers) -> None:
    parts = SubElement(model, "listOfUnitDefinitions")
    one = Fraction(1)
    _unit(parts, identifiers.unit("mmol"), [("mole", one, -3, 1)])
    _unit(parts, identifiers.unit("hour"), [("second", one, 0, 3600)])
    for constant in network.rate_constant_names:
        name = identifiers.unit_of(constant)
        if name == "dimensionless" or any(found.get("id") == name for found in parts):
            continue
        concentration, time = identifiers.dimensions[constant]
        powers = [("mole", concentration, -3, 1), ("litre", -concentration, 0, 1)]
        _unit(parts, name, [*powers, ("second", time, 0, 3600)])


def _unit(
    parts: ElementTree.Element, name: str, kinds: list[tuple[str, Fraction, int, int]]
) -> None:
    definition = SubElement(parts, "unitDefinition", {"id": name})
    inside = SubElement(definition, "listOfUnits")
    for kind, exponent, scale, multiplier in kinds:
        if exponent:
            given = {"exponent": _number(float(exponent)), "scale": str(scale)}
            SubElement(inside, "unit", {"kind": kind, **given, "multiplier": str(multiplier)})


def _compartment(model: ElementTree.Element, identifiers: _Identifiers) -> None:
    given = {"id": identifiers.reactor, "spatialDimensions": "3", "size": "1", "units": "litre"}
    SubElement(
        SubElement(model, "listOfCompartments"), "compartment", {**given, "constant": "true"}
    )


def _species(
    model: ElementTree.Element,
    network: Network,
    numbers: MechanismNumbers,
    identifiers: _Identifiers,
    titles: Mapping[str, str],
) -> None:
    parts = SubElement(model, "listOfSpecies")
    for one in network.species:
        given = {"id": one.name}
        if titles.get(one.name):
            given["name"] = titles[one.name]
        given |= {
            "compartment": identifiers.reactor,
            "initialConcentration": _number(numbers.initial.get(one.name, 0.0)),
            "substanceUnits": identifiers.unit("mmol"),
            "hasOnlySubstanceUnits": "false",
            "boundaryCondition": "false",
            "constant": "false",
        }
        annotate(SubElement(parts, "species", given), one.composition)


def _parameters(
    model: ElementTree.Element,
    network: Network,
    numbers: MechanismNumbers,
    identifiers: _Identifiers,
    beside: Dynamics,
) -> None:
    values = {**numbers.rate_constants, **beside.parameters}
    names = [*network.rate_constant_names, *beside.parameters, *beside.rules]
    if not names:
        return
    parts = SubElement(model, "listOfParameters")
    for name in names:
        given = {"id": name}
        if name in values:
            given["value"] = _number(values[name])
        if name in network.rate_constant_names:
            given["units"] = identifiers.unit_of(name)
        constant = name not in beside.rules and name not in beside.varying
        SubElement(parts, "parameter", {**given, "constant": "true" if constant else "false"})


def _rules(model: ElementTree.Element, beside: Dynamics) -> None:
    if not beside.rules:
        return
    parts = SubElement(model, "listOfRules")
    for name, rule in beside.rules.items():
        SubElement(parts, "assignmentRule", {"variable": name}).append(math_element(rule))


def _events(model: ElementTree.Element, network: Network, beside: Dynamics) -> None:
    if not beside.additions:
        return
    parts = SubElement(model, "listOfEvents")
    for one in beside.additions:
        event = SubElement(parts, "event", {"useValuesFromTriggerTime": "true"})
        given = {"initialValue": "false", "persistent": "true"}
        SubElement(event, "trigger", given).append(
            comparison_element("gt", Name(SBML_TIME), Numeral(repr(float(one.time))))
        )
        inside = SubElement(event, "listOfEventAssignments")
        for name in network.species_names:
            after = one.after(name)
            if after is not None:
                given = {"variable": name}
                SubElement(inside, "eventAssignment", given).append(math_element(after))


def _reactions(
    model: ElementTree.Element,
    network: Network,
    identifiers: _Identifiers,
    used: Mapping[str, str],
) -> None:
    ways_back = {one.reverse_of: one for one in network.reactions if one.reverse_of}
    parts = SubElement(model, "listOfReactions")
    names = {one.name for one in network.reactions}
    renamed = {name: Name(other) for name, other in used.items()}
    renamed[TIME] = Name(SBML_TIME)  # in h, the model's unit
    for one in network.reactions:
        if one.reverse_of is None or one.reverse_of not in names:
            _reaction(parts, one, ways_back.get(one.name), identifiers, renamed)


def _reaction(
    parts: ElementTree.Element,
    forth: Reaction,
    back: Reaction | None,
    identifiers: _Identifiers,
    renamed: Mapping[str, Expression],
) -> None:
    identifier = identifiers.reactions[forth.name]
    given = {"id": identifier, "reversible": "false" if back is None else "true"}
    if identifier != forth.name:
        given["name"] = forth.name
    element = SubElement(parts, "reaction", given)
    _side(element, "listOfReactants", forth.reactants)
    _side(element, "listOfProducts", forth.products)
    rate = rate_tree(forth)
    if back is not None:
        rate = Sum(((1, rate), (-1, rate_tree(back))))
    _modifiers(element, forth, rate, identifiers)
    whole = Product(((1, Name(identifiers.reactor)), (1, replaced(rate, renamed))))
    SubElement(element, "kineticLaw").append(math_element(whole))


def _modifiers(
    element: ElementTree.Element, forth: Reaction, rate: Expression, identifiers: _Identifiers
) -> None:
    """Name the species that the rate depends on and the reaction does not change."""
    named = [*forth.reactants, *forth.products]
    names = [one for one in tree_names(rate) if one in identifiers.species and one not in named]
    parts = ElementTree.Element("listOfModifiers")
    for name in names:
        SubElement(parts, "modifierSpeciesReference", {"species": name})
    if names:
        element.append(parts)


def _side(element: ElementTree.Element, which: str, names: tuple[str, ...]) -> None:
    counts = Counter(names)
    if not counts:
        return
    parts = SubElement(element, which)
    for name, count in counts.items():
        given = {"species": name, "stoichiometry": str(count), "constant": "true"}
        SubElement(parts, "speciesReference", given)


def rate_tree(reaction: Reaction) -> Expression:
    """Return the rate of a step, mM/h, as an expression; where a divisor may be 0, as computed."""
    if reaction.law is not None:
        return reaction.law.guarded or reaction.law.tree
    factors: list[Expression] = [Name(reaction.rate_constant)]
    if reaction.factor != 1:
        factors.insert(0, _numeral(float(reaction.factor)))
    for name, count in Counter(reaction.reactants).items():
        factors.append(Name(name) if count == 1 else Power(Name(name), Numeral(str(count))))
    return factors[0] if len(factors) == 1 else Product(tuple((1, one) for one in factors))


def _numeral(value: float) -> Expression:
    size = Numeral(str(int(value)) if value.is_integer() else repr(abs(value)))
    return Negative(size) if value < 0 else size


def _number(value: float) -> str:
    return (
        str(int(value)) if float(value).is_integer() and abs(value) < 1e15 else repr(float(value))
    )
