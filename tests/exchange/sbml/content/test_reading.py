"""SBML files as plain values, and what is refused by its name in one line."""

import sys

import pytest
from sbml_texts import math_of, model, reaction, species

from assemblysim.errors import InputError
from assemblysim.exchange.sbml.content.reading import read_content


@pytest.fixture
def content(tmp_path):
    def read(text):
        path = tmp_path / "made.xml"
        path.write_text(text)
        return read_content(path)

    return read


EVENT = (
    '<listOfEvents><event id="dose" useValuesFromTriggerTime="true"><trigger initialValue="true" '
    f'persistent="true">{math_of("A < 1")}</trigger><delay>{math_of("2")}</delay>'
    "</event></listOfEvents>"
)
A = [species("A", amount=1)]
LAWS = [reaction("r", {"A": 1}, {}, "k*A")]


def rule(kind, formula, variable=""):
    of = f' variable="{variable}"' if variable else ""
    return f"<listOfRules><{kind}{of}>{math_of(formula)}</{kind}></listOfRules>"


def law(formula):
    return model(A, [reaction("r", {"A": 1}, {}, formula)], {"k": 1})


TWO = '<compartment id="D" size="1" constant="true"/></listOfCompartments>'
FLAT = model(A, LAWS, {"k": 1})
COMP = (
    ' xmlns:comp="http://www.sbml.org/sbml/level3/version1/comp/version1" '
    'comp:required="true" level'
)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (model(A, LAWS, {"k": 1}, more=EVENT), "event 'dose' with a delay; take it out"),
        (model(A, more=rule("rateRule", "-A", "A")), "rate rule of 'A'; write a reaction"),
        (model(A, more=rule("algebraicRule", "A - 1")), "algebraic rule 'A - 1'; solve it"),
        (FLAT.replace("</listOfCompartments>", TWO), r"2 compartments \(C, D\); one reactor"),
        (FLAT.replace('spatialDimensions="3"', 'spatialDimensions="0"'), "'C' without dimensions"),
        (law("k*delay(A, 1)"), r"a delay \(csymbol delay\) in the rate of 'r'"),
        (law("k*rateOf(A)"), r"a rate of change \(csymbol rateOf\) in the rate of 'r'"),
        (FLAT.replace(" level", COMP, 1), "package 'comp', which is required"),
        (
            FLAT.replace('species="A"', 'species="B"'),
            "'r': unknown species 'B'",
        ),
        (FLAT.replace('compartment="C"', 'compartment="D"'), "'A': unknown compartment 'D'"),
        (law("nothing(A)"), "reaction 'r': function 'nothing' is not defined"),
        (model(functions={"f": "lambda(x, g(x))", "g": "lambda(x, f(x))"}), "calls itself"),
        ("<a/>", "no valid SBML"),
        ("", "no valid SBML"),
        (FLAT.replace("</model>", ""), "no valid SBML"),
    ],
)
def test_what_cannot_be_said_is_refused_by_name(content, text, says):
    with pytest.raises(InputError, match=says) as fault:
        content(text)
    assert "made.xml: " in str(fault.value)
    assert "\n" not in str(fault.value)


def test_all_kinds_are_named_at_once(content):
    both = rule("rateRule", "1", "A") + EVENT
    with pytest.raises(InputError, match="event 'dose' with a delay, rate rule of 'A'; take it"):
        content(model(A, more=both))


def test_what_only_draws_is_no_reason_to_refuse(content):
    layout = (
        ' xmlns:layout="http://www.sbml.org/sbml/level3/version1/layout/version1" '
        'layout:required="false" level'
    )
    assert set(content(FLAT.replace(" level", layout, 1)).species) == {"A"}


def test_a_missing_file_and_other_bytes_are_one_line(tmp_path):
    with pytest.raises(InputError, match=r"none\.xml: cannot be read: No such file"):
        read_content(tmp_path / "none.xml")
    (tmp_path / "bytes.xml").write_bytes(b"\xff\xfe<")
    with pytest.raises(InputError, match="no text in UTF-8"):
        read_content(str(tmp_path / "bytes.xml"))


def test_without_libsbml_the_extra_is_named(content, monkeypatch):
    monkeypatch.setitem(sys.modules, "libsbml", None)
    with pytest.raises(InputError, match=r'pip install "assemblysim\[sbml\]"'):
        content(FLAT)


def test_a_fast_reaction_is_refused(content):
    text = FLAT.replace(
        'version2/core" level="3" version="2"', 'version1/core" level="3" version="1"'
    )
    slow = text.replace('reversible="false"', 'reversible="false" fast="false"')
    fast = text.replace('reversible="false"', 'reversible="false" fast="true"')
    assert content(slow).reactions[0].name == "r"
    with pytest.raises(InputError, match="reaction 'r' is fast"):
        content(fast)


def test_units_are_worth_what_they_say(content):
    definitions = (
        '<listOfUnitDefinitions><unitDefinition id="minute"><listOfUnits><unit kind="second" '
        'exponent="1" scale="0" multiplier="60"/></listOfUnits></unitDefinition>'
        '<unitDefinition id="nmol"><listOfUnits><unit kind="mole" exponent="1" scale="-9" '
        'multiplier="1"/></listOfUnits></unitDefinition>'
        '<unitDefinition id="cube"><listOfUnits><unit kind="metre" exponent="3" scale="-2" '
        'multiplier="1"/></listOfUnits></unitDefinition></listOfUnitDefinitions>'
    )
    head = '<model id="made" timeUnits="minute" substanceUnits="nmol" volumeUnits="cube">'
    text = FLAT.replace('<model id="made">', head + definitions)
    units = content(text).units
    assert units.hours == pytest.approx(1 / 60)
    assert units.millimoles == pytest.approx(1e-6)
    assert units.litres == pytest.approx(1e-3)
    silent = content(FLAT).units
    assert (silent.hours, silent.millimoles, silent.litres) == (None, None, None)
    plain = FLAT.replace(
        '<model id="made">', '<model id="made" timeUnits="second" substanceUnits="mole">'
    )
    assert content(plain).units.hours == pytest.approx(1 / 3600)
    assert content(plain).units.millimoles == 1000


def test_a_composition_is_read_and_checked(content):
    def annotated(count):
        block = f'<a:block name="Dy" count="{count}"/>'
        note = f'<a:composition xmlns:a="urn:assemblysim:composition">{block}</a:composition>'
        return FLAT.replace(
            'constant="false" initialAmount="1"/>',
            f'constant="false" initialAmount="1"><annotation>{note}</annotation></species>',
        )

    assert content(annotated(6)).species["A"].composition == (("Dy", 6),)
    with pytest.raises(InputError, match="species 'A': composition 'Dy' x 'six'"):
        content(annotated("six"))
