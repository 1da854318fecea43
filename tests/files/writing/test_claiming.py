"""One writer for a results folder."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from assemblysim.errors import RunError
from assemblysim.files.writing import claiming
from assemblysim.files.writing.claiming import LOCK, claimed
from assemblysim.files.writing.manifest import MANIFEST, write_result

_HOLD = """
import sys
from pathlib import Path
from assemblysim.files.writing.claiming import claimed
with claimed(Path(sys.argv[1]), print):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_a_second_process_is_refused_until_the_first_is_dead(tmp_path: Path) -> None:
    command = [sys.executable, "-c", _HOLD, str(tmp_path)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        expected = f"{re.escape(str(tmp_path))}: process {holder.pid} writes there; wait until "
        with pytest.raises(RunError, match=expected), claimed(tmp_path, print):
            pass
        holder.kill()
        holder.wait()
    with claimed(tmp_path, print):
        assert (tmp_path / LOCK).read_text() == f"{os.getpid()}\n"


def test_a_second_thread_is_refused_and_leaves_the_lock_to_the_first(tmp_path: Path) -> None:
    other = [sys.executable, "-c", _HOLD, str(tmp_path)]
    with claimed(tmp_path, print):
        refused = pytest.raises(RunError, match=f"another thread of this process, {os.getpid()}, w")
        with refused, claimed(tmp_path / ".." / tmp_path.name, print):
            pass
        said = subprocess.run(other, capture_output=True, text=True, check=False, input="").stderr
        assert f"process {os.getpid()} writes there" in said
    with claimed(tmp_path, print):
        pass


@pytest.mark.parametrize(
    ("kind", "place", "said"),
    [
        ("nfs4", "{}", ["(nfs4) where locks cannot be trusted"]),
        ("cifs", "{}/my\\040share", ["(cifs) where locks cannot be trusted"]),
        ("ext4", "{}", []),
        ("nfs4", "{}/my", []),
    ],
)
def test_on_a_network_drive_a_line_says_that_locks_cannot_be_trusted(
    kind: str, place: str, said: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mounts, told = tmp_path / "mounts", list[str]()
    mounts.write_text(
        f"disk / ext4 rw 0 0\nserver:/x {place.format(tmp_path.resolve())} {kind} rw 0 0\n"
    )
    monkeypatch.setattr(claiming, "_MOUNTS", mounts)
    with claimed(tmp_path / "my share" / "results", told.append):
        pass

    assert [any(part in line for line in told) for part in said] == [True] * len(said)
    assert len(told) == len(said)


def test_a_folder_in_which_nothing_was_written_goes_again(tmp_path: Path) -> None:
    with claimed(tmp_path / "results", print):
        assert (tmp_path / "results" / MANIFEST).is_file()
    assert not (tmp_path / "results").exists()


def test_what_a_killed_run_had_not_finished_is_removed(tmp_path: Path) -> None:
    (tmp_path / "chain").mkdir()
    names = ("chain/.123-0.part", "chain/.mine.part", "chain/123-0.part", ".1-2.part")
    for name in names:
        (tmp_path / name).write_text("x")
    with claimed(tmp_path, print):
        left = [name for name in names if (tmp_path / name).exists()]

    assert left == ["chain/.mine.part", "chain/123-0.part"]


def test_what_was_moved_aside_is_told(tmp_path: Path) -> None:
    (tmp_path / "report.md").write_text("my own notes")
    told: list[str] = []
    with claimed(tmp_path, told.append):
        write_result(tmp_path / "report.md", b"report")
    kept = tmp_path / "kept" / "report.md"
    assert told == [f"{kept}: kept aside: assemblysim did not write it, or it was changed"]
    assert kept.read_text() == "my own notes"


def test_a_file_in_place_of_the_folder_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "results").write_text("")
    with (
        pytest.raises(RunError, match="results: cannot be written: "),
        claimed(tmp_path / "results", print),
    ):
        pass
