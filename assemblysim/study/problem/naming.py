"""What each parameter is called in each experiment: common to all, or of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from assemblysim.study.definition.hypotheses import Hypothesis
from assemblysim.study.definition.sharing import Sharing
from assemblysim.study.definition.study import Study
from assemblysim.study.definition.unknowns import measurement_units


@dataclass(frozen=True, eq=False)
class Naming:
    """What parameters are called under one hypothesis.

    Attributes:
        hypothesis: which says what differs between groups.
        sharing: what experiments and groups have for themselves under every hypothesis.
        measured: for each experiment the names of its measurement's parameters with those that
            they have there; empty where it was measured as the study says.
    """

    hypothesis: Hypothesis
    sharing: Sharing | None
    measured: tuple[Mapping[str, str], ...]

    def of(self, parameter: str) -> tuple[str, ...]:
        """Return what a parameter is called in each experiment; its own name where shared."""
        return tuple(self._in_one(parameter, i) for i in range(len(self.measured)))

    def common(self, parameter: str, experiment: int) -> str:
        """Return the name under which something is said of a parameter for all such experiments.

        Another measurement has numbers of its own: nothing is said of them by saying it of those
        of the study's.
        """
        return self.measured[experiment].get(parameter, parameter)

    def _in_one(self, parameter: str, experiment: int) -> str:
        own = self.hypothesis.own(parameter, experiment)
        if own != parameter:
            return own
        name = self.common(parameter, experiment)
        return name if self.sharing is None else self.sharing.own(name, parameter)[experiment]


def naming_of(study: Study, hypothesis: Hypothesis) -> Naming:
    """Return what a study's parameters are called under one of its hypotheses."""
    measured = []
    for one in study.experiments:
        names = [] if one.own is None else measurement_units(one.own.measurement, "")
        measured.append({name: f"{name}_{one.own.name}" for name in names} if one.own else {})
    return Naming(hypothesis, study.sharing, tuple(measured))
