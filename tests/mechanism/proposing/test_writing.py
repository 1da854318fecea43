"""Proposed steps as text: what is written is read back, whole and with the same counts."""

import pytest

from assemblysim.errors import InputError
from assemblysim.mechanism.proposing.elementary_steps import elementary_steps, species_up_to
from assemblysim.mechanism.proposing.writing import (
    kinds_of,
    lines_to_paste,
    model_text,
    read_counts,
    table_of_steps,
    written_steps,
)
from assemblysim.mechanism.reading.step_table import read_step_table
from assemblysim.mechanism.reading.system_text import read_system_text

CLUSTERS = species_up_to((("Dy", 5), ("L", 2)))
CENTRES = species_up_to((("Pd", 1), ("L", 3), ("X", 3)))


def read(steps, species):
    return read_system_text(model_text("clusters", species, lines_to_paste(steps, {})))


@pytest.mark.parametrize(("reverses", "ways"), [("with", 2), ("without", 1), ("only", 1)])
@pytest.mark.parametrize("shared", [False, True])
def test_a_whole_file_is_read_with_every_step(reverses, ways, shared):
    found = elementary_steps(CLUSTERS)
    steps = written_steps(found, CLUSTERS, reverses=reverses, shared=shared)

    network = read(steps, CLUSTERS).network("all")

    assert len(network.reactions) == ways * len(found)
    assert (len(network.rate_constant_names) < 20) == shared


def test_ways_apart_are_reactions_of_their_own():
    found = elementary_steps(CLUSTERS, ("attach",))
    system = read(written_steps(found, CLUSTERS, reverses="apart"), CLUSTERS)

    assert len(system.reactions) == 2 * len(found)
    assert all(len(steps) == 1 for _, steps in system.reactions)


def test_a_table_holds_the_same_reactions_as_the_lines(tmp_path):
    steps = written_steps(elementary_steps(CENTRES), CENTRES, sites={"Pd": 3}, shared=True)
    path = tmp_path / "steps.csv"
    path.write_text(table_of_steps(steps))

    table = read_step_table(path, {one.name: one for one in CENTRES})

    used = {n for s in steps for n in (*s.reactants, *s.products)}
    lines = read(steps, [one for one in CENTRES if one.name in used])
    assert [r for _, group in table.groups for r in group] == [
        r for _, group in lines.reactions for r in group
    ]


def test_factors_count_free_sites_and_blocks_that_can_leave():
    steps = written_steps(elementary_steps(CENTRES), CENTRES, sites={"Pd": 3}, shared=True)
    line = {one.name: one.line for one in steps}

    assert line["attach_L_PdL"].endswith('"PdL + L <=> PdL2 ; 2 k_attach_L, 2 k_lose_L"')
    assert line["attach_X_PdL2"].endswith('"PdL2 + X <=> PdL2X ; k_attach_X, k_lose_X"')
    assert "PdX3 + L <=> PdLX2 + X ; 3 k_exchange_L_X, k_exchange_X_L" in " ".join(line.values())
    assert not any("PdL3X" in one for one in line.values())


def test_names_stay_short_enough_for_labels():
    long = species_up_to((("Gadolinium", 30), ("Terephthalate", 3)))
    steps = written_steps(elementary_steps(long, ("transfer",))[:50], long)

    assert max(len(one.constant[1]) for one in steps) <= 60
    assert len({one.name for one in steps}) == len(steps) == 50


def test_bad_options_are_one_line():
    with pytest.raises(InputError, match="unknown kind 'split'; it is the way back of 'join'"):
        kinds_of(["split"])
    with pytest.raises(InputError, match="--kind: unknown kind 'jump'; choose attach, join"):
        kinds_of(["jump"])
    with pytest.raises(InputError, match="--sites: 'Pd=0' is no count; write a block and a whole"):
        read_counts(["Pd=0"], "--sites")
    with pytest.raises(InputError, match="--sites: 'Pd' is given twice; give it once"):
        read_counts(["Pd=4", "Pd = 6"], "--sites")
