import json
import webbrowser

import pytest
from checkout import ROOT
from command_line import call

from assemblysim.commands import explore
from assemblysim.commands.explore import leave_pages
from assemblysim.errors import InputError

MODEL = ROOT / "models" / "hnp_dy6.toml"
STUDY = ROOT / "fits" / "alpha_pinene"


@pytest.fixture
def run(monkeypatch, capsys):
    return lambda *words: call(monkeypatch, capsys, *map(str, words))


def test_a_mechanism_file_becomes_a_page_in_a_browser(run, tmp_path, monkeypatch):
    opened = []
    monkeypatch.setattr(webbrowser, "open", lambda where: opened.append(where) or True)
    page = tmp_path / "e.html"

    status, text, _ = run("explore", MODEL, "--out", page)

    assert (status, text) == (0, f"wrote {page}\n")
    assert opened == [page.as_uri()]
    assert 'content="assemblysim explorer"' in page.read_text()


def test_a_study_without_a_fit_is_explored_from_its_priors(run, tmp_path):
    page = tmp_path / "e.html"
    options = ("--results", tmp_path / "none", "--no-open", "--json")

    status, text, _ = run("explore", STUDY, "--out", page, *options)

    assert (status, json.loads(text)) == (0, {"explorer": str(page)})
    assert '"stage":"prior"' in page.read_text()


def test_another_file_stays_where_it_is(run, tmp_path):
    page = tmp_path / "mine.html"
    page.write_text("<p>mine")

    status, _, told = run("explore", MODEL, "--out", page, "--no-open")

    assert status == 1
    assert "exists and was not written by this command" in told
    assert page.read_text() == "<p>mine"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ((MODEL, "--until", "0 h"), "--until: 0 h is no time to follow; write one such as 48 h"),
        ((MODEL, "--results", "x"), "is a mechanism file; name a study's folder"),
        ((STUDY, "--initial", "a=1 mM"), "--initial: a study has its own; change it on the page"),
    ],
)
def test_what_does_not_fit_is_one_line(run, words, told):
    status, _, line = run("explore", *words, "--no-open")

    assert status == 1
    assert told in line
    assert line.count("\n") == 1


def test_what_stops_the_report_too_is_said_once(tmp_path, monkeypatch, capsys):
    def damaged(*_):
        raise InputError("draws.nc: changed after it was written")

    monkeypatch.setattr(explore, "read_study", damaged)
    monkeypatch.setattr(explore, "write_report", lambda *_: tmp_path / "report.html")
    leave_pages(tmp_path, tmp_path, 1)
    assert "no explorer.html was written: draws.nc: changed" in capsys.readouterr().err
    monkeypatch.setattr(explore, "write_report", damaged)
    with pytest.raises(InputError, match="changed after"):
        leave_pages(tmp_path, tmp_path, 1)
    assert capsys.readouterr().err == ""
