import itertools
from dataclasses import replace

import numpy as np
import pytest
from matplotlib.patches import FancyArrowPatch
from report_example import mechanism_of, result_of, summary
from stored_networks import network, reaction

from assemblysim.report.content.steps import (
    Step,
    combined_steps,
    equation_text,
    law_text,
    scheme_steps,
)
from assemblysim.report.figures.alternatives import describe_scheme
from assemblysim.report.figures.appearance import species_looks
from assemblysim.report.schemes.graph_layout import Box, lay_out
from assemblysim.report.schemes.leading import describe_leading, leading_scheme
from assemblysim.report.schemes.scheme import scheme_figure, scheme_layout, steps_back

PLAIN = {"A": [], "B": [], "C": []}


def step(mechanism, name):
    return next(s for s in scheme_steps(mechanism) if s.name == name)


def test_free_building_blocks_stand_on_the_arrows():
    steps = scheme_steps(mechanism_of("both"))
    boxes = {name for s in steps for name in (*s.starts, *s.ends)}

    assert boxes == {"L", "Dy2L", "Dy3L", "Dy5L2", "Dy6L2"}
    assert step(mechanism_of("both"), "grow").lines[0] == "+ Dy"
    assert step(mechanism_of("both"), "chelate").lines[0] == "+ 2 Dy"


def test_an_arrow_without_a_label_is_not_interrupted():
    mechanism = network({"A": [["M", 1]], "B": [["M", 1]]}, ("turn", ["A"], ["B"], {}))
    (axes,) = leading_scheme({"A": mechanism}, {}).axes
    before, after = (p.get_path().vertices for p in axes.patches if isinstance(p, FancyArrowPatch))

    assert combined_steps({"A": mechanism})[0].lines == ()
    assert tuple(before[-1]) == pytest.approx(tuple(after[0]))


def test_two_alike_reactants_are_counted_on_the_arrow():
    assert step(mechanism_of("both"), "dimerise").lines[0] == "2 Dy₃L"


def test_isomers_are_boxes_although_each_is_one_building_block():
    isomers = {"pinene": [["P", 1]], "dipentene": [["P", 1]], "acid": [["H", 1]]}
    mechanism = network(isomers, ("turn", ["pinene", "acid"], ["dipentene", "acid"], {}))

    assert step(mechanism, "turn").starts == ("pinene",)
    assert step(mechanism, "turn").ends == ("dipentene",)


def test_a_reversible_pair_is_one_arrow_with_both_constants():
    mechanism = network(
        PLAIN, ("go", ["A"], ["B"], {}), ("go_reverse", ["B"], ["A"], {"reverse_of": "go"})
    )

    (only,) = scheme_steps(mechanism)

    assert only.reversible
    assert [line for line in only.lines if "k_" in line] == ["k_go", "k_go_reverse"]


@pytest.mark.parametrize(
    ("determined", "text"),
    [
        ("determined", "k_go = 0.0030 mM⁻¹ h⁻¹"),
        ("bounded on one side", "k_go: bounded on one side"),
        ("not determined", "k_go: not determined"),
    ],
)
def test_a_constant_that_is_not_determined_shows_no_number(determined, text):
    mechanism = network(PLAIN, ("go", ["A", "B"], ["C"], {}))
    known = mechanism_of("template").parameters["k_grow"]
    value = replace(known, median=0.003, unit="1/(mM h)", determined=determined)
    mechanism = replace(mechanism, parameters={"k_go": value})

    assert text in step(mechanism, "go").lines


def test_a_statistical_factor_of_a_labelled_step_is_a_fraction():
    mechanism = network(PLAIN, ("go", ["A"], ["B"], {"factor": 1 / 3}))

    assert "1/3 k_go" in step(mechanism, "go").lines


def test_a_statistical_factor_stands_before_its_constant():
    mechanism = network(PLAIN, ("go", ["A"], ["B"], {"factor": 6}))

    assert "6 k_go" in step(mechanism, "go").lines
    assert law_text(mechanism, mechanism.reactions[0]) == "6 k_go [A]"


def test_shares_are_named_where_a_product_is_made_in_two_ways():
    lines = step(mechanism_of("both"), "close").lines

    assert "47 % of Dy₆L₂" in lines
    assert not any("%" in line for s in scheme_steps(mechanism_of("template")) for line in s.lines)


def test_a_rate_law_puts_species_in_brackets_and_not_constants():
    mechanism = network(PLAIN, ("go", ["A", "B"], ["C"], {"law": "k_go*A*B**2/(1 + A)"}))

    assert law_text(mechanism, mechanism.reactions[0]) == "k_go [A] [B]²/(1 + [A])"


def test_sources_and_sinks_are_written_as_nothing():
    assert equation_text(reaction("go", ["A", "A"], [])) == "2 A -> ∅"
    assert equation_text(reaction("go", [], ["A"])) == "∅ -> A"


@pytest.mark.parametrize(
    "reactions",
    [
        [("feed", [], ["A"], {}), ("leave", ["A"], [], {})],
        [("ab", ["A"], ["B"], {}), ("bc", ["B"], ["C"], {}), ("ca", ["C"], ["A"], {})],
        [("breed", ["A"], ["A", "A"], {}), ("eat", ["A", "B"], ["B"], {})],
        [("split", ["A"], ["B", "B", "C"], {})],
        [],
    ],
    ids=["open", "cycle", "self", "split", "nothing reacts"],
)
def test_any_network_can_be_drawn(reactions):
    figure = scheme_figure(network(PLAIN, *reactions), {})

    assert "A" in [t.get_text() for t in figure.axes[0].texts]


def test_unobserved_species_have_dashed_boxes():
    looks = species_looks(result_of(summary()))
    figure = scheme_figure(mechanism_of("template"), looks, ["Dy3L"])
    dashed = [p for p in figure.axes[0].patches if not isinstance(p.get_linestyle(), str)]

    assert len(dashed) == 3  # L, Dy2L, Dy6L2


def test_thirty_species_in_a_row_do_not_overlap():
    chain = {f"M{i}L": [["M", i], ["L", 1]] for i in range(1, 31)}
    names = list(chain)
    mechanism = network(
        chain, *((f"add{i}", [a], [b], {}) for i, (a, b) in enumerate(itertools.pairwise(names)))
    )

    figure = scheme_figure(mechanism, {})

    assert figure.get_figheight() * 2.54 < 80


def test_boxes_of_a_layout_never_overlap_and_edges_run_down():
    rng = np.random.default_rng(3)
    boxes = {f"b{i}": Box(float(rng.uniform(1, 3)), 0.5) for i in range(14)}
    edges = [
        (f"b{i}", f"b{j}") for i, j in itertools.combinations(range(14), 2) if rng.random() < 0.2
    ]

    layout = lay_out(boxes, edges)

    for (a, box_a), (b, box_b) in itertools.combinations(boxes.items(), 2):
        (xa, ya), (xb, yb) = layout.centres[a], layout.centres[b]
        apart = abs(xa - xb) - (box_a.width + box_b.width) / 2
        assert abs(ya - yb) > 0.9 or apart > 0.29
    assert all(layout.centres[a][1] < layout.centres[b][1] for a, b in edges)
    assert all(0 <= layout.centres[n][0] <= layout.width for n in boxes)


def test_a_long_edge_bends_round_the_layers_that_it_passes():
    boxes = {name: Box(1.0, 0.5) for name in "abc"}

    layout = lay_out(boxes, [("a", "b"), ("b", "c"), ("a", "c")])

    (bend,) = layout.bends["a", "c"]
    assert abs(bend[0] - layout.centres["b"][0]) > 0.5
    assert bend[1] == layout.centres["b"][1]


def test_the_text_alternative_gives_each_step_as_an_equation():
    text = describe_scheme("both", mechanism_of("both"))

    assert "dimerise: 2 Dy₃L → Dy₆L₂" in text


def test_the_leading_mechanisms_are_one_scheme_that_says_what_only_some_have():
    first = network(PLAIN, ("grow", ["A"], ["B"], {}), ("close", ["B"], ["C"], {}))
    second = network(PLAIN, ("other", ["A"], ["B"], {}), ("skip", ["A"], ["C"], {}))
    both = {"A": first, "B": second}

    assert [(s.starts, s.ends, s.lines) for s in combined_steps(both)] == [
        (("A",), ("B",), ()), (("B",), ("C",), ("only A",)), (("A",), ("C",), ("only B",)),
    ]  # fmt: skip
    texts = [t.get_text() for t in leading_scheme(both, {}).axes[0].texts]
    assert {"only A", "only B"} < set(texts)
    assert "A -> B" in describe_leading(both)


def test_a_tall_scheme_has_letters_that_can_be_read_on_the_first_screen():
    """They were 6 px high: each line of a label took a row of the height that is the least."""
    species = {f"M{n}": [["M", n]] for n in range(1, 7)}
    grow = [(f"to{n}", [f"M{n - 1}", "M1"], [f"M{n}"], {}) for n in range(2, 7)]
    join = ("join", ["M2", "M2"], ["M4"], {})
    figure = leading_scheme({"A": network(species, *grow), "B": network(species, *grow, join)}, {})
    (axes,), (width, height) = figure.axes, figure.get_size_inches()
    pixels = min(350 / width, 264 / height) / 72  # that a point has there

    assert "2 M₂ (only B)" in {t.get_text() for t in axes.texts}
    assert min(t.get_size() for t in axes.texts) * pixels > 9


def one_way(name, starts, ends):
    return Step(name, starts, ends, (), reversible=False)


CYCLE = (
    one_way("out", ("A",), ("B", "C")),
    one_way("on", ("B",), ("D",)),
    one_way("home", ("D",), ("A",)),
    one_way("made", ("D",), ("A", "P")),
)


def test_a_step_that_only_leads_back_closes_a_cycle():
    assert steps_back(CYCLE) == {"home"}
    assert steps_back(CYCLE[:2]) == frozenset()


def test_a_step_back_runs_upwards_between_its_boxes():
    """It was a spike below its start, where nothing is."""
    boxes = {f"species {name}": Box(1.0, 0.5) for name in "ABCDP"}
    boxes |= {f"step {one.name}": Box(0.3, 0.0) for one in CYCLE}

    at = scheme_layout(boxes, CYCLE, 0.4).centres

    assert at["species A"][1] < at["step home"][1] < at["species D"][1]


def test_arrows_there_and_back_meet_a_box_at_different_places():
    """At one place no head would tell which line it belongs to."""
    two = network(
        {"A": [["M", 1]], "B": [["M", 1]]}, ("out", ["A"], ["B"], {}), ("home", ["B"], ["A"], {})
    )
    (axes,) = leading_scheme({"A": two}, {}).axes
    out, on, back, home = (
        p.get_path().vertices for p in axes.patches if isinstance(p, FancyArrowPatch)
    )

    assert abs(out[0][0] - home[-1][0]) > 0.2  # cm, at A
    assert abs(on[-1][0] - back[0][0]) > 0.2  # at B
