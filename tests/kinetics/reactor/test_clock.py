"""When samples were taken: uncertain times and dead times are unknowns of their experiment."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from two_reactors import HEATED, assert_gradient, both_of, written

from assemblysim.errors import InputError
from assemblysim.inference.model.experiment import sampling_times
from assemblysim.inference.model.likelihood import log_likelihood, log_likelihood_gradients
from assemblysim.inference.model.parameters import values_from_normal
from assemblysim.inference.model.problem import Problem, courses_of, reactor_of
from assemblysim.kinetics.engines.integration import Tolerance
from assemblysim.kinetics.reactor.reactor import courses
from assemblysim.study.definition.reading import read_study
from assemblysim.study.problem.problems import build_problem

FINE = Tolerance(1e-11, 1e-14, 100_000)
LEVEL = 'temperature = "60 degC"'


def test_uncertain_sampling_times_are_unknowns(tmp_path: Path) -> None:
    clock = (
        f'{HEATED}\ndead_time = {{ log_normal = ["1 min", 1.5] }}\n'
        'time_error = { "5 min" = "2 min", "1 h" = "5 min" }'
    )
    problem = both_of(tmp_path, first=clock)
    names = problem.parameter_names
    assert {"dead_time_A", "time_5_min_A", "time_1_h_A"} <= set(names)
    assert_gradient(problem)
    # The samples are where a course at those very times says.
    position = np.zeros((2, len(names)))
    position[1, names.index("time_5_min_A")] = -1.0
    position[1, names.index("dead_time_A")] = 2.0
    named = problem.named(values_from_normal(problem.parameters, position))
    experiment = problem.experiments[0]
    found = courses_of(problem, experiment, named).concentrations
    for row in range(2):
        times = experiment.times + named.get("dead_time_A")[row]
        times[0] += named.get("time_5_min_A")[row] - experiment.times[0]
        reactor = reactor_of(problem, experiment, named)[row : row + 1]
        expected = courses(reactor, times, problem.tolerance).concentrations[0]
        assert np.abs(found[row] - expected).max() < 1e-3


def test_exchanged_samples_come_back_in_their_places(tmp_path: Path) -> None:
    clock = f'{HEATED}\ntime_error = {{ "5 min" = "20 min", "30 min" = "20 min" }}'
    problem = both_of(tmp_path, first=clock)
    names, experiment = problem.parameter_names, problem.experiments[0]
    position = np.zeros((1, len(names)))
    position[0, names.index("time_5_min_A")] = 2.0
    position[0, names.index("time_30_min_A")] = -1.0
    named = problem.named(values_from_normal(problem.parameters, position))
    true = [named.get("time_5_min_A")[0], named.get("time_30_min_A")[0]]
    assert true[0] > true[1]
    found = courses_of(problem, experiment, named).concentrations[0, :2]
    reactor = reactor_of(problem, experiment, named)
    later_first = courses(reactor, np.array(true[::-1]), problem.tolerance).concentrations[0]
    assert np.abs(found - later_first[::-1]).max() < 1e-3


def test_a_dead_time_that_is_known_shifts_the_clock(tmp_path: Path) -> None:
    late = both_of(tmp_path, first=f'{HEATED}\ndead_time = "10 min"')
    named = late.named(values_from_normal(late.parameters, np.zeros((1, len(late.parameters)))))
    found = courses_of(late, late.experiments[0], named)
    reactor = reactor_of(late, late.experiments[0], named)
    assert np.array_equal(
        found.concentrations,
        courses(reactor, late.experiments[0].times + 1 / 6, late.tolerance).concentrations,
    )


def test_patterns_leave_alone_what_belongs_to_one_experiment(tmp_path: Path) -> None:
    problem = both_of(
        tmp_path, first=f'{LEVEL}\ntime_error = "1 min"', top='per_experiment = ["*"]'
    )
    assert {"time_5_min_A", "k_grow_A", "k_grow_B"} <= set(problem.parameter_names)
    position = np.zeros((1, len(problem.parameters)))
    assert np.isfinite(
        log_likelihood(problem, values_from_normal(problem.parameters, position)).total
    ).all()


def test_a_sample_at_an_event_is_taken_before_it_whatever_the_rounding(tmp_path: Path) -> None:
    events = (
        f'{LEVEL}\nvolume = "1 mL"\ndead_time = "6 min"\nevents = [{{ at = "11 min", dilute = 2 }}]'
    )
    problem = both_of(tmp_path, first=LEVEL, second=events)
    named = problem.named(
        values_from_normal(problem.parameters, np.zeros((1, len(problem.parameters))))
    )
    times = sampling_times(problem.experiments[1], named)
    assert 0.1 + 0.5 in times or 0.6 in times
    (event,) = problem.experiments[1].protocol.events
    assert event.time != 5 / 60 + 0.1  # what adding gives
    assert event.time in times


def test_an_unknown_order_is_no_obstacle(tmp_path: Path) -> None:
    model = '[species]\nA = "M"\nB = "M"\n[reactions]\nturn = "A -> B ; k_odd ; k_odd*A^0.5"\n'
    (tmp_path / "odd.toml").write_text(model, encoding="utf-8")
    (tmp_path / "data.csv").write_text("time (h),A,B\n1,1,1\n2,1,2\n", encoding="utf-8")
    (tmp_path / "study.toml").write_text(
        'title = "t"\nmodel = "odd.toml"\nseed = 1\n[[experiments]]\nname = "one"\n'
        'initial = { A = "1 mM" }\ndata = "data.csv"\ntemperature = "60 degC"\n'
        '[measurement]\nscale = "per spectrum"\nsignals = ["A", "B"]\nnoise = "proportional"\n'
        '[priors]\nk_odd = { log_uniform = ["0.1 mM^0.5/h", "10 mM^0.5/h"] }\n',
        encoding="utf-8",
    )
    from assemblysim.study.problem.activation import activation_barriers

    study = read_study(tmp_path)
    problem = build_problem(study, study.mechanisms[0])
    values = values_from_normal(problem.parameters, np.zeros((3, len(problem.parameters))))
    (one,) = activation_barriers(study, problem, values)
    assert 80 < one.median < 120


def test_a_truth_may_state_the_clock_of_every_experiment(tmp_path: Path) -> None:
    clock = (
        f'{HEATED}\ndead_time = {{ log_normal = ["1 min", 1.5] }}\n'
        'time_error = { "5 min" = "2 min", "1 h" = "5 min" }'
    )
    folder = written(
        tmp_path, first=clock, second=f'{LEVEL}\ntime_error = "1 min"',
        top='synthetic = true\ntruth = "truth.toml"',
    )  # fmt: skip
    study = folder / "study.toml"
    text = study.read_text("utf-8").replace('"190 mM"', '{ log_normal = ["190 mM", 1.1] }', 1)
    study.write_text(text, encoding="utf-8")
    start = 'mechanism = "both"\nseed = 1\nreplicates = 1\ntimes = ["5 min", "15 min", "30 min", '
    start += '"1 h", "2 h", "3 h", "6 h", "12 h", "24 h", "36 h", "48 h"]\n[parameters]\n'
    true = {"dead_time_A": "2 min", "time_5_min_A": "6 min", "time_1_h_B": "61 min"}
    lines = [f'{name} = "{value}"\n' for name, value in true.items()]
    (folder / "truth.toml").write_text(
        "".join([start, *lines, 'initial_Dy_A = "180 mM"\n']), encoding="utf-8"
    )
    found = read_study(folder)

    assert found.truth is not None
    assert dict(found.truth.values) == pytest.approx(
        {"dead_time_A": 1 / 30, "time_5_min_A": 0.1, "time_1_h_B": 61 / 60, "initial_Dy_A": 180}
    )
    # they are called as the unknowns of the mechanism are
    assert {*dict(found.truth.values)} <= {*build_problem(found, "both").parameter_names}
    # a time that is not uncertain is nothing that could be true or not
    (folder / "truth.toml").write_text(f'{start}time_2_h_A = "2 h"\n', encoding="utf-8")
    with pytest.raises(InputError, match="unknown parameter 'time_2_h_A'"):
        read_study(folder)


FED = (
    f'{HEATED}\ntime_error = {{ "1 h" = "5 min" }}\nvolume = "10 mL"\n'
    'events = [{ at = "1 h", add = "5 mL", of = { L = "40 mM", Dy = "90 mM" } }]'
)


@pytest.fixture(scope="module")
def fed(tmp_path_factory: pytest.TempPathFactory) -> Problem:
    """A sample that was taken at 1 h, more or less, when something was added."""
    return both_of(tmp_path_factory.mktemp("fed"), first=FED, second=LEVEL)


# h from the addition; the differences along time reach over 0.001 h
@pytest.mark.parametrize("distance", [-3e-4, -1e-6, 1e-6, 3e-4])
def test_a_gradient_beside_an_addition_is_that_of_its_own_side(
    fed: Problem, distance: float
) -> None:
    place = fed.parameter_names.index("time_1_h_A")
    position = np.zeros(len(fed.parameters))
    position[place] = distance * 12  # the standard deviation is a twelfth of an hour
    _, (gradient,) = log_likelihood_gradients(fed, position[None])
    step = min(1e-4, 6 * abs(distance))
    sides = np.repeat(position[None], 2, axis=0)
    sides[:, place] += [step, -step]
    values = values_from_normal(fed.parameters, sides)
    assert ((values[:, place] > 1) == (distance > 0)).all()
    totals = log_likelihood(replace(fed, tolerance=FINE), values).total

    expected = (totals[0] - totals[1]) / (2 * step)
    assert gradient[place] == pytest.approx(expected, rel=2e-3)


def test_a_gradient_at_an_addition_is_that_from_the_left(fed: Problem) -> None:
    place = fed.parameter_names.index("time_1_h_A")
    position = np.zeros(len(fed.parameters))
    moment = float(values_from_normal(fed.parameters, position[None])[0, place])
    first, second = fed.experiments
    event = replace(first.protocol.events[0], time=moment)
    here = replace(first, protocol=replace(first.protocol, events=(event,)))
    problem = replace(fed, experiments=(here, second))
    _, (gradient,) = log_likelihood_gradients(problem, position[None])
    sides = np.repeat(position[None], 4, axis=0)
    sides[:, place] -= [0.0, 2e-3, 4e-3, -1e-6]
    values = values_from_normal(problem.parameters, sides)
    totals = log_likelihood(replace(problem, tolerance=FINE), values).total

    from_the_left = (3 * totals[0] - 4 * totals[1] + totals[2]) / 4e-3
    assert gradient[place] == pytest.approx(from_the_left, rel=2e-3)
    # a moment later the sample holds what was added: no derivative leads there
    assert abs(totals[3] - totals[0]) > 100 * abs(1e-6 * gradient[place])
