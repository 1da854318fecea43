"""Temperatures of several experiments: which energies count, and what they do to the likelihood."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from two_reactors import HEATED, assert_gradient, both_of

from assemblysim.errors import InputError
from assemblysim.inference.model.likelihood import log_likelihood
from assemblysim.inference.model.parameters import values_from_normal
from assemblysim.inference.model.problem import reactor_of
from assemblysim.inference.model.temperature_laws import TEMPERATURE_LAWS
from assemblysim.study.definition.heating import read_course_weights
from assemblysim.study.definition.reading import read_study
from assemblysim.study.definition.schema import TemperatureTable
from assemblysim.study.problem.problems import build_problem


def test_energies_come_with_a_second_temperature_only(tmp_path: Path) -> None:
    level = both_of(tmp_path, first='temperature = "60 degC"', second='temperature = "60 degC"')
    assert "Ea_grow" not in level.parameter_names
    heated = both_of(tmp_path, first=HEATED)
    energies = {f"Ea_{name}" for name in ("chelate", "grow", "dimerise", "couple", "close")}
    assert energies <= set(heated.parameter_names)
    assert heated.temperatures is not None
    assert heated.temperatures.reference == pytest.approx(343.15)  # mean of the last ones
    assert_gradient(heated)


def test_each_experiment_has_its_own_temperature(tmp_path: Path) -> None:
    problem = both_of(tmp_path, first=HEATED)
    values = values_from_normal(problem.parameters, np.zeros((1, len(problem.parameters))))
    named = problem.named(values)
    at_60 = reactor_of(problem, problem.experiments[1], named)
    expected = named.get("k_grow") * np.exp(
        -named.get("Ea_grow") / 8.31446261815324e-3 * (1 / 333.15 - 1 / 343.15)
    )
    found = at_60.rate_constants_at(np.array([[5.0]]))[
        0, 0, problem.network.rate_constant_names.index("k_grow")
    ]
    assert found == pytest.approx(expected[0], rel=1e-12)


@pytest.mark.parametrize("law", list(TEMPERATURE_LAWS))
def test_forms_of_a_law_are_the_same_kinetics(tmp_path: Path, law: str) -> None:
    tables = f'[temperature]\nreference = "70 degC"\nlaw = "{law}"\n'
    plain = both_of(tmp_path, first=HEATED, tables=tables)
    separate = both_of(tmp_path, first=HEATED, tables=tables + 'form = "separate"\n')
    assert "k_grow" not in separate.parameter_names
    assert {"A_grow", "Ea_grow"} <= set(separate.parameter_names) or {
        "dH_grow",
        "dS_grow",
    } <= set(separate.parameter_names)
    rng = np.random.default_rng(3)
    position = 0.3 * rng.standard_normal((4, len(separate.parameters)))
    values = values_from_normal(separate.parameters, position)
    named = separate.named(values)
    # The same vectors in the other form: constants at the reference, energies as they are.
    other = np.stack([named.get(name) for name in plain.parameter_names], axis=1)
    assert log_likelihood(separate, values).total == pytest.approx(
        log_likelihood(plain, other).total, rel=1e-9
    )
    assert_gradient(separate)


REVERSIBLE = """
title = "a triangle"
[species]
A = "M"
B = "M"
C = "M"
[reactions]
first  = "A <=> B ; k_ab, k_ba"
second = "B <=> C ; k_bc, k_cb"
third  = "A <=> C ; k_ac, k_ca"
[constants]
k_ba = "k_ab / K_ab"
k_cb = "k_bc * exp(dG_bc / RT)"
k_ca = "k_ac / K_ac"
K_ac = "K_ab * exp(-dG_bc / RT)"
"""


def test_a_cycle_of_the_model_stays_in_balance_at_every_temperature(tmp_path: Path) -> None:
    (tmp_path / "triangle.toml").write_text(REVERSIBLE, encoding="utf-8")
    (tmp_path / "data.csv").write_text("time (h),A,B,C\n1,1,1,1\n2,1,2,2\n", encoding="utf-8")
    (tmp_path / "study.toml").write_text(
        """
title = "t"
model = "triangle.toml"
seed = 1
[[experiments]]
name = "warm"
initial = { A = "1 mM" }
data = "data.csv"
temperature = [["0 h", "20 degC"], ["1 h", "90 degC"]]
[measurement]
wild_spectra = 0
scale = "per spectrum"
signals = ["A", "B", "C"]
noise = "proportional"
[priors]
K_ab = { log_normal = [2.0, 3.0] }
""",
        encoding="utf-8",
    )
    study = read_study(tmp_path)
    problem = build_problem(study, study.mechanisms[0])
    names = problem.parameter_names
    assert set(names) >= {"k_ab", "k_bc", "k_ac", "K_ab", "dG_bc", "Ea_ab", "dH_K_ab", "dH_dG_bc"}
    assert not {"k_ba", "K_ac", "Ea_ba", "dH_K_ac"} & set(names)
    rng = np.random.default_rng(2)
    values = values_from_normal(problem.parameters, rng.standard_normal((3, len(names))))
    reactor = reactor_of(problem, problem.experiments[0], problem.named(values))
    constants = reactor.rate_constants_at(np.array([[0.0, 0.3, 2.0]] * 3))
    k = dict(zip(problem.network.rate_constant_names, constants.transpose(2, 0, 1), strict=True))
    around = k["k_ab"] * k["k_bc"] * k["k_ca"] / (k["k_ba"] * k["k_cb"] * k["k_ac"])
    assert around == pytest.approx(np.ones((3, 3)), rel=1e-9)
    assert not np.allclose(k["k_ab"][:, 0] / k["k_ba"][:, 0], k["k_ab"][:, 2] / k["k_ba"][:, 2])
    assert_gradient(problem)


def test_courses_of_temperature_have_weights_that_name_each_of_them() -> None:
    table = TemperatureTable(weights={"as stated": 0.5, "slow": 0.3, "fast": 0.2})

    found = read_course_weights(table, ["slow", "fast", "slow"])

    assert dict(found) == pytest.approx({"": 0.5, "slow": 0.3, "fast": 0.2})
    assert next(iter(dict(found))) == ""
    assert read_course_weights(None, ["slow"]) == (("", 1.0),)
    assert read_course_weights(TemperatureTable(), ["slow"]) == (("", 1.0),)


@pytest.mark.parametrize(
    ("weights", "fault"),
    [
        (
            {"as stated": 0.5, "slw": 0.5},
            "[temperature] weights: unknown course of temperature 'slw'; did you mean 'slow'?",
        ),
        (
            {"as stated": 0.5},
            "[temperature] weights: 1 of 2 have a weight, and 'slow' has none; state the weight "
            "of each, or of none, which makes them equal",
        ),
    ],
)
def test_weights_of_other_courses_are_refused(weights: dict[str, float], fault: str) -> None:
    with pytest.raises(InputError) as raised:
        read_course_weights(TemperatureTable(weights=weights), ["slow"])

    assert str(raised.value) == fault
