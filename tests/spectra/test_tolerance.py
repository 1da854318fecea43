"""Tolerances of measured m/z: what is read, and what is refused."""

import pytest

from assemblysim.errors import InputError
from assemblysim.spectra.tolerance import read_tolerance


@pytest.mark.parametrize(
    ("text", "width"),
    [("20 ppm", 0.02), ("0.05 u", 0.05), ("5mDa", 0.005), (".5 Da", 0.5), ("5 mu", 0.005)],
)
def test_a_tolerance_has_its_half_width_at_mz_1000(text, width):
    assert read_tolerance(text).at(1000.0) == pytest.approx(width)
    assert read_tolerance(text).text == text


@pytest.mark.parametrize("text", ["20", "", "ppm", "-5 ppm", "0 ppm", "1e3 ppm", "20 %"])
def test_what_is_no_tolerance_is_refused(text):
    with pytest.raises(InputError, match=r"is no tolerance; write one as 20 ppm or 0\.05 u"):
        read_tolerance(text)
