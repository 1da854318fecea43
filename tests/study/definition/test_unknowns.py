import numpy as np
import pytest
from malformed_files import model, study, write_good_study

from assemblysim.errors import InputError
from assemblysim.inference.model.experiment import initial_of
from assemblysim.study.definition.reading import read_study
from assemblysim.study.problem.problems import build_problem

START = study('{ A = "10 mM" }', '{ A = { log_normal = ["10 mM", 1.2] } }')
LATE = study('name       = "one"', 'name = "one"\ndead_time = { log_uniform = ["1 s", "1 min"] }')


@pytest.mark.parametrize(("name", "change"), [("initial_A", START), ("dead_time", LATE)])
def test_a_rate_constant_is_never_one_number_with_an_unknown_of_an_experiment(
    name, change, tmp_path
):
    folder = write_good_study(tmp_path)
    change(tmp_path)
    alone = {one.name for one in build_problem(read_study(folder), "forward").parameters}
    model("k_part", name)(tmp_path)

    assert {name, "k_part"} <= alone
    with pytest.raises(InputError, match=f"2 parameters would be called '{name}'; rename a rate"):
        build_problem(read_study(folder), "forward")


# Amounts at the start and sampling times in expressions of [derived].
CHAIN = (
    '[species]\nA = "X"\nB = "X"\nC = "X"\n[reactions]\nr1 = "A -> B ; k1"\nr2 = "B -> C ; k2"\n'
)
STARTS = """
title = "SYNTHETIC: starts that follow from each other"
model = "m.toml"
seed = 1
synthetic = true
[[experiments]]
name = "e"
initial = {{ {initial} }}
{further}
data = "d.csv"
[measurement]
scale = "absolute"
noise = "constant"
signals = ["A", "B"]
[derived]
{derived}
"""
UNCERTAIN = 'A = { normal = ["10 mM", "0.5 mM"] }, B = "4 mM"'


def with_starts(folder, initial, derived, further=""):
    (folder / "m.toml").write_text(CHAIN)
    (folder / "d.csv").write_text("time (h),A (mM),B (mM)\n0.5,6,5\n2,4,4\n")
    text = STARTS.format(initial=initial, derived=derived, further=further)
    (folder / "study.toml").write_text(text)
    return build_problem(read_study(folder), "all")


def named(made, **values):
    row = [values.get(p.name, float(p.prior.quantile(0.5))) for p in made.parameters]
    return made.named(np.array([row]))


def test_a_start_follows_from_another(tmp_path):
    made = with_starts(tmp_path, UNCERTAIN, 'initial_B = "0.4 * initial_A"')
    (experiment,) = made.experiments

    start = initial_of(experiment, named(made, initial_A=12.0))

    assert "initial_B" not in made.parameter_names
    assert start[0] == pytest.approx([12.0, 4.8, 0.0])


def test_a_constant_follows_from_a_start_and_from_a_time(tmp_path):
    made = with_starts(
        tmp_path, UNCERTAIN, 'k2 = "k1 * initial_A / initial_B"\n', further='time_error = "2 min"'
    )
    values = named(made, initial_A=12.0, k1=0.5)

    assert values.stack(("k2",))[0, 0] == pytest.approx(1.5)

    made = with_starts(
        tmp_path, UNCERTAIN, 'k2 = "1 / time_30_min"', further='time_error = "2 min"'
    )
    assert named(made, time_30_min=0.4).stack(("k2",))[0, 0] == pytest.approx(2.5)


@pytest.mark.parametrize(
    ("initial", "derived", "words"),
    [
        (UNCERTAIN, 'initial_B = "initial_A"', "'initial_A' is 10 mM at the amounts stated, and"),
        (UNCERTAIN, 'initial_A = "2.5 * initial_B"', "states an error of its own for it"),
        (UNCERTAIN, 'initial_B = "k1"', "'k1' is not in mM"),
        (UNCERTAIN, 'initial_C = "initial_B"', "initial_C"),
        (UNCERTAIN, 'k2 = "1 / time_30_min"', "unknown name 'time_30_min'"),
    ],
)
def test_what_does_not_follow_is_refused(tmp_path, initial, derived, words):
    with pytest.raises(InputError) as fault:
        with_starts(tmp_path, initial, derived)

    assert words in str(fault.value)


def test_a_time_that_no_sample_was_taken_at_is_refused(tmp_path):
    with pytest.raises(InputError, match="unknown name 'time_3_h'; did you mean 'time_2_h'"):
        with_starts(tmp_path, UNCERTAIN, 'k2 = "1 / time_3_h"', further='time_error = "2 min"')
    with pytest.raises(InputError, match="a time has an error of its own"):
        with_starts(tmp_path, UNCERTAIN, 'time_30_min = "1 / k1"', further='time_error = "2 min"')
