"""A file that a user names on the command line to be written: never over what is not ours."""

from __future__ import annotations

import stat
from collections.abc import Callable
from pathlib import Path

from assemblysim.errors import InputError, RunError
from assemblysim.files.writing.whole import write_whole


def write_requested(
    path: Path, content: bytes, is_ours: Callable[[bytes], bool], *, force: bool
) -> None:
    """Write a file that was asked for; a symbolic link is followed and stays.

    Args:
        path: as the user wrote it.
        content: of the file.
        is_ours: tells from a file's content whether this command wrote it.
        force: whether another ordinary file may be replaced.

    Raises:
        InputError: something else lies there: one line that says what to do.
        RunError: the place cannot be written to.
    """
    try:
        place = path.resolve(strict=False)
        mode = place.stat().st_mode
    except FileNotFoundError:
        write_whole(place, content)
        return
    except (OSError, RuntimeError, ValueError) as fault:
        reason = getattr(fault, "strerror", None) or str(fault)
        raise RunError(f"{path}: cannot be written: {reason}; check the path") from None
    if stat.S_ISDIR(mode):
        raise InputError(f"{path}: is a directory; name a file in it")
    if not stat.S_ISREG(mode):
        raise InputError(f"{path}: is no ordinary file but a pipe or a device; name a file")
    if not force and not is_ours(place.read_bytes()):
        raise InputError(
            f"{path}: exists and was not written by this command; name another file, or add "
            "--force to replace it"
        )
    write_whole(place, content)
