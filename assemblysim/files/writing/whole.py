"""Files written in one piece."""

from __future__ import annotations

import itertools
import os
import re
from pathlib import Path

from assemblysim.errors import RunError

PART = re.compile(r"\.\d+-\d+\.part")  # the name of a file that is not complete


def write_whole(path: Path, content: bytes, *, durable: bool = True) -> None:
    """Write a file in one piece: the old one stays until the new one is complete.

    Args:
        path: the file.
        content: all of it.
        durable: whether it has to outlast a loss of power a moment later.

    Raises:
        RunError: the place cannot be written to.
    """
    if path.is_dir():
        raise RunError(f"{path}: is a directory; name a file in it")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part = _new_file_beside(path)
        try:
            with part.open("wb") as file:
                file.write(content)
                file.flush()
                if durable:
                    os.fsync(file.fileno())
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)
    except OSError as error:
        raise unwritable(path, error) from error


def unwritable(path: Path, error: OSError) -> RunError:
    """Return what to say of a place that cannot be written to.

    Args:
        path: of a file or a folder.
        error: what happened.
    """
    reason = f"{error.strerror or error}; check the folder"
    if isinstance(error, FileExistsError | NotADirectoryError):
        above = (one for one in (path, *path.parents) if one.exists() and not one.is_dir())
        if (file := next(above, None)) is not None:
            reason = f"{file} is a file, and a folder is needed there; move it"
    return RunError(f"{path}: cannot be written: {reason}")


def _new_file_beside(path: Path) -> Path:
    """Make an empty file of a name that nobody has, so that nothing of anybody is written over."""
    for number in itertools.count():
        part = path.with_name(f".{os.getpid()}-{number}.part")
        try:
            os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666))
        except FileExistsError:
            continue
        return part
    raise AssertionError
