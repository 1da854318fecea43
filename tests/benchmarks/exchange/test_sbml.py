"""The runner of semantic cases counts what agrees, differs and is refused, by the cases' tags."""

import pytest
from sbml_texts import model, reaction, species

from assemblysim.exchange.sbml.opened import read_sbml
from benchmarks.sbml import peers
from benchmarks.sbml.__main__ import main

SETTINGS = (
    "start: 0\nduration: 2\nsteps: 2\nvariables: A, r\n"
    "absolute: 1e-6\nrelative: 1e-4\namount: A\nconcentration:\n"
)
DECAY = model([species("A", amount=4)], [reaction("r", {"A": 1}, {}, "0.6931471805599453*A")])
EVENTFUL = DECAY.replace(
    "</model>",
    '<listOfEvents><event id="e" useValuesFromTriggerTime="true"/></listOfEvents></model>',
)


@pytest.fixture
def folder(tmp_path):
    def case(name, text=DECAY, last="1,0.6931471805599453", tags="Compartment,Species,Reaction"):
        place = tmp_path / name
        place.mkdir()
        (place / f"{name}-sbml-l3v2.xml").write_text(text)
        (place / f"{name}-settings.txt").write_text(SETTINGS)
        rows = f"time,A,r\n0,4,2.772588722239781\n1,2,1.3862943611198906\n2,{last}\n"
        (place / f"{name}-results.csv").write_text(rows)
        head = f"componentTags: {tags}\ntestTags: Amount\ntestType: TimeCourse\n"
        (place / f"{name}-model.m").write_text(head)

    case("00001")
    return tmp_path, case


def told(capsys, folder):
    return main([str(folder)]), capsys.readouterr().out


def test_what_agrees_is_counted(folder, capsys):
    status, text = told(capsys, folder[0])
    assert (status, text) == (0, "1 of 1 cases of the supported kind agree at their tolerances\n")


def test_what_differs_and_what_is_refused_within_the_kind_is_a_fault(folder, capsys):
    place, case = folder
    case("00002", last="1.01,0.6931471805599453")
    case("00003", EVENTFUL)
    status, text = told(capsys, place)
    assert status == 1
    assert "00002: differs: 'A' is off by 98 times the tolerance" in text
    assert "00003: refused: cannot be said here: event 'e'" in text
    assert "1 of 3 cases of the supported kind agree" in text


def test_what_is_refused_beyond_the_kind_is_as_it_should_be(folder, capsys):
    place, case = folder
    case("00004", EVENTFUL, tags="Species,EventNoDelay")
    status, text = told(capsys, place)
    assert status == 0
    assert "of 1 others 1 are refused by name, 0 agree all the same, 0 differ" in text


def test_a_folder_without_cases_is_said(tmp_path, capsys):
    assert main([str(tmp_path)]) == 1
    assert "no case such as 00001-sbml-l3v2.xml" in capsys.readouterr().err


def by_our_reader(path, species, times):
    """A peer that is none: amounts by the reader of any SBML model."""
    return read_sbml(path).simulate(times, species).values


@pytest.fixture
def models(tmp_path):
    (tmp_path / "pair.toml").write_text(
        '[species]\nM = "M"\nM2 = "2M"\n[reactions]\npair = "2 M <=> M2 ; k, q"\n'
    )
    return str(tmp_path)


def test_peers_that_agree_pass_and_one_that_does_not_is_told(models, capsys):
    assert peers.main(["--models", models], {"reader": by_our_reader}) == 0
    assert "pair all: reader" in capsys.readouterr().out

    def wrong(path, species, times):
        return by_our_reader(path, species, times) * (1 + 1e-5)

    assert peers.main(["--models", models], {"reader": by_our_reader, "other": wrong}) == 1
    assert "largest difference 1.0e-05, allowed 1e-06" in capsys.readouterr().out


def test_peers_that_are_not_installed_are_named(models, capsys, monkeypatch):
    monkeypatch.setattr(peers, "find_spec", lambda _name: None)
    assert peers.main(["--models", models]) == 1
    assert "not installed: libRoadRunner, COPASI" in capsys.readouterr().err
