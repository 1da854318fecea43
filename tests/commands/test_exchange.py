"""export and import: files of other tools, written where nothing else lies."""

import json
import shutil
import zipfile

import numpy as np
import pytest
from checkout import ROOT
from command_line import call

import assemblysim as asm

MODEL = str(ROOT / "models/hnp_dy6.toml")


@pytest.fixture
def run(monkeypatch, capsys):
    return lambda *words: call(monkeypatch, capsys, *map(str, words))


def test_a_mechanism_goes_out_and_comes_back(run, tmp_path):
    out, back = tmp_path / "both.xml", tmp_path / "back.toml"
    names = ("chelate", "grow", "dimerise", "couple", "close")
    numbers = [word for name in names for word in ("--set", f"k_{name}=0.1 1/(mM h)")]
    status, text, _ = run(
        "export", MODEL, "--mechanism", "both", *numbers, "--initial", "Dy=190 mM", "--out", out
    )
    assert (status, text) == (0, f"wrote {out}\n")
    status, text, _ = run("import", out, "--out", back)
    assert status == 0
    assert text.startswith(f"wrote {back}\nfollow it: assemblysim simulate {back} --set k_chelate=")
    network = asm.read_system(MODEL).network("both")
    assert asm.read_system(back).network("all") == network
    status, text, _ = run("import", out, "--json")
    told = json.loads(text)
    assert told["rate_constants"] == {f"k_{name}": pytest.approx(0.1) for name in names}
    assert told["initial_mM"]["Dy"] == pytest.approx(190)


def test_without_a_file_the_text_is_printed(run, tmp_path):
    status, text, told = run("export", MODEL, "--mechanism", "template")
    assert status == 0
    assert told == (
        f"assemblysim: {MODEL}: mechanism 'template' is called 'two_Dy3L' now; the former name is "
        "still read\n"
    )
    assert 'id="two_Dy3L"' in text
    (tmp_path / "m.xml").write_text(text)
    assert (
        "no value is stated for k_chelate" in asm.read_sbml(tmp_path / "m.xml").mechanism.notes[0]
    )
    status, text, _ = run("import", tmp_path / "m.xml")
    assert text.startswith("# made by assemblysim import of 'm.xml'\ntitle =")


def test_a_study_without_a_fit_has_no_numbers_to_export(run, tmp_path):
    """In a copy: whoever has run the study in its own folder tests it, too."""
    shutil.copytree(ROOT / "models", tmp_path / "models")
    study = tmp_path / "fits" / "hnp_dy6"
    shutil.copytree(ROOT / "fits/hnp_dy6", study, ignore=shutil.ignore_patterns("results*"))

    status, _, err = run("export", study, "--mechanism", "both")

    assert (status, err.count("\n")) == (1, 1)
    assert "no stored draws of both; run 'assemblysim fit' first" in err


def test_constants_without_a_value_are_named(run, tmp_path):
    _, text, _ = run("export", MODEL, "--mechanism", "two_Dy3L", "--out", tmp_path / "m.xml")
    assert "no value for k_chelate, k_grow, k_dimerise; add --set k_chelate=..." in text


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("export", MODEL), "several mechanisms; add --mechanism"),
        (("export", MODEL, "--mechanism", "none"), "unknown mechanism 'none'"),
        (("export", MODEL, "--mechanism", "both", "--set", "k=1 1/h"), "unknown constant 'k'"),
        (("export", MODEL, "--mechanism", "both", "--experiment", "a"), "is a mechanism file"),
        (
            ("export", ROOT / "fits/hnp_dy6", "--mechanism", "both", "--set", "k=1"),
            "numbers of a study are those that were fitted",
        ),
        (
            ("export", ROOT / "fits/hnp_dy6", "--as", "petab"),
            "a PEtab problem is several files; add --out FOLDER",
        ),
        (
            ("export", ROOT / "fits/hnp_dy6", "--as", "petab", "--out", "never"),
            "no experiment has intensities, and PEtab cannot say words",
        ),
        (
            ("export", ROOT / "models/cage.toml", "--as", "petab1", "--out", "never"),
            "PEtab is about data; name a study's folder",
        ),
        (("export", ROOT / "fits/dy6", "--as", "yaml"), "unknown form 'yaml'"),
        (("export", ROOT / "fits/dy6", "--as", "crate"), "a crate is a zip; add --out FILE.zip"),
        (("import", ROOT / "README.md"), "no valid SBML"),
    ],
)
def test_faults_are_one_line(run, words, says):
    status, _, err = run(*words)
    assert (status, err.count("\n")) == (1, 1)
    assert says in err


def test_a_crate_of_others_is_not_replaced_and_ours_is(run, tmp_path):
    study, out = ROOT / "fits/hnp_dy6_synthetic", tmp_path / "crate.zip"
    with zipfile.ZipFile(out, "w") as theirs:
        theirs.writestr("ro-crate-metadata.json", "{}")
    before = out.read_bytes()

    status, _, err = run("export", study, "--as", "crate", "--out", out)
    assert (status, out.read_bytes()) == (1, before)
    assert "was not written by this command" in err
    status, _, _ = run("export", study, "--as", "crate", "--out", out, "--force")
    assert status == 0
    status, _, _ = run("export", study, "--as", "crate", "--out", out)
    assert status == 0


def test_nothing_else_is_replaced(run, tmp_path):
    other = tmp_path / "m.toml"
    other.write_text("mine")
    _, text, _ = run("export", MODEL, "--mechanism", "both")
    (tmp_path / "m.xml").write_text(text)
    status, _, err = run("import", tmp_path / "m.xml", "--out", other)
    assert (status, other.read_text()) == (1, "mine")
    assert "was not written by this command" in err
    status, _, _ = run("import", tmp_path / "m.xml", "--out", other, "--force")
    assert status == 0
    status, _, _ = run("import", tmp_path / "m.xml", "--out", other)
    assert status == 0
    course = asm.integrate(
        asm.read_system(other).network("all"),
        dict.fromkeys(asm.read_system(other).network("all").rate_constant_names, 0.1),
        {"Dy": 10.0, "L": 2.0},
        [1.0],
    )
    assert np.isfinite(course.concentrations).all()
