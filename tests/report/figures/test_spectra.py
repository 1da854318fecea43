"""Figures of assigned spectra show each core's envelope, and every core over time."""

import numpy as np
from assigned_spectra import SPECTRUM

from assemblysim.report.figures.spectra import envelope_figure, share_figure
from assemblysim.spectra.assignment.assigning import fitted
from assemblysim.spectra.assignment.candidates import CandidateIon
from assemblysim.spectra.assignment.cells import PeakShape
from benchmarks.spectra.generating import Instrument, profile

ATOMS = {"Pd": 2, "C": 60, "H": 44, "N": 8}
IONS = (
    CandidateIon("A", ATOMS, 2, ("[A]2+",)),
    CandidateIon("B", {**ATOMS, "H": 48, "O": 2}, 2, ("[B]2+",)),
)


def test_each_core_has_a_panel_with_its_share_and_what_was_measured():
    rng = np.random.default_rng(1)
    scan = profile([one.envelope for one in IONS], [900, 0], Instrument(20000, 0, (530, 575)), rng)
    found = fitted(scan, IONS, PeakShape(0.0, 20000))
    figure = envelope_figure(found, SPECTRUM)
    first, second = figure.axes

    assert first.get_title(loc="left") == "A: 100 %; [A]2+"
    assert second.get_title(loc="left") == "B: < 2 %, not seen; [B]2+"
    heights = [bar.get_height() for bar in first.patches]
    assert max(heights) == found.cells.intensities.max()


def test_cores_over_time_have_their_intervals():
    figure = share_figure([SPECTRUM], {"A": "#123456"})
    (axes,) = figure.axes

    assert axes.get_legend_handles_labels()[1] == ["A", "B"]
