"""PEtab problems of others as posteriors, for samplers and optimisers."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from assemblysim.exchange.petab.incoming.estimation import PetabEstimation
from assemblysim.exchange.petab.incoming.opened import read_petab
from assemblysim.interface.posteriors import MechanismPosterior


@dataclass(frozen=True, eq=False, repr=False)
class PetabPosterior(MechanismPosterior):
    """A posterior as `MechanismPosterior` is, with what PEtab calls its numbers.

    Attributes:
        problem: mechanism and data.
        estimation: the problem as it was read.

    Example:
        >>> import assemblysim as asm
        >>> notes = asm.read_study("fits/ring").write_petab("petab")
        >>> posterior = asm.read_petab("petab/one_way/problem.yaml")
        >>> posterior.petab_log_likelihood(posterior.nominal[None]).shape
        (1,)
    """

    estimation: PetabEstimation

    @property
    def nominal(self) -> np.ndarray:
        """Nominal values of the unknowns, shape (P,), in the model's units."""
        return self.estimation.nominal

    def petab_log_likelihood(self, values: np.ndarray) -> np.ndarray:
        """Return the log-likelihood as PEtab defines it, shape (B,), at values of shape (B, P).

        It counts densities of measurements; `log_likelihood` counts those of their logarithms
        where the noise is log-normal.
        """
        return self.estimation.log_likelihood(values)

    def simulations(self, values: np.ndarray) -> np.ndarray:
        """Return the observables at values of shape (P,), in the order of the measurements."""
        return self.estimation.simulations(values)


def read_petab_posterior(path: Path | str) -> PetabPosterior:
    """Read a PEtab problem of version 1 or 2; needs the extra ``sbml``.

    Read are problems of one SBML model that is a mechanism, with experiments of one period,
    observables that are sums of species with coefficients and an offset, normal or log-normal
    noise, and priors cut at their bounds; coefficients, offsets and sizes are of parameters. All
    stays in the model's own units.

    Args:
        path: the problem's YAML file.

    Returns:
        The posterior of its unknowns.

    Raises:
        InputError: one line that names the file, the place and what is not read.

    Example:
        >>> import assemblysim as asm
        >>> notes = asm.read_study("fits/ring").write_petab("petab")
        >>> posterior = asm.read_petab("petab/one_way/problem.yaml")
        >>> posterior.names[:2]
        ('k_bind', 'k_pair')
    """
    found = read_petab(path)
    return PetabPosterior(found.problem, found)
