"""One writer for a results folder: a lock that ends with the process that holds it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from assemblysim.errors import RunError
from assemblysim.files.writing.manifest import MANIFEST, kept_files, start_manifest
from assemblysim.files.writing.whole import PART, unwritable

LOCK = ".lock"
_NETWORK = ("nfs", "cifs", "smb", "afs", "9p", "ceph", "lustre", "gpfs", "beegfs", "davfs",
            "fuse.sshfs", "fuse.rclone", "fuse.glusterfs", "fuse.s3fs", "vboxsf")  # fmt: skip
_MOUNTS = Path("/proc/mounts")


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
    with _alone_in_process(folder), _lock_file(folder) as file:
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


def _lock_file(folder: Path) -> IO[bytes]:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return (folder / LOCK).open("r+b" if (folder / LOCK).exists() else "w+b")
    except OSError as error:
        raise unwritable(folder, error) from error


_HELD = set[Path]()
_CHANGING = threading.Lock()


@contextmanager
def _alone_in_process(folder: Path) -> Iterator[None]:
    """See that no other thread writes to a folder: the lock is of the process.

    It would be lost, too, when the other thread closes the file.
    """
    place = folder.resolve()
    with _CHANGING:
        if place in _HELD:
            raise RunError(
                f"{folder}: another thread of this process, {os.getpid()}, writes there; wait "
                "until it ends, or name another folder"
            )
        _HELD.add(place)
    try:
        yield
    finally:
        with _CHANGING:
            _HELD.remove(place)


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
    place = folder.resolve()
    if sys.platform == "win32":
        import ctypes

        remote = ctypes.windll.kernel32.GetDriveTypeW(place.anchor) == 4  # DRIVE_REMOTE
        return "of another machine" if remote or place.anchor.startswith("\\\\") else ""
    above = [one for one in _mounts() if f"{place}/".startswith(f"{one[0].rstrip('/')}/")]
    kind = max(above, key=lambda one: len(one[0]), default=("", ""))[1]
    return kind if kind.startswith(_NETWORK) else ""


def _mounts() -> list[tuple[str, str]]:
    """Return where drives are, and of which kind; the last of a place is the one that is seen."""
    try:
        if sys.platform == "darwin":
            told = subprocess.run(["/sbin/mount"], capture_output=True, text=True, check=False)
            return re.findall(r" on (.+) \(([^,)]+)", told.stdout)
        lines = _MOUNTS.read_text("utf-8", "replace").splitlines()
    except OSError:
        return []
    fields = [line.split() for line in lines]
    found = {_unescaped(one[1]): one[2] for one in fields if len(one) > 2}
    return list(found.items())


def _unescaped(place: str) -> str:
    """Return a place as it is called: blanks and the like are written as octal numbers."""
    return re.sub(r"\\([0-7]{3})", lambda found: chr(int(found[1], 8)), place)
