"""[steps] of a study: switches as they are written, and what cannot be in one line."""

import pytest
from checkout import ROOT
from command_line import call
from switched_study import write_study

from assemblysim.errors import InputError
from assemblysim.mechanism.reading.system import read_system
from assemblysim.study.steps.definition import question_of, read_question

SYSTEM = read_system(ROOT / "models/hnp_dy6.toml")


def test_by_default_all_that_is_not_certain_is_a_candidate_with_one_half():
    found = question_of({"certain": ["chelate", "fill"], "candidates": ["grow", "pair"]}, SYSTEM)
    every = question_of({"certain": ["fill"]}, SYSTEM)

    assert (found.certain, found.candidates) == (("chelate", "fill"), ("grow", "pair"))
    assert found.space.prior == (0.5, 0.5)
    assert found.needed == 0.01
    assert len(every.candidates) == 11
    assert found.notes == ("before the data 1 of 2 candidates are on, on average",)


def test_two_writings_of_one_step_are_never_on_together():
    found = question_of({"candidates": ["grow", "grow_reversible", "close"]}, SYSTEM)

    assert found.space.exclusions == ((0, 1),)
    assert found.space.subset_count == 6
    assert found.notes[0] == "grow and grow_reversible write one step and are never on together"


def test_what_goes_together_is_one_switch():
    table = {
        "candidates": {"couple": 0.25, "close": 0.25, "dimerise": 0.9},
        "together": [["couple", "close"]],
        "exclude": [["close", "dimerise"]],
        "needed": "5 %",
    }
    found = question_of(table, SYSTEM)

    assert found.space.names == ("dimerise", "couple_and_close")
    assert found.space.steps == (("dimerise",), ("couple", "close"))
    assert found.space.prior == (0.9, 0.25)
    assert found.space.exclusions == ((0, 1),)
    assert found.needed == 0.05


@pytest.mark.parametrize(
    ("table", "line"),
    [
        ({"certian": []}, "[steps]: unknown key 'certian'; did you mean 'certain'?"),
        ({"candidates": ["gro"]}, "[steps]: candidates: unknown reaction 'gro'; did you mean"),
        ({"candidates": []}, "[steps]: there are 0 candidates; list fewer reactions as certain"),
        ({"candidates": {"grow": 1.0}}, "candidates: 'grow' has 1; write a probability between"),
        ({"candidates": ["grow", "grow"]}, "candidates: 'grow' is listed 2 times; list it once"),
        ({"certain": ["grow"], "candidates": ["grow"]}, "'grow' is certain and a candidate"),
        (
            {"certain": ["grow"], "candidates": ["grow_reversible"]},
            "writes a step of 'grow', which",
        ),
        ({"candidates": ["grow", "pair"], "together": [["grow"]]}, "'grow' is alone; list two"),
        (
            {"candidates": {"grow": 0.5, "pair": 0.4}, "together": [["grow", "pair"]]},
            "grow and pair have the probabilities 0.4 and 0.5; state one for all",
        ),
        (
            {"candidates": ["grow", "pair"], "exclude": [["grow"]]},
            "exclude: grow cannot exclude each other; list two or more",
        ),
        ({"candidates": ["grow"], "needed": "120 %"}, "needed: 1.2 is not between 0 and 1"),
        ({"candidates": ["grow"], "runs": 3}, "runs: 3 "),
        ({"candidates": ["grow"], "prior": 1.0}, "prior: 1.0 "),
    ],
)
def test_what_cannot_be_is_refused_in_one_line(table, line):
    with pytest.raises(InputError) as fault:
        question_of(table, SYSTEM)

    assert line in str(fault.value)
    assert "\n" not in str(fault.value)


def test_a_study_without_steps_is_told_how_to_write_them():
    with pytest.raises(InputError, match=r"study.toml: \[steps\] is missing; add it, as certain"):
        read_question(ROOT / "fits/hnp_dy6_synthetic")


def test_check_tells_the_candidates_and_their_faults(monkeypatch, capsys, tmp_path):
    folder = write_study(tmp_path / "s", 'certain = ["bind"]\ncandidates = ["pair", "pair_by_M"]')
    status, text, _ = call(monkeypatch, capsys, "check", str(folder))

    assert status == 0
    assert (
        "candidate steps\n  bind: certain\n  pair: 0.333 before the data\n"
        "  pair_by_M: 0.333 before the data\n  pair and pair_by_M write one step"
    ) in text
    write_study(tmp_path / "s", 'candidates = ["par"]')
    status, _, error = call(monkeypatch, capsys, "check", str(folder))
    assert status == 1
    assert "[steps]: candidates: unknown reaction 'par'; did you mean 'pair'?" in error
