"""A study that is fitted from Python is what the command line fits."""

from __future__ import annotations

import numpy as np
import pytest
from matplotlib.text import Text
from quick_pictures import blanks
from small_study import chain_table, small_study

import assemblysim as asm
from assemblysim.interface.projects import StudyProject
from assemblysim.result.on_disk import stored_result


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    return StudyProject(small_study(tmp_path_factory.mktemp("study"), table=chain_table()))


@pytest.fixture(scope="module")
def results(project, tmp_path_factory):
    return project.run(workers=1, results=tmp_path_factory.mktemp("results"), max_steps=40)


def test_a_run_stores_what_it_returns(results):
    again = asm.read_results(results.folder)
    assert again.probabilities == results.probabilities
    assert again.verdict == results.verdict
    assert stored_result(results.folder).seed == results.result.seed
    assert sum(results.probabilities.values()) == pytest.approx(1)
    assert (results.folder / "manifest.sha256").is_file()


def test_draws_and_lifetimes_are_there_by_name(project, results):
    first = results.mechanisms[0]
    draws = results.draws(first)
    assert tuple(draws) == project.posterior(first).names
    assert results.lifetimes(first) == results.mechanism(first).lifetimes
    with pytest.raises(asm.InputError, match="unknown mechanism 'other'"):
        results.draws("other")


def test_both_show_themselves(project, results):
    assert "mechanisms: " in repr(project)
    assert results.verdict.split(".")[0] in repr(results)


def test_everything_has_a_form_for_notebooks(project, results):
    forms = {
        "mechanism": project,
        "reactor": results.courses("chain"),
        "half": results.predict({"A": "5 mM"}),
        "chain": project.study.system,
        "k_second": project.posterior("chain"),
    }
    for words, one in forms.items():
        html = one._repr_html_()
        assert words in html
        assert html.count("<tr>") == html.count("</tr>") > 1
    assert "<td>B</td><td>maximum</td>" in forms["half"]._repr_html_()


@pytest.mark.parametrize(
    ("argument", "says"),
    [
        (
            {"workers": "3"},
            "workers: '3' is no number of processes; give one such as 2, or an exec",
        ),
        ({"workers": 0}, "workers: 0 is no number of processes"),
        ({"workers": 2.0}, "workers: 2.0 is no number of processes"),
        ({"workers": True}, "workers: True is no number of processes"),
        ({"seed": "7"}, "seed: '7' is no whole number from 0 up"),
        ({"seed": -1}, "seed: -1 is no whole number from 0 up"),
        ({"max_steps": 10}, "max_steps: 10 is no whole number from 20 up"),
    ],
)
def test_arguments_of_another_kind_are_one_line_before_anything_is_written(
    project, tmp_path, argument, says
):
    with pytest.raises(asm.InputError, match=says) as caught:
        project.run(results=tmp_path / "new", **argument)
    assert "\n" not in str(caught.value)
    assert not (tmp_path / "new").exists()


def test_a_report_goes_where_it_is_asked_for_and_replaces_only_its_own(results, tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out/report.md").write_text("mine")
    with blanks():
        page = results.report(str(tmp_path / "out"))

    assert page == tmp_path / "out/report.html"
    assert page.is_file()
    assert (tmp_path / "out/kept/report.md").read_text() == "mine"
    assert not (results.folder / "report.html").exists()
    (tmp_path / "study.toml").write_text("")
    with pytest.raises(asm.InputError, match=r"holds a study.toml"):
        results.report(tmp_path)
    (tmp_path / "file").write_text("")
    with pytest.raises(asm.RunError, match=r"file/manifest\.sha256: cannot be written"):
        results.report(tmp_path / "file")


def test_results_do_not_go_into_a_study(project, tmp_path):
    (tmp_path / "study.toml").write_text("")
    with pytest.raises(asm.InputError, match=r"holds a study.toml"):
        project.run(results=tmp_path)


def test_a_prediction_is_what_the_closed_form_says_at_other_concentrations(results):
    found = results.predict({"A": "5 mM"}, until="16 h")
    frame = found.to_frame("chain")

    # k = 1 and 0.5 per hour: B is largest at ln 2 / 0.5 h with half of the A that was there
    assert frame.loc[("B", "time_of_maximum"), "median"] == pytest.approx(np.log(4), rel=0.15)
    assert frame.loc[("B", "maximum"), "median"] == pytest.approx(2.5, rel=0.15)
    assert results.predict({"A": 5.0}, until=16.0).lifetimes("chain") == found.lifetimes("chain")
    whole = results.predict().to_frame("chain")
    assert whole.loc[("B", "maximum"), "median"] == pytest.approx(5.0, rel=0.15)
    assert found.pathways("chain")["C"]["second"].median == pytest.approx(1)
    assert list(found.probabilities) == [n for n in results.mechanisms if n in found.probabilities]
    assert "half the A" in found.cautions[0]
    assert "B: largest at " in repr(found)


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        ({"initial": {"Q": 1.0}}, "unknown species 'Q'"),
        ({"until": "0 h"}, "0 h is not after the start"),
        ({"until": "3 mM"}, "until"),
        ({"temperature": "60 degC"}, "need experiments at two temperatures"),
    ],
)
def test_conditions_that_nothing_is_known_about_are_refused(results, wanted, words):
    with pytest.raises(asm.InputError, match=words):
        results.predict(**wanted)


def test_results_without_their_study_predict_nothing(results):
    with pytest.raises(asm.InputError, match="own files are not known"):
        asm.read_results(results.folder).predict()


def test_bands_hold_the_closed_form_and_are_drawn(results):
    bands = results.courses("chain")
    frame = bands.to_frame()
    low, high = bands["B"][[0, 4]]
    closed = 20 * (np.exp(-0.5 * bands.times) - np.exp(-bands.times))

    assert ((low < closed) & (closed < high)).mean() > 0.7
    assert (low <= bands["B"][2]).all()
    np.testing.assert_array_equal(frame[("B", 0.5)], bands["B"][2])
    assert repr(bands).startswith("reactor: A, B, C at ")
    drawn = results.figures.course("chain").findobj(Text)
    assert {"A", "B", "C", "time (h)"} <= {one.get_text() for one in drawn}
    assert len(results.figures.probabilities().axes) == 1
    for one in (results.figures.course("chain"), results.figures.probabilities()):
        assert one._repr_png_().startswith(b"\x89PNG")  # what notebooks ask for
    with pytest.raises(asm.InputError, match="unknown experiment 'other'"):
        results.courses("chain", "other")
    with pytest.raises(asm.InputError, match="no species 'Q'"):
        bands["Q"]
