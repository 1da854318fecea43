"""The commands that try to break assemblysim: inputs follow from a seed, and faults are seen."""

import random

import pytest

from assemblysim.commands.check import check_model
from benchmarks.robustness.breaking import malformed_input
from benchmarks.robustness.good_study import MODEL, STUDY, write_study
from benchmarks.robustness.killed_studies import KINDS, write_kind
from benchmarks.robustness.kills import _stage
from benchmarks.robustness.malformed import _faults, _files


def test_the_study_that_is_broken_and_those_that_are_killed_are_good(tmp_path):
    write_study(tmp_path / "good", MODEL, STUDY)
    for folder in (tmp_path / "good/study", *(write_kind(k, tmp_path / k) for k in KINDS)):
        assert "2 mechanisms, seed 1" in check_model(folder, as_json=False)


def test_inputs_follow_from_the_seed_and_differ(tmp_path):
    def made(seed, name):
        folder = tmp_path / name
        found = malformed_input(random.Random(f"{seed} 1"), folder)
        return found, _files(folder) if found.kind != "table" else None  # workbooks hold a clock

    first = [made(seed, f"{seed}") for seed in range(60)]
    again = [made(seed, f"{seed} again") for seed in range(60)]

    assert first == again
    assert {found.kind for found, _ in first} == {"key", "option", "table", "path"}
    assert len({found.about for found, _ in first}) > 50


@pytest.mark.parametrize(
    ("status", "said", "faults"),
    [
        (1, "assemblysim: x: no such file; check the path\n", 0),
        (0, "", 0),
        (2, "Usage: ...\n", 0),
        (1, "", 1),
        (70, "assemblysim: a fault of assemblysim\n", 1),
        (1, "Traceback (most recent call last):\n", 2),
        (1, "assemblysim: \x1b[31m\n", 1),
        (-24, "", 1),
        (-11, "", 1),
    ],
)
def test_what_must_not_be_is_seen(status, said, faults):
    assert len(_faults(status, said, waited=False)) == faults


def test_what_is_stored_last_tells_the_stage():
    assert _stage({}) == "start"
    assert _stage({"chain/smc/stated_search.npz": 1}) == "search"
    assert _stage({"chain/smc/stated_search.npz": 1, "chain/smc/exploring_0.npz": 2}) == "exploring"
    assert _stage({"chain/checkpoint.npz": 1, "chain/draws.nc": 3}) == "conclusions"
