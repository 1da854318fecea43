"""The posterior of one mechanism as a function, for samplers and optimisers of others."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri

from assemblysim.errors import InputError
from assemblysim.inference.model.likelihood import log_likelihood
from assemblysim.inference.model.parameters import normal_from_values, values_from_normal
from assemblysim.inference.model.posterior import Posterior
from assemblysim.inference.model.problem import Problem
from assemblysim.notebooks import html_table

_MOST_ROWS = 24  # in a notebook


@dataclass(frozen=True, eq=False, repr=False)
class MechanismPosterior:
    """Likelihood times prior over standard-normal coordinates, in which the prior is N(0, 1)^P.

    Its integral over the coordinates is the evidence. From ``read_study(...).posterior(name)``.

    Attributes:
        problem: mechanism and data.

    Example:
        >>> import numpy as np
        >>> import assemblysim as asm
        >>> posterior = asm.read_study("fits/ring").posterior("one_way")
        >>> positions = np.zeros((2, len(posterior.names)))
        >>> posterior(positions).shape, posterior.gradient(positions)[1].shape == positions.shape
        ((2,), True)
        >>> bool(np.allclose(posterior.from_values(posterior.to_values(positions)), positions))
        True
    """

    problem: Problem

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the P unknowns."""
        return self.problem.parameter_names

    @property
    def units(self) -> tuple[str, ...]:
        """Their units."""
        return tuple(one.unit for one in self.problem.parameters)

    def __call__(self, positions: np.ndarray) -> np.ndarray:
        """Return the log of likelihood times prior, shape (B,), at positions of shape (B, P)."""
        return Posterior(self.problem)(self._checked(positions))

    def gradient(self, positions: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the log-density, shape (B,), and its gradient, shape (B, P), at shape (B, P)."""
        return Posterior(self.problem).values_and_gradients(self._checked(positions))

    def log_likelihood(self, positions: np.ndarray) -> np.ndarray:
        """Return the log-likelihood alone, shape (B,), at positions of shape (B, P)."""
        values = self.to_values(positions)
        return np.asarray(log_likelihood(self.problem, values).total)

    def from_unit_cube(self, cube: np.ndarray) -> np.ndarray:
        """Return positions, shape (B, P), from points of the unit cube, as nested sampling has."""
        return np.asarray(ndtri(self._checked(cube)))

    def to_values(self, positions: np.ndarray) -> np.ndarray:
        """Return the unknowns in their units, shape (B, P), at positions of shape (B, P)."""
        return values_from_normal(self.problem.parameters, self._checked(positions))

    def from_values(self, values: np.ndarray) -> np.ndarray:
        """Return positions, shape (B, P), from unknowns in their units, shape (B, P)."""
        return normal_from_values(self.problem.parameters, self._checked(values))

    def _checked(self, positions: np.ndarray) -> np.ndarray:
        found = np.asarray(positions, float)
        if found.ndim != 2 or found.shape[1] != len(self.names):
            raise InputError(
                f"an array of shape {found.shape} for {len(self.names)} unknowns; give one of "
                f"shape (B, {len(self.names)}), as positions[None] for a single vector"
            )
        return found

    def __repr__(self) -> str:
        """Name the unknowns."""
        return f"MechanismPosterior of {self.problem.mechanism}: {', '.join(self.names)}"

    def _repr_html_(self) -> str:
        rows = [*zip(self.names, self.units, strict=True)]
        more = len(rows) - _MOST_ROWS
        after = f"{more} more" if more > 0 else ""
        caption = f"posterior of {self.problem.mechanism}"
        return html_table(caption, ("unknown", "unit"), rows[:_MOST_ROWS], after)
