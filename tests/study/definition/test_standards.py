"""An internal standard: with it spectra tell that everything else became less, without it not."""

import numpy as np
import pytest

from assemblysim.errors import InputError
from assemblysim.inference.model.likelihood import log_likelihood
from assemblysim.inference.model.parameters import normal_from_values, values_from_normal
from assemblysim.study.definition.reading import read_study
from assemblysim.study.problem.problems import build_problem
from assemblysim.study.questions.in_words import signal_words

# A and B are lost alike, so that their ratio never changes.
MODEL = """
[species]
A = "X"
B = "Y"
[reactions]
a = "A -> ; k"
b = "B -> ; k"
"""
STUDY = """
title = "SYNTHETIC: a standard beside what decays"
model = "lost.toml"
seed = 1
synthetic = true
[[experiments]]
name = "e"
initial = { A = "1 mM", B = "1 mM" }
data = "data.csv"
[measurement]
scale = "per spectrum"
signals = ["A", "B", "IS"]
noise = "proportional"
wild_spectra = 0
standards = { IS = "0.5 mM" }
[priors]
noise = 0.1
background = "0 mM"
response_A = 1
response_B = 1
response_IS = 1
k = { log_uniform = ["0.01 1/h", "10 1/h"] }
"""
TIMES = np.array([0.5, 1.0, 2.0, 4.0])
RNG = np.random.default_rng(3)
LOGS = np.stack([-0.6 * TIMES, -0.6 * TIMES, np.full(4, np.log(0.5))], axis=1)
LOGS += 0.1 * RNG.standard_normal(LOGS.shape)
FACTORS = RNG.uniform(1, 30, 4)


@pytest.fixture
def write(tmp_path):
    def writing(*changes):
        text = STUDY
        for old, new in changes:
            assert old in text
            text = text.replace(old, new)
        (tmp_path / "lost.toml").write_text(MODEL, encoding="utf-8")
        values = np.exp(LOGS) * FACTORS[:, None]
        rows = "".join(
            ",".join(f"{x:.12g}" for x in (t, *v)) + "\n"
            for t, v in zip(TIMES, values, strict=True)
        )
        (tmp_path / "data.csv").write_text("time (h),A,B,IS\n" + rows, encoding="utf-8")
        (tmp_path / "study.toml").write_text(text, encoding="utf-8")
        return tmp_path

    return writing


def log_likelihoods(problem, constants):
    positions = normal_from_values(problem.parameters, np.array(constants)[:, None])
    return log_likelihood(problem, values_from_normal(problem.parameters, positions)).total


def test_the_likelihood_is_that_of_logs_less_their_mean_in_each_spectrum(write):
    study = read_study(write())
    constants = np.array([0.3, 0.6, 0.9, 1.5])
    found = log_likelihoods(build_problem(study, "all"), constants)
    # of three independent normals whose common level is integrated out, up to a constant
    logs = np.repeat(-constants[:, None, None] * TIMES[None, :, None], 3, axis=2)
    logs[:, :, 2] = np.log(0.5)
    gaps = LOGS - logs
    gaps -= gaps.mean(axis=2, keepdims=True)
    expected = -0.5 * (gaps**2).sum(axis=(1, 2)) / 0.1**2

    np.testing.assert_allclose(found - found[0], expected - expected[0], rtol=1e-5, atol=1e-3)
    assert np.argmax(found) == 1
    assert signal_words(study) == ("IS is a standard, 0.5 mM in every sample",)


def test_without_it_the_same_loss_of_all_that_is_seen_is_not_seen(write):
    folder = write(
        ('"B", "IS"]', '"B"]'),
        ('standards = { IS = "0.5 mM" }\n', ""),
        ("response_IS = 1\n", ""),
        ('data = "data.csv"', 'data = "data.csv"\nignore = ["IS"]'),
    )
    found = log_likelihoods(build_problem(read_study(folder), "all"), [0.3, 0.6, 0.9])

    np.testing.assert_allclose(found, found[0], atol=1e-4)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("{ IS =", "{ A =", "standards: A: is a species, which reacts"),
        ("{ IS =", "{ TMS =", "standards: TMS: is no signal; list it under signals"),
        ('"0.5 mM" }', '"0 mM" }', "standards: IS: 0 mM is none; write one above 0"),
    ],
)
def test_what_is_no_standard_is_refused_in_one_line(write, old, new, told):
    with pytest.raises(InputError) as caught:
        read_study(write((old, new)))
    assert told in str(caught.value)
