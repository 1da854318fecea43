"""Text of MassLynx DataBridge: scans with times, other functions left out, faults."""

import pytest

from assemblysim.errors import InputError
from assemblysim.spectra.reading.databridge import is_databridge, read_databridge
from assemblysim.spectra.reading.spectra import read_spectrum, scans_in

TEXT = """FUNCTION 1

Scan\t\t1
Retention Time\t0.300

200.5\t350
300.25\t5e3

Scan\t\t2
Retention Time\t0.600

200.6\t7
FUNCTION 2

Scan\t\t1
Retention Time\t0.310

556.2771\t900
"""


@pytest.fixture
def path(tmp_path):
    file = tmp_path / "run.txt"
    file.write_text(TEXT, encoding="utf-8")
    return file


def test_scans_of_the_first_function_are_read_with_their_times(path):
    scans, others = read_databridge(path)

    assert [one.mz.tolist() for one in scans] == [[200.5, 300.25], [200.6]]
    assert scans[0].intensities.tolist() == [350, 5000]
    assert [60 * one.time_h for one in scans] == pytest.approx([0.3, 0.6])
    assert others == 1


def test_it_is_told_by_its_first_words():
    assert is_databridge("\n\nFUNCTION 1\n")
    assert not is_databridge("m/z,I\n200,1\nFUNCTION 1\n")
    assert not is_databridge("")


def test_a_file_of_it_is_recognised(path):
    found = read_spectrum(path)

    assert len(found.scans) == len(list(scans_in(path))) == 2
    assert found.recognised == (
        f"{path}: text of MassLynx DataBridge, 2 scans; 1 scan of other functions left out"
    )


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("350", "many", "line 6: '200.5 many' is not m/z and intensity; mend it"),
        ("0.300", "0.3.0", "line 4: '0.3.0' is not a number; mend it"),
        ("300.25", "100", "scan 1: m/z falls from 200.5 to 100 at point 2; sort the points"),
        ("200.6\t7", "Peaks", "line 12: 'Peaks' is neither a scan's header nor m/z and intensity"),
    ],
)
def test_faults_are_one_line(path, old, new, fault):
    path.write_text(TEXT.replace(old, new), encoding="utf-8")
    with pytest.raises(InputError) as refused:
        read_spectrum(path)

    assert str(refused.value).startswith(f"{path}: {fault}")


def test_a_file_without_points_is_refused(path):
    path.write_text("FUNCTION 1\nScan 1\nRetention Time 0.1\n", encoding="utf-8")
    with pytest.raises(InputError, match="holds no points below FUNCTION 1"):
        read_spectrum(path)
