import errno
import io
import json
import os
import signal
import sys

import pytest

from assemblysim.commands.endings import ending_in_one_line, speak_any_console, tell
from assemblysim.errors import RunError


@pytest.mark.parametrize(
    ("fault", "status", "line"),
    [
        (RunError("a\nb\x1b[31m°: c"), 1, r"a\nb\x1b[31m°: c"),
        (
            OSError(errno.ENOSPC, "No space left on device", "/x"),
            1,
            "/x: cannot be read or written: No space left on device; make room on the disk",
        ),
        (
            OSError(errno.EMFILE, "Too many open files"),
            1,
            "cannot be read or written: Too many open files; allow more",
        ),
        (
            OSError(errno.EPIPE, "Broken pipe", "standard output"),
            1,
            "standard output: cannot be read or written: Broken pipe; what reads it has ended",
        ),
        (
            ImportError("cannot import:\n\nfailed to map segment\n"),
            1,
            "a library cannot be loaded: failed to map segment; free some memory",
        ),
        (ZeroDivisionError("a\nb"), 70, "a fault of assemblysim (ZeroDivisionError: a b); please"),
        (MemoryError(), 1, "out of memory; use fewer --workers"),
        (KeyboardInterrupt(), 130, "interrupted; what was sampled is stored"),
        (SystemExit(130), 130, "interrupted; what was sampled is stored"),
    ],
)
def test_each_fault_is_one_line_and_a_status(fault, status, line, capsys):
    with pytest.raises(SystemExit) as end, ending_in_one_line():
        raise fault

    said = capsys.readouterr().err
    assert end.value.code == status
    assert said.startswith(f"assemblysim: {line}")
    assert len(said.splitlines()) == 1


def test_sigterm_ends_a_command_with_its_own_status(capsys):
    before = signal.getsignal(signal.SIGTERM)

    with pytest.raises(SystemExit) as end, ending_in_one_line():
        os.kill(os.getpid(), signal.SIGTERM)

    assert end.value.code == 143
    assert capsys.readouterr().err.startswith("assemblysim: interrupted; ")
    assert signal.getsignal(signal.SIGTERM) is before


def test_a_command_that_samples_nothing_promises_nothing(capsys):
    with pytest.raises(SystemExit), ending_in_one_line(samples=False):
        raise KeyboardInterrupt

    assert capsys.readouterr().err == "assemblysim: interrupted\n"


def test_a_command_within_a_command_says_its_end_once(capsys):
    with pytest.raises(SystemExit) as end, ending_in_one_line(), ending_in_one_line():
        raise KeyboardInterrupt

    assert end.value.code == 130
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_an_end_without_a_fault_says_nothing(capsys):
    with pytest.raises(SystemExit) as end, ending_in_one_line():
        raise SystemExit(0)

    assert end.value.code == 0
    assert capsys.readouterr().err == ""


def test_an_answer_holds_nothing_that_a_terminal_listens_to(capsys):
    tell("wrote a\x1b[31m\udcff\u202e\x9b.csv\n\tÅ → 2 \u202fmM")

    told = capsys.readouterr().out
    assert told == "wrote a\\u001b[31m\\udcff\\u202e\\u009b.csv\n\tÅ → 2 \u202fmM\n"


def test_an_answer_that_finds_no_room_is_one_line(monkeypatch, capsys):
    class Full(io.StringIO):
        def flush(self):
            raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(sys, "stdout", Full())
    with pytest.raises(SystemExit) as end, ending_in_one_line():
        tell("much")

    assert end.value.code == 1
    assert capsys.readouterr().err == (
        "assemblysim: standard output: cannot be read or written: No space left on device; "
        "make room on the disk\n"
    )


def test_json_stays_json_whatever_it_quotes(capsys):
    text = "a\x9b\u202e\x1b"
    tell(json.dumps({"title": text}, ensure_ascii=False))

    assert json.loads(capsys.readouterr().out) == {"title": text}


@pytest.mark.parametrize("encoding", ["cp1252", "ascii"])
def test_a_console_that_lacks_a_letter_shows_its_number(encoding, monkeypatch):
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding=encoding))

    speak_any_console()
    tell("A ⇌ B")

    assert raw.getvalue().split() == [b"A", b"\\u21cc", b"B"]
