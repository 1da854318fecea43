"""The section on what steps take up and give off."""

from dataclasses import replace
from types import SimpleNamespace

from checkout import ROOT
from quick_pictures import BLANK
from report_pages import Page, document, small

from assemblysim.files.codec import to_plain
from assemblysim.mechanism.ions.facts import base_use, chemistry_facts
from assemblysim.mechanism.reading.system import read_system
from assemblysim.report.document.collected import filed_tables
from assemblysim.report.sections.chemistry import (
    chemistry_section,
    made_table,
    route_table,
    step_exchange_table,
)
from assemblysim.report.writers.markdown import render_markdown
from assemblysim.report.writers.page import render_page
from assemblysim.sentences.chemistry import EFFECTIVE, ON_THE_ION
from assemblysim.study.results.mechanism_result import stored_reaction

SYSTEM = read_system(ROOT / "models" / "hnp_dy6.toml")
NAMES = ("two_Dy3L", "both", "dead_end")
FACTS = chemistry_facts(SYSTEM.chemistry, {name: SYSTEM.network(name) for name in NAMES})


def with_base(added, totals=(190.0, 23.8)):
    species = {one.name: one for one in SYSTEM.species}
    totals = dict(zip(("Dy", "L"), totals, strict=True))
    return replace(FACTS, base=(base_use("80 degC", "mM", added, totals, FACTS.made, species),))


class Result:
    """A study's result as far as the section asks it."""

    def __init__(self, *in_play):
        steps = {
            name: tuple(map(stored_reaction, SYSTEM.network(name).reactions)) for name in in_play
        }
        self.mechanisms = {name: SimpleNamespace(reactions=steps[name]) for name in in_play}
        self.comparison = SimpleNamespace(
            probabilities=dict.fromkeys(in_play, 1 / len(in_play)), log_bayes_factors={}
        )


def texts(table):
    return [[cell.text for cell in row] for row in table.rows]


def test_steps_of_the_mechanisms_in_play_show_what_they_exchange():
    rows = texts(step_exchange_table(Result("two_Dy3L"), FACTS))

    assert [row[0] for row in rows] == ["chelate", "grow", "dimerise"]
    assert rows[2] == [
        "dimerise",
        "2 [Dy₃L(OH)₆]⁺ + 4 AcO⁻ + MeOH -> [Dy₆L₂O₄(OAc)₄(OMe)]⁺ + 3 OH⁻ + 5 H₂O",
        "+4", "−3", "+1", "−5",
    ]  # fmt: skip
    assert rows[0][3] == "+5"


def test_steps_with_one_equation_share_a_row():
    rows = texts(step_exchange_table(Result("both", "dead_end"), FACTS))

    assert [row[0] for row in rows].count("couple, couple_reversible") == 1


def routes_of(*names):
    """The table of a study that compares these mechanisms, all of them in play."""
    return route_table(Result(*names), replace(FACTS, routes={n: FACTS.routes[n] for n in names}))


def test_routes_are_told_to_come_to_the_same_sum_where_they_do():
    same = routes_of("both")

    assert "does not depend on the route" in same.caption
    assert "different sums" not in same.caption
    assert len({row[2] for row in texts(same)}) == 1
    assert "sum:" not in routes_of("two_Dy3L").caption
    assert "different sums" in routes_of("dead_end").caption


def test_a_route_is_shown_once_with_all_mechanisms_that_have_it():
    rows = texts(routes_of("two_Dy3L", "both"))

    assert [row[:2] for row in rows] == [
        ["2 chelate + 2 grow + dimerise", "two_Dy3L, both"],
        ["2 chelate + grow + couple + close", "both"],
    ]


def test_each_stated_ion_has_a_row_with_its_protons():
    rows = texts(made_table(FACTS))

    assert [row[2] for row in rows if row[0] == "Dy6L2"] == ["13", "15", "15"]


def test_the_section_says_whose_base_it_is_and_that_constants_are_effective():
    content = small(chemistry={"": to_plain(with_base(343.0))})
    written = document(content)
    page, markdown = Page(render_page(written, _blank(written))), render_markdown(written)

    assert (
        "In experiment 80 degC, as much Dy₃L as can be made takes up 190 of 343 mM of base (56 %)."
        in page.text
    )
    assert "Base is not in large excess in experiment 80 degC" in markdown
    for sentence in (EFFECTIVE, ON_THE_ION):
        assert sentence.split(":")[0] in page.text
    assert "Assumed, since no ion is stated: Dy as Dy(OAc)₃ and L as H₂L." in markdown
    assert page.faults == []


def test_a_large_excess_is_no_reason_for_a_caution():
    text = render_markdown(document(small(chemistry={"": to_plain(with_base(34300.0))})))

    assert (
        "Base is in large excess in experiment 80 degC: the assembly changes it by at most 0.56 %."
        in text
    )
    assert "not in large excess" not in text


def test_each_group_has_a_part_of_its_own_with_its_own_tables():
    other = replace(with_base(34300.0), steps=FACTS.steps[:1])
    chemistry = {"my LA": to_plain(with_base(343.0)), "LB": to_plain(other)}
    written = document(small(chemistry=chemistry))
    text = render_markdown(written)

    first, second = text.index("In the group my LA"), text.index("In the group LB")
    assert first < text.index("Base is not in large excess in experiment 80 degC") < second
    assert second < text.index("the assembly changes it by at most 0.56 %")
    assert text.count(EFFECTIVE) == 1
    names = {one.stem for one in filed_tables(written)}
    assert {"made_of_blocks_my-LA", "made_of_blocks_LB", "whole_routes_LB"} <= names


def test_a_study_whose_model_states_no_ions_has_no_such_section():
    assert chemistry_section(SimpleNamespace(result=SimpleNamespace(chemistry={}))) == ()


def _blank(written):
    return {picture.stem: BLANK for picture in written.pictures}
