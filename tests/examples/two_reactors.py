"""Studies of two reactors with the table of hnp_dy6_synthetic, and a check of their gradients."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from assemblysim.inference.model.likelihood import log_likelihood, log_likelihood_gradients
from assemblysim.inference.model.parameters import values_from_normal
from assemblysim.inference.model.problem import Problem
from assemblysim.study.definition.reading import read_study
from assemblysim.study.problem.problems import build_problem

MODEL = Path("models/hnp_dy6.toml").resolve()
TABLE = Path("fits/hnp_dy6_synthetic/intensities.csv").resolve()
HEATED = 'temperature = [["0 min", "25 degC"], ["5 min", "25 degC"], ["15 min", "80 degC"]]'


def written(
    folder: Path, first: str = "", second: str = 'temperature = "60 degC"', top: str = "",
    tables: str = "",
) -> Path:  # fmt: skip
    """Write a study of two experiments."""
    one = f'initial = {{ Dy = "190 mM", L = "23.8 mM" }}\ndata = "{TABLE}"'
    text = f"""
title = "two reactors"
model = "{MODEL}"
mechanisms = ["two_Dy3L", "both"]
seed = 1
{top}
[[experiments]]
name = "A"
{one}
{first}
[[experiments]]
name = "B"
{one}
{second}
[measurement]
scale = "per spectrum"
signals = ["Dy2L", "Dy3L", "Dy5L2", "Dy6L2"]
noise = "proportional"
detection_limit = "0.5 %"
wild_spectra = 0
{tables}
"""
    (folder / "study.toml").write_text(text, encoding="utf-8")
    return folder


def both_of(folder: Path, **parts: str) -> Problem:
    """Return the problem of the mechanism with both ways."""
    return build_problem(read_study(written(folder, **parts)), "both")


def assert_gradient(problem: Problem) -> None:
    """Hold the gradients of a batch against differences of the likelihood, at a few places."""
    positions = 0.5 * np.random.default_rng(0).standard_normal((3, len(problem.parameters)))
    for position, gradient in zip(
        positions, log_likelihood_gradients(problem, positions)[1], strict=True
    ):
        shift = 1e-4 * np.eye(len(position))
        sides = np.concatenate([position + shift, position - shift])
        totals = log_likelihood(problem, values_from_normal(problem.parameters, sides)).total
        count = len(position)
        differences = (totals[:count] - totals[count:]) / 2e-4
        assert np.abs(gradient - differences).max() < 1e-3 * np.abs(differences).max()
