"""A fitted study asked about conditions of one's own, by the library and by the command."""

import json
import shutil
from dataclasses import replace

import numpy as np
import pytest
from closed_forms import chain_middle
from command_line import call
from small_study import chain_table, small_study

from assemblysim.commands import study_commands
from assemblysim.errors import InputError
from assemblysim.files.codec import to_plain
from assemblysim.inference.groundwork import stream
from assemblysim.prediction.windows import Level
from assemblysim.report.sections.forecast.control import control_sentences
from assemblysim.report.sections.forecast.forecast import answered_forecast
from assemblysim.report.sections.forecast.stopping import stopping_sentences
from assemblysim.result.courses import QUANTILES
from assemblysim.sentences.conditions import start_words
from assemblysim.sentences.forecast import forecast_cautions
from assemblysim.study.execution.concluding import run_all
from assemblysim.study.problem.changed_conditions import Start, read_start
from assemblysim.study.problem.problems import build_problem
from assemblysim.study.questions import drawn_reactors as drawing
from assemblysim.study.questions.endings import where_it_ends
from assemblysim.study.questions.forecasting import Question, forecast, forecast_draws
from assemblysim.study.questions.predicted_course import predicted_course
from assemblysim.study.questions.varied_conditions import read_axes, varied_conditions
from assemblysim.study.results.experiments import changed_start
from assemblysim.study.results.forecast import DRAWS
from assemblysim.study.results.stored_posterior import stored_values
from assemblysim.study.workers import OneWorker


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    return small_study(tmp_path_factory.mktemp("study"), table=chain_table())


@pytest.fixture(scope="module")
def results(study, tmp_path_factory):
    folder = tmp_path_factory.mktemp("results")
    run_all(study, folder, OneWorker(), lambda event: None)
    return folder


def test_a_forecast_from_draws_matches_the_closed_form_at_other_concentrations(study):
    problem = build_problem(study, "chain")
    start = Start(0, (("A", 4.0), ("C", 1.0)))
    found = forecast_draws(problem, np.array([[1.0, 0.5]]), start, 20.0, Level("M", 0.25))
    summary = to_plain(found.answer("mM"))
    top = np.log(0.5) / -0.5
    height = chain_middle(top, 1.0, 0.5, 4.0, np.exp)

    assert summary["lifetimes"]["B"]["maximum"]["median"] == pytest.approx(height, rel=1e-6)
    assert summary["forecast"]["windows"]["B"]["peak_share"]["median"] == pytest.approx(
        height / 5, rel=1e-6
    )
    made = 4 - chain_middle(20.0, 1.0, 0.5, 4.0, np.exp) - 4 * np.exp(-20.0)
    assert summary["forecast"]["extents"]["second"]["extent"]["median"] == pytest.approx(
        made, rel=1e-6
    )
    assert summary["forecast"]["rate_control"]["time_of_maximum"]["B"]["first"]["median"] < 0
    assert summary["pathways"]["C"]["second"]["median"] == pytest.approx(1)


def test_the_most_probable_mechanism_comes_first_and_what_was_not_measured_is_said(study, results):
    start = read_start(study, ("A=5 mM",))
    found = forecast(study, results, Question(start, 16.0))
    chain, said = found.mechanisms["chain"], forecast_cautions(found)

    assert next(iter(found.conditions.probabilities)) == "chain"
    assert start_words(found.start) == "at half the A"
    assert "Nothing was measured at half the A (reactor)" in said[0]
    assert "Nothing was measured after 8 h" in said[1]
    # the truth, k = 1 and 0.5 per hour: half the A halves the maximum, 10 * 1/2
    assert chain.lifetimes["B"]["maximum"].median == pytest.approx(2.5, rel=0.1)
    assert chain.lifetimes["B"]["time_of_maximum"].median == pytest.approx(1.386, rel=0.1)
    said = answered_forecast(found)
    sentences = [*stopping_sentences(said), *control_sentences(said)]
    assert sentences[0].startswith("B holds more than 20 % of M from ")
    assert "Under 'chain' " in sentences[-1]


def test_what_is_improbable_is_not_given_a_time_from_and_to(study, results):
    found = forecast(study, results, Question(fraction=0.9))

    assert stopping_sentences(answered_forecast(found))[0].startswith(
        "B probably holds no more than 90 % of M within 8 h: it does at some time with probability "
        "< 0.01."
    )


def test_under_the_same_conditions_there_is_nothing_to_caution_of(study, results):
    found = forecast(study, results, Question())

    assert forecast_cautions(found) == []
    assert found.conditions.until_h == 8.0
    assert found.initial == {"A": 10.0}


@pytest.mark.parametrize(
    ("change", "words"),
    [(5.0, "at half the A"), (20.0, "at twice the A"), (10.0, ""), (7.0, "with A at 7 mM")],
)
def test_changes_are_said_as_a_chemist_says_them(change, words, study):
    assert start_words(changed_start(study, Start(0, (("A", change),)))) == words


@pytest.mark.parametrize(
    ("pairs", "line"),
    [
        (("A",), "--initial: 'A' is not name=value; write one as A=\"1 mM\""),
        (("X=1 mM",), "--initial: unknown species 'X'; known: A, B, C"),
        (("A=1 mM", "A=2 mM"), "--initial: 'A' is given twice; keep one"),
        (("A=-1 mM",), "--initial A: -1 mM is negative; write a value from 0 up"),
        (("A=1 h",), "--initial A: unit"),
    ],
)
def test_a_start_that_cannot_be_is_refused_in_one_line(pairs, line, study):
    with pytest.raises(InputError) as fault:
        read_start(study, pairs)
    assert str(fault.value).startswith(line)
    assert "\n" not in str(fault.value)


def test_a_forecast_of_another_fit_is_refused(study, results, tmp_path):
    other = replace(study, inputs=(("small.toml", "00"),))
    with pytest.raises(InputError, match=r"small\.toml changed since the fit; run 'ass"):
        forecast(other, results, Question())
    with pytest.raises(InputError, match="no results"):
        forecast(study, tmp_path, Question())
    copy = tmp_path / "copy"
    shutil.copytree(results, copy)
    (copy / "chain" / "draws.nc").unlink()
    with pytest.raises(InputError, match="no stored draws of chain"):
        forecast(study, copy, Question())


def test_a_course_has_the_quantiles_of_the_closed_form_over_the_draws(study, results, monkeypatch):
    in_play = {"chain": 1.0}
    monkeypatch.setattr(drawing, "probabilities_in_play", lambda study, results: in_play)
    problem = build_problem(study, "chain")
    found = predicted_course(study, results, Question(Start(0, (("A", 4.0),)), 6.0))
    values = stored_values(problem, results, DRAWS, stream(study.seed, "chain", "course"))
    first, second = problem.named(values).stack(("k_first", "k_second")).T
    at = 120
    expected = np.array(
        [
            chain_middle(found.times[at], one, two, 4.0, np.exp)
            for one, two in zip(first, second, strict=True)
        ]
    )

    place = found.species.index("B")
    quantiles = np.quantile(expected, QUANTILES)
    np.testing.assert_allclose(found.concentrations[:, at, place], quantiles, rtol=1e-6)
    assert found.block == "M"
    np.testing.assert_allclose(found.yields[:, at, place], quantiles / 4, rtol=1e-6)
    assert (found.times[0], found.times[-1], found.failed) == (0.0, 6.0, 0)


def test_the_command_predicts_in_words_and_for_machines(study, results, monkeypatch, capsys):
    (study.folder / "study.toml").touch()
    monkeypatch.setattr(study_commands, "read_study", lambda path: study)
    words = ("predict", str(study.folder), "--results", str(results))
    status, same, _ = call(monkeypatch, capsys, *words)
    changed = (*words, "--initial", "A=5 mM", "--until", "16 h", "--share", "30 %")
    _, text, _ = call(monkeypatch, capsys, *changed)
    _, machine, _ = call(monkeypatch, capsys, *changed, "--json")
    content = json.loads(machine)

    assert status == 0
    assert "'chain': lifetimes" in same
    assert "degree of rate control" in same
    assert "Lifetimes at half the A, averaged" in text
    assert "At rest, which is reached after " in text
    assert "first, second" in text or "first and second have no way back in the model" in text
    assert "DT90" in text
    assert content["end"]["concentrations"]["C"]["median"] > 0
    assert content["where_it_ends"]["rest"]["C"]["concentration"]["median"] == pytest.approx(5.0)
    assert "At 16 h, all mechanisms in play (median, 95 % interval):" in text
    assert "A fraction holds only if its mechanism does" in text
    assert "A fraction holds only if its mechanism does" in same
    assert "more than 30 % of M" in text
    assert content["conditions"]["until_h"] == 16
    assert set(content["mechanisms"]["chain"]) == {"lifetimes", "pathways", "forecast"}
    assert "Nothing was measured at half the A" in content["cautions"][0]


@pytest.fixture
def only_the_chain(monkeypatch):
    """All draws of one mechanism, which has closed forms."""
    monkeypatch.setattr(drawing, "probabilities_in_play", lambda study, results: {"chain": 1.0})


def drawn_constants(study, results):
    problem = build_problem(study, "chain")
    values = stored_values(problem, results, DRAWS, stream(study.seed, "chain", "course"))
    return problem.named(values).stack(("k_first", "k_second")).T


@pytest.mark.usefixtures("only_the_chain")
def test_where_it_ends_is_said_with_what_was_a_trap(study, results):
    found = where_it_ends(study, results, Question(Start(0, (("A", 4.0),)), 1.0))
    first, _ = drawn_constants(study, results)

    assert found.rest["C"].concentration.median == pytest.approx(4.0, rel=1e-6)
    assert (found.block, found.rest["C"].fraction.median) == ("M", pytest.approx(1.0))
    assert (found.product.species, found.product.trap) == ("B", 1.0)
    assert found.product.fraction_at_rest.median == pytest.approx(0.0, abs=1e-6)
    assert found.one_way == ("first", "second")
    gone = np.quantile(np.log(2) / first, 0.5)
    assert found.disappearance["A"]["DT50"].median == pytest.approx(gone, rel=0.01)
    assert found.disappearance["A"]["DT90"].probability_beyond == pytest.approx(
        np.mean(np.log(10) / first > 1.0)
    )
    later = where_it_ends(study, results, Question(until=40.0))
    assert (later.product.species, later.product.trap) == ("C", 0.0)


@pytest.mark.usefixtures("only_the_chain")
def test_varied_conditions_are_those_of_the_closed_form(study, results):
    axes = read_axes(study, ("A=2, 4 mM", "time=30, 240 min"))
    found = varied_conditions(study, results, Question(), axes, "B")
    first, second = drawn_constants(study, results)
    place = found.species.index("B")
    for i, start in enumerate((2.0, 4.0)):
        for j, time in enumerate((0.5, 4.0)):
            every = chain_middle(time, first, second, start, np.exp)
            expected = np.quantile(every, (0.5, 0.025, 0.975))
            np.testing.assert_allclose(found.concentrations[:, i, j, place], expected, rtol=1e-6)
            np.testing.assert_allclose(found.yields[:, i, j, place], expected / start, rtol=1e-6)
    assert [one.label for one in found.axes] == ["A (mM)", "time (min)"]
    turned = varied_conditions(study, results, Question(), axes[::-1], "B")
    np.testing.assert_array_equal(turned.concentrations, found.concentrations.swapaxes(1, 2))
    assert found.best.sum() == pytest.approx(1.0)


@pytest.mark.usefixtures("only_the_chain")
def test_a_ratio_is_one_of_amounts_and_the_product_is_what_no_step_uses(study, results):
    axes = read_axes(study, ("B/A=0 to 1 in 3",))
    found = varied_conditions(study, results, Question(Start(0, (("A", 2.0),)), 1e4), axes, None)

    assert found.product == "C"
    assert axes[0].values == (0.0, 0.5, 1.0)
    np.testing.assert_allclose(found.concentrations[0, :, 0, 2], [2.0, 3.0, 4.0], rtol=1e-6)
    np.testing.assert_allclose(found.yields[0, :, 0, 2], 1.0, rtol=1e-6)


@pytest.mark.parametrize(
    ("texts", "line"),
    [
        (("A",), "--vary: 'A' is not name=values"),
        (("X=1 mM",), "--vary: unknown condition 'X'"),
        (("A/time=1",), "--vary: unknown condition 'time'"),
        (("A=1, 1 mM",), "--vary A: a value is given twice"),
        (("A=1, b mM",), "--vary A: 'b mM' is not a quantity"),
        (("A=1, 2 degC",), "--vary A: unit 'degC'"),
        (("A/B=1, 2 mM",), "--vary A/B: 'mM' fits no ratio"),
        (("A=-1, 2 mM",), "--vary A: -1 mM is too small"),
        (("time=0, 2 h",), "--vary time: 0 h is too small"),
        (("temperature=20, 40 degC",), "--vary temperature: 20 degC, but the temperature"),
        (("A=1 mM", "A=2 mM"), "--vary: 'A' is given twice"),
        (("A=1 mM", "B=2 mM", "C=1 mM"), "--vary: 3 conditions are varied; vary 2 at most"),
        (("A=1 to 2 mM in 50", "B=1 to 2 mM in 50"), "--vary: 2500 conditions; ask for 400"),
        (("A=1 to 2 mM in 1",), "--vary A: in 1: write 2 to 400 values"),
    ],
)
def test_conditions_that_cannot_be_varied_are_refused_in_one_line(texts, line, study):
    with pytest.raises(InputError) as fault:
        read_axes(study, texts)
    assert str(fault.value).startswith(line)
    assert "\n" not in str(fault.value)


@pytest.mark.usefixtures("blank_pictures")
def test_the_command_lays_varied_conditions_out(study, results, monkeypatch, capsys, tmp_path):
    (study.folder / "study.toml").touch()
    monkeypatch.setattr(study_commands, "read_study", lambda path: study)
    words = ("predict", str(study.folder), "--results", str(results), "--product", "B")
    vary = ("--vary", "A=2, 4 mM", "--vary", "time=30, 240 min")
    files = ("--out", str(tmp_path / "g.csv"), "--plot", str(tmp_path / "g.svg"))
    for _ in range(2):
        status, text, said = call(monkeypatch, capsys, *words, *vary, *files)
        assert (status, said) == (0, "")
    rows = (tmp_path / "g.csv").read_text(encoding="utf-8").splitlines()

    assert "Most B at A " in text
    assert "A (mM) down, time (min) across" in " ".join(text.split())
    assert "Mind  Varied conditions were not measured" in text
    assert rows[0].startswith("A (mM),time (min),species,mM median,")
    assert len(rows) == 1 + 4 * 3
    for option in (("--until", "5 h"), ("--initial", "A=3 mM")):
        status, _, said = call(monkeypatch, capsys, *words, *vary, *option)
        assert (status, f"{option[0]}: " in said, "is varied; leave" in said) == (1, True, True)
    status, _, said = call(monkeypatch, capsys, *words)
    assert (status, "--product: goes with --vary" in said) == (1, True)


@pytest.mark.parametrize(
    ("option", "line"),
    [
        (("--until", "0 h"), "--until: 0 h is not after the start"),
        (("--until", "5 mM"), "--until: unit"),
        (("--of", "Q"), "windows: no building block 'Q'"),
        (("--initial", "A=0 mM"), "nothing to start from"),
    ],
)
def test_the_command_refuses_in_one_line(option, line, study, results, monkeypatch, capsys):
    (study.folder / "study.toml").touch()
    monkeypatch.setattr(study_commands, "read_study", lambda path: study)
    words = ("predict", str(study.folder), "--results", str(results), *option)
    status, _, err = call(monkeypatch, capsys, *words)

    assert status == 1
    assert line in err
    assert len(err.splitlines()) == 1
