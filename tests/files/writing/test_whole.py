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
