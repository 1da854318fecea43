"""Long tables with a unit in each row, and those of several series."""

import numpy as np
import pytest

from assemblysim.errors import InputError
from assemblysim.measurement.data import Measurement, Signal
from assemblysim.measurement.noise.registry import NOISES
from assemblysim.measurement.scales import SCALES
from assemblysim.study.definition.tables import read_intensities


def read(folder, text, noise="constant", **options):
    signals = tuple(Signal(name, ((name, 1.0),)) for name in "AB")
    measurement = Measurement(SCALES["absolute"], NOISES[noise], signals, 0.01)
    (folder / "data.csv").write_text(text, encoding="utf-8")
    return read_intensities(folder / "data.csv", measurement, "mM", **options)


def refused(folder, text, **options):
    with pytest.raises(InputError) as refusal:
        read(folder, text, **options)
    return str(refusal.value).removeprefix(f"{folder}/data.csv: line 1: ")


def test_each_row_may_have_a_unit_of_its_own(tmp_path):
    text = "species,time (h),value,unit\nA,1,600,uM\nB,1,<0.1,mM\nA,2,0.4,mM\nB,2,50,uM\n"

    found = read(tmp_path, text)

    np.testing.assert_allclose(found.values, [[0.6, 0], [0.4, 0.05]], rtol=1e-12)
    assert found.limits[0, 1] == pytest.approx(0.1)


def test_errors_have_the_unit_of_their_row(tmp_path):
    text = (
        "species;time (h);value;sd;unit\n"
        "A;1;600,5;10;uM\nB;1;0,3;0,01;mM\nA;2;0,4;0,02;mM\nB;2;50;5;uM\n"
    )

    found = read(tmp_path, text, "known")

    np.testing.assert_allclose(found.values, [[0.6005, 0.3], [0.4, 0.05]], rtol=1e-12)
    np.testing.assert_allclose(found.sds, [[0.01, 0.01], [0.02, 0.005]], rtol=1e-12)


@pytest.mark.parametrize("header", ["value", "value (mM)"])
def test_one_unit_of_all_rows_counts_beside_that_of_the_label(tmp_path, header):
    found = read(tmp_path, f"species,time (h),{header},unit\nA,1,600,uM\nB,1,300,uM\n")

    np.testing.assert_allclose(found.values, [[0.6, 0.3]], rtol=1e-12)


def test_a_row_without_a_unit_beside_others_is_not_read(tmp_path):
    """0.3 may be anything where 600 is in uM."""
    text = "species,time (h),value,unit\nA,1,600,uM\nA,2,0.3,\nB,1,0.4,mM\nB,2,0.4,mM\n"

    assert "column 'A' has no unit" in refused(tmp_path, text)


def test_a_unit_that_is_none_is_refused(tmp_path):
    text = "species,time (h),value,unit\nA,1,600,foo\nB,1,0.3,mM\n"

    assert refused(tmp_path, text).endswith(
        "unit 'foo' is not known; write one such as mM, or counts"
    )


SERIES = "run of,species,time (h),value (mM)\n1,A,1,0.6\n1,B,1,0.3\n2,A,1,0.5\n2,B,1,0.2\n"


def test_series_that_an_ignored_column_tells_apart_are_no_replicates(tmp_path):
    assert refused(tmp_path, SERIES, ignore=["run of"]) == (
        "column 'run of' tells measurements of one time apart; write a table for each of its "
        "values, or label it 'spectrum' if these are replicates"
    )


def test_remarks_and_numbers_of_rows_tell_nothing_apart(tmp_path):
    remarks = "remark,species,time (h),value (mM)\nx,A,1,0.6\n,B,1,0.3\ny,A,1,0.5\nz,B,1,0.2\n"
    rows = "row,species,time (h),value (mM)\n1,A,1,0.6\n2,B,1,0.3\n3,A,1,0.5\n4,B,1,0.2\n"

    for text, ignored in ((remarks, "remark"), (rows, "row")):
        found = read(tmp_path, text, ignore=[ignored])
        np.testing.assert_array_equal(found.values, [[0.6, 0.3], [0.5, 0.2]])


def test_series_with_replicates_of_their_own_are_none_either(tmp_path):
    twice = SERIES + SERIES.partition("\n")[2]

    assert "column 'run of' tells measurements" in refused(tmp_path, twice, ignore=["run of"])


def test_errors_whose_label_has_a_unit_are_in_that(tmp_path):
    text = "species,time (h),value,sd (mM),unit\nA,1,600,0.01,uM\nB,1,0.3,0.02,mM\n"

    found = read(tmp_path, text, "known")

    np.testing.assert_allclose(found.sds, [[0.01, 0.02]], rtol=1e-12)


def test_a_limit_in_words_needs_no_unit(tmp_path):
    found = read(tmp_path, "species,time (h),value,unit\nA,1,600,uM\nB,1,<LOD,mM\nB,2,0.4,mM\n")

    assert found.below[0, 1]
