"""Rate laws against hand-written ones, and the units of their constants."""

import numpy as np
import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

from assemblysim.errors import InputError
from assemblysim.mechanism.constants.rate_constant_units import rate_constant_units
from assemblysim.mechanism.network.laws import rate_constant_symbols, rate_laws, species_symbols
from assemblysim.mechanism.network.network import Network, Species
from assemblysim.mechanism.properties.balance import stoichiometry
from assemblysim.mechanism.properties.positivity import notes_on_laws
from assemblysim.mechanism.properties.separable import inseparable_constants
from assemblysim.mechanism.reading.equation import parse_reaction

NAMES = ("A", "B", "C")


def network(*lines):
    steps = [s for i, line in enumerate(lines) for s in parse_reaction(f"r{i}", line, NAMES)]
    return Network(tuple(Species(name, ()) for name in NAMES), tuple(steps))


def units(*lines, concentration="mM"):
    return rate_constant_units(network(*lines), concentration)


def dc_dt(any_network, concentrations, constants):
    """Return d[species]/dt by name at the given concentrations (mM) and constants."""
    laws = sympy.Matrix(rate_laws(any_network)).subs({**concentrations, **constants})
    change = stoichiometry(any_network) @ np.array(laws, dtype=float).ravel()
    return dict(zip(any_network.species_names, change, strict=True))


positive = st.floats(0.01, 100)


@given(a=positive, b=positive, c=positive, kf=positive, kr=positive, kd=positive)
def test_dc_dt_equals_a_hand_written_right_hand_side(a, b, c, kf, kr, kd):
    both = network("A + B <=> C ; 6 kf, kr", "2 A -> B ; kd")

    found = dc_dt(both, {"A": a, "B": b, "C": c}, {"kf": kf, "kr": kr, "kd": kd})

    bound = 6 * kf * a * b - kr * c
    scale = 6 * kf * a * b + kr * c + kd * a * a
    assert found["A"] == pytest.approx(-bound - 2 * kd * a * a, abs=1e-9 * scale)
    assert found["B"] == pytest.approx(-bound + kd * a * a, abs=1e-9 * scale)
    assert found["C"] == pytest.approx(bound, abs=1e-9 * scale)


def test_two_identical_reactants_have_no_factorial():
    pair = network("2 A -> B ; k")

    assert dc_dt(pair, {"A": 3.0}, {"k": 0.5}) == {"A": -9.0, "B": 4.5, "C": 0.0}


def test_three_identical_reactants_have_no_factorial():
    assert dc_dt(network("3 A -> B ; k"), {"A": 2.0}, {"k": 1.0})["B"] == 8.0


def test_a_statistical_factor_of_a_half_is_exact():
    (law,) = rate_laws(network("2 A -> B ; 0.5 k"))

    assert law == sympy.Rational(1, 2) * sympy.Symbol("k") * sympy.Symbol("A") ** 2


def test_an_explicit_law_replaces_mass_action():
    (law,) = rate_laws(network("A + 2B -> C ; k ; k*A*B"))

    assert law == sympy.Symbol("k") * sympy.Symbol("A") * sympy.Symbol("B")


def test_laws_hold_only_the_symbols_of_the_network():
    mixed = network("A -> B ; v, K ; v*A/(K + A)", "B -> C ; k")
    used = set().union(*(law.free_symbols for law in rate_laws(mixed)))

    assert used <= {*species_symbols(mixed), *rate_constant_symbols(mixed)}
    assert [s.name for s in rate_constant_symbols(mixed)] == ["v", "K", "k"]


def test_the_order_of_reactions_does_not_change_dc_dt():
    lines = ("A + B <=> C ; kf, kr", "2 A -> B ; kd", "C -> ; kx")
    point = ({"A": 0.3, "B": 0.7, "C": 1.1}, {"kf": 2.0, "kr": 3.0, "kd": 5.0, "kx": 7.0})

    forward = dc_dt(network(*lines), *point)
    backward = dc_dt(network(*reversed(lines)), *point)

    assert forward == pytest.approx(backward, rel=1e-12)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("A -> B ; k", {"k": "1/h"}),
        ("A + B -> C ; k", {"k": "1/(mM h)"}),
        ("A + 2B -> C ; 6 k", {"k": "1/(mM^2 h)"}),
        ("-> A ; k", {"k": "mM/h"}),
        ("A -> ; k", {"k": "1/h"}),
        ("A <=> B + C ; kf, kr", {"kf": "1/h", "kr": "1/(mM h)"}),
    ],
)
def test_a_mass_action_constant_has_the_unit_of_its_order(line, expected):
    assert units(line) == expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("A + 2B -> C ; k ; k*A*B", {"k": "1/(mM h)"}),
        ("A -> B ; k ; k*A*sqrt(B)", {"k": "1/(mM^0.5 h)"}),
        ("A -> B ; k ; k*sqrt(A)", {"k": "mM^0.5/h"}),
        ("A -> B ; v, K ; v*A/(K + A)", {"v": "mM/h", "K": "mM"}),
        ("A -> B ; k, K ; k*A/(1 + K*B)", {"k": "1/h", "K": "1/mM"}),
        ("A -> B ; v, K, n ; v*A^n/(K^n + A^n)", {"v": "mM/h", "K": "mM", "n": "1"}),
        ("A -> B ; v, K, n ; v*(A/K)^n", {"v": "mM/h", "K": "mM", "n": "1"}),
        ("A -> B ; k, K ; k*A*exp(-B/K)", {"k": "1/h", "K": "mM"}),
        ("A -> B ; k1, k2 ; k1*A + k2*A*B", {"k1": "1/h", "k2": "1/(mM h)"}),
        ("A -> B ; k, s ; k*(1 - exp(-t/s))*A", {"k": "1/h", "s": "h"}),
        ("A -> B ; k ; k*t*A*B", {"k": "1/(mM h^2)"}),
    ],
)
def test_the_unit_of_a_constant_follows_from_its_law(line, expected):
    assert units(line) == expected


def test_units_follow_the_unit_of_concentration():
    assert units("A + B -> C ; k", "-> A ; f", concentration="%") == {"k": "1/(% h)", "f": "%/h"}


def test_a_unit_that_one_law_leaves_open_is_settled_by_another():
    lines = ("A -> B ; k, K ; k*K*A", "B -> C ; v, K ; v*B/(K + B)")

    assert units(*lines) == {"k": "1/(mM h)", "K": "mM", "v": "mM/h"}


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        (
            ("A + B -> C ; k", "C -> A ; k"),
            "reaction 'r1': rate constant 'k' would be in 1/h, but in 1/(mM h) for reaction 'r0'; "
            "give each its own constant",
        ),
        (
            ("A + 2B -> C ; k", "A + 2B -> C ; k ; k*A*B"),
            "reaction 'r1': rate constant 'k' would be in 1/(mM h), but in 1/(mM^2 h) for "
            "reaction 'r0'; give each its own constant",
        ),
        (
            ("A -> B ; k ; k*A/(1 + A)",),
            "reaction 'r0': no units make the rate law 'A*k/(A + 1)' a concentration per time; "
            "give each number that has a unit its own constant, and divide by one of the same "
            "unit in exponents, exp and log",
        ),
        (
            ("A -> B ; k, n ; k*A^n",),
            "reaction 'r0': no units make the rate law 'A**n*k' a concentration per time; "
            "give each number that has a unit its own constant, and divide by one of the same "
            "unit in exponents, exp and log",
        ),
        (
            ("A -> B ; k, K ; k*K*A",),
            "reaction 'r0': the unit of constant 'k' stays open, since it counts only in "
            "combination with another; write the combination as one constant",
        ),
    ],
)
def test_a_constant_without_one_unit_is_refused(lines, message):
    with pytest.raises(InputError) as fault:
        units(*lines)

    assert str(fault.value) == message


@pytest.mark.parametrize(
    "line",
    [
        "A -> B ; k",
        "-> A ; k ; k*B",
        "A -> B ; v, K ; v*A/(K + A)",
        "A -> B ; kf, kr ; kf*A - kr*B",
        "A + C -> B + C ; k ; k*A",
        "A + 2B -> C ; k ; k*A*B",
    ],
)
def test_a_law_that_vanishes_with_its_reactants_is_not_noted(line):
    assert notes_on_laws(network(line)) == ()


@pytest.mark.parametrize(
    ("line", "note"),
    [
        (
            "A -> B ; k ; k",
            "reaction 'r0': the rate law 'k' does not vanish when the reactant A is gone, so it "
            "can drive [A] below zero; let the law fall to zero with [A]",
        ),
        (
            "A + B -> C ; k ; k*A",
            "reaction 'r0': the rate law 'k*A' does not vanish when the reactant B is gone, so it "
            "can drive [B] below zero; let the law fall to zero with [B]",
        ),
        (
            "A -> B ; kf, kr ; kf*A - kr*C",
            "reaction 'r0': the rate law 'kf*A - kr*C' does not vanish when the product B is gone, "
            "so it can drive [B] below zero; let the law fall to zero with [B]",
        ),
        (
            "A -> B ; k ; k*A*A/C",
            "reaction 'r0': the rate law 'k*A*A/C' has no finite value when C is gone; "
            "let it have one",
        ),
    ],
)
def test_a_law_that_drives_a_concentration_below_zero_is_pointed_out(line, note):
    assert notes_on_laws(network(line)) == (note,)


@pytest.mark.parametrize(
    ("lines", "lost"),
    [
        (("A + B <=> C ; kf, kr", "2 A -> B ; kd"), ()),
        (("A -> B ; v, K ; v*A/(K + A)",), ()),
        (("A -> B ; k1", "A -> B ; k2", "B -> C ; k3"), ("k1", "k2")),
        (("A -> B ; k, K ; k*K*A", "B -> C ; k3"), ("k", "K")),
        (("A -> B ; k, s ; k*(1 - exp(-t/s))*A",), ()),
        (("A -> B ; k, s ; k*t/s*A",), ("k", "s")),
    ],
)
def test_constants_that_count_only_together_are_found(lines, lost):
    assert inseparable_constants(network(*lines)) == lost
