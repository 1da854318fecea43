"""One writer for a results folder: a lock that ends with the process that holds it."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from assemblysim.errors import RunError
from assemblysim.files.writing.manifest import MANIFEST, kept_files, start_manifest
from assemblysim.files.writing.whole import PART

LOCK = ".lock"
_NETWORK = ("nfs", "cifs", "smb", "fuse.sshfs", "afs", "9p")


@contextmanager
def claimed(folder: Path, tell: Callable[[str], None]) -> Iterator[None]:
    """Hold a results folder for writing; where it is not there it is made.

    Args:
        folder: of results.
        tell: called with a line for each file that was moved aside, and where a lock cannot be
            trusted.

    Raises:
        RunError: another process writes there, or the folder cannot be written to.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        file = (folder / LOCK).open("r+b" if (folder / LOCK).exists() else "w+b")
    except OSError as error:
        reason = error.strerror or str(error)
        raise RunError(f"{folder}: cannot be written: {reason}; check the folder") from error
    with file:
        locked, network = _locked(file, folder), _network_drive(folder)
        if network or not locked:
            tell(f"{folder}: on a drive ({network or 'without locks'}) where {_UNTRUSTED}")
        file.truncate(0)
        file.write(f"{os.getpid()}\n".encode())
        file.flush()
        _remove_parts(folder)
        start_manifest(folder)
        before = kept_files(folder)
        try:
            yield
        finally:
            for path in kept_files(folder):
                if path not in before:
                    tell(f"{path}: kept aside: assemblysim did not write it, or it was changed")
            _leave(folder)


_UNTRUSTED = "locks cannot be trusted; see that no second run writes there"


def _remove_parts(folder: Path) -> None:
    """Remove what a run that was killed had not written to its end; nobody else writes here."""
    for path in folder.rglob(".*.part"):
        if PART.fullmatch(path.name) and path.is_file() and not path.is_symlink():
            path.unlink(missing_ok=True)


def _leave(folder: Path) -> None:
    """Remove a folder in which nothing was written."""
    names = {path.name for path in folder.iterdir()} if folder.is_dir() else set()
    if names and names <= {LOCK, MANIFEST} and not (folder / MANIFEST).read_bytes():
        for name in names:
            (folder / name).unlink()
        folder.rmdir()


def _locked(file: IO[bytes], folder: Path) -> bool:
    """Take the lock; tell whether this place has locks at all.

    Raises:
        RunError: another process holds it.
    """
    try:
        if sys.platform == "win32":
            import msvcrt

            file.seek(1 << 20)
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
            file.seek(0)
        else:
            import fcntl

            # Record locks: workers do not inherit them, so they end with this process.
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        holder = file.read(32).decode(errors="replace").strip() or "unknown"
        raise RunError(
            f"{folder}: process {holder} writes there; wait until it ends, or name another folder "
            "with --results"
        ) from None
    except OSError:
        return False
    return True


def _network_drive(folder: Path) -> str:
    """Return the kind of network drive that a folder lies on; an empty text where on none."""
    try:
        lines = Path("/proc/mounts").read_text("utf-8", "replace").splitlines()
    except OSError:
        return ""
    place = str(folder.resolve())
    fields = [line.split() for line in lines]
    mounts = [
        (one[1], one[2])
        for one in fields
        if len(one) > 2 and f"{place}/".startswith(f"{one[1].rstrip('/')}/")
    ]
    kind = max(mounts, key=lambda one: len(one[0]), default=("", ""))[1]
    return kind if kind.startswith(_NETWORK) else ""
