"""A network whose rate laws name the time, as a larger one that knows no time: with a clock.

The clock is one more species, made from nothing at 1 per hour, whose amount is the time since
mixing. So every engine integrates such laws as they are: the Jacobian has their derivatives by
time, which implicit methods need, and the error control sees them.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import Final

import numpy as np

from assemblysim.mechanism.network.names import TIME
from assemblysim.mechanism.network.network import Network, Reaction, Species
from assemblysim.mechanism.network.rate_law import Name, RateLaw, replaced, write_tree

# No name in a mechanism file ends in two underscores and a number.
_CLOCK, _PACE = "time__0", "pace__0"
# No step is longer than this part of an integration where a law names the time: what happens
# between two steps would not be seen. A method's stages lie between, so a pulse of half of it is.
LONGEST_SHARE: Final = 1 / 64


@lru_cache(maxsize=128)
def clocked(network: Network) -> Network:
    """Return a network with the clock as its last species, constant and reaction."""
    steps = [
        replace(step, law=_by_clock(step.law)) if step.law else step for step in network.reactions
    ]
    tick = Reaction("hours__0", (), (_CLOCK,), _PACE)
    return Network((*network.species, Species(_CLOCK, ())), (*steps, tick))


def _by_clock(law: RateLaw) -> RateLaw:
    by = {TIME: Name(_CLOCK)}
    tree = replaced(law.tree, by)
    return RateLaw(tree, write_tree(tree), law.guarded and replaced(law.guarded, by))


def with_column(values: np.ndarray, number: float) -> np.ndarray:
    """Return values, shape (B, N), with a column of one number behind: shape (B, N + 1)."""
    return np.append(values, np.full((len(values), 1), number), axis=1)
