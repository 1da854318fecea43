import numpy as np
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


@pytest.mark.parametrize(
    "text",
    [
        "time (h),0,1,2\nA (mM),2.0,1.5,1.1\nB (mM),0.01,0.4,0.8\n",
        "species,0 h,60 min,2 h\nA (mM),2.0,1.5,1.1\nB (mM),0.01,0.4,0.8\n",
        "species \\ t (min);0;60;120\nA (mM);2,0;1,5;1,1\nB (mM);0,01;0,4;0,8\n",
        "run of May\ntime,h,0,1,2\nA,mM,2.0,1.5,1.1\nB,mM,0.01,0.4,0.8\n",
        "time (h:mm),0:00,1:00,2:00\nA (mM),2.0,1.5,1.1\nB (mM),0.01,0.4,0.8\n",
    ],
)
def test_times_across_are_read_as_times_down(tmp_path, text):
    table = read(tmp_path, text)

    np.testing.assert_allclose(table.times, [0, 1, 2], rtol=1e-12)
    np.testing.assert_allclose(table.values, [[2, 0.01], [1.5, 0.4], [1.1, 0.8]])
    assert "times read from left to right, species downwards" in table.notices


def test_a_fault_of_a_table_with_times_across_names_its_column(tmp_path):
    with pytest.raises(InputError, match="column 3: column 'A': 'x1' is not a number"):
        read(tmp_path, "time (h),0,1\nA,2,x1\nB,1,2\n", "per species", "proportional")


def test_columns_of_wavelengths_are_not_taken_for_times(tmp_path):
    text = "time (h),400,500\n0,2.0,0.01\n1,1.5,0.4\n"
    (tmp_path / "data.csv").write_text(text, encoding="utf-8")
    signals = (Signal("400", (("A", 1.0),)), Signal("500", (("B", 1.0),)))
    measurement = Measurement(SCALES["per species"], NOISES["constant"], signals)

    table = read_intensities(tmp_path / "data.csv", measurement, "mM")
    np.testing.assert_allclose(table.values, [[2, 0.01], [1.5, 0.4]])


def test_signals_with_times_of_their_own_are_joined(tmp_path):
    text = "time (h),A (mM),time (h),B (mM)\n1,2.0,0.5,0.2\n2,1.5,2,0.5\n,,3,0.7\n"
    table = read(tmp_path, text)

    assert table.times.tolist() == [0.5, 1, 2, 3]
    nan = np.nan
    np.testing.assert_array_equal(table.values, [[nan, 0.2], [2, nan], [1.5, 0.5], [nan, 0.7]])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "time (h),A (mM),B (mM)\n0,2,1\n\ntime (h),A (mM),B (mM)\n0,1,1\n",
            "line 4: a second header; write each table into a file or sheet and an experiment",
        ),
        (
            "time (h),A (mM),B (mM),,time (h),A (mM),B (mM)\n0,2,1,,0,1,1\n",
            "line 1: 2 columns of times; write each table into a file or sheet",
        ),
        (
            "time (h),A (mM),time (min),B (mM)\n0,2,30,1\n",
            "columns of times 'time (h)' and 'time (min)'; label them alike",
        ),
    ],
)
def test_two_tables_in_one_are_refused(tmp_path, text, said):
    with pytest.raises(InputError) as refusal:
        read(tmp_path, text)
    assert said in str(refusal.value)


def test_a_second_column_of_times_may_be_ignored(tmp_path):
    text = "time (h),time (min),A (mM),B (mM)\n0,0,2,1\n1,60,1,1\n"
    assert read(tmp_path, text, ignore=["time (min)"]).times.tolist() == [0, 1]


def test_times_of_two_columns_are_the_same_by_their_numbers(tmp_path):
    text = "time (h),A (mM),time (h),B (mM)\n0.5,2,0.50,1\n1,1.5,1.0,1.2\n10,1,1e1,1.4\n"

    table = read(tmp_path, text)

    assert table.times.tolist() == [0.5, 1, 10]
    assert table.values.tolist() == [[2, 1], [1.5, 1.2], [1, 1.4]]
