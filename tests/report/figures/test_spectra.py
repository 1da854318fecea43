"""Figures of assigned spectra show each core's envelope, every core, and every ion over time."""

from dataclasses import replace

import numpy as np
from assigned_spectra import ION, PANELS, SPECTRUM

from assemblysim.report.figures.spectra import MOST_MAPPED, envelope_figure, ion_map, share_figure


def test_each_core_has_a_panel_with_its_share_and_what_was_measured():
    (drawn,) = PANELS.spectra
    figure = envelope_figure(drawn.panels, SPECTRUM)
    first, second = figure.axes

    assert first.get_title(loc="left") == "A: 100 %; [A]2+"
    assert second.get_title(loc="left") == "B: < 2 %, not seen; [B]2+"
    (sticks,) = first.collections
    tops = [line[1][1] for line in sticks.get_segments()]
    assert tops == list(drawn.panels[0].measured)
    fitted, own = (line.get_ydata() for line in first.lines)
    assert np.isnan(fitted).sum() == 1  # where cells are missing
    assert np.nanmax(own) == max(drawn.panels[0].own)


def test_ions_that_are_seen_have_a_row_in_the_map():
    later = replace(SPECTRUM, time_h=2.0, ions=(replace(ION, ion="[A2]2+", mz=500.0, amount=9.0),))
    axes, _ = ion_map([SPECTRUM, later]).axes

    assert [label.get_text() for label in axes.get_yticklabels()] == ["A  [A2]2+", "A  [A]2+"]
    assert [label.get_text() for label in axes.get_xticklabels()] == ["0.5", "2"]
    (drawn,) = axes.images
    np.testing.assert_allclose(drawn.get_array(), [[-3, 0], [0, -3]])


def test_of_many_ions_the_strongest_are_in_the_map():
    many = tuple(replace(ION, ion=f"i{n}", mz=400.0 + n, amount=1.0 + n) for n in range(90))
    axes, _ = ion_map([replace(SPECTRUM, ions=many)]).axes

    labels = [label.get_text() for label in axes.get_yticklabels()]
    assert len(labels) == MOST_MAPPED
    assert labels[0] == "A  i30"


def test_a_map_of_nothing_is_drawn():
    (axes,) = ion_map([replace(SPECTRUM, ions=(), cores=())]).axes

    assert not axes.images


def test_cores_over_time_have_their_intervals():
    figure = share_figure([SPECTRUM], {"A": "#123456"})
    (axes,) = figure.axes

    assert axes.get_legend_handles_labels()[1] == ["A", "B"]
