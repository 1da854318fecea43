"""What else would explain an ion, and which ions a spectrum needs at all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.sparse import csr_array

from assemblysim.spectra.assignment.assigning import SEEN, SpectrumFit
from assemblysim.spectra.assignment.bordered import blocks_of

_RIDGE: Final = 1e-9  # of the diagonal; keeps ions that no cell tells apart solvable


@dataclass(frozen=True)
class NextBest:
    """The other candidate that would explain an ion's peaks best in its place.

    Attributes:
        place: of the candidate.
        worse: by how much chi-square rises; below 0 where the other one fits better.
    """

    place: int
    worse: float


def next_best(found: SpectrumFit) -> tuple[NextBest | None, ...]:
    """Return what would explain each ion's peaks instead, all other ions left as they are.

    What is measured less all other ions is fitted by each candidate that shares a cell with the
    ion, alone. None where no other candidate would explain any of it.
    """
    equations, moments = _weighted(found)
    own = equations.diagonal()
    columns = equations.tocsc()
    pairs: list[NextBest | None] = []
    for place, amount in enumerate(found.fit.amounts.tolist()):
        rows = slice(columns.indptr[place], columns.indptr[place + 1])
        others = columns.indices[rows]
        # Along each of the candidates, what is left for this ion.
        along = np.maximum(moments[others] + columns.data[rows] * amount, 0.0)
        gained = along**2 / np.where(own[others] > 0, own[others], 1.0)
        ours = float(gained[others == place].sum())
        rest = np.where(others == place, 0.0, gained)
        best = int(rest.argmax()) if rest.size else 0
        found_one = rest.size > 0 and rest[best] > 0
        pairs.append(NextBest(int(others[best]), ours - float(rest[best])) if found_one else None)
    return tuple(pairs)


def needed_ions(found: SpectrumFit) -> np.ndarray:
    """Return which ions a spectrum needs, shape (K,): none of them can be left to the others.

    Method: of the ions above 0 that share cells, the one that is least sure is left out and the
    rest fitted anew, until each is surer than noise alone makes one of 200.
    """
    equations, moments = _weighted(found)
    whole = moments + equations @ found.fit.amounts
    kept = np.zeros(len(whole), dtype=bool)
    active = np.flatnonzero(found.fit.amounts > 0)
    part = csr_array(equations[active][:, active])
    labels = blocks_of(part, len(active))
    for block in range(int(labels.max(initial=-1)) + 1):
        places = active[labels == block]
        matrix = equations[places][:, places].toarray()
        kept[places[_eliminated(matrix, whole[places])]] = True
    return kept


def _weighted(found: SpectrumFit) -> tuple[csr_array, np.ndarray]:
    """Return the normal equations of the ions, and what residuals add to their right side."""
    fit = found.fit
    weights = fit.counted / fit.noise.variance(fit.expected)
    weighted = found.parts.multiply(weights[:, None]).tocsr()
    rest = found.cells.intensities - fit.expected
    return csr_array(found.parts.T @ weighted), np.asarray(weighted.T @ rest)


def _eliminated(matrix: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Return the places of the ions that stay."""
    scale = matrix.diagonal()
    inverse = np.linalg.inv(matrix + np.diag(_RIDGE * np.where(scale > 0, scale, 1.0)))
    amounts = inverse @ right
    places = np.arange(len(right))
    while places.size:
        variances = np.maximum(inverse.diagonal(), 1e-300)
        sure = amounts / np.sqrt(variances)
        worst = int(sure.argmin())
        if sure[worst] > SEEN:
            break
        others = np.arange(len(places)) != worst
        across = inverse[others, worst]
        amounts = amounts[others] - across * amounts[worst] / variances[worst]
        inverse = inverse[np.ix_(others, others)] - np.outer(across, across) / variances[worst]
        places = places[others]
    return places
