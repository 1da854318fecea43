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


def test_all_faults_of_a_study_are_told_at_once(tmp_path):
    folder = write_good_study(tmp_path)
    text = (folder / "study.toml").read_text()
    text = text.replace('signals = ["A", "B", "B2"]', 'signals = ["A", "Bb", "B2x"]')
    (folder / "study.toml").write_text(text.replace('"10 mM"', '"10"'))
    with pytest.raises(InputError) as refusal:
        read_study(folder)

    assert [line.removeprefix(f"{folder}/study.toml: ")[:30] for line in refusal.value.lines] == [
        "[measurement]: signal 'Bb': un",
        "[measurement]: signal 'B2x': u",
        "experiment 'one': initial: A: ",
    ]


def test_all_faults_of_a_mechanism_file_are_told_at_once(tmp_path):
    write_good_study(tmp_path)
    path = tmp_path / "models" / "small.toml"
    path.write_text(path.read_text().replace("A -> B ;", "A -> Q ;").replace("B2 ;", "3 B2 ;"))
    with pytest.raises(InputError) as refusal:
        read_system(path)

    assert len(refusal.value.lines) == 2
