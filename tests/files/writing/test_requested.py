"""What a user names is written; what is not ours is not replaced."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from assemblysim.errors import InputError
from assemblysim.files.writing.requested import write_requested


def _ours(content: bytes) -> bool:
    return content.startswith(b"ours")


def test_new_files_and_our_own_are_written(tmp_path: Path) -> None:
    for content in (b"ours 1", b"ours 2"):
        write_requested(tmp_path / "a.csv", content, _ours, force=False)
        assert (tmp_path / "a.csv").read_bytes() == content


def test_another_file_is_replaced_by_force_alone(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"mine")
    with pytest.raises(InputError, match=r"a.csv: exists and was not written .* --force"):
        write_requested(path, b"ours", _ours, force=False)
    assert path.read_bytes() == b"mine"
    write_requested(path, b"ours", _ours, force=True)
    assert path.read_bytes() == b"ours"


@pytest.mark.parametrize("force", [False, True])
def test_pipes_and_folders_are_refused(tmp_path: Path, *, force: bool) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(InputError, match="pipe: is no ordinary file"):
        write_requested(tmp_path / "pipe", b"ours", _ours, force=force)
    with pytest.raises(InputError, match="is a directory"):
        write_requested(tmp_path, b"ours", _ours, force=force)
    assert (tmp_path / "pipe").is_fifo()


def test_a_link_keeps_pointing_and_its_file_is_protected(tmp_path: Path) -> None:
    link, target = tmp_path / "link", tmp_path / "target"
    link.symlink_to(target)
    write_requested(link, b"ours", _ours, force=False)
    assert link.is_symlink()
    assert target.read_bytes() == b"ours"
    target.write_bytes(b"mine")
    with pytest.raises(InputError, match="link: exists"):
        write_requested(link, b"ours", _ours, force=False)


def test_a_link_that_leads_to_itself_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    with pytest.raises(Exception, match="loop: cannot be written: ") as caught:
        write_requested(tmp_path / "loop", b"ours", _ours, force=True)
    assert "\n" not in str(caught.value)
