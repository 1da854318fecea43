"""A study's experiments in plain words, as ``assemblysim check`` says them."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from checkout import ROOT
from two_reactors import HEATED, written

from assemblysim.commands.check import check_model
from assemblysim.study.definition.reading import read_study
from assemblysim.study.problem.problems import build_problem
from assemblysim.study.questions.in_words import (
    experiment_words,
    sharing_words,
    wild_spectra_words,
    wording_words,
)

CONDUCT = (
    f'{HEATED}\ngroup = "g"\nvolume = "10 mL"\nheld = ["L"]\n'
    'events = [{ at = "2 h", add = "1 mL", of = { Dy = "50 mM" } }, '
    '{ at = "3 h", withdraw = "2 mL" }]\n'
    'dead_time = { log_normal = ["1 min", 1.5] }\ntime_error = { "5 min" = "2 min" }'
)


def test_an_experiments_conduct_is_said_in_words(tmp_path: Path) -> None:
    study = read_study(written(tmp_path, first=CONDUCT, second=f'{HEATED}\ngroup = "h"'))

    assert experiment_words(study.experiments[0], "mM") == (
        "starts from 190 mM Dy and 23.8 mM L",
        "11 samples from 5 min to 48 h",
        "25 °C at the start, 25 °C at 5 min, 80 °C at 15 min, even in between",
        "1 mL of 50 mM Dy added at 2 h",
        "2 mL withdrawn at 3 h",
        "L held constant",
        "dead time log-normal with median 0.01667 h and factor 1.5",
        "the sample at 5 min good to 2 min",
        "of the group g",
    )


def test_what_experiments_share_is_said_in_words(tmp_path: Path) -> None:
    parts = {
        "first": CONDUCT,
        "second": f'{HEATED}\ngroup = "h"',
        "top": 'per_experiment = ["noise", "k_couple"]\nper_group = ["response_*"]',
    }

    assert sharing_words(read_study(written(tmp_path, **parts))) == (
        "each experiment has its own: noise, k_couple, dead time, uncertain sampling times",
        "each group has its own: response_* (g: A; h: B)",
        "shared by all: everything else",
    )


def test_check_of_a_study_says_its_conduct_and_what_is_tied(tmp_path: Path) -> None:
    folder = written(
        tmp_path, first=HEATED, second=HEATED, tables='[derived]\nk_close = "2 * k_grow"\n'
    )
    text = check_model(folder, as_json=False)
    found = json.loads(check_model(folder, as_json=True))

    assert text.splitlines()[:6] == [
        "two reactors",
        "2 mechanisms, seed 1",
        "",
        "experiment A",
        "  starts from 190 mM Dy and 23.8 mM L",
        "  11 samples from 5 min to 48 h",
    ]
    assert "\n\nbetween the experiments\n  shared by all: every parameter\n" in text
    assert "\n\nderived\n  k_close = 2 * k_grow\n" in text
    assert "  k_close = 2 * k_grow, follows\n  Ea_close = Ea_grow, follows" in text
    assert found["derived"] == {"k_close": "2 * k_grow"}
    assert found["experiments"]["B"][0] == "starts from 190 mM Dy and 23.8 mM L"


def test_check_of_a_study_says_what_is_fixed_with_its_unit(tmp_path: Path) -> None:
    said = '[priors]\nk_grow = "3 1/(M h)"\nresponse_Dy3L = 0.5\n'
    folder = written(tmp_path, first=HEATED, second=HEATED, tables=said)
    text = check_model(folder, as_json=False)

    assert "\n\nfixed\n  k_grow = 0.003 1/(mM h)\n  response_Dy3L = 0.5\n\n" in text
    assert "  k_grow: " not in text
    assert json.loads(check_model(folder, as_json=True))["fixed"] == {
        "k_grow": "0.003 1/(mM h)",
        "response_Dy3L": "0.5",
    }


def test_one_mechanism_is_no_plural(tmp_path: Path) -> None:
    folder = written(tmp_path, first=HEATED, second=HEATED)
    study = folder / "study.toml"
    study.write_text(study.read_text("utf-8").replace('"two_Dy3L", ', ""), encoding="utf-8")

    assert check_model(folder, as_json=False).splitlines()[1] == "1 mechanism, seed 1"


def test_check_of_a_study_says_how_much_of_the_base_the_assembly_needs(tmp_path: Path) -> None:
    folder = written(tmp_path, first=f'{HEATED}\nbase = "343 mM"', second=HEATED)
    text = check_model(folder, as_json=False)
    found = json.loads(check_model(folder, as_json=True))

    assert "  5 of 5 steps balanced with AcO-, OH-, MeOH, H2O" in text.splitlines()
    assert (
        "  A: as much Dy3L as can be made takes up 190 of 343 mM of base (56 %)"
        in text.splitlines()
    )
    assert "Base is not in large excess in experiment A" in text
    assert found["chemistry"]["base"][0]["added"] == 343.0


def test_wild_spectra_are_of_no_account_without_a_table(tmp_path: Path) -> None:
    study = read_study(written(tmp_path, first=CONDUCT, second=f'{HEATED}\ngroup = "h"'))
    words = replace(
        study,
        experiments=tuple(replace(one, table=None) for one in study.experiments),
        measurement=replace(study.measurement, wild_spectra=0.1),
    )

    assert wild_spectra_words(words) == (
        "there is no table of spectra, so that wild_spectra does not count",
    )
    usual = replace(words, measurement=replace(study.measurement, wild_spectra=0.03))
    assert wild_spectra_words(usual) == ()


def test_a_sentence_with_an_error_rate_of_its_own_is_named(tmp_path: Path) -> None:
    for part in ("study.toml", "statements.csv"):
        text = (
            (ROOT / "fits" / "dy6" / part)
            .read_text("utf-8")
            .replace('weakened after 12 h",,,,', 'weakened after 12 h",,,0.2,')
        )
        text = text.replace('"dy6"', f'"{ROOT}/models/dy6.toml"')
        (tmp_path / part).write_text(text, "utf-8")
    study = read_study(tmp_path)

    said = wording_words(study, build_problem(study, "two_Dy3L"))

    assert "'Dy3L weakened after 12 h' is wrong with probability 0.2, others with 0.02" in said
    assert sum("is wrong with probability" in one for one in said) == 1
    assert sum("is silence" in one for one in said) == 1
