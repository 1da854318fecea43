"""What SBML can say and a mechanism here cannot: refused by name, before anything is read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from assemblysim.errors import InputError
from assemblysim.language import quoted

_LEVEL_3: Final = "http://www.sbml.org/sbml/level3/"
_CORE: Final = f"{_LEVEL_3}version2/core"
# Drawings; libSBML calls them required in what it converted from Level 2.
_DRAWINGS: Final = ("/layout/", "/render/")
_MOST_NAMED = 4


def refuse_what_cannot_be_said(document: Any, library: Any) -> None:
    """Refuse a document that holds what changes its course and has no meaning here.

    Args:
        document: libSBML's, of Level 3 Version 2.
        library: the module libsbml.

    Raises:
        InputError: one line with each such thing by its name, and what to do about the first.
    """
    found = [*_packages(document), *_parts(document.getModel(), library)]
    if found:
        names = list(dict.fromkeys(name for name, _ in found))
        more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
        raise InputError(
            f"cannot be said here: {', '.join(names[:_MOST_NAMED])}{more}; {found[0][1]}"
        )


def _parts(model: Any, library: Any) -> Iterator[tuple[str, str]]:
    """Give (name, remedy) of each part that cannot be said."""
    for one in model.getListOfEvents():
        delayed = " with a delay" if one.isSetDelay() else ""
        yield (
            f"{_named('event', one)}{delayed}",
            "take it out, or start a second course from where it fires",
        )
    for rule in model.getListOfRules():
        if rule.isAlgebraic():
            formula = library.formulaToL3String(rule.getMath()) if rule.isSetMath() else ""
            yield (
                f"algebraic rule {quoted(formula)}",
                "solve it for one quantity, and write an assignment rule",
            )
    for rule in model.getListOfRules():
        if rule.isRate():
            yield f"rate rule of '{rule.getVariable()}'", "write a reaction with this rate"
    yield from _compartments(model)
    for what in _symbols(model, library):
        yield what, "a rate here depends on what is there at the moment; write it so"


def _compartments(model: Any) -> Iterator[tuple[str, str]]:
    names = [one.getIdAttribute() for one in model.getListOfCompartments()]
    if len(names) > 1:
        yield (
            f"{len(names)} compartments ({', '.join(names[:_MOST_NAMED])})",
            "one reactor is followed here; give a model of one compartment",
        )
    for one in model.getListOfCompartments():
        if one.isSetSpatialDimensions() and one.getSpatialDimensionsAsDouble() == 0:
            yield (
                f"compartment '{one.getIdAttribute()}' without dimensions",
                "nothing in it has a concentration; give it a size",
            )


def _packages(document: Any) -> Iterator[tuple[str, str]]:
    """Give the packages that a reader must know to read the model rightly."""
    spaces = document.getNamespaces()  # what the file names; libSBML's own are not there
    for i in range(spaces.getLength()):
        uri, prefix = spaces.getURI(i), spaces.getPrefix(i)
        known = not uri.startswith(_LEVEL_3) or any(part in uri for part in _DRAWINGS)
        if uri != _CORE and not known and document.getPackageRequired(uri):
            yield f"package '{prefix or uri}', which is required", "flatten it to plain SBML"


def _symbols(model: Any, library: Any) -> Iterator[str]:
    """Give the csymbols that no rate here can hold, with the place of each."""
    refused = {
        library.AST_FUNCTION_DELAY: "a delay (csymbol delay)",
        library.AST_FUNCTION_RATE_OF: "a rate of change (csymbol rateOf)",
    }
    places = [(place, set(_kinds(math))) for place, math in _mathematics(model)]
    for kind, what in refused.items():
        for place, kinds in places:
            if kind in kinds:
                yield f"{what} in {place}"


def _mathematics(model: Any) -> Iterator[tuple[str, Any]]:
    for one in model.getListOfFunctionDefinitions():
        if one.isSetMath():
            yield f"function '{one.getIdAttribute()}'", one.getMath()
    for one in model.getListOfInitialAssignments():
        if one.isSetMath():
            yield f"the initial assignment of '{one.getSymbol()}'", one.getMath()
    for one in model.getListOfRules():
        if one.isSetMath():
            yield f"the rule of '{one.getVariable()}'", one.getMath()
    for one in model.getListOfReactions():
        if one.isSetKineticLaw() and one.getKineticLaw().isSetMath():
            yield f"the rate of '{one.getIdAttribute()}'", one.getKineticLaw().getMath()


def _kinds(node: Any) -> Iterator[int]:
    yield node.getType()
    for i in range(node.getNumChildren()):
        yield from _kinds(node.getChild(i))


def _named(what: str, one: Any) -> str:
    name = one.getIdAttribute() or one.getName()
    return f"{what} '{name}'" if name else f"an {what} without a name"
