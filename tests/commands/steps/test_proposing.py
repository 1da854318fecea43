"""propose: text to paste, files that check accepts, and refusals of one line."""

import json

import pytest
from checkout import ROOT
from command_line import call

from assemblysim.mechanism.reading.system import read_system

MODEL = str(ROOT / "models/hnp_dy6.toml")


@pytest.fixture
def run(monkeypatch, capsys):
    return lambda *words: call(monkeypatch, capsys, *map(str, words))


def test_pasted_lines_are_accepted_and_steps_that_are_there_are_comments(run, tmp_path):
    status, text, _ = run("propose", MODEL, "--kind", "join", "--kind", "transfer")
    model = tmp_path / "more.toml"
    old = (ROOT / "models/hnp_dy6.toml").read_text()
    model.write_text(old.replace("[reactions]", "[reactions]\n" + text))

    assert status == 0
    assert text.startswith("# 10 steps between 8 species of ")
    assert "(there as dimerise)" in text
    assert len(read_system(model).reactions) == len(read_system(MODEL).reactions) + 7


def test_one_way_is_there_only_if_that_way_is(run):
    _, text, _ = run("propose", ROOT / "models/alpha_pinene.toml", "--reverses", "apart")
    lines = text.splitlines()

    assert sum("(there as" in one for one in lines) == 6
    assert any(one.startswith("close_alpha_pinene_to_dipentene_back = ") for one in lines)


def test_a_file_without_steps_is_enough(run, tmp_path):
    species, out = tmp_path / "species.toml", tmp_path / "steps.csv"
    species.write_text('[species]\nM = "M"\nL = "L"\nML = "M L"\n')

    assert run("propose", species, "--out", out)[1] == (
        f"wrote {out}: 1 step between 3 species of {species}\n"
    )
    species.write_text('steps = "steps.csv"\n' + species.read_text())
    assert run("check", species)[0] == 0


def test_blocks_alone_make_a_whole_file_that_check_accepts(run, tmp_path):
    out = tmp_path / "cage.toml"
    options = ("--largest", "Pd=2", "--largest", "L=5", "--sites", "Pd=4")

    status, text, _ = run("propose", *options, "--out", out)

    assert (status, text.startswith(f"wrote {out}: ")) == (0, True)
    assert run("check", out)[0] == 0
    assert json.loads(run("propose", *options, "--json")[1])["steps"][0]["kind"] == "attach"
    assert "[species]" in run("propose", *options)[1]
    out.write_text("mine")
    assert "exists and was not written by this command" in run("propose", *options, "--out", out)[2]


@pytest.mark.parametrize(
    ("words", "line"),
    [
        ((), "name a mechanism file, or building blocks with their largest counts"),
        ((MODEL, "--largest", "Dy=2"), "one of the two"),
        ((MODEL, "--kind", "close"), "0 steps of kind close between 8 species; choose other"),
        ((MODEL, "--sites", "Pd=4"), "--sites: unknown building block 'Pd'"),
        ((MODEL, "--reverses", "wth"), "--reverses: unknown way 'wth'; did you mean 'with'?"),
        (("--largest", "L2=4"), "--largest: building block 'L2' cannot stand in a formula"),
    ],
)
def test_what_cannot_be_is_refused_in_one_line(run, words, line):
    status, _, error = run("propose", *words)

    assert status == 1
    assert line in error
    assert error.count("\n") == 1
