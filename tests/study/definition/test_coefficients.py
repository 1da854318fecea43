"""A signal whose coefficient is unknown: Q = B + f C, held against the closed form of A, B, C."""

import numpy as np
import pytest
from two_reactors import assert_gradient

from assemblysim.errors import InputError
from assemblysim.inference.model.parameters import values_from_normal
from assemblysim.inference.model.problem import courses_of, signals_of
from assemblysim.study.definition.reading import read_study
from assemblysim.study.problem.problems import build_problem
from assemblysim.study.questions.in_words import signal_words

MODEL = """
[species]
A = "X"
B = "X"
C = "X"
[reactions]
r1 = "A -> B ; k1"
r2 = "B -> C ; k2"
"""
STUDY = """
title = "SYNTHETIC: two species under one peak"
model = "abc.toml"
seed = 1
synthetic = true
[[experiments]]
name = "e"
initial = { A = "1 mM" }
data = "data.csv"
[measurement]
scale = "absolute"
signals = ["A", "Q = B + f C", "R = 2 A + f * B"]
noise = "constant"
wild_spectra = 0
[priors]
f = { log_normal = [0.3, 3] }
"""
DATA = "time (h),A (mM),Q (mM),R (mM)\n0.5,0.61,0.3,1.3\n2,0.14,0.4,0.5\n5,0.01,0.3,0.1\n"


@pytest.fixture
def write(tmp_path):
    def writing(*changes):
        text = STUDY
        for old, new in changes:
            assert old in text
            text = text.replace(old, new)
        (tmp_path / "abc.toml").write_text(MODEL, encoding="utf-8")
        (tmp_path / "data.csv").write_text(DATA, encoding="utf-8")
        (tmp_path / "study.toml").write_text(text, encoding="utf-8")
        return tmp_path

    return writing


def test_signals_are_sums_with_the_coefficient_of_each_vector(write):
    study = read_study(write())
    problem = build_problem(study, "all")
    positions = np.random.default_rng(0).standard_normal((50, len(problem.parameters)))
    named = problem.named(values_from_normal(problem.parameters, positions))
    experiment = problem.experiments[0]
    course = courses_of(problem, experiment, named)
    found = signals_of(experiment, named, course.concentrations)
    k1, k2, f = (named.get(name)[:, None] for name in ("k1", "k2", "f"))
    times = experiment.times
    a = np.exp(-k1 * times)
    b = k1 / (k2 - k1) * (a - np.exp(-k2 * times))

    assert "f" in problem.parameter_names
    expected = np.stack([a, b + f * (1 - a - b), 2 * a + f * b], axis=2)
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-6)
    assert_gradient(problem)
    assert signal_words(study) == (
        "Q = B + f C, with the coefficient f",
        "R = 2 A + f B, with the coefficient f",
    )


def test_a_stated_coefficient_is_a_number(write):
    stated = write(("f = { log_normal = [0.3, 3] }", "f = 0.5"))
    plain = build_problem(read_study(stated), "all")

    assert "f" not in plain.parameter_names
    assert dict(plain.fixed)["f"] == 0.5


def test_each_experiment_may_have_a_coefficient_of_its_own(write):
    second = (
        '[[experiments]]\nname = "g"\ninitial = { A = "2 mM" }\ndata = "data.csv"\n[measurement]'
    )
    folder = write(("seed = 1", 'seed = 1\nper_experiment = ["f"]'), ("[measurement]", second))
    problem = build_problem(read_study(folder), "all")

    assert {"f_e", "f_g"} <= set(problem.parameter_names)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("f = { log_normal = [0.3, 3] }", "", "[priors]: 'f' needs a prior or a value; state one"),
        ("B + f C", "B + A C", "'A C': 2 species in one term; write a + between them"),
        ("B + f C", "B + f Cc", "unknown species 'Cc'; did you mean 'C'?"),
        ("B + f C", "B + k1 C", "2 parameters would be called 'k1'; rename a rate constant"),
        ("B + f C", "C + f C", "the sum: 'C' is there twice; name it once"),
    ],
)
def test_what_cannot_be_a_coefficient_is_refused_in_one_line(write, old, new, told):
    with pytest.raises(InputError) as caught:
        build_problem(read_study(write((old, new))), "all")
    assert told in str(caught.value)
