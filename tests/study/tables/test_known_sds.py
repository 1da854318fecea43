import tomllib

import numpy as np
import pytest

from assemblysim.errors import InputError
from assemblysim.measurement.data import Measurement, Signal
from assemblysim.measurement.noise.registry import NOISES
from assemblysim.measurement.scales import SCALES
from assemblysim.study.definition.tables import read_intensities

SIGNALS = (Signal("A", (("A", 1.0),)), Signal("B", (("B", 1.0),)))
KNOWN = Measurement(SCALES["absolute"], NOISES["known"], SIGNALS, 0.01)


def read(tmp_path, header, *rows, measurement=KNOWN, **keys):
    path = tmp_path / "data.csv"
    path.write_text("\n".join([header, *rows, ""]), encoding="utf-8")
    return read_intensities(path, measurement, "mM", **keys)


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

    found = read(tmp_path, "t / h,A (mM),A (uM) sd,B (mM),± B / uM", "1,2,100,3,200")

    np.testing.assert_allclose(found.sds, [[0.1, 0.2]])


def test_a_user_names_columns_whose_labels_do_not_say_what_they_are(tmp_path):
    named = {"A": "Fehler 1", "B": "Fehler 2"}
    found = read(tmp_path, "t / h,A (mM),Fehler 1,B (mM),Fehler 2 (uM)", "1,2,0.1,3,200", sds=named)
    np.testing.assert_allclose(found.sds, [[0.1, 0.2]])

    found = read(tmp_path, "t / h,A (mM),x,B (mM),B sd", "1,2,0.1,3,0.2", sds={"A": "x"})
    np.testing.assert_allclose(found.sds, [[0.1, 0.2]])


@pytest.mark.parametrize(
    ("named", "says"),
    [
        ({"A": "xx"}, "line 1: sds: no column 'xx'; did you mean 'x'?"),
        ({"C": "x"}, "sds: unknown signal 'C'; known: A, B"),
        ({"A": "B"}, "sds: column 'B' is of 'B' already"),
        ({"A": "x", "B": "x"}, "sds: column 'x' is of 'A' already"),
    ],
)
def test_a_named_column_is_there_and_free(tmp_path, named, says):
    with pytest.raises(InputError) as refusal:
        read(tmp_path, "t / h,A (mM),x,B (mM),B sd", "1,2,0.1,3,0.2", sds=named)
    assert says in str(refusal.value)

    with pytest.raises(InputError, match='sds: their numbers count with noise = "known"'):
        read(
            tmp_path,
            "t / h,A (mM),x,B (mM)",
            "1,2,0.1,3",
            sds={"A": "x"},
            measurement=Measurement(SCALES["absolute"], NOISES["constant"], SIGNALS, 0.01),
        )


@pytest.mark.parametrize(
    ("header", "row", "says"),
    [
        ("t / h,A (mM),A sd (%),B (mM),B sd", "1,2,5,3,1", "is in %, and 'A (mM)' is in mM; write"),
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


@pytest.mark.parametrize(
    ("header", "row", "says"),
    [
        ("t / h,A,A sd,B,B sd", "1,2000,5 %,3000,4 %", "is in %, and 'A' is not; write standard"),
        ("t / h,A,A sd (%),B,B sd", "1,2000,5,3000,4", "is in %, and 'A' is not; write standard"),
        (
            "t / h,A,A sd,B,B sd",
            "1,70 %,0.05,30 %,0.04",
            "is not in %, as 'A' is; write both alike",
        ),
        ("t / h,A,A sd (uM),B,B sd", "1,2,5,3,4", "is in uM, and 'A' has no unit; write both in"),
    ],
)
def test_per_cents_and_units_of_one_of_them_alone_are_refused(tmp_path, header, row, says):
    spectra = Measurement(SCALES["per spectrum"], NOISES["known"], SIGNALS, 0.01)
    with pytest.raises(InputError) as refusal:
        read(tmp_path, header, row, measurement=spectra)
    assert says in str(refusal.value)


def test_errors_in_per_cent_of_the_total_stand_beside_intensities_in_per_cent(tmp_path):
    spectra = Measurement(SCALES["per spectrum"], NOISES["known"], SIGNALS, 0.01)
    found = read(tmp_path, "t / h,A,A sd,B,B sd", "1,70 %,5 %,30 %,4 %", measurement=spectra)

    np.testing.assert_allclose(found.sds, [[5, 4]])


def test_a_signal_called_as_a_word_for_errors_is_itself(tmp_path):
    signals = (SIGNALS[0], Signal("Se", (("Se", 1.0),)))
    other = Measurement(SCALES["per spectrum"], NOISES["constant"], signals)
    found = read(tmp_path, "t / h,A,Se", "1,2,3", measurement=other)

    np.testing.assert_allclose(found.values, [[2, 3]])


def test_other_noise_names_the_key_that_uses_them(tmp_path):
    other = Measurement(SCALES["absolute"], NOISES["constant"], SIGNALS)
    with pytest.raises(InputError, match=r'write noise = "known" under .measurement. to use'):
        read(tmp_path, "t / h,A (mM),A sd,B (mM)", "1,2,0.1,3", measurement=other)


@pytest.mark.parametrize(
    ("label", "said"),
    [
        ("A 95% CI", "an interval; divide its half width by 1.96"),
        ("A RSD (%)", "relative errors; multiply them by the intensities"),
        ("A var", "variances; take their square roots"),
        ("A upper", "a bound of an interval"),
        ("2 sd of A", "a multiple of standard deviations; divide it"),
    ],
)
def test_other_measures_of_error_are_not_to_be_relabelled_as_they_are(tmp_path, label, said):
    with pytest.raises(InputError) as refusal:
        read(tmp_path, f"t / h,A (mM),{label},B (mM),B sd", "1,2,0.1,3,0.2")
    assert f"column '{label}' holds {said}" in str(refusal.value)


def test_long_tables_have_errors_beside_their_values(tmp_path):
    rows = ("A,1,2,0.1", "B,1,3,0.2", "A,2,1,0.3", "B,2,n.d.,")
    found = read(tmp_path, "species,time (h),value (mM),sd", *rows)

    np.testing.assert_equal(found.sds, [[0.1, 0.2], [0.3, np.nan]])


def test_replicates_beside_each_other_have_errors_of_their_own(tmp_path):
    header = "t / h,A_1 (mM),A_1 sd,A_2 (mM),A_2 sd,B_1 (mM),± B_1,B_2 (mM),± B_2"
    found = read(tmp_path, header, "1,2,0.1,2.2,0.3,3,0.2,3.1,0.4")

    np.testing.assert_equal(found.values, [[2, 3], [2.2, 3.1]])
    np.testing.assert_equal(found.sds, [[0.1, 0.2], [0.3, 0.4]])
    header = header.replace("A_2 sd", "x").replace("± B_2", "y")
    with pytest.raises(InputError, match="2 replicates of 'A' have 1 columns of standard devia"):
        read(tmp_path, header, "1,2,0.1,2.2,0.3,3,0.2,3.1,0.4")


def test_how_to_name_a_column_is_told_as_the_study_file_takes_it(tmp_path):
    cage = Measurement(
        SCALES["absolute"], NOISES["known"], (Signal("[Pd2 L4]4+", (("A", 1.0),)),), 0.01
    )
    with pytest.raises(InputError) as refusal:
        read(tmp_path, "t / h,[Pd2 L4]4+ (mM),x", "1,2,0.1", measurement=cage, ignore=["x"])

    line = str(refusal.value).split("name it: ")[1]
    assert tomllib.loads(line) == {"sds": {"[Pd2 L4]4+": "..."}}


@pytest.mark.parametrize("ignore", [[], ["A sd"]])
def test_a_column_named_beside_one_that_says_so_itself_is_refused(tmp_path, ignore):
    with pytest.raises(InputError) as refusal:
        read(
            tmp_path,
            "t / h,A (mM),A sd,x,B (mM),B sd",
            "1,2,0.1,0.5,3,0.2",
            sds={"A": "x"},
            ignore=ignore,
        )

    assert str(refusal.value).endswith(
        "line 1: sds: 'A sd' and 'x' are both of 'A'; take one of them out of the table"
    )
