import numpy as np
import pytest

from assemblysim.errors import InputError
from assemblysim.measurement.data import Measurement, Signal
from assemblysim.measurement.noise.registry import NOISES
from assemblysim.measurement.scales import SCALES
from assemblysim.study.definition.tables import read_intensities

SIGNALS = (Signal("A", (("A", 1.0),)), Signal("B", (("B", 1.0),)))
SPECTRA = Measurement(SCALES["per spectrum"], NOISES["proportional"], SIGNALS, 0.005)
ROWS = "1,2,2.1,0.5,0.6\n2,1,,1.5,\n"


def read(tmp_path, text, **options):
    path = tmp_path / "data.csv"
    path.write_text(text, encoding="utf-8")
    return read_intensities(path, SPECTRA, "mM", **options)


@pytest.mark.parametrize(
    "labels",
    ["A,A.1,B,B.1", "A_1,A_2,B_1,B_2", "A (1),A (2),B (1),B (2)", "A rep1,A rep2,B rep1,B rep2",
     "A #1 (%),A #2 (%),B #1 (%),B #2 (%)", "A_run_1,A_run_2,B_run_1,B_run_2"],
)  # fmt: skip
def test_replicates_beside_each_other_are_spectra_of_one_time(tmp_path, labels):
    found = read(tmp_path, f"time (h),{labels}\n{ROWS}")

    assert found.times.tolist() == [1, 1, 2]
    assert found.values.tolist() == [[2, 0.5], [2.1, 0.6], [1, 1.5]]
    assert any(one.endswith("read as replicates of 'A'") for one in found.notices)


def test_a_numbered_column_beside_a_plain_one_is_another_species(tmp_path):
    with pytest.raises(InputError, match="column 'A_1' is no signal of the study"):
        read(tmp_path, f"time (h),A,A_1,B,B_1\n{ROWS}")


def test_species_of_the_model_are_no_replicates_of_another(tmp_path):
    path = tmp_path / "data.csv"
    path.write_text("time (h),A_1,A_2,B_1,B_2\n1,2,2.1,0.5,0.6\n", encoding="utf-8")
    with pytest.raises(InputError, match="no column for signal 'A'"):
        read_intensities(path, SPECTRA, "mM", species=["A", "A_1", "A_2", "B"])


def test_signals_of_other_names_are_no_replicates(tmp_path):
    signals = tuple(Signal(name, ((name, 1.0),)) for name in ("A", "A.1", "A.2"))
    path = tmp_path / "data.csv"
    path.write_text("time (h),A,A.1,A.2\n1,2,3,4\n", encoding="utf-8")
    found = read_intensities(
        path, Measurement(SCALES["per spectrum"], NOISES["constant"], signals), "mM"
    )

    np.testing.assert_array_equal(found.values, [[2, 3, 4]])


def test_replicates_of_one_signal_alone_or_in_two_units_are_refused(tmp_path):
    with pytest.raises(InputError, match="'A' has 2 columns of replicates and 'B' one"):
        read(tmp_path, "time (h),A,A.1,B\n1,2,2.1,0.5\n")
    with pytest.raises(InputError, match="replicates of 'A' are in mM and uM"):
        read(tmp_path, "time (h),A_1 (mM),A_2 (uM),B_1 (mM),B_2 (mM)\n1,2,2.1,0.5,1\n")
    with pytest.raises(InputError, match="two columns are the same replicate of 'A'"):
        read(tmp_path, "time (h),A_1,A 1,B_1,B 1\n1,2,2.1,0.5,1\n")


def test_an_ignored_replicate_is_none(tmp_path):
    found = read(tmp_path, "time (h),A,A.1,B\n1,2,2.1,0.5\n", ignore=["A.1"])

    assert found.values.tolist() == [[2, 0.5]]


def test_numbers_right_behind_a_name_are_told_how_to_be_replicates(tmp_path):
    with pytest.raises(InputError) as fault:
        read(tmp_path, f"time (h),A1,A2,B1,B2\n{ROWS}")

    assert (
        "no column for signal 'A'; if 'A1' and 'A2' are its replicates, label them 'A_1' and"
        in (str(fault.value))
    )
