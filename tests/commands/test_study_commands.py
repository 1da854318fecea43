import pytest
from claimed_study import write_claimed
from command_line import call

from assemblysim.commands import explore
from assemblysim.commands.study_commands import say_old_steps
from assemblysim.errors import InputError
from assemblysim.explorer.study import explored_study
from assemblysim.study.locating import refuse_study_folder

NAME = "alpha_pinene"


@pytest.fixture
def fitted(tmp_path):
    """A study in a folder of its own, with a stored result."""
    return write_claimed(tmp_path, NAME)


def add_a_note(path):
    path.write_text(path.read_text(encoding="utf-8") + "\n# edited\n", encoding="utf-8")


@pytest.mark.usefixtures("blank_pictures")
def test_what_changed_since_the_fit_is_named_before_its_results_are_shown(
    fitted, monkeypatch, capsys
):
    status, shown, said = call(monkeypatch, capsys, "compare", str(fitted))
    assert (status, said) == (0, "")

    add_a_note(fitted.parents[1] / "models" / f"{NAME}.toml")
    add_a_note(fitted / "study.toml")
    for command in ("compare", "report"):
        status, out, said = call(monkeypatch, capsys, command, str(fitted))
        assert status == 0
        assert out == shown or command == "report"
        assert said == (
            f"assemblysim: study.toml and ../../models/{NAME}.toml changed since the fit that is "
            f"shown; 'assemblysim fit {fitted} --anew' renews it\n"
        )
    assert (fitted / "results" / "report.html").is_file()


@pytest.mark.usefixtures("blank_pictures")
def test_a_report_links_the_explorer_that_it_leaves_beside_it(fitted, monkeypatch, capsys):
    """The result has no draws, so that the page is that of before a fit."""

    def before(study, folder, _):
        return explored_study(study, folder, None)

    monkeypatch.setattr(explore, "explored_study", before)

    status, _, said = call(monkeypatch, capsys, "report", str(fitted))

    report = (fitted / "results" / "report.html").read_text(encoding="utf-8")
    assert (status, said) == (0, "")
    assert 'href="explorer.html"' in report
    assert "const ENGINE" in (fitted / "results" / "explorer.html").read_text(encoding="utf-8")


def test_a_study_that_can_no_longer_be_read_still_shows_its_fit(fitted, monkeypatch, capsys):
    (fitted / "study.toml").write_text("title = 3", encoding="utf-8")

    status, shown, said = call(monkeypatch, capsys, "compare", str(fitted))

    assert status == 0
    assert "Verdict" in shown
    assert said.startswith("assemblysim: what is shown was fitted before these files had a fault: ")
    assert "study.toml" in said
    assert len(said.splitlines()) == 1


def test_a_table_of_steps_that_was_taken_out_is_said_where_its_answer_is_still_shown(
    fitted, capsys
):
    results = fitted / "results"
    say_old_steps(fitted, results)
    (results / "steps.json").write_text("{}")
    assert capsys.readouterr().err == ""

    say_old_steps(fitted, results)

    assert capsys.readouterr().err == (
        f"assemblysim: {results}/steps.json answers a table [steps] that study.toml does not have "
        "any more; the report shows it until you delete the file\n"
    )
    with (fitted / "study.toml").open("a") as file:
        file.write("\n[steps]\n")
    say_old_steps(fitted, results)
    assert capsys.readouterr().err == ""


def test_a_study_folder_takes_no_results(fitted, monkeypatch, capsys):
    status, _, said = call(
        monkeypatch, capsys, "fit", str(fitted), "--results", str(fitted), "--workers", "1"
    )

    assert status == 1
    assert "holds a study.toml, and results need a folder of their own" in said
    with pytest.raises(InputError, match="results need a folder of their own"):
        refuse_study_folder(fitted)
    refuse_study_folder(fitted / "results")
