"""An SBML model for people who write Python: its courses, and the mechanism that it is."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

import numpy as np

from assemblysim.errors import InputError
from assemblysim.exchange.sbml.content.model import SbmlContent
from assemblysim.exchange.sbml.content.reading import read_content
from assemblysim.exchange.sbml.course.quantities import Quantities
from assemblysim.exchange.sbml.course.simulation import SbmlCourse, simulated
from assemblysim.exchange.sbml.mechanism.importing import ImportedMechanism, imported_mechanism


class SbmlModel:
    """A model that was read from SBML.

    Attributes:
        content: what the file says.

    Args:
        content: what the file says, from `read_sbml`.

    Example:
        >>> import assemblysim as asm
        >>> network = asm.read_system("models/ring.toml").network("one_way")
        >>> constants, start = {"k_bind": 2.0, "k_pair": 1.0}, {"M": "1 mM", "L": "1 mM"}
        >>> path = asm.write_sbml("one_way.xml", network, constants, start)
        >>> asm.read_sbml(path)
        SbmlModel one_way: 4 species, 2 reactions
    """

    def __init__(self, content: SbmlContent) -> None:
        self.content = content

    @cached_property
    def _quantities(self) -> Quantities:
        return Quantities(self.content)

    def simulate(
        self,
        times: Sequence[float] | np.ndarray,
        names: Sequence[str] = (),
        *,
        amounts: Sequence[str] = (),
        concentrations: Sequence[str] = (),
    ) -> SbmlCourse:
        """Follow the model as SBML means it, in its own units.

        Args:
            times: shape (T,), increasing from 0 or later, in the model's unit of time.
            names: identifiers of species, compartments, parameters, reactions (their rates) or
                references; all species where empty.
            amounts: species of which the amount is returned, whatever their identifiers mean.
            concentrations: alike, the concentration.

        Returns:
            The course. A species that is in neither list is what its identifier means in the
            model: its concentration, or with ``hasOnlySubstanceUnits`` its amount.

        Raises:
            InputError: a name is unknown or has no value, or the times do not increase.
            IntegrationError: the end was not reached.
        """
        grid = np.asarray(times, dtype=float)
        if grid.ndim != 1 or not grid.size or grid[0] < 0 or not (np.diff(grid) > 0).all():
            raise InputError("times: not increasing numbers from 0 on; sort them, each once")
        wanted = tuple(names) or tuple(self.content.species)
        return simulated(self._quantities, grid, wanted, amounts, concentrations)

    @cached_property
    def mechanism(self) -> ImportedMechanism:
        """The mechanism that the model is: its file's text, and its numbers in h and mM.

        Raises:
            InputError: it holds what no mechanism file can say; `simulate` may follow it.
        """
        return imported_mechanism(self._quantities)

    def __repr__(self) -> str:
        """Say what it is in one line."""
        content = self.content
        return (
            f"SbmlModel {content.name}: {len(content.species)} species, "
            f"{len(content.reactions)} reactions"
        )


def read_sbml(path: Path | str) -> SbmlModel:
    """Read an SBML file; needs the extra ``sbml``.

    Args:
        path: a file of any level and version.

    Returns:
        The model.

    Raises:
        InputError: one line that names the file, the place and what cannot be read or said here,
            such as events, rules of rates and several compartments; or that python-libsbml is
            not installed.

    Example:
        >>> import assemblysim as asm
        >>> network = asm.read_system("models/ring.toml").network("one_way")
        >>> constants, start = {"k_bind": 2.0, "k_pair": 1.0}, {"M": "1 mM", "L": "1 mM"}
        >>> path = asm.write_sbml("one_way.xml", network, constants, start)
        >>> model = asm.read_sbml(path)
        >>> [float(one) for one in model.simulate([0.0, 1.0])["M"].round(3)]
        [1.0, 0.333]
    """
    return SbmlModel(read_content(path))
