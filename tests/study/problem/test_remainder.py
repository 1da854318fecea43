"""What no signal shows, by difference: all species that hold a building block and are in no sum."""

import numpy as np
import pytest

from assemblysim.errors import InputError
from assemblysim.inference.model.parameters import values_from_normal
from assemblysim.inference.model.problem import courses_of, signals_of
from assemblysim.study.definition.reading import read_study
from assemblysim.study.problem.problems import build_problem

MODEL = """
[species]
M = "M"
L = "L"
ML = "M L"
ML2 = "M 2L"
M2L4 = "2M 4L"
[reactions]
one = "M + L <=> ML ; k1, b1"
two = "ML + L <=> ML2 ; k2, b2"
cage = "2 ML2 -> M2L4 ; k3"
[mechanisms]
all = ["one", "two", "cage"]
"""
STUDY = """
title = "SYNTHETIC: a remainder"
model = "cage.toml"
seed = 1
synthetic = true
[[experiments]]
name = "e"
initial = { M = "1 mM", L = "2 mM" }
data = "data.csv"
[measurement]
scale = "absolute"
signals = ["L", "free and caged = M + 2 M2L4", "dark = rest of L"]
noise = "constant"
"""
DATA = "time (h),L (mM),free and caged (mM),dark (mM)\n1,1.2,0.5,0.7\n4,0.5,0.6,0.9\n"


def write(folder, *changes):
    text = STUDY
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    (folder / "cage.toml").write_text(MODEL, encoding="utf-8")
    (folder / "data.csv").write_text(DATA, encoding="utf-8")
    (folder / "study.toml").write_text(text, encoding="utf-8")
    return folder


def test_the_rest_is_what_is_missing_in_the_balance(tmp_path):
    study = read_study(write(tmp_path))
    problem = build_problem(study, "all")
    positions = np.random.default_rng(0).standard_normal((20, len(problem.parameters)))
    named = problem.named(values_from_normal(problem.parameters, positions))
    experiment = problem.experiments[0]
    courses = courses_of(problem, experiment, named).concentrations

    rest = signals_of(experiment, named, courses)[:, :, 2]

    names = problem.network.species_names
    free, caged = (courses[:, :, names.index(name)] for name in ("L", "M2L4"))
    assert study.measurement.signals[2].terms == (("ML", 1.0), ("ML2", 2.0))
    np.testing.assert_allclose(rest, 2 - free - 4 * caged, atol=1e-7)


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (("rest of L", "rest of X"), "signal 'dark = rest of X': unknown building block 'X'"),
        (
            ('"L", "free and caged = M + 2 M2L4"', '"L", "y = ML + ML2 + M2L4"'),
            "signal 'dark = rest of L': all that holds L is in another signal; take it out",
        ),
    ],
)
def test_a_rest_of_nothing_is_refused(tmp_path, change, fault):
    with pytest.raises(InputError) as refusal:
        read_study(write(tmp_path, change))

    assert f"[measurement]: {fault}" in str(refusal.value)
