from dataclasses import replace

import numpy as np
import pytest
from report_example import result_of, summary
from small_study import WORDS, chain_table, small_study
from two_ligands import studied

from assemblysim.kinetics.reactor.reactor import Reactor
from assemblysim.measurement.data import Signal
from assemblysim.measurement.scales import SCALES
from assemblysim.prediction.lifetimes import average_lifetimes, lifetimes_in
from assemblysim.report.content.stored import course_of
from assemblysim.study.problem.problems import build_problem
from assemblysim.study.results.predictions import (
    averaged,
    predict_study,
    presence_threshold,
    spectrum_of_nothing,
    without_starting_materials,
)


@pytest.fixture
def problem(tmp_path):
    return build_problem(small_study(tmp_path, table=chain_table()), "chain")


def predicted(study, mechanism):
    problem = build_problem(study, mechanism)
    values = np.array([[1.0, 0.5], [1.0, 0.5], [2.0, 0.5]])
    return predict_study(problem, values, study, np.random.default_rng(0))


def test_courses_hold_the_closed_form_as_shares_of_the_spectrum(tmp_path):
    study = small_study(tmp_path, table=chain_table())
    _, (courses,), _ = predicted(study, "chain")
    a = 10 * np.exp(-courses.times) + 1e-3  # the background that the study states
    total = 10 + 3e-3

    np.testing.assert_allclose(courses.expected[2, :, 0], 100 * a / total, rtol=1e-3)
    assert courses.display_unit == "% of the spectrum's total"
    np.testing.assert_allclose(courses.data.sum(axis=1), 100)


def test_new_readings_scatter_more_than_their_expectation(tmp_path):
    study = small_study(tmp_path, table=chain_table(noise=0.3), noise=0.3)
    problem = build_problem(study, "chain")
    values = np.tile([[1.0, 0.5]], (400, 1))
    _, (courses,), _ = predict_study(problem, values, study, np.random.default_rng(0))
    at = np.searchsorted(courses.times, 2.0)
    logs = np.log(courses.predictive[:, at, 1])

    assert np.ptp(courses.expected[:, at, 1]) < 1e-9
    # A, B, C hold 0.135, 0.465, 0.400 of the spectrum; B's share scatters less than B itself,
    # since B is part of the total; 95 % of a normal spans 3.92 sd
    sd = 0.3 * np.sqrt((1 - 0.465) ** 2 + 0.135**2 + 0.400**2)
    assert logs[1] - logs[0] == pytest.approx(3.92 * sd, rel=0.15)


def test_fractions_of_next_to_nothing_are_not_known_and_those_of_little_are(tmp_path):
    study = small_study(tmp_path, table=chain_table())
    problem = build_problem(study, "chain")
    named = problem.named(np.array([[1.0, 0.5]]))
    formed = np.array([1e-5, 1e-4, 1e-1, 1.0])  # mM, beside a background of 0.001 mM
    seen = np.stack([formed + 1e-3, np.full(4, 1e-3)], axis=-1)[None]

    hidden = spectrum_of_nothing(problem.experiments[0], named, np.array([True]), seen)

    np.testing.assert_array_equal(hidden[0, :, 0], [True, True, False, False])


def test_routes_over_time_end_as_the_pathway_fractions(tmp_path):
    study = small_study(tmp_path, table=chain_table())
    found, _, (assembly,) = predicted(study, "detour")
    several = found.pathways[0]

    assert assembly.experiment == study.experiments[0].name
    for place, route in enumerate(assembly.routes):
        column = several.values[:, several.routes.index(route)]
        assert assembly.fractions[2, -1, place] == pytest.approx(np.median(column))


def test_a_starting_material_is_no_intermediate(problem):
    initial = np.array([[10.0, 1.0, 0.0]])
    reactor = Reactor.isothermal(problem.network, np.array([[1.0, 0.5]]), initial)
    found = lifetimes_in(reactor, 8.0, 0.1)
    without_b = replace(reactor, initial=initial * [1, 0, 0])

    assert found.species == ("B",)
    assert without_starting_materials(found, reactor).species == ()
    assert without_starting_materials(found, without_b).species == ("B",)


def test_present_means_the_detection_limit_as_a_share_of_the_scarcest_component(problem):
    initial = np.array([[10.0, 0, 0], [4.0, 0, 0]])
    experiment = problem.experiments[0]
    measurement = replace(experiment.measurement, detection_limit=0.02)
    limited = replace(experiment, measurement=measurement)

    np.testing.assert_allclose(presence_threshold(limited, initial), [0.2, 0.08])
    np.testing.assert_allclose(presence_threshold(experiment, initial), [0.05, 0.02])


def test_averages_weigh_mechanisms_by_their_probabilities(tmp_path):
    study = small_study(tmp_path, table=chain_table())
    both = {name: predicted(study, name)[0] for name in study.mechanisms}
    mostly_chain = averaged(both, {"chain": 0.99, "detour": 0.01}, "mM", ["run"])
    mostly_detour = averaged(both, {"chain": 0.01, "detour": 0.99}, "mM", ["run"])

    assert mostly_chain.pathways["C"]["second"].median == pytest.approx(1.0)
    assert mostly_detour.pathways["C"]["second"].median == pytest.approx(0.0)
    # in the detour B is a product, no intermediate: what is said of B comes from the chain
    alone = average_lifetimes(both["chain"].lifetimes, [1.0])["B"]["time_of_maximum"]
    assert mostly_detour.lifetimes["B"]["time_of_maximum"] == alone


@pytest.mark.parametrize(
    ("scale", "unit", "start"),
    [
        ("absolute", "mM", 10.001),
        ("per species", "% of its own maximum", 100.0),
        ("per spectrum", "% of the spectrum's total", 100 * 10.001 / 10.003),
    ],
)
def test_words_alone_are_shown_on_the_scale_of_the_study(tmp_path, scale, unit, start):
    study = small_study(tmp_path, words=WORDS)
    study = replace(study, measurement=replace(study.measurement, scale=SCALES[scale]))
    _, (courses,), _ = predicted(study, "chain")

    assert courses.display_unit == unit
    np.testing.assert_allclose(courses.expected[2, 0, 0], start, rtol=1e-3)


def test_ratios_are_shown_in_no_unit_and_said_to_be_such(tmp_path):
    study = small_study(tmp_path, words=WORDS)
    sums = (Signal("A", (("A", 1.0),)), Signal("C", (("C", 1.0),)))
    ratio = Signal("B", (("C", 1.0),), divisor=(("A", 1.0), ("C", 1.0)))

    def axes(*signals):
        problem = build_problem(study, "chain")
        (one,) = problem.experiments
        measurement = replace(one.measurement, scale=SCALES["absolute"], signals=signals)
        changed = replace(problem, experiments=(replace(one, measurement=measurement),))
        _, (found,), _ = predict_study(
            changed, np.array([[1.0, 0.5]]), study, np.random.default_rng(0)
        )
        result = result_of(summary())
        return {curve.axis for curve in course_of(found, result).curves if curve.measured}

    assert axes(ratio) == {"ratio of concentrations"}
    assert axes(*sums) == {"concentration (mM)"}
    assert axes(sums[0], ratio) == {"concentration (mM, ratios in none)"}


def test_each_experiment_has_its_own_routes_and_lifetimes(tmp_path):
    open_in_one = 'one = { mechanism = { LA = "direct", LB = "both" } }\n'
    study = studied(tmp_path, 'every = { mechanism = "both" }\n' + open_in_one)
    found = {}
    for name in study.mechanisms:
        values = np.ones((2, len((problem := build_problem(study, name)).parameters)))
        found[name] = predict_study(problem, values, study, np.random.default_rng(0))[0]
    equal = averaged(found, {"every": 0.5, "one": 0.5}, "mM", ["A", "B"])
    routes = equal.pathways_by_experiment

    assert equal.pathways == routes["A"] != routes["B"]
    assert equal.lifetimes == equal.lifetimes_by_experiment["A"]
    # in A one of two equally probable hypotheses has no second route, in B both have it
    assert (routes["A"]["M4L2"]["close"].lower, routes["B"]["M4L2"]["close"].lower > 0) == (0, True)
    assert routes["A"]["M4L2"]["close"].limit > 0
    assert averaged(found, {"every": 1.0}, "mM", ["A", "B"]).pathways_by_experiment["B"] != routes
