import pytest

from assemblysim.errors import InputError
from assemblysim.measurement.data import Measurement, Signal
from assemblysim.measurement.noise.registry import NOISES
from assemblysim.measurement.scales import SCALES
from assemblysim.study.definition.tables import read_intensities

SIGNALS = (Signal("A", (("A", 1.0),)), Signal("B", (("B", 1.0),)))


def read(tmp_path, text, scale="absolute", noise="constant", name="data.csv", **keys):
    (tmp_path / name).write_text(text, encoding="utf-8")
    measurement = Measurement(SCALES[scale], NOISES[noise], SIGNALS)
    return read_intensities(tmp_path / name, measurement, "mM", **keys)


@pytest.mark.parametrize("number", ["1e300", "-1e31", "1e-300"])
@pytest.mark.parametrize("scale", ["absolute", "per species"])
def test_numbers_of_no_instrument_are_refused(tmp_path, scale, number):
    with pytest.raises(InputError, match=r"line 2: column 'A \(mM\)': .* is no intensity; write"):
        read(tmp_path, f"time (h),A (mM),B (mM)\n0,{number},1\n1,2,3\n", scale)


def test_a_million_of_a_unit_is_no_concentration(tmp_path):
    with pytest.raises(InputError, match=r"2e\+09 mM is more than any liquid holds; check the"):
        read(tmp_path, "time (h),A (MM),B (mM)\n0,2,1\n1,2,3\n")
    counts = read(tmp_path, "time (h),A,B\n0,2e9,1\n1,2,3\n", "per species")
    assert counts.values[0, 0] == 2e9
