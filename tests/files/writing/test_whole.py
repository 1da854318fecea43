import re

import pytest

from assemblysim.errors import RunError
from assemblysim.files.writing.whole import write_whole


def test_the_old_file_stays_until_the_new_one_is_complete(tmp_path, monkeypatch):
    path = tmp_path / "new" / "a.json"
    write_whole(path, b"old")
    with monkeypatch.context() as patched:
        patched.setattr("os.fsync", lambda _: (_ for _ in ()).throw(OSError(28, "disk full")))
        with pytest.raises(RunError, match=r"a\.json: cannot be written: disk full"):
            write_whole(path, b"new")

    assert path.read_bytes() == b"old"
    write_whole(path, b"new")
    assert path.read_bytes() == b"new"
    assert [p.name for p in path.parent.iterdir()] == ["a.json"]


def test_a_file_where_a_folder_is_needed_is_named(tmp_path):
    (tmp_path / "figures").write_text("mine")
    for path in (tmp_path / "figures" / "a.svg", tmp_path / "figures" / "more" / "a.svg"):
        expected = f"{path}: cannot be written: {tmp_path / 'figures'} is a file, and a folder is"
        with pytest.raises(RunError, match=re.escape(expected)):
            write_whole(path, b"new")

    assert (tmp_path / "figures").read_text() == "mine"
