"""Records of simulated studies on disk: one file for each kind of error, whole at any moment."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path

from assemblysim.errors import InputError
from assemblysim.files.codec import from_plain, to_plain
from assemblysim.files.paths import what_lies_at
from assemblysim.files.writing.manifest import read_result, write_result
from assemblysim.result.calibration import SimulatedRecord


def fingerprint(parts: Mapping[str, object]) -> str:
    """Return one short text that changes whenever anything that records depend on changes."""
    text = json.dumps(parts, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def read_records(path: Path, made_from: str) -> dict[int, SimulatedRecord]:
    """Read the simulated studies that are there.

    Args:
        path: a file of lines of JSON; the first says what the others were made from.
        made_from: fingerprint of all that the records depend on.

    Returns:
        Records by the number of the simulated study; empty where there is no file.

    Raises:
        InputError: the file is not one of these, or was made from something else. It stays.
    """
    if what_lies_at(path) == "nothing":
        return {}
    remedy = "move it away, or name another folder with --results"
    try:
        first, *rest = (json.loads(line) for line in read_result(path).decode().splitlines())
        stored = first["made_from"]
        if stored != made_from:
            raise InputError(
                f"{path}: {len(rest)} simulated studies of other inputs, seed, settings or "
                f"versions; {remedy}"
            )
        records = [from_plain(SimulatedRecord, line) for line in rest]
    except (OSError, ValueError, TypeError, KeyError) as fault:
        raise InputError(
            f"{path}: not the records of a calibration ({' '.join(str(fault).split())}); {remedy}"
        ) from fault
    return {record.index: record for record in records}


def write_records(path: Path, made_from: str, records: Iterable[SimulatedRecord]) -> None:
    """Write the simulated studies so far, in the order of their numbers.

    Raises:
        RunError: the place cannot be written to.
    """
    ordered = sorted(records, key=lambda record: record.index)
    lines = [{"made_from": made_from}, *map(to_plain, ordered)]
    text = "".join(f"{json.dumps(line, ensure_ascii=False)}\n" for line in lines)
    write_result(path, text.encode())
