import numpy as np
import pytest

from assemblysim.commands.predicting.conditions_map import conditions_figure
from assemblysim.commands.predicting.shown_units import ShownUnits
from assemblysim.study.questions.varied_conditions import Axis, VariedConditions

RATIO = Axis("L/Fe", "", (2.0, 1.0), (2.0, 1.0))
HEAT = Axis("temperature", "degC", (20.0, 40.0, 60.0), (293.15, 313.15, 333.15))
YIELDS = np.linspace(0, 0.9, 18).reshape(3, 2, 3, 1)


def found(axes, yields):
    best = np.full(yields.shape[1:3], 0.5)
    return VariedConditions(axes, 24.0, "C", "mM", "", ("C",), yields, yields, best, 400, 0)


def test_a_map_says_median_and_interval_in_every_cell():
    axes, _ = conditions_figure(found((RATIO, HEAT), YIELDS), ShownUnits()).axes
    texts = [one.get_text() for one in axes.texts]

    assert len(texts) == 6
    assert texts[0] == "0\n(32 to 64)"
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("temperature (degC)", "L/Fe")
    assert axes.get_title(loc="left") == "C (% of the most possible)"


def test_one_axis_is_a_curve_in_the_order_of_its_values():
    axes = conditions_figure(found((RATIO,), YIELDS[:, :, :1]), ShownUnits()).axes[0]
    (line,) = axes.lines

    assert list(line.get_xdata()) == [1.0, 2.0]
    assert list(line.get_ydata()) == pytest.approx([100 * YIELDS[0, 1, 0, 0], 0.0])
