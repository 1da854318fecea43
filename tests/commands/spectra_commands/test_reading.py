"""What a study says of its spectra: one file or many, energies, standards, saturation."""

import numpy as np
import pytest
from command_line import call

from assemblysim.commands.spectra_commands.reading import (
    measured_spectra,
    read_request,
    table_at_energy,
)
from assemblysim.isotopes.envelopes import envelope
from assemblysim.study.definition.reading import read_study
from benchmarks.spectra.generating import Instrument, profile

MODEL = """
[species]
Pd = "Pd"
L = "L"
PdL = "Pd L"
[reactions]
bind = "Pd + L -> PdL ; k_bind"
[chemistry]
Pd = { charge = 2 }
L = { formula = "C12H10N2", charge = 0 }
[candidate_ions]
charges = [2]
anions = { NO3 = 1 }
other_cores = { Pd = 1, L = 2 }
"""
STUDY = """
title = "SYNTHETIC: a pair"
model = "../model.toml"
seed = 1
synthetic = true
[[experiments]]
name = "25 degC"
initial = { Pd = "1 mM", L = "2 mM" }
data = "species.csv"
[measurement]
scale = "per spectrum"
signals = ["PdL"]
noise = "proportional"
[spectra]
resolution = 8000
"""
PAIR = envelope({"Pd": 1, "C": 12, "H": 10, "N": 2}, 2)
DOUBLE = envelope({"Pd": 1, "C": 24, "H": 20, "N": 4}, 2)  # 1 Pd + 2 L, which no species is
STANDARD = envelope({"N": 1, "C": 8, "H": 20}, 1)  # tetraethylammonium, m/z 130
LIST = 'files = "spectra.csv"\n'
COURSE = '[spectra.course]\nfile = "run.txt"\nbins = "10 min"\nstart = "2 min"\n'


def spectrum(counts, seed):
    instrument = Instrument(8000, 5.0, (120.0, 260.0), background=0.2)
    rng = np.random.default_rng(seed)
    return profile([PAIR, DOUBLE, STANDARD], counts, instrument, rng)


def points(scan, ends="\n"):
    pairs = zip(scan.mz.tolist(), scan.intensities.tolist(), strict=True)
    return ends.join(f"{mz:.6f}\t{height:.2f}" for mz, height in pairs)


@pytest.fixture
def study(tmp_path):
    folder = tmp_path / "mine"
    folder.mkdir()
    (tmp_path / "model.toml").write_text(MODEL, encoding="utf-8")

    def writing(more, lines=("a.txt,1,20 eV", "b.txt,1,80 eV")):
        (folder / "study.toml").write_text(STUDY + more, encoding="utf-8")
        for number, name in enumerate("ab"):
            scan = spectrum([4000.0 / (1 + number), 2000.0 * number, 1000.0], number)
            (folder / f"{name}.txt").write_text(f"m/z\tI\n{points(scan)}\n", encoding="utf-8")
        head = ["file,time (h),energy", *lines]
        (folder / "spectra.csv").write_text("\n".join(head), encoding="utf-8")
        return folder

    return writing


def infusion(folder):
    """Six scans, two minutes apart, as MassLynx DataBridge writes them."""
    text = "FUNCTION 1\n"
    for number in range(6):
        scan = spectrum([1000.0 * (number + 1), 0.0, 0.0], number)
        text += f"\nScan\t{number + 1}\nRetention Time\t{2 * number}\n\n{points(scan)}\n"
    (folder / "run.txt").write_text(text, encoding="utf-8")


def test_one_file_is_a_whole_course(study, monkeypatch, capsys):
    folder = study(COURSE)
    infusion(folder)
    (first,) = measured_spectra(read_request(folder))

    # The reaction began at 2 min, so that scans 2 to 6 are within its first ten minutes.
    assert 60 * first.time_h == pytest.approx(4.0)
    assert first.source == "run.txt, 2 min to 10 min"
    status, _, err = call(monkeypatch, capsys, "spectra", str(folder), "--no-pictures")
    assert status == 0, err
    (row,) = (folder / "species.csv").read_text().splitlines()[2:]
    time, amount = row.split(",")
    assert float(time) == pytest.approx(4 / 60)
    assert float(amount) == pytest.approx(3.7 * 4000, rel=0.1)
    (experiment,) = read_study(folder / "study.toml").experiments
    assert experiment.table.covariances.shape == (1, 1, 1)


def test_each_ion_source_energy_has_a_table_with_its_covariances(study, monkeypatch, capsys):
    folder = study(LIST)
    path = folder / "study.toml"
    path.write_text(path.read_text().replace("species.csv", "species_80_eV.csv"), encoding="utf-8")
    status, out, err = call(monkeypatch, capsys, "spectra", str(folder), "--no-pictures")

    assert status == 0, err
    assert "Between ion-source energies the same sample differs" in out
    assert 'To be pasted under [species] of the mechanism file: PdL2 = "Pd 2L".' in out
    assert table_at_energy("species.csv", ("20 eV", "80 eV"), "80 eV") == "species_80_eV.csv"
    for name, counts in (("20", 4000), ("80", 2000)):
        row = (folder / f"species_{name}_eV.csv").read_text().splitlines()[2]
        assert float(row.split(",")[1]) == pytest.approx(3.7 * counts, rel=0.1)
        assert (folder / f"species_{name}_eV_covariance.csv").is_file()
    assert not (folder / "species.csv").exists()


def test_one_of_the_energies_may_be_named(study):
    (one,) = read_request(study(f'{LIST}energy = "80 eV"\n')).spectra

    assert one.path.name == "b.txt"


def test_an_internal_standard_has_a_column_of_its_own(study, monkeypatch, capsys):
    folder = study(f'{LIST}energy = "20 eV"\nstandards = {{ IS = "[N(Et)4]+" }}\n')
    path = folder / "study.toml"
    stated = 'noise = "proportional"\nstandards = { IS = "0.5 mM" }'
    text = path.read_text().replace('noise = "proportional"', stated)
    path.write_text(text.replace('["PdL"]', '["PdL", "IS"]'), encoding="utf-8")
    status, out, err = call(monkeypatch, capsys, "spectra", str(folder), "--no-pictures")

    assert status == 0, err
    assert "from the model's [candidate_ions] and standards" in out
    head, row = (folder / "species.csv").read_text().splitlines()[1:]
    assert head == "time (h),PdL,IS"
    pair, standard = (float(cell) for cell in row.split(",")[1:])
    assert standard / pair == pytest.approx(0.25, rel=0.15)
    (experiment,) = read_study(path).experiments
    assert experiment.table.signals == ("PdL", "IS")


@pytest.mark.parametrize(
    ("ion", "told"),
    [
        ("N(Et)4", "IS: N(Et)4 has no charge; write one, as [NMe4]+"),
        ("[Pd(L)]2+", "IS: [Pd(L)]2+ is an ion of PdL, too, [(Pd)(L)]2+; no spectrum tells them"),
    ],
)
def test_a_standard_without_an_ion_of_its_own_is_refused(study, monkeypatch, capsys, ion, told):
    folder = study(f'{LIST}energy = "20 eV"\nstandards = {{ IS = "{ion}" }}\n')
    path = folder / "study.toml"
    stated = 'noise = "proportional"\nstandards = { IS = "0.5 mM" }'
    path.write_text(path.read_text().replace('noise = "proportional"', stated), encoding="utf-8")
    status, _, err = call(monkeypatch, capsys, "spectra", str(folder), "--no-pictures")

    assert status == 1
    assert f"study.toml: [spectra]: standards: {told}" in err


def test_what_the_detector_cut_off_is_said(study, monkeypatch, capsys):
    folder = study(f'{LIST}energy = "20 eV"\nsaturation = 400.0\n')
    status, out, err = call(monkeypatch, capsys, "spectra", str(folder), "--no-pictures")

    assert status == 0, err
    assert "The detector was saturated in 1 spectrum, in a.txt at" in out


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ("", "name either the table of spectra, as files = "),
        (LIST + COURSE, "name either the table of spectra, as files = "),
        (COURSE.replace("[sp", 'between = ["0 h", "1 h"]\n[sp', 1), "between: goes with files"),
        (COURSE.replace('"10 min"', '["0 h", "1 h"]'), "bins: state a width, or the ends of at"),
        (COURSE.replace('"10 min"', '"10 mM"'), "bins: "),
        (LIST, "each of which has a table, species_20_eV.csv and species_80_eV.csv; name one of"),
        (LIST + 'standards = { IS = "[NMe4]+" }\n', "standards: IS has no concentration; write"),
    ],
)
def test_keys_that_do_not_go_together_are_one_line(study, monkeypatch, capsys, more, told):
    folder = study(more)
    infusion(folder)
    status, _, err = call(monkeypatch, capsys, "spectra", str(folder), "--no-pictures")

    assert status == 1
    assert told in err
    assert err.count("\n") == 1
