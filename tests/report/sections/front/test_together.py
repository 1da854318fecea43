"""Which figures show things together, and when there is nothing to show together."""

from dataclasses import replace
from pathlib import Path

from assembly_example import assembly
from report_example import courses, mechanism_summary, result_of, summary
from report_kinds import thirty_species

from assemblysim.report.content.stored import StoredStudy, course_of
from assemblysim.report.sections.answer import answer_section
from assemblysim.report.sections.front.together import (
    composition_parts,
    route_course_parts,
    together_parts,
)
from assemblysim.report.sections.mechanism import mean_particle


def study(content=None, **more):
    result = result_of(content or summary())
    drawn = {name: (course_of(courses("both"), result),) for name in result.mechanisms}
    return StoredStudy(Path(), result, drawn, **more)


def stems(parts):
    return [part.picture.stem for part in parts]


def test_all_species_stand_in_one_panel_and_what_stays_above_it_is_said():
    (part,) = together_parts(study(), "both")

    assert part.picture.stem == "species"
    assert part.caption.endswith("Higher than the panel: Dy.")


def test_where_the_signals_are_all_species_the_panel_would_be_that_of_the_answer():
    known = study()
    (course,) = known.courses["both"]
    signals = tuple(replace(one, measured=True) for one in course.concentrations)
    same = replace(known, courses={"both": (replace(course, curves=signals),)})

    assert stems(together_parts(same, "both")) == []


def test_experiments_lie_over_each_other_where_they_share_signals():
    known = study()
    (course,) = known.courses["both"]
    other = replace(course, experiment="60C")
    alone = replace(other, curves=tuple(replace(c, axis="another") for c in other.curves))

    two, apart = (replace(known, courses={"both": (course, one)}) for one in (other, alone))
    assert stems(together_parts(two, "both")) == ["species", "experiments"]
    assert stems(together_parts(apart, "both")) == ["species"]


def test_routes_over_time_are_those_of_the_leading_mechanisms_with_several():
    times = courses("both").times
    pathways = mechanism_summary("both")["pathways"]
    found = {"both": (assembly(times, pathways),), "template": (assembly(times, pathways),)}
    (part,) = route_course_parts(study(assembly=found))

    assert part.picture.stem == "routes"
    assert "under A" in part.picture.alternative
    assert "under C" not in part.picture.alternative  # of an excluded mechanism
    assert list(route_course_parts(study())) == []


def test_the_mean_composition_is_drawn_where_assemblies_are_many():
    times = courses("both").times
    found = {name: (assembly(times),) for name in ("both", "growth")}
    many = thirty_species()

    (part,) = composition_parts(study(many, assembly=found))
    assert "29 assemblies: Dy against L per particle" in part.caption
    assert list(composition_parts(study(assembly=found))) == []
    assert list(composition_parts(study(many))) == []


def test_a_mechanism_too_large_to_be_drawn_shows_its_mean_particle_first():
    many, found = thirty_species(), {"growth": (assembly(courses("both").times),)}

    (part,) = mean_particle(study(many, assembly=found), "growth")
    assert "29 assemblies over time under A" in part.caption
    assert len(part.picture.draw().axes) == 1
    (answer,) = answer_section(study(many, assembly=found))
    assert stems(answer.parts[2].parts)[0] == "particle"
    assert list(mean_particle(study(many), "growth")) == []
