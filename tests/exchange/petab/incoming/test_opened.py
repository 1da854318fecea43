"""PEtab problems read: closed forms, both versions, our own back, and what is refused by name."""

import math

import numpy as np
import pytest

import assemblysim as asm
from assemblysim.errors import InputError
from assemblysim.exchange.petab.incoming.opened import read_petab
from assemblysim.exchange.petab.incoming.yaml_subset import parse_yaml
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


@pytest.mark.parametrize("tables", [SECOND, FIRST], ids=["version 2", "version 1"])
def test_the_likelihood_is_the_one_that_petab_defines(tables, tmp_path):
    posterior = asm.read_petab(laid(tmp_path, tables))
    assert posterior.names == ("k", "scale", "b")
    expected, total = by_hand()
    np.testing.assert_allclose(posterior.simulations(posterior.nominal), expected, rtol=1e-6)
    found = posterior.petab_log_likelihood(np.array([posterior.nominal, [0.3, 1.5, 0.2]]))
    np.testing.assert_allclose(found, [total, by_hand(0.3, 1.5, 0.2)[1]], rtol=1e-6)
    assert posterior(np.zeros((2, 3))).shape == (2,)
    first = posterior.problem.parameters[0].prior.describe()
    assert first.startswith("uniform" if tables is SECOND else "log-uniform between 0.01")


def test_our_own_problem_comes_back_as_it_was(tmp_path):
    system = asm.make_system({"A": "M", "B": "M"}, {"turn": "A -> B ; k"})
    seen = {"time (h)": [0.5, 1.0, 1.0], "A": [0.8, 0.6, 0.5], "B": [0.3, 0.4, np.nan]}
    start = {"A": {"log_normal": ["1 mM", 1.2]}}
    wild = {"wild_spectra": 0, "share_replicates": False}
    study = asm.Study(system, seen, initial=start, scale="absolute", measurement=wild)
    assert len(study.write_petab(tmp_path / "out")) == 1
    found, ours = asm.read_petab(tmp_path / "out/all/problem.yaml"), study.posterior("all")
    assert found.names == ours.names
    positions = np.random.default_rng(3).standard_normal((5, len(ours.names)))
    np.testing.assert_allclose(found.to_values(positions), ours.to_values(positions), rtol=1e-9)
    np.testing.assert_allclose(found(positions), ours(positions), rtol=1e-6)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"observables": "observableId observableFormula noiseFormula\none A*B s\ntwo B 1"},
         "a product of species; only sums of species are read"),
        ({"observables": "observableId observableFormula noiseFormula\none A^2 s\ntwo B 1"},
         "a formula with powers or functions"),
        ({"observables": "observableId observableFormula noiseFormula noiseDistribution\n"
          "one A s laplace\ntwo B 1 normal"}, "noise 'laplace', which is not read"),
        ({"experiments": "experimentId time conditionId\ne 0 c\ne 1 c"}, "several periods"),
        ({"experiments": "experimentId time conditionId\ne -inf c"}, "preequilibration"),
        ({"measurements": "observableId experimentId time measurement\nthree e 0 1"},
         "measurement of 'three', which is no observable"),
        ({"measurements": "observableId experimentId time measurement\none f 0 1"},
         "measurement in 'f', which is no experiment"),
        ({"measurements": "observableId experimentId time measurement\none e soon 1"},
         "or a number is none; mend it"),
        ({"problem.yaml": "format_version: 3\n"}, "format_version '3'; 1 and 2 are read"),
        ({"problem.yaml": "&anchor\n"}, "line 1: not written as PEtab's problem files usually"),
    ],
)  # fmt: skip
def test_what_is_not_read_is_refused_by_name(tmp_path, changes, says):
    with pytest.raises(InputError) as fault:
        read_petab(laid(tmp_path, SECOND, **changes))
    assert says in str(fault.value)
    assert "\n" not in str(fault.value)


def test_the_yaml_of_problem_files_is_read():
    text = (
        "# made\na: 1.0  # note\nb: [x.tsv, 'y.tsv']\nc:\n  d:\n    - e: f\n      g: []\n    - h\n"
    )
    assert parse_yaml(text) == {
        "a": "1.0",
        "b": ["x.tsv", "y.tsv"],
        "c": {"d": [{"e": "f", "g": []}, "h"]},
    }
