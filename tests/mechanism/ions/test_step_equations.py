"""Steps as equations between ions: the published ones verbatim, and all of them counted anew."""

import numpy as np
import pytest
from checkout import ROOT
from formula_oracle import balanced, side

from assemblysim.mechanism.ions.facts import chemistry_facts
from assemblysim.mechanism.ions.step_equations import NoEquation, step_equation
from assemblysim.mechanism.reading.system import read_system

LIGAND = {"dy6": "C29H33N7O4", "hnp_dy6": "C29H19N5O4"}
SYSTEMS = {name: read_system(ROOT / "models" / f"{name}.toml") for name in LIGAND}


def steps(name):
    system = SYSTEMS[name]
    return {one.name: one for one in system.whole_network().reactions}, system.chemistry


def equation(name, step):
    every, chemistry = steps(name)
    return step_equation(every[step], chemistry)


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        ("dimerise", "2 [Dy3L(OH)6]+ + 4 AcO- + MeOH -> [Dy6L2O4(OAc)4(OMe)]+ + 3 OH- + 5 H2O"),
        (
            "couple",
            "[Dy2L(OMe)2(OH)]+ + [Dy3L(OH)6]+ + OH- -> [Dy5L2O4(OH)2]+ + 2 MeOH + 2 H2O",
        ),
    ],
)
def test_steps_of_hnp_dy6_are_those_of_the_paper_s_ions(step, expected):
    assert equation("hnp_dy6", step).text == expected


@pytest.mark.parametrize("name", LIGAND)
def test_every_step_between_published_ions_is_balanced_by_an_independent_count(name):
    every, chemistry = steps(name)
    found = {step: step_equation(one, chemistry) for step, one in every.items()}
    species = {step: {*one.reactants, *one.products} for step, one in every.items()}
    without = {s for s in SYSTEMS[name].species_names if chemistry.form(s) is None}

    for step, one in found.items():
        if species[step] & without:
            assert isinstance(one, NoEquation)
        else:
            assert balanced(one.text, LIGAND[name]), one.text
    assert sum(not isinstance(one, NoEquation) for one in found.values()) >= 5


def test_the_independent_count_sees_one_water_too_many():
    text = equation("hnp_dy6", "dimerise").text

    assert balanced(text, LIGAND["hnp_dy6"])
    assert not balanced(text.replace("5 H2O", "6 H2O"), LIGAND["hnp_dy6"])
    assert not balanced(text.replace("3 OH-", "3 OH"), LIGAND["hnp_dy6"])
    assert side("2 [Dy(OH)]2+", "")["charge"] == 4


@pytest.mark.parametrize("name", LIGAND)
def test_species_and_routes_are_balanced_by_an_independent_count(name):
    system = SYSTEMS[name]
    networks = {one: system.network(one) for one in system.mechanism_names}
    facts = chemistry_facts(system.chemistry, networks)

    texts = [one.equation for one in facts.made]
    texts += [one.total.equation for routes in facts.routes.values() for one in routes]

    assert len(texts) > 10
    assert all(balanced(text, LIGAND[name]) for text in texts if text)


def test_a_step_without_ions_is_not_balanced_and_says_so():
    found = equation("hnp_dy6", "bind")

    assert found == NoEquation("bind", "no ion is stated for DyL")


def model(tmp_path, text):
    path = tmp_path / "model.toml"
    path.write_text(text, encoding="utf-8")
    return read_system(path)


SMALL = """
[species]
M = "M"
L = "L"
A = "M L"
B = "2M 2L"
B_other = "2M 2L"
cat = ""
OH = ""
S = ""
[reactions]
bind = "M + L <=> A ; k1, k2"
join = "2 A + cat -> B + cat ; k3"
turn = "B -> B_other ; k4"
feed = "-> A ; k5"
leave = "B -> ; k6"
strip = "B + 2 OH -> B_other ; k7"
odd = "A + S -> A ; k8"
[ions]
A = "[M(L)(OAc)]+"
B = "[M2(L)2(O)]2+"
B_other = "[M2(L)2(OH)(OAc)]2+"
OH = "OH-"
S = "Cl-"
[chemistry]
M = { formula = "Pd", charge = 2 }
L = { charge = 0 }
"""


def small(tmp_path):
    system = model(tmp_path, SMALL)
    every = {one.name: one for one in system.whole_network().reactions}
    return {step: step_equation(one, system.chemistry) for step, one in every.items()}


def test_kinds_of_steps_do_what_they_should(tmp_path):
    found = small(tmp_path)

    assert found["bind"].text == "M(OAc)2 + L -> [ML(OAc)]+ + AcO-"
    assert found["bind_reverse"].text == "[ML(OAc)]+ + AcO- -> M(OAc)2 + L"
    # A catalyst stands on both sides and needs no ion.
    assert found["join"].text == ("2 [ML(OAc)]+ + cat + 2 OH- -> [M2L2O]2+ + cat + 2 AcO- + H2O")
    assert found["feed"] == NoEquation("feed", "open: nothing stands on one side")
    assert found["leave"] == NoEquation("leave", "open: nothing stands on one side")
    # What the model follows itself is not added a second time, but put with the rest.
    assert found["turn"].text == "[M2L2O]2+ + AcO- + H2O -> [M2L2(OH)(OAc)]2+ + OH-"
    assert found["strip"].text == ("[M2L2O]2+ + 2 OH- + AcO- + H2O -> [M2L2(OH)(OAc)]2+ + 3 OH-")
    assert found["odd"] == NoEquation(
        "odd",
        "the right side differs from the left by -1 Cl, charge +1, and no co-reactant holds Cl",
    )


def test_random_ions_are_balanced_exactly(tmp_path):
    """Ions of random groups, each neutralised by hydroxide: every step can be balanced."""
    rng = np.random.default_rng(7)
    for case in range(30):
        lines = []
        for metals, name in ((2, "A"), (3, "B"), (5, "C")):
            oxo, acetate, methoxide, hydroxide = rng.integers(0, 4, size=4).tolist()
            charge = 3 * metals - 2 * oxo - acetate - methoxide - hydroxide
            groups = [("O", oxo), ("OAc", acetate), ("OMe", methoxide), ("OH", hydroxide)]
            text = "".join(f"({group}){n}" for group, n in groups if n)
            sign = f"^{abs(charge)}{'+' if charge > 0 else '-'}" if charge else ""
            lines.append(f'{name} = "[Dy{metals}{text}]{sign}"')
        system = model(
            tmp_path,
            '[species]\nA = "2Dy"\nB = "3Dy"\nC = "5Dy"\n[reactions]\njoin = "A + B -> C ; k"\n'
            "[ions]\n" + "\n".join(lines),
        )

        found = step_equation(system.whole_network().reactions[0], system.chemistry)

        assert not isinstance(found, NoEquation), (case, lines, found)
        assert balanced(found.text, ""), found.text


def test_fractions_are_written_in_whole_numbers(tmp_path):
    system = model(
        tmp_path,
        '[species]\nA = "M"\nB = "M"\n[reactions]\nstep = "A -> B ; k"\n'
        '[ions]\nA = "[M]2+"\nB = "[M(OH)]+"\n[chemistry]\nco_reactants = ["[(OH)2]2-"]\n',
    )

    found = step_equation(system.whole_network().reactions[0], system.chemistry)

    assert (found.text, found.times) == ("2 [M]2+ + [(OH)2]2- -> 2 [M(OH)]+", 2)
