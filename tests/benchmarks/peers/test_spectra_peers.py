"""The check of our mzML reader against pyOpenMS sees what is not the same."""

import numpy as np
import pytest

from assemblysim.spectra.reading.scan import Scan
from benchmarks.spectra.peers import differs

MZ, INTENSITIES = np.array([300.0, 300.5, 301.25]), np.array([1.0, 20.0, 3.0])


def theirs(**changed):
    alike = {"level": 1, "polarity": "positive", "time_h": 2.0}
    return alike | {"mz": MZ, "intensities": INTENSITIES} | changed


@pytest.mark.parametrize(
    ("changed", "seen"),
    [
        ({}, False),
        ({"intensities": INTENSITIES * (1 + 1e-7)}, False),
        ({"intensities": INTENSITIES * 1.001}, True),
        ({"mz": MZ + 1e-6}, True),
        ({"mz": MZ[:2], "intensities": INTENSITIES[:2]}, True),
        ({"polarity": "negative"}, True),
        ({"level": 2}, True),
        ({"time_h": 2.001}, True),
    ],
)
def test_a_spectrum_that_is_another_one_differs(changed, seen):
    ours = Scan("scan=1", MZ, INTENSITIES, 1, "positive", "profile", 2.0)

    assert differs(ours, theirs(**changed)) == seen
