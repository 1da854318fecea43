from dataclasses import dataclass

import numpy as np
import pytest

from assemblysim.errors import RunError
from assemblysim.files.writing.whole import write_whole
from assemblysim.study.results.storage import (
    digest,
    read_marked,
    write_marked,
)


@dataclass(frozen=True, eq=False)
class Numbers:
    x: np.ndarray


def test_a_file_that_cannot_be_written_is_one_line_and_keeps_the_old_one(tmp_path):
    (tmp_path / "file").write_text("old")
    with pytest.raises(RunError, match="cannot be written"):
        write_whole(tmp_path / "file" / "inside", b"new")

    assert (tmp_path / "file").read_text() == "old"


def test_a_digest_changes_with_any_part_and_not_with_their_order():
    one = digest({"seed": 1, "inputs": {"a": "x", "b": "y"}})

    assert one == digest({"inputs": {"b": "y", "a": "x"}, "seed": 1})
    assert one != digest({"inputs": {"b": "y", "a": "z"}, "seed": 1})


def test_arrays_come_back_and_a_missing_file_is_none(tmp_path):
    path = tmp_path / "one.npz"
    write_marked(path, {"seed": "1"}, Numbers(np.arange(3.0)))

    np.testing.assert_array_equal(read_marked(Numbers, path, {"seed": "1"}).x, [0, 1, 2])
    assert read_marked(Numbers, tmp_path / "none.npz", {"seed": "1"}) is None


@pytest.mark.parametrize(
    ("mark", "words"),
    [
        ({"seed": "2", "numpy": "2.4"}, "was made with seed 1 instead of 2"),
        ({"seed": "1"}, "was made with another numpy"),
        (
            {"a": "1", "b": "2", "c": "3"},
            "was made with another a, another b, another c and 2 more",
        ),
    ],
)
def test_arrays_made_from_something_else_are_refused_and_left_alone(tmp_path, mark, words):
    path = tmp_path / "one.npz"
    write_marked(path, {"seed": "1", "numpy": "2.4"}, Numbers(np.arange(3.0)))
    before = path.read_bytes()

    with pytest.raises(RunError) as refused:
        read_marked(Numbers, path, mark)
    assert str(refused.value) == (
        f"{path}: {words}; nothing was changed; --anew puts stored results aside, "
        "--results names another folder"
    )
    assert path.read_bytes() == before


@pytest.mark.parametrize("keep", [0, 100, 300, -1])
def test_a_damaged_file_is_refused_and_left_alone(tmp_path, keep):
    path = tmp_path / "one.npz"
    write_marked(path, {"seed": "1"}, Numbers(np.arange(3.0)))
    path.write_bytes(path.read_bytes()[:keep])

    with pytest.raises(RunError, match="is damaged or no checkpoint; nothing was changed"):
        read_marked(Numbers, path, {"seed": "1"})
    assert path.exists()


def test_no_change_of_one_bit_makes_a_traceback(tmp_path):
    path = tmp_path / "one.npz"
    write_marked(path, {"seed": "1"}, Numbers(np.arange(20.0)))
    whole = path.read_bytes()
    refused = 0
    for place in range(0, len(whole), 5):
        flipped = bytearray(whole)
        flipped[place] ^= 1 << (place % 8)
        path.write_bytes(bytes(flipped))
        try:
            read_marked(Numbers, path, {"seed": "1"})
        except RunError:
            refused += 1

    assert refused > 50
