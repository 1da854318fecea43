"""SBML files made of formulas as text, for tests."""

import libsbml


def math_of(formula):
    """MathML of a formula in libSBML's own notation."""
    node = libsbml.parseL3Formula(formula)
    assert node is not None, libsbml.getLastParseL3Error()
    return libsbml.writeMathMLToString(node).split("?>", 1)[1]


def species(name, amount=None, concentration=None, **more):
    """A species element; `more` are attributes such as boundaryCondition="true"."""
    given = {
        "compartment": "C",
        "hasOnlySubstanceUnits": "false",
        "boundaryCondition": "false",
        "constant": "false",
        **more,
    }
    if amount is not None:
        given["initialAmount"] = amount
    if concentration is not None:
        given["initialConcentration"] = concentration
    return f'<species id="{name}" {attributes(given)}/>'


def attributes(given):
    return " ".join(f'{key}="{value}"' for key, value in given.items())


def reaction(name, left, right, law, local=()):
    """A reaction; `left` and `right` map species to a number, or to a name of the reference."""
    own = "".join(
        f'<localParameter id="{key}" value="{value}"/>' for key, value in dict(local).items()
    )
    own = f"<listOfLocalParameters>{own}</listOfLocalParameters>" if own else ""
    return (
        f'<reaction id="{name}" reversible="false">{_side("Reactants", left)}'
        f"{_side('Products', right)}<kineticLaw>{math_of(law)}{own}</kineticLaw></reaction>"
    )


def _side(which, given):
    parts = "".join(
        f'<speciesReference id="{count}" species="{name}" constant="false"/>'
        if isinstance(count, str)
        else f'<speciesReference species="{name}" stoichiometry="{count}" constant="true"/>'
        for name, count in given.items()
    )
    return f"<listOf{which}>{parts}</listOf{which}>" if parts else ""


def model(  # noqa: PLR0913  each is one list of the file
    species=(), reactions=(), parameters=(), *, size=1, initial=(), rules=(), functions=(), more=""
):
    """A whole file of one compartment C."""
    lists = {
        "FunctionDefinitions": "".join(
            f'<functionDefinition id="{name}">{math_of(formula)}</functionDefinition>'
            for name, formula in dict(functions).items()
        ),
        "Compartments": f'<compartment id="C" spatialDimensions="3" {_size(size)}/>',
        "Species": "".join(species),
        "Parameters": "".join(
            f'<parameter id="{name}" constant="false" {_value(value)}/>'
            for name, value in dict(parameters).items()
        ),
        "InitialAssignments": "".join(
            f'<initialAssignment symbol="{name}">{math_of(formula)}</initialAssignment>'
            for name, formula in dict(initial).items()
        ),
        "Rules": "".join(
            f'<assignmentRule variable="{name}">{math_of(formula)}</assignmentRule>'
            for name, formula in dict(rules).items()
        ),
        "Reactions": "".join(reactions),
    }
    body = "".join(f"<listOf{key}>{text}</listOf{key}>" for key, text in lists.items() if text)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<sbml xmlns="http://www.sbml.org/sbml/level3/version2/core" level="3" version="2">'
        f'<model id="made">{body}{more}</model></sbml>'
    )


def _size(size):
    return 'constant="false"' if size is None else f'size="{size}" constant="false"'


def _value(value):
    return "" if value is None else f'value="{value}"'
