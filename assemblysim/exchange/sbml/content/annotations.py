"""What a species is made of, as an annotation of our own in SBML."""

from __future__ import annotations

from typing import Any, Final
from xml.etree import ElementTree

from assemblysim.errors import InputError
from assemblysim.language import quoted

NAMESPACE: Final = "urn:assemblysim:composition"
_PREFIX: Final = "assemblysim"


def annotate(species: ElementTree.Element, composition: tuple[tuple[str, int], ...]) -> None:
    """Write a composition, building blocks and their counts, into a species of SBML."""
    if not composition:
        return
    annotation = ElementTree.SubElement(species, "annotation")
    head = {f"xmlns:{_PREFIX}": NAMESPACE}
    found = ElementTree.SubElement(annotation, f"{_PREFIX}:composition", head)
    for name, count in composition:
        ElementTree.SubElement(found, f"{_PREFIX}:block", {"name": name, "count": str(count)})


def composition_in(species: Any) -> tuple[tuple[str, int], ...]:
    """Return the composition that libSBML's species is annotated with; () where there is none.

    Raises:
        InputError: a count is no whole number above 0.
    """
    annotation = species.getAnnotation() if species.isSetAnnotation() else None
    if annotation is None:
        return ()
    found = []
    for i in range(annotation.getNumChildren()):
        part = annotation.getChild(i)
        if part.getURI() == NAMESPACE and part.getName() == "composition":
            found += [_block(part.getChild(j), species) for j in range(part.getNumChildren())]
    return tuple(found)


def _block(node: Any, species: Any) -> tuple[str, int]:
    name, count = node.getAttrValue("name"), node.getAttrValue("count")
    if not name or not count.isdecimal() or not 0 < int(count) < 10_000:
        raise InputError(
            f"species '{species.getIdAttribute()}': composition {quoted(name)} x {quoted(count)}; "
            "write a block and a whole number above 0"
        )
    return name, int(count)
