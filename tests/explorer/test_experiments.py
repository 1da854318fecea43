from dataclasses import replace

import pytest
from checkout import ROOT

from assemblysim.errors import InputError
from assemblysim.explorer.experiments import Networks, run_of, seen_in
from assemblysim.kinetics.reactor.protocol import Event
from assemblysim.study.definition.reading import read_study
from assemblysim.study.problem.problems import build_problem


def run(study, mechanism=None):
    read = read_study(ROOT / "fits" / study)
    problem = build_problem(read, mechanism or read.mechanisms[0])
    return run_of(problem, problem.experiments[0], Networks()), problem


def test_a_ramp_counts_only_where_constants_depend_on_temperature():
    told, problem = run("hnp_dy6")
    heated = problem.temperatures is not None and any(problem.temperatures.energies)

    assert (told["ramped"] is not None) == heated
    assert (told["protocol"]["programme"] is not None) == heated


def test_a_network_stands_in_the_page_once():
    networks = Networks()
    _, problem = run("three_temperatures_synthetic")

    runs = [run_of(problem, one, networks) for one in problem.experiments]

    assert {one["network"] for one in runs} == {0}
    assert [one["ramped"] for one in runs] == [None, None, 1]
    assert len(networks.tables) == 2
    assert runs[0]["protocol"]["programme"] != runs[1]["protocol"]["programme"]


def test_an_experiment_of_words_alone_has_no_table():
    _, problem = run("hnp_dy6")

    assert seen_in(problem, problem.experiments[0])["table"] is None


def test_what_is_set_on_the_way_is_refused_since_the_page_cannot_follow_it():
    _, problem = run("hnp_dy6_synthetic")
    (experiment,) = problem.experiments
    lit = Event(1.0, 0.0, settings=(("Dy", 0.0),))
    protocol = replace(experiment.protocol, held=("Dy",), events=(lit,))

    with pytest.raises(InputError, match=r"experiment 'simulated': Dy is set to another"):
        run_of(problem, replace(experiment, protocol=protocol), Networks())
