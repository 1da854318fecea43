"""Titles and former names of a mechanism file: read, looked up, and refused in one line."""

import pytest

from assemblysim.errors import InputError
from assemblysim.mechanism.reading.describe import describe
from assemblysim.mechanism.reading.system import read_system
from assemblysim.mechanism.reading.texts import former_name_lines

MODEL = """
[species]
A = "M"
B = "2M"
C = "4M"
[reactions]
pair = "2 A -> B ; k_pair"
join = "2 B -> C ; k_join"
[mechanisms]
dimer = ["pair"]
whole = ["pair", "join"]
"""
TITLES = """[titles]
whole = "dimers join"
B = "the dimer"
join = "two dimers join"
"""
FORMER = """[former_names]
stepwise = "whole"
"""


@pytest.fixture
def read(tmp_path):
    def reading(text):
        path = tmp_path / "model.toml"
        path.write_text(text, encoding="utf-8")
        return read_system(path)

    return reading


def test_a_title_is_what_people_read_and_a_name_without_one_has_none(read):
    system = read(MODEL + TITLES)
    text = describe(system)

    assert system.title_of("whole") == "dimers join"
    assert system.title_of("dimer") == ""
    assert "Mechanism whole, 'dimers join': Reactions: pair, join." in text
    assert "Mechanism dimer: Reactions: pair." in text
    assert "2 M  the dimer" in text
    assert "balanced  two dimers join" in text


def test_a_mechanism_is_found_by_its_former_name_and_told_in_one_line(read):
    system = read(MODEL + FORMER)

    assert system.name_today("stepwise") == "whole"
    assert system.name_today("dimer") == "dimer"
    assert system.network("stepwise") == system.network("whole")
    assert system.description("stepwise") == system.description("whole")
    assert former_name_lines("s.toml", system.former_names, ["dimer", "stepwise", "stepwise"]) == (
        "s.toml: mechanism 'stepwise' is called 'whole' now; the former name is still read",
    )


def test_a_file_without_titles_is_described_as_before(read):
    assert "  B  2 M\n" in describe(read(MODEL))
    assert read(MODEL).former_names == ()


REFUSED = {
    '[titles]\nwhoel = "x"\n': "[titles]: unknown name 'whoel'; did you mean 'whole'?",
    "[titles]\nwhole = 3\n": "[titles] 'whole': '3' is not text; put it in quotation marks",
    '[titles]\nwhole = " "\n': (
        "[titles] 'whole': the title is empty; write one, or take the line out"
    ),
    f'[titles]\nwhole = "{61 * "x"}"\n': (
        "[titles] 'whole': the title has 61 characters, at most 60; shorten it, and put the rest "
        "into [descriptions]"
    ),
    '[titles]\nwhole = "dimer"\n': (
        "[titles] 'whole': 'dimer' is the name of another; write another title"
    ),
    '[titles]\nwhole = "x"\ndimer = " x"\n': (
        "[titles] 'dimer': the same title as 'whole'; write another title"
    ),
    "titles = []\n": "[titles] must be a table; write its heading as [titles]",
    '[former_names]\nold = "whoel"\n': (
        "[former_names]: unknown mechanism 'whoel'; did you mean 'whole'?"
    ),
    '[former_names]\ndimer = "whole"\n': (
        "[former_names]: 'dimer' is a mechanism of today; take the line out"
    ),
    '[former_names]\n"a b" = "whole"\n': (
        "[former_names]: former name 'a b' is not a label: letters, digits, underscores and "
        "hyphens only"
    ),
    "[former_names]\nold = 1\n": (
        "[former_names]: 'old': '1' is not text; put it in quotation marks"
    ),
    '[former_names]\nold = "former"\nformer = "whole"\n': (
        "[former_names]: unknown mechanism 'former'; known: dimer, whole"
    ),
}


@pytest.mark.parametrize("added", REFUSED)
def test_a_faulty_title_or_former_name_is_refused_in_one_line(read, tmp_path, added):
    top = added.startswith("titles")
    with pytest.raises(InputError) as fault:
        read(added + MODEL if top else MODEL + added)

    assert str(fault.value) == f"{tmp_path / 'model.toml'}: {REFUSED[added]}"


def test_a_title_for_a_name_that_means_two_things_is_refused(read):
    text = MODEL.replace("whole =", "join =") + '[titles]\njoin = "x"\n'

    with pytest.raises(InputError, match="the name of a mechanism and a reaction; rename one"):
        read(text)
