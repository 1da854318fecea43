"""steps from the command line: parts join to the same numbers, and results are read back."""

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from command_line import call
from switched_study import write_study

from assemblysim import read_study as read_project
from assemblysim.errors import InputError
from assemblysim.files.codec import to_plain
from assemblysim.result.steps.stored import stored_steps
from assemblysim.study.definition.reading import read_study
from assemblysim.study.steps.definition import candidate_phrases, read_question
from assemblysim.study.steps.running import read_part

STEPS = """certain = ["bind"]
candidates = ["pair", "grow"]
particles = 40
rounds = 1
last_rounds = 6
screened = 16
starts = 1
"""


@pytest.fixture
def run(monkeypatch, capsys):
    return lambda *words: call(monkeypatch, capsys, *map(str, words))


def test_parts_join_to_the_same_result_and_it_is_read_back(run, tmp_path):
    folder = write_study(tmp_path / "s", STEPS)
    one, two = tmp_path / "one", tmp_path / "two"
    words = ("steps", folder, "--workers", "1", "--results")

    status, text, _ = run(*words, one)
    first = run(*words, two, "--part", "1/2")
    assert first[:2] == (
        0,
        "part 1/2 is done; the same command without --part joins all parts\n",
    )
    run(*words, two, "--part", "2/2")
    joined = json.loads(run(*words, two, "--json")[1])

    whole = json.loads((one / "steps.json").read_text())
    assert {k: joined[k] for k in whole if k != "seconds"} == {
        k: v for k, v in whole.items() if k != "seconds"
    }
    assert status == 0
    assert "before the data" in text
    found = stored_steps(one, dict(read_study(folder).inputs))
    assert found is not None
    assert found.complete
    assert found.subset_count == len(found.subsets) + (4 - len(found.subsets)) == 4
    assert set(found.reactions) == {"bind", "pair", "grow"}
    assert [one.name for one in found.species] == ["M", "L", "ML", "M2L", "M2L2"]
    # Whether few particles converge is not the claim here; that pair is on is.
    assert min(found.steps["pair"].on_by_run) == 1.0
    assert stored_steps(one, {"study.toml": "other"}) is None


def test_a_part_is_one_of_so_many():
    assert read_part("3/16") == (3, 16)
    for text in ("3", "0/4", "5/4", "a/b", "1/2/3", ""):
        with pytest.raises(InputError, match=r"^--part: '.*' is no part; write which of how many"):
            read_part(text)


def test_an_executor_finds_the_same_numbers_from_python(tmp_path):
    folder = write_study(tmp_path / "s", STEPS)
    project = read_project(folder)

    one = project.steps(workers=1, results=tmp_path / "one")
    with ThreadPoolExecutor(2) as pool:
        two = project.steps(workers=pool, results=tmp_path / "two")

    assert to_plain(replace(one, seconds=0.0)) == to_plain(replace(two, seconds=0.0))


def test_an_empty_table_makes_all_reactions_candidates(tmp_path):
    folder = write_study(tmp_path / "s", "")

    assert "bind" in read_question(folder).candidates
    assert candidate_phrases(folder)
