"""The network of candidate steps: what is drawn, how thick, and what is left out."""

from dataclasses import replace

import pytest
from checkout import ROOT
from matplotlib.patches import FancyArrowPatch

from assemblysim.mechanism.reading.system import read_system
from assemblysim.report.schemes.step_network import (
    LEAST_NEEDED,
    MOST_DRAWN,
    describe_step_network,
    drawn_labels,
    step_network_figure,
)
from assemblysim.result.numbers import Estimate
from assemblysim.result.steps.probabilities import StepProbability, StepsResult
from assemblysim.study.results.mechanism_result import stored_reaction, stored_species

SYSTEM = read_system(ROOT / "models" / "hnp_dy6.toml")
NEEDED = {"grow": 0.3, "dimerise": 0.97, "couple_reversible": LEAST_NEEDED / 2}


def step(label, needed):
    estimate = Estimate(needed, 0.01)
    return StepProbability(
        (label,), 0.5, estimate, estimate, (needed,) * 4, (needed,) * 4, None, {}
    )


FOUND = StepsResult(
    "s", 1, {}, {}, ("chelate",), 0.01, 10.0,
    {label: step(label, p) for label, p in NEEDED.items()},
    (), (), (), True, 8, (), 1.0,
    tuple(map(stored_species, SYSTEM.species)),
    {label: tuple(map(stored_reaction, steps)) for label, steps in SYSTEM.reactions},
)  # fmt: skip


def test_certain_steps_and_candidates_that_may_be_needed_are_drawn():
    assert drawn_labels(FOUND) == {"chelate": 1.0, "dimerise": 0.97, "grow": 0.3}


def test_of_very_many_candidates_the_most_needed_are_drawn():
    steps = {f"s{i}": step(f"s{i}", 0.1 + 0.01 * i) for i in range(60)}
    reactions = {label: FOUND.reactions["grow"] for label in (*steps, "chelate")}
    found = drawn_labels(replace(FOUND, steps=steps, reactions=reactions))

    assert len(found) == MOST_DRAWN
    assert list(found)[:2] == ["chelate", "s59"]
    assert "s0" not in found


def test_an_arrow_is_the_thicker_the_more_its_step_is_needed():
    axes = step_network_figure(FOUND).axes[0]
    widths = sorted({round(a.get_linewidth(), 3) for a in axes.patches if _is_arrow(a)})

    assert widths == pytest.approx([0.7, 1.37, 1.4])
    written = {text.get_text() for text in axes.texts}
    assert {"certain", "needed 0.97", "needed 0.30"} <= written
    assert "couple reversible" not in written


def _is_arrow(patch):
    return isinstance(patch, FancyArrowPatch)


def test_the_description_names_equations_and_probabilities():
    said = describe_step_network(FOUND)

    assert "chelate (L + 2 Dy -> Dy2L) certain" in said
    assert "grow (Dy2L + Dy -> Dy3L) 0.30" in said
    assert "couple_reversible" not in said
