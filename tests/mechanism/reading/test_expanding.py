"""Model files with labelled forms: read, expanded, described, refused."""

import json

import numpy as np
import pytest

from assemblysim.commands.check import check_model
from assemblysim.errors import InputError
from assemblysim.kinetics.engines.integration import integrate
from assemblysim.mechanism.reading.describe import describe, write_rate
from assemblysim.mechanism.reading.describe_labels import describe_expanded, describe_labels
from assemblysim.mechanism.reading.expanding import read_expanded_system
from assemblysim.mechanism.reading.system import read_system

MODEL = """
[species]
M = "M"
ML = "M L"
L = "L"
D = "2M 2L"
[reactions]
bind = "M + L <=> ML ; k_on, k_off"
pair = "2 ML -> D ; k_pair ; k_pair*ML"
[mechanisms]
alone = ["bind"]
all_of_it = ["bind", "pair"]
[titles]
D = "the dimer"
"""
LABELS = """[labelled]
M = ["N"]
[labelled_constants]
k_off = { "NL" = "k_off_N" }
[constants]
k_off_N = "k_off * f_slow"
"""


@pytest.fixture
def written(tmp_path):
    def writing(text):
        path = tmp_path / "model.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return writing


def test_a_file_without_labels_is_not_expanded(written):
    path = written(MODEL)

    assert read_expanded_system(path) == read_system(path)


def test_mechanisms_keep_their_names_and_have_all_labelled_species(written):
    system = read_expanded_system(written(MODEL + LABELS))

    assert system.mechanism_names == ("alone", "all_of_it")
    assert system.species_names == ("M", "N", "ML", "NL", "L", "D", "D_N", "D_N2")
    assert system.network("alone").species_names == ("M", "N", "ML", "NL", "L")
    assert len(system.network("all_of_it").reactions) == 2 + 2 + 3
    assert system.title_of("D_N") == "the dimer, 1 M + 1 N"


def test_a_report_is_told_that_a_mechanism_is_expanded(written):
    model = MODEL + '[descriptions]\nalone = "They bind."\n'
    system = read_expanded_system(written(model + '[labelled]\nM = ["N", "O"]\nL = "Ld"\n'))
    told = "Expanded over labelled forms: N and O of M and Ld of L. Like blocks within a species"

    assert system.description("alone").startswith(f"They bind. {told}")
    assert system.description("all_of_it").startswith(f"Reactions: bind, pair. {told}")


def test_constants_that_a_label_brings_in_may_be_defined(written):
    path = written(MODEL + LABELS)
    found = read_expanded_system(path)

    assert read_system(path).constants == ()
    assert found.constants == (("k_off_N", "k_off * f_slow"),)
    steps = {s.name: s.rate_constant for s in found.network("alone").reactions}
    assert steps["bind_reverse_NL"] == "k_off_N"
    assert steps["bind_reverse"] == "k_off"


def test_rates_are_written_with_fractions_and_without_guards(written):
    model = MODEL.replace('D = "2M 2L"', 'D = "2M 2L"\nM3L3 = "3M 3L"')
    model = model.replace("[mechanisms]", 'split = "M3L3 -> D + ML ; k_t"\n[mechanisms]')
    system = read_expanded_system(written(model + LABELS))
    rates = {s.name: write_rate(s) for _, steps in system.reactions for s in steps}

    assert rates["pair_ML_NL"] == "2*k_pair*ML*NL/(ML + NL)"
    assert rates["split_M2NL3_to_D_NL"] == "1/3 k_t [M2NL3]"
    assert rates["split_M2NL3_to_D_N_ML"] == "2/3 k_t [M2NL3]"
    assert rates["split"] == "k_t [M3L3]"


def test_check_says_what_the_labels_make_and_expanded_lists_it(written):
    path = written(MODEL + LABELS)
    plain, listed = (check_model(path, as_json=False, expanded=e) for e in (False, True))

    assert describe(read_system(path)) in plain
    told = (
        "  M: N\n"
        "  expanded: 8 species (2 of M, 2 of ML, 3 of D) and 7 steps; check --expanded lists them\n"
        "  k_off_N is k_off of steps with NL\n"
        "  Like blocks within a species count as equivalent: a labelled species is how many blocks "
        "of each form it holds, not which of them."
    )
    assert told in plain
    assert told in listed
    assert "D_N   1 M + 1 N + 2 L  a form of D\n" in listed
    assert "pair_ML_NL       ML + NL -> D_N  v = 2*k_pair*ML*NL/(ML + NL)" in listed
    facts = json.loads(check_model(path, as_json=True, expanded=True))
    assert len(facts["steps"]) == 7
    assert facts["species"]["D_N2"] == "2 N + 2 L"
    assert facts["core"]["D_N2"] == "D"


def test_what_is_dealt_out_and_fed_is_a_note(written):
    text = MODEL.replace(
        "[mechanisms]", 'feed = "-> M ; k_f"\nburst = "D -> 2 ML ; k_b"\n[mechanisms]'
    )
    system = read_expanded_system(written(text + '[labelled]\nM = "N"\n'))

    assert (
        "several products of 'burst' hold M: its forms are dealt out to them at random"
        in system.notes
    )
    assert "what 'feed' makes out of nothing is the form M" in system.notes
    assert "no label changes a rate constant" in describe_labels(system)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (
            MODEL + '[labelled_constants]\nk_off = { N = "k_off_N" }\n',
            "{path}: [labelled_constants]: no block has a labelled form; add [labelled]",
        ),
        (MODEL + "[labelled]\n", "{path}: [labelled] is empty; write at least one line in it"),
        (
            MODEL + '[labelled]\nX = "N"\n',
            "{path}: [labelled]: unknown building block 'X'; known: L, M",
        ),
        (
            MODEL + '[labelled]\nM = "N"\n[labelled_constants]\nk_on = { N = "k" }\n'
            'k_off = { NL = "k" }\n',
            "{path}: reaction 'bind_reverse_NL': rate constant 'k' would be in 1/h, but in "
            "1/(mM h) for reaction 'bind_N'; give each its own constant",
        ),
        (
            MODEL.replace("[reactions]", 'T = "1000M 1000L"\n[reactions]\nleave = "T -> ; k_t"')
            + '[labelled]\nM = ["N", "O"]\n',
            "{path}: [labelled]: 501514 labelled species (501501 of T alone), at most 400 are "
            "accepted; label fewer blocks, or use fewer forms",
        ),
    ],
)
def test_what_cannot_be_expanded_is_refused_in_one_line(written, text, line):
    path = written(text)
    with pytest.raises(InputError) as refusal:
        read_expanded_system(path)

    assert str(refusal.value) == line.format(path=path)


def test_expanded_needs_labelled_forms(written):
    path = written(MODEL)
    with pytest.raises(InputError) as refusal:
        check_model(path, as_json=False, expanded=True)

    assert str(refusal.value) == (
        f"{path}: no block has a labelled form; add [labelled] to expand over"
    )
    with pytest.raises(ValueError, match="not expanded"):
        describe_expanded(read_system(path))


def crossover(mechanism, grow, shrink):
    """Dy6L2 with 0 to 6 Gd at the end, of Dy3L and Gd3L that were made apart, 5 mM each."""
    system = read_expanded_system("models/hnp_dy6_crossover.toml")
    network = system.network(mechanism)
    constants = {"k_chelate": 0.1, "k_grow": grow, "k_shrink": shrink, "k_dimerise": 1.5e-3}
    start = {"Dy3L": 5.0, "Gd3L": 5.0}
    course = integrate(
        network,
        np.array([constants[name] for name in network.rate_constant_names]),
        np.array([start.get(name, 0.0) for name in network.species_names]),
        np.array([1e6]),
    )
    ends = dict(zip(network.species_names, course.concentrations[0], strict=True))
    cores = ("Dy6L2", "Dy5GdL2", "Dy4Gd2L2", "Dy3Gd3L2", "Dy2Gd4L2", "DyGd5L2", "Gd6L2")
    return np.array([ends[name] for name in cores])


def test_motifs_that_join_as_a_whole_give_Dy3Gd3_alone_between_the_pure_ones():
    """No metal is free and no Dy2L is left: one quarter, one half, one quarter."""
    ends = crossover("motifs_join", 3e-3, 0.0)

    np.testing.assert_allclose(ends, [1.25, 0, 0, 2.5, 0, 0, 1.25], rtol=1e-3, atol=1e-9)


def test_single_metals_that_move_give_mixed_counts():
    """Where metals move much faster than motifs join, the six metals are drawn at random."""
    slow, fast = crossover("metals_move", 3e-3, 1e-3), crossover("metals_move", 30, 10)

    assert 0.02 < slow[2] / slow.sum() < 0.15
    assert slow[3] > slow[2]
    drawn = np.array([1, 6, 15, 20, 15, 6, 1]) / 64
    np.testing.assert_allclose(fast / fast.sum(), drawn, atol=5e-3)
