"""How a study's rate constants depend on temperature: which parameters that takes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from assemblysim.errors import InputError, refuse_unknown
from assemblysim.files.places import at
from assemblysim.inference.model.priors import PositiveNormal, SignedNormal
from assemblysim.inference.model.temperature_laws import TEMPERATURE_LAWS, TemperatureLaw
from assemblysim.kinetics.reactor.temperature import Programme
from assemblysim.language import quoted
from assemblysim.measurement.statements.interpretations import prior_weights
from assemblysim.mechanism.constants.dimension import Dimension
from assemblysim.study.definition.conditions import Conditions
from assemblysim.study.definition.schema import StudyTable, TemperatureTable
from assemblysim.units import kelvin

Form = Literal["reference", "separate"]
# How the weights call the course that experiments state.
AS_STATED = "as stated"

# Steps that take minutes to days between room temperature and the boiling point of a common
# solvent have barriers of 70 to 110 kJ/mol, of which enthalpy makes most.
ENERGY = PositiveNormal(80.0, 25.0)
# kJ/mol, of reactions in solution that go both ways within reach of an experiment.
FREE_ENERGY = SignedNormal(0.0, 20.0)
ENTHALPY = SignedNormal(0.0, 40.0)


@dataclass(frozen=True)
class Heating:
    """How rate constants depend on temperature.

    Attributes:
        reference: K, the temperature at which constants are stated.
        law: Arrhenius' or Eyring's.
        form: constant at the reference and energy; or A and Ea, or enthalpy and entropy.
        varies: whether the experiments have more than one temperature, so that energies count.
    """

    reference: float
    law: TemperatureLaw = TEMPERATURE_LAWS["arrhenius"]
    form: Form = "reference"
    varies: bool = True

    def energy(self, constant: str) -> str:
        """Return the name of a rate constant's energy, as Ea_grow for k_grow."""
        return f"{self.law.energy}_{stem(constant)}"

    def partner(self, constant: str) -> str:
        """Return the name of what makes the constant with its energy, in the separate form."""
        return f"{self.law.partner}_{stem(constant)}"

    def units(self, constant: str, unit: str) -> dict[str, str]:
        """Return the units of the parameters of a rate constant that has the unit `unit`."""
        if not Dimension.read(unit).timed:
            return {constant: unit}
        energy = {self.energy(constant): "kJ/mol"} if self.varies else {}
        if self.form == "reference":
            return {constant: unit, **energy}
        return {constant: unit, self.partner(constant): self.law.partner_unit(unit), **energy}


def stem(constant: str) -> str:
    """Return a rate constant's name without its k, as grow for k_grow."""
    return constant.removeprefix("k_") or constant


def read_course_weights(
    table: TemperatureTable | None, alternatives: Sequence[str]
) -> tuple[tuple[str, float], ...]:
    """Return (name, weight) of each course of temperature, the stated one first, called "".

    Args:
        table: ``[temperature]``, if there is one.
        alternatives: names of the other courses, of all experiments.

    Raises:
        InputError: a course that has a weight is not there, or the reverse, or the weights do not
            go together.
    """
    if table is None or not table.weights:
        return (("", 1.0),)
    names = (AS_STATED, *dict.fromkeys(alternatives))
    with at("[temperature] weights"):
        if AS_STATED in alternatives:
            raise InputError(f"an alternative is called {quoted(AS_STATED)}; rename it")
        written = {" ".join(name.split()): weight for name, weight in table.weights.items()}
        for name in written:
            refuse_unknown("course of temperature", name, names)
        found = prior_weights({name: written.get(name) for name in names})
    return tuple(("" if name == AS_STATED else name, weight) for name, weight in found.items())


def read_heating(
    table: TemperatureTable | None,
    programmes: Sequence[tuple[str, Programme | None]],
    others: Sequence[Programme] = (),
    concentration: str = "mM",
) -> Heating | None:
    """Work out how a study's rate constants depend on temperature.

    Args:
        table: ``[temperature]``, if there is one.
        programmes: (experiment, its programme) pairs.
        others: alternatives to them, which need energies as well.
        concentration: unit of concentrations.

    Returns:
        None where no temperature is stated anywhere.

    Raises:
        InputError: some experiments have a temperature and others none; the table has a form that
            needs several temperatures.
    """
    stated = [programme for _, programme in programmes if programme is not None]
    without = [name for name, programme in programmes if programme is None]
    if stated and without:
        raise InputError(
            f"experiment '{without[0]}': {len(stated)} of {len(programmes)} experiments state "
            "their temperature and this one does not; state it"
        )
    if not stated:
        if table is not None:
            raise InputError(
                "[temperature]: no experiment states its temperature; add temperature to each, "
                'as temperature = "80 degC"'
            )
        return None
    table = table or TemperatureTable()
    last = [programme.kelvin[-1] for programme in stated]
    reference = sum(last) / len(last)
    if table.reference is not None:
        with at("[temperature] reference"):
            reference = kelvin(table.reference)
    varies = len({value for programme in (*stated, *others) for value in programme.kelvin}) > 1
    if not varies and stated[0].kelvin[0] != reference:
        varies = True
    if table.form == "separate" and not varies:
        raise InputError(
            "[temperature] form: all experiments have one temperature, which cannot tell "
            "two numbers of a rate constant apart; leave it out"
        )
    if table.form == "separate" and concentration == "%":
        raise InputError(
            "[temperature] form: A and the entropy count from 1 M, but concentrations are in %; "
            "leave it out"
        )
    return Heating(reference, TEMPERATURE_LAWS[table.law], table.form, varies)


def read_heating_and_weights(
    table: StudyTable, all_conditions: Sequence[Conditions]
) -> tuple[Heating | None, tuple[tuple[str, float], ...]]:
    """Return how rate constants depend on temperature, and the weights of its courses."""
    names = [one.name for one in table.experiments]
    programmes = [one.protocol.programme for one in all_conditions]
    alternatives = [one for conditions in all_conditions for one in conditions.alternatives]
    stated = tuple(zip(names, programmes, strict=True))
    others = [other for _, other in alternatives]
    # A vessel is a little warmer or colder, which takes energies as well.
    others += [
        Programme((0.0,), (one.kelvin[-1] + conditions.vessels.temperature,))
        for conditions, one in zip(all_conditions, programmes, strict=True)
        if one is not None and conditions.vessels.temperature
    ]
    heating = read_heating(table.temperature, stated, others, table.concentration)
    return heating, read_course_weights(table.temperature, [words for words, _ in alternatives])
