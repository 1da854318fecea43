"""SBML models as mechanisms: mass action is seen, numbers mean the same, the rest is refused."""

import numpy as np
import pytest
from closed_forms import setting_in
from sbml_texts import model, reaction, species

import assemblysim as asm
from assemblysim.errors import InputError

A, B = species("A", amount=3), species("B", amount=0.5)
UNITS = (
    '<model id="made" timeUnits="second" substanceUnits="mole" volumeUnits="litre" '
    'extentUnits="mole">'
)


@pytest.fixture
def read(tmp_path):
    def imported(text):
        path = tmp_path / "made.xml"
        path.write_text(text)
        return asm.read_sbml(path)

    return imported


def lines(found):
    """The lines of [reactions]."""
    return found.text.split("[reactions]\n")[1].split("\n\n")[0].strip().splitlines()


def one(law, left=None, right=None, size=1, parameters=None, more=(), **rest):
    values = {"k": 0.7, "q": 0.3, "K": 2.0} if parameters is None else parameters
    step = reaction(
        "r", {"A": 1} if left is None else left, {"B": 1} if right is None else right, law
    )
    return model([A, B, *more], [step], values, size=size, **rest)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (one("k*A"), "A -> B ; k"),
        (one("C*A*k", size=4), "A -> B ; k"),
        (one("k*A", size=4), "A -> B ; 0.25 k"),
        (one("A*(k/1)*C"), "A -> B ; k"),
        (one("2*C*k*A^2", {"A": 2}), "2 A -> B ; 2 k"),
        (one("k*A*B*C", {"A": 1, "B": 1}, {"B": 2}), "A + B -> 2 B ; k"),
        (one("C*(k*A - q*B)"), "A <=> B ; k, q"),
        (one("C*k*A - C*q*B", size=3), "A <=> B ; k, q"),
        (one("-k*A*C"), "B -> A ; k ; k*A"),
        (one("C*k*(A - B/K)"), "A <=> B ; k, k_r_reverse"),
        (one("C*k*q*A"), "A -> B ; k_r"),
        (one("C*0.5*A"), "A -> B ; k_r"),
        (one("k*A", {"A": 1}, {"B": 0.5}), "2 A -> B ; k ; 0.5*k*A"),
        (one("C*k*A/(K + A)"), "A -> B ; k, K ; k*A/(K + A)"),
        (one("C*k*A/(2 + A)"), "A -> B ; k, k_r_1 ; k*A/(k_r_1 + A)"),
        (one("C*A/(2 + A)"), "A -> B ; "),
        (one("C*k*time*A"), "A -> B ; k ; k*t*A"),
        (one("C*k*A*exp(-time/K)"), "A -> B ; k, K ; k*A*exp(-(t/K))"),
        (
            one("f(A)*C", functions={"f": "lambda(x, k0(x))", "k0": "lambda(y, 3*y)"}),
            "A -> B ; k_r",
        ),
        (one("C*k*T", rules={"T": "A"}, parameters={"k": 1, "T": None}), "A -> B ; k"),
    ],
)
def test_rates_are_seen_for_what_they_are(read, text, line):
    found = read(text).mechanism
    (shown,) = lines(found)
    assert shown.startswith(f'r = "{line}')


HELD = {"boundaryCondition": "true", "constant": "true"}
LAWS = [
    one("k*A*B/C^2", {"A": 1, "B": 1}, {"A": 2}, size=3),
    one("C*k*(A - B/K)", size=0.2),
    one("k*A/(K + A)", size=5),
    one("k*A/(2 + A) + 0.1*B", {"A": 2}, {"B": 3}),
    one("C*A/(2 + A)^2", size=2),
    one("(0.3*A*k + 0.2)*A*B/(3*B + 0.3)", size=2),
    one("k*0.7^q*A/(0.7^q + A^q)", size=0.5),
    one("0.2*exp(-A)*A + k*exp(-B/K)*A", size=2),
    one("k*(0.1 + 2*A)/(1 + 3*A*B)", size=4),
    one("k*exp(-q)*A*sqrt(B)"),
    one("C*k*A*B^0.5/(1 + B)"),
    one("C*(k*A/(K + A) - q*B/(1 + B))"),
    one("k*A", {"A": 1}, {"B": 1 / 3}),
    one("C*k*q*A*B", parameters={"k": 2, "q": -0.2}, left={"B": 1}, right={"A": 1}),
    one("k*A", initial={"k": "q*K", "C": "4"}),
    one("k*A*D", {"A": 1, "D": 1}, more=[species("D", amount=2, boundaryCondition="true")]),
    one(
        "k*D",
        {"D": 2},
        {"A": 1},
        more=[species("D", amount=2, **HELD)],
    ),
    one("k*A*H", more=[species("H", amount=2, hasOnlySubstanceUnits="true")], size=3),
    one("2*r2", more=[], rules={"r2": "k*A"}, parameters={"k": 0.7, "r2": None}),
]


@pytest.mark.parametrize("text", LAWS)
@pytest.mark.parametrize("units", [False, True])
def test_a_mechanism_has_the_model_s_course(read, text, units):
    """By the amounts of the model on one side, by the file's text and its numbers on the other."""
    text = text.replace('<model id="made">', UNITS) if units else text
    sbml = read(text)
    found = sbml.mechanism
    hours, millimolar = (1 / 3600, 1000.0) if units else (1.0, 1.0)
    times = np.array([0.3, 1.0, 2.5])
    theirs = sbml.simulate(times, ["A", "B"])
    ours = asm.integrate(found.network, found.rate_constants, found.initial, times * hours)
    for name in {"A", "B"} & found.initial.keys():
        np.testing.assert_allclose(ours[name], theirs[name] * millimolar, rtol=1e-6)
    assert bool(found.notes) is not units


def test_constants_shared_in_two_units_are_told_apart(read):
    steps = [reaction("r", {"A": 1}, {"B": 1}, "k*A"), reaction("s", {"B": 2}, {"A": 1}, "k*B^2")]
    found = read(model([A, B], steps, {"k": 0.7})).mechanism
    assert lines(found) == ['r = "A -> B ; k"', 's = "2 B -> A ; k_s"']
    assert found.rate_constants == {"k": 0.7, "k_s": 0.7}


def test_names_that_no_mechanism_may_have_are_changed(read):
    parts = [species("_A", amount=3), species("exp", amount=1)]
    step = reaction("_r", {"_A": 1}, {}, "k*_A", {"k": 0.4})
    found = read(model(parts, [step, reaction("s", {"_A": 1}, {}, "q*_A")], {"q": 0.2})).mechanism
    assert lines(found) == ['r = "A -> ; k__r"', 's = "A -> ; q"']
    assert found.initial == {"A": 3.0}
    assert found.rate_constants == {"k__r": 0.4, "q": 0.2}


def test_titles_and_numbers_stand_in_the_text(read):
    text = one("k*A").replace('id="A"', 'id="A" name="substrate &quot;A&quot;"')
    found = read(text.replace('id="made"', 'id="made" name="Some\n model"')).mechanism
    assert found.system.title == "Some model"
    assert found.system.title_of("A") == 'substrate "A"'
    assert "# k = 0.7 1/h" in found.text
    assert "# initial A = 3.0 mM" in found.text


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (one("piecewise(k*A, A > 1, 0)"), "reaction 'r': its rate holds a choice"),
        (one("k*sin(A)"), "reaction 'r': its rate holds a choice or a function"),
        (one("k*A", {"A": 1}, {"B": 3.14159}), "'r': a coefficient that varies or is no fraction"),
        (one("k*A", size=None, rules={"C": "1 + A"}), "depends on itself"),
        (one("k*T", rules={"T": "2*T"}, parameters={"k": 1, "T": None}), "'T' depends on itself"),
        (one("k*A", size=0), "compartment 'C' has size 0"),
        (one("k*A", {"A": 1}, {"A": 1}), "no reaction that changes anything"),
        (one("0*k*A"), "no reaction that changes anything"),
        (model(parameters={"k": 1}).replace("Compartments", "X"), "no valid SBML"),
        (
            one("k*A", initial={"A": "-1"}),
            "species 'A' starts at -1 mM; a mechanism follows concentrations from 0 up",
        ),
        (one("k*A").replace("<kineticLaw>", "<notes/><!--").replace("</kineticLaw>", "-->"), "law"),
        (
            one(
                "k*A*H",
                size=None,
                rules={"C": "1 + H"},
                more=[species("H", amount=2, hasOnlySubstanceUnits="true")],
                right={"H": 1},
            ),
            "the size of compartment 'C' varies",
        ),
    ],
)
def test_what_no_mechanism_file_can_say_is_refused(read, text, says):
    with pytest.raises(InputError, match=says) as fault:
        _ = read(text).mechanism
    assert "\n" not in str(fault.value)


def test_the_time_of_a_model_is_converted_to_hours(read):
    """Seconds in the model: a rate that sets in within 5000 s."""
    law = "C*0.001*(1 - exp(-time/5000))*A"
    text = one(law).replace('<model id="made">', UNITS)
    found = read(text)
    hours = np.array([0.5, 1.0, 3.0])
    ours = asm.integrate(
        found.mechanism.network,
        found.mechanism.rate_constants,
        found.mechanism.initial,
        hours,
    )
    theirs = found.simulate(hours * 3600, ["A"])["A"]
    expected = setting_in(hours * 3600, 1e-3, 5000.0, 3.0, np.exp)
    np.testing.assert_allclose(theirs, expected, rtol=1e-6)
    np.testing.assert_allclose(ours["A"], expected * 1e3, rtol=1e-6)
