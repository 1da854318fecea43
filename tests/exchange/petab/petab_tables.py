"""PEtab files read and evaluated the plain way: tables by tabs, formulas by Python."""

import csv
import math

import numpy as np

import assemblysim as asm


def rows(folder, name):
    with (folder / f"{name}.tsv").open() as file:
        return list(csv.DictReader(file, delimiter="\t"))


def value(formula, known):
    return eval(formula.replace("^", "**"), {"exp": math.exp, "log": math.log, **known})  # noqa: S307


def with_numbers(model, numbers):
    """The text of a model whose parameters and species have other numbers."""
    import libsbml

    document = libsbml.readSBMLFromString(model)
    for name, number in numbers.items():
        element = document.getModel().getElementBySId(name)
        if isinstance(element, libsbml.Species):
            element.setInitialConcentration(number)
        elif isinstance(element, libsbml.Parameter):
            element.setValue(number)
    return libsbml.writeSBMLToString(document)


def courses(folder, nominal):
    """Concentrations at each time of each experiment, which has one period."""
    found = {}
    model = (folder / "model.xml").read_text()
    for experiment in rows(folder, "experiments"):
        changes = {
            row["targetId"]: value(row["targetValue"], nominal)
            for row in rows(folder, "conditions")
            if row["conditionId"] == experiment["conditionId"]
        }
        path = folder / "set.xml"
        path.write_text(with_numbers(model, nominal | changes))
        read = asm.read_sbml(path)
        name = experiment["experimentId"]
        own = [r for r in rows(folder, "measurements") if r["experimentId"] == name]
        times = sorted({float(row["time"]) for row in own})
        course = read.simulate(times)
        for place, time in enumerate(times):
            found[name, time] = {one: course[one][place] for one in read.content.species}
    return found


def simulated(folder, nominal):
    """Expected values and standard deviations of all measurements."""
    observables = {row["observableId"]: row for row in rows(folder, "observables")}
    found, sizes, states = [], [], courses(folder, nominal)
    for reading in rows(folder, "measurements"):
        known = nominal | states[reading["experimentId"], float(reading["time"])]
        observable = observables[reading["observableId"]]
        for kind in ("observable", "noise"):
            given = [v for v in reading[f"{kind}Parameters"].split(";") if v]
            places = observable[f"{kind}Placeholders"].split(";")
            for place, one in zip(places, given, strict=False):
                known[place] = nominal[one] if one in nominal else float(one)
        found.append(value(observable["observableFormula"], known))
        sizes.append(value(observable["noiseFormula"], known))
    return np.array(found), np.array(sizes)


def log_likelihood(folder, nominal):
    """The log-likelihood as PEtab defines it."""
    expected, sizes = simulated(folder, nominal)
    measured = np.array([float(row["measurement"]) for row in rows(folder, "measurements")])
    kinds = {r["observableId"]: r["noiseDistribution"] for r in rows(folder, "observables")}
    logs = [kinds[row["observableId"]] == "log-normal" for row in rows(folder, "measurements")]
    with np.errstate(invalid="ignore"):
        away = np.where(logs, np.log(measured / expected), measured - expected)
    jacobian = np.where(logs, np.log(measured), 0.0)
    return float((-0.5 * (away / sizes) ** 2 - np.log(sizes) - jacobian).sum()) - 0.5 * len(
        measured
    ) * math.log(2 * math.pi)


def nominal_of(folder):
    return {row["parameterId"]: float(row["nominalValue"]) for row in rows(folder, "parameters")}
