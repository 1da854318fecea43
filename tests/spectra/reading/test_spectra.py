"""Spectra of either form, told by what a file begins with."""

from pathlib import Path

import pytest

from assemblysim.errors import InputError
from assemblysim.spectra.reading.mzml import read_mzml
from assemblysim.spectra.reading.spectra import read_spectrum

FILES = Path(__file__).with_name("files")


@pytest.mark.parametrize("name", ["profile_64_zlib.mzML", "both_polarities.mzML.gz"])
def test_mzml_is_told_whatever_the_file_is_called(tmp_path, name):
    path = tmp_path / "spectrum.txt"
    path.write_bytes((FILES / name).read_bytes())
    found = read_spectrum(path)

    assert [one.name for one in found.scans] == [one.name for one in read_mzml(path)]
    assert found.recognised == f"{path}: mzML, {len(found.scans)} scans"


def test_all_else_is_a_peak_list(tmp_path):
    path = tmp_path / "spectrum.mzML"
    path.write_text("m/z,I,J\n100,1,2\n")

    assert read_spectrum(path).scans[0].intensities.tolist() == [1]
    assert read_spectrum(path, "J").scans[0].intensities.tolist() == [2]
    with pytest.raises(InputError, match="no such file; check the path"):
        read_spectrum(tmp_path / "gone")
