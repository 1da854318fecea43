"""A small problem as tables of both versions of PEtab, and its likelihood by hand."""

import math

import assemblysim as asm
from assemblysim.exchange.sbml.mechanism.writing import MechanismNumbers, sbml_of

NETWORK = asm.make_system({"A": "M", "B": "M"}, {"turn": "A -> B ; k"}).network("all")
SECOND = {
    "problem.yaml": "format_version: 2.0.0\nparameter_files: [parameters.tsv]\nmodel_files:\n"
    "  one:\n    location: model.xml\n    language: sbml\nmeasurement_files:\n- measurements.tsv\n"
    "observable_files: [observables.tsv]\ncondition_files: [conditions.tsv]\n"
    "experiment_files:\n- experiments.tsv\n",
    "parameters": "parameterId lowerBound upperBound nominalValue estimate\n"
    "k 0 10 0.5 true\nscale 0 10 2 true\nb 0 1 0.1 true\ns 0 1 0.2 false",
    "conditions": "conditionId targetId targetValue\nc A 3",
    "experiments": "experimentId time conditionId\ne 0 c",
    "observables": "observableId observableFormula noiseFormula noiseDistribution\n"
    "one scale*A+b s normal\ntwo 2*B 0.3 log-normal",
    "measurements": "observableId experimentId time measurement\n"
    "one e 0 6\none e 2 2.5\ntwo e 2 3.5\ntwo e 2 4",
}
FIRST = {
    "problem.yaml": "format_version: 1\nparameter_file: parameters.tsv\nproblems:\n"
    "- condition_files:\n  - conditions.tsv\n  measurement_files:\n  - measurements.tsv\n"
    "  observable_files:\n  - observables.tsv\n  sbml_files:\n  - model.xml\n",
    "parameters": "parameterId parameterScale lowerBound upperBound nominalValue estimate\n"
    "k log10 0.01 10 0.5 1\nscale lin 0 10 2 1\nb lin 0 1 0.1 1\ns lin 0 1 0.2 0",
    "conditions": "conditionId A\ne 3",
    "observables": "observableId observableFormula noiseFormula observableTransformation\n"
    "one scale*A+b noiseParameter1_one lin\ntwo 2*B 0.3 log",
    "measurements": "observableId simulationConditionId time measurement noiseParameters\n"
    "one e 0 6 s\none e 2 2.5 s\ntwo e 2 3.5 \ntwo e 2 4 ",
}


def laid(folder, tables, **changes):
    (folder / "model.xml").write_text(sbml_of(NETWORK, MechanismNumbers({"k": 1.0}, {})))
    for name, text in {**tables, **changes}.items():
        if name == "problem.yaml":
            (folder / name).write_text(text)
        else:
            (folder / f"{name}.tsv").write_text(text.replace(" ", "\t") + "\n")
    return folder / "problem.yaml"


def by_hand(k=0.5, scale=2.0, b=0.1, s=0.2):
    a = 3 * math.exp(-2 * k)
    expected = [scale * 3 + b, scale * a + b, 2 * (3 - a), 2 * (3 - a)]
    plain = [
        -0.5 * ((m - e) / s) ** 2 - math.log(s) for m, e in zip((6, 2.5), expected[:2], strict=True)
    ]
    logs = [
        -0.5 * (math.log(m / e) / 0.3) ** 2 - math.log(0.3 * m)
        for m, e in zip((3.5, 4.0), expected[2:], strict=True)
    ]
    return expected, sum(plain) + sum(logs) - 2 * math.log(2 * math.pi)
