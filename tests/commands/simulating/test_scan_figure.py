import numpy as np

from assemblysim.commands.simulating.scan_figure import scan_figure
from assemblysim.report.content.stored import Curve, StoredCourse

TIMES = np.linspace(0, 90, 10)


def course(height):
    data = np.array([[30.0, 60.0], [1.0, 2.0]])
    curve = Curve("A", True, "mM", np.full((5, 10), height), np.zeros((3, 0)), data, None)
    return StoredCourse("e", TIMES, (curve,), "min")


def test_values_have_hues_and_dashes_and_the_data_are_drawn_once():
    scanned = [((k, n), course(k * n)) for k in (1.0, 3.0) for n in (1.0, 2.0)]
    figure = scan_figure(["k (1/h)", "n"], scanned)
    (axes,) = figure.axes
    lines, points = axes.lines[:-1], axes.lines[-1]

    assert [line.get_ydata()[0] for line in lines] == [1.0, 2.0, 3.0, 6.0]
    assert lines[0].get_color() == lines[1].get_color() != lines[2].get_color()
    assert lines[0].get_linestyle() == lines[2].get_linestyle() != lines[1].get_linestyle()
    assert list(points.get_ydata()) == [1.0, 2.0]
    texts = [one.get_text() for one in figure.legends[0].get_texts()]
    assert texts == ["k = 1 h⁻¹", "k = 3 h⁻¹", "n = 1", "n = 2"]
    assert (axes.get_xlabel(), list(axes.get_xticks())) == ("time (min)", [0, 30, 60, 90])
