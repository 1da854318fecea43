"""Covariances beside a species table: read, matched to rows, refused where they do not fit."""

from dataclasses import replace

import numpy as np
import pytest
from assigned_spectra import SPECTRUM

from assemblysim.errors import InputError
from assemblysim.measurement.data import IntensityTable
from assemblysim.study.spectra.covariances import covariance_file, covariance_name, with_covariances
from assemblysim.study.spectra.species_table import covariance_table

LATER = replace(
    SPECTRUM,
    time_h=2.0,
    cores=(replace(SPECTRUM.cores[0], amount=500.0), replace(SPECTRUM.cores[1], amount=700.0)),
    covariance=((400.0, -90.0), (-90.0, 225.0)),
)
TABLE = IntensityTable(("B", "A"), np.array([0.5, 2.0]), np.array([[0.0, 900.0], [700.0, 500.0]]))


@pytest.fixture
def written(tmp_path):
    path = tmp_path / covariance_name("species.csv")
    path.write_text(covariance_table([SPECTRUM, LATER], ["A", "B"]), encoding="utf-8")
    return path


def test_they_are_those_that_were_written_in_the_order_of_the_signals(written):
    found = with_covariances(TABLE, written)

    np.testing.assert_allclose(found.covariances[0], [[100.0, -12.0], [-12.0, 900.0]])
    np.testing.assert_allclose(found.covariances[1], [[225.0, -90.0], [-90.0, 400.0]])
    assert found.notices == ("covariances of intensities read from species_covariance.csv",)


def test_replicates_are_told_by_their_intensities(tmp_path):
    path = tmp_path / "c.csv"
    path.write_text(
        covariance_table([SPECTRUM, replace(LATER, time_h=0.5)], ["A", "B"]), encoding="utf-8"
    )
    turned = replace(TABLE, times=np.array([0.5, 0.5]), values=TABLE.values[::-1])

    found = with_covariances(turned, path)

    np.testing.assert_allclose(found.covariances[:, 1, 1], [400.0, 900.0])


def test_a_species_out_of_a_spectrum_s_range_has_none(tmp_path):
    short = replace(LATER, cores=LATER.cores[:1], covariance=((400.0,),))
    path = tmp_path / "c.csv"
    path.write_text(covariance_table([SPECTRUM, short], ["A", "B"]), encoding="utf-8")
    gap = replace(TABLE, values=np.array([[0.0, 900.0], [np.nan, 500.0]]))

    found = with_covariances(gap, path)

    np.testing.assert_allclose(found.covariances[1], [[0.0, 0.0], [0.0, 400.0]])


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("2,spectrum", "2.5,spectrum", "no spectrum at 2 h with the intensities of the table, B"),
        ("A,500", "A,501", "no spectrum at 2 h with the intensities of the table, B 700, A 500"),
        ("covariance with B", "covariance of B", "no column 'covariance with B'"),
        ("-90,225", "-91,225", "covariances that are missing, or differ"),
        ("-90,225", ",225", "covariances that are missing, or differ"),
        (",225", ",0", "a species without a variance above 0"),
        (",225", ",x", "'x' is not a number"),
    ],
)
def test_what_does_not_belong_to_the_table_is_refused_in_one_line(written, old, new, told):
    text = written.read_text().replace(SPECTRUM.source, "spectrum")
    assert old in text
    written.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(InputError) as refused:
        with_covariances(TABLE, written)

    assert told in str(refused.value)
    assert "species_covariance.csv" in str(refused.value)
    assert "\n" not in str(refused.value)


def test_covariances_that_no_errors_can_have_are_refused(written):
    written.write_text(written.read_text().replace("-90", "-330"), encoding="utf-8")
    with pytest.raises(InputError, match="covariances that no errors can have"):
        with_covariances(TABLE, written)


def test_a_file_that_is_not_there_is_told_with_its_remedy(tmp_path):
    with pytest.raises(InputError, match="is not there; make it by assemblysim spectra"):
        with_covariances(TABLE, tmp_path / "none.csv")


def test_a_table_made_of_spectra_has_them_beside_it():
    assert covariance_file("species.csv", None, {"files": "s.csv"}) == "species_covariance.csv"
    assert covariance_file("t.csv", None, {"files": "s.csv", "table": "t.csv"}) == (
        "t_covariance.csv"
    )
    # One for each ion-source energy.
    assert covariance_file("species_80_eV.csv", None, {"files": "s.csv"}) == (
        "species_80_eV_covariance.csv"
    )
    assert covariance_file("nmr.csv", None, {"files": "s.csv"}) is None
    assert covariance_file("species.csv", None, {}) is None
    assert covariance_file("species.csv", "none", {"files": "s.csv"}) is None
    assert covariance_file("nmr.csv", "own.csv", {}) == "own.csv"
    assert covariance_file(None, "own.csv", {}) is None


def test_the_same_table_may_be_named_in_another_way():
    assert covariance_file("./species.csv", None, {"files": "x.csv"}) == "./species_covariance.csv"
