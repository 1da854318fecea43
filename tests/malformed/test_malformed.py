import pytest
from malformed_cases import CASES
from malformed_files import write_good_study

from assemblysim.errors import InputError
from assemblysim.mechanism.reading.system import read_system
from assemblysim.study.definition.reading import read_study


def test_the_study_that_is_broken_is_good(tmp_path):
    study = read_study(write_good_study(tmp_path))

    assert study.mechanisms == ("forward", "only_turn")


def test_there_are_at_least_forty_broken_inputs_with_different_lines():
    assert len({case.line for case in CASES}) >= 40
    assert len({case.name for case in CASES}) == len(CASES)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_broken_input_is_refused_in_one_line(case, tmp_path):
    target = case.write(tmp_path)
    with pytest.raises(InputError) as refusal:
        (read_system if case.model else read_study)(target)

    line = str(refusal.value)
    assert line == case.expected(tmp_path)
    assert "\n" not in line
    assert line.startswith(f"{tmp_path}/")
    # What comes after a semicolon is the remedy.
    assert "; " in line
