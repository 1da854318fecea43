"""Only what the program wrote is replaced or removed, and a changed byte is noticed."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from assemblysim.errors import InputError
from assemblysim.files.writing.manifest import (
    KEPT,
    MANIFEST,
    kept_files,
    read_result,
    recorded_digests,
    remove_results,
    results_folder_of,
    start_manifest,
    write_result,
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A results folder with a manifest and nothing else."""
    start_manifest(tmp_path)
    return tmp_path


def test_the_manifest_holds_the_digest_of_what_was_written(folder: Path) -> None:
    write_result(folder / "one" / "smc" / "a.npz", b"bytes")
    expected = hashlib.sha256(b"bytes").hexdigest()
    assert (folder / MANIFEST).read_text("utf-8") == f"{expected}  one/smc/a.npz\n"
    assert results_folder_of(folder / "one" / "smc" / "a.npz") == folder
    assert read_result(folder / "one" / "smc" / "a.npz") == b"bytes"


def test_a_file_of_ours_is_replaced(folder: Path) -> None:
    for content in (b"first", b"second", b"third"):
        write_result(folder / "a", content)
    assert read_result(folder / "a") == b"third"
    assert not kept_files(folder)
    start_manifest(folder)
    assert len(recorded_digests(folder)["a"]) == 2


def test_files_of_others_and_edited_ones_are_kept(folder: Path) -> None:
    for content, written in ((b"mine", b"1"), (b"edited", b"2")):
        (folder / "a.csv").write_bytes(content)
        write_result(folder / "a.csv", written)
    kept = {path.name: path.read_bytes() for path in kept_files(folder)}
    assert kept == {"a.csv": b"mine", "2-a.csv": b"edited"}
    assert read_result(folder / "a.csv") == b"2"


def test_a_link_is_kept_and_what_it_points_to_stays(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "mine").write_bytes(b"mine")
    (folder / "a").symlink_to(tmp_path / "mine")
    write_result(folder / "a", b"ours")
    assert (tmp_path / "mine").read_bytes() == b"mine"
    assert (folder / KEPT / "a").is_symlink()


def test_one_changed_bit_is_noticed(folder: Path) -> None:
    write_result(folder / "a", b"abc")
    (folder / "a").write_bytes(b"abb")
    with pytest.raises(InputError, match=r"changed after it was written: SHA-256 .* instead of "):
        read_result(folder / "a")


def test_a_kill_between_record_and_file_leaves_the_former_file_readable(folder: Path) -> None:
    write_result(folder / "a", b"former")
    next_one = hashlib.sha256(b"next").hexdigest()
    with (folder / MANIFEST).open("a") as file:
        file.write(f"{next_one}  a\n")
    assert read_result(folder / "a") == b"former"
    write_result(folder / "a", b"next")
    assert not kept_files(folder)


def test_only_what_is_ours_and_unchanged_is_removed(folder: Path) -> None:
    for name in ("old.csv", "new.csv", "edited.csv"):
        write_result(folder / "tables" / name, b"1")
    (folder / "tables" / "edited.csv").write_bytes(b"2")
    (folder / "tables" / "photo.png").write_bytes(b"mine")
    write_result(folder / "smc" / "pilot.npz", b"1")
    remove_results(folder, ["tables", "smc"], [folder / "tables" / "new.csv"])
    left = sorted(path.name for path in (folder / "tables").iterdir())
    assert left == ["edited.csv", "new.csv", "photo.png"]
    assert not (folder / "smc").exists()


def test_without_a_manifest_nothing_is_removed_or_recorded(tmp_path: Path) -> None:
    write_result(tmp_path / "tables" / "a.csv", b"1")
    remove_results(tmp_path, ["tables"])
    assert read_result(tmp_path / "tables" / "a.csv") == b"1"
    assert results_folder_of(tmp_path / "tables" / "a.csv") is None
