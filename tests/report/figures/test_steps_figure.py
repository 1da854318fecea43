"""The figure of candidate steps: one bar pair for each whose probability is claimed."""

from dataclasses import replace

from assemblysim.report.figures.steps_figure import describe_steps, steps_figure
from assemblysim.result.numbers import Estimate
from assemblysim.result.steps.probabilities import StepProbability


def step(on, needed):
    estimates = (Estimate(on, 0.01), Estimate(needed, 0.01))
    return StepProbability(("x",), 0.5, *estimates, (on,), (needed,), None, {})


STEPS = {"grow": step(0.4, 0.3), "pair": step(1.0, 0.99)}


def test_the_most_needed_stands_on_top_with_bars_as_long_as_its_probabilities():
    (axes,) = steps_figure(STEPS).axes
    widths = [round(patch.get_width(), 3) for patch in axes.patches]

    assert widths == [0.4, 0.3, 1.0, 0.99]
    assert [label.get_text() for label in axes.get_yticklabels()] == ["grow", "pair"]
    assert describe_steps(STEPS) == (
        "Probability of being on and of being needed: grow 0.40 and 0.30, pair 1.00 and 0.99."
    )


def test_what_is_not_claimed_is_not_drawn():
    held = {name: replace(one, on=None, needed=None) for name, one in STEPS.items()}

    assert not steps_figure(held).axes[0].patches
