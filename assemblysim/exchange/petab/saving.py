"""A study written as PEtab problems, one folder for each mechanism."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from assemblysim.errors import InputError
from assemblysim.exchange.petab.exporting import exported_problem
from assemblysim.exchange.petab.files import MARK, PROBLEM_FILE, problem_files
from assemblysim.files.writing.manifest import start_manifest, write_result
from assemblysim.files.writing.requested import write_requested
from assemblysim.study.definition.study import Study

MODEL_SPACE = "model_space.tsv"
_HEADER = "model_subspace_id\tmodel_subspace_petab_yaml\n"


def save_petab(
    folder: Path,
    study: Study,
    mechanisms: Sequence[str] = (),
    *,
    version: int = 2,
    results: Path | None = None,
    force: bool = False,
) -> dict[str, tuple[str, ...]]:
    """Write mechanisms of a study as PEtab problems, and the space of them for PEtab Select.

    Args:
        folder: what to write to; each mechanism has a folder of its own in it.
        study: its files.
        mechanisms: which; all where empty.
        version: of PEtab, 1 or 2.
        results: folder of the study's results, for nominal values.
        force: whether a folder with files that this did not write may be written to; such files,
            and those that were edited since, are moved to ``kept`` in it.

    Returns:
        For each mechanism the notes: what PEtab says otherwise.

    Raises:
        InputError: something cannot be said in PEtab, or files of others are in the way.
        RunError: a file cannot be written.
    """
    found = {
        name: exported_problem(study, name, results, version=version)
        for name in mechanisms or study.mechanisms
    }
    texts = {name: problem_files(problem, version) for name, problem in found.items()}
    for name, files in texts.items():
        place = folder / name
        old = place / PROBLEM_FILE
        if place.exists() and not place.is_dir():
            raise InputError(f"{place}: is a file; name another folder")
        ours = not place.exists() or (old.is_file() and MARK in old.read_text("utf-8", "replace"))
        if not ours and not force and any(place.iterdir()):
            raise InputError(
                f"{place}: holds files that were not exported; name another folder, or add --force"
            )
        start_manifest(place)
        for file, text in files.items():
            write_result(place / file, text.encode())
    rows = [f"{name}\t{name}/{PROBLEM_FILE}\n" for name in found]
    text = "".join([_HEADER, *rows])
    write_requested(folder / MODEL_SPACE, text.encode(), _is_our_space, force=force)
    return {name: problem.notes for name, problem in found.items()}


def _is_our_space(content: bytes) -> bool:
    """Tell whether a space of models has our columns alone, and each model in its own folder."""
    head, *rows = content.decode("utf-8", "replace").splitlines(keepends=True)
    pairs = [row.rstrip("\n").split("\t") for row in rows]
    return head == _HEADER and all(
        len(one) == 2 and one[1] == f"{one[0]}/{PROBLEM_FILE}" for one in pairs
    )
