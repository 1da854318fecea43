"""What lies at a path: nothing, a folder or an ordinary file; all else is refused in one line."""

from __future__ import annotations

import stat
from pathlib import Path
from typing import Literal

from assemblysim.errors import InputError


def resolved(path: Path) -> Path:
    """Return a path from the root, symbolic links followed as far as they lead.

    Raises:
        InputError: the links go round in a circle, or the path cannot be followed.
    """
    try:
        found = path.resolve()
        if found.is_symlink():  # from Python 3.13 on circles are let through
            raise RuntimeError
    except (OSError, RuntimeError, ValueError) as fault:  # the second for circles, until 3.12
        reason = getattr(fault, "strerror", None) or "links that lead round in a circle"
        raise InputError(f"{path}: cannot be read: {reason}; check the path") from None
    return found


def what_lies_at(path: Path) -> Literal["nothing", "folder", "file"]:
    """Tell what lies at a path, symbolic links followed.

    Raises:
        InputError: the path cannot be looked at (too long a name, no permission), or it is a pipe
            or a device, from which reading might never end; the text begins with the path.
    """
    try:
        mode = path.stat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        return "nothing"
    except (OSError, ValueError) as fault:
        reason = getattr(fault, "strerror", None) or "embedded null byte"
        raise InputError(f"{path}: cannot be read: {reason}; check the path") from None
    if stat.S_ISDIR(mode):
        return "folder"
    if not stat.S_ISREG(mode):
        raise InputError(f"{path}: is no ordinary file but a pipe or a device; name a file")
    return "file"
