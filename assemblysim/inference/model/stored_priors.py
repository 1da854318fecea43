"""A prior as a stored fact, and a stored prior in words."""

from __future__ import annotations

from typing import cast

from assemblysim.inference.model.priors import Prior, PriorKind
from assemblysim.result.numbers import StoredPrior


def stored_prior(prior: Prior) -> StoredPrior:
    """Return what is stored of a prior."""
    return StoredPrior(prior.kind, (prior.a, prior.b))


def prior_words(stored: StoredPrior, unit: str = "") -> str:
    """Say a prior in words, such as "log-uniform between 1e-4 and 1e4 1/(mM h)".

    Raises:
        InputError: there is no such prior.
    """
    first, second = stored.numbers
    return Prior(cast(PriorKind, stored.kind), first, second).describe(unit)
