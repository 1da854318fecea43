import hashlib
import pickle

import numpy as np
import pytest
from malformed_files import DATA, study, write_good_study
from scipy.stats import norm

from assemblysim.errors import InputError
from assemblysim.inference.model.likelihood import log_likelihood
from assemblysim.inference.model.priors import LogNormal, LogUniform
from assemblysim.measurement.data import Signal
from assemblysim.study.definition.reading import read_study
from assemblysim.study.problem.problems import build_problem


def changed(tmp_path, *changes):
    folder = write_good_study(tmp_path)
    for old, new in changes:
        study(old, new)(tmp_path)
    return read_study(folder)


def test_a_study_is_read_by_its_folder_or_by_its_file(tmp_path):
    folder = write_good_study(tmp_path)

    assert read_study(folder).title == read_study(str(folder / "study.toml")).title


def test_the_good_study_holds_what_its_files_say(tmp_path):
    found = changed(tmp_path)

    assert found.seed == 1
    assert found.mechanisms == ("forward", "only_turn")
    assert found.concentration_unit == "mM"
    assert found.measurement.detection_limit == 0.005
    assert found.priors == (("k_turn", LogUniform(0.01, 100.0)),)
    (experiment,) = found.experiments
    assert experiment.initial == (("A", 10.0),)
    assert len(experiment.statements) == 2
    np.testing.assert_array_equal(experiment.sampled, [0.5, 1, 2])
    np.testing.assert_array_equal(experiment.table.times, [0.5, 1, 2, 2])


def test_every_file_read_is_among_the_inputs_with_its_sha256(tmp_path):
    found = dict(changed(tmp_path).inputs)

    assert list(found) == ["study.toml", "../models/small.toml", "data.csv", "statements.csv"]
    assert found["data.csv"] == hashlib.sha256(DATA.encode()).hexdigest()


def test_a_model_may_be_given_by_its_path(tmp_path):
    found = changed(tmp_path, ('"small"', '"../models/small.toml"'))

    assert found.system.title == "Two steps to a dimer"


def test_the_study_chooses_and_orders_its_mechanisms(tmp_path):
    found = changed(tmp_path, ("seed  = 1", 'seed = 1\nmechanisms = ["only_turn"]'))

    assert found.mechanisms == ("only_turn",)


@pytest.mark.parametrize(
    ("written", "signal"),
    [
        ("all = B + 2B2", Signal("all", (("B", 1.0), ("B2", 2.0)))),
        ("all=0.5*B + 2 B2", Signal("all", (("B", 0.5), ("B2", 2.0)))),
        ("B at 7.2 ppm = B", Signal("B at 7.2 ppm", (("B", 1.0),))),
    ],
)
def test_a_signal_may_be_a_sum(tmp_path, written, signal):
    folder = write_good_study(tmp_path)
    study('"B", "B2"]', f'"{written}"]')(tmp_path)
    study('statements = "statements.csv"\nsampled    = ["30 min", "1 h", "2 h"]\n', "")(tmp_path)
    (folder / "data.csv").write_text(f"time (h),A,{signal.name}\n1,2,3\n", encoding="utf-8")

    assert read_study(folder).measurement.signals[1] == signal


def test_statements_on_a_table_are_about_its_times(tmp_path):
    found = changed(tmp_path, ('sampled    = ["30 min", "1 h", "2 h"]\n', ""))

    np.testing.assert_array_equal(found.experiments[0].sampled, [0.5, 1, 2])


def test_statements_alone_need_sampling_times(tmp_path):
    changes = [
        ('data       = "data.csv"\n', ""),
        ('sampled    = ["30 min", "1 h", "2 h"]\n', ""),
    ]
    with pytest.raises(InputError) as refusal:
        changed(tmp_path, *changes)

    assert str(refusal.value) == (
        f"{tmp_path}/study/study.toml: experiment 'one': 'sampled' is missing; state the times "
        'that the statements are about, as ["5 min", "1 h"]'
    )


def test_an_unknown_initial_concentration_counts_as_its_median(tmp_path):
    found = changed(tmp_path, ('"10 mM"', '{ log_normal = ["0.02 M", 1.5] }'))
    conditions = found.experiments[0].prior_conditions

    assert found.experiments[0].initial == (("A", LogNormal(20.0, 1.5)),)
    assert conditions.initial == (("A", pytest.approx(20.0)),)
    assert (conditions.first, conditions.last) == (0.5, 2.0)


def test_per_cent_of_a_stated_amount_reaches_the_rate_constants(tmp_path):
    found = changed(
        tmp_path,
        ("seed  = 1", 'seed = 1\nconcentration = "%"'),
        ('"10 mM"', '"100 %"'),
        ("[priors]", '[priors]\nk_pair = "2 1/(% min)"'),
    )

    assert found.experiments[0].initial == (("A", 100.0),)
    assert found.fixed == (("k_pair", 120.0),)


def test_several_experiments_are_read_side_by_side(tmp_path):
    second = '[[experiments]]\nname = "two"\ninitial = { A = "1 mM" }\ndata = "data.csv"\n'
    found = changed(tmp_path, ("[measurement]", f"{second}\n[measurement]"))

    assert [one.name for one in found.experiments] == ["one", "two"]
    assert found.experiments[1].statements == ()
    assert found.experiments[1].sampled.size == 0


def test_a_study_travels_between_processes(tmp_path):
    found = changed(tmp_path)

    assert pickle.loads(pickle.dumps(found)).inputs == found.inputs


def test_a_truth_is_read_in_the_units_of_the_parameters(tmp_path):
    folder = write_good_study(tmp_path)
    study("seed  = 1", 'seed = 1\nsynthetic = true\ntruth = "truth.toml"')(tmp_path)
    truth = (
        'mechanism = "forward"\nseed = 3\ntimes = ["30 min"]\nreplicates = 2\n'
        '[parameters]\nk_turn = "1 1/min"\n'
    )
    (folder / "truth.toml").write_text(truth, encoding="utf-8")
    found = read_study(folder).truth

    assert found.values == (("k_turn", 60.0),)
    assert found.times == (0.5,)
    (folder / "truth.toml").write_text(truth.replace("forward", "foward"), encoding="utf-8")
    with pytest.raises(InputError) as refusal:
        read_study(folder)
    assert str(refusal.value) == (
        f"{folder}/truth.toml: mechanism: 'foward' is not in the study; did you mean 'forward'?"
    )


def test_mechanisms_under_former_names_are_read_and_each_is_told_in_one_line(tmp_path):
    folder = write_good_study(tmp_path)
    study("seed  = 1", 'seed = 1\nmechanisms = ["old"]\nsynthetic = true\ntruth = "t.toml"')(
        tmp_path
    )
    (folder / "t.toml").write_text(
        'mechanism = "old"\nseed = 3\ntimes = ["30 min"]\nreplicates = 1\n'
        '[parameters]\nk_turn = "1 1/h"\n',
        encoding="utf-8",
    )
    model_path = tmp_path / "models" / "small.toml"
    text = model_path.read_text("utf-8")
    model_path.write_text(f'{text}\n[former_names]\nold = "forward"\n', encoding="utf-8")
    found = read_study(folder)

    assert found.mechanisms == ("forward",)
    assert found.truth.mechanism == "forward"
    assert found.notices == tuple(
        f"{folder}/{file}: mechanism 'old' is called 'forward' now; the former name is still read"
        for file in ("study.toml", "t.toml")
    )
    study('["old"]', '["old", "forward"]')(tmp_path)
    with pytest.raises(InputError, match="mechanisms: 'forward' is there twice"):
        read_study(folder)


FED = """\
title = "A reactor that starts empty"
model = "fed"
seed  = 1
[[experiments]]
name    = "one"
initial = { A = "0 mM" }
data    = "data.csv"
MORE
[measurement]
wild_spectra = 0
scale   = "absolute"
signals = ["A", "B"]
noise   = "constant"
[priors]
k = { log_uniform = ["0.01 1/h", "10 1/h"] }
"""
TURN, FEED, TIMES = 1.3, 0.7, np.array([0.5, 1.0, 3.0])


def logs_of_an_empty_reactor(tmp_path, reactions, values, constants, more="", prior=""):
    (tmp_path / "models").mkdir()
    (tmp_path / "study").mkdir()
    model = f'[species]\nA = ""\nB = ""\n[reactions]\n{reactions}\n'
    (tmp_path / "models" / "fed.toml").write_text(model)
    (tmp_path / "study" / "study.toml").write_text(FED.replace("MORE", more) + prior)
    rows = [f"{t},{a:.17g},{b:.17g}" for t, (a, b) in zip(TIMES, values, strict=True)]
    (tmp_path / "study" / "data.csv").write_text("\n".join(["time (h),A (mM),B (mM)", *rows, ""]))
    problem = build_problem(read_study(tmp_path / "study"), "all")
    vector = [{**constants, "noise": 0.05}[name] for name in problem.parameter_names]
    return log_likelihood(problem, np.array([vector])).total[0]


ERRORS = np.array([[0.01, -0.02], [0.0, 0.01], [-0.03, 0.02]])


def test_a_reactor_that_starts_empty_is_fed_by_a_source(tmp_path):
    a = FEED / TURN * (1 - np.exp(-TURN * TIMES))
    course = np.stack([a, FEED * TIMES - a], axis=1)
    reactions = 'feed = "-> A ; k_feed"\nturn = "A -> B ; k"'
    prior = 'k_feed = { log_uniform = ["0.01 mM/h", "10 mM/h"] }\n'

    found = logs_of_an_empty_reactor(
        tmp_path, reactions, course + ERRORS, {"k_feed": FEED, "k": TURN}, prior=prior
    )

    assert found == pytest.approx(norm.logpdf(ERRORS, 0, 0.05).sum(), abs=1e-5)


def test_a_reactor_that_starts_empty_is_filled_by_an_addition(tmp_path):
    events = 'volume = "1 mL"\nevents = [{ at = "45 min", add = "1 mL", of = { A = "2 mM" } }]\n'
    a = np.where(TIMES > 0.75, np.exp(-TURN * (TIMES - 0.75)), 0.0)
    course = np.stack([a, np.where(TIMES > 0.75, 1 - a, 0.0)], axis=1)

    found = logs_of_an_empty_reactor(
        tmp_path, 'turn = "A -> B ; k"', course + ERRORS, {"k": TURN}, more=events
    )

    assert found == pytest.approx(norm.logpdf(ERRORS, 0, 0.05).sum(), abs=1e-5)
