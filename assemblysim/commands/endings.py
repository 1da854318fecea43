"""How a command ends: one line and a status, whatever goes wrong."""

from __future__ import annotations

import errno
import io
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Never

from assemblysim.commands.faults import fault_line
from assemblysim.errors import AssemblysimError, InputError
from assemblysim.language import for_terminals

INTERRUPTED, TERMINATED = 130, 143  # 128 and the number of the signal, as shells have it
OUR_FAULT = 70  # as sysexits.h has it
_REMEDIES = {
    errno.ENOSPC: "make room on the disk",
    errno.EPIPE: "what reads it has ended",
    errno.EMFILE: "allow more open files (ulimit -n), or use fewer --workers",
}
_RESUMES = "what was sampled is stored, the same command resumes"


@contextmanager
def ending_in_one_line(*, every_fault: bool = False, samples: bool = True) -> Iterator[None]:
    """Turn errors that a user can mend, and signals, into one line on stderr and a status.

    Args:
        every_fault: whether each fault of a file gets its line, or only the first.
        samples: whether the command stores what it samples, and resumes.

    Raises:
        SystemExit: 1 after an error, 130 after Ctrl-C, 143 after SIGTERM, 70 after a fault of
            the programme, whose traceback goes to a file.
    """
    interrupted = f"interrupted; {_RESUMES}" if samples else "interrupted"
    former = signal.signal(signal.SIGTERM, _terminated)
    try:
        yield
    except AssemblysimError as error:
        lines = error.lines if every_fault and isinstance(error, InputError) else (str(error),)
        for line in lines[:-1]:
            say(line)
        _end(lines[-1], 1)
    except KeyboardInterrupt:
        _end(interrupted, INTERRUPTED)
    except SystemExit as end:
        if end.code in (INTERRUPTED, TERMINATED) and not isinstance(end, _Said):
            _end(interrupted, int(end.code))
        raise
    except OSError as error:
        place = f"{error.filename}: " if error.filename is not None else ""
        reason = error.strerror or str(error)
        remedy = _REMEDIES.get(error.errno or 0, "check the path")
        _end(f"{place}cannot be read or written: {reason}; {remedy}", 1)
    except MemoryError:
        _end("out of memory; use fewer --workers, or a smaller study", 1)
    except ImportError as error:
        reason = (str(error).strip().splitlines() or ["unknown"])[-1]
        _end(f"a library cannot be loaded: {reason}; free some memory, or install anew", 1)
    except Exception as fault:  # noqa: BLE001  # told, and written to a file
        _end(fault_line(fault), OUR_FAULT)
    finally:
        signal.signal(signal.SIGTERM, former)


class _Said(SystemExit):
    """An end whose line is on stderr already."""


def _terminated(_number: int, _frame: FrameType | None) -> Never:
    raise SystemExit(TERMINATED)


def _end(line: str, status: int) -> Never:
    """Write one line and end with a status."""
    say(line)
    raise _Said(status) from None


def tell(text: str) -> None:
    """Write a command's answer on stdout, whatever names of files and texts of a study it quotes.

    Raises:
        OSError: stdout cannot be written to.
    """
    try:
        sys.stdout.write(f"{for_terminals(text)}\n")
        sys.stdout.flush()
    except OSError as fault:
        raise OSError(fault.errno, fault.strerror, "standard output") from None


def speak_any_console() -> None:
    """Let consoles that lack a letter, as those of cp1252, show its number instead of failing."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def say(line: str) -> None:
    """Write one line to the user on stderr, whatever it quotes."""
    shown = "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in line)
    sys.stderr.write(f"assemblysim: {shown}\n")
