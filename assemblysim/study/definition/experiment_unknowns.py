"""Unknowns that belong to one experiment by their nature: its start, its clock; their names."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from assemblysim.inference.model.prior import Prior
from assemblysim.language import time_label
from assemblysim.study.definition.conditions import Conditions
from assemblysim.study.definition.sharing import suffix


@dataclass(frozen=True)
class Place:
    """Which experiment of a study unknowns belong to.

    Attributes:
        experiment: its name.
        several: whether the study has more, so that names must tell them apart.
    """

    experiment: str
    several: bool

    def start(self, species: str) -> str:
        """Return the name of an unknown initial concentration."""
        return f"initial_{species}" + (f"_{self.experiment}" if self.several else "")

    @property
    def dead_time(self) -> str:
        """Name of the time between mixing and the start of the study's clock."""
        return f"dead_time{self._behind}"

    def sampling_times(
        self, conditions: Conditions, times: Iterable[float]
    ) -> tuple[tuple[float, str], ...]:
        """Return (time in h, name) of the uncertain ones of sampling times, none at 0.

        Args:
            conditions: which of them are uncertain.
            times: h, in order.
        """
        found: dict[str, float] = {}
        for time in times:
            if not conditions.time_error(time) or not time:
                continue
            name = f"time_{suffix(time_label(time))}{self._behind}"
            if name in found:
                name = f"time_{suffix(f'{60 * time:.6g} min')}{self._behind}"
            found[name] = time
        return tuple((time, name) for name, time in found.items())

    @property
    def _behind(self) -> str:
        return f"_{suffix(self.experiment)}" if self.several else ""

    def units(
        self,
        initial: Sequence[tuple[str, float | Prior]],
        conditions: Conditions,
        times: Iterable[float],
        concentration: str,
    ) -> dict[str, str]:
        """Return the unit of each of the unknowns that an experiment has by its nature.

        Args:
            initial: (species, concentration or its prior) pairs.
            conditions: how it was conducted.
            times: of its samples, h, in order.
            concentration: unit of concentrations.
        """
        starts = [self.start(name) for name, known in initial if isinstance(known, Prior)]
        late = [self.dead_time] if isinstance(conditions.dead_time, Prior) else []
        uncertain = [name for _, name in self.sampling_times(conditions, times)]
        return {**dict.fromkeys(starts, concentration), **dict.fromkeys([*late, *uncertain], "h")}
