"""The probabilities of steps of a study, read back from its results."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from assemblysim.errors import InputError
from assemblysim.files.codec import from_plain, stored_json
from assemblysim.result.steps.probabilities import STEPS_VERSION, StepsResult

STEPS: Final = "steps.json"


def stored_steps(results: Path, inputs: Mapping[str, str]) -> StepsResult | None:
    """Read what ``steps`` found of a study.

    Returns:
        The result; None where there is none, or where it was made from other files or by another
        release.

    Raises:
        InputError: a file is there that is no such result.
    """
    path = results / STEPS
    if not path.is_file():
        return None
    try:
        found = from_plain(StepsResult, stored_json(path))
    except InputError as fault:
        raise InputError(
            f"{path}: not probabilities of steps; run 'assemblysim steps' again or delete it"
        ) from fault
    return found if found.inputs == inputs and found.version == STEPS_VERSION else None
