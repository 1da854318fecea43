"""Averaged routes: those that tell something, under words, and all of them behind."""

from dataclasses import replace
from pathlib import Path

from report_example import result_of, summary
from stored_networks import network

from assemblysim.report.content.steps import step_titles, typeset_titles
from assemblysim.report.content.stored import StoredStudy
from assemblysim.report.document.nodes import Paragraph, TableBlock
from assemblysim.report.sections.averaged import every_route_section, main_routes, pathway_parts
from assemblysim.result.predictions import RouteFraction

CHAIN = network(
    {"M": [("M", 1)], "M2": [("M", 2)], "M3": [("M", 3)]},
    ("step_2", ["M", "M"], ["M2"], {}),
    ("step_2_reverse", ["M2"], ["M", "M"], {"reverse_of": "step_2"}),
    ("close_up", ["M", "M2"], ["M3"], {}),
    ("close_up_reverse", ["M3"], ["M", "M2"], {"reverse_of": "close_up"}),
)
HALF, LITTLE, ALL = (
    RouteFraction(*four)
    for four in ((0.5, 0.4, 0.6, 0.59), (0.0, 0.0, 0.004, 0.003), (1.0, 1.0, 1.0, 1.0))
)


def with_routes(**pathways):
    result = result_of(summary())
    return replace(result, averaged=replace(result.averaged, pathways=pathways))


def behind(result):
    """The parts of the appendix."""
    return tuple(
        part
        for section in every_route_section(StoredStudy(Path(), result, {}))
        for part in section.parts
    )


def rows_of(part):
    return [[cell.text for cell in row] for row in part.table.rows]


def test_a_step_is_read_by_its_title_its_words_or_its_equation():
    titled = replace(CHAIN.reactions[2], title="the ring closes")

    assert step_titles([CHAIN]) == {
        "step_2": "2 M -> M2",
        "step_2_reverse": "M2 -> 2 M",
        "close_up": "close up",
        "close_up_reverse": "close up, back",
    }
    assert step_titles([replace(CHAIN, reactions=(titled,))]) == {"close_up": "the ring closes"}
    assert typeset_titles([CHAIN])["step_2"] == "2 M → M₂"


def test_routes_that_make_next_to_nothing_are_left_to_the_table_of_the_appendix():
    result = with_routes(P={"grow": HALF, "close": HALF, "dimerise": LITTLE}, Q={"grow": ALL})
    shown, alone = main_routes(result)

    assert [row[:2] for row in rows_of(shown)] == [["P", "grow"], ["P", "close"]]
    assert isinstance(alone, Paragraph)
    assert alone.text == "Made by one step alone: Q (grow)."
    assert len(rows_of(*behind(result))) == 4


def test_where_every_route_tells_something_there_is_one_table():
    result = with_routes(P={"grow": HALF, "close": HALF})
    (only,) = main_routes(result)

    assert isinstance(only, TableBlock)
    assert behind(result) == ()
    assert only.table.caption == "Pathway fractions, averaged likewise"


def test_of_many_products_the_first_are_shown_and_their_number_is_said():
    result = with_routes(**{f"P{i}": {"grow": HALF, "close": HALF} for i in range(20)})
    (shown,), (rest,) = main_routes(result), behind(result)

    assert shown.table.caption.endswith("; 6 of 20 products")
    assert len(shown.table.rows) == 12
    assert len(rest.table.rows) == 40


def test_the_figure_of_routes_has_so_many_rows_as_can_be_read():
    result = with_routes()
    many = {f"P{i}": {"grow": HALF, "close": HALF} for i in range(20)}
    both = replace(result.mechanisms["both"], pathways=many)
    (part,) = pathway_parts(replace(result, mechanisms={"both": both}))

    assert "of P₀ under A;" in part.picture.alternative
    assert part.caption.endswith("The first 16 of 40 rows.")
    assert part.picture.alternative.count(" makes ") == 16
