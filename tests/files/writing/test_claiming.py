"""One writer for a results folder."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from assemblysim.errors import RunError
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
