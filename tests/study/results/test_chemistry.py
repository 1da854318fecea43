"""The chemistry behind a study's constants: what its experiments were given, and what base does."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
from formula_oracle import balanced
from two_reactors import written

from assemblysim.errors import InputError
from assemblysim.files.codec import from_plain, to_plain
from assemblysim.result.mechanism import ChemistryResult
from assemblysim.study.definition.reading import read_study
from assemblysim.study.results.chemistry import block_totals, study_chemistry

WARM = 'temperature = "60 degC"'
# The published amounts: 0.72 mmol of triethylamine and 0.05 of ligand in 2.1 mL.
BASE = f'{WARM}\nbase = "343 mM"'


def test_an_experiment_that_states_its_base_is_told_what_part_the_assembly_needs(
    tmp_path: Path,
) -> None:
    found = study_chemistry(read_study(written(tmp_path, first=BASE, second=WARM)))

    (use,) = found[""].base
    assert (use.experiment, use.unit, use.added) == ("A", "mM", 343.0)
    # By hand: [Dy3L(OH)6]+ gives off 8 H+ of H2L and six water, 23.8 mM of it 190.4 mM.
    assert use.needed["Dy3L"] == pytest.approx(8 * 23.8)
    assert use.needed["Dy3L"] / use.added == pytest.approx(0.40 / 0.72, rel=2e-3)
    assert use.needed["Dy6L2"] == pytest.approx(13 * 23.8 / 2)


def test_only_steps_of_the_study_s_mechanisms_are_stored_and_come_back(tmp_path: Path) -> None:
    found = study_chemistry(read_study(written(tmp_path, first=BASE, second=WARM)))

    (facts,) = found.values()
    assert {one.name for one in facts.steps} == {"chelate", "grow", "dimerise", "couple", "close"}
    assert set(facts.routes) == {"two_Dy3L", "both"}
    assert from_plain(ChemistryResult, to_plain(facts)) == facts


def test_what_events_add_counts_and_what_is_held_does_not_run_out(tmp_path: Path) -> None:
    added = (
        f'{WARM}\nvolume = "10 mL"\nheld = ["Dy"]\n'
        'events = [{ at = "2 h", add = "5 mL", of = { L = "20 mM", Dy2L = "2 mM" } },'
        ' { at = "3 h", withdraw = "2 mL" }]'
    )
    study = read_study(written(tmp_path, first=added, second=WARM))
    species = {one.name: one for one in study.system.species}

    totals = block_totals(study.experiments[0], species)

    assert totals["L"] == pytest.approx(23.8 + 0.5 * (20 + 2))
    assert totals["Dy"] == math.inf


def test_what_is_held_from_a_time_on_does_not_run_out(tmp_path: Path) -> None:
    events = 'held = ["Dy2L"]\nevents = [{ at = "2 h", set = { Dy2L = "1 mM" } }]'
    folder = written(tmp_path, first=f"{WARM}\n{events}", second=WARM)
    text = (folder / "study.toml").read_text("utf-8")
    text = text.replace("initial = { ", 'initial = { Dy2L = "0 mM", ', 1)
    (folder / "study.toml").write_text(text, encoding="utf-8")
    study = read_study(folder)

    totals = block_totals(study.experiments[0], {s.name: s for s in study.system.species})

    assert totals["Dy"] == math.inf


def test_an_unknown_start_counts_as_its_median(tmp_path: Path) -> None:
    folder = written(tmp_path, first=BASE, second=WARM)
    text = (folder / "study.toml").read_text("utf-8")
    text = text.replace('L = "23.8 mM"', 'L = { log_normal = ["20 mM", 1.5] }', 1)
    (folder / "study.toml").write_text(text, encoding="utf-8")
    study = read_study(folder)
    found = study_chemistry(study)

    assert found[""].base[0].needed["Dy3L"] == pytest.approx(8 * 20)


@pytest.mark.parametrize(
    ("base", "fault"),
    [
        ('"0 mM"', "experiment 'A': base: 0 mM is none; write what was added, or leave it out"),
        ('"0.7 mmol"', "base"),
    ],
)
def test_a_base_that_is_none_is_refused(tmp_path: Path, base: str, fault: str) -> None:
    folder = written(tmp_path, first=f"{WARM}\nbase = {base}")

    with pytest.raises(InputError, match=fault):
        read_study(folder)


def test_a_model_without_ions_has_no_such_chemistry_and_refuses_a_base(tmp_path: Path) -> None:
    folder = written(tmp_path, first=WARM, second=WARM)
    model = Path("models/hnp_dy6.toml").read_text("utf-8")
    (tmp_path / "bare.toml").write_text(model[: model.index("[ions]")], encoding="utf-8")
    text = (folder / "study.toml").read_text("utf-8")
    text = text.replace(str(Path("models/hnp_dy6.toml").resolve()), "bare.toml")
    (folder / "study.toml").write_text(text, encoding="utf-8")

    assert study_chemistry(read_study(folder)) == {}
    (folder / "study.toml").write_text(text.replace(WARM, BASE, 1), encoding="utf-8")
    with pytest.raises(InputError, match="base: the model states no ions that could take it up"):
        read_study(folder)


GROUPS = """
[groups.N1]
chemistry = { L = { formula = "C29H33N7O4" } }
ions = { Dy2L = "[Dy2(L)(OH)2]2+" }
"""


def test_a_group_has_its_own_ions_and_takes_the_others_from_the_model(tmp_path: Path) -> None:
    first, second = (f'{WARM}\nbase = "343 mM"\ngroup = "N{i}"' for i in (1, 2))
    study = read_study(written(tmp_path, first=first, second=second, tables=GROUPS))
    found = study_chemistry(study)

    assert list(found) == ["N1", ""]
    own, models = ({s.name: s.equation for s in one.steps} for one in found.values())
    assert own["grow"] == "[Dy2L(OH)2]2+ + Dy(OAc)3 + 4 OH- -> [Dy3L(OH)6]+ + 3 AcO-"
    assert models["grow"].startswith("[Dy2L(OMe)2(OH)]+ + Dy(OAc)3 + 3 OH- + 2 H2O")
    assert own["dimerise"] == models["dimerise"]
    for text in own.values():
        assert balanced(text, "C29H33N7O4"), text
    # Four H+ are given off by Dy2L of the one group, five by that of the other, by hand.
    assert [(one.experiment, one.needed["Dy2L"]) for f in found.values() for one in f.base] == [
        ("A", pytest.approx(4 * 23.8)), ("B", pytest.approx(5 * 23.8)),
    ]  # fmt: skip


def test_formulas_without_ions_balance_nothing(tmp_path: Path) -> None:
    model = Path("models/hnp_dy6.toml").read_text("utf-8")
    (tmp_path / "bare.toml").write_text(model[: model.index("[ions]")], encoding="utf-8")
    only = '[groups.N1]\nchemistry = { L = { formula = "C29H33N7O4" } }\n'
    folder = written(tmp_path, first=f'{WARM}\ngroup = "N1"', second=WARM, tables=only)
    text = (folder / "study.toml").read_text("utf-8")
    text = text.replace(str(Path("models/hnp_dy6.toml").resolve()), "bare.toml")
    (folder / "study.toml").write_text(text, encoding="utf-8")

    assert study_chemistry(read_study(folder)) == {}
    added = text.replace('group = "N1"', 'group = "N1"\nbase = "3 mM"', 1)
    (folder / "study.toml").write_text(added, encoding="utf-8")
    with pytest.raises(InputError, match="base: the model states no ions that could take it up"):
        read_study(folder)
