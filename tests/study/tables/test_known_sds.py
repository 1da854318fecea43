import numpy as np
import pytest

from assemblysim.errors import InputError
from assemblysim.measurement.data import Measurement, Signal
from assemblysim.measurement.noise.registry import NOISES
from assemblysim.measurement.scales import SCALES
from assemblysim.study.definition.tables import read_intensities

SIGNALS = (Signal("A", (("A", 1.0),)), Signal("B", (("B", 1.0),)))
KNOWN = Measurement(SCALES["absolute"], NOISES["known"], SIGNALS, 0.01)


def read(tmp_path, header, *rows, measurement=KNOWN):
    path = tmp_path / "data.csv"
    path.write_text("\n".join([header, *rows, ""]), encoding="utf-8")
    return read_intensities(path, measurement, "mM")


@pytest.mark.parametrize(
    "header",
    ["t / h,A (mM),A sd,B (mM),B sd", "t / h,A (mM),±,B (mM),±", "t / h,A (mM),A (±),B (mM),± B"],
)
def test_standard_deviations_stand_in_columns_of_their_own(tmp_path, header):
    found = read(tmp_path, header, "1,2,0.1,3,0.2", "2,1,0.3,n.d.,")

    np.testing.assert_equal(found.sds, [[0.1, 0.2], [0.3, np.nan]])
    assert any(
        "read as known standard deviations, each of its signal" in one for one in found.notices
    )


def test_they_are_in_the_unit_of_their_signal_unless_they_have_one(tmp_path):
    found = read(tmp_path, "t / h,A (uM),A sd,B (mM),B sd (uM)", "1,2,0.1,3,200")

    np.testing.assert_allclose(found.sds, [[1e-4, 0.2]])


@pytest.mark.parametrize(
    ("header", "row", "says"),
    [
        ("t / h,A (mM),B (mM)", "1,2,3", "no column of standard deviations for 'A', which noise"),
        ("t / h,A (mM),A sd,sd A,B (mM),B sd", "1,2,1,1,3,1", "2 columns of standard deviations"),
        ("t / h,A (mM),A sd,B (mM),B sd", "1,2,0,3,1", "0 is no standard deviation; write one"),
        ("t / h,A (mM),A sd,B (mM),B sd", "1,2,,3,1", "blank is no standard deviation; write one"),
        ("t / h,A (mM),A sd,B (mM),B sd", "1,2,x,3,1", "'x' is not a number; write a number"),
    ],
)
def test_an_intensity_without_its_own_is_refused(tmp_path, header, row, says):
    with pytest.raises(InputError) as refusal:
        read(tmp_path, header, row)
    assert says in str(refusal.value)


def test_other_noise_names_the_key_that_uses_them(tmp_path):
    other = Measurement(SCALES["absolute"], NOISES["constant"], SIGNALS)
    with pytest.raises(InputError, match=r'write noise = "known" under .measurement. to use'):
        read(tmp_path, "t / h,A (mM),A sd,B (mM)", "1,2,0.1,3", measurement=other)
