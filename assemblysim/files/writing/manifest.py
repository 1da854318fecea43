"""The files of a results folder that the program wrote, by digest: no others are ever touched.

``manifest.sha256`` holds a line for each, as ``sha256sum`` writes it, the newest last. A line is
added before its file is put in place, so that a kill between the two leaves nothing unknown.
"""

from __future__ import annotations

import hashlib
import itertools
import os
from collections.abc import Collection
from pathlib import Path

from assemblysim.errors import InputError, RunError
from assemblysim.files.writing.whole import write_whole

MANIFEST = "manifest.sha256"
# Where files that others wrote, or changed, go when their place is needed.
KEPT = "kept"
_DEPTH = 3  # results/mechanism/smc/file is the deepest
_LAST = 2  # digests of one file that count: the last, and the one before


def results_folder_of(path: Path) -> Path | None:
    """Return the folder with a manifest that a file lies in; None where there is none."""
    above = itertools.islice(path.absolute().parents, _DEPTH)
    return next((folder for folder in above if (folder / MANIFEST).is_file()), None)


def recorded_digests(folder: Path) -> dict[str, tuple[str, ...]]:
    """Read a manifest: the digests of each file that count, by its place in the folder.

    Raises:
        InputError: the manifest cannot be read.
    """
    try:
        lines = (folder / MANIFEST).read_text("utf-8").splitlines()
    except (OSError, ValueError) as fault:
        raise InputError(f"{folder / MANIFEST}: cannot be read ({fault}); delete it") from fault
    found: dict[str, tuple[str, ...]] = {}
    for line in lines:
        digest, _, name = line.partition("  ")
        found[name] = (*found.get(name, ()), digest)[-_LAST:]
    return found


def start_manifest(folder: Path) -> None:
    """Make an empty manifest, or shorten the one that is there to the lines that count.

    Raises:
        RunError: the folder cannot be written to.
    """
    known = recorded_digests(folder) if (folder / MANIFEST).is_file() else {}
    lines = [f"{digest}  {name}\n" for name, every in known.items() for digest in every]
    write_whole(folder / MANIFEST, "".join(lines).encode())


def write_result(path: Path, content: bytes, *, durable: bool = True) -> None:
    """Write a file in one piece and record it where its folder has a manifest.

    What lies there and is not ours, or was changed since, is first moved to ``kept``.

    Args:
        path: the file.
        content: what to write.
        durable: whether it has to outlast a loss of power a moment later.

    Raises:
        RunError: the place cannot be written to.
    """
    folder = results_folder_of(path)
    if folder is not None:
        name = path.absolute().relative_to(folder).as_posix()
        digest = hashlib.sha256(content).hexdigest()
        _keep_foreign(folder, name, (*recorded_digests(folder).get(name, ()), digest))
        _record(folder, f"{digest}  {name}\n", durable=durable)
    write_whole(path, content, durable=durable)


def read_result(path: Path) -> bytes:
    """Read a file, and see that it is as it was written where its folder has a manifest.

    Raises:
        InputError: the bytes are not those that were written; without the file's name.
        OSError: it cannot be read.
    """
    content = path.read_bytes()
    folder = results_folder_of(path)
    if folder is not None:
        name = path.absolute().relative_to(folder).as_posix()
        written = recorded_digests(folder).get(name, ())
        found = hashlib.sha256(content).hexdigest()
        if written and found not in written:
            raise InputError(
                f"changed after it was written: SHA-256 {found} instead of {written[-1]} in "
                f"{MANIFEST}"
            )
    return content


def remove_results(folder: Path, inside: Collection[str], keep: Collection[Path] = ()) -> None:
    """Remove files that the program wrote, and folders that are empty then.

    Args:
        folder: with the manifest; nothing happens where there is none.
        inside: sub-folders whose files go.
        keep: files that stay.

    Raises:
        RunError: a file cannot be removed.
    """
    if not (folder / MANIFEST).is_file():
        return
    stay = {path.absolute() for path in keep}
    try:
        for name, digests in recorded_digests(folder).items():
            path = folder.absolute() / name
            if path in stay or not any(name.startswith(f"{one}/") for one in inside):
                continue
            if path.is_file() and not path.is_symlink() and _digest(path) in digests:
                path.unlink()
        for one in inside:
            if (folder / one).is_dir() and not any((folder / one).iterdir()):
                (folder / one).rmdir()
    except OSError as error:
        raise RunError(f"{error.filename}: cannot be removed: {error.strerror}") from error


def kept_files(folder: Path) -> tuple[Path, ...]:
    """Return the files that were moved aside, sorted."""
    return tuple(sorted(path for path in (folder / KEPT).rglob("*") if not path.is_dir()))


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _record(folder: Path, line: str, *, durable: bool) -> None:
    try:
        with (folder / MANIFEST).open("ab") as file:
            file.write(line.encode())
            file.flush()
            if durable:
                os.fsync(file.fileno())
    except OSError as error:
        raise RunError(
            f"{folder / MANIFEST}: cannot be written: {error.strerror}; check the folder"
        ) from error


def _keep_foreign(folder: Path, name: str, ours: tuple[str, ...]) -> None:
    """Move a file that is not one of ours from its place to a free one below ``kept``."""
    path = folder / name
    try:
        if not os.path.lexists(path) or path.is_dir():
            return
        if path.is_file() and not path.is_symlink() and _digest(path) in ours:
            return
        kept = folder / KEPT / name
        kept.parent.mkdir(parents=True, exist_ok=True)
        names = itertools.chain([kept.name], (f"{i}-{kept.name}" for i in itertools.count(2)))
        free = next(one for one in names if not os.path.lexists(kept.with_name(one)))
        path.rename(kept.with_name(free))
    except OSError as error:
        raise RunError(
            f"{path}: was not written by assemblysim and cannot be put aside: {error.strerror}"
        ) from error
