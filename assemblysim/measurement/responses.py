"""Exchangeable response factors: only their ratios count, and each has the same prior.

Where nothing is stated of some signals' responses, the logs of these are independent normals of one
width before the data, and the level that is common to them is hidden in the scale factors. So n of
them make n - 1 unknowns. These are Helmert contrasts: the log of each response over the geometric
mean of those before it. The contrasts are independent (Helmert, Astron. Nachr. 88, 113-132, 1876),
and which of the responses is the first makes no difference to their joint prior. Responses whose
values are stated stand before all others, and their level is then no longer hidden.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

# ESI responses of clusters of one family lie within a factor of two, two times in three.
RESPONSE_SPREAD: Final = 2.0
RESPONSE: Final = "response_"
CONTRAST: Final = "contrast_"


def response_name(signal: str) -> str:
    """Return what the response factor of a signal is called."""
    return f"{RESPONSE}{signal}"


def contrast_name(response: str) -> str:
    """Return what the contrast of a response with those before it is called."""
    return f"{CONTRAST}{response.removeprefix(RESPONSE)}"


@dataclass(frozen=True)
class Exchangeable:
    """Responses that are exchanged with each other, and with some whose values are stated.

    Attributes:
        responses: names of the n responses, in the order of the alphabet, so that no other order
            has a say.
        stated: names of the m responses that are known, none of them 0.
        spread: geometric standard deviation of a response before the data.
    """

    responses: tuple[str, ...]
    stated: tuple[str, ...] = ()
    spread: float = RESPONSE_SPREAD

    @classmethod
    def of(cls, responses: Collection[str], stated: Collection[str], spread: float) -> Exchangeable:
        """Make it of names in any order."""
        return cls(tuple(sorted(responses)), tuple(sorted(stated)), spread)

    @property
    def free(self) -> bool:
        """Whether the common level is hidden, so that the geometric mean of responses is 1."""
        return not self.stated

    @property
    def contrasts(self) -> tuple[str, ...]:
        """Names of the k contrasts: n of them, or n - 1 where the level is hidden."""
        return tuple(contrast_name(one) for one in self.responses[self._first :])

    @property
    def factors(self) -> tuple[float, ...]:
        """Geometric standard deviations of the k contrasts before the data."""
        before = len(self.stated) + np.arange(self._first, len(self.responses))
        return tuple((self.spread ** np.sqrt(1 + 1 / before)).tolist())

    @property
    def powers(self) -> np.ndarray:
        """Shape (n, k): each response is a product of these powers of the contrasts.

        To this comes the geometric mean of the stated ones, if there are any.
        """
        count, known = len(self.responses), len(self.stated)
        powers = np.eye(count)
        for i in range(count):
            powers[i + 1 :, i] = 1 / (known + i + 1)
            if self.free:
                powers[:, i] -= 1 / (i + 1)
        return powers[:, self._first :]

    @property
    def directions(self) -> np.ndarray:
        """Shape (n, k): the log of each response by standard-normal coordinates of contrasts.

        The length of a row is the standard deviation of that log before the data.
        """
        return np.asarray(self.powers * np.log(self.factors))

    def raised(self, response: str) -> np.ndarray:
        """Return by how much the log of each contrast, shape (k,), grows with that of a response.

        Where the level is hidden it goes back to where it was, which no signal shows.
        """
        place = self.responses.index(response)
        changes = np.zeros(len(self.responses))
        changes[place] = 1.0
        changes[place + 1 :] = -1 / (len(self.stated) + np.arange(place + 1, len(self.responses)))
        return changes[self._first :]

    @property
    def _first(self) -> int:
        """How many of the responses have no contrast: that of the first, where nothing is known."""
        return int(self.free)


def components(names: Sequence[Collection[str]]) -> list[list[str]]:
    """Return what hangs together: names of one experiment, and of those that share any with it.

    Args:
        names: of the responses of each experiment.

    Returns:
        The parts, each with its names once.
    """
    parts: list[dict[str, None]] = []
    for some in names:
        joined = dict.fromkeys(some)
        apart = []
        for part in parts:
            if joined.keys() & part.keys():
                joined = part | joined
            else:
                apart.append(part)
        parts = [*apart, joined]
    return [list(part) for part in parts]
