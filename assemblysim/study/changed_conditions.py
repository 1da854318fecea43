"""Conditions that a fitted study is asked about: other concentrations, a longer time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from assemblysim.errors import InputError, did_you_mean
from assemblysim.inference.parameters import NamedValues
from assemblysim.inference.priors import Prior
from assemblysim.inference.problem import Problem, initial_of
from assemblysim.study.study import Study
from assemblysim.units import quantity

# What a chemist calls a change of a concentration by such a factor.
FACTORS: Mapping[float, str] = {
    1.0: "",
    0.25: "a quarter of",
    0.5: "half",
    2.0: "twice",
    4.0: "four times",
}


@dataclass(frozen=True)
class Start:
    """Initial concentrations that differ from the experiment's.

    Attributes:
        experiment: number of the experiment that is changed.
        changes: (species, concentration) pairs, in the study's concentration unit.
    """

    experiment: int = 0
    changes: tuple[tuple[str, float], ...] = ()

    def of(self, problem: Problem, named: NamedValues) -> np.ndarray:
        """Return the initial concentrations, shape (B, S), in the network's order.

        Raises:
            InputError: nothing is left to start from.
        """
        initial = initial_of(problem.experiments[self.experiment], named)
        for name, value in self.changes:
            if name in problem.network.species_names:
                initial[:, problem.network.species_names.index(name)] = value
        if not initial.any():
            raise InputError("--initial: nothing to start from; leave a concentration above 0")
        return initial


def read_start(study: Study, pairs: tuple[str, ...]) -> Start:
    """Read "species=value unit" pairs.

    Args:
        study: whose first experiment is changed.
        pairs: as the option ``--initial`` gives them.

    Raises:
        InputError: a species is unknown or given twice, or a value is no concentration.
    """
    species = [one.name for one in study.system.species]
    found: dict[str, float] = {}
    for pair in pairs:
        name, sign, value = (part.strip() for part in pair.partition("="))
        if not sign or not value:
            raise InputError(f'--initial: {pair!r} is not name=value; write one as Dy="100 mM"')
        if name not in species:
            raise InputError(f"--initial: unknown species '{name}'{did_you_mean(name, species)}")
        if name in found:
            raise InputError(f"--initial: '{name}' is given twice; keep one")
        found[name] = read_quantity(value, study.concentration_unit, f"--initial {name}")
        if found[name] < 0:
            raise InputError(f"--initial {name}: {value} is negative; write a value from 0 up")
    return Start(0, tuple(found.items()))


def read_quantity(text: str, unit: str, option: str) -> float:
    """Read a quantity given to an option.

    Raises:
        InputError: it is none; the text begins with the option.
    """
    try:
        return quantity(text, unit)
    except InputError as fault:
        raise InputError(f"{option}: {fault}") from None


def start_words(study: Study, start: Start) -> str:
    """Say in words how a start differs: "at half the Dy", "with Dy at 100 mM"; "" if it does not.

    Args:
        study: whose experiment it is.
        start: what is changed.
    """
    given = dict(study.experiments[start.experiment].initial)
    parts = [
        _change_words(name, value, given.get(name, 0.0), study.concentration_unit)
        for name, value in start.changes
    ]
    return " and ".join(part for part in parts if part)


def _change_words(name: str, value: float, before: float | Prior, unit: str) -> str:
    if isinstance(before, float) and before > 0:
        for factor, word in FACTORS.items():
            if abs(value / before - factor) < 1e-9 * factor:
                return f"at {word} the {name}" if word else ""
    return f"with {name} at {value:g} {unit}"
