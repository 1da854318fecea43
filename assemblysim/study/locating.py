"""Where a study and its mechanism file lie, as a user names them."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from assemblysim.errors import InputError, did_you_mean
from assemblysim.files.paths import resolved, what_lies_at

STUDY_FILE: Final = "study.toml"


def study_file(given: Path) -> Path:
    """Return the study.toml that a user means.

    Raises:
        InputError: there is none.
    """
    found = what_lies_at(given)
    if found == "folder":
        path = given / STUDY_FILE
        if what_lies_at(path) == "nothing":
            raise InputError(f"{given}: no {STUDY_FILE} in this folder; name a study's folder")
        return path
    if found == "nothing":
        raise InputError(
            f"{given}: no such folder; name a study's folder, which holds {STUDY_FILE}"
        )
    return given


def refuse_study_folder(results: Path) -> None:
    """Refuse to store results in a folder that is itself a study's.

    Raises:
        InputError: it holds a study.toml.
    """
    if what_lies_at(results / STUDY_FILE) != "nothing":
        raise InputError(
            f"{results}: holds a {STUDY_FILE}, and results need a folder of their own; name one "
            f"such as {results / 'results'}"
        )


def model_file(folder: Path, model: str) -> Path:
    """Find the mechanism file: a path, or a name in a models folder above the study.

    Raises:
        InputError: no folder above has such a file.
    """
    if model.endswith(".toml"):
        return _near(folder / model)
    above = (resolved(folder), *resolved(folder).parents)
    for parent in above:
        candidate = parent / "models" / f"{model}.toml"
        if what_lies_at(candidate) == "file":
            return _near(candidate)
    known = [p.stem for parent in above for p in (parent / "models").glob("*.toml")]
    raise InputError(
        f"model: no models/{model}.toml in a folder above this study"
        + (did_you_mean(model, known) or "; write the path of a mechanism file, ending in .toml")
    )


def _near(path: Path) -> Path:
    """Write a path from where the user is, if it lies there."""
    relative = os.path.relpath(path)
    return path if relative.startswith("..") else Path(relative)


def with_hashes(folder: Path, files: Sequence[Path]) -> tuple[tuple[str, str], ...]:
    """Return (path from a folder, sha256) of files, each once, in their order."""
    relative = {Path(os.path.relpath(file, folder)).as_posix(): file for file in files}
    return tuple(
        (name, hashlib.sha256(file.read_bytes()).hexdigest()) for name, file in relative.items()
    )
