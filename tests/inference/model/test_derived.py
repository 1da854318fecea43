"""Numbers that follow from others: expressions, Arrhenius, Eyring."""

from __future__ import annotations

import numpy as np
import pytest

from assemblysim.errors import InputError
from assemblysim.inference.model.derived import (
    DerivedByExpression,
    DerivedByLaw,
    energy_coefficients,
    in_order,
    names_of,
)
from assemblysim.inference.model.temperature_laws import (
    TEMPERATURE_LAWS,
    barrier_from_constant,
    constant_from_barrier,
)

R = 8.31446261815324e-3


def test_an_expression_is_evaluated_for_a_batch() -> None:
    parameter = DerivedByExpression("k_off", ("dG", "k_on"), "k_on * exp(dG/RT)", R * 300)
    given = {"k_on": np.array([2.0, 3.0]), "dG": np.array([-5.0, 1.0])}
    expected = given["k_on"] * np.exp(given["dG"] / (R * 300))
    assert parameter.value(given) == pytest.approx(expected, rel=1e-12)


def test_a_renamed_tie_changes_whole_names_only() -> None:
    parameter = DerivedByExpression("x", ("k", "k_1"), "k_1 + 2*k + 1e2", 1.0)
    other = parameter.renamed({"k": "k_hot", "k_1": "k_1"})
    assert other.text == "k_1 + 2*k_hot + 1e2"
    assert other.value({"k_hot": np.array([1.0]), "k_1": np.array([5.0])}) == [107.0]


def test_arrhenius_and_eyring_by_hand() -> None:
    arrhenius = DerivedByLaw("k", ("A", "Ea"), TEMPERATURE_LAWS["arrhenius"], 330.0, 2)
    found = arrhenius.value({"A": np.array([1e12]), "Ea": np.array([80.0])})
    assert found == pytest.approx(1e12 * np.exp(-80 / (R * 330.0)), rel=1e-12)
    # kB T/h at 298.15 K is 6.2124e12 1/s; 50 kJ/mol and -100 J/(mol K), first order, per hour.
    eyring = DerivedByLaw("k", ("dS", "dH"), TEMPERATURE_LAWS["eyring"], 298.15, 1)
    found = eyring.value({"dH": np.array([50.0]), "dS": np.array([-100.0])})
    by_hand = 6.21243794e12 * 3600 * np.exp(-0.1 / R) * np.exp(-50 / (R * 298.15))
    assert found == pytest.approx(by_hand, rel=1e-7)


@pytest.mark.parametrize("molecules", [1, 2, 3])
def test_barriers_and_constants_are_inverse(molecules: int) -> None:
    barriers = np.array([60.0, 95.0, 130.0])
    constants = constant_from_barrier(barriers, 353.15, molecules)
    assert barrier_from_constant(constants, 353.15, molecules) == pytest.approx(barriers)
    # 1/(M s) is 3.6 1/(mM h).
    if molecules == 2:
        per_molar_second = constants / 3.6
        first_order = constant_from_barrier(barriers, 353.15, 1) / 3600
        assert per_molar_second == pytest.approx(first_order)


def test_energies_follow_from_products_only() -> None:
    assert energy_coefficients("2 * a^2 / b", ("a", "b")) == {"a": 2.0, "b": -1.0}
    assert energy_coefficients("a + b", ("a", "b")) is None
    # k_off = k_on exp(dG/RT): its energy is that of k_on less the enthalpy.
    assert energy_coefficients("a * c0 * exp(dG_a/RT)", ("a", "dG_a")) == {"a": 1.0, "dG_a": -1.0}
    assert energy_coefficients("a * RT", ("a",)) is None
    assert energy_coefficients("a * exp(dG_a)", ("a", "dG_a")) is None


def test_ties_are_sorted_and_circles_refused() -> None:
    first = DerivedByExpression("a", ("b",), "2*b", 1.0)
    second = DerivedByExpression("b", ("c",), "3*c", 1.0)
    assert in_order((first, second)) == (second, first)
    with pytest.raises(InputError, match="a and b follow from each other"):
        in_order((first, DerivedByExpression("b", ("a",), "a/2", 1.0)))


def test_unknown_names_are_refused() -> None:
    with pytest.raises(InputError, match=r"k_close: expression .* unknown name 'k_grwo'"):
        names_of("2 * k_grwo", {"k_grow": ""}, "k_close")
