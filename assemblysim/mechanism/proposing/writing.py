"""Proposed steps as text that a mechanism file takes: lines of [reactions], or a table of steps."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from assemblysim.errors import InputError
from assemblysim.language import LONGEST, counted, listed, quoted
from assemblysim.mechanism.network.network import Reaction, Species
from assemblysim.mechanism.proposing.elementary_steps import BACK, KINDS, ProposedStep
from assemblysim.mechanism.reading.equation import write_side
from assemblysim.mechanism.reading.step_table import NEEDED, OPTIONAL

REVERSES: Final = ("with", "without", "apart", "only")
Sides = tuple[tuple[str, ...], tuple[str, ...]]
MADE: Final = "# made by assemblysim propose"


@dataclass(frozen=True)
class WrittenStep:
    """A step with its name and its constants.

    Attributes:
        name: its label.
        kind: what it is.
        reactants: names of species.
        products: names of species.
        constant: of the way forth, and its statistical factor.
        reverse: of the way back, likewise; None where it goes one way.
    """

    name: str
    kind: str
    reactants: tuple[str, ...]
    products: tuple[str, ...]
    constant: tuple[int, str]
    reverse: tuple[int, str] | None

    @property
    def line(self) -> str:
        """The line of [reactions], ``name = "equation ; constants"``."""
        arrow = "->" if self.reverse is None else "<=>"
        equation = f"{write_side(self.reactants)} {arrow} {write_side(self.products)}"
        constants = [self.constant, *([] if self.reverse is None else [self.reverse])]
        return f'{self.name} = "{equation} ; {", ".join(map(_constant, constants))}"'


def written_steps(
    steps: Sequence[ProposedStep],
    species: Sequence[Species],
    *,
    reverses: str = "with",
    shared: bool = False,
    sites: Mapping[str, int] | None = None,
) -> tuple[WrittenStep, ...]:
    """Name steps and their constants.

    Args:
        steps: what was found.
        species: all that there are, for the statistical factors.
        reverses: ``with``: one reversible step; ``without``: the way forth alone; ``apart``: each
            way a step of its own; ``only``: the way back alone.
        shared: whether all steps of one kind, with the same block, share their constants.
        sites: binding sites of a centre, such as ``{"Pd": 4}``: a step of a species with one
            centre then has its statistical factor, and one without a free site is dropped.
    """
    named = _Names(steps)
    counts = {one.name: dict(one.composition) for one in species}
    found: list[WrittenStep] = []
    for step in steps:
        factors = _factors(step, counts, sites or {})
        if factors is None:
            continue
        forth, back = named.of(step)
        constants = named.constants(step, (forth, back), shared=shared)
        ways = tuple(zip(factors, constants, strict=True))
        both = WrittenStep(forth, step.kind, step.reactants, step.products, *ways)
        found += _ways(both, back, reverses)
    return tuple(found)


def _ways(both: WrittenStep, back: str, reverses: str) -> list[WrittenStep]:
    """Write a reversible step as it is, or as one or two steps of one way."""
    if reverses == "with" or both.reverse is None:
        return [both]
    name, kind = both.name, both.kind
    forth = WrittenStep(name, kind, both.reactants, both.products, both.constant, None)
    other = BACK.get(kind, kind)
    there = WrittenStep(back, other, both.products, both.reactants, both.reverse, None)
    return {"without": [forth], "only": [there], "apart": [forth, there]}[reverses]


class _Names:
    """Gives every step a name of its own, short enough for a label."""

    def __init__(self, steps: Sequence[ProposedStep]) -> None:
        every = Counter(self._short(step) for step in steps)
        self.clear = {name for name, count in every.items() if count == 1}
        self.numbers = {step: i for i, step in enumerate(steps, start=1)}

    def of(self, step: ProposedStep) -> tuple[str, str]:
        """Return the names of the way forth and of the way back."""
        short = self._short(step)
        name = short if short in self.clear else f"{short}_to_{'_'.join(step.products)}"
        if len(name) > LONGEST - len("k_lose__reverse"):
            name = f"{step.kind}_{self.numbers[step]}"
        rest = name.removeprefix(step.kind)
        return name, BACK[step.kind] + rest if step.kind in BACK else f"{name}_back"

    def constants(
        self, step: ProposedStep, names: tuple[str, str], *, shared: bool
    ) -> tuple[str, str]:
        """Return the names of both constants."""
        if not shared:
            return f"k_{names[0]}", f"k_{names[1]}"
        if step.kind == "exchange":
            come, go = step.blocks
            return f"k_exchange_{come}_{go}", f"k_exchange_{go}_{come}"
        block = "".join(f"_{one}" for one in step.blocks)
        back = BACK.get(step.kind, "transfer" if step.kind == "transfer" else "close_back")
        return f"k_{step.kind}{block}", f"k_{back}{block}"

    def _short(self, step: ProposedStep) -> str:
        if step.kind in ("attach", "join"):
            return "_".join((step.kind, *reversed(step.reactants)))
        return "_".join((step.kind, *step.reactants, "to", *step.products))


def _factors(
    step: ProposedStep, counts: Mapping[str, Mapping[str, int]], sites: Mapping[str, int]
) -> tuple[int, int] | None:
    """Return the statistical factors forth and back; None where no site is free."""
    every = [counts[name] for name in (*step.reactants, *step.products)]
    if any(_free_sites(one, sites) < 0 for one in every):
        return None
    whole = counts[step.products[0]]
    centres = [block for block in whole if block in sites]
    if step.kind not in ("attach", "exchange") or len(centres) != 1 or whole[centres[0]] != 1:
        return 1, 1
    if step.kind == "exchange":
        before = next(c for c in map(counts.__getitem__, step.reactants) if sum(c.values()) > 1)
        return before[step.blocks[1]], whole[step.blocks[0]]
    each = [block for one in step.reactants for block in counts[one] if block != centres[0]]
    lost = next(block for block in (*step.blocks, *each) if block != centres[0])
    return _free_sites(whole, sites) + 1, whole[lost]


def _free_sites(composition: Mapping[str, int], sites: Mapping[str, int]) -> int:
    """Return how many sites of a single centre are free; 0 where there is no single centre."""
    centres = [block for block in composition if block in sites]
    if len(centres) != 1 or composition[centres[0]] != 1:
        return 0
    return sites[centres[0]] + 1 - sum(composition.values())


def _constant(constant: tuple[int, str]) -> str:
    factor, name = constant
    return name if factor == 1 else f"{factor} {name}"


def known_steps(reactions: Iterable[Reaction]) -> dict[Sides, str]:
    """Return the names of a file's steps by what reacts and what is made."""
    found: dict[Sides, str] = {}
    for one in reactions:
        found.setdefault(_sides(one.reactants, one.products), one.name)
    return found


def _sides(reactants: Iterable[str], products: Iterable[str]) -> Sides:
    return tuple(sorted(reactants)), tuple(sorted(products))


def _there(step: WrittenStep, known: Mapping[Sides, str]) -> str | None:
    """Return what the file calls a step; of a reversible one either way counts."""
    forth = known.get(_sides(step.reactants, step.products))
    if forth is not None or step.reverse is None:
        return forth
    return known.get(_sides(step.products, step.reactants))


def lines_to_paste(steps: Sequence[WrittenStep], known: Mapping[Sides, str]) -> list[str]:
    """Return lines of [reactions], by kind; a step that the file has is a comment."""
    lines: list[str] = []
    for kind in (*KINDS, *BACK.values()):
        of_kind = [one for one in steps if one.kind == kind]
        if of_kind:
            lines += ["", f"# {kind}: {counted(len(of_kind), 'step')}"]
        for one in of_kind:
            there = _there(one, known)
            lines.append(one.line if there is None else f"# {one.line}  (there as {there})")
    return lines


def table_of_steps(steps: Sequence[WrittenStep]) -> str:
    """Return a table of steps as CSV, each step its own group; see `step_table`."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow((*NEEDED, *OPTIONAL))
    for one in steps:
        factor, constant = one.constant
        back = ("", "") if one.reverse is None else one.reverse
        sides = (write_side(one.reactants), write_side(one.products))
        writer.writerow((*sides, constant, factor, *back, one.name, ""))
    return f"{MADE}\n{file.getvalue()}"


def model_text(title: str, species: Sequence[Species], lines: Iterable[str]) -> str:
    """Return a whole mechanism file."""
    kinds = [f'{one.name} = "{_composition(one)}"' for one in species]
    head = [MADE, f'title = "{title}"', "", "[species]", *kinds, "", "[reactions]"]
    return "\n".join([*head, *lines, ""])


def _composition(species: Species) -> str:
    return " ".join(f"{n} {block}" if n > 1 else block for block, n in species.composition)


def read_counts(pairs: Iterable[str], option: str, most: int = 1000) -> dict[str, int]:
    """Read ``Pd=4`` of an option to a block and a count, each block once.

    Raises:
        InputError: a part is no name and whole number above 0, or a block is given twice.
    """
    found: dict[str, int] = {}
    for text in pairs:
        name, _, digits = (part.strip() for part in text.partition("="))
        if not name or not digits.isascii() or not digits.isdigit() or not 0 < int(digits) <= most:
            raise InputError(
                f"{option}: {quoted(text)} is no count; write a block and a whole number between "
                f"1 and {most}, as Pd=4"
            )
        if name in found:
            raise InputError(f"{option}: '{name}' is given twice; give it once")
        found[name] = int(digits)
    return found


def kinds_of(names: Sequence[str]) -> tuple[str, ...]:
    """Return the kinds asked for, all where none is.

    Raises:
        InputError: there is no such kind.
    """
    for name in names:
        if name not in KINDS:
            hint = next((k for k, back in BACK.items() if back == name), None)
            remedy = (
                f"choose {listed(KINDS)}"
                if hint is None
                else f"it is the way back of '{hint}': --kind {hint} --reverses only"
            )
            raise InputError(f"--kind: unknown kind {quoted(name)}; {remedy}")
    return tuple(names) or KINDS
