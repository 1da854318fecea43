import numpy as np

from assemblysim.commands.predicting.conditions_table import (
    conditions_csv,
    conditions_view,
    is_conditions_table,
)
from assemblysim.commands.predicting.shown_units import ShownUnits
from assemblysim.report.writers.terminal import plain_text
from assemblysim.study.questions.varied_conditions import Axis, VariedConditions

RATIO = Axis("L/Fe", "", (1.0, 1.5), (1.0, 1.5))
AMOUNTS = np.array([[[[1.0]], [[3.0]]], [[[0.5]], [[2.0]]], [[[1.5]], [[4.0]]]])
ONE = VariedConditions(
    (RATIO,), 24.0, "C", "mM", "", ("C",), AMOUNTS, AMOUNTS / 10, np.array([[0.1], [0.9]]), 400, 2
)


def test_one_axis_is_a_row_each_with_how_probably_it_is_the_best():
    text = plain_text(conditions_view(ONE, ShownUnits()))

    assert "Most C at L/Fe 1.5: 30 % (20 to 40 %); that it is the best of these has the" in text
    assert "2 draws could not be followed everywhere" in " ".join(text.split())
    assert "│ 1    │ 10 % (5.0 to 15 %) │ 1.0 (0.5 to 1.5) mM │ 0.10 " in text
    without = VariedConditions(
        (RATIO,), 24.0, "C", "mM", "", ("C",), AMOUNTS, AMOUNTS * np.nan, ONE.best, 400, 0
    )
    assert "yield" not in plain_text(conditions_view(without, ShownUnits()))


def test_two_axes_are_a_map_of_cells():
    time = Axis("time", "min", (30.0,), (0.5,))
    found = VariedConditions(
        (time, RATIO), 0.5, "C", "mM", "Fe", ("C",), AMOUNTS.swapaxes(1, 2),
        AMOUNTS.swapaxes(1, 2) / 10, ONE.best.T, 400, 0,
    )  # fmt: skip
    text = plain_text(conditions_view(found, ShownUnits()))

    assert "Most C at time 30 min and L/Fe 1.5: 30 %" in text
    assert "│ 30         │ 10 % (5.0 to 15 %) │ 30 % (20 to 40 %) │" in text


def test_the_table_has_every_species_and_is_known_again():
    content = conditions_csv(ONE, ShownUnits(concentration="uM", inside=1e-3))
    rows = [line.split(",") for line in content.splitlines()]

    assert rows[2] == ["1.5", "C", "3000", "2000", "4000", "30", "20", "40"]
    assert is_conditions_table(content.encode())
    assert not is_conditions_table(b"time (h),C (mM) median,C (mM) 97.5 % quantile\n")
