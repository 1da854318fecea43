"""PEtab problems read: closed forms, both versions, our own back, and what is refused by name."""

import math

import numpy as np
import pytest
from petab_problems import FIRST, SECOND, by_hand, laid

import assemblysim as asm
from assemblysim.errors import InputError
from assemblysim.exchange.petab.incoming.opened import read_petab
from assemblysim.exchange.petab.incoming.yaml_subset import parse_yaml


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


@pytest.mark.parametrize("size", ["0.3", "s", "spread"])
def test_noise_of_log10_is_log_normal_with_a_size_of_its_own(tmp_path, size):
    text = FIRST["observables"].replace("two 2*B 0.3 log", f"two 2*B {size} log10")
    more = FIRST["parameters"] + "\nspread lin 0 1 0.25 1"
    posterior = asm.read_petab(laid(tmp_path, FIRST, observables=text, parameters=more))
    given = {"0.3": 0.3, "s": 0.2, "spread": 0.25}[size]
    expected, _ = by_hand()
    plain = [-0.5 * ((6 - expected[0]) / 0.2) ** 2, -0.5 * ((2.5 - expected[1]) / 0.2) ** 2]
    # PEtab 1: the density of a measurement whose log10 is normal
    logs = [
        -0.5 * (math.log10(m / expected[2]) / given) ** 2 - math.log(given * m * math.log(10))
        for m in (3.5, 4.0)
    ]
    total = sum(plain) - 2 * math.log(0.2) + sum(logs) - 2 * math.log(2 * math.pi)
    assert posterior.names == ("k", "scale", "b", "spread")
    np.testing.assert_allclose(
        posterior.petab_log_likelihood(posterior.nominal[None]), [total], rtol=1e-6
    )
    residuals = [-2 * one for one in plain]
    residuals += [(math.log10(m / expected[2]) / given) ** 2 for m in (3.5, 4.0)]
    found = posterior.estimation.chi_squared(posterior.nominal)
    assert found == pytest.approx(sum(residuals), rel=1e-6)


def test_a_condition_without_a_number_leaves_the_model_as_it_is(tmp_path):
    said = asm.read_petab(laid(tmp_path, FIRST, conditions="conditionId A\ne NaN"))
    assert said.simulations(said.nominal)[0] == pytest.approx(0.1)


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
