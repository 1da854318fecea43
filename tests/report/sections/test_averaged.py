"""Averaged routes: those that tell something, under words, and all of them behind."""

from dataclasses import replace

from report_example import result_of, summary
from stored_networks import network

from assemblysim.report.content.steps import step_titles, typeset_titles
from assemblysim.report.document.nodes import Folded, Paragraph, TableBlock
from assemblysim.report.sections.averaged import averaged_routes, main_routes, pathway_parts
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


def test_routes_that_make_next_to_nothing_are_left_to_the_folded_table():
    result = with_routes(P={"grow": HALF, "close": HALF, "dimerise": LITTLE}, Q={"grow": ALL})
    shown, alone, rest = main_routes(result)

    assert [row[:2] for row in rows_of(shown)] == [["P", "grow"], ["P", "close"]]
    assert isinstance(alone, Paragraph)
    assert alone.text == "Made by one step alone: Q (grow)."
    assert isinstance(rest, Folded)
    assert len(rest.parts[0].table.rows) == len(rows_of(averaged_routes(result)[0])) == 4


def test_where_every_route_tells_something_there_is_one_table():
    (only,) = main_routes(with_routes(P={"grow": HALF, "close": HALF}))

    assert isinstance(only, TableBlock)
    assert only.table.caption == "Pathway fractions, averaged likewise"


def test_of_many_products_the_first_are_shown_and_their_number_is_said():
    result = with_routes(**{f"P{i}": {"grow": HALF, "close": HALF} for i in range(20)})
    shown, rest = main_routes(result)

    assert shown.table.caption.endswith("; 6 of 20 products")
    assert len(shown.table.rows) == 12
    assert len(rest.parts[0].table.rows) == 40


def test_the_figure_of_routes_has_so_many_rows_as_can_be_read():
    result = with_routes()
    many = {f"P{i}": {"grow": HALF, "close": HALF} for i in range(20)}
    both = replace(result.mechanisms["both"], pathways=many)
    (part,) = pathway_parts(replace(result, mechanisms={"both": both}))

    assert part.caption.endswith("The first 16 of 40 rows.")
    assert part.picture.alternative.count(" makes ") == 16
