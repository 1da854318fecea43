"""Feeds as a study says them, and a study of a reactor that starts empty."""

import numpy as np
import pytest

from assemblysim.errors import InputError
from assemblysim.exchange.petab.exporting import exported_problem
from assemblysim.explorer.study import explored_study
from assemblysim.inference.model.parameters import values_from_normal
from assemblysim.inference.model.problem import courses_of, reactor_of
from assemblysim.kinetics.reactor.protocol import Feed
from assemblysim.kinetics.reactor.reactor import courses
from assemblysim.prediction.flux import net_fluxes_in
from assemblysim.prediction.lifetimes import lifetimes_in
from assemblysim.sentences.conditions import conditions_words
from assemblysim.study.definition.reading import read_study
from assemblysim.study.problem.changed_conditions import Start
from assemblysim.study.problem.problems import build_problem
from assemblysim.study.questions import varied_conditions as varied_conditions_module
from assemblysim.study.questions.drawn_reactors import DrawnReactors
from assemblysim.study.questions.forecasting import Question
from assemblysim.study.questions.varied_conditions import read_axes, varied_conditions
from assemblysim.study.reactors.feeds import fed_until, read_feeds
from assemblysim.study.results.chemistry import block_totals
from assemblysim.study.results.experiments import experiment_conditions
from assemblysim.study.results.predictions import PRESENT_SHARE, presence_threshold

PUMP = {"begin": "10 min", "end": "70 min", "rate": "30 uL/min", "of": {"A": "2 mM"}}
EMPTY = 'volume = "0 mL"\nfeeds = [{ end = "2 h", rate = "1 mL/h", of = { A = "4 mM" } }]'


def study_of(folder, doings, initial="{}"):
    (folder / "model.toml").write_text(
        'species.A = "X"\nspecies.B = "X"\nspecies.C = "X"\n'
        'reactions.turn = "A -> B ; k"\nreactions.on = "B -> C ; q"\n'
    )
    (folder / "data.csv").write_text("time (h),A (mM),B (mM)\n1,2.9,0.9\n2,2.2,1.4\n4,0.6,2.0\n")
    (folder / "study.toml").write_text(
        f'title = "fed"\nmodel = "model.toml"\nseed = 1\n[[experiments]]\nname = "one"\n'
        f'initial = {initial}\ndata = "data.csv"\n{doings}\n[measurement]\n'
        f'scale = "absolute"\nsignals = ["A", "B"]\nnoise = "constant"\n'
    )
    return read_study(folder)


def test_a_feed_is_read_with_its_units():
    (found,) = read_feeds([PUMP], ["A"], "mM")

    assert found == Feed(
        pytest.approx(1 / 6), pytest.approx(7 / 6), pytest.approx(1.8), (("A", 2.0),)
    )
    assert fed_until([found], 1 / 6 + 0.5) == pytest.approx(0.9)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"end": "5 min"}, "item 1: end: ends at 0.0833333 h and begins at 0.166667 h"),
        ({"rate": "0 mL/h"}, "item 1: rate: '0 mL/h' brings nothing; write one above 0"),
        ({"rate": "1 mL"}, "item 1: rate: "),
        ({"of": {"Z": "1 mM"}}, "item 1: of: unknown species 'Z'"),
        ({"of": {"A": "-1 mM"}}, "item 1: of: A: '-1 mM' is negative"),
    ],
)
def test_what_is_no_feed_is_refused(change, says):
    with pytest.raises(InputError) as refused:
        read_feeds([{**PUMP, **change}], ["A"], "mM")

    assert says in str(refused.value)


def test_a_reactor_that_starts_empty_is_fitted_and_predicted(tmp_path):
    study = study_of(tmp_path, EMPTY)
    problem = build_problem(study, "all")
    experiment = problem.experiments[0]
    named = problem.named(values_from_normal(problem.parameters, np.zeros((1, 3))))
    k = named.get("k")[0]
    found = courses_of(problem, experiment, named).concentrations[0]
    fed = np.minimum(experiment.times, 2.0)
    left = 4.0 / k * (1 - np.exp(-k * fed)) * np.exp(-k * (experiment.times - fed)) / fed
    np.testing.assert_allclose(found[:, 0], left, rtol=1e-4)

    reactor = reactor_of(problem, experiment, named)
    fluxes = net_fluxes_in(reactor, 4.0)
    turned = 4.0 * 2.0 - left[-1] * 2.0
    np.testing.assert_allclose(fluxes.extents[0, 0] * 2.0, turned, rtol=1e-4)
    np.testing.assert_allclose(fluxes.fractions[0, 0, 0], turned / 8.0, rtol=1e-4)
    lifetimes = lifetimes_in(reactor, 50.0, 1e-3)
    stays = lifetimes.values[0, 0, lifetimes.quantities.index("residence_time")]
    np.testing.assert_allclose(stays, 1 / named.get("q")[0], rtol=1e-3)

    told = study.experiments[0]
    assert block_totals(told, {s.name: s for s in study.system.species}) == {"X": 4.0}
    conditions = experiment_conditions(told, "mM", window_h=4.0, sampled_h=(1.0, 2.0, 4.0))
    assert conditions_words(conditions) == ("2 mL of 4 mM A fed evenly from the start to 2 h",)
    assert dict(told.prior_conditions.initial) == {"A": 4.0}


def test_what_counts_as_there_is_a_part_of_what_is_fed(tmp_path):
    problem = build_problem(study_of(tmp_path, EMPTY), "all")
    experiment = problem.experiments[0]

    found = presence_threshold(experiment, np.array([[0.0, 0.0, 0.0], [3.0, 0.0, 0.0]]))

    np.testing.assert_allclose(found, [PRESENT_SHARE * 4.0, PRESENT_SHARE * 3.0])


def test_questions_are_asked_of_a_reactor_that_starts_empty(tmp_path, monkeypatch):
    study = study_of(tmp_path, EMPTY)
    problem = build_problem(study, "all")
    named = problem.named(values_from_normal(problem.parameters, np.zeros((1, 3))))
    reactor = Start().reactor(problem, named)
    own = reactor_of(problem, problem.experiments[0], named)
    drawn = DrawnReactors("one", 4.0, (2.0,), ("A", "B", "C"), {"all": reactor})
    monkeypatch.setattr(varied_conditions_module, "drawn_reactors", lambda *_: drawn)

    def ask(text):
        axes = read_axes(study, (text,))
        return varied_conditions(study, tmp_path, Question(), axes, None)

    found = ask("time=1, 4 h").concentrations[0, :, 0]
    alone = courses(own, np.array([1.0, 4.0])).concentrations[0]
    np.testing.assert_allclose(found, alone, rtol=1e-4)
    # Nothing can be in no volume: its feeds are what counts.
    with pytest.raises(InputError, match="--vary: A in the 0 mL that the reactor holds at the"):
        ask("A=1, 2 mM")
    with pytest.raises(InputError, match="--initial: A in the 0 mL that the reactor holds at"):
        Start(0, (("A", 8.0),)).reactor(problem, named)


@pytest.mark.parametrize(
    ("doings", "initial", "says"),
    [
        (EMPTY, '{ A = "1 mM" }', "volume: 0 mL hold nothing; leave 'initial' empty"),
        (EMPTY.replace('volume = "0 mL"', ""), "{}", "feeds: feeds fill how many mL; state 'vol"),
        (
            'volume = "0 mL"',
            '{ A = "1 mM" }',
            "volume: 0 mL; write one above 0 mL, or a feed",
        ),
        ("", "{}", "everything starts at 0; state what is mixed"),
        (EMPTY.replace("end", "until"), "{}", "until"),
    ],
)
def test_what_does_not_go_together_is_refused(tmp_path, doings, initial, says):
    with pytest.raises(InputError) as refused:
        study_of(tmp_path, doings, initial)

    assert says in str(refused.value)


def test_a_dilution_during_a_feed_is_of_what_is_there_then(tmp_path):
    doings = EMPTY + '\nevents = [{ at = "1 h", dilute = 3 }]'

    (event,) = study_of(tmp_path, doings).experiments[0].conditions.protocol.events
    assert event.volume == pytest.approx(2.0)


def test_where_a_feed_cannot_be_followed_it_is_said(tmp_path):
    study = study_of(tmp_path, EMPTY)

    with pytest.raises(InputError, match="a feed begins at 0 h, which is not exported"):
        exported_problem(study, "all")
    with pytest.raises(InputError, match="feeds fill the reactor, which the explorer's page"):
        explored_study(study, tmp_path, None)
