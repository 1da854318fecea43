"""A prior as a stored fact, and a stored prior in words."""

from __future__ import annotations

from dataclasses import asdict

from assemblysim.errors import InputError, did_you_mean
from assemblysim.inference.model.prior import PRIORS, Prior
from assemblysim.inference.model.scipy_priors import Distribution
from assemblysim.result.numbers import StoredPrior


def stored_prior(prior: Prior) -> StoredPrior:
    """Return what is stored of a prior."""
    if isinstance(prior, Distribution):
        return StoredPrior(prior.kind, dict(prior.numbers), prior.name)
    return StoredPrior(prior.kind, asdict(prior))


def prior_words(stored: StoredPrior, unit: str = "") -> str:
    """Say a prior in words, such as "log-uniform between 1e-4 and 1e4 1/(mM h)".

    Raises:
        InputError: there is no such prior.
    """
    if stored.kind not in PRIORS:
        raise InputError(f"unknown prior '{stored.kind}'{did_you_mean(stored.kind, PRIORS)}")
    if stored.name:
        return Distribution(stored.name, tuple(stored.numbers.items())).describe(unit)
    return PRIORS[stored.kind](**stored.numbers).describe(unit)
