"""The units of rate constants, as the rate laws that use them decide."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from assemblysim.errors import InputError
from assemblysim.mechanism.constants.dimension import Dimension
from assemblysim.mechanism.network.monomial import monomial_of
from assemblysim.mechanism.network.network import Network, Reaction


@lru_cache(maxsize=256)
def rate_constant_dimensions(network: Network) -> dict[str, Dimension]:
    """Return the powers of concentration and time in the unit of each rate constant.

    Args:
        network: the mechanism.

    Returns:
        A dimension for each of ``network.rate_constant_names``, in that order.

    Raises:
        InputError: a constant is shared by steps that need different units of it, or a
            rate law leaves a unit open or contradicts itself.
    """
    settled: dict[str, tuple[Dimension, str]] = {}
    for reaction in network.reactions:
        for name, dimension in _dimensions_of(network, reaction).items():
            before = settled.setdefault(name, (dimension, reaction.name))
            if before[0] != dimension:
                raise InputError(
                    f"reaction '{reaction.name}': rate constant '{name}' would be in "
                    f"{dimension.write('mM')}, but in {before[0].write('mM')} for reaction "
                    f"'{before[1]}'; give each its own constant"
                )
    known = {name: dimension for name, (dimension, _) in settled.items()}
    if len(known) < len(network.rate_constant_names):
        known |= _decided_together(network, known)
    return {name: known[name] for name in network.rate_constant_names}


def rate_constant_units(network: Network, concentration: str = "mM") -> dict[str, str]:
    """Return the unit of each rate constant.

    Args:
        network: the mechanism.
        concentration: unit of concentrations, ``mM`` or ``%``.

    Returns:
        Units by name of the constant, such as ``1/h``, ``1/(mM h)``, ``1/(mM^2 h)``,
        ``mM/h``, ``mM``; ``1`` for a pure number.

    Raises:
        InputError: as `rate_constant_dimensions`.
    """
    dimensions = rate_constant_dimensions(network)
    return {name: dimension.write(concentration) for name, dimension in dimensions.items()}


def _dimensions_of(network: Network, reaction: Reaction) -> dict[str, Dimension]:
    """Return the dimensions that one reaction alone decides."""
    monomial = monomial_of(reaction)
    if monomial is not None:
        return {monomial.constant: Dimension(1 - len(monomial.species), -1)}
    return _solved(network, [reaction], reaction.rate_constants, {})


def _decided_together(network: Network, known: dict[str, Dimension]) -> dict[str, Dimension]:
    """Return the dimensions that no reaction decides alone."""
    open_names = [name for name in network.rate_constant_names if name not in known]
    using = [r for r in network.reactions if set(r.rate_constants) & set(open_names)]
    solved = _solved(network, using, open_names, known)
    undecided = [name for name in open_names if name not in solved]
    if undecided:
        place = next(r.name for r in network.reactions if undecided[0] in r.rate_constants)
        raise InputError(
            f"reaction '{place}': the unit of constant '{undecided[0]}' stays open, since it "
            "counts only in combination with another; write the combination as one constant"
        )
    return solved


def _solved(
    network: Network,
    reactions: Sequence[Reaction],
    constants: Sequence[str],
    known: dict[str, Dimension],
) -> dict[str, Dimension]:
    """Return the dimensions of constants that the laws of some reactions decide together."""
    # Algebra is slow to import, and needed only for laws that are no products.
    from assemblysim.mechanism.constants.unit_equations import solve_dimensions
    from assemblysim.mechanism.network.laws import rate_laws

    laws = dict(zip((r.name for r in network.reactions), rate_laws(network), strict=True))
    return solve_dimensions({r.name: laws[r.name] for r in reactions}, constants, known)
