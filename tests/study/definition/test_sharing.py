"""Parameters that experiments or groups have for themselves, and ties among them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from two_reactors import HEATED, assert_gradient, both_of, written

from assemblysim.errors import InputError
from assemblysim.inference.model.likelihood import log_likelihood
from assemblysim.inference.model.parameters import values_from_normal
from assemblysim.inference.model.problem import reactor_of
from assemblysim.study.definition.reading import read_study
from assemblysim.study.problem.problems import build_problem

LEVEL = 'temperature = "60 degC"'


def test_parameters_belong_to_experiments_by_pattern(tmp_path: Path) -> None:
    problem = both_of(tmp_path, first=HEATED, top='per_experiment = ["response_*", "noise"]')
    names = problem.parameter_names
    assert {"contrast_Dy3L_A", "contrast_Dy3L_B", "noise_A", "noise_B"} <= set(names)
    assert "contrast_Dy3L" not in names
    assert [one.responses[1] for one in problem.exchangeable] == [
        "response_Dy3L_A", "response_Dy3L_B",
    ]  # fmt: skip
    assert_gradient(problem)
    # A change of B's noise leaves what A's spectra say.
    position = np.zeros((2, len(names)))
    position[1, names.index("noise_B")] = 1.0
    points = log_likelihood(problem, values_from_normal(problem.parameters, position)).pointwise
    ours = np.array([unit.startswith("A: ") for unit in problem.observations])
    assert np.array_equal(points[0, ours], points[1, ours])
    assert (points[0, ~ours] != points[1, ~ours]).all()


def test_parameters_belong_to_groups(tmp_path: Path) -> None:
    level = 'temperature = "60 degC"\ngroup = "{}"'
    problem = both_of(
        tmp_path, first=level.format("Dy"), second=level.format("Tb"), top='per_group = ["k_*"]'
    )
    assert {"k_grow_Dy", "k_grow_Tb"} <= set(problem.parameter_names)
    assert "contrast_Dy3L" in problem.parameter_names


def test_tied_parameters_follow(tmp_path: Path) -> None:
    problem = both_of(
        tmp_path,
        first=HEATED,
        top='per_experiment = ["k_grow"]',
        tables='[derived]\nk_close = "2 * k_grow"\nEa_couple = "Ea_grow + 5"\n',
    )
    names = problem.parameter_names
    assert not {"k_close", "Ea_couple", "Ea_close"} & set(names)
    rng = np.random.default_rng(1)
    values = values_from_normal(problem.parameters, rng.standard_normal((3, len(names))))
    named = problem.named(values)
    for name in "AB":
        own = named.get(f"k_grow_{name}")
        reactor = reactor_of(problem, problem.experiments["AB".index(name)], named)
        place = problem.network.rate_constant_names.index("k_close")
        assert reactor.rate_constants.at_reference[:, place] == pytest.approx(2 * own)
        assert reactor.rate_constants.energies[:, place] == pytest.approx(named.get("Ea_grow"))
    assert named.get("Ea_couple") == pytest.approx(named.get("Ea_grow") + 5)
    assert_gradient(problem)


def test_energies_of_tied_constants_that_do_not_follow_are_asked_for(tmp_path: Path) -> None:
    tables = '[derived]\nk_grow = "k_close + k_couple"'
    study = read_study(written(tmp_path, first=HEATED, tables=tables))
    with pytest.raises(InputError) as caught:
        build_problem(study, "both")
    assert str(caught.value) == (
        f"{tmp_path}/study.toml: [derived]: how 'k_grow' changes with temperature does not follow "
        'from "k_close + k_couple"; derive Ea_grow as well'
    )
    with pytest.raises(InputError, match="needs 'k_close', which this mechanism does not have"):
        build_problem(
            replace(study, derived=(("k_grow", "2 * k_close"), ("Ea_grow", "Ea_chelate"))),
            "two_Dy3L",
        )


def test_a_tie_over_an_experiment_and_a_group_keeps_them_apart(tmp_path: Path) -> None:
    problem = both_of(
        tmp_path,
        first=f'{LEVEL}\ngroup = "g"',
        second=f'{LEVEL}\ngroup = "g"',
        top='per_experiment = ["k_couple"]\nper_group = ["k_grow"]',
        tables='[derived]\nk_close = "k_couple + k_grow"\n',
    )
    values = values_from_normal(
        problem.parameters, np.random.default_rng(0).standard_normal((2, len(problem.parameters)))
    )
    named = problem.named(values)
    for experiment in problem.experiments:
        rate_constants = reactor_of(problem, experiment, named).rate_constants.at_reference
        place = problem.network.rate_constant_names.index("k_close")
        own = named.get(f"k_couple_{experiment.name}") + named.get("k_grow_g")
        assert rate_constants[:, place] == pytest.approx(own)


def test_names_that_differ_in_signs_only_are_refused(tmp_path: Path) -> None:
    folder = written(tmp_path, first=LEVEL)
    text = (folder / "study.toml").read_text("utf-8")
    text = text.replace('name = "A"', 'name = "L:Dy 1"').replace('name = "B"', 'name = "L-Dy 1"')
    (folder / "study.toml").write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match="'L:Dy 1' and 'L-Dy 1' differ in signs only"):
        read_study(folder)


def test_a_prior_of_one_experiment_leaves_the_others_their_default(tmp_path: Path) -> None:
    problem = both_of(
        tmp_path,
        first=LEVEL,
        top='per_experiment = ["k_grow"]',
        tables='[priors]\nk_grow_A = { log_uniform = ["1 1/(mM h)", "2 1/(mM h)"] }\n',
    )
    priors = {p.name: p.prior for p in problem.parameters}
    assert priors["k_grow_A"].lower == 1.0
    assert priors["k_grow_B"].lower < 1e-3


def test_an_alternative_course_makes_energies_count(tmp_path: Path) -> None:
    other = 'temperature_alternatives = { "slow" = [["0 h", "25 degC"], ["1 h", "60 degC"]] }'
    problem = both_of(tmp_path, first=f"{LEVEL}\n{other}", second=LEVEL)
    assert "Ea_grow" in problem.parameter_names


@pytest.mark.parametrize(
    ("tables", "words"),
    [
        ('[derived]\nk_grow = "2"', "k_grow: '2' is not in 1/(mM h)"),
        ('[derived]\nk_grow = "k_couple^2"', "k_grow: 'k_couple^2' is not in 1/(mM h)"),
        (
            '[derived]\nk_grow = "2 * k_close"\n[priors]\nk_grow = "1 1/(mM h)"',
            "k_grow: [derived] gives it already",
        ),
    ],
)
def test_ties_that_do_not_fit_are_refused(tmp_path: Path, tables: str, words: str) -> None:
    with pytest.raises(InputError) as caught:
        read_study(written(tmp_path, first=HEATED, tables=tables))
    assert words in str(caught.value)


def test_a_nested_mechanism_takes_what_a_tie_needs_from_the_priors(tmp_path: Path) -> None:
    tables = (
        '[derived]\nk_grow = "2 * k_close"\n'
        '[priors]\nk_close = { log_uniform = ["0.01 1/(mM h)", "1 1/(mM h)"] }\n'
    )
    study = read_study(written(tmp_path, first=LEVEL, tables=tables))
    assert "k_close" in build_problem(study, "two_Dy3L").parameter_names


@pytest.mark.parametrize(
    ("tables", "fault"),
    [
        (
            "[groups.Tm]\nchemistry = { L = { charge = -2 } }",
            "[groups]: unknown group 'Tm'; known: Dy, Tb",
        ),
        ("[groups.Dy]", "[groups]: 'Dy': says nothing; write chemistry or ions, or take it out"),
        (
            '[groups.Dy]\nion = { Dy3L = "[Dy3(L)(OH)6]+" }',
            "[groups]: 'Dy': unknown key 'ion'; did you mean 'ions'?",
        ),
        (
            '[groups.Dy]\nions = { Dy3L = "[Dy2(L)(OH)6]+" }',
            "[groups]: 'Dy': ions: 'Dy3L': ion '[Dy2(L)(OH)6]+' holds 2 Dy + 1 L, but the species "
            "3 Dy + 1 L; mend one of them",
        ),
        (
            '[groups.Dy]\nchemistry = { L = { formula = "C29Q" } }',
            "[groups]: 'Dy': chemistry: 'L': formula 'C29Q': cannot read 'C29Q'; write elements, "
            "building blocks of the model and known abbreviations, as Dy3(L)(OH)6",
        ),
        (
            '[groups.Dy]\nchemistry = { L = { charge = -2 } }\n[labelled]\nDy = "Gd"',
            "[groups]: 'Dy': 30 labelled species have no ions of their own; take the group out, or "
            "the labelled forms",
        ),
    ],
)
def test_what_a_group_says_of_itself_is_refused_in_one_line(
    tmp_path: Path, tables: str, fault: str
) -> None:
    level = f'{LEVEL}\ngroup = "{{}}"'
    folder = written(tmp_path, level.format("Dy"), level.format("Tb"), tables=tables)
    with pytest.raises(InputError) as refused:
        read_study(folder)
    assert str(refused.value).partition("study.toml: ")[2] == fault


def test_formulas_of_a_group_change_no_unknown_and_no_likelihood(tmp_path: Path) -> None:
    level = f'{LEVEL}\ngroup = "{{}}"'
    parts = {"first": level.format("Dy"), "second": level.format("Tb")}
    own = '[groups.Tb]\nchemistry = { L = { formula = "C29H33N7O4" } }'
    plain, grouped = both_of(tmp_path, **parts), both_of(tmp_path, **parts, tables=own)
    values = values_from_normal(plain.parameters, np.zeros((1, len(plain.parameters))))

    assert plain.parameters == grouped.parameters
    ours, theirs = (log_likelihood(one, values).total for one in (plain, grouped))
    np.testing.assert_array_equal(ours, theirs)
