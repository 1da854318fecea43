"""Mass action of a high order: seldom what happens, and pointed out before it is believed."""

from __future__ import annotations

from collections import Counter

from assemblysim.mechanism.network.network import Network, Reaction
from assemblysim.mechanism.properties.positivity import notes_on_laws

# No more molecules than these meet in one step.
MOST_THAT_MEET = 3


def notes_on_steps(network: Network) -> tuple[str, ...]:
    """Point out steps whose rates are not what a chemist may have meant.

    These are mass action of an order above three, which an overall equation such as
    ``4 Gd2L2 + 4 Gd -> Gd12L8`` is taken as, and what `notes_on_laws` finds.

    Args:
        network: the mechanism.

    Returns:
        One sentence for each fault.
    """
    high = [_note(r) for r in network.reactions if r.law is None and _order(r) > MOST_THAT_MEET]
    return (*high, *notes_on_laws(network))


def _order(reaction: Reaction) -> int:
    return len(reaction.reactants)


def _note(reaction: Reaction) -> str:
    powers = Counter(reaction.reactants)
    factors = (f"[{name}]" + (f"^{n}" if n > 1 else "") for name, n in powers.items())
    rate = " ".join((reaction.rate_constant, *factors))
    return (
        f"reaction '{reaction.name}' is taken as one step of order {_order(reaction)}, with the "
        f"rate {rate}; {_order(reaction)} molecules do not meet at once: write the steps between, "
        "or a rate law behind its constant"
    )
