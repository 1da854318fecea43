"""PEtab problems read: closed forms, both versions, our own back, and what is refused by name."""

import math

import numpy as np
import pytest
from petab_problems import FIRST, SECOND, by_hand, laid
from scipy import stats

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


@pytest.mark.parametrize("size", ["0.3", "s", "spread", "spread*2+0.1"])
def test_noise_of_log10_is_log_normal_with_a_size_of_its_own(tmp_path, size):
    text = FIRST["observables"].replace("two 2*B 0.3 log", f"two 2*B {size} log10")
    more = FIRST["parameters"] + "\nspread lin 0 1 0.25 1"
    posterior = asm.read_petab(laid(tmp_path, FIRST, observables=text, parameters=more))
    given = {"0.3": 0.3, "s": 0.2, "spread": 0.25, "spread*2+0.1": 0.6}[size]
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


def test_coefficients_offsets_and_noise_may_be_products_and_sums_of_parameters(tmp_path):
    formulas = (
        "observableId observableFormula noiseFormula noiseDistribution\n"
        "one scale*(A+b)*scale/2+0.5*A+b+1 0.5*s+0.1*scale normal\ntwo 2*B 0.3 log-normal"
    )
    found = asm.read_petab(laid(tmp_path, SECOND, observables=formulas))
    k, scale, b = 0.4, 1.7, 0.2
    a = 3 * np.exp(-k * np.array([0.0, 2.0]))
    values = np.array([k, scale, b])
    expected = scale**2 / 2 * (a + b) + 0.5 * a + b + 1
    np.testing.assert_allclose(found.simulations(values)[:2], expected, rtol=1e-6)
    size = 0.5 * 0.2 + 0.1 * scale
    away = ((np.array([6.0, 2.5]) - expected) / size) ** 2
    logs = [(math.log(m / (2 * (3 - a[1]))) / 0.3) ** 2 for m in (3.5, 4.0)]
    chi2 = found.estimation.chi_squared(values)
    assert chi2 == pytest.approx(sum(away) + sum(logs), rel=1e-6)


def test_a_species_that_nothing_changes_is_observed_as_it_began(tmp_path):
    path = laid(tmp_path, SECOND, conditions="conditionId targetId targetValue\nc C b")
    model = (tmp_path / "model.xml").read_text()
    start = model.index("<species ")
    own = model[start : model.index(">", start) + 1]
    other = own.replace('id="A"', 'id="C"', 1).rstrip("/>") + "/>"
    (tmp_path / "model.xml").write_text(model[:start] + other + model[start:])
    text = SECOND["observables"].replace("scale*A+b", "scale*C")
    (tmp_path / "observables.tsv").write_text(text.replace(" ", "\t") + "\n")
    found = asm.read_petab(path)
    np.testing.assert_allclose(found.simulations([0.5, 3.0, 0.25])[:2], 0.75)


def test_a_prior_is_cut_at_its_bounds(tmp_path):
    table = (
        "parameterId lowerBound upperBound nominalValue estimate priorDistribution "
        "priorParameters\nk 0.1 1 0.5 true log-normal 0;2\nscale -3 3 2 true  \n"
        "b 0 0.5 0.1 true log-laplace -1;0.5\ns 0.1 9 0.2 true uniform 0;1"
    )
    found = asm.read_petab(laid(tmp_path, SECOND, parameters=table))
    values = np.array([[0.5, 2.0, 0.1, 0.2]])
    wide, log_laplace = stats.lognorm(2.0), stats.loglaplace(2.0, scale=np.exp(-1))
    wanted = (
        wide.logpdf(0.5) - np.log(wide.cdf(1) - wide.cdf(0.1)) - np.log(6)
        + log_laplace.logpdf(0.1) - np.log(log_laplace.cdf(0.5)) - np.log(0.9)
    )  # fmt: skip
    np.testing.assert_allclose(found.estimation.log_prior(values), [wanted], rtol=1e-9)
    ends = found.to_values(np.array([[-30.0] * 4, [30.0] * 4]))
    np.testing.assert_allclose(ends, [[0.1, -3, 0, 0.1], [1, 3, 0.5, 1]], atol=1e-6)
    positions = found.from_values(values)
    step = 1e-5 * np.eye(4)
    differences = (found(positions + step) - found(positions - step)) / 2e-5
    np.testing.assert_allclose(found.gradient(positions)[1][0], differences, rtol=1e-4, atol=1e-4)


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
        ({"measurements": "observableId experimentId time measurement\none e 0 1\none e 1 nan"},
         "measurement 2 ('one' at 1): a time 1 and a value nan, where numbers are needed; leave"),
        ({"measurements": "observableId experimentId time measurement\ntwo e 1 0"},
         "measurement 1 ('two' at 1): 0 has no logarithm, on whose axis its noise is normal"),
        ({"observables": "observableId observableFormula noiseFormula\none A 0.1*A\ntwo B 1"},
         "observable 'one': noise: 'A' is a species; a formula of parameters is read"),
        ({"parameters": f"{SECOND['parameters']}\nw 1 0 0.5 true"}, "uniform prior has 1 and 0"),
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
