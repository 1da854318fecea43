"""An SBML model as plain values: what a file says, before anything is worked out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from assemblysim.mechanism.network.rate_law import Expression


@dataclass(frozen=True)
class SbmlCompartment:
    """A compartment.

    Attributes:
        name: its identifier.
        size: in the model's unit; None where none is stated.
        unit: of the size; "" where none is stated.
    """

    name: str
    size: float | None
    unit: str = ""


@dataclass(frozen=True)
class SbmlSpecies:
    """A species.

    Attributes:
        name: its identifier.
        title: its name for people; may be empty.
        compartment: that it is in.
        amount: at the start; None where it is not stated.
        concentration: at the start; None where it is not stated.
        by_amount: its identifier means its amount (``hasOnlySubstanceUnits``), and else its
            concentration.
        boundary: reactions do not change it.
        constant: nothing changes it.
        conversion: name of the factor from a reaction's extent to its amount; "" for 1.
        composition: building blocks and their counts, where the file has our annotation.
    """

    name: str
    title: str
    compartment: str
    amount: float | None
    concentration: float | None
    by_amount: bool
    boundary: bool
    constant: bool
    conversion: str = ""
    composition: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True)
class SbmlReaction:
    """A reaction.

    Attributes:
        name: its identifier.
        title: its name for people; may be empty.
        changes: (species, name of the reference or "", stated number or None, sign) for each
            reactant (-1) and product (1).
        law: amount per time; None where none is stated.
    """

    name: str
    title: str
    changes: tuple[tuple[str, str, float | None, int], ...]
    law: Expression | None


@dataclass(frozen=True)
class SbmlUnits:
    """What the model's own units are worth; None where it does not say.

    Attributes:
        hours: a unit of time, h.
        millimoles: a unit of amount, mmol.
        litres: a unit of the compartment's size, l.
    """

    hours: float | None = None
    millimoles: float | None = None
    litres: float | None = None


@dataclass(frozen=True, eq=False)
class SbmlContent:
    """What an SBML file says of its model.

    Attributes:
        path: the file.
        name: the model's identifier, or the file's name.
        title: the model's name for people; may be empty.
        compartments: by name.
        species: by name, in the file's order.
        values: of global parameters, of local ones as ``reaction.name``, and of references that
            have a name; None where none is stated.
        initial: what is assigned at the start, by name.
        rules: what is assigned at every moment, by name.
        reactions: in the file's order.
        units: of the model.
    """

    path: str
    name: str
    title: str
    compartments: Mapping[str, SbmlCompartment]
    species: Mapping[str, SbmlSpecies]
    values: Mapping[str, float | None]
    initial: Mapping[str, Expression]
    rules: Mapping[str, Expression]
    reactions: tuple[SbmlReaction, ...]
    units: SbmlUnits = field(default_factory=SbmlUnits)
