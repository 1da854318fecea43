import numpy as np

from assemblysim.explorer.tables import network_tables
from assemblysim.kinetics.clock import LONGEST_SHARE, clocked
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


def test_where_a_rate_law_names_the_time_the_tables_have_a_clock():
    text = SATURATING.replace("vmax*B/(B + Km)", "vmax*B*exp(-t/Km)")
    network = read_system_text(text).network("all")
    told = network_tables(network)
    plain = network_tables(read_system_text(SATURATING).network("all"))

    assert told["species"] == ["A", "B"]
    assert told["whole"][:2] == [3, 4]
    assert (told["clock"], plain["clock"]) == (LONGEST_SHARE, None)
    clock = program_tables(clocked(network))
    assert told["whole"][2] == len(clock.factors)
    np.testing.assert_array_equal(told["real"][: len(clock.factors)], clock.factors)
