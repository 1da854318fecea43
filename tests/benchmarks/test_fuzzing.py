"""The readers' fuzzing: what it began with is taken well, and what is not is seen."""

import pytest

from assemblysim.errors import InputError
from benchmarks.robustness import fuzzing


@pytest.mark.parametrize("target", fuzzing.TARGETS)
def test_the_corpus_is_taken_well(target):
    every = fuzzing.corpus(target)

    assert len(every) >= 4
    for data in every:
        fuzzing.tried(target, data)


def test_some_of_each_corpus_is_read_and_not_refused():
    for target in fuzzing.TARGETS:
        read = 0
        for data in fuzzing.corpus(target):
            try:
                fuzzing.TARGETS[target](data)
            except InputError:
                continue
            read += 1
        assert read, target


@pytest.mark.parametrize(
    ("fault", "seen"),
    [(ZeroDivisionError(), ZeroDivisionError), (InputError("a\nb"), AssertionError)],
)
def test_what_a_reader_must_not_do_is_seen(fault, seen, monkeypatch):
    def read(_data):
        raise fault

    monkeypatch.setitem(fuzzing.TARGETS, "csv", read)
    with pytest.raises(seen):
        fuzzing.tried("csv", b"")


def test_the_shortest_inputs_are_kept(tmp_path, monkeypatch):
    monkeypatch.setattr(fuzzing, "CORPUS", tmp_path / "corpus.json")
    monkeypatch.setattr(fuzzing, "MOST_KEPT", 2)

    fuzzing.keep("csv", [b"aaa", b"\xff", b"bb", b"bb"])

    assert fuzzing.corpus("csv") == (b"bb", b"\xff")
