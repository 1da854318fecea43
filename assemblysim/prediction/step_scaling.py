"""Every step of a mechanism with a rate of its own, so that one step alone can be made faster."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from assemblysim.kinetics.reactor.temperature import RateConstants
from assemblysim.mechanism.network.network import Network, Reaction


@dataclass(frozen=True, eq=False)
class ScaledSteps:
    """The same mechanism, where every step has a constant that no other step uses.

    A reversible step is one: its two directions are scaled together, so that the equilibrium
    stays where it is.

    Attributes:
        network: S species, R one-way reactions as before, P' constants.
        steps: names of the N steps.
        places: for each step which of the P' constants belong to it.
        known: for each of the P' constants which constant of the original network it equals;
            -1 for a multiplier, which is 1.
    """

    network: Network
    steps: tuple[str, ...]
    places: tuple[tuple[int, ...], ...]
    known: tuple[int, ...]

    def rate_constants(self, own: RateConstants) -> RateConstants:
        """Turn the original constants, P of each draw, into those of the network, P' of each."""

        def placed(values: np.ndarray, multiplier: float) -> np.ndarray:
            beside = np.full((len(values), 1), multiplier)
            return np.concatenate([values, beside], axis=1)[:, list(self.known)]

        powers = (*own.exponents, 0.0)
        return RateConstants(
            placed(own.at_reference, 1.0),
            placed(own.energies, 0.0),
            own.reference,
            tuple(powers[i] for i in self.known),
        )

    def by_step(self, by_constant: np.ndarray, rate_constants: np.ndarray) -> np.ndarray:
        """Turn derivatives by the constants into those by the logarithm of a step's rate.

        Args:
            by_constant: shape (D, T, S, P').
            rate_constants: shape (D, P'), of the network.

        Returns:
            Shape (D, T, S, N).
        """
        scaled = by_constant * rate_constants[:, None, None, :]
        return np.stack([scaled[..., list(own)].sum(axis=-1) for own in self.places], axis=-1)


def scaled_steps(network: Network) -> ScaledSteps:
    """Give every one-way reaction a constant of its own.

    A mass-action step gets its rate constant under another name; a step with a rate law of its
    own is multiplied by a new constant, which is 1.
    """
    prefix = "own"
    while any(n.startswith(prefix) for n in (*network.species_names, *network.rate_constant_names)):
        prefix += "_"
    reactions = tuple(_with_own(r, f"{prefix}{i}") for i, r in enumerate(network.reactions))
    scaled = Network(network.species, reactions)
    names, old = scaled.rate_constant_names, network.rate_constant_names
    own = [new.rate_constant for new in reactions]
    origin = {name: name for name in old}
    origin |= dict(zip(own, (r.rate_constant for r in network.reactions), strict=True))
    multipliers = {new.rate_constant for new in reactions if new.law is not None}
    steps = tuple(r.name for r in network.reactions if r.reverse_of is None)
    places = tuple(
        tuple(
            names.index(name)
            for name, new in zip(own, reactions, strict=True)
            if step in (new.name, new.reverse_of)
        )
        for step in steps
    )
    known = tuple(-1 if name in multipliers else old.index(origin[name]) for name in names)
    return ScaledSteps(scaled, steps, places, known)


def _with_own(reaction: Reaction, name: str) -> Reaction:
    if reaction.law is None:
        return replace(reaction, rate_constant=name)
    law = reaction.law.times(name, in_front=True)
    return replace(
        reaction, rate_constant=name, law=law, further_rate_constants=reaction.rate_constants
    )
