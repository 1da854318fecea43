from checkout import ROOT

from assemblysim.explorer.scheme import MOST_STEPS, drawn_steps, told_scheme
from assemblysim.mechanism.network.network import Network, Reaction, Species
from assemblysim.mechanism.reading.expanding import read_expanded_system


def network(mechanism):
    return read_expanded_system(ROOT / "models" / "hnp_dy6.toml").network(mechanism)


def test_free_building_blocks_are_no_boxes_where_they_only_join():
    told = told_scheme(network("two_Dy3L"))

    assert {one["name"] for one in told["species"]} == {"L", "Dy2L", "Dy3L", "Dy6L2"}


def test_a_step_has_the_constants_of_both_ways():
    a, b = Species("A", (("M", 1),)), Species("B", (("M", 1),))
    there = Reaction("turn", ("A",), ("B",), "k_turn")
    back = Reaction("turn_reverse", ("B",), ("A",), "k_back", reverse_of="turn")

    (step,) = drawn_steps(Network((a, b), (there, back)))

    assert step.constants == ("k_turn", "k_back")
    assert told_scheme(Network((a, b), (there, back)))["steps"][0]["reversible"]


def test_a_line_begins_at_its_first_box_and_ends_at_the_second():
    told = told_scheme(network("two_Dy3L"))
    step = next(one for one in told["steps"] if one["constants"] == ["k_grow"])
    start = next(one for one in told["species"] if one["name"] == "Dy2L")

    x, y = (float(one) for one in step["before"][0][1:].split("C")[0].split())

    assert abs(x - start["x"]) < 0.01
    assert abs(abs(y - start["y"]) - start["high"] / 2) < 0.01


def test_many_steps_have_no_scheme():
    species = tuple(Species(f"A{i}", (("M", 1),)) for i in range(MOST_STEPS + 2))
    steps = tuple(Reaction(f"s{i}", (f"A{i}",), (f"A{i + 1}",), "k") for i in range(MOST_STEPS + 1))

    assert told_scheme(Network(species, steps)) is None
    assert told_scheme(Network(species[:-1], steps[:-1])) is not None
