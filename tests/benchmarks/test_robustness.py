"""The commands that try to break assemblysim: inputs follow from a seed, and faults are seen."""

import json
import random
from dataclasses import asdict

import pytest

from assemblysim.commands.check import check_model
from assemblysim.errors import RunError
from benchmarks.robustness import commands, kills
from benchmarks.robustness.breaking import malformed_input
from benchmarks.robustness.good_study import MODEL, STUDY, write_study
from benchmarks.robustness.killed_studies import KINDS, write_kind
from benchmarks.robustness.kills import Kill, Round, _begun, _stage, code_digest, summary
from benchmarks.robustness.malformed import _faults, _files
from benchmarks.robustness.stored import Damage, damaged, faults


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
    ("shown", "weight"), [("/autogroup-3 nice 12\n", "12"), ("", "0"), (None, "0")]
)
def test_a_kernel_that_shows_no_group_weighs_all_alike(tmp_path, monkeypatch, shown, weight):
    place = tmp_path / "autogroup"
    if shown is not None:
        place.write_text(shown, "utf-8")
    monkeypatch.setattr(commands, "_GROUP", place)

    assert commands._group_priority() == weight


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


def test_a_run_has_begun_before_it_is_killed_and_is_not_told_by_what_one_before_it_said(
    tmp_path, monkeypatch
):
    told = tmp_path / "stderr"
    told.write_text("assemblysim: interrupted\n")

    class Process:
        pid, exitcode, looks = 7, -9, 0

        def start(self):
            assert not told.exists()

        def is_alive(self):
            self.looks += 1
            if self.looks == 3:
                told.write_text("")
            return True

        def join(self, most):
            pass

    class Context:
        def Process(self, target, args):  # as multiprocessing has it
            return Process()

    monkeypatch.setattr(kills, "forking", Context)
    run = kills.Run(tmp_path)

    assert told.exists()
    assert run.ended() == (-9, "")


def test_kills_go_on_from_the_file_of_the_same_seed_and_code(tmp_path):
    out, fault = tmp_path / "kills.json", Kill("words", "SMC", "worker", "SIGTERM", 1.5, ("late",))
    rounds = [asdict(Round("words", (fault,), same=False))]
    known = {"seed": 3, "code": code_digest(), "wanted": {"words": "ab"}, "rounds": rounds}
    out.write_text(json.dumps({**known, "summary": summary(rounds)}))

    assert _begun(3, out)["wanted"] == {"words": "ab"}
    told = summary(_begun(3, out)["rounds"])
    assert (told["kills"], told["ended with other numbers"]) == (1, ["words"])
    assert told["faults"][0]["faults"] == ["late"]
    with pytest.raises(RunError, match="seed 3 instead of 4; name another file"):
        _begun(4, out)
    out.write_text(json.dumps({**known, "code": "other"}))
    with pytest.raises(RunError, match="code other instead of"):
        _begun(3, out)


def test_damages_follow_from_the_seed_and_change_one_file(tmp_path):
    def made(seed, name):
        results = tmp_path / name / "one"
        results.mkdir(parents=True)
        (results / "summary.json").write_text(json.dumps({"a": {"b": [1, 2]}, "c": "x"}))
        for other in ("draws.nc", "courses_0.npz", "checkpoint.npz", "manifest.sha256"):
            (results / other).write_bytes(bytes(range(100)))
        before = {path.name: path.read_bytes() for path in results.iterdir()}
        found = damaged(random.Random(seed), results)
        after = {path.name: path.read_bytes() for path in results.iterdir()}
        changed = {name for name in before if after.get(name) != before[name]}
        return found, changed

    found = [made(seed, f"{seed}") for seed in range(80)]

    assert found == [made(seed, f"{seed} again") for seed in range(80)]
    for damage, changed in found:
        sealed = {"manifest.sha256"} if damage.sealed else set()
        assert changed - sealed <= {damage.file}
    assert {damage.file for damage, _ in found} == set(
        ("summary.json", "draws.nc", "courses_0.npz", "checkpoint.npz", "manifest.sha256")
    )


@pytest.mark.parametrize(
    ("needed", "sealed", "status", "said", "count"),
    [
        (True, False, 1, "assemblysim: r/summary.json: changed after it was written\n", 0),
        (False, False, 0, "", 0),
        (True, True, 0, "", 0),
        (True, False, 0, "", 1),
        (True, False, 1, "assemblysim: something is wrong\n", 1),
        (True, True, 70, "assemblysim: summary.json: a fault of assemblysim\n", 1),
    ],
)
def test_what_a_damage_must_not_lead_to_is_seen(needed, sealed, status, said, count):
    damage = Damage("summary.json", "one bit", sealed)

    assert len(faults(damage, needed, status, said, waited=False)) == count
