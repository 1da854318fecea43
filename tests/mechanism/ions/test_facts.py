"""What follows from a model's ions, in numbers that the source gives as well."""

import math
from dataclasses import replace

import pytest
from checkout import ROOT

from assemblysim.mechanism.ions.facts import base_use, chemistry_facts
from assemblysim.mechanism.reading.system import read_system
from assemblysim.result.mechanism import BaseUse
from assemblysim.sentences.chemistry import (
    EFFECTIVE,
    ON_THE_ION,
    base_words,
    chemistry_lines,
    exchange_sentences,
    exchange_words,
    supply_words,
)

SYSTEMS = {n: read_system(ROOT / "models" / f"{n}.toml") for n in ("dy6", "hnp_dy6")}
FACTS = {
    name: chemistry_facts(
        system.chemistry, {one: system.network(one) for one in system.mechanism_names}
    )
    for name, system in SYSTEMS.items()
}


def use(name, totals, added):
    species = {one.name: one for one in SYSTEMS[name].species}
    return base_use("80 degC", "mM", added, totals, FACTS[name].made, species)


def test_base_of_dy6_is_what_the_source_s_amounts_come_to():
    """0.72 mmol of base, 0.05 of ligand: 0.40 mmol H+ (56 %) as Dy3L, 0.30 (42 %) as Dy6L2."""
    found = use("dy6", {"Dy": 0.4, "L": 0.05}, 0.72)

    assert found.needed["Dy3L"] == pytest.approx(0.40)
    assert found.needed["Dy6L2"] == pytest.approx(0.30)
    assert [f"{found.needed[s] / 0.72:.0%}" for s in ("Dy3L", "Dy6L2")] == ["56%", "42%"]


def test_the_scarcest_block_limits_what_base_is_needed():
    assert use("dy6", {"Dy": 0.03, "L": 0.05}, 0.72).needed["Dy3L"] == pytest.approx(0.08)
    assert use("dy6", {"L": 0.05}, 0.72).needed == {}


def test_more_than_there_is_is_said():
    text = " ".join(base_words(use("dy6", {"Dy": 0.4, "L": 0.05}, 0.2)))

    assert (
        "as much Dy3L as can be made would take up more than there is: "
        "0.4 of 0.2 mM of base (200 %)" in text
    )


def test_what_does_not_run_out_needs_no_finite_amount_of_base():
    held = use("dy6", {"Dy": math.inf, "L": math.inf}, 0.72)

    assert held.needed == {}
    assert use("dy6", {"Dy": math.inf, "L": 0.05}, 0.72).needed["Dy3L"] == pytest.approx(0.40)


def test_an_assembly_that_takes_up_no_base_says_so():
    given_off = BaseUse("warm", "mM", 1.0, {"AB": -0.2, "A2B": 0.0})

    assert list(base_words(given_off)) == [
        "as much AB as can be made takes up no base",
        "as much A2B as can be made takes up no base",
    ]


@pytest.mark.parametrize(("added", "scarce"), [(0.72, True), (72.0, False)])
def test_rate_constants_are_cautioned_about_where_base_runs_low(added, scarce):
    facts = replace(FACTS["dy6"], base=(use("dy6", {"Dy": 0.4, "L": 0.05}, added),))
    (said,) = supply_words(facts)

    assert ("not in large excess" in said) == scarce
    assert exchange_sentences(facts)[-1] == said
    assert any("is not stated" in one for one in supply_words(FACTS["dy6"]))


@pytest.mark.parametrize("name", FACTS)
def test_all_routes_to_dy6l2_come_to_the_same_sum(name):
    sums = {
        one.total.equation
        for routes in FACTS[name].routes.values()
        for one in routes
        if "[Dy6" in one.total.equation
    }

    assert len(sums) == 1
    assert all(FACTS[name].routes.values())


def test_one_step_gives_off_base_though_the_whole_takes_it_up():
    words = dict(one.split(": ", 1) for one in exchange_words(FACTS["hnp_dy6"]))

    assert "dimerise (3)" in words["OH-"].split("given off by")[1]
    assert "dimerise (4)" in words["AcO-"].split("given off by")[0]


def test_lines_name_what_is_assumed_and_what_no_rate_law_holds():
    lines = chemistry_lines(FACTS["hnp_dy6"])

    assert "  Assumed, since no ion is stated: Dy as Dy(OAc)3 and L as H2L." in lines
    assert lines[-2:] == [EFFECTIVE, ON_THE_ION]
    assert any("not balanced: no ion is stated for DyL" in line for line in lines)
    assert "  all routes come to the same sum" in lines


def test_every_ion_of_a_species_is_shown_made():
    made = [one.equation for one in FACTS["dy6"].made if one.name == "Dy6L2"]

    assert [round(one.protons) for one in FACTS["dy6"].made if one.name == "Dy6L2"] == [
        12, 13, 14, 15, 16,
    ]  # fmt: skip
    assert len(set(made)) == 5
