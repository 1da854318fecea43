"""What lies at a path: nothing, a folder or an ordinary file; all else is refused in one line."""

from __future__ import annotations

import stat
from pathlib import Path
from typing import Literal

from assemblysim.errors import InputError


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
        reason = getattr(fault, "strerror", None) or str(fault)
        raise InputError(f"{path}: cannot be read: {reason}; check the path") from None
    if stat.S_ISDIR(mode):
        return "folder"
    if not stat.S_ISREG(mode):
        raise InputError(f"{path}: is no ordinary file but a pipe or a device; name a file")
    return "file"
