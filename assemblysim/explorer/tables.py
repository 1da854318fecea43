"""A network as lists of numbers that the engine in the browser makes its program of."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from assemblysim.kinetics.ceilings import bounding_totals
from assemblysim.kinetics.clock import LONGEST_SHARE, clocked
from assemblysim.kinetics.engines.program import ProgramTables, Rows, program_tables
from assemblysim.mechanism.network.network import Network

# What a page is made of: what JSON can hold.
Plain = str | int | float | bool | None | Sequence["Plain"] | dict[str, "Plain"]


@lru_cache(maxsize=64)
def network_tables(network: Network) -> dict[str, Plain]:
    """Return a network's names, tables and conserved totals, as the page's script takes them.

    Where a rate law names the time, the tables are those of the `clocked` network, and `clock` is
    the largest part of an integration that a step may take.
    """
    timed = bool(network.timed_steps)
    whole, real = _laid_out(program_tables(clocked(network) if timed else network))
    totals: list[Plain] = [
        [members.tolist(), counts.tolist()] for members, counts in bounding_totals(network)
    ]
    return {
        "species": list(network.species_names),
        "constants": list(network.rate_constant_names),
        "whole": whole,
        "real": real,
        "totals": totals,
        "clock": LONGEST_SHARE if timed else None,
    }


def _laid_out(tables: ProgramTables) -> tuple[list[int], list[float]]:
    """Return whole and real numbers in the order in which `engine/entries.cpp` reads them.

    Before each list its length stands among the whole numbers.
    """
    whole: list[int] = [tables.species, tables.constants]
    real: list[float] = []

    def put(*lists: np.ndarray) -> None:
        for one in lists:
            whole.append(len(one))
            (real if one.dtype == float else whole).extend(one.tolist())

    nothing: Rows = (np.zeros(1, np.int32), np.zeros(0, np.int32), np.zeros(0))
    put(tables.factors, tables.constant_of)
    put(*tables.reactants, *tables.law_species, *tables.law_constants)
    for tape in tables.tapes:
        put(*tape)
    put(*tables.change, *nothing, np.zeros(0, np.int32), *tables.growing)
    return whole, real
