"""Courses of SBML models against closed forms: each says one thing that SBML means."""

import math

import numpy as np
import pytest
from closed_forms import setting_in
from sbml_texts import model, reaction, species

from assemblysim.errors import InputError, IntegrationError
from assemblysim.exchange.sbml.opened import read_sbml

TIMES = np.linspace(0, 3, 13)


@pytest.fixture
def course(tmp_path):
    def followed(text, *names, times=TIMES, **more):
        path = tmp_path / "made.xml"
        path.write_text(text)
        return read_sbml(path).simulate(times, names, **more)

    return followed


def close(found, expected, rtol=1e-7, atol=1e-9):
    np.testing.assert_allclose(found, expected, rtol=rtol, atol=atol)


DECAY = 3 * np.exp(-0.7 * TIMES)


def test_a_kinetic_law_is_an_amount_per_time(course):
    """In 4 l the law k*S of a concentration moves a fourth of what C*k*S moves."""
    parts = [species("A", amount=3), species("B", amount=0)]
    step = reaction("r", {"A": 1}, {"B": 1}, "k*A")
    found = course(model(parts, [step], {"k": 0.7}, size=4), "A", amounts=["A"])
    close(found["A"], 3 * np.exp(-0.7 / 4 * TIMES))
    step = reaction("r", {"A": 1}, {"B": 1}, "C*k*A")
    found = course(model(parts, [step], {"k": 0.7}, size=4), "A", "B", amounts=["A"])
    close(found["A"], DECAY)
    close(found["B"], (3 - DECAY) / 4)


def test_an_identifier_is_an_amount_where_the_species_says_so(course):
    parts = [species("A", concentration=0.75, hasOnlySubstanceUnits="true")]
    step = reaction("r", {"A": 1}, {}, "k*A")
    text = model(parts, [step], {"k": 0.7}, size=4)
    close(course(text, "A")["A"], DECAY)
    close(course(text, "A", concentrations=["A"])["A"], DECAY / 4)


@pytest.mark.parametrize("held", ["boundaryCondition", "constant"])
def test_reactions_do_not_change_what_is_held(course, held):
    kept = {"boundaryCondition": "true", held: "true"}
    parts = [species("A", amount=2, **kept), species("B", amount=1)]
    found = course(model(parts, [reaction("r", {"A": 1}, {"B": 1}, "k*A")], {"k": 0.5}), "A", "B")
    close(found["A"], np.full(13, 2.0))
    close(found["B"], 1 + TIMES)


@pytest.mark.parametrize("count", [2, 0.5, 1 / 3, math.pi, 1000.5, -1.5])
def test_a_coefficient_may_be_any_number(course, count):
    parts = [species("A", amount=3), species("B", amount=2000)]
    step = reaction("r", {"A": 1}, {"B": count}, "k*A")
    found = course(model(parts, [step], {"k": 0.7}), "A", "B")
    close(found["A"], DECAY)
    close(found["B"], 2000 + count * (3 - DECAY))


def test_one_species_on_both_sides_counts_by_its_difference(course):
    step = reaction("r", {"A": 3}, {"A": 2}, "k*A")
    close(course(model([species("A", amount=3)], [step], {"k": 0.7}), "A")["A"], DECAY)


def test_a_local_parameter_hides_a_global_one(course):
    step = reaction("r", {"A": 1}, {}, "k*A", {"k": 0.7})
    close(course(model([species("A", amount=3)], [step], {"k": 99}), "A")["A"], DECAY)


def test_what_is_assigned_at_the_start_takes_the_place_of_what_is_stated(course):
    text = model(
        [species("A", amount=77)],
        [reaction("r", {"A": 1}, {}, "C*k*A")],
        {"k": 99, "half": 1.5},
        size=5,
        initial={"A": "half + 1.5", "k": "f(C)", "C": "2"},
        functions={"f": "lambda(x, 0.35*x)"},
    )
    found = course(text, "A", "C", "k")
    close(found["A"], DECAY)  # a concentration, in 2 l
    close(found["C"], np.full(13, 2.0))


def test_a_rule_holds_at_every_moment_and_may_stand_in_a_rate(course):
    text = model(
        [species("A", amount=3), species("T", boundaryCondition="true")],
        [reaction("r", {"A": 1}, {}, "k*T/2")],
        {"k": 0.7, "p": None},
        rules={"T": "p + A", "p": "A"},
    )
    found = course(text, "A", "T", "p")
    close(found["A"], DECAY)
    close(found["T"], 2 * DECAY)


def test_functions_are_put_in_place_in_whatever_order_they_stand(course):
    text = model(
        [species("A", amount=3)],
        [reaction("r", {"A": 1}, {}, "outer(A, k)")],
        {"k": 0.7},
        functions={"outer": "lambda(k, A, inner(A, k))", "inner": "lambda(x, y, x*y)"},
    )
    close(course(text, "A")["A"], DECAY)


def test_a_reversible_law_comes_to_its_equilibrium(course):
    step = reaction("r", {"A": 1}, {"B": 1}, "C*(kf*A - kr*B)")
    parts = [species("A", concentration=1.5), species("B", concentration=0)]
    found = course(model(parts, [step], {"kf": 0.4, "kr": 0.3}, size=2), "A", "B")
    close(found["B"], 1.5 * 4 / 7 * (1 - np.exp(-0.7 * TIMES)))


def test_amounts_below_zero_are_followed(course):
    """The law does not ask whether any is left; SBML lets it."""
    parts = [species("A", amount=1), species("B", amount=-2)]
    found = course(model(parts, [reaction("r", {"A": 1}, {"B": 1}, "k")], {"k": 0.7}), "A", "B")
    close(found["A"], 1 - 0.7 * TIMES)
    close(found["B"], -2 + 0.7 * TIMES)


def test_a_law_may_change_where_a_threshold_is_passed(course):
    """Zero order at 1.5 until 2 are left, and at 0.25 then; also through floor."""
    expected = np.where(TIMES < 2, 5 - 1.5 * TIMES, 2 - 0.25 * (TIMES - 2))
    for law in ("piecewise(1.5, A > 2, 0.25)", "piecewise(1.5, not(A <= 2), 0.25)"):
        text = model([species("A", amount=5)], [reaction("r", {"A": 1}, {}, law)])
        close(course(text, "A")["A"], expected, rtol=1e-6)
    steps = model([species("A", amount=0)], [reaction("r", {}, {"A": 1}, "1 + floor(A)")])
    close(course(steps, "A", times=[0.5, 1.0, 1.25, 1.5])["A"], [0.5, 1, 1.5, 2], rtol=1e-6)


def test_the_branch_not_taken_does_not_count(course):
    law = "piecewise(0, B == 0, k*A/B) + 0.7*A"
    parts = [species("A", amount=3), species("B", amount=0), species("D", amount=1)]
    steps = [reaction("r", {"A": 1}, {}, law), reaction("s", {"D": 1}, {"B": 1}, "0*D*B")]
    close(course(model(parts, steps, {"k": 9}), "A")["A"], DECAY)


def test_a_compartment_may_grow_with_what_is_in_it(course):
    """Amounts stay, concentrations fall: of A in 1 + B litres, B made at 0.5."""
    parts = [species("A", amount=3), species("B", amount=0, hasOnlySubstanceUnits="true")]
    step = reaction("r", {}, {"B": 1}, "0.5")
    loss = reaction("s", {"A": 1}, {}, "k*A*C")
    text = model(parts, [step, loss], {"k": 0.7}, size=None, rules={"C": "1 + B"})
    found = course(text, "A", "C")
    close(found["C"], 1 + TIMES / 2)
    close(found["A"], DECAY / (1 + TIMES / 2))


def test_a_factor_stands_between_extent_and_amount(course):
    parts = [species("A", amount=3), species("B", amount=0, conversionFactor="f")]
    found = course(
        model(parts, [reaction("r", {"A": 1}, {"B": 2}, "k*A")], {"k": 0.7, "f": 10}), "B"
    )
    close(found["B"], 20 * (3 - DECAY))


def test_a_coefficient_may_be_assigned_and_vary(course):
    parts = [species("A", amount=3), species("B", amount=0)]
    step = reaction("r", {"A": "n"}, {"B": "m"}, "k*A")
    text = model(parts, [step], {"k": 0.35}, initial={"n": "1 + 1"}, rules={"m": "A"})
    found = course(text, "A", "B", "n")
    close(found["A"], DECAY)
    close(found["B"], (9 - DECAY**2) / 4)
    close(found["n"], np.full(13, 2.0))


def test_a_reaction_is_its_rate_where_it_is_named(course):
    parts = [species("A", amount=3), species("B", amount=0)]
    steps = [reaction("r", {"A": 1}, {}, "k*A"), reaction("s", {}, {"B": 1}, "2*r")]
    found = course(model(parts, steps, {"k": 0.7}), "B", "r")
    close(found["B"], 2 * (3 - DECAY))
    close(found["r"], 0.7 * DECAY)


def test_older_levels_are_read_with_their_defaults(course):
    text = (
        '<sbml xmlns="http://www.sbml.org/sbml/level2/version4" level="2" version="4"><model>'
        '<listOfCompartments><compartment id="C" size="2"/></listOfCompartments>'
        '<listOfSpecies><species id="A" compartment="C" initialAmount="3"/></listOfSpecies>'
        '<listOfParameters><parameter id="k" value="0.7"/></listOfParameters><listOfReactions>'
        '<reaction id="r"><listOfReactants><speciesReference species="A"/></listOfReactants>'
        '<kineticLaw><math xmlns="http://www.w3.org/1998/Math/MathML"><apply><times/><ci>C</ci>'
        "<ci>k</ci><ci>A</ci></apply></math></kineticLaw></reaction></listOfReactions>"
        "</model></sbml>"
    )
    close(course(text, "A")["A"], DECAY / 2)


def test_what_has_no_value_is_nan_and_refused_only_where_a_rate_needs_it(course):
    text = model([species("A", amount=3)], [reaction("r", {"A": 1}, {}, "0.7*A")], {"k": None})
    found = course(text, "A", "k")
    close(found["A"], DECAY)
    assert np.isnan(found["k"]).all()
    text = model([species("A", amount=3)], [reaction("r", {"A": 1}, {}, "k*A")], {"k": None})
    with pytest.raises(InputError, match=r"made\.xml: 'k' has no value; state a value"):
        course(text, "A")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (model([], [], {"a": 1}, rules={"a": "b", "b": "a"}), r"depends on itself \(a <- b <- a\)"),
        (
            model([species("A", amount=1)], [reaction("r", {"A": 1}, {}, "nowhere*A")]),
            "'nowhere' is used and nowhere defined",
        ),
        (
            model([species("A", amount=1)], [reaction("r", {"A": 1}, {}, "factorial(A)")]),
            "factorial of what varies",
        ),
        (
            model([species("A", amount=1)], [reaction("r", {"A": 1}, {}, "A/0")]),
            "reaction 'r': its rate divides by 0",
        ),
    ],
)
def test_what_cannot_be_worked_out_is_refused(course, text, says):
    with pytest.raises(InputError, match=says):
        course(text, "a" if "<parameter" in text else "A")


def test_a_course_that_ends_early_is_no_course(course):
    """A' = A^2 is infinite at 1."""
    text = model([species("A", amount=1)], [reaction("r", {}, {"A": 1}, "A^2")])
    with pytest.raises(IntegrationError, match=r"made\.xml: not integrated to the end"):
        course(text, "A")


def test_times_and_names_are_checked(course):
    text = model([species("A", amount=3)])
    with pytest.raises(InputError, match="not increasing numbers"):
        course(text, "A", times=[1.0, 1.0])
    with pytest.raises(InputError, match="'B' is used and nowhere defined"):
        course(text, "B")
    with pytest.raises(InputError, match="no quantity 'B'"):
        course(text, "A")["B"]


def test_a_test_within_a_test_is_followed(course):
    """The largest of three, two of which vary: 3 e^-0.7t, 1 and 2 - t/2, over time."""
    parts = [species("A", amount=3), species("B", amount=2), species("D", amount=0)]
    steps = [
        reaction("r", {"A": 1}, {}, "k*A"),
        reaction("s", {"B": 1}, {}, "0.5"),
        reaction("t", {}, {"D": 1}, "max(A, 1, B)"),
    ]
    found = course(model(parts, steps, {"k": 0.7}), "D", "t", times=np.linspace(0, 3, 3001))
    largest = np.maximum(np.maximum(3 * np.exp(-0.7 * found.times), 1), 2 - found.times / 2)
    close(found["t"], largest, rtol=1e-6)
    summed = np.concatenate([[0.0], np.cumsum((largest[1:] + largest[:-1]) / 2 * 1e-3)])
    close(found["D"], summed, rtol=1e-5, atol=1e-6)


def test_a_rate_that_names_the_time_has_its_closed_form(course):
    parts = [species("A", amount=3), species("t", amount=0)]
    steps = [reaction("r", {"A": 1}, {"t": 1}, "k*(1 - exp(-time/s))*A")]
    found = course(model(parts, steps, {"k": 0.7, "s": 2.0}), "A", "t", "r", "k")
    left = setting_in(TIMES, 0.7, 2.0, 3.0, np.exp)
    close(found["A"], left)
    close(found["t"], 3 - left)
    close(found["r"], 0.7 * (1 - np.exp(-TIMES / 2)) * left)


def test_a_rule_may_name_the_time_and_a_species_may_be_called_as_it_is_here(course):
    parts = [species("t", amount=3)]
    steps = [reaction("r", {"t": 1}, {}, "k*t")]
    found = course(model(parts, steps, {"k": None}, rules={"k": "0.2*time"}), "t", "k")
    close(found["t"], 3 * np.exp(-0.1 * TIMES**2))
    close(found["k"], 0.2 * TIMES)


@pytest.mark.parametrize("moment", [1.0, 1.1])
def test_a_rate_that_jumps_at_a_moment_is_followed_from_there(course, moment):
    """Light off from a moment to 2; a pulse of 0.001 that steps would go over."""
    lamp = f"piecewise(0, and(geq(time, {moment}), time < 2), k)"
    pulse = "piecewise(1000, and(time > 2.5, time < 2.501), 0)"
    parts = [species("A", amount=3), species("B", amount=0)]
    steps = [reaction("r", {"A": 1}, {}, f"{lamp}*A"), reaction("s", {}, {"B": 1}, pulse)]
    found = course(model(parts, steps, {"k": 0.7}), "A", "B")
    lit = np.minimum(TIMES, moment) + np.maximum(TIMES - 2, 0)
    close(found["A"], 3 * np.exp(-0.7 * lit), rtol=1e-8)
    close(found["B"], np.where(TIMES > 2.5, 1.0, 0.0), rtol=1e-8)
