"""Studies with labelled forms: signals by core, priors of the mechanism without labels."""

import numpy as np
import pytest

from assemblysim.errors import InputError
from assemblysim.mechanism.reading.expanding import without_labels
from assemblysim.study.definition.reading import read_outline, read_study
from assemblysim.study.problem.problems import build_problem

MODEL = """
[species]
M = "M"
L = "L"
ML = "M L"
M2L2 = "2M 2L"
[reactions]
bind = "M + L <=> ML ; k_on, k_off"
pair = "2 ML -> M2L2 ; k_pair"
[mechanisms]
all_of_it = ["bind", "pair"]
"""
STUDY = """
title = "t"
model = "m"
seed = 1
[[experiments]]
name = "one"
initial = INITIAL
data = "data.csv"
[measurement]
scale = "per spectrum"
noise = "proportional"
signals = SIGNALS
"""
LABELS = '[labelled]\nM = "N"\nL = "D"\n'
MIXED = '{ M = "6 mM", N = "4 mM", L = "5 mM", D = "7 mM" }'


@pytest.fixture
def write(tmp_path):
    def writing(signals, *, labels=LABELS, initial=MIXED, model=MODEL, columns=("x",)):
        (tmp_path / "models").mkdir(exist_ok=True)
        (tmp_path / "models" / "m.toml").write_text(model)
        text = STUDY.replace("INITIAL", initial).replace("SIGNALS", signals)
        (tmp_path / "study.toml").write_text(text + labels)
        rows = [",".join(["time (h)", *columns])]
        rows += [",".join([t, *["1"] * len(columns)]) for t in ("1", "2")]
        (tmp_path / "data.csv").write_text("\n".join(rows) + "\n")
        return tmp_path

    return writing


def signals_of(folder):
    signals = read_outline(folder).measurement.signals
    return {one.name: dict(one.terms) for one in signals}


def test_all_is_the_sum_of_the_forms_and_each_is_a_signal_for_every_form(write):
    found = signals_of(write('["all ML", "each M2L2"]'))

    assert found.pop("all ML") == {"ML": 1, "MD": 1, "NL": 1, "ND": 1}
    assert list(found) == [
        *("M2L2", "M2LD", "M2D2", "MNL2", "MNLD", "MND2", "N2L2", "N2LD", "N2D2"),
    ]
    assert all(terms == {name: 1} for name, terms in found.items())


def test_a_block_tells_forms_apart_and_the_others_are_summed(write):
    found = signals_of(write('["each M2L2 by M", "x = 2 all ML + MNL2 by M", "y = M2D2 by L"]'))

    assert found == {
        "M2L2": {"M2L2": 1, "M2LD": 1, "M2D2": 1},
        "MNL2": {"MNL2": 1, "MNLD": 1, "MND2": 1},
        "N2L2": {"N2L2": 1, "N2LD": 1, "N2D2": 1},
        "x": {"ML": 2, "MD": 2, "NL": 2, "ND": 2, "MNL2": 1, "MNLD": 1, "MND2": 1},
        "y": {"M2D2": 1, "MND2": 1, "N2D2": 1},
    }


def test_forms_of_one_core_have_one_response_factor_unless_one_is_stated(write):
    columns = ("L", "M2L2", "MNL2", "N2L2")
    signals = '["L", "each M2L2 by M"]'
    labels = LABELS + "[priors]\nresponse_N2L2 = 0.5\n"
    folder = write(signals, labels=labels, columns=columns)
    study = read_study(folder)
    problem = build_problem(study, "all_of_it")

    assert study.derived == (("response_MNL2", "response_M2L2"),)
    (exchanged,) = problem.exchangeable
    assert exchanged.responses == ("response_M2L2",)  # with L, which 0.5 is relative to
    assert exchanged.stated == ("response_L", "response_N2L2")
    assert dict(study.fixed)["response_N2L2"] == 0.5


def test_default_priors_are_those_of_the_mechanism_without_labels(write):
    plain = '{ M = "10 mM", L = "12 mM" }'
    signals, columns = '["L", "ML"]', {"columns": ("L", "ML")}
    changed = LABELS + '[labelled_constants]\nk_pair = { "ML + NL" = "k_mixed" }\n'
    with_labels = build_problem(read_study(write(signals, labels=changed, **columns)), "all_of_it")
    without = build_problem(
        read_study(write(signals, labels="", initial=plain, **columns)), "all_of_it"
    )
    ours = {one.name: one.prior for one in with_labels.parameters}
    theirs = {one.name: one.prior for one in without.parameters}

    assert {n: p for n, p in ours.items() if n in theirs and n != "background"} == {
        n: p for n, p in theirs.items() if n != "background"
    }
    assert ours["k_mixed"] == theirs["k_pair"]


def test_the_network_without_labels_is_found_again(write):
    system = read_outline(write('["L"]')).system
    network = system.network("all_of_it")

    assert without_labels(system, network) == system.unlabelled.network("all_of_it")
    assert without_labels(system.unlabelled, network) is network


def test_labels_may_stand_in_the_model_and_a_form_may_be_added_later(write):
    folder = write('["L", "all ML"]', labels="", model=MODEL + LABELS, columns=("L", "all ML"))
    text = folder.joinpath("study.toml").read_text()
    event = 'volume = "1 mL"\nevents = [{ at = "1.5 h", add = "1 mL", of = { N = "3 mM" } }]\n'
    folder.joinpath("study.toml").write_text(text.replace("data =", event + "data ="))
    study = read_study(folder)

    (added,) = study.experiments[0].conditions.protocol.events
    assert added.contents == (("N", 3.0),)
    np.testing.assert_allclose(dict(study.experiments[0].prior_conditions.initial)["N"], 5.5)


@pytest.mark.parametrize(
    ("signals", "changes", "line"),
    [
        (
            '["all NL"]',
            {},
            "{path}: [measurement]: signal 'all NL': NL is one form of ML; write \"all ML\"",
        ),
        (
            '["each NL"]',
            {},
            "{path}: [measurement]: signal 'each NL': NL is one form of ML; write \"each ML\"",
        ),
        (
            '["each ML by X"]',
            {},
            "{path}: [measurement]: signal 'each ML by X': unknown labelled block 'X'; known: L, M",
        ),
        (
            '["all ML by M"]',
            {},
            '{path}: [measurement]: signal \'all ML by M\': "all" has no block; write "all ML" '
            'or "ML by M"',
        ),
        (
            '["all ML"]',
            {"labels": "", "initial": '{ M = "1 mM", L = "1 mM" }'},
            "{path}: [measurement]: signal 'all ML': no block has a labelled form; name one "
            "species, or add [labelled]",
        ),
        (
            '["x = all ML + NL"]',
            {},
            "{path}: [measurement]: signal 'x = all ML + NL': the sum: 'NL' is there twice; name "
            "it once",
        ),
        (
            '["L"]',
            {"model": MODEL + LABELS},
            "{path}: [labelled]: {model} has labelled forms, too; keep one of the two tables",
        ),
        (
            '["L"]',
            {"labels": '[labelled_constants]\nk_on = { N = "k" }\n'},
            "{path}: [labelled_constants]: no block has a labelled form; add [labelled]",
        ),
    ],
)
def test_what_cannot_be_meant_is_refused_in_one_line(write, signals, changes, line):
    folder = write(signals, **changes)
    with pytest.raises(InputError) as refusal:
        read_outline(folder)

    expected = line.format(path=folder / "study.toml", model=folder / "models" / "m.toml")
    assert str(refusal.value) == expected
