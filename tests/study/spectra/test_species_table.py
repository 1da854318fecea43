"""The species table: what a study reads, and errors with covariances beside it."""

import csv
from dataclasses import replace

import pytest
from assigned_spectra import SPECTRUM

from assemblysim.result.spectra.assignment import PartCount
from assemblysim.study.spectra.species_table import (
    MADE,
    assigned_ion_table,
    covariance_table,
    limit_of,
    part_table,
    species_table,
)


def rows(text):
    first, *rest = text.splitlines()
    assert first.startswith(MADE)
    return list(csv.reader(rest))


def test_a_core_that_is_not_seen_is_below_its_limit():
    assert rows(species_table([SPECTRUM], ["B", "A", "C"])) == [
        ["time (h)", "B", "A"],
        ["0.5", "<16.449", "900"],
    ]
    assert limit_of(SPECTRUM.cores[1]) == pytest.approx(16.449)


def test_cores_that_no_species_has_are_in_no_column():
    assert rows(species_table([SPECTRUM], ["A"])) == [["time (h)", "A"], ["0.5", "900"]]


def test_a_core_out_of_a_spectrum_s_range_is_not_measured_there():
    short = replace(SPECTRUM, cores=SPECTRUM.cores[:1], covariance=((900.0,),), time_h=1.0)

    assert rows(species_table([SPECTRUM, short], ["A", "B"]))[2] == ["1", "900", ""]


def test_covariances_stand_beside_intensities_without_a_bound():
    header, first, second = rows(covariance_table([SPECTRUM], ["A", "B"]))

    assert header[2:] == ["species", "intensity", "standard error", "covariance with A",
                          "covariance with B"]  # fmt: skip
    assert first[2:] == ["A", "900", "30", "900", "-12"]
    assert second[2:] == ["B", "-5", "10", "-12", "100"]


def test_mean_numbers_of_small_parts_have_a_line_each():
    held = replace(SPECTRUM, counts=(PartCount("A", "OAc", 2.5, 0.041),))

    assert rows(part_table([held, SPECTRUM]))[1:] == [["0.5", "s.csv", "A", "OAc", "2.5", "0.041"]]


def test_every_ion_has_a_line():
    header, first, second = rows(assigned_ion_table([SPECTRUM]))

    assert dict(zip(header, first, strict=True))["same composition"] == "[A']2+"
    assert dict(zip(header, second, strict=True))["upper limit"] == "16.4"
