"""The tails by the name that a study file writes."""

from __future__ import annotations

from typing import Final

from assemblysim.measurement.tails.student import StudentTails
from assemblysim.measurement.tails_model import NORMAL, Tails

# Adding tails takes their class and their place here.
TAILS: Final[dict[str, Tails]] = {one.name: one for one in (NORMAL, StudentTails())}
