"""A study as PEtab has the study's own likelihood, or says in one line where it has not."""

from dataclasses import replace

import numpy as np
import petab_tables
import pytest
from checkout import ROOT
from small_study import WORDS, chain_table, small_study

from assemblysim.errors import InputError
from assemblysim.exchange.petab.exporting import exported_problem
from assemblysim.exchange.petab.files import problem_files
from assemblysim.inference.model.likelihood import log_likelihood
from assemblysim.kinetics.reactor.protocol import Event, Protocol
from assemblysim.kinetics.task import Tolerance
from assemblysim.measurement.data import Measurement, Signal
from assemblysim.measurement.noise.registry import NOISES
from assemblysim.measurement.scales import SCALES
from assemblysim.measurement.tails.registry import TAILS
from assemblysim.study.definition.conditions import Conditions
from assemblysim.study.definition.reading import read_study
from assemblysim.study.problem.problems import build_problem


def absolute(study, noise="proportional", **more):
    signals = (Signal("A", (("A", 1.0),)), Signal("later", (("B", 2.0), ("C", 0.5))))
    measurement = Measurement(SCALES["absolute"], NOISES[noise], signals, **more)
    table = study.experiments[0].table
    table = replace(table, signals=("A", "later"), values=table.values[:, :2])
    if noise == "known":
        table = replace(table, sds=0.1 + 0.01 * np.arange(12.0).reshape(6, 2))
    experiment = replace(study.experiments[0], table=table)
    return replace(study, measurement=measurement, experiments=(experiment,))


def written(study, mechanism, folder, version=2):
    problem = exported_problem(study, mechanism, version=version)
    folder.mkdir(exist_ok=True)
    for name, text in problem_files(problem, version).items():
        (folder / name).write_text(text)
    return problem


def medians(problem):
    return np.array([[float(one.prior.quantile(0.5)) for one in problem.parameters]])


@pytest.mark.parametrize(
    ("noise", "more"),
    [
        ("proportional", {}),
        ("constant", {"noise_per_signal": True}),
        ("two-component", {}),
        ("known", {}),
    ],
)
def test_on_a_known_scale_it_is_the_study_s_likelihood(tmp_path, noise, more):
    study = absolute(small_study(tmp_path, table=chain_table(), noise=None), noise, **more)
    found = written(study, "chain", tmp_path / "petab")
    problem = replace(build_problem(study, "chain"), tolerance=Tolerance(1e-11, 1e-13))
    ours = float(log_likelihood(problem, medians(problem)).total[0])
    nominal = petab_tables.nominal_of(tmp_path / "petab")
    theirs = petab_tables.log_likelihood(tmp_path / "petab", nominal)
    jacobian = float(np.log(study.experiments[0].table.values).sum())
    if noise == "proportional":
        ours -= jacobian
        assert f"lower by {jacobian:.10g}, a constant" in found.notes[0]
    else:
        assert found.notes == ()
    assert theirs == pytest.approx(ours, rel=1e-6)


def test_an_unknown_total_is_one_scaling_parameter_a_spectrum(tmp_path):
    study = small_study(tmp_path, table=chain_table())
    found = written(study, "chain", tmp_path / "petab")
    factors = [one for one in found.parameters if one.name.startswith("scale_")]
    assert len(factors) == 6
    assert any("6 unknown totals" in note for note in found.notes)
    nominal = petab_tables.nominal_of(tmp_path / "petab")
    expected, _ = petab_tables.simulated(tmp_path / "petab", nominal)
    measured = np.array([one.value for one in found.readings])
    # Each factor is the best one, so that logarithms add up to nothing in every spectrum.
    logs = np.log(measured / expected).reshape(6, 3)
    np.testing.assert_allclose(logs.sum(axis=1), 0, atol=1e-6)


def test_what_petab_cannot_say_is_a_line_each(tmp_path):
    study = small_study(tmp_path, table=chain_table(replicates=2), words=WORDS, noise=None)
    study = replace(study, measurement=replace(study.measurement, wild_spectra=0.03))
    table = study.experiments[0].table
    values = table.values.copy()
    values[0, 2] = 0
    measurement = replace(study.measurement, detection_limit=0.01)
    experiment = replace(study.experiments[0], table=replace(table, values=values))
    study = replace(study, measurement=measurement, experiments=(experiment,))
    said = "\n".join(exported_problem(study, "chain").notes)
    for words in (
        "1 intensity below a detection limit: left out",
        "wild_spectra = 0.03",
        "replicates share a sampling error",
        "4 sentences in words: left out",
        "sampling_error: no part of what is exported, left out",
    ):
        assert words in said
    with pytest.raises(InputError, match="no experiment has intensities, and PEtab cannot say"):
        exported_problem(small_study(tmp_path, words=WORDS), "chain")


def test_errors_with_heavy_tails_are_refused(tmp_path):
    study = absolute(small_study(tmp_path, table=chain_table()), tails=TAILS["student-t"])

    with pytest.raises(InputError, match="heavy tails, which PEtab cannot say"):
        exported_problem(study, study.mechanisms[0])


def test_additions_and_courses_of_temperature_are_periods(tmp_path):
    study = small_study(tmp_path, table=chain_table())
    added = Protocol(volume=9.0, events=(Event(1.0, 1.0, (("A", 50.0),)),))
    conditions = Conditions(protocol=added)
    changed = replace(study.experiments[0], conditions=conditions)
    found = exported_problem(replace(study, experiments=(changed,)), "chain")
    ((_, later),) = found.experiments.values()
    assert later.start == pytest.approx(1.0)
    assert later.start > 1.0
    assert later.changes == {"A": "0.9 * (A) + 5", "B": "0.9 * (B)", "C": "0.9 * (C)"}
    with pytest.raises(InputError, match="PEtab 1 cannot say; export version 2"):
        problem_files(found, 1)

    heated = exported_problem(read_study(ROOT / "fits/three_temperatures_synthetic"), "two_Dy3L")
    (start, ramp, top) = heated.experiments["experiment_heated_to_80_degC"]
    assert ramp.changes["temperature_slope"] == pytest.approx(
        (top.changes["temperature_start"] - start.changes["temperature_start"])
        / (top.start - ramp.start)
    )
    assert top.changes["temperature_start"] == pytest.approx(353.15)
    assert "k_grow_now" in heated.model


def test_covariances_of_intensities_are_refused(tmp_path):
    table = chain_table()
    known = replace(table, covariances=np.broadcast_to(0.01 * np.eye(3), (6, 3, 3)))

    with pytest.raises(InputError, match="covariances of intensities, which PEtab cannot say"):
        exported_problem(small_study(tmp_path, table=known), "chain")
