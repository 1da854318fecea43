import os
from pathlib import Path

import pytest

from assemblysim.errors import InputError
from assemblysim.files.cells import read_grid
from assemblysim.files.paths import resolved, what_lies_at
from assemblysim.files.toml import read_toml


def test_files_and_folders_are_told_apart_through_links(tmp_path):
    (tmp_path / "file").write_text("x")
    (tmp_path / "link").symlink_to("file")

    assert what_lies_at(tmp_path) == "folder"
    assert what_lies_at(tmp_path / "file") == what_lies_at(tmp_path / "link") == "file"
    assert what_lies_at(tmp_path / "none") == what_lies_at(tmp_path / "file" / "x") == "nothing"


@pytest.mark.parametrize("read", [what_lies_at, read_toml, read_grid])
def test_a_pipe_is_refused_and_not_waited_for(read, tmp_path):
    pipe = tmp_path / "pipe.csv"
    os.mkfifo(pipe)

    with pytest.raises(InputError) as refusal:
        read(pipe)

    assert str(refusal.value) == f"{pipe}: is no ordinary file but a pipe or a device; name a file"


@pytest.mark.parametrize("read", [what_lies_at, read_toml, read_grid])
def test_an_endless_device_is_refused(read, tmp_path):
    link = tmp_path / "zero.csv"
    link.symlink_to("/dev/zero")

    with pytest.raises(InputError, match=r"zero\.csv: is no ordinary file"):
        read(link)


@pytest.mark.parametrize(
    ("name", "reason"),
    [("a" * 300 + ".csv", "File name too long"), ("a\0b.csv", "embedded null byte")],
)
@pytest.mark.parametrize("read", [what_lies_at, read_toml, read_grid])
def test_a_name_that_no_file_can_have_is_refused(read, name, reason, tmp_path):
    path = Path(tmp_path, name)

    with pytest.raises(InputError) as refusal:
        read(path)

    assert str(refusal.value) == f"{path}: cannot be read: {reason}; check the path"


def test_links_are_followed_as_far_as_they_lead(tmp_path):
    (tmp_path / "link").symlink_to("folder")
    assert resolved(tmp_path / "link" / "file") == tmp_path.resolve() / "folder" / "file"

    (tmp_path / "loop").symlink_to("loop")
    with pytest.raises(InputError, match=r"loop: cannot be read: .*; check the path"):
        resolved(tmp_path / "loop")


def test_a_circle_that_python_lets_through_is_seen(tmp_path, monkeypatch):
    (tmp_path / "loop").symlink_to("loop")
    monkeypatch.setattr(Path, "resolve", lambda self: self)  # as from 3.13 on

    with pytest.raises(InputError, match="links that lead round in a circle; check"):
        resolved(tmp_path / "loop")
