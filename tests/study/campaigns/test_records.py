import pytest
from calibration_example import record

from assemblysim.errors import InputError
from assemblysim.study.campaigns.records import fingerprint, read_records, write_records


def test_records_come_back_by_their_number(tmp_path):
    path = tmp_path / "prior-none.jsonl"
    written = [record(3), record(1, "wrong")]
    write_records(path, "mark", written)

    assert read_records(path, "mark") == {one.index: one for one in written}
    assert list(read_records(path, "mark")) == [1, 3]
    assert read_records(tmp_path / "nothing.jsonl", "mark") == {}


def test_records_of_something_else_are_refused_and_stay(tmp_path):
    path = tmp_path / "prior-none.jsonl"
    write_records(path, "mark", [record(0)])
    before = path.read_bytes()

    with pytest.raises(InputError, match="1 simulated studies of other inputs, seed"):
        read_records(path, "other mark")
    assert path.read_bytes() == before


def test_a_fingerprint_changes_with_what_it_is_of_and_not_with_the_order():
    assert fingerprint({"a": 1, "b": 2}) == fingerprint({"b": 2, "a": 1})
    assert fingerprint({"a": 1, "b": 2}) != fingerprint({"a": 1, "b": 3})
