"""The command ``ions``: a study's list, a list alone, the homologue, and files written."""

import csv
import io
import json

import pytest
from checkout import ROOT
from command_line import call
from direct_envelopes import peaks

from assemblysim.commands.ions import WantedIons, check_ions, study_ions
from assemblysim.errors import InputError
from assemblysim.mechanism.ions.chemical_formula import FormulaReader
from assemblysim.result.on_disk import stored_ions

STUDY = """title = "ions"
model = "{model}"
seed = 1
[ions]
file = "ions.csv"
"""
LINES = """species,ion,charge,calculated,found
Dy3L,[Dy3(L)(OH)6(DMF)(H2O)2],1,1242.13,1242.03
Dy3L,[Dy3(L)(OH)6(CH3OH)2(H2O)2],1,1265.16,1265.08
"""


@pytest.fixture
def study(tmp_path):
    """A folder with a list; nothing of it is fitted."""
    folder = tmp_path / "study"
    folder.mkdir()
    model = ROOT / "models" / "dy6.toml"
    (folder / "study.toml").write_text(STUDY.format(model=model))
    (folder / "ions.csv").write_text(LINES)
    return folder


def test_a_study_is_checked_and_stored_for_its_report(study, monkeypatch, capsys):
    status, out, err = call(monkeypatch, capsys, "ions", str(study))
    kept = stored_ions(study / "results")

    assert (status, err) == (0, "")
    assert "Dy₃L rests on 1 sound of 2 ions." in out
    assert [one.sound for one in kept.ions] == [True, False]
    assert kept == study_ions(study)
    assert stored_ions(study) is None


def test_a_list_is_read_with_the_formulas_of_a_group(study):
    """Of HNP-Dy6's ligand, 3.1 % heavier, no number fits; the group has that of Dy6."""
    text = (study / "study.toml").read_text().replace("dy6.toml", "hnp_dy6.toml")
    own = '[groups.first]\nchemistry = { L = { formula = "C29H33N7O4" } }\n'
    (study / "study.toml").write_text(text)
    without = json.loads(check_ions(WantedIons(study), as_json=True))
    (study / "study.toml").write_text(f'{text}group = "first"\n{own}')
    found = json.loads(check_ions(WantedIons(study), as_json=True))

    assert [one["sound"] for one in without["ions"]] == [False, False]
    assert [one["sound"] for one in found["ions"]] == [True, False]
    (study / "study.toml").write_text(f'{text}group = "second"\n{own}')
    with pytest.raises(InputError, match=r"\[ions\]: group: unknown group 'second'; known: first"):
        check_ions(WantedIons(study), as_json=True)


def test_the_tolerance_is_the_studys_or_the_command_lines(study):
    text = (study / "study.toml").read_text()
    (study / "study.toml").write_text(f'{text}tolerance = "100 ppm"\n')
    found = json.loads(check_ions(WantedIons(study), as_json=True))
    narrow = json.loads(check_ions(WantedIons(study, tolerance="10 ppm"), as_json=True))

    assert [one["found_verdict"] for one in found["ions"]] == ["within", "outside"]
    assert [one["found_verdict"] for one in narrow["ions"]] == ["outside", "outside"]
    assert (found["tolerance"], narrow["tolerance"]) == ("100 ppm", "10 ppm")
    assert any("rests on" in text for text in found["sentences"])


def test_a_list_alone_takes_its_blocks_from_a_model_or_from_the_command_line(study):
    path = study / "ions.csv"
    blocks = ("Dy=Dy3+", "L=[C29H33N7O4]2-")
    by_model = check_ions(WantedIons(path, model=ROOT / "models" / "dy6.toml"), as_json=True)
    by_hand = check_ions(WantedIons(path, blocks=blocks), as_json=True)

    assert json.loads(by_model) == json.loads(by_hand)
    assert not (study / "results").exists()


def test_a_csv_file_has_every_line_with_its_reason(study, tmp_path):
    out = tmp_path / "checked.csv"
    said = check_ions(WantedIons(study, out=out), as_json=False)
    rows = list(csv.DictReader(io.StringIO(out.read_text())))

    assert f"wrote {out}" in said
    assert [row["sound"] for row in rows] == ["True", "False"]
    assert rows[0]["calculated_peak"] == "highest peak"
    assert "(+ MeOH) would make it the highest peak" in rows[1]["reason"]
    check_ions(WantedIons(study, out=out, metal="Gd"), as_json=False)  # its own file is replaced
    assert out.read_text().splitlines()[1].startswith("Dy3L,[Gd3L(OH)6(DMF)(H2O)2]+,1,")
    out.write_text("mine\n")
    with pytest.raises(InputError, match="exists and was not written by this command"):
        check_ions(WantedIons(study, out=out), as_json=False)


def test_another_metal_is_one_word(study, monkeypatch, capsys):
    status, out, _ = call(monkeypatch, capsys, "ions", str(study), "--metal", "Gd", "--json")

    assert status == 0
    assert [one["ion"] for one in json.loads(out)["ions"]] == [
        "[Gd3L(OH)6(DMF)(H2O)2]+",
        "[Gd3L(OH)6(MeOH)2(H2O)2]+",
    ]


@pytest.mark.parametrize(
    ("change", "wanted", "fault"),
    [
        (("[ions]", "[measurement]"), {}, "{study}/study.toml: no [ions]; write [ions] and below "
         'it file = "ions.csv", or name the list'),
        (("file =", "files ="), {}, "{study}/study.toml: [ions]: unknown key 'files'; did you "
         "mean 'file'?"),
        (("ions.csv", "gone.csv"), {}, "{study}/gone.csv: no such file; check the path"),
        (("", ""), {"tolerance": "20"}, "--tolerance: '20' is no tolerance; write one as 20 ppm "
         "or 0.05 u"),
        (("", ""), {"blocks": ("L",)}, "--block: write it as L=[C29H19N5O4]2-, not L"),
        (("", ""), {"blocks": ("L=[Q]2-",)}, "--block L: formula 'Q': cannot read 'Q'; write "
         "elements, building blocks of the model and known abbreviations, as Dy3(L)(OH)6"),
    ],
)  # fmt: skip
def test_a_fault_is_one_line(study, change, wanted, fault):
    text = (study / "study.toml").read_text()
    (study / "study.toml").write_text(text.replace(*change) if change[0] else text)
    with pytest.raises(InputError) as refused:
        check_ions(WantedIons(study, **wanted), as_json=False)

    assert str(refused.value) == fault.format(study=study)


SPECTRUM = "m/z\tI\n1238.1316\t2\n1240.1323\t55\n1241.133\t80\n1242.1339\t100\n1243.134\t99\n"


def test_a_spectrum_is_searched_for_the_ions(study, tmp_path, monkeypatch, capsys):
    path, out = tmp_path / "spectrum.txt", tmp_path / "found.csv"
    path.write_text(SPECTRUM)
    words = ("ions", str(study), "--spectrum", str(path), "--tolerance", "20 ppm")
    status, text, err = call(monkeypatch, capsys, *words, "--out", str(out))
    rows = list(csv.DictReader(io.StringIO(out.read_text())))

    assert (status, err) == (0, "")
    assert f"wrote {out}" in text
    assert "5 points, m/z in 'm/z', intensities in 'I'" in " ".join(text.split())
    assert float(rows[0]["cosine"]) > 0.9
    assert (rows[1]["cosine"], rows[1]["peaks_expected"]) == ("0.0000", "0")  # outside
    (found,) = json.loads(call(monkeypatch, capsys, *words, "--json")[1])["spectra"]
    assert [one["place"] for one in found["matches"]] == ["line 2", "line 3"]
    assert not (study / "results").exists()


def test_a_spectrum_needs_a_tolerance_and_times_where_they_are_asked_for(study, tmp_path):
    path = tmp_path / "spectrum.txt"
    path.write_text(SPECTRUM)
    with pytest.raises(InputError) as refused:
        check_ions(WantedIons(study, spectra=(path,)), as_json=False)
    assert str(refused.value) == (
        "--spectrum: no tolerance is stated; add one, as --tolerance '20 ppm'"
    )
    wanted = WantedIons(study, spectra=(path,), tolerance="20 ppm", between=("1min", "3min"))
    with pytest.raises(InputError) as refused:
        check_ions(wanted, as_json=False)
    assert str(refused.value) == f"{path}: a scan has no time; leave the range of times out"


def test_spectra_of_several_energies_say_which_ions_vanish(study, tmp_path, monkeypatch, capsys):
    names = ("0_eV.txt", "100_eV.txt")
    reader = FormulaReader({"Dy": "Dy", "L": "C29H33N7O4"})
    envelope = peaks(reader.atoms(reader.read("Dy3(L)(OH)6(DMF)(H2O)2")), 1, least=0.001)
    for name, moved in zip(names, (0, 0.4), strict=True):
        rows = "\n".join(f"{mz + moved:.4f},{height:.4f}" for mz, height in envelope)
        (tmp_path / name).write_text(f"m/z,intensity\n{rows}\n")
    files = [word for name in names for word in ("--spectrum", str(tmp_path / name))]
    words = ("ions", str(study), *files, "--tolerance", "20 ppm")
    status, text, _ = call(monkeypatch, capsys, *words)
    same = call(monkeypatch, capsys, *words[:2], *files[:2], *files[:2], *words[-2:], "--json")[1]

    assert status == 0
    assert "[Dy3L(OH)6(DMF)(H2O)2]+ in line 2: in 0_eV.txt, not in 100_eV.txt." in text
    assert json.loads(same)["sentences"] == ["All 2 spectra have the same ions of the list."]
