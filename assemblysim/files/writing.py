"""Files written in one piece."""

from __future__ import annotations

import os
from pathlib import Path

from assemblysim.errors import RunError


def write_whole(path: Path, content: bytes) -> None:
    """Write a file in one piece: the old one stays until the new one is complete.

    Raises:
        RunError: the place cannot be written to.
    """
    if path.is_dir():
        raise RunError(f"{path}: is a directory; name a file in it")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(f"{path.name}.part")
        with part.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except OSError as error:
        raise RunError(f"{path}: cannot be written: {error.strerror}; check the folder") from error
