"""A reaction network as plain values: what reacts with what, and under which rate constant."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from assemblysim.errors import InputError, did_you_mean
from assemblysim.language import counted, quoted
from assemblysim.mechanism.network.latex import (
    aligned_latex,
    latex_change,
    latex_equation,
    latex_mass_action,
    latex_rate,
    latex_step_rate,
)
from assemblysim.mechanism.network.names import TIME
from assemblysim.mechanism.network.rate_law import RateLaw, beyond_files, tree_names

_MOST_SHOWN = 30  # steps of a network that a notebook shows


@dataclass(frozen=True)
class Species:
    """A chemical species.

    Attributes:
        name: as written in the mechanism file.
        composition: building blocks and their counts; empty means that the
            species stays out of the balance.
    """

    name: str
    composition: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class Reaction:
    """A one-way reaction; a reversible one is two of these.

    Attributes:
        name: unique in its network; the reverse of ``grow`` is ``grow_reverse``.
        reactants: species names, a name repeated as often as its coefficient.
        products: likewise.
        rate_constant: its name.
        factor: statistical factor that multiplies the rate constant.
        law: a rate law other than mass action, over species and constants;
            None means mass action, ``factor * rate_constant * prod(c**nu)``
            without 1/nu!.
        further_rate_constants: the other constants that ``law`` uses.
        reverse_of: name of the forward reaction, where this is the way back.
    """

    name: str
    reactants: tuple[str, ...]
    products: tuple[str, ...]
    rate_constant: str
    factor: float = 1
    law: RateLaw | None = None
    further_rate_constants: tuple[str, ...] = ()
    reverse_of: str | None = None

    @property
    def rate_constants(self) -> tuple[str, ...]:
        """Names of all constants in this reaction's rate law."""
        return (self.rate_constant, *self.further_rate_constants)


@dataclass(frozen=True)
class Network:
    """A mechanism: the species that take part and the one-way reactions between them.

    Raises:
        InputError: a name is given twice or is that of the time, or a reaction or its rate law
            names something that is missing.

    Example:
        >>> import assemblysim as asm
        >>> network = asm.read_system("models/ring.toml").network("one_way")
        >>> network.species_names, network.rate_constant_names
        (('M', 'L', 'ML', 'M2L2'), ('k_bind', 'k_pair'))
    """

    species: tuple[Species, ...]
    reactions: tuple[Reaction, ...]

    def __post_init__(self) -> None:
        known = Counter(self.species_names)
        _refuse_twice("species", known)
        _refuse_twice("reaction", Counter(r.name for r in self.reactions))
        for reaction in self.reactions:
            for name in (*reaction.reactants, *reaction.products):
                if name not in known:
                    raise InputError(
                        f"reaction '{reaction.name}': unknown species '{name}'"
                        f"{did_you_mean(name, known)}"
                    )
        for name in self.rate_constant_names:
            if name in known:
                raise InputError(
                    f"rate constant '{name}' has the name of a species; rename one of them"
                )
        everything = dict.fromkeys((*known, *self.rate_constant_names))
        if TIME in everything:
            raise InputError(f"'{TIME}' is the time in rate laws; give it another name")
        everything[TIME] = None
        for reaction in self.reactions:
            if reaction.law is not None:
                _check_names(reaction.name, reaction.law, everything)

    def __hash__(self) -> int:
        return self._hash

    def __repr__(self) -> str:
        """Count what there is: the fields of a real network fill pages."""
        return (
            f"<Network of {len(self.species)} species: {counted(len(self.reactions), 'reaction')}, "
            f"{counted(len(self.rate_constant_names), 'rate constant')}>"
        )

    def to_latex(self) -> str:
        """Return steps, rates and rate equations as LaTeX, an ``aligned`` block each.

        Example:
            >>> import assemblysim as asm
            >>> network = asm.read_system("models/ring.toml").network("one_way")
            >>> network.to_latex().count("aligned")
            6
        """
        steps = [
            f"&{latex_equation(r.reactants, r.products, r.rate_constants)}" for r in self.reactions
        ]
        rates = [latex_step_rate(r.name, self._latex_rate(r)) for r in self.reactions]
        changes: dict[str, Counter[str]] = {name: Counter() for name in self.species_names}
        for r in self.reactions:
            for sign, side in ((-1, r.reactants), (1, r.products)):
                for name in side:
                    changes[name][r.name] += sign
        equations = [
            latex_change(name, {step: n for step, n in change.items() if n})
            for name, change in changes.items()
        ]
        return "\n\n".join(aligned_latex(lines) for lines in (steps, rates, equations))

    def to_markdown(self) -> str:
        """Return the steps as a Markdown table, with LaTeX between dollar signs."""
        rows = [
            f"| {r.name} | ${latex_equation(r.reactants, r.products, r.rate_constants)}$ "
            f"| ${self._latex_rate(r)}$ |"
            for r in self.reactions
        ]
        return "\n".join(["| step | equation | rate |", "| --- | --- | --- |", *rows])

    def _repr_latex_(self) -> str:
        return "\n\n".join(f"$${block}$$" for block in self.to_latex().split("\n\n"))

    def _repr_markdown_(self) -> str:
        lines = self.to_markdown().split("\n")
        more = len(lines) - 2 - _MOST_SHOWN
        return "\n".join([*lines[: 2 + _MOST_SHOWN], *([f"\n{more} more"] if more > 0 else [])])

    def _latex_rate(self, reaction: Reaction) -> str:
        if reaction.law is not None:
            return latex_rate(reaction.law.tree, self.species_names)
        return latex_mass_action(reaction.factor, reaction.rate_constant, reaction.reactants)

    def __reduce__(self) -> tuple[type[Network], tuple[Any, ...]]:
        # The hash of a text differs from process to process, so it must not travel.
        return Network, (self.species, self.reactions)

    @cached_property
    def _hash(self) -> int:
        # Networks are looked up for every batch, and may have thousands of reactions.
        return hash((self.species, self.reactions))

    @cached_property
    def species_names(self) -> tuple[str, ...]:
        """Names of the S species, in order."""
        return tuple(s.name for s in self.species)

    @cached_property
    def timed_steps(self) -> tuple[str, ...]:
        """Names of the reactions whose rate laws name the time itself."""
        return tuple(r.name for r in self.reactions if r.law and TIME in tree_names(r.law.tree))

    @cached_property
    def rate_constant_names(self) -> tuple[str, ...]:
        """Names of the P rate constants, in order of first use."""
        return tuple(dict.fromkeys(name for r in self.reactions for name in r.rate_constants))


@lru_cache(maxsize=256)
def is_beyond_files(network: Network) -> bool:
    """Say whether a rate law holds a choice or a function that mechanism files do not have."""
    return any(one.law is not None and beyond_files(one.law.tree) for one in network.reactions)


def taking_part(species: tuple[Species, ...], reactions: tuple[Reaction, ...]) -> Network:
    """Return the network of the species that are a reactant, a product or in a rate law."""
    needed = {name for one in reactions for name in (*one.reactants, *one.products)}
    needed |= {name for one in reactions if one.law for name in tree_names(one.law.tree)}
    return Network(tuple(one for one in species if one.name in needed), reactions)


def _check_names(reaction: str, law: RateLaw, known: Collection[str]) -> None:
    for name in tree_names(law.tree):
        if name not in known:
            raise InputError(
                f"reaction '{reaction}': rate law {quoted(law.text)}: unknown name '{name}'"
                f"{did_you_mean(name, known)}"
            )


def _refuse_twice(kind: str, names: Counter[str]) -> None:
    for name, times in names.items():
        if times > 1:
            raise InputError(f"{kind} '{name}' is given {times} times; give each its own name")
