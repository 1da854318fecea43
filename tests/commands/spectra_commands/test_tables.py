"""What [spectra] may hold: keys of the right kind, and nothing else."""

import pytest

from assemblysim.commands.spectra_commands.tables import CourseTable, SpectraTable
from assemblysim.errors import InputError
from assemblysim.study.definition.schema import validated


def test_a_course_has_a_file_and_bins_and_begins_with_the_run():
    table = validated(SpectraTable, {"course": {"file": "run.mzML", "bins": "10 min"}})

    assert table.files is None
    assert table.course == CourseTable(file="run.mzML", bins="10 min")
    assert (table.course.start, table.course.gaps) == ("0 min", [])


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ({"files": "s.csv", "saturated": 1.0}, "saturated"),
        ({"files": "s.csv", "saturation": 0.0}, "saturation"),
        ({"course": {"file": "run.mzML"}}, "bins"),
        ({"course": {"file": "r", "bins": "1 h", "gaps": [["1 h"]]}}, "gaps"),
    ],
)
def test_other_keys_and_kinds_are_refused(content, told):
    with pytest.raises(InputError, match=told):
        validated(SpectraTable, content)
