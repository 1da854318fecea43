"""A PEtab problem as values, whichever version its files are of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

# A number, or a formula or identifier as PEtab writes it.
Value = float | str


@dataclass(frozen=True)
class Observable:
    """What is measured, and how it scatters.

    Attributes:
        name: identifier.
        title: for people.
        formula: of species and parameters.
        noise: formula of the standard deviation, of the logarithm where that is normal.
        distribution: ``normal``, ``log-normal``, or another that PEtab has.
        placeholders: identifiers in the formula that each measurement gives a value.
        noise_placeholders: those in the formula of the noise.
    """

    name: str
    title: str
    formula: str
    noise: str
    distribution: str
    placeholders: tuple[str, ...] = ()
    noise_placeholders: tuple[str, ...] = ()


@dataclass(frozen=True)
class PetabReading:
    """One measurement.

    Attributes:
        observable: its identifier.
        experiment: identifier; "" for the model as it is.
        time: in the model's unit.
        value: what was measured.
        parameters: of the observable's placeholders.
        noise_parameters: of the noise's placeholders.
    """

    observable: str
    experiment: str
    time: float
    value: float
    parameters: tuple[Value, ...] = ()
    noise_parameters: tuple[Value, ...] = ()


@dataclass(frozen=True)
class Period:
    """What holds in an experiment from some time on.

    Attributes:
        start: in the model's unit of time; -inf before the experiment.
        changes: targets, such as species and parameters, with what they are set to.
    """

    start: float
    changes: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True)
class PetabPrior:
    """A prior by PEtab's name, with its numbers; within the parameter's bounds."""

    distribution: str
    numbers: tuple[float, ...]


@dataclass(frozen=True)
class PetabParameter:
    """A row of the parameter table.

    Attributes:
        name: identifier.
        lower: bound.
        upper: bound.
        nominal: value.
        estimate: whether it is unknown.
        prior: None where PEtab's default holds.
        scale: ``lin``, ``log`` or ``log10``: how optimisers see it; version 1 alone has it.
    """

    name: str
    lower: float
    upper: float
    nominal: float
    estimate: bool = True
    prior: PetabPrior | None = None
    scale: str = "lin"


@dataclass(frozen=True, eq=False)
class PetabProblem:
    """All tables and the model.

    Attributes:
        name: of the problem.
        model: text of the SBML file.
        observables: in order.
        readings: in order.
        experiments: each with its periods in order of time.
        parameters: in order.
        notes: one line for each thing that the study says otherwise.
    """

    name: str
    model: str
    observables: tuple[Observable, ...]
    readings: tuple[PetabReading, ...]
    experiments: Mapping[str, tuple[Period, ...]]
    parameters: tuple[PetabParameter, ...]
    notes: tuple[str, ...] = ()
