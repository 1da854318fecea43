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
        "time (h),A,B\n0,2.00 mM,0.01 mM\n1,1500 uM,450 uM\n",
        "Zeit (h);A (mM);B (mM)\n0;2,00\u00a0mM;0,01 mM\n1;1,5 mM;450 µM\n",
        "time (h),A,B (uM)\n0,2 mM,10\n1,1.5 mM,450\n",
    ],
)
def test_units_in_cells_are_those_of_their_columns(tmp_path, text):
    table = read(tmp_path, text)

    np.testing.assert_allclose(table.values, [[2.0, 0.01], [1.5, 0.45]], rtol=1e-12)
    assert any("as its cells say" in one for one in table.notices) or "(mM)" in text


def test_a_limit_with_its_unit_is_in_the_unit_of_its_column(tmp_path):
    table = read(tmp_path, "time (h),A (mM),B (mM)\n0,2 mM,<20 uM\n1,1.5,0.4\n")

    assert table.limits[0, 1] == pytest.approx(0.02)
    assert table.below.tolist() == [[False, True], [False, False]]


def test_numbers_without_a_unit_beside_others_are_not_guessed(tmp_path):
    with pytest.raises(InputError, match="'2 mM' is not a number; write the number alone"):
        read(tmp_path, "time (h),A,B (mM)\n0,2 mM,1\n1,1500,2\n", scale="per species")
    with pytest.raises(InputError, match="'40 kcps' is not a number"):
        read(tmp_path, "time (h),A,B\n0,40 kcps,1\n1,10 kcps,2\n", "per spectrum", "proportional")


@pytest.mark.parametrize(
    "cells",
    [("2.0 ± 0.1", "0.40±0.02"), ("2.0 +/- 0.1", "0.40 +- 0.02"), ("2.0(1)", "0.40(2)")],
)
def test_errors_in_cells_are_known_standard_deviations(tmp_path, cells):
    text = "time (h),A (mM),B (mM)\n1,{},{}\n".format(*cells)
    table = read(tmp_path, text, noise="known")

    np.testing.assert_allclose(table.values, [[2.0, 0.4]])
    np.testing.assert_allclose(table.sds, [[0.1, 0.02]])
    with pytest.raises(
        InputError, match=r'write noise = "known" under \[measurement\] to use them'
    ):
        read(tmp_path, text)


def test_digits_in_brackets_count_from_the_last_digit(tmp_path):
    table = read(tmp_path, "time (h),A (mM),B (mM)\n1,1.52(12),40(3)\n", noise="known")

    np.testing.assert_allclose(table.sds, [[0.12, 3.0]])


def test_errors_in_cells_may_have_decimal_commas(tmp_path):
    table = read(tmp_path, "Zeit (h);A (mM);B (mM)\n1;2,0 ± 0,1;0,40(2)\n", noise="known")

    np.testing.assert_allclose(table.sds, [[0.1, 0.02]])


def test_errors_in_cells_and_beside_them_are_refused(tmp_path):
    text = "time (h),A (mM),± A (mM),B (mM)\n1,2.0 ± 0.1,0.1,0.4\n"
    with pytest.raises(InputError, match="has errors in its cells and beside it; keep one"):
        read(tmp_path, text, noise="known")


def test_what_was_made_of_units_and_errors_in_cells_is_said(tmp_path):
    other_unit = read(tmp_path, "time (h),A (mM),B (mM)\n0,2 M,1\n1,3,2\n")
    same = read(tmp_path, "time (h),A (mM),B (mM)\n0,2 mM,1\n1,3,2\n")
    error = read(tmp_path, "time (h),A (mM),B (mM)\n1,2.0 ± 0.1,0.4(1)\n", noise="known")

    assert other_unit.values[0, 0] == 2000
    assert "column 'A (mM)': '2 M' and the like read as 2000 mM" in other_unit.notices
    assert not any("and the like" in one for one in same.notices)
    assert any("read as 2 with a standard deviation of 0.1 (a 95 %" in one for one in error.notices)
