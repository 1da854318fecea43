"""Names of SBML as names of a mechanism file: a letter first, no reserved one, each once."""

from __future__ import annotations

import re

from assemblysim.mechanism.network.names import FUNCTIONS, TIME

_LONGEST = 50  # a mark behind it still fits


class MechanismNames:
    """Gives every identifier a name of its own, its own one where that may be."""

    def __init__(self) -> None:
        self._given: dict[str, str] = {}
        self._taken: set[str] = {*FUNCTIONS, TIME}

    def name(self, identifier: str) -> str:
        """Return the name of an identifier, the same whenever it is asked for."""
        if identifier not in self._given:
            self._given[identifier] = self.fresh(identifier)
        return self._given[identifier]

    def fresh(self, wanted: str) -> str:
        """Return a name that nothing has, as near to what is wanted as may be."""
        plain = re.sub(r"[^A-Za-z0-9_]", "_", wanted).lstrip("_")[:_LONGEST]
        if not plain or not plain[0].isalpha():
            plain = f"x{plain}"
        name, count = plain, 1
        while name in self._taken:
            count += 1
            name = f"{plain}_{count}"
        self._taken.add(name)
        return name
