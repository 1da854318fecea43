"""Ratios of sums: their values, the truth found from them, and what is refused."""

import numpy as np
import pytest

from assemblysim.errors import InputError
from assemblysim.inference.model.likelihood import log_likelihood
from assemblysim.inference.model.parameters import normal_from_values
from assemblysim.measurement.data import Signal
from assemblysim.measurement.signals import expected_signals
from assemblysim.study.definition.reading import read_study
from assemblysim.study.problem.problems import build_problem
from assemblysim.study.questions.in_words import signal_words

MODEL = """
[species]
A = "X"
B = "X"
C = "2X"
[reactions]
turn = "A -> B ; k"
pair = "2 B -> C ; k_pair"
[mechanisms]
turn = ["turn"]
both = ["turn", "pair"]
"""
STUDY = """
title = "SYNTHETIC: conversions"
model = "turn.toml"
seed = 1
synthetic = true
[[experiments]]
name = "e"
initial = { A = "4 mM" }
data = "data.csv"
[measurement]
scale = "absolute"
signals = ["x = (B + 2 C) / (A + B + 2 C)"]
noise = "constant"
wild_spectra = 0
[priors]
k = { log_uniform = ["0.01 1/h", "10 1/h"] }
"""
TIMES = np.array([0.5, 1.0, 2.0])
TABLE = "".join(f"{t},{100 * (1 - np.exp(-0.7 * t)) + 1:.6f}\n" for t in TIMES)


@pytest.fixture
def study(tmp_path):
    def reading(*changes, header="time (h),x (%)"):
        text = STUDY
        for old, new in changes:
            assert old in text
            text = text.replace(old, new)
        (tmp_path / "turn.toml").write_text(MODEL, encoding="utf-8")
        (tmp_path / "data.csv").write_text(f"{header}\n{TABLE}", encoding="utf-8")
        (tmp_path / "study.toml").write_text(text, encoding="utf-8")
        return read_study(tmp_path)

    return reading


def test_a_ratio_is_the_quotient_of_two_sums_without_background():
    ratio = Signal("x", (("B", 1.0),), divisor=(("A", 1.0), ("B", 2.0)))
    seen = np.array([[[1.0, 0.0], [2.0, 3.0], [0.0, 0.0]]])
    signals, responses = (ratio, Signal("A", (("A", 1.0),))), np.array([[2.0, 1.0]])
    found = expected_signals(("A", "B"), signals, seen, responses, np.ones(1))

    np.testing.assert_allclose(found[0, :, 0], [0, 2 * 3 / 8, 0], rtol=1e-15)
    np.testing.assert_allclose(found[0, :, 1], [2, 3, 1], rtol=1e-15)


@pytest.mark.parametrize("k", [0.5, 0.7, 1.1])
def test_a_ratio_has_a_normal_error_about_its_closed_form(study, k):
    problem = build_problem(study(), "turn")
    values = {"k": k, "noise": 0.02}
    named = np.array([[values[one.name] for one in problem.parameters]])
    found = log_likelihood(problem, named).total[0]

    away = np.array([float(line.split(",")[1]) for line in TABLE.split()]) / 100
    z = (away - (1 - np.exp(-k * TIMES))) / 0.02
    expected = -0.5 * (z**2).sum() - 3 * np.log(0.02 * np.sqrt(2 * np.pi))
    assert found == pytest.approx(expected, rel=1e-5)
    assert np.isfinite(normal_from_values(problem.parameters, named)).all()


def test_a_ratio_is_said_and_its_noise_has_no_unit(study):
    read = study()
    assert signal_words(read) == ("x is a ratio, B + 2 C over A + B + 2 C",)
    (noise,) = [p for p in build_problem(read, "turn").parameters if p.name == "noise"]
    assert noise.unit == ""


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (('scale = "absolute"', 'scale = "per spectrum"'), "'x' is a ratio, which has no unknown"),
        (('noise = "constant"', 'noise = "proportional"'), "whose error is added to it; write noi"),
        (('C)"]', 'C)", "A"]'), "a ratio beside concentrations, and all have one size of noise"),
        (("(B + 2 C) / (A", "B + 2 C / (A"), "cannot read the ratio 'B + 2 C / (A + B + 2 C)'"),
        (("(B + 2 C) /", "(B + 2 Z) /"), "unknown species 'Z'"),
        (
            ('noise = "constant"', 'noise = "constant"\ndetection_limit = "1 mM"'),
            "'x' is a ratio and has none in concentrations",
        ),
    ],
)
def test_ratios_without_a_likelihood_are_refused(study, change, said):
    with pytest.raises(InputError) as refusal:
        study(change)
    assert said in str(refusal.value)


def test_a_column_of_a_ratio_is_in_no_concentration(study):
    with pytest.raises(InputError, match=r"unit 'mM' .* does not fit; a pure number"):
        study(header="time (h),x (mM)")
