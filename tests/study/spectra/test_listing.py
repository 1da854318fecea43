"""The list of spectra: files with their times, and the one line where it is at fault."""

import pytest

from assemblysim.errors import InputError
from assemblysim.study.spectra.listing import read_spectra_list


def listed(tmp_path, text):
    path = tmp_path / "spectra.csv"
    path.write_text(text, encoding="utf-8")
    return read_spectra_list(path)


def test_lines_come_in_the_order_of_time_with_their_words(tmp_path):
    found = listed(
        tmp_path, "File,time (min),replicate,energy\nb.mzML,60,1,10 eV\na.mzML,30,2,10 eV\n"
    )

    assert [(one.path, one.time_h, one.replicate, one.energy) for one in found] == [
        (tmp_path / "a.mzML", 0.5, "2", "10 eV"),
        (tmp_path / "b.mzML", 1.0, "1", "10 eV"),
    ]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("file,time\na.mzML,1\n", "time column 'time' has no unit"),
        ("time (h),name\n1,a.mzML\n", "unknown column 'name'"),
        ("time (h),energy\n1,a\n", "no column of files; call it 'file'"),
        ("time (h),file\n1,\n", "line 2: no file; name one, or delete the line"),
        ("time (h),file,file\n1,a,b\n", "two columns are labelled 'file'; rename one"),
    ],
)
def test_faults_are_one_line(tmp_path, text, told):
    with pytest.raises(InputError) as fault:
        listed(tmp_path, text)

    assert told in str(fault.value)
    assert "\n" not in str(fault.value)
