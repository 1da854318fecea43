"""What a mechanism file says beside its steps: species, descriptions, titles, former names."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from assemblysim.errors import Faults, InputError, refuse_unknown
from assemblysim.files.places import at
from assemblysim.language import LONGEST, quoted
from assemblysim.mechanism.network.formula import parse_composition
from assemblysim.mechanism.network.names import check_label, check_name
from assemblysim.mechanism.network.network import Species

# Begins the description of a mechanism that its file does not describe: its steps.
LISTED_STEPS = "Reactions: "
# What a mechanism file may hold.
SYSTEM_KEYS = (
    "title",
    "source",
    "blocks",
    "species",
    "steps",
    "reactions",
    "constants",
    "mechanisms",
    "descriptions",
    "titles",
    "former_names",
    "ions",
    "chemistry",
    "candidate_ions",
    "labelled",
    "labelled_constants",
)


def table_of(content: dict[str, Any], key: str) -> dict[str, Any]:
    """Return a table of the file.

    Raises:
        InputError: it is missing, empty, or no table.
    """
    if key not in content:
        raise InputError(f"[{key}] is missing; add the table")
    table = content[key]
    if not isinstance(table, dict):
        raise InputError(f"[{key}] must be a table; write its heading as [{key}]")
    if not table:
        raise InputError(f"[{key}] is empty; write at least one line in it")
    return table


def text_of(value: object, place: str) -> str:
    """Return a TOML value as a line of text; refuse anything but a string."""
    if not isinstance(value, str):
        raise InputError(f"{place}: {quoted(str(value))} is not text; put it in quotation marks")
    return " ".join(value.split())


def read_descriptions(
    content: dict[str, Any], mechanisms: Collection[str]
) -> tuple[tuple[str, str], ...]:
    """Return (mechanism, sentence) for each line of [descriptions].

    Raises:
        InputError: there is no such mechanism, or a sentence is no text.
    """
    return _texts(content, "descriptions", "mechanism", mechanisms)


def read_titles(
    content: dict[str, Any], kinds: Mapping[str, Collection[str]]
) -> tuple[tuple[str, str], ...]:
    """Return (name, title) for each line of [titles]: what people read in place of a name.

    Args:
        content: the file.
        kinds: the names that may have one, by kind: mechanism, species, reaction.

    Raises:
        InputError: a name is unknown or means two things, or a title is empty, too long, given
            twice, or another's name.
    """
    known = [name for names in kinds.values() for name in names]
    found = _texts(content, "titles", "name", known)
    owner: dict[str, str] = {}
    for name, title in found:
        with at(f"[titles] '{name}'"):
            if known.count(name) > 1:
                both = " and a ".join(kind for kind, names in kinds.items() if name in names)
                raise InputError(f"the name of a {both}; rename one of them")
            if not title:
                raise InputError("the title is empty; write one, or take the line out")
            if len(title) > LONGEST:
                raise InputError(
                    f"the title has {len(title)} characters, at most {LONGEST}; shorten it, and "
                    "put the rest into [descriptions]"
                )
            if title in known and title != name:
                raise InputError(f"{quoted(title)} is the name of another; write another title")
            twin = owner.setdefault(title, name)
            if twin != name:
                raise InputError(f"the same title as '{twin}'; write another title")
    return found


def read_former_names(
    content: dict[str, Any], mechanisms: Collection[str]
) -> tuple[tuple[str, str], ...]:
    """Return (former name, name of today) for each mechanism that was called otherwise before.

    Raises:
        InputError: a former name is still in use, or there is no mechanism of today's name.
    """
    if "former_names" not in content:
        return ()
    found = []
    for former, written in table_of(content, "former_names").items():
        with at("[former_names]"):
            check_label("former name", former)
            if former in mechanisms:
                raise InputError(f"'{former}' is a mechanism of today; take the line out")
            today = text_of(written, f"'{former}'")
            refuse_unknown("mechanism", today, mechanisms)
        found.append((former, today))
    return tuple(found)


def former_name_lines(
    path: str, former_names: Iterable[tuple[str, str]], given: Iterable[str]
) -> tuple[str, ...]:
    """Return a line for each former name of a mechanism among the names that were given."""
    known = dict(former_names)
    return tuple(
        f"{path}: mechanism '{name}' is called '{known[name]}' now; the former name is still read"
        for name in dict.fromkeys(given)
        if name in known
    )


def _texts(
    content: dict[str, Any], key: str, kind: str, known: Collection[str]
) -> tuple[tuple[str, str], ...]:
    if key not in content:
        return ()
    table = table_of(content, key)
    for name in table:
        with at(f"[{key}]"):
            refuse_unknown(kind, name, known)
    return tuple((name, text_of(text, f"[{key}] '{name}'")) for name, text in table.items())


def read_species(table: dict[str, Any]) -> tuple[Species, ...]:
    """Read the lines of [species], and tell the faults of all at once."""
    found, faults = [], Faults()
    for name, composition in table.items():
        with faults.gathered():
            found.append(_one_species(name, composition))
    faults.end()
    return tuple(found)


def _one_species(name: str, composition: object) -> Species:
    try:
        check_name("species", name)
        return Species(name, parse_composition(text_of(composition, f"'{name}'")))
    except InputError as fault:
        place = "[species]" if str(fault).startswith(("species", f"'{name}'")) else name
        raise InputError(f"{place}: {fault}") from None


def read_blocks(content: dict[str, Any]) -> tuple[str, ...]:
    """Return the building blocks that species without a line of their own are made of.

    Raises:
        InputError: it is no list of names, or there is no table of steps.
    """
    if "blocks" not in content:
        return ()
    blocks = content["blocks"]
    if not isinstance(blocks, list) or not all(isinstance(one, str) for one in blocks):
        raise InputError('blocks: write a list of building blocks, as blocks = ["Pd", "L"]')
    if "steps" not in content:
        raise InputError("blocks: they make the species of a table of steps; state 'steps' too")
    return tuple(blocks)
