"""A mechanism file, read: species, reactions, and the competing mechanisms made of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from assemblysim.errors import Faults, InputError, refuse_unknown
from assemblysim.files.places import at
from assemblysim.files.toml import read_toml
from assemblysim.language import counted
from assemblysim.mechanism.constants.rate_constant_units import rate_constant_units
from assemblysim.mechanism.ions.candidate_rules import IonRules
from assemblysim.mechanism.ions.step_equations import Chemistry
from assemblysim.mechanism.labelled.expansion import Expansion
from assemblysim.mechanism.labelled.forms import Labels, read_labels
from assemblysim.mechanism.network.names import check_label
from assemblysim.mechanism.network.network import Network, Reaction, Species, taking_part
from assemblysim.mechanism.properties.balance import check_balance
from assemblysim.mechanism.properties.orders import notes_on_steps
from assemblysim.mechanism.reading.candidate_ions import read_candidate_ions
from assemblysim.mechanism.reading.chemistry import read_chemistry
from assemblysim.mechanism.reading.definitions import left_definitions, read_definitions
from assemblysim.mechanism.reading.equation import parse_reaction
from assemblysim.mechanism.reading.step_table import StepTable, read_step_table
from assemblysim.mechanism.reading.texts import (
    LISTED_STEPS,
    SYSTEM_KEYS,
    read_blocks,
    read_descriptions,
    read_former_names,
    read_species,
    read_titles,
    table_of,
    text_of,
)
from assemblysim.notebooks import html_table

_MOST_SHOWN, _MOST_ROWS = 6, 12  # mechanisms, where a system is printed or in a notebook
ONLY_MECHANISM = "all"  # the name where a file lists no mechanisms


@dataclass(frozen=True)
class System:
    """A chemical system with its competing mechanisms, as one file states it.

    Attributes:
        path: the file, as it was named to the reader.
        title: what the system is; the file's name where nothing is stated.
        source: where the chemistry is from; may be empty.
        species: all species, in the file's order; those that a table of steps adds come last.
        reactions: (label, steps) for each line of [reactions] and each group of the table.
        mechanisms: (name, labels of its reactions) for each hypothesis.
        descriptions: (mechanism, sentence) where the file describes it.
        notes: sentences about what is allowed but ought to be known.
        constants: (name, expression) of each constant that follows from others; see
            `constants`.
        files: paths of the other files that were read, as the reader opened them.
        titles: (mechanism, species or reaction, what people read in its place).
        former_names: (former name, name of today) of mechanisms that were called otherwise.
        chemistry: the ions of the species; None where the file states none.
        ion_rules: which ions to look for in spectra; None where the file does not say.
        labelled: the forms of building blocks; None where the file states none.
        labelled_definitions: those of [constants] for constants that a label brings in.
        expansion: labelled species and steps, where the system is one that was expanded.
        unlabelled: the system that was expanded.

    Example:
        >>> read_system("models/ring.toml").mechanism_names
        ('one_way', 'both_ways')
    """

    path: str
    title: str
    source: str
    species: tuple[Species, ...]
    reactions: tuple[tuple[str, tuple[Reaction, ...]], ...]
    mechanisms: tuple[tuple[str, tuple[str, ...]], ...]
    descriptions: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()
    constants: tuple[tuple[str, str], ...] = ()
    files: tuple[str, ...] = ()
    titles: tuple[tuple[str, str], ...] = ()
    former_names: tuple[tuple[str, str], ...] = ()
    chemistry: Chemistry | None = None
    ion_rules: IonRules | None = None
    labelled: Labels | None = None
    labelled_definitions: tuple[tuple[str, str], ...] = ()
    expansion: Expansion | None = None
    unlabelled: System | None = None

    def __repr__(self) -> str:
        """Name the file and what is in it, on one line."""
        names = self.mechanism_names
        shown = ", ".join(names[:_MOST_SHOWN]) + (", ..." if len(names) > _MOST_SHOWN else "")
        return (
            f"<System {self.title!r} from {self.path}: {len(self.species)} species, "
            f"{counted(len(self.reactions), 'reaction')}, "
            f"{counted(len(names), 'mechanism')} ({shown})>"
        )

    def _repr_html_(self) -> str:
        names = self.mechanism_names[:_MOST_ROWS]
        rows = [(name, self.title_of(name), ", ".join(self.labels(name))) for name in names]
        more = len(self.mechanisms) - len(rows)
        after = f"{counted(more, 'more mechanism')}" if more else ""
        return html_table(self.title, ("mechanism", "title", "reactions"), rows, after)

    @property
    def mechanism_names(self) -> tuple[str, ...]:
        """Names of the mechanisms, in the file's order."""
        return tuple(name for name, _ in self.mechanisms)

    @property
    def species_names(self) -> tuple[str, ...]:
        """Names of all species, in the file's order."""
        return tuple(one.name for one in self.species)

    def name_today(self, mechanism: str) -> str:
        """Return a mechanism's name of today, whether that or a former one was given."""
        return dict(self.former_names).get(mechanism, mechanism)

    def title_of(self, name: str) -> str:
        """Return the title of a mechanism, species or reaction; "" where it has none."""
        return dict(self.titles).get(name, "")

    def labels(self, mechanism: str) -> tuple[str, ...]:
        """Return the labels of the reactions of a mechanism, called by today's or a former name.

        Raises:
            InputError: there is no such mechanism.
        """
        known, name = dict(self.mechanisms), self.name_today(mechanism)
        with at(self.path):
            refuse_unknown("mechanism", name, known)
        return known[name]

    def description(self, mechanism: str) -> str:
        """Return a sentence on a mechanism: the file's own, or the list of its reactions.

        Raises:
            InputError: there is no such mechanism.
        """
        labels = self.labels(mechanism)
        name = self.name_today(mechanism)
        return dict(self.descriptions).get(name, f"{LISTED_STEPS}{', '.join(labels)}.")

    def network(self, *mechanisms: str) -> Network:
        """Return the network of a mechanism, or of several together: the species it needs.

        Species stand in the file's order, and reactions in that of the mechanism; of several
        mechanisms those of each that are new follow.

        A species takes part where it is a reactant, a product, or named by a rate law.

        Raises:
            InputError: there is no such mechanism.
        """
        wanted = dict.fromkeys(label for one in mechanisms for label in self.labels(one))
        steps = dict(self.reactions)
        return _network(self.species, tuple(step for label in wanted for step in steps[label]))

    def whole_network(self) -> Network:
        """Return all reactions of the file together, with the species that take part in them."""
        return _network(self.species, tuple(step for _, steps in self.reactions for step in steps))

    def rate_constant_units(self, concentration: str = "mM") -> dict[str, str]:
        """Return the unit of every rate constant of the file; see `rate_constant_units`."""
        return rate_constant_units(self.whole_network(), concentration)


@lru_cache(maxsize=64)
def _network(species: tuple[Species, ...], reactions: tuple[Reaction, ...]) -> Network:
    """Make a network once, however often it is asked for."""
    return taking_part(species, reactions)


def read_system(path: Path | str) -> System:
    """Read a mechanism file and check all of it: names, equations, rate laws, balance, units.

    Args:
        path: a TOML file with [species], [reactions] and what else the page of keys has. A table
            of steps (``steps = "x.csv"``, see `step_table`) may stand beside or in place of
            [reactions], and with ``blocks = ["Pd", "L"]`` its species need not be listed.

    Returns:
        The system without labels; all its mechanisms can be made into networks.

    Raises:
        InputError: one line that names the file, the place, the fault and the remedy.

    Example:
        >>> read_system("models/ring.toml").species_names
        ('M', 'L', 'ML', 'M2L2')
    """
    return system_of(read_toml(Path(path)), Path(path))


def system_of(content: dict[str, Any], path: Path) -> System:
    """Return the system that a mechanism file's content states; see `read_system`."""
    with at(str(path)):
        faults = Faults()
        for key in content:
            with faults.gathered():
                refuse_unknown("key", key, SYSTEM_KEYS)
        faults.end()
        steps = _steps_file(path, content)
        blocks = read_blocks(content)
        listed = _listed_species(content, blocks)
    # The table's faults name the table, not the file that names it.
    table = None if steps is None else read_step_table(steps, listed, blocks)
    with at(str(path)):
        return _system(str(path), content, listed, steps, table)


def _system(
    path: str,
    content: dict[str, Any],
    listed: dict[str, Species],
    steps: Path | None,
    table: StepTable | None,
) -> System:
    species = (*listed.values(), *(table.species if table else ()))
    groups = table.groups if table else ()
    needed = table is None or "reactions" in content
    written = _reactions(table_of(content, "reactions"), species) if needed else ()
    reactions = _joined(written, groups)
    labels = [label for label, _ in reactions]
    mechanisms = _mechanisms(content, labels)
    names = [name for name, _ in mechanisms]
    kinds = {"mechanism": names, "species": [s.name for s in species], "reaction": labels}
    system = System(
        path,
        _line(content, "title", Path(path).stem),
        _line(content, "source", ""),
        species,
        reactions,
        mechanisms,
        read_descriptions(content, names),
        (*(table.notes if table else ()), *_notes_on_use(labels, mechanisms)),
        files=() if steps is None else (str(steps),),
        titles=read_titles(content, kinds),
        former_names=read_former_names(content, names),
    )
    return _checked(system, content)


def _checked(system: System, content: dict[str, Any]) -> System:
    """Refuse what only shows when everything is there; add constants and notes."""
    whole = system.whole_network()
    used = set(whole.species_names)
    for one in system.species:
        if one.name not in used:
            raise InputError(
                f"[species]: '{one.name}' takes part in no reaction; use it, or take it out"
            )
    rate_constant_units(whole)
    labels = _labels(content, system, whole)
    return replace(
        system,
        labelled=labels,
        labelled_definitions=left_definitions(content, [] if labels is None else labels.changes),
        constants=read_definitions(content, whole, [] if labels is None else labels.changes),
        chemistry=read_chemistry(content, system.species),
        ion_rules=read_candidate_ions(content, system.species),
        notes=(*notes_on_steps(whole), *system.notes),
    )


def _labels(content: dict[str, Any], system: System, whole: Network) -> Labels | None:
    if "labelled" not in content:
        if "labelled_constants" in content:
            raise InputError("[labelled_constants]: no block has a labelled form; add [labelled]")
        return None
    changed = table_of(content, "labelled_constants") if "labelled_constants" in content else {}
    labelled = table_of(content, "labelled")
    return read_labels(labelled, changed, system.species, whole.rate_constant_names)


def _steps_file(path: Path, content: dict[str, Any]) -> Path | None:
    """Return where the table of steps is, if there is one."""
    if "steps" not in content:
        return None
    named = content["steps"]
    if not isinstance(named, str) or not named.strip():
        raise InputError('steps: write the name of a table, as steps = "cage_steps.csv"')
    return path.parent / named


def _listed_species(content: dict[str, Any], blocks: tuple[str, ...]) -> dict[str, Species]:
    """Return the species that have a line; with building blocks there may be none."""
    if blocks and "species" not in content:
        return {}
    return {one.name: one for one in read_species(table_of(content, "species"))}


def _joined(
    written: tuple[tuple[str, tuple[Reaction, ...]], ...],
    groups: tuple[tuple[str, tuple[Reaction, ...]], ...],
) -> tuple[tuple[str, tuple[Reaction, ...]], ...]:
    """Put the lines of [reactions] and the groups of a table together."""
    labels = {label for label, _ in written}
    names = {step.name for _, steps in written for step in steps}
    for label, steps in groups:
        if label in labels:
            raise InputError(
                f"[reactions]: '{label}' is also a label in the table of steps; rename one of them"
            )
        for step in steps:
            if step.name in names:
                raise InputError(
                    f"[reactions]: step '{step.name}' has the name of a step in the table of "
                    "steps; rename one of them"
                )
    return (*written, *groups)


def _line(content: dict[str, Any], key: str, default: str) -> str:
    return text_of(content.get(key, default), key)


def _reactions(
    table: dict[str, Any], species: tuple[Species, ...]
) -> tuple[tuple[str, tuple[Reaction, ...]], ...]:
    by_name = {one.name: one for one in species}
    label_of: dict[str, str] = {}
    found, faults = [], Faults()
    for label, line in table.items():
        with faults.gathered():
            found.append(_reaction(label, line, by_name, label_of))
    faults.end()
    return tuple(found)


def _reaction(
    label: str, line: object, by_name: Mapping[str, Species], label_of: dict[str, str]
) -> tuple[str, tuple[Reaction, ...]]:
    """Read a line of [reactions]; remember the labels of its steps."""
    check_label("reaction", label)
    if not isinstance(line, str):
        raise InputError(f"reaction '{label}': not text; write 'equation ; rate constants'")
    steps = parse_reaction(label, line, by_name)
    for step in steps:
        check_balance(step, by_name)
        if step.name in label_of:
            raise InputError(
                f"reaction '{label}': its step '{step.name}' has the name of a step of "
                f"'{label_of[step.name]}'; rename one of them"
            )
        label_of[step.name] = label
    return label, steps


def _mechanisms(
    content: dict[str, Any], labels: list[str]
) -> tuple[tuple[str, tuple[str, ...]], ...]:
    if "mechanisms" not in content:
        return ((ONLY_MECHANISM, tuple(labels)),)
    seen: dict[frozenset[str], str] = {}
    found = []
    for name, chosen in table_of(content, "mechanisms").items():
        check_label("mechanism", name)
        _check_choice(name, chosen, dict.fromkeys(labels))
        twin = seen.setdefault(frozenset(chosen), name)
        if twin != name:
            raise InputError(
                f"mechanism '{name}': the same reactions as '{twin}'; keep one of the two"
            )
        found.append((name, tuple(chosen)))
    return tuple(found)


def _check_choice(name: str, chosen: object, labels: Mapping[str, None]) -> None:
    if not isinstance(chosen, list) or not all(isinstance(label, str) for label in chosen):
        raise InputError(
            f"mechanism '{name}': write a list of reactions, as [\"{next(iter(labels))}\"]"
        )
    if not chosen:
        raise InputError(f"mechanism '{name}' is empty; list at least one reaction")
    counts = Counter(chosen)
    for label in chosen:
        with at(f"mechanism '{name}'"):
            refuse_unknown("reaction", label, labels)
        if counts[label] > 1:
            raise InputError(
                f"mechanism '{name}': reaction '{label}' is listed twice; list it once"
            )


def _notes_on_use(
    labels: list[str], mechanisms: tuple[tuple[str, tuple[str, ...]], ...]
) -> tuple[str, ...]:
    used = {label for _, chosen in mechanisms for label in chosen}
    return tuple(
        f"reaction '{label}' belongs to no mechanism" for label in labels if label not in used
    )
