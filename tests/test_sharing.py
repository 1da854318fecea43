"""Parameters that experiments or groups have for themselves, ties among them, and clocks."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from test_conduct import HEATED, both_of, written

from assemblysim.errors import InputError
from assemblysim.inference.experiment import sampling_times
from assemblysim.inference.parameters import values_from_normal
from assemblysim.inference.problem import log_likelihood, pot_of
from assemblysim.study.problems import build_problem
from assemblysim.study.reading import read_study

LEVEL = 'temperature = "60 degC"'


def test_a_tie_over_an_experiment_and_a_group_keeps_them_apart(tmp_path: Path) -> None:
    problem = both_of(
        tmp_path,
        first=f'{LEVEL}\ngroup = "g"',
        second=f'{LEVEL}\ngroup = "g"',
        top='per_experiment = ["k_couple"]\nper_group = ["k_grow"]',
        tables='[tied]\nk_close = "k_couple + k_grow"\n',
    )
    values = values_from_normal(
        problem.parameters, np.random.default_rng(0).standard_normal((2, len(problem.parameters)))
    )
    named = problem.named(values)
    for experiment in problem.experiments:
        rates = pot_of(problem, experiment, named).rates.at_reference
        place = problem.network.rate_names.index("k_close")
        own = named.get(f"k_couple_{experiment.name}") + named.get("k_grow_g")
        assert rates[:, place] == pytest.approx(own)


def test_names_that_differ_in_signs_only_are_refused(tmp_path: Path) -> None:
    folder = written(tmp_path, first=LEVEL)
    text = (folder / "study.toml").read_text("utf-8")
    text = text.replace('name = "A"', 'name = "L:Dy 1"').replace('name = "B"', 'name = "L-Dy 1"')
    (folder / "study.toml").write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match="'L:Dy 1' and 'L-Dy 1' differ in signs only"):
        read_study(folder)


def test_patterns_leave_alone_what_belongs_to_one_experiment(tmp_path: Path) -> None:
    problem = both_of(
        tmp_path, first=f'{LEVEL}\ntime_error = "1 min"', top='per_experiment = ["*"]'
    )
    assert {"time_5_min_A", "k_grow_A", "k_grow_B"} <= set(problem.parameter_names)
    position = np.zeros((1, len(problem.parameters)))
    assert np.isfinite(
        log_likelihood(problem, values_from_normal(problem.parameters, position)).total
    ).all()


def test_a_prior_of_one_experiment_leaves_the_others_their_default(tmp_path: Path) -> None:
    problem = both_of(
        tmp_path,
        first=LEVEL,
        top='per_experiment = ["k_grow"]',
        tables='[priors]\nk_grow_A = { log_uniform = ["1 1/(mM h)", "2 1/(mM h)"] }\n',
    )
    priors = {p.name: p.prior for p in problem.parameters}
    assert priors["k_grow_A"].a == 1.0
    assert priors["k_grow_B"].a < 1e-3


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


def test_an_alternative_course_makes_energies_count(tmp_path: Path) -> None:
    other = 'temperature_alternatives = { "slow" = [["0 h", "25 degC"], ["1 h", "60 degC"]] }'
    problem = both_of(tmp_path, first=f"{LEVEL}\n{other}", second=LEVEL)
    assert "Ea_grow" in problem.parameter_names


@pytest.mark.parametrize(
    ("tables", "words"),
    [
        ('[tied]\nk_grow = "2"', "k_grow: '2' is not in 1/(mM h)"),
        ('[tied]\nk_grow = "k_couple^2"', "k_grow: 'k_couple^2' is not in 1/(mM h)"),
        (
            '[tied]\nk_grow = "2 * k_close"\n[priors]\nk_grow = "1 1/(mM h)"',
            "k_grow: [tied] gives it already",
        ),
    ],
)
def test_ties_that_do_not_fit_are_refused(tmp_path: Path, tables: str, words: str) -> None:
    with pytest.raises(InputError) as caught:
        read_study(written(tmp_path, first=HEATED, tables=tables))
    assert words in str(caught.value)


def test_a_nested_mechanism_takes_what_a_tie_needs_from_the_priors(tmp_path: Path) -> None:
    tables = (
        '[tied]\nk_grow = "2 * k_close"\n'
        '[priors]\nk_close = { log_uniform = ["0.01 1/(mM h)", "1 1/(mM h)"] }\n'
    )
    study = read_study(written(tmp_path, first=LEVEL, tables=tables))
    assert "k_close" in build_problem(study, "template").parameter_names


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
    from assemblysim.study.activation import activation_summary

    study = read_study(tmp_path)
    problem = build_problem(study, study.mechanisms[0])
    values = values_from_normal(problem.parameters, np.zeros((3, len(problem.parameters))))
    (one,) = activation_summary(study, problem, values)
    assert 80 < one["median"] < 120
