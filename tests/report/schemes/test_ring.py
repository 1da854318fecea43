"""Catalytic cycles as circles."""

import math

import pytest
from stored_networks import network

from assemblysim.report.content.steps import scheme_steps
from assemblysim.report.schemes.graph_layout import Box
from assemblysim.report.schemes.ring import catalytic_cycle, ring_layout
from assemblysim.report.schemes.scheme import scheme_figure

ENZYME = network(
    {"E": [["E", 1]], "S": [["S", 1]], "ES": [["E", 1], ["S", 1]], "P": [["S", 1]]},
    ("bind", ["E", "S"], ["ES"], {}), ("turn", ["ES"], ["E", "P"], {}),
)  # fmt: skip
COUPLING = network(
    {"Pre": [["C", 1]], "Pd": [["C", 1]], "ArX": [["A", 1]], "ArPdX": [["C", 1], ["A", 1]],
     "RB": [["B", 1]], "ArPdR": [["C", 1], ["A", 1], ["B", 1]], "ArR": [["A", 1], ["B", 1]],
     "Black": [["C", 1]]},
    ("activate", ["Pre"], ["Pd"], {}), ("add", ["Pd", "ArX"], ["ArPdX"], {}),
    ("swap", ["ArPdX", "RB"], ["ArPdR"], {}), ("eliminate", ["ArPdR"], ["Pd", "ArR"], {}),
    ("die", ["Pd"], ["Black"], {}),
)  # fmt: skip
# An exchange of isomers goes round, but nothing is turned over.
EXCHANGE = network(
    {"A": [["A", 1]], "B": [["A", 1]], "C": [["A", 1]]},
    ("first", ["A"], ["B"], {}), ("second", ["B"], ["C"], {}), ("third", ["C"], ["A"], {}),
)  # fmt: skip


def names(mechanism):
    return [(species, step.name) for species, step in catalytic_cycle(scheme_steps(mechanism))]


def boxes_of(steps):
    species = {n for s in steps for n in (*s.starts, *s.ends)}
    return {
        **{f"species {n}": Box(1.2, 0.6) for n in sorted(species)},
        **{f"step {s.name}": Box(1.4, 0.5) for s in steps},
    }


def test_a_catalyst_that_is_given_back_is_on_the_cycle_and_what_turns_over_is_not():
    assert names(ENZYME) == [("E", "bind"), ("ES", "turn")]
    assert names(COUPLING) == [("Pd", "add"), ("ArPdX", "swap"), ("ArPdR", "eliminate")]
    assert names(EXCHANGE) == []


@pytest.mark.parametrize("mechanism", [ENZYME, COUPLING])
def test_its_species_and_steps_stand_on_a_circle_and_the_others_outside(mechanism):
    steps = scheme_steps(mechanism)
    cycle = catalytic_cycle(steps)
    layout = ring_layout(boxes_of(steps), steps)
    on = [n for species, step in cycle for n in (f"species {species}", f"step {step.name}")]
    middle = [sum(layout.centres[n][i] for n in on) / len(on) for i in (0, 1)]
    radius = {n: math.dist(at, middle) for n, at in layout.centres.items()}

    assert {round(radius[n], 9) for n in on} == {round(radius[on[0]], 9)}
    assert all(radius[n] > radius[on[0]] + 0.3 for n in radius if n not in on)


def test_arrows_lead_round_and_in_and_out():
    (axes,) = scheme_figure(ENZYME, {}).axes
    texts = {t.get_text(): t.get_position() for t in axes.texts}
    heads = [p for p in axes.patches if getattr(p, "get_arrowstyle", None)]

    assert {"E", "S", "ES", "P"} <= set(texts)
    assert texts["P"][0] < texts["E"][0] < texts["S"][0]  # out at the left, in at the right
    assert texts["ES"][1] > texts["E"][1]
    assert len(heads) == 6


def test_without_a_turnover_or_room_there_is_no_circle():
    steps = scheme_steps(COUPLING)
    huge = {name: Box(40.0, 40.0) if name == "species Black" else box
            for name, box in boxes_of(steps).items()}  # fmt: skip

    assert ring_layout(boxes_of(scheme_steps(EXCHANGE)), scheme_steps(EXCHANGE)) is None
    assert ring_layout(huge, steps) is None
