import numpy as np

from assemblysim.explorer.tables import network_tables
from assemblysim.kinetics.engines.program import program_tables
from assemblysim.mechanism.reading.system_text import read_system_text

SATURATING = """
species.A = "M"
species.B = "M"
reactions.turn = "A -> B ; k"
reactions.cycle = "B -> A ; vmax, Km ; vmax*B/(B + Km)"
"""


def read_back(whole, real):
    """Take the lists apart as `engine/entries.cpp` does."""
    whole, real = iter(whole), iter(real)
    yield next(whole)
    yield next(whole)
    kinds = "RI IIR IIR IIR RII RII RII RII RII IIR IIR I IIR".replace(" ", "")
    for kind in kinds:
        count = next(whole)
        yield [next(real if kind == "R" else whole) for _ in range(count)]
    assert next(whole, None) is None
    assert next(real, None) is None


def test_the_lists_are_the_programs_tables():
    network = read_system_text(SATURATING).network("all")
    tables, told = program_tables(network), network_tables(network)

    species, constants, *lists = read_back(told["whole"], told["real"])

    assert (species, constants) == (2, 3)
    rows = (*tables.reactants, *tables.law_species, *tables.law_constants)
    tapes = [part for tape in tables.tapes for part in tape]
    nothing = [[0], [], [], []]
    expected = [tables.factors, tables.constant_of, *rows, *tapes, *tables.change, *nothing]
    for found, wanted in zip(lists, [*expected, *tables.growing], strict=True):
        np.testing.assert_array_equal(found, wanted)
