"""Routes and lifetimes as tables: of one experiment, or of each by name."""

from dataclasses import replace
from pathlib import Path

from report_example import result_of, summary

from assemblysim.report.content.following import by_experiment, pathway_table
from assemblysim.report.content.stored import StoredStudy
from assemblysim.report.sections.averaged import averaged_routes
from assemblysim.report.sections.forecast.flows import fraction_sentences
from assemblysim.report.sections.mechanism import mechanism_sections
from assemblysim.report.writers.numbers import number_files
from assemblysim.result.predictions import RouteFraction

ROUTES = {"Dy6L2": {"dimerise": RouteFraction(0.9, 0.8, 0.98, 0.97)}}
ROUTES["Dy6L2"]["close"] = RouteFraction(0.1, 0.02, 0.2, 0.18)


def of_two():
    """The example with a second experiment, in which the routes are others."""
    result = result_of(summary())
    both, averaged = result.mechanisms["both"], result.averaged
    pathways = {"80C": both.pathways, "60C": ROUTES}
    lifetimes = {"80C": both.lifetimes, "60C": both.lifetimes}
    return replace(
        result,
        mechanisms={**result.mechanisms, "both": replace(both, pathways_by_experiment=pathways)},
        averaged=replace(
            averaged, pathways_by_experiment=pathways, lifetimes_by_experiment=lifetimes
        ),
    )


def test_the_table_of_routes_has_the_one_sided_limit_beside_the_interval():
    rows = [[str(cell.text) for cell in row] for row in pathway_table(ROUTES, "routes").rows]

    assert rows[1] == ["Dy6L2", "close", "10 % (2.0 to 20 %)", "18 %"]
    assert pathway_table({}, "routes") is None


def test_one_experiment_is_not_named_and_several_are():
    assert by_experiment({"P": 1}, {}, ["run"]) == (("run", {"P": 1}, ""),)
    found = by_experiment({"P": 1}, {"a": {"P": 1}, "b": {"P": 2}}, ["a", "b"])
    assert found == (("a", {"P": 1}, " in a"), ("b", {"P": 2}, " in b"))


def test_each_experiment_has_its_routes_in_tables_sentences_and_files():
    result = of_two()
    captions = [block.table.caption for block in averaged_routes(result)]
    said = fraction_sentences(result, ["both"])
    rows = number_files(StoredStudy(Path(), result, {}))["pathways.csv"].splitlines()

    assert [c for c in captions if c.startswith("Pathway")] == [
        "Pathway fractions in 80C, averaged likewise",
        "Pathway fractions in 60C, averaged likewise",
    ]
    assert any("close makes 10 % (2.0 to 20 %) of Dy6L2 in 60C." in one for one in said)
    assert "both,60C,Dy6L2,close,0.1,0.02,0.2,0.18" in rows
    assert "stepwise,80C,Dy6L2,close,1,1,1,1" in rows
    sections = mechanism_sections(StoredStudy(Path(), result, {}))
    assert "Which step makes how much of the product in 60C" in repr(sections)
