"""SBML files read to plain values; what cannot be said here is refused by its name."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from assemblysim.errors import InputError, did_you_mean
from assemblysim.exchange.sbml.content.annotations import composition_in
from assemblysim.exchange.sbml.content.library import libsbml, opened_document
from assemblysim.exchange.sbml.content.mathematics import read_math
from assemblysim.exchange.sbml.content.model import (
    SbmlCompartment,
    SbmlContent,
    SbmlReaction,
    SbmlSpecies,
)
from assemblysim.exchange.sbml.content.refusals import refuse_what_cannot_be_said
from assemblysim.exchange.sbml.content.stated_units import stated_units
from assemblysim.files.places import at
from assemblysim.language import quoted
from assemblysim.mechanism.network.rate_law import Expression, Name, replaced


def read_content(path: Path | str) -> SbmlContent:
    """Read an SBML file.

    Args:
        path: a file of any level and version; those before Level 3 Version 2 are converted by
            libSBML.

    Returns:
        What it says, with functions put in place where they are called.

    Raises:
        InputError: one line that names the file, the place and what cannot be read or said:
            rules of rates, algebraic rules, events, delays, several compartments, packages that
            change what the model means.
    """
    with at(str(path)):
        library, document = libsbml(), opened_document(Path(path))
        refuse_what_cannot_be_said(document, library)
        return _Reader(library, document.getModel()).content(Path(path))


class _Reader:
    """Reads the parts of one model."""

    def __init__(self, library: Any, model: Any) -> None:
        self._library, self._model = library, model
        self._functions: dict[str, tuple[tuple[str, ...], Expression]] = {}

    def content(self, path: Path) -> SbmlContent:
        """Return all of it."""
        self._read_functions()
        model = self._model
        values: dict[str, float | None] = {
            one.getIdAttribute(): one.getValue() if one.isSetValue() else None
            for one in model.getListOfParameters()
        }
        _refuse_strangers(model)
        reactions = tuple(self._reaction(one, values) for one in model.getListOfReactions())
        return SbmlContent(
            str(path),
            model.getIdAttribute() or path.stem,
            model.getName(),
            {c.getIdAttribute(): _compartment(c) for c in model.getListOfCompartments()},
            {s.getIdAttribute(): self._species(s) for s in model.getListOfSpecies()},
            values,
            self._assigned("initial assignment", model.getListOfInitialAssignments()),
            self._assigned("assignment rule", model.getListOfRules()),
            reactions,
            stated_units(model, self._library),
        )

    def _read_functions(self) -> None:
        """Read functions; one may call another that is defined behind it."""
        waiting = [f for f in self._model.getListOfFunctionDefinitions() if f.isSetMath()]
        while waiting:
            known = len(self._functions)
            left = [one for one in waiting if not self._read_function(one, waiting)]
            if len(self._functions) == known:
                raise InputError(
                    f"function '{left[0].getIdAttribute()}' calls itself; write it without"
                )
            waiting = left

    def _read_function(self, function: Any, waiting: list[Any]) -> bool:
        """Read a function unless it calls one that is still waiting."""
        body = function.getBody()
        if body is None:
            raise InputError(f"function '{function.getIdAttribute()}' is empty; define it")
        open_names = {w.getIdAttribute() for w in waiting} - self._functions.keys()
        if _called_in(body, self._library) & open_names:
            return False
        names = [function.getArgument(i).getName() for i in range(function.getNumArguments())]
        with at(f"function '{function.getIdAttribute()}'"):
            self._functions[function.getIdAttribute()] = (tuple(names), self._read(body))
        return True

    def _read(self, node: Any) -> Expression:
        return read_math(node, self._library, self._functions)

    def _assigned(self, what: str, parts: Any) -> dict[str, Expression]:
        found = {}
        for one in parts:
            symbol = one.getSymbol() if what == "initial assignment" else one.getVariable()
            if one.isSetMath():
                with at(f"{what} of '{symbol}'"):
                    found[symbol] = self._read(one.getMath())
        return found

    def _species(self, one: Any) -> SbmlSpecies:
        conversion = one.getConversionFactor() or self._model.getConversionFactor()
        return SbmlSpecies(
            one.getIdAttribute(),
            one.getName(),
            one.getCompartment(),
            one.getInitialAmount() if one.isSetInitialAmount() else None,
            one.getInitialConcentration() if one.isSetInitialConcentration() else None,
            one.getHasOnlySubstanceUnits(),
            one.getBoundaryCondition(),
            one.getConstant(),
            conversion,
            composition_in(one),
        )

    def _reaction(self, one: Any, values: dict[str, float | None]) -> SbmlReaction:
        name = one.getIdAttribute()
        changes = []
        for parts, sign in ((one.getListOfReactants(), -1), (one.getListOfProducts(), 1)):
            for part in parts:
                number = part.getStoichiometry() if part.isSetStoichiometry() else None
                reference = part.getIdAttribute()
                if reference:
                    values[reference] = number
                changes.append((part.getSpecies(), reference, number, sign))
        law = None
        if one.isSetKineticLaw() and one.getKineticLaw().isSetMath():
            with at(f"reaction '{name}'"):
                law = self._law(one.getKineticLaw(), name, values)
        return SbmlReaction(name, one.getName(), tuple(changes), law)

    def _law(self, law: Any, reaction: str, values: dict[str, float | None]) -> Expression:
        """Return a kinetic law; its local parameters get names of their own."""
        own: dict[str, Expression] = {}
        for one in law.getListOfLocalParameters():
            name = f"{reaction}.{one.getIdAttribute()}"
            own[one.getIdAttribute()] = Name(name)
            values[name] = one.getValue() if one.isSetValue() else None
        return replaced(self._read(law.getMath()), own)


def _refuse_strangers(model: Any) -> None:
    """Refuse references to species and compartments that are not there."""
    compartments = {one.getIdAttribute() for one in model.getListOfCompartments()}
    species = {one.getIdAttribute() for one in model.getListOfSpecies()}
    for one in model.getListOfSpecies():
        if one.getCompartment() not in compartments:
            raise InputError(
                f"species '{one.getIdAttribute()}': unknown compartment "
                f"{quoted(one.getCompartment())}{did_you_mean(one.getCompartment(), compartments)}"
            )
    for one in model.getListOfReactions():
        for part in (*one.getListOfReactants(), *one.getListOfProducts()):
            if part.getSpecies() not in species:
                raise InputError(
                    f"reaction '{one.getIdAttribute()}': unknown species "
                    f"{quoted(part.getSpecies())}{did_you_mean(part.getSpecies(), species)}"
                )


def _compartment(one: Any) -> SbmlCompartment:
    size = one.getSize() if one.isSetSize() else None
    return SbmlCompartment(one.getIdAttribute(), size, one.getUnits())


def _called_in(node: Any, library: Any) -> set[str]:
    """Return names of the functions of the model that some mathematics calls."""
    found = {node.getName()} if node.getType() == library.AST_FUNCTION else set()
    for i in range(node.getNumChildren()):
        found |= _called_in(node.getChild(i), library)
    return found
