"""Species that are made of their names: formulas over declared building blocks."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assemblysim.errors import InputError
from assemblysim.mechanism.network.block_formula import BlockReader

CAGE = BlockReader(("Pd", "L", "X"))


@pytest.mark.parametrize(
    ("name", "composition"),
    [
        ("PdL2X2", {"Pd": 1, "L": 2, "X": 2}),
        ("Pd12L24", {"Pd": 12, "L": 24}),
        ("L", {"L": 1}),
        ("LPdL", {"Pd": 1, "L": 2}),
        ("PdL2X2_cis", {"Pd": 1, "L": 2, "X": 2}),
    ],
)
def test_a_formula_is_counted(name, composition):
    assert dict(CAGE.species(name).composition) == composition


def test_a_longer_block_is_read_before_a_shorter_one_with_its_beginning():
    reader = BlockReader(("P", "Pd", "L"))

    assert dict(reader.species("PdPL2").composition) == {"P": 1, "Pd": 1, "L": 2}


def test_a_prefix_that_leads_nowhere_is_taken_back():
    reader = BlockReader(("Li", "L", "ip"))

    assert dict(reader.species("Lip").composition) == {"L": 1, "ip": 1}


@given(
    st.lists(st.tuples(st.sampled_from(CAGE.blocks), st.integers(1, 99)), min_size=1, max_size=9)
)
def test_what_is_written_is_what_is_counted(parts):
    name = "".join(block + (str(n) if n > 1 else "") for block, n in parts)
    expected = {b: sum(n for block, n in parts if block == b) for b in CAGE.blocks}

    assert dict(CAGE.species(name).composition) == {b: n for b, n in expected.items() if n}


@pytest.mark.parametrize(
    ("blocks", "name", "line"),
    [
        (("Pd", "L"), "PdM", "unknown species 'PdM': no formula over Pd, L; mend it, or list it"),
        ((), "PdL", "unknown species 'PdL'; did you mean 'PdL2'?"),
        (("Pd", "L"), "PdL0", "'PdL0': 'L' has the count 0; leave it out"),
        (("A", "B", "AB"), "A", "building block 'AB' can be read as other blocks; rename one"),
        (("A", "A"), "A", "building block 'A' is listed twice; list it once"),
        (("L1", "Pd"), "L1", "building block 'L1' cannot stand in a formula"),
        (("2L",), "L", "building block '2L' is not a name"),
    ],
)
def test_what_is_no_formula_is_refused(blocks, name, line):
    with pytest.raises(InputError) as fault:
        BlockReader(blocks).species(name, ("PdL2",))

    assert line in str(fault.value)
