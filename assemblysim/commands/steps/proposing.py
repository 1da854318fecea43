"""The command ``propose``: all balanced steps between species, as text for a mechanism file."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assemblysim.errors import InputError, refuse_unknown
from assemblysim.files.places import at
from assemblysim.files.toml import read_toml
from assemblysim.files.writing.requested import write_requested
from assemblysim.language import counted
from assemblysim.mechanism.network.block_formula import BlockReader
from assemblysim.mechanism.network.network import Reaction, Species
from assemblysim.mechanism.proposing.elementary_steps import elementary_steps, species_up_to
from assemblysim.mechanism.proposing.writing import (
    MADE,
    REVERSES,
    WrittenStep,
    kinds_of,
    known_steps,
    lines_to_paste,
    model_text,
    read_counts,
    table_of_steps,
    written_steps,
)
from assemblysim.mechanism.reading.expanding import read_expanded_system
from assemblysim.mechanism.reading.texts import read_species, table_of


@dataclass(frozen=True)
class Wanted:
    """Which steps are wanted.

    Attributes:
        path: a mechanism file whose species count; None where building blocks are given.
        kinds: of steps; all where there is none.
        reverses: how ways back are written, one of `REVERSES`.
        shared: whether constants are shared by kind and block.
        sites: binding sites of a centre, as Pd=4.
        largest: largest count of each building block, as Dy=6, in place of a file.
        out: file to write to: a mechanism file, or a table of steps where it ends in .csv.
        force: whether another file there may be replaced.
    """

    path: Path | None
    kinds: tuple[str, ...] = ()
    reverses: str = "with"
    shared: bool = False
    sites: tuple[str, ...] = ()
    largest: tuple[str, ...] = ()
    out: Path | None = None
    force: bool = False


def propose_steps(wanted: Wanted, *, as_json: bool) -> str:
    """Return all balanced steps of some kinds as text, or write them to a file.

    Raises:
        InputError: an option, or the mechanism file, is at fault; no step is possible.
        RunError: the file cannot be written.
    """
    kinds = kinds_of(wanted.kinds)
    with at("--reverses"):
        refuse_unknown("way", wanted.reverses, REVERSES)
    species, there, title = _species(wanted)
    sites = read_counts(wanted.sites, "--sites")
    blocks = {block for one in species for block, _ in one.composition}
    for block in sites:
        with at("--sites"):
            refuse_unknown("building block", block, blocks)
    proposed = elementary_steps(species, kinds)
    steps = written_steps(
        proposed, species, reverses=wanted.reverses, shared=wanted.shared, sites=sites
    )
    if not steps:
        raise InputError(
            f"{title}: 0 steps of kind {', '.join(kinds)} between {len(species)} species; choose "
            "other kinds, or add species"
        )
    known = known_steps(there)
    said = f"{counted(len(steps), 'step')} between {len(species)} species of {title}"
    species = _taking_part(species, steps)
    if wanted.out is not None:
        text = (
            table_of_steps(steps)
            if wanted.out.suffix == ".csv"
            else model_text(
                f"Steps between {len(species)} species", species, lines_to_paste(steps, {})
            )
        )
        ours = MADE.encode()
        write_requested(
            wanted.out, text.encode(), lambda old: old.startswith(ours), force=wanted.force
        )
        return f"wrote {wanted.out}: {said}"
    if as_json:
        return json.dumps({"species": len(species), "steps": [_facts(one) for one in steps]})
    head = f"# {said}; paste below [reactions]"
    if wanted.path is None:
        return model_text(title, species, lines_to_paste(steps, known)).rstrip("\n")
    return "\n".join([head, *lines_to_paste(steps, known)])


def _taking_part(
    species: tuple[Species, ...], steps: tuple[WrittenStep, ...]
) -> tuple[Species, ...]:
    used = {name for one in steps for name in (*one.reactants, *one.products)}
    return tuple(one for one in species if one.name in used)


def _facts(step: WrittenStep) -> dict[str, Any]:
    return {"name": step.name, "kind": step.kind, "line": step.line}


def _species(wanted: Wanted) -> tuple[tuple[Species, ...], tuple[Reaction, ...], str]:
    """Return the species, the steps that a file has already, and what the source is called.

    A file need not have steps yet.
    """
    if wanted.path is None or wanted.largest:
        if wanted.path is not None or not wanted.largest:
            raise InputError(
                "name a mechanism file, or building blocks with their largest counts, as --largest "
                "Dy=6 --largest L=2: one of the two"
            )
        largest = read_counts(wanted.largest, "--largest")
        with at("--largest"):
            BlockReader(tuple(largest))
        words = ", ".join(f"{block} up to {most}" for block, most in largest.items())
        return species_up_to(tuple(largest.items())), (), words
    content = read_toml(wanted.path)
    if "reactions" in content or "steps" in content:
        system = read_expanded_system(wanted.path)
        return system.species, system.whole_network().reactions, str(wanted.path)
    with at(str(wanted.path)):
        return read_species(table_of(content, "species")), (), str(wanted.path)
