"""Texts of the files of a PEtab problem: SBML, tables and the problem file."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

# Kind, species used up, species made, another species, and the constant.
Step = tuple[str, str, str, str, str]
_MATHS = "http://www.w3.org/1998/Math/MathML"


@dataclass(frozen=True)
class ModelParts:
    """What is in a model.

    Attributes:
        size: of the compartment.
        starts: species to what its identifier means at the start, or to the parameter that is it.
        amounts: species whose identifier means their amount, and else their concentration.
        stated: parameters with their values.
        steps: the reactions.
        event: whether something happens in between.
    """

    size: str
    starts: Mapping[str, str]
    amounts: Collection[str]
    stated: Mapping[str, str]
    steps: Sequence[Step]
    event: bool


def model_text(parts: ModelParts) -> str:
    """Return the SBML of a model."""
    starts, stated = parts.starts, parts.stated
    species = "".join(
        f'<species id="{name}" compartment="cell" {_began(name in parts.amounts, start)}'
        ' boundaryCondition="false" constant="false"/>'
        for name, start in starts.items()
    )
    parameters = "".join(
        f'<parameter id="{name}" value="{value}" constant="true"/>'
        for name, value in stated.items()
    )
    assigned = "".join(
        f'<initialAssignment symbol="{name}"><math xmlns="{_MATHS}"><ci>{start}</ci></math>'
        "</initialAssignment>"
        for name, start in starts.items()
        if start in stated
    )
    reactions = "".join(
        _reaction(number, step, parts.amounts) for number, step in enumerate(parts.steps)
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<sbml xmlns="http://www.sbml.org/sbml/level3/version2/core" level="3" version="2">\n'
        '<model id="generated"><listOfCompartments><compartment id="cell" spatialDimensions="3"'
        f' size="{parts.size}" constant="true"/></listOfCompartments>\n'
        f"<listOfSpecies>{species}</listOfSpecies>\n"
        f"<listOfParameters>{parameters}</listOfParameters>\n"
        + (f"<listOfInitialAssignments>{assigned}</listOfInitialAssignments>\n" if assigned else "")
        + f"<listOfReactions>{reactions}</listOfReactions>\n"
        + (_event(next(iter(starts))) if parts.event else "")
        + "</model></sbml>\n"
    )


def _began(by_amount: bool, start: str) -> str:
    what = "initialAmount" if by_amount else "initialConcentration"
    number = start if start[0].isdigit() else "0"
    return f'{what}="{number}" hasOnlySubstanceUnits="{str(by_amount).lower()}"'


def _reaction(number: int, step: Step, amounts: Collection[str]) -> str:
    kind, left, right, other, k = step
    uses, makes, names = [(left, 1)], [(right, 1)], [k, left]
    if kind == "second":
        uses, names = [(left, 1), (other, 1)], [k, left, other]
        if other == left:
            uses = [(left, 2)]
    elif kind == "pair":
        uses, names = [(left, 2)], [k, left, left]
    law = _product(names, amounts)
    if kind == "back":
        law = f"<apply><minus/>{law}{_product([f'{k}_back', right], amounts)}</apply>"
    made = "".join(
        f"<listOf{what}>{''.join(map(_reference, ones))}</listOf{what}>"
        for what, ones in (("Reactants", uses), ("Products", makes))
    )
    return (
        f'<reaction id="r{number}" reversible="false">{made}<kineticLaw>'
        f'<math xmlns="{_MATHS}"><apply><times/><ci>cell</ci>{law}</apply></math>'
        "</kineticLaw></reaction>"
    )


def _product(names: Sequence[str], amounts: Collection[str]) -> str:
    """Return a product of a constant and concentrations."""
    factors = [
        f"<apply><divide/><ci>{name}</ci><ci>cell</ci></apply>"
        if name in amounts
        else f"<ci>{name}</ci>"
        for name in names
    ]
    return f"<apply><times/>{''.join(factors)}</apply>"


def _reference(one: tuple[str, int]) -> str:
    return f'<speciesReference species="{one[0]}" stoichiometry="{one[1]}" constant="true"/>'


def _event(species: str) -> str:
    return (
        '<listOfEvents><event useValuesFromTriggerTime="true"><trigger initialValue="false"'
        f' persistent="true"><math xmlns="{_MATHS}"><apply><geq/><csymbol encoding="text"'
        ' definitionURL="http://www.sbml.org/sbml/symbols/time">t</csymbol><cn>1</cn></apply>'
        f'</math></trigger><listOfEventAssignments><eventAssignment variable="{species}">'
        f'<math xmlns="{_MATHS}"><cn>1</cn></math></eventAssignment></listOfEventAssignments>'
        "</event></listOfEvents>\n"
    )


def table_text(rows: Sequence[Mapping[str, str]], rng: np.random.Generator) -> str:
    """Return a table; its columns stand in any order, and what a row lacks is blank."""
    columns = [*dict.fromkeys(key for row in rows for key in row)]
    columns = [columns[i] for i in rng.permutation(len(columns))]
    lines = ["\t".join(columns), *("\t".join(row.get(c, "") for c in columns) for row in rows)]
    return "\n".join(lines) + "\n"


def yaml_text(version: int) -> str:
    """Return the problem file of a version."""
    if version == 1:
        return (
            "format_version: 1\nparameter_file: parameters.tsv\nproblems:\n"
            "- condition_files: [conditions.tsv]\n  measurement_files: [measurements.tsv]\n"
            "  observable_files: [observables.tsv]\n  sbml_files: [model.xml]\n"
        )
    return (
        "format_version: 2.0.0\nparameter_files: [parameters.tsv]\nmodel_files:\n  generated:\n"
        "    location: model.xml\n    language: sbml\nmeasurement_files: [measurements.tsv]\n"
        "observable_files: [observables.tsv]\ncondition_files: [conditions.tsv]\n"
        "experiment_files: [experiments.tsv]\n"
    )
