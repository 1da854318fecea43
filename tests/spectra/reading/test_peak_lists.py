"""Peak lists in the shapes that programs of instruments leave, and what cannot be told."""

import numpy as np
import pytest

from assemblysim.errors import InputError
from assemblysim.spectra.reading.peak_lists import read_peak_list

BRUKER = (
    "#\tm/z\tRes.\tS/N\tI\tI %\tFWHM\n"
    "1\t200.5\t9000\t12\t350\t7.0\t0.02\t\n2\t300.25\t9100\t50\t5000\t100\t0.03\t\n"
)
THERMO = (
    "SPECTRUM - MS\nrun_7.raw\nFTMS + p ESI Full ms [150.00-2000.00]\nScan #: 11-13\n"
    "RT: 0.30-0.36\nData points: 2\nMass\tIntensity\n200.5\t350.0\n300.25\t5000.0\n"
)
AGILENT = (
    '#"+ESI Scan (rt: 0.2 min) Frag=100.0V run_7.d"\n#Point,X(Thomsons),Y(Counts)\n'
    "0,200.5,350\n1,300.25,5000\n"
)
MZMINE = "row ID,row m/z,row retention time,A.mzML Peak height\n1,200.5,1,350\n2,300.25,1,5000\n"
SHAPES = {
    "Bruker DataAnalysis": BRUKER,
    "Bruker with decimal commas": BRUKER.replace("Res.", "Res").replace(".", ","),
    "Thermo Xcalibur": THERMO,
    "Agilent MassHunter": AGILENT,
    "SCIEX": "Mass/Charge Intensity\n200.5 350\n300.25 5000\n",
    "SCIEX with units": "Mass/Charge (Da)\tIntensity\n200.5\t350\n300.25\t5000\n",
    "MZmine": MZMINE,
    "two columns": "200.5 350\n300.25 5000\n",
    "two columns below words": "FUNCTION 1\n\nRetention Time 0.0171\n\n200.5\t350\n300.25\t5e3\n",
    "columns of a pen": "m/z,intensity\n200.5,350\n300.25,5000\n",
}


def written(tmp_path, text):
    path = tmp_path / "list.txt"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("shape", SHAPES)
def test_shapes_of_programs_are_read(tmp_path, shape):
    found = read_peak_list(written(tmp_path, SHAPES[shape]))

    assert found.scan.mz.tolist() == [200.5, 300.25]
    assert found.scan.intensities.tolist() == [350, 5000]


def test_what_was_recognised_is_said(tmp_path):
    path = written(tmp_path, BRUKER)
    assert read_peak_list(path).recognised == (
        f"{path}: 2 points, m/z in 'm/z', intensities in 'I' (line 1)"
    )
    path = written(tmp_path, SHAPES["two columns"])
    assert read_peak_list(path).recognised == f"{path}: 2 points, two columns without a header"


def test_lines_above_say_polarity_sampling_and_time(tmp_path):
    thermo = read_peak_list(written(tmp_path, THERMO)).scan
    agilent = read_peak_list(written(tmp_path, AGILENT)).scan

    assert (thermo.polarity, thermo.sampling) == ("positive", "profile")
    assert thermo.time_h == pytest.approx(0.30 / 60)
    assert (agilent.polarity, agilent.sampling, agilent.time_h) == ("positive", "", None)


def test_one_of_several_columns_is_named(tmp_path):
    text = SHAPES["MZmine"].replace("Peak height\n", "Peak height,B.mzML Peak height\n")
    path = written(tmp_path, text.replace("350\n", "350,1\n").replace("5000\n", "5000,2\n"))

    assert read_peak_list(path, "B.mzML Peak height").scan.intensities.tolist() == [1, 2]
    with pytest.raises(InputError) as refused:
        read_peak_list(path)
    assert str(refused.value) == (
        f"{path}: line 1: several columns of intensities, 'A.mzML Peak height' and 'B.mzML Peak "
        "height'; name one"
    )


def test_peaks_in_the_order_of_their_intensities_are_sorted(tmp_path):
    path = written(tmp_path, "m/z;I\n300;9\n100;5\n200;1\n")
    found = read_peak_list(path)

    assert found.scan.mz.tolist() == [100, 200, 300]
    assert found.recognised.endswith("(line 1), sorted by m/z here")


def test_many_points_are_read_exactly(tmp_path):
    rng = np.random.default_rng(1)
    mz, heights = np.sort(rng.uniform(100, 3000, 2000)), rng.lognormal(5, 2, 2000)
    rows = "\n".join(f"{m!r}\t{h!r}" for m, h in zip(mz.tolist(), heights.tolist(), strict=True))
    found = read_peak_list(written(tmp_path, f"m/z\tintensity\n{rows}\n")).scan

    assert found.mz.tolist() == mz.tolist()
    assert found.intensities.tolist() == heights.tolist()


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "holds no peak list; export m/z and intensity as text, or convert it to mzML"),
        ("one\ntwo\n", "holds no peak list; export m/z and intensity as text, or convert it to"),
        ("1 200.5 350\n", "line 1: 3 columns without a header; write one, such as m/z and"),
        ("m/z,I\n", "line 1: has a header and no peak below it"),
        ("m/z,I\n200.5,many\n", "line 2: 'many' is not a number; mend it"),
        ("m/z,I\n200,1\nScan 2\n100,1\n", "line 3: 'Scan 2' holds no m/z and intensity; take it"),
        ("m/z,I\n200,1\n300,5\n100,9\n", "m/z falls from 300 to 100 at point 3; sort the points"),
        ("m/z,I\n-5,1\n", "m/z -5 is not above 0; export the spectrum again"),
    ],
)
def test_what_cannot_be_read_is_one_line(tmp_path, text, fault):
    path = written(tmp_path, text)
    with pytest.raises(InputError) as refused:
        read_peak_list(path)

    assert str(refused.value).startswith(f"{path}: {fault}")


def test_a_column_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(InputError, match="no header has m/z and the column 'Q'; check its name"):
        read_peak_list(written(tmp_path, BRUKER), "Q")
