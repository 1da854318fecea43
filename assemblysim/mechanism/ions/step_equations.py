"""Steps of a mechanism as balanced equations between ions, and what each species costs of base."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from assemblysim.language import listed
from assemblysim.mechanism.ions.chemical_formula import FormulaReader
from assemblysim.mechanism.ions.co_reactants import (
    CoReactants,
    excess_of,
    excess_words,
    whole_numbers,
)
from assemblysim.mechanism.ions.ion import Ion
from assemblysim.mechanism.network.network import Reaction, Species


@dataclass(frozen=True)
class Chemistry:
    """The ions of a model's species, and what is not followed.

    Attributes:
        reader: of formulas over the building blocks.
        ions: species to its typical ions; the first one is balanced.
        assumed: species to the form it is taken to have, where no ion is stated.
        co_reactants: what is not followed.
        charges: building block to its charge or oxidation state, where stated.
    """

    reader: FormulaReader
    ions: Mapping[str, tuple[Ion, ...]]
    assumed: Mapping[str, Ion]
    co_reactants: CoReactants
    charges: Mapping[str, int] = field(default_factory=dict)

    def form(self, species: str) -> Ion | None:
        """Return the form in which a species is balanced; None where there is none."""
        if species in self.ions:
            return self.ions[species][0]
        return self.assumed.get(species)


@dataclass(frozen=True)
class StepEquation:
    """A step, balanced.

    Attributes:
        name: the step's.
        times: how often the step is taken, so that all numbers are whole.
        left, right: (formula, number) of the species; co-reactants are in `taken_up`.
        taken_up: co-reactant to how much one step takes up; below 0 what it gives off.
    """

    name: str
    times: int
    left: tuple[tuple[str, int], ...]
    right: tuple[tuple[str, int], ...]
    taken_up: tuple[tuple[str, Fraction], ...]

    @property
    def text(self) -> str:
        """The equation, such as ``2 A+ + OH- -> B+ + H2O``, in whole numbers."""
        sides: tuple[Counter[str], Counter[str]] = (Counter(), Counter())
        for side, own in zip(sides, (self.left, self.right), strict=True):
            for formula, n in own:
                side[formula] += self.times * n
        for name, amount in self.taken_up:
            sides[0 if amount > 0 else 1][name] += abs(int(amount * self.times))
        left, right = (" + ".join(_term(n, one) for one, n in side.items()) for side in sides)
        return f"{left or '(nothing)'} -> {right or '(nothing)'}"


@dataclass(frozen=True)
class NoEquation:
    """A step that is not balanced, and why not."""

    name: str
    reason: str


def step_equation(step: Reaction, chemistry: Chemistry) -> StepEquation | NoEquation:
    """Balance one step with what is not followed."""
    if not step.reactants or not step.products:
        return NoEquation(step.name, "open: nothing stands on one side")
    return balanced_sides(step.name, Counter(step.reactants), Counter(step.products), chemistry)


def balanced_sides(
    name: str, left: Mapping[str, int], right: Mapping[str, int], chemistry: Chemistry
) -> StepEquation | NoEquation:
    """Balance two sides, each species with its number.

    A species that both sides hold alike (a catalyst) needs no ion.
    """
    changed = [s for s in {**left, **right} if left.get(s, 0) != right.get(s, 0)]
    missing = [species for species in changed if chemistry.form(species) is None]
    if missing:
        one = "no ion is stated" if len(missing) == 1 else "no ions are stated"
        return NoEquation(name, f"{one} for {listed(missing)}")
    excess = excess_of(
        _side({s: n for s, n in left.items() if s in changed}, chemistry),
        _side({s: n for s, n in right.items() if s in changed}, chemistry),
    )
    taken_up = chemistry.co_reactants.made_up(excess)
    if taken_up is None:
        return NoEquation(name, _why_not(excess, chemistry.co_reactants))
    times = whole_numbers(taken_up.values())
    sides = _written(left, chemistry), _written(right, chemistry)
    return StepEquation(name, times, *sides, tuple(taken_up.items()))


def from_free_forms(
    species: Species, every: Sequence[Species], chemistry: Chemistry
) -> StepEquation | NoEquation:
    """Balance the making of one species from its free building blocks."""
    free = {one.composition[0][0]: one.name for one in reversed(every) if is_free_block(one)}
    missing = [block for block, _ in species.composition if block not in free]
    if missing:
        return NoEquation(species.name, f"the model has no free {listed(missing)}")
    left = {free[block]: n for block, n in species.composition}
    return balanced_sides(species.name, left, {species.name: 1}, chemistry)


def is_free_block(species: Species) -> bool:
    """Say whether a species is one building block alone."""
    return len(species.composition) == 1 and species.composition[0][1] == 1


def _side(counts: Mapping[str, int], chemistry: Chemistry) -> list[Ion]:
    found = []
    for species, n in counts.items():
        form = chemistry.form(species)
        if form is not None:
            found += [form] * n
    return found


def _written(counts: Mapping[str, int], chemistry: Chemistry) -> tuple[tuple[str, int], ...]:
    forms = ((chemistry.form(species), species, n) for species, n in counts.items())
    return tuple((form.text if form else species, n) for form, species, n in forms)


def _why_not(excess: Mapping[str, Fraction], co_reactants: CoReactants) -> str:
    words = f"the right side differs from the left by {excess_words(excess)}"
    stray = co_reactants.without_remedy(excess)
    if stray and co_reactants.names:
        return f"{words}, and no co-reactant holds {listed(stray)}"
    if not co_reactants.names:
        return f"{words}, and there are no co-reactants"
    return f"{words}, and no numbers of {listed(co_reactants.names)} make up for it"


def _term(n: int, formula: str) -> str:
    return formula if n == 1 else f"{n} {formula}"
